"""Whoever follows a written page gets what it says: each block of code runs, or is checked as what it is."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from alliance_outcomes.calculation.plain import from_plain
from alliance_outcomes.cli.group import built, command_names
from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.columns import Columns, RecordColumns
from alliance_outcomes.contract.definitions import Definition
from alliance_outcomes.contract.model import Amendment, Contract
from alliance_outcomes.contract.parts import Part
from alliance_outcomes.formula import parse
from alliance_outcomes.formula.nodes import Node
from alliance_outcomes.sources.query import Stated
from alliance_outcomes.statements.rules import page_codes, read_page
from alliance_outcomes.statements.words import WORDS
from docs.generate import PAGES as GENERATED
from tests.documents import LANGUAGE, Block, blocks, framed, prose
from tests.pages import SHELL, Reader, file_of, lines_of
from tests.running import said
from tests.test_docs import keys_of, parts_below
from tests.tree import ROOT

WRITTEN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *ROOT.glob("examples/*/README.md")])
FRAME = next(block.text for block in blocks(LANGUAGE) if block.words == ("yaml", "frame"))
# What a fenced block may be: its words, and the page that it may stand on where not on any. Each is run or checked: here
# where no other place is named.
KINDS: dict[str, str] = {
    "sh": "",
    "sh shown": "",
    "session": "",
    "session exit=1": "",
    "console": "",  # test_docs.py
    "python": "",  # test_docs.py
    "yaml contract": "",  # test_docs.py
    "yaml part": "",
    "yaml workflow": "",
    "yaml frame": "language.md",  # test_docs.py, and the five below
    "yaml example": "language.md",
    "csv data": "language.md",
    "text result": "language.md",
    "yaml amendment": "language.md",  # test_amending.py, and the one below
    "text amended": "language.md",
    "text periods": "language.md",
    "text grammar": "language.md",
    "json reconciliation": "language.md",
    "json formula": "evidence.md",
    "yaml mapping": "language.md",  # test_mapping.py
    "yaml query": "data.md",  # test_data.py
    "yaml extract": "data.md",  # test_extracts.py
    "math": "",  # the build of the site
}


def every(*words: str) -> Iterator[tuple[Path, Block]]:
    """The blocks of the written pages that begin with these words; those of rules.md are for test_rules.py."""
    for page in WRITTEN:
        if page.name != "rules.md":
            for block in blocks(page):
                if block.words[: len(words)] == words:
                    yield page, block


def unchecked(page: Path, words: tuple[str, ...]) -> bool:
    """Whether nothing would run or check a block that is marked so. Files are read by what else stands on their page."""
    if any(word.startswith("file=") for word in words):
        return (
            page.stem != "extending"
            and not follows(page)
            and not any(each == page for each, _ in every("yaml", "part"))
        )
    return KINDS.get(" ".join(words)) not in ("", page.name)


def test_every_block_is_run_or_checked() -> None:
    """A block that nothing runs or checks has no place on a page; its mark says what it is."""
    found = list(every())
    bare = [
        f"{page.name}:{block.line}: {' '.join(block.words)}" for page, block in found if unchecked(page, block.words)
    ]
    assert len(found) > 150
    assert not bare, "Mark each by what it is, so that it runs:\n" + "\n".join(bare)
    for words in ((), ("yaml",), ("text",), ("csv", "data"), ("python", "shown"), ("csv", "file=a.csv")):
        assert unchecked(ROOT / "CHANGELOG.md", words)


def test_a_file_is_named_where_it_is_shown() -> None:
    """The words of a fence are not seen by who reads the page, so the text says which file it is."""
    unnamed = [
        f"{page.name}: {file_of(block)}"
        for page, block in every()
        if file_of(block) and f"`{file_of(block)}`" not in prose(page.read_text("utf-8"))
    ]
    assert not unnamed


def follows(page: Path) -> bool:
    """Whether somebody can do what a page says: type commands, write files."""
    if page.name == "extending.md":  # what it adds to the package is tried in a copy, by test_recipes.py
        return False
    return any(block.words[:1] == ("session",) or block.words == ("sh",) for block in blocks(page))


@pytest.mark.untraced
@pytest.mark.parametrize("page", [page for page in WRITTEN if page.name != "rules.md" and follows(page)], ids=lambda page: page.stem)  # fmt: skip
def test_a_page_can_be_followed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first command to the last, in a new folder: each ends as it should, and says what is shown."""
    monkeypatch.delenv("ALLIANCE_LANG", raising=False)
    monkeypatch.chdir(tmp_path)  # and back
    reader = Reader(tmp_path)
    for block in blocks(page):
        if block.words:
            reader.follow(block)


