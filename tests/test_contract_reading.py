"""The reader of YAML: every key and value keeps its place, every scalar stays text, and each fault is told once."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import yaml

from alliance_outcomes.contract import reading
from alliance_outcomes.contract.loading import build_contract, examine_contract
from alliance_outcomes.contract.located import Document, Listing, Table, Text, find, place_of
from alliance_outcomes.contract.reading import parse_document, read_bytes, read_document
from alliance_outcomes.contract.validating import in_order
from alliance_outcomes.problems import ContractError, Place, Problem, UsageError, did_you_mean, nearest
from tests.tree import ROOT


@pytest.fixture(params=["CLoader", "Loader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds with YAML's fast loader and, where that is not installed, with the slow one."""
    monkeypatch.setattr(reading, "_LOADER", getattr(yaml, request.param))


def parsed(text: str) -> Document:
    """The document of a text."""
    return parse_document(text.encode(), "c.yaml")


def at(place: Place | None) -> tuple[int, int, int]:
    """Line, column and width of a place."""
    assert place is not None
    return place.line, place.column, place.width


def refused(text: str | bytes) -> tuple[Problem, ...]:
    """The problems that end the reading of a text."""
    with pytest.raises(ContractError) as error:
        parse_document(text.encode() if isinstance(text, str) else text, "c.yaml")
    return error.value.problems


# -- places ----------------------------------------------------------------------------------------------------------

