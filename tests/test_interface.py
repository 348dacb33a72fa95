"""The command line as a whole: its list of commands, the examples of every help, and what shells complete."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from alliance_outcomes.cli.group import built, command_names, examples, summary, wrapped
from tests.demo import make_demo
from tests.running import alliance
from tests.tree import PACKAGE, ROOT

WIDEST = 64  # what a terminal of 80 columns leaves beside the names
LOADED = """
import json, sys
from alliance_outcomes.cli import main
sys.argv = ["alliance", "--help"]
try:
    main()
except SystemExit:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def test_help_lists_every_command_and_imports_none() -> None:
    """A line a command, taken from the first line of its file."""
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=ROOT)
    listed = " ".join(run.stdout.split("Commands:")[1].split())
    for name in command_names():
        file = ROOT / PACKAGE / "cli" / f"{name.replace('-', '_')}.py"
        first = (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").splitlines()[0]
        said = first.removeprefix(f"``alliance {name}``: ")
        assert said != first, f"{file.name}: begin it with ``alliance {name}``: and what it is"
        assert summary(name)[1:] == said[1:]
        assert f"{name} {summary(name)}" in listed
        assert len(summary(name)) <= WIDEST, f"{file.name}: {summary(name)} takes two lines"
    loaded = set(json.loads(run.stderr))
    assert not {f"{PACKAGE}.cli.{name.replace('-', '_')}" for name in command_names()} & loaded
    assert not {"yaml", "pydantic", f"{PACKAGE}.contract", f"{PACKAGE}.numbers"} & loaded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["setle"], "'settle'"),
        (["settle", "--perod", "2025"], "--period"),
        (["lint", "--fail-onn", "never"], "--fail-on"),
    ],
)
def test_a_slip_of_the_pen_is_told(typed: list[str], meant: str) -> None:
    """A command or option that is none: exit 2, and the one that was meant."""
    run = alliance(*typed)
    assert run.code == 2
    assert f"  Did you mean {meant}? See alliance " in run.err


@pytest.mark.parametrize(
    ("typed", "named", "hint"),
    [
        (["zzzz"], "zzzz", "See alliance --help."),
        (["--versionn"], "--versionn", "Did you mean --version? See alliance --help."),
        (["--"], "command", "See alliance --help."),
        (["settle"], "CONTRACT", "Write alliance settle CONTRACT DATA. See alliance settle --help."),
        (["settle", "a.yaml"], "DATA", "Write alliance settle CONTRACT DATA. See alliance settle --help."),
        (
            ["settle", "a.yaml", "b.csv", "more"],
            "more",
            "Write alliance settle CONTRACT DATA. See alliance settle --help.",
        ),
        (
            ["accrual", "a", "b"],
            "--period",
            "Write alliance accrual CONTRACT DATA --period PERIOD. See alliance accrual --help.",
        ),
        (["lint", "a.yaml", "--lang", "de"], "'de'", "See alliance lint --help."),
        (["lint", "a.yaml", "--fail-on=all"], "'all'", "See alliance lint --help."),
        (["lint", "a.yaml", "-q"], "-q", "See alliance lint --help."),
        (["lint", "a.yaml", "--lang"], "--lang", "See alliance lint --help."),
        (["settle", "a", "b", "--provisional=yes"], "--provisional", "See alliance settle --help."),
        (["simulate", "a", "b", "--n", "many"], "--n", "See alliance simulate --help."),
    ],
)
def test_a_line_that_cannot_be_read_has_a_code(typed: list[str], named: str, hint: str) -> None:
    """Whatever is wrong with a command line: exit 2 and one problem (AO083), in the shape of all others."""
    run = alliance(*typed)
    assert (run.code, run.out) == (2, "")
    said, instead = run.err.splitlines()
    assert re.fullmatch(r"AO083 [^:].+[^.]\.", said)
    assert named in said
    assert instead == f"  {hint}"


def test_every_command_refuses_an_option_that_it_has_not() -> None:
    """None passes over a word that it does not know (AO083)."""
    for name in command_names():
        run = alliance(name, "--no-such-option")
        assert (run.code, run.out, run.err.partition(" ")[0]) == (2, "", "AO083"), name


def test_nothing_asked_is_told_what_there_is() -> None:
    """``alliance`` alone shows the help, and ``--help`` and ``--version`` are no faults."""
    run = alliance()
    assert (run.code, run.out) == (2, "")
    assert run.err == alliance("--help").out
    assert [alliance(each).code for each in ("--help", "-h", "--version")] == [0, 0, 0]


# -- examples in the help ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where ``alliance init demo`` was run, then settle's examples: others read what they keep."""
    made = tmp_path_factory.mktemp("examples")
    make_demo(made)
    with chdir(made):
        for example in examples("settle"):
            run = alliance(*shlex.split(example)[1:])
            assert run.code == 0, f"{example}\n{run.err}"
            assert not run.err
    return made