def shown_commands() -> Iterator[tuple[str, str]]:
    """Commands that pages show without their output, each with its place; in the README of an example they are indented."""
    for page, block in every("sh"):
        for command in lines_of(block):
            yield f"{page.relative_to(ROOT)}:{block.line}", command
    for page in ROOT.glob("examples/*/README.md"):
        for command in re.findall(r"^    ((?:alliance|python) .*)$", page.read_text("utf-8"), re.MULTILINE):
            yield str(page.relative_to(ROOT)), command


def test_commands_that_are_shown_can_be_typed() -> None:
    """Each command there is, with its options and as many arguments as it takes; each `make`, module and extra too."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    found = list(shown_commands())
    for place, command in found:
        program, *arguments = shlex.split(command)
        if program == "alliance" and arguments[0] in command_names():
            built(arguments[0]).make_context(arguments[0], arguments[1:])
        elif program == "make":
            assert set(arguments) <= targets, f"{place}: {command}"
        elif program == "pip":
            assert set(re.findall(r"[\[,](\w+)(?=[\],])", command)) <= set(extras), f"{place}: {command}"
        else:
            assert program in {"alliance", *SHELL}, f"{place}: {command}"
    assert len(found) > 40


def test_the_right_command_of_a_code_can_be_typed() -> None:
    """Under Right on the page of a code stands no command, option or argument that there is not."""
    right = "\n".join(
        text for code in page_codes() for text in re.findall(r"```sh\n(.*?)```", read_page(code).right, re.S)
    )
    typed = [shlex.split(line, comments=True) for line in right.replace("\\\n", " ").splitlines()]
    ours = [line for line in typed if line[:1] == ["alliance"]]
    assert len(ours) > 50
    for _, name, *arguments in ours:
        built(name).make_context(name, arguments)


def test_extras_that_the_pages_name_are_there() -> None:
    """`pip install 'alliance-outcomes[excel]'` installs something."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {each for page in WRITTEN for each in re.findall(r"alliance-outcomes\[(\w+)\]", page.read_text("utf-8"))}
    assert named <= set(extras)
    assert named