PLACED = """\
contract: care   # a name
party: {role: "a provider", share: 80 %}
list: [1, [2, 3]]
text: |
  first
  second
long: >-
  one
  two
quoted: 'it''s'
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("contract",), (1, 11, 4), (1, 1, 8)),
        (("party",), (2, 8, 1), (2, 1, 5)),
        (("party", "role"), (2, 15, 12), (2, 9, 4)),
        (("party", "share"), (2, 36, 4), (2, 29, 5)),
        (("list",), (3, 7, 1), (3, 1, 4)),
        (("list", 1, 1), (3, 15, 1), (3, 15, 1)),
        (("text",), (4, 7, 1), (4, 1, 4)),
        (("long",), (7, 7, 1), (7, 1, 4)),
        (("quoted",), (10, 9, 7), (10, 1, 6)),
    ],
)
def test_every_key_and_value_keeps_its_place(
    path: tuple[str | int, ...], value: tuple[int, int, int], key: tuple[int, int, int]
) -> None:
    """Line, column and width as an editor counts them."""
    root = parsed(PLACED).root
    assert at(find(root, path)) == value
    assert at(find(root, path, key=True)) == key


def test_a_text_keeps_its_place_on_the_way_to_another_process() -> None:
    """A contract that is handed to another process tells its faults where they stand."""
    text = parsed("a: one\nb: two\n").root["b"]
    again = pickle.loads(pickle.dumps(text))
    assert (again, place_of(again)) == ("two", place_of(text))


def test_scalars_are_what_was_written() -> None:
    """Blocks keep or fold their lines, quotes are undone, and nothing is guessed."""
    root = parsed(PLACED).root
    assert root == {
        "contract": "care",
        "party": {"role": "a provider", "share": "80 %"},
        "list": ["1", ["2", "3"]],
        "text": "first\nsecond\n",
        "long": "one two",
        "quoted": "it's",
    }


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("f: a + bc", 4, (1, 8, 2)),
        ("f: 'a + bc'", 4, (1, 9, 2)),
        ('f: "a + bc"', 4, (1, 9, 2)),
        ('f: "\\u0061 + bc"', 4, (1, 4, 13)),
        ("f: 'a''s + bc'", 4, (1, 4, 11)),
        ("f: |\n  a + bc", 4, (1, 4, 1)),
        ("f: a +\n  bc", 4, (1, 4, 1)),
    ],
    ids=["plain", "single quotes", "double quotes", "an escape", "a doubled quote", "a block", "two lines"],
)
def test_a_token_is_found_inside_a_text(text: str, offset: int, place: tuple[int, int, int]) -> None:
    """A place inside a text is exact where letters stand as they are read, else that of the whole text."""
    value = parsed(text).root["f"]
    assert isinstance(value, Text)
    assert at(value.locate(offset, 2)) == place


def test_letters_are_counted_not_bytes() -> None:
    """A column is a letter, whatever its bytes, and however Windows ends its lines."""
    document = parse_document("\ufeffäö: 1\r\nääkkönen: {ö: [x]}\r\n".encode(), "c.yaml")
    assert at(find(document.root, ("ääkkönen", "ö", 0))) == (2, 16, 1)
    assert document.lines == ("äö: 1", "ääkkönen: {ö: [x]}")


def test_what_was_not_written_has_the_place_of_what_holds_it() -> None:
    """A missing value is told where it would stand: at the nearest ancestor that was written."""
    root = parsed("a:\n  b: {c: 1}\n").root
    assert at(find(root, ("a", "b", "missing", "deep"))) == (2, 6, 1)
    assert at(find(root, ("a", "b", "missing"), key=True)) == (2, 3, 1)
    assert at(find(root, ("missing",))) == (1, 1, 1)
    assert find("no table", ("a",)) is None


def test_a_named_entry_of_a_list_is_found_by_its_name() -> None:
    """A settlement is a list of named clauses."""
    root = parsed("settlement:\n  - costs: {kind: fee}\n  - bonus: {kind: pool}\n").root
    assert at(find(root, ("settlement", "bonus", "kind"))) == (3, 19, 4)
    assert at(find(root, ("settlement", "bonus"), key=True)) == (3, 5, 5)


def test_an_empty_value_is_nothing() -> None:
    """`key:` alone has no value; `key: ""` has an empty one."""
    root = parsed('a:\nb: ""\nc: {d: , e: ~}\n').root
    assert root == {"a": None, "b": "", "c": {"d": None, "e": "~"}}
    assert at(find(root, ("a",))) == (1, 1, 1)


def test_defaults_lie_under_what_is_written() -> None:
    """What is written wins; where numbers come from is said of what was written there, and is not taken over."""
    root = parsed("own: {a: 1, source: here}\ndefaults: {a: 2, b: 3, source: there, assumed: so}\n").root
    own, defaults = root["own"], root["defaults"]
    assert isinstance(own, Table)
    assert isinstance(defaults, Table)
    full = own.over(defaults)
    assert full == {"b": "3", "a": "1", "source": "here"}
    assert (at(find(full, ("a",))), at(find(full, ("b",)))) == ((1, 10, 1), (2, 21, 1))
    assert at(find(full, ("b",), key=True)) == (2, 18, 1)


def test_values_of_no_file_have_no_place() -> None:
    """Only what was read has a place."""
    assert place_of("text") is None
    assert place_of(Listing(Place("c.yaml", 3))) == Place("c.yaml", 3)


# -- faults that leave the rest readable -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "place", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "AO007", (3, 1, 1), "a is given twice; the first stands on line 1."),
        ("x: {a: 1, a: 2}\n", "AO007", (1, 11, 1), "a is given twice; the first stands on line 1."),
        ("a: &b 1\n", "AO006", (1, 4, 4), "Anchors and aliases are not used in contracts"),
        ("a: !b 1\n", "AO006", (1, 4, 4), "The tag !b is not used in contracts."),
        ("a: ! 1\n", "AO006", (1, 4, 3), "The tag ! is not used in contracts."),
        ("<<: {a: 1}\nb: 1\n", "AO006", (1, 1, 2), "Merge keys are not used in contracts."),
        ("x: {a: 7,5 %}\n", "AO008", (1, 8, 5), "so 7,5 % is read as two entries"),
        ("x: {a: -1 234,50, b: 2}\n", "AO008", (1, 8, 9), "so -1 234,50 is read as two entries"),
        ("x: {a: max(b, c)}\n", "AO008", (1, 8, 9), "so this formula is read as two entries"),
        ("x: {a: max(b, min(c, d, e)), f: g}\n", "AO008", (1, 8, 20), "so this formula is read as two entries"),
    ],
)
def test_a_fault_is_told_and_the_rest_is_read(text: str, code: str, place: tuple[int, int, int], said: str) -> None:
    """One problem each, at its letters, and a document beside it."""
    (problem,) = parsed(text).problems
    assert (problem.code, at(problem.place)) == (code, place)
    assert said in problem.sentence
    assert problem.instead


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("a: 1\na: 2\n", {"a": "1"}),
        ("a: &b 1\nc: *b\n", {"a": "1", "c": "1"}),
        ("a: !!int 1\n", {"a": "1"}),
        ("<<: {a: 1}\nb: 1\n", {"b": "1"}),
        ("x: {a: 7,5 %, b: 1}\n", {"x": {"a": "7.5 %", "b": "1"}}),
        ("x: {a: max(b, min(c, d)), e: f}\n", {"x": {"a": "max(b, min(c, d))", "e": "f"}}),
        ("'<<': 1\n", {"<<": "1"}),
        ("x: {a: 7, 5: 6, b: }\n", {"x": {"a": "7", "5": "6", "b": None}}),
        ("x: {a: 7,\n  5, b: 1}\n", {"x": {"a": "7", "5": None, "b": "1"}}),
    ],
)
def test_what_is_read_beside_a_fault(text: str, root: dict[str, object]) -> None:
    """The fault is mended as far as it can be, so that it is not told again by what reads the document."""
    assert parsed(text).root == root


def test_what_is_quoted_or_on_lines_of_its_own_may_hold_commas() -> None:
    """Only inside braces does a comma end a value."""
    assert not parsed("a: max(b, c)\nd: {e: 'max(f, g)', h: \"7,5\"}\n").problems


# -- faults that end the reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "AO003", (1, 1, 1)),
        ("# nothing\n", "AO003", (1, 1, 1)),
        ("- a\n- b\n", "AO003", (1, 1, 1)),
        ("only a text\n", "AO003", (1, 1, 1)),
        ("a: 1\n---\nb: 2\n", "AO003", (2, 1, 3)),
        ("a: [1, 2\n", "AO003", (1, 9, 1)),
        ("a: 'b\n", "AO003", (1, 6, 1)),
        ("a: b: c\n", "AO003", (1, 5, 1)),
        ("a: 1\n b: 2\n", "AO003", (2, 3, 1)),
        ("? [a, b]\n: 1\n", "AO003", (1, 3, 1)),
        ("a: &b [1]\nc: *b\n", "AO006", (2, 4, 2)),
        ("a: *b\n", "AO006", (1, 4, 2)),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, code: str, place: tuple[int, int, int]) -> None:
    """What is no YAML, or no contract, ends the reading where it stands."""
    problem = refused(text)[-1]
    assert (problem.code, at(problem.place)) == (code, place)
    assert problem.sentence


@pytest.mark.parametrize("depth", [19, 20])
def test_twenty_deep_is_not_too_deep(depth: int) -> None:
    """The table itself is the first; the twentieth is read, the next is not."""
    text = f"a: {'[' * depth}{']' * depth}\n"
    if depth == 19:
        assert not parsed(text).problems
    else:
        assert [problem.code for problem in refused(text)] == ["AO005"]


@pytest.mark.parametrize("parts", [19_992, 19_993])
def test_twenty_thousand_parts_are_not_too_many(parts: int) -> None:
    """The beginnings and ends of the file, its table and its list count too."""
    text = f"a: [{'b,' * parts}]\n"
    if parts == 19_992:
        assert not parsed(text).problems
    else:
        assert [problem.code for problem in refused(text)] == ["AO005"]


def test_what_was_found_before_the_end_is_told_too() -> None:
    """A fault that ends the reading does not hide the ones before it."""
    assert [problem.code for problem in refused("a: &x 1\na: 2\nb: [\n")] == ["AO006", "AO007", "AO003"]


# -- bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("a: ä\n".encode("latin-1"), (1, 4, 1)),
        ("a: é\nb: ä".encode() + b"\xff", (2, 5, 1)),
        ("a: 1\n".encode("utf-16"), (1, 1, 1)),
        (b"a: \x00\n", (1, 4, 1)),
        (b"a: \x1b[31m\n", (1, 4, 1)),
        (b"a: 1\r\nb: \x1c2\n", (2, 4, 1)),
        (b"a: \x0b\n", (1, 4, 1)),
        ("a: \x9b31m\n".encode(), (1, 4, 1)),
        ("a: b\ufeff\n".encode(), (1, 5, 1)),
    ],
    ids=[
        "latin-1",
        "half a letter",
        "UTF-16",
        "NUL",
        "escape",
        "separator",
        "tab down",
        "escape beyond ASCII",
        "a mark inside",
    ],
)
def test_what_is_not_plain_text_is_refused(data: bytes, place: tuple[int, int, int]) -> None:
    """Bytes that are not UTF-8, and letters that no one sees, are refused with their place."""
    (problem,) = refused(data)
    assert (problem.code, at(problem.place)) == ("AO004", place)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u0085", "\u2028"])
def test_lines_are_counted_as_yaml_counts_them(end: str) -> None:
    """Whatever ends a line in YAML ends it in messages too, so that the line shown is the one meant."""
    document = parsed(f"a: 1{end}b: {{c: 7,5 %}}{end}")
    (problem,) = document.problems
    assert problem.place is not None
    assert document.lines[problem.place.line - 1] == "b: {c: 7,5 %}"


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_named_as_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative name stays relative in messages."""
    (tmp_path / "c.yaml").write_text("a: 1\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_document(Path("c.yaml")).file == "c.yaml"


def test_a_missing_file_is_told() -> None:
    """A missing file is a question of usage, not a fault of a contract."""
    with pytest.raises(UsageError, match=r"AO001 There is no file nowhere\.yaml"):
        read_bytes(Path("nowhere.yaml"))


def test_256_kb_are_not_too_large(tmp_path: Path) -> None:
    """The limit itself is read, a byte more is not."""
    file = tmp_path / "c.yaml"
    file.write_bytes(b"#" * 256 * 1024)
    assert len(read_bytes(file)) == 256 * 1024
    file.write_bytes(b"#" * (256 * 1024 + 1))
    with pytest.raises(ContractError, match=r"AO002 .* is larger than 256 KB"):
        read_bytes(file)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """Neither a folder nor a pipe, which would be waited for."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(ContractError, match=r"AO002 .* is not a regular file"):
            read_bytes(path)


def test_nothing_is_read_outside_the_root(tmp_path: Path) -> None:
    """Paths are compared once they are resolved: neither dots, nor links, nor a name that only begins alike lead out."""
    root, beside = tmp_path / "root", tmp_path / "root-beside"
    root.mkdir()
    beside.mkdir()
    (beside / "secret").write_text("x", "utf-8")
    (root / "inside").write_text("x", "utf-8")
    (root / "link").symlink_to(beside / "secret")
    assert read_bytes(root / "inside", root) == b"x"
    for path in (root / "link", root / ".." / "root-beside" / "secret", beside / "secret"):
        with pytest.raises(ContractError, match=r"AO002 .* lies outside"):
            read_bytes(path, root)


def test_what_cannot_be_read_is_a_coded_problem(tmp_path: Path) -> None:
    """A name that is too long, or a letter that no name has, is told like any other fault."""
    for name in ("x" * 5000, "a\0b"):
        with pytest.raises(ContractError, match=r"AO002 .* cannot be read"):
            read_bytes(tmp_path / name)


# -- problems --------------------------------------------------------------------------------------------------------


def test_problems_come_once_each_by_line() -> None:
    """The same problem is told once; those of a file come in the order of its lines, then columns."""
    late, early = Problem("AO001", "late.", place=Place("a", 9)), Problem("AO009", "early.", place=Place("a", 2, 5))
    first = Problem("AO005", "first.", place=Place("a", 2, 1))
    nowhere = Problem("AO002", "nowhere.")
    assert in_order([late, early, late, nowhere, first]) == [nowhere, first, early, late]


def test_a_problem_says_where_what_and_what_instead() -> None:
    """One line: place, code, sentence, what to write, and the other place."""
    problem = Problem("AO007", "a is given twice.", "Keep one.", Place("c.yaml", 3, 5), Place("c.yaml", 1))
    assert str(problem) == "c.yaml:3:5: AO007 a is given twice. Keep one. (see also c.yaml:1:1)"
    assert str(Problem("AO021", "Several.")) == "AO021 Several."


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("roundng", ["rounding", "periods"], "Did you mean rounding?"),
        ("xyz", ["b", "a", "a"], "Known here: a, b."),
        ("xyz", [f"word{number}" for number in range(13)], ""),
        ("xyz", [], ""),
    ],
)
def test_did_you_mean(word: str, known: list[str], said: str) -> None:
    """The nearest known word; where none is near, all of them where they are few, else nothing."""
    assert did_you_mean(word, known) == said
    assert (nearest(word, known) is None) == ("Did" not in said)


def test_everything_wrong_comes_in_one_run() -> None:
    """Faults of the text, of its keys and of its numbers are told together."""
    document = parsed(
        "contract: Care\ncontract: care\nperods: 1\nperiods: {length: yer, from: 2020-02-30, to: 2020-12-31}\n"
        "scores: {least: 0, most: 1e2}\nweights: somehow\nkind: card\n"
    )
    with pytest.raises(ContractError) as error:
        build_contract(document)
    found = [(problem.place.line, problem.code) for problem in error.value.problems if problem.place]
    assert found == [
        (1, "AO107"),
        (2, "AO007"),
        (3, "AO101"),
        (4, "AO103"),
        (4, "AO106"),
        (5, "AO105"),
        (6, "AO128"),
        (7, "AO103"),
    ]


def test_a_contract_is_examined_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    """Where the parts are readable there is a contract beside its problems; where they are not, only problems."""
    file = tmp_path / "c.yaml"
    file.write_text("contract: care\nperods: 1\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n", "utf-8")
    contract, problems = examine_contract(file)
    assert contract is not None
    assert [problem.code for problem in problems] == ["AO101"]
    file.write_text("contract: [\n", "utf-8")
    contract, problems = examine_contract(file)
    assert contract is None
    assert [problem.code for problem in problems] == ["AO003"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_refused(day: str, tmp_path: Path) -> None:
    """No period can be counted beyond it, so it is told at its place (AO106), and nothing breaks down."""
    file = tmp_path / "c.yaml"
    file.write_text(f"contract: care\nperiods: {{length: year, from: 2020-01-01, to: {day}}}\n", "utf-8")
    assert [problem.code for problem in examine_contract(file)[1]] == ["AO106"]


def test_a_contract_knows_how_its_definitions_measure() -> None:
    """As it is written, by the indicator: lint looks there for whom it is measured on; one without a definition has none."""
    contract, problems = examine_contract(ROOT / "contracts" / "tesoma.yaml")
    assert contract is not None
    assert not problems
    measure = contract.measures["chronic_care_balance"]
    assert isinstance(measure, Table)
    assert measure["kind"] == "rate"
    assert set(contract.measures) <= set(contract.indicators)