@pytest.mark.untraced
@pytest.mark.parametrize("name", command_names())
def test_every_help_has_examples_that_run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is shown as it is typed, ends with exit 0 and writes the file it names."""
    monkeypatch.chdir(folder)
    shown = alliance(name, "--help").out
    assert "Examples:" in shown
    for example in examples(name):
        typed = shlex.split(example)
        assert typed[:2] == ["alliance", name]
        assert shlex.split(shown.split("Examples:")[1].replace("\\\n", " ")).count("alliance") == len(examples(name))
        if name != "settle":
            run = alliance(*typed[1:])
            assert run.code == 0, f"{example}\n{run.out}{run.err}"
        assert all(Path(typed[at + 1]).exists() for at, word in enumerate(typed) if word == "-o")


def test_a_long_example_is_copied_as_it_stands() -> None:
    """Lines that end with a backslash, an option beside its value, none wider than a terminal."""
    line = (
        "alliance settle demo/contract.yaml demo/measured.csv --period 2025 --payee 'A B' -o settlement.xlsx --lang fi"
    )
    lines = wrapped(line)
    assert len(lines) == 2
    assert max(map(len, lines)) < 78
    assert shlex.split("\n".join(lines).replace("\\\n", " ")) == shlex.split(line)
    assert lines[1].split()[0].startswith("-")


# -- options -----------------------------------------------------------------------------------------------------------

# What several commands take stands in this order after the command's own options, under one name, in the same words.
ORDER = (
    "--period", "--payee", "--earlier", "--columns", "--engine", "--provisional", "--fail-on", "--lang", "--format",
    "--output", "--csv-dialect", "--bundle", "--register", "--as-of",
)  # fmt: skip
# Options that say something of their own in a command; so may those that it needs.
OWN_WORDS = {("lint", "--format"), ("settle", "--output")}
# One value, or a list of them.
TWO_FORMS = {"--period", "--payee"}


def options_of(name: str) -> set[str]:
    """The long forms of the options of a command."""
    return {each.opts[-1] for each in built(name).params if each.param_type_name == "option"}


def test_shared_options_are_the_same_everywhere() -> None:
    """One order, one short form and one sentence for an option, whatever the command."""
    told: dict[str, set[str]] = {}
    for name in command_names():
        options = {each.opts[-1]: each for each in built(name).params if each.param_type_name == "option"}
        own = {option for option, each in options.items() if each.required or (name, option) in OWN_WORDS}
        shared = [option for option in options if option in ORDER and option not in own]
        assert shared == sorted(shared, key=ORDER.index), name
        for option in shared:
            told.setdefault(option, set()).add(f"{options[option].opts[0]} {options[option].help}")  # type: ignore[attr-defined]  # options have one
    assert set(ORDER) == {option for option, said in told.items() if len(said) <= 1 + (option in TWO_FORMS)}


def test_every_option_says_what_it_takes() -> None:
    """A word such as FILE or PERIOD, or its choices; never the name of a type."""
    told = " ".join(alliance(name, "--help").out.split("Options:")[1] for name in command_names())
    assert not re.findall(r"--[a-z-]+ <(?:list|str|path|int)[^>]*>", told)


@pytest.mark.parametrize("name", [name for name in command_names() if options_of(name) >= {"--format", "--output"}])
def test_an_ending_that_names_no_kind_is_refused(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, by every command alike, and nothing is written."""
    monkeypatch.chdir(folder)
    run = alliance(*shlex.split(examples(name)[0].replace(" -f csv", ""))[1:], "-o", "odd.docx")
    assert run.code == 2
    assert run.err.startswith("AO027 The ending of odd.docx names no kind of output.\n  End it with one of .")
    assert not Path("odd.docx").exists()


def test_findings_go_to_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lint tells people too, in the language that is asked for."""
    monkeypatch.chdir(folder)
    assert alliance("lint", "demo", "--lang", "fi", "-o", "findings.txt").err == ""
    assert Path("findings.txt").read_text("utf-8") == "1 sopimus, ei huomautettavaa.\n"


# -- shells ------------------------------------------------------------------------------------------------------------


def completed(shell: str, line: str, patch: pytest.MonkeyPatch) -> str:
    """What a shell is told where ``line`` is typed and the tab key hit: it asks by variables, as the scripts of typer do."""
    patch.setenv("_ALLIANCE_COMPLETE", f"complete_{shell}")
    patch.setenv("COMP_WORDS", line)
    patch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    patch.setenv("_TYPER_COMPLETE_ARGS", line)
    patch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    run = alliance()
    assert (run.code, run.err) == (0, "")
    return run.out


@pytest.mark.parametrize(
    ("shell", "line", "offered", "others"),
    [
        ("bash", "alliance se", ["settle"], ["lint", "--help"]),
        ("bash", "alliance settle --pe", ["--period"], ["--lang"]),
        ("zsh", "alliance settle --pe", ["--period"], ["--lang"]),
        ("fish", "alliance settle --lang ", ["fi", "sv", "en"], ["--period"]),
        ("bash", "alliance settle contracts/tesoma.yaml data.csv --period 202", ["2020", "2023"], ["2019", "--lang"]),
        ("zsh", "alliance explain contracts/tesoma.yaml data.csv g", ["gain_share"], ["score", "client_nps"]),
        ("bash", "alliance settle no-such.yaml data.csv --period ", [], ["2023"]),
        ("bash", "alliance settle contr", [], ["--period"]),
    ],
)
def test_shells_complete(
    shell: str, line: str, offered: list[str], others: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands, options, the values of options, the contract's periods and names; the shell itself adds files."""
    monkeypatch.chdir(ROOT)
    told = completed(shell, line, monkeypatch)
    assert not [each for each in offered if each not in told]
    assert not [each for each in others if each in told]
