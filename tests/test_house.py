"""Rules of the house that no linter knows: reasons beside exceptions, short modules, no machine's trace."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path
from statistics import median

import pytest

from tests.tree import ROOT, files

LONGEST_FUNCTION = 60
LONGEST_MODULE = 450
MEDIAN_MODULE = 200

CODE = r"[A-Z]+[0-9]+"
SILENCER = re.compile(r"#\s*(noqa|type:\s*ignore|ruff:|flake8:|mypy:)", re.IGNORECASE)
REASONED = (
    re.compile(rf"# noqa: {CODE}(, {CODE})* - \w.*"),
    re.compile(r"# type: ignore\[[a-z-]+(, [a-z-]+)*\]  # \w.*"),
)

FOREIGN = {
    "the address of a download": re.compile(r"https?://\S+\.(?:whl|tgz|tar\.[a-z0-9]+|crate|deb)\b"),
    "the host of a registry": re.compile(
        r"\bpy[p]i\.(?:org|io)|\bn[p]mjs\.|\bpython[h]osted\."
        r"|\b(?:crates|deb|files|index|mirrors?|proxy|registry|repo1?)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|io|net)\b"
    ),
    "an option that names a registry": re.compile(r"--(?:extra-)?index[-]url|--find[-]links"),
    "a path of one machine": re.compile(r"(?<![\w.-])(?:/(?:work|root)/|/(?:home|Users)/[A-Za-z]|[A-Z]:\\Users)"),
    "a task that nobody else can look up": re.compile(r"\b[Ii]ssue #?\d"),
}


def silencers_without_reason(source: str) -> list[str]:
    """Comments that silence a tool without a code and a reason, each with its line number."""
    comments = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT]
    return [
        f"{comment.start[0]}: {comment.string}"
        for comment in comments
        if SILENCER.search(comment.string) and not any(form.fullmatch(comment.string) for form in REASONED)
    ]


def long_functions(source: str) -> list[str]:
    """Functions longer than a screen, each with its line number."""
    return [
        f"{node.lineno}: {node.name} has {length} lines, {LONGEST_FUNCTION} are the most"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def foreign(name: str, text: str) -> list[str]:
    """Lines that tie a file to one machine or one registry, each with its number."""
    return [
        f"{name}:{number}: {what}: {match.group()}"
        for what, pattern in FOREIGN.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := pattern.search(line))
    ]


def text_of(path: Path) -> str:
    """The text of a file; a binary file has none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_every_silenced_warning_has_a_code_and_a_reason() -> None:
    """`# noqa: E501 - reason` and `# type: ignore[arg-type]  # reason` are the only forms."""
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files()
        if path.suffix == ".py"
        for line in silencers_without_reason(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def python_files() -> dict[str, str]:
    """The text of every Python file by its name in the repository, those of tests, docs and benchmarks too."""
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files() if path.suffix == ".py"}


def test_no_function_is_longer_than_a_screen() -> None:
    """A function is read on one screen, whether it is of the package or of a test."""
    found = [f"{name}:{line}" for name, source in python_files().items() for line in long_functions(source)]
    assert not found, "\n".join(found)


def test_modules_are_short() -> None:
    """A module is read in one sitting, and most are far shorter; tests aside."""
    lengths = {
        name: len(source.splitlines()) for name, source in python_files().items() if not name.startswith("tests/")
    }
    found = [
        f"{name} has {length} lines, under {LONGEST_MODULE} are allowed"
        for name, length in lengths.items()
        if length >= LONGEST_MODULE
    ]
    assert not found, "\n".join(found)
    assert median(lengths.values()) < MEDIAN_MODULE


def test_nothing_is_tied_to_one_machine() -> None:
    """No address of a download, no host of a registry, no path of a machine, no number of a task, in any file."""
    found = [line for path in files() for line in foreign(str(path.relative_to(ROOT)), text_of(path))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "comment",
    [
        "noqa",
        "noqa: E501",
        "noqa: E501 because",
        "noqa:E501 - because",
        "NOQA",
        "type: ignore",
        "type: ignore[arg-type]",
        "type: ignore  # because",
        "ruff: noqa",
        "mypy: ignore-errors",
    ],
)
def test_a_silencer_without_a_reason_is_found(comment: str) -> None:
    """The rule bites, wherever the comment stands and however it is written."""
    assert silencers_without_reason(f"x = 1  # {comment}\n")


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa: E501 - an address cannot be broken",
        "x = 1  # noqa: E501, N802 - named by the library",
        "x = 1  # type: ignore[arg-type]  # the stubs are behind",
        'x = "# noqa"',
    ],
)
def test_a_silencer_with_a_reason_is_fine(line: str) -> None:
    """The two written forms pass, and text inside a string is no comment."""
    assert not silencers_without_reason(f"{line}\n")


def test_a_long_function_is_found() -> None:
    """Sixty lines pass, sixty-one do not."""
    body = "    x = 1\n"
    assert not long_functions("def f():\n" + body * (LONGEST_FUNCTION - 1))
    assert long_functions("def f():\n" + body * LONGEST_FUNCTION)


@pytest.mark.parametrize(
    "parts",
    [
        ("https", "://example.org/a/b-1.0-py3-none-any.whl"),
        ("https", "://example.org/a.tar.gz"),
        ("pypi", ".org/simple"),
        ("registry", ".example.org"),
        ("--index", "-url x"),
        ("cd /work", "/main"),
        ('"/root', '/.cache"'),
        ("/home", "/someone/x"),
        ("C:", "\\Users\\x"),
        ("as iss", "ue 12 has it"),
    ],
)
def test_a_tie_to_one_machine_is_found(parts: tuple[str, str]) -> None:
    """Each is written here in two parts, or this very file would break the rule."""
    assert foreign("a.md", "".join(parts))


@pytest.mark.parametrize(
    "line", ["health/work/ability", "see https://example.org/a.html", "index.html", "repo.md", "files.csv"]
)
def test_plain_text_is_no_tie(line: str) -> None:
    """Words that only look alike pass."""
    assert not foreign("a.md", line)
