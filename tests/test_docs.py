"""The written pages are true: everything there is stands in them, their examples run, their links lead somewhere."""

from __future__ import annotations

import ast
import doctest
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import get_args

import pytest
from pydantic import PlainValidator

from alliance_outcomes.cli import command_names
from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.parts import Part, Reads
from alliance_outcomes.formula.parse import FUNCTIONS
from alliance_outcomes.measured import COLUMNS, STATUSES, Measured
from alliance_outcomes.numbers import ROUNDINGS, to_decimal, to_text
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from tests.documents import (
    LANGUAGE,
    Example,
    anchor,
    blocks,
    code_words,
    examples,
    headings,
    prose,
    read_contract,
    sections,
)
from tests.pages import agrees, commands_of
from tests.running import said
from tests.tree import ROOT, Module, modules

README = ROOT / "README.md"
PAGE = LANGUAGE.read_text(encoding="utf-8")
PAGES = sorted(page for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")] if "_build" not in page.parts)
LINKED = [*PAGES, *sorted(ROOT.glob("examples/**/*.md"))]
LINK = re.compile(r"\]\(([^()\s]+)\)")  # of images and pages alike
PERIOD = "2020"


# -- examples of the language page ------------------------------------------------------------------------------------


def outcome(example: Example, balances: bool) -> list[str]:
    """What the settlement of an example comes to, in the words of the page."""
    contract = read_contract(example.contract)
    measured = parse_csv(example.data.encode(), "example.csv") if example.data else Measured(())
    payee = settle(contract, measured, PERIOD).only()
    places = contract.rounding.lines.places if contract.rounding else 0
    found = [] if payee.score is None else [f"score {to_text(payee.score)}"]
    found += [f"{line.clause} {line.party} {to_decimal(line.amount, places)}" for line in payee.lines]
    for party, each in payee.balance.items() if balances else ():
        amounts = (each.earned, each.held, each.paid, each.payable)
        found.append(" ".join(["balance", party, *(to_decimal(amount, places) for amount in amounts)]))
    return found


def test_the_examples_were_found() -> None:
    """The page has examples, most of them with a result: no test below passes on nothing."""
    assert len(examples()) > 2 * sum(example.result is None for example in examples()) > 0


def test_every_yaml_block_is_marked() -> None:
    """No block of YAML on the language page goes unchecked."""
    marks = {"frame", "example", "contract", "mapping", "amendment"}
    unmarked = [block.line for block in blocks(LANGUAGE) if "yaml" in block.words and not marks & set(block.words)]
    assert not unmarked, f"docs/language.md, lines {unmarked}: mark the block yaml example or yaml contract"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_an_example_lints_clean(example: Example) -> None:
    """Every contract on the page is right, in all of its periods."""
    assert read_contract(example.contract).contract


@pytest.mark.parametrize("example", [each for each in examples() if each.result], ids=lambda example: example.name)
def test_an_example_comes_to_what_is_shown(example: Example) -> None:
    """The result beside an example is what a settlement computes."""
    shown = (example.result or "").splitlines()
    assert outcome(example, balances=any(line.startswith("balance ") for line in shown)) == shown


@pytest.mark.parametrize("page", [page for page in PAGES if page != LANGUAGE], ids=lambda page: page.name)
def test_a_contract_on_another_page_lints_clean(page: Path) -> None:
    """A contract shown anywhere else is right too."""
    for block in blocks(page):
        if block.words[:2] == ("yaml", "contract"):
            assert read_contract(block.text).contract


# -- what is shown in the README --------------------------------------------------------------------------------------


def output_of(command: str) -> list[str]:
    """What a command of this package says, on both streams, run from the top of the repository."""
    program, *arguments = shlex.split(command)
    assert program == "alliance", f"{program} is not a command of this package"
    expanded = [
        str(path.relative_to(ROOT))
        for argument in arguments
        for path in (sorted(ROOT.glob(argument)) if "*" in argument else [ROOT / argument])
    ]
    with chdir(ROOT), pytest.MonkeyPatch.context() as patch:
        patch.delenv("ALLIANCE_LANG", raising=False)
        return said(*expanded)[1].splitlines()


CONSOLE = [
    pytest.param(command, shown, id=f"{page.name}:{block.line}")
    for page in PAGES
    for block in blocks(page)
    if block.words[:1] == ("console",)
    for command, shown in commands_of(block)
]


@pytest.mark.parametrize(("command", "shown"), CONSOLE)
def test_a_command_says_what_is_shown(command: str, shown: list[str]) -> None:
    """The output in a console block is the real one; only `...` may leave lines out."""
    real = output_of(command)
    assert agrees(shown, real), f"$ {command}\n" + "\n".join(real)


def test_the_readme_shows_a_settlement_and_python() -> None:
    """The blocks that the tests run are there."""
    assert len(CONSOLE) >= 3
    assert any(block.words[:1] == ("python",) and ">>>" in block.text for block in blocks(README))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_a_page_gives_what_is_shown(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line after `>>>` runs, and gives what stands below it; files of a recipe are tried in test_recipes.py."""
    monkeypatch.chdir(ROOT)
    told, names = list[str](), dict[str, object]()
    for block in blocks(page):
        if block.words[:1] == ("python",) and not any(word.startswith("file=") for word in block.words):
            test = doctest.DocTestParser().get_doctest(block.text, names, page.name, page.name, block.line)
            assert test.examples
            doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(
                test, out=told.append, clear_globs=False
            )
            names = test.globs
    assert not told, "".join(told)


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["a", "..."], ["a", "b", "c"], True),
        (["a", "...", "c"], ["a", "c"], True),
        (["...", "c"], ["a", "b"], False),
        (["a", "...", "b", "c"], ["a", "b", "x", "b", "c"], True),
        ([], ["a"], False),
    ],
)
def test_left_out_lines_are_the_only_freedom(shown: list[str], real: list[str], same: bool) -> None:
    """Three points stand for lines, and nothing else may differ."""
    assert agrees(shown, real) is same


def test_make_targets_in_the_pages_exist() -> None:
    """A `make` that a page names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    named = {target for text in pages for target in re.findall(r"(?:^|[`=\d] ?)make ([a-z-]+)", text, re.MULTILINE)}
    assert {"demo", "test"} <= named <= targets


# -- links ------------------------------------------------------------------------------------------------------------


def broken_links(page: Path, text: str) -> list[str]:
    """Links of a page within the repository that lead to no file or no heading."""
    found = []
    for target in LINK.findall(prose(text)):
        name, _, part = target.partition("#")
        file = page.parent / name if name else page
        if ":" in name:
            continue
        there = {anchor(each.title) for each in headings(file.read_text("utf-8") if name else text)} if part else {""}
        if not file.exists() or part not in there:
            found.append(target)
    return found


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link within the repository leads to a file, and to a heading of it."""
    assert not broken_links(page, page.read_text(encoding="utf-8"))


def test_a_broken_link_is_found() -> None:
    """The check bites, and leaves blocks and the world outside alone."""
    page = ROOT / "README.md"
    assert broken_links(page, "[a](no-such.md)") == ["no-such.md"]
    assert broken_links(page, "# Here\n[a](#there)") == ["#there"]
    assert broken_links(page, "![a picture](no-such.png)") == ["no-such.png"]
    assert not broken_links(page, "# Here now\n[a](#here-now) [b](LICENSE) [c](https://example.org/x)")
    assert not broken_links(page, "```\n[a](no-such.md)\n```\n")


# -- what must be documented ------------------------------------------------------------------------------------------


def keys_of(model: type[Part]) -> set[str]:
    """The keys that people write in a part of a contract."""
    return {field.alias or name for name, field in model.model_fields.items()}


def parts_below(annotation: object, seen: set[type[Part]]) -> set[type[Part]]:
    """Every model that an annotation reaches, through keys of keys; not those that are read from a text or a list."""
    inner = get_args(annotation)
    if any(isinstance(each, PlainValidator | Reads) for each in inner):
        return seen
    if isinstance(annotation, type) and issubclass(annotation, Part) and annotation not in seen:
        seen.add(annotation)
        fields = annotation.model_fields.values()
        inner = tuple(
            field.annotation
            for field in fields
            if not any(isinstance(each, PlainValidator | Reads) for each in field.metadata)
        )
    for each in inner:
        parts_below(each, seen)
    return seen


DOCUMENTED: list[tuple[str, str, Callable[[], Iterable[str]]]] = [
    ("command", "Commands", command_names),
    ("top-level key", "Top-level keys", lambda: keys_of(Contract)),
    ("function", "Functions", lambda: FUNCTIONS),
    ("column", "Measured data", lambda: COLUMNS),
    ("status of a row", "Measured data", lambda: filter(None, STATUSES)),
    ("rounding", "Rounding and sharing out", lambda: ROUNDINGS),
    ("scoring rule", "Scoring rules", lambda: members("scoring")),
    ("payment clause", "Payment clauses", lambda: members("payments")),
]


@pytest.mark.parametrize(("what", "heading", "names"), DOCUMENTED, ids=[what for what, _, _ in DOCUMENTED])
def test_all_there_is_is_documented(what: str, heading: str, names: Callable[[], Iterable[str]]) -> None:
    """Commands, keys, functions, columns, rules and clauses stand in their section of the language page."""
    there = set(names())
    missing = there - code_words(sections(PAGE, heading))
    assert there
    assert not missing, f"docs/language.md, {heading}: no word of the {what} {', '.join(sorted(missing))}"


@pytest.mark.parametrize("family", ["scoring", "payments"])
def test_every_member_has_a_heading_and_its_keys(family: str) -> None:
    """A rule or clause has a section of its own, in which each of its keys stands."""
    common = keys_of(members("payments")["formula"]) - {"amount"} if family == "payments" else keys_of(Part)
    for kind, member in members(family).items():
        text = sections(PAGE, kind)
        missing = {kind, *keys_of(member)} - common - code_words(text)
        assert text.startswith(f"### {kind}"), f"docs/language.md has no section {kind}"
        assert not missing, f"docs/language.md, {kind}: no word of {', '.join(sorted(missing))}"


def test_every_key_of_the_language_is_documented() -> None:
    """No key of any part of a contract is left unsaid, however deep it stands."""
    known = code_words(PAGE)
    parts = parts_below(Contract, set())
    missing = [f"{part.__name__}: {', '.join(sorted(left))}" for part in parts if (left := keys_of(part) - known)]
    assert len(parts) > 30
    assert not missing, "\n".join(sorted(missing))


def test_the_changelog_lists_what_there_is() -> None:
    """Commands, rules and clauses stand under Unreleased, or under the version that brought them."""
    known = code_words((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert not {*command_names(), *members("scoring"), *members("payments")} - known


# -- docstrings -------------------------------------------------------------------------------------------------------

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(body: Iterable[ast.stmt]) -> Iterator[Definition]:
    """The public classes and functions of a module or a class."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node


def classes(house: Iterable[Module]) -> dict[str, ast.ClassDef]:
    """Every class of the modules by its name."""
    return {node.name: node for module in house for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}


def inherits(cls: ast.ClassDef, method: str, known: dict[str, ast.ClassDef]) -> bool:
    """Whether a class takes a method's docstring over from a class it derives from."""
    for base in cls.bases:
        above = known.get(ast.unparse(base).partition("[")[0])
        if above is not None:
            documented = {node.name for node in definitions(above.body) if ast.get_docstring(node)}
            if method in documented or inherits(above, method, known):
                return True
    return False


def without_docstring(house: tuple[Module, ...]) -> list[str]:
    """Public modules, classes, functions and methods that say nothing of themselves."""
    known, found = classes(house), [module.name for module in house if not ast.get_docstring(module.tree)]
    for module in house:
        for node in definitions(module.tree.body):
            if not ast.get_docstring(node):
                found.append(f"{module.name}.{node.name}")
            if isinstance(node, ast.ClassDef):
                found += [
                    f"{module.name}.{node.name}.{inner.name}"
                    for inner in definitions(node.body)
                    if not ast.get_docstring(inner) and not inherits(node, inner.name, known)
                ]
    return found


def test_everything_public_has_a_docstring() -> None:
    """Each public module, class, function and method says what it is; a method may inherit its sentence."""
    assert len(modules()) > 20
    assert not without_docstring(modules())


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""A module."""\ndef f(): ...', ["m.f"]),
        ('"""A module."""\nclass A: ...', ["m.A"]),
        ('"""A module."""\nclass A:\n    """A."""\n    def f(self): ...', ["m.A.f"]),
        ('"""A module."""\nclass A:\n    """A."""\n    def f(self):\n        """F."""\nclass B(A):\n    """B."""\n'
         "    def f(self): ...", []),
        ('"""A module."""\ndef _f(): ...', []),
        ("def _f(): ...", ["m"]),
    ],
)  # fmt: skip
def test_a_silent_one_is_found(source: str, found: list[str]) -> None:
    """The check bites on each kind, and lets a method inherit."""
    assert without_docstring((Module("m", source),)) == found