@pytest.mark.parametrize(("page", "block"), list(every("yaml", "part")), ids=lambda each: getattr(each, "stem", ""))
def test_a_part_of_a_contract_lints(page: Path, block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the frame of the language page, beside the files that the page shows."""
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    for each in blocks(page):
        if file_of(each):
            reader.write(each)
    (tmp_path / "part.yaml").write_text(framed(FRAME, block.text), "utf-8")
    code, text = said("lint", "part.yaml")
    assert code == 0, text


def test_the_workflow_uses_what_the_action_takes() -> None:
    """Steps of a workflow that the pages show give the action inputs that it has."""
    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"])
    steps = [step for _, block in every("yaml", "workflow") for step in yaml.safe_load(block.text)]
    assert steps
    for step in steps:
        assert set(step.get("with", {})) <= inputs or "/checkout@" in step["uses"], step


def test_the_formula_of_a_bundle_reads() -> None:
    """The JSON of a formula is what a calculation holds."""
    found = [from_plain(json.loads(block.text)) for _, block in every("json", "formula")]
    assert found
    assert all(isinstance(each, Node) for each in found)


def test_the_json_of_a_reconciliation_keeps_to_its_schema() -> None:
    """What the language page shows is what programs get."""
    schema = json.loads((ROOT / "docs" / "schemas" / "reconciliation.schema.json").read_text("utf-8"))
    found = [json.loads(block.text) for _, block in every("json", "reconciliation")]
    assert found
    for each in found:
        jsonschema.Draft202012Validator(schema).validate(each)


def test_the_grammar_has_the_words_and_signs_of_the_parser() -> None:
    """Each sign and word that the grammar puts in quotes is one that the parser reads."""
    strings = {
        node.value
        for node in ast.walk(ast.parse(Path(str(parse.__file__)).read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    ((_, block),) = every("text", "grammar")
    signs = set(re.findall(r'"([^"]+)"', block.text))
    assert {"if", "else", "and", "or", "not", "none", "of"} <= signs
    assert not {sign for sign in signs - strings if not any(sign in each for each in strings)}


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_current(name: str) -> None:
    """The page is what the models, commands and codes say now: `make reference` writes it."""
    assert (ROOT / "docs" / name).read_text("utf-8") == GENERATED[name](), "run make reference"


def test_the_page_of_keys_leaves_none_out() -> None:
    """Each part of a contract, definition, mapping and query has a section with its words, and in it each of its keys."""
    page = (ROOT / "docs" / "reference" / "keys.md").read_text("utf-8")
    parts = set[type[Part]]()
    for model in (Contract, Amendment, Definition, Columns, RecordColumns, Stated):
        parts_below(model, parts)
    for family in ("scoring", "payments", "measures"):
        parts.update(members(family).values())
    tables = re.findall(r"^\| key \|.*\n.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    keys = [frozenset(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)) for table in tables]
    missing = [part.__name__ for part in parts if keys_of(part) - keys_of(Part) not in keys]
    assert len(parts) > 40
    assert not missing


def test_every_page_is_on_the_first_one() -> None:
    """docs/index.md links to each page, so that the site has it among its contents."""
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    listed = re.findall(r"^- .*?\]\(([\w/-]+\.md)\)", index, re.MULTILINE)
    there = [str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")]
    assert sorted(listed) == sorted(name for name in there if name != "index.md" and not name.startswith("_build"))


def test_modules_that_are_run_are_there() -> None:
    """`python -m NAME` on a page names a module of this repository, or of Python."""
    named = {each for page in WRITTEN for each in re.findall(r"python -m ([\w.-]+)", page.read_text("utf-8"))}
    assert named
    for name in named - {"tests.NAME"}:
        ours = (ROOT / f"{name.replace('.', '/')}.py").is_file()
        assert ours or importlib.util.find_spec(name.partition(".")[0]), name


def said_in_statements() -> Iterator[tuple[str, str, str]]:
    """Words of statements, and titles in the contracts here but those of parties, in English, Finnish and Swedish, in small letters."""
    for key, english in WORDS["en"].items():
        yield english.lower(), WORDS["fi"][key].partition(" (")[0].lower(), WORDS["sv"][key].partition(" (")[0].lower()
    for file in [*(ROOT / "contracts").glob("*.yaml"), ROOT / "alliance_outcomes" / "starter" / "contract.yaml"]:
        for title in re.findall(r"^(?!.*role:).*title: (\{.*?\})", file.read_text("utf-8"), re.MULTILINE):
            words = yaml.load(title, yaml.BaseLoader)
            if len(words) == 3:
                yield words["en"].lower(), words["fi"].lower(), words["sv"].lower()


def test_the_glossary_has_the_words_of_statements() -> None:
    """What statements and the contracts here call a thing in three languages is what the glossary calls it."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
    )
    glossary = {english.lower(): (finnish.lower(), swedish.lower()) for english, finnish, swedish in rows}
    found = [(english, words) for english, *words in said_in_statements() if english in glossary]
    other = {english: words for english, words in found if tuple(words) != glossary[english]}
    assert len({english for english, _ in found}) > 30
    assert not other
