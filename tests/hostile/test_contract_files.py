"""Every row of "Contract files" in the list of bad inputs, and every fault that a person makes most.

Each ends with exit 1, `file:line:column`, the line with a caret under the place, a stable code, and a sentence that
says what to write instead.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.contract.loading import load_contract
from tests.faulty import CONTRACT, DATA, spoiled, told, under_caret, written
from tests.running import alliance


@dataclass(frozen=True)
class Fault:
    """Text that takes the place of some of the contract, and what must be said of it."""

    old: str
    new: str
    at: str
    """Line, column and the letters under the caret: ``17:35 7.6 %``."""
    code: str
    said: str
    """What must be written of it: a part of the sentence or of what to write instead."""
    others: Sequence[str] = ()
    """Codes of what follows from it."""


def check(file: Path, fault: Fault) -> None:
    """Lint refuses the file, as the fault says."""
    run = alliance("lint", file)
    assert run.code == 1
    assert run.out == ""
    place, _, letters = fault.at.partition(" ")
    codes = re.findall(r"^\S+:\d+:\d+: (AO\d{3}) ", run.err, re.MULTILINE)
    assert sorted(codes) == sorted([fault.code, *fault.others]), run.err
    (block,) = [block for block in told(run.err) if block.startswith(f"{file}:{place}: {fault.code} ")]
    assert under_caret(block) == letters
    assert fault.said in block


SPOILED = {
    # -- what people get wrong most
    "a weight of 7.6 %": Fault(
        "plan: {unit: share, weight: 7.5 %",
        "plan: {unit: share, weight: 7.6 %",
        "17:35 7.6 %",
        "AO207",
        "Write 7.5 % here",
    ),
    "weights of areas that do not make the whole": Fault(
        "weights: sum to 100 %",
        "weights: sum to 90 %",
        "6:10 sum to 90 %",
        "AO207",
        "All weights sum to 100 %, not to 90 %.",
    ),
    "weights that sum to 1.0000001": Fault(
        "weight: 85 %", "weight: 85.00001 %", "19:37 85.00001 %", "AO207", "Write 85 % here"
    ),
    "a duplicate key": Fault(
        "currency: EUR\n", "currency: EUR\ncurrency: SEK\n", "3:1 currency", "AO007", "the first stands on line 2"
    ),
    "a duplicate key far below": Fault(
        "      to: all\n", "      to: all\nperiods: {}\n", "27:1 periods", "AO007", "the first stands on line 3"
    ),
    "a clause given twice": Fault(
        "      to: all\n",
        "      to: all\n  - incentive: {kind: formula, amount: 1, to: all}\n",
        "27:5 incentive",
        "AO127",
        "the first stands on line 22",
    ),
    "an unknown key": Fault(
        "rounding: {lines", "rounding: {line", "4:12 line", "AO101", "Did you mean lines?", ["AO102"]
    ),
    "an unknown key that nothing needs": Fault(
        "facts:\n", "fact: {}\nfacts:\n", "9:1 fact", "AO101", "Did you mean facts?"
    ),
    "a misspelt indicator": Fault(
        "plan: {unit: share, weight",
        "chronic_care_pln: {weight",
        "17:7 chronic_care_pln",
        "AO201",
        "Did you mean chronic_care_plan?",
    ),
    "a misspelt name in a formula": Fault(
        "      pool: pool\n", "      pool: poool * 2\n", "24:13 poool", "AO307", "Did you mean pool?"
    ),
    "a misspelt split": Fault("      to: all\n", "      to: al\n", "22:5 incentive", "AO415", "Did you mean all?"),
    "a misspelt kind": Fault("      kind: pool\n", "      kind: pol\n", "23:13 pol", "AO103", "Did you mean pool?"),
    "a kind left out": Fault("      kind: pool\n", "", "22:5 incentive", "AO102", "Add kind: cap | fee | formula"),
    "a key left out": Fault("      to: all\n", "", "22:5 incentive", "AO102", "Add to: ..."),
    "a key left out of a rule": Fault("zero_at: 0, ", "", "19:43 score", "AO102", "Add zero_at: ..."),
    "a misspelt word": Fault("length: year", "length: yaer", "3:19 yaer", "AO103", "Did you mean year?"),
    "a misspelt key of an area's formula": Fault(
        "    weight: 100 %\n",
        "    weight: 100 %\n    area_score: {formla: plan}\n",
        "16:18 formla",
        "AO101",
        "Did you mean formula?",
        ["AO102"],
    ),
    # -- YAML's tricks
    "an anchor": Fault("least: 0, most: 100", "least: &a 0, most: 100", "5:17 &a 0", "AO006", "Write the value out."),
    "an alias": Fault(
        "least: 0, most: 100}\nweights: sum to 100 %",
        "least: 0, most: &a 100}\nweights: *a",
        "6:10 *a",
        "AO006",
        "Write the value out.",
        ["AO006", "AO128"],
    ),
    "a merge key": Fault(
        "unit: EUR, per: party", "<<: {unit: EUR}, unit: EUR, per: party", "10:10 <<", "AO006", "Write the values out."
    ),
    "a tag": Fault("currency: EUR", "currency: !!str EUR", "2:11 !!str EUR", "AO006", "Take the tag out"),
    "a tag that runs code": Fault(
        "currency: EUR",
        "currency: !!python/object/apply:os.system [id]",
        "2:11 !!python/object/apply:os.system [",
        "AO006",
        "Take the tag out",
        ["AO104"],
    ),
    "a second document": Fault(
        "      to: all\n", "      to: all\n---\ncontract: b\n", "27:1 ---", "AO003", "Keep one contract in a file."
    ),
    "a list where keys are needed": Fault(
        "scores: {least: 0, most: 100}", "scores: [0, 100]", "5:9 [", "AO104", "Write key: value"
    ),
    "a tab for an indentation": Fault("facts:\n  cost", "facts:\n\tcost", "10:1  ", "AO003", "Check the indentation"),
    # -- scalars that YAML would guess at
    "a date of no calendar": Fault(
        "from: 2020-01-01, to: 2021",
        "from: 2020-02-30, to: 2021",
        "3:31 2020-02-30",
        "AO106",
        "Write it as 2019-01-31.",
    ),
    "an octal": Fault("least: 0, most: 100", "least: 0o10, most: 100", "5:17 0o10", "AO105", "Write it as 7.5"),
    "a time of day": Fault("zero_at: 0,", "zero_at: 1:30,", "19:74 1:30", "AO105", "Write it as 7.5"),
    "an exponent": Fault("zero_at: 0,", "zero_at: 1e3,", "19:74 1e3", "AO105", "Write it out without an exponent."),
    "an underscore": Fault("zero_at: 0,", "zero_at: 1_000,", "19:74 1_000", "AO105", "Group digits with spaces"),
    "a number beyond floats": Fault(
        "zero_at: 0,", "zero_at: 1.0e+400,", "19:74 1.0e+400", "AO105", "without an exponent"
    ),
    "23 decimals": Fault(
        "zero_at: 0,",
        "zero_at: 0.12345678901234567890123,",
        "19:74 0.12345678901234567890123",
        "AO105",
        "At most 15 digits before the point and 12 after it",
    ),
    "an exponent of ten million": Fault(
        "zero_at: 0,", "zero_at: 1e10000000,", "19:74 1e10000000", "AO105", "without an exponent"
    ),
    "ten thousand digits": Fault(
        "zero_at: 0,", f"zero_at: {'9' * 10_000},", f"19:74 {'9' * 80}", "AO105", "At most 15 digits"
    ),
    "not a number": Fault("zero_at: 0,", "zero_at: .nan,", "19:74 .nan", "AO105", "must be finite"),
    "infinity": Fault("zero_at: 0,", "zero_at: -.inf,", "19:74 -.inf", "AO105", "must be finite"),
    "true for a number": Fault("zero_at: 0,", "zero_at: true,", "19:74 true", "AO405", "true is not a level"),
    "true for an amount": Fault("2020: 400 000", "2020: true", "12:36 true", "AO105", "Write it as 7.5"),
    "Arabic digits": Fault("2020: 400 000", "2020: ٤٠٠", "12:36 ٤٠٠", "AO105", "Write it as 7.5"),
    "a ratio that divides by zero": Fault("2020: 400 000", "2020: 1/0", "12:36 1/0", "AO105", "a denominator above 0"),
    # -- commas inside braces
    "7,5 % in braces": Fault("weight: 85 %", "weight: 85,0 %", "19:37 85,0 %", "AO008", "Write 85.0 %."),
    "7,5 % outside braces": Fault(
        "    weight: 100 %", "    weight: 100,0 %", "15:13 100,0 %", "AO105", "Write a decimal point: 100.0 %."
    ),
    "max(a, b) in braces": Fault(
        "cost: {unit: EUR, per: party, least: 0}\n",
        "cost: {unit: EUR, per: party, least: 0}\nfigures: {half: {formula: max(pool, 2 * pool, 0) / 2}}\n",
        "11:27 max(pool, 2 * pool, 0) / 2",
        "AO008",
        'Put it in quotes: "max(pool, 2 * pool, 0) / 2".',
    ),
    # -- formulas that would like to be programs
    "an attribute": Fault(
        "      pool: pool\n", "      pool: pool.__class__\n", "24:17 .", "AO301", "There are no attributes"
    ),
    "a call": Fault(
        "      pool: pool\n",
        "      pool: __import__(pool)\n",
        "24:13 __import__",
        "AO304",
        "is not a function of the language",
        [],
    ),
    "a lambda": Fault(
        "      pool: pool\n", "      pool: 'lambda: pool'\n", "24:20 :", "AO301", "has no meaning in a formula"
    ),
    "an index": Fault(
        "      pool: pool\n", "      pool: pool[0]\n", "24:17 [", "AO301", "There are no brackets but ( )."
    ),
    "a power": Fault("      pool: pool\n", "      pool: 9 ** 9 ** 9\n", "24:16 *", "AO301", "Write the missing part."),
    "a power sign": Fault(
        "      pool: pool\n", "      pool: pool ^ 9\n", "24:18 ^", "AO301", "There are no powers; multiply."
    ),
    "an assignment": Fault("      pool: pool\n", "      pool: pool = 9\n", "24:18 =", "AO301", "Compare with ==."),
    "a remainder": Fault(
        "      pool: pool\n", "      pool: pool % 7\n", "24:18 %", "AO301", "A percentage needs a number before it"
    ),
    "a formula of 501 letters": Fault(
        "      pool: pool\n", f"      pool: {'1 + ' * 125}1\n", "24:13 1", "AO302", "Name its parts under figures"
    ),
    "a formula nested 30 deep": Fault(
        "      pool: pool\n", f"      pool: {'(' * 30}pool{')' * 30}\n", "24:34 (", "AO302", "nested more than 20 deep"
    ),
    # -- names that lead out of the folder
    "a definition outside": Fault(
        "visits: {unit: count",
        "visits: {definition: ../../etc/passwd, unit: count",
        "19:28 ../../etc/passwd",
        "AO107",
        "small letters",
    ),
    "a definition at an address": Fault(
        "visits: {unit: count",
        "visits: {definition: 'http://example.org/x', unit: count",
        "19:28 'http://example.org/x'",
        "AO107",
        "small letters",
    ),
}


@pytest.mark.parametrize("fault", SPOILED.values(), ids=SPOILED.keys())
def test_a_fault_is_told_with_its_place(fault: Fault, tmp_path: Path) -> None:
    """Exit 1, file:line:column, a caret under the very letters, a stable code, and what to write instead."""
    check(written(tmp_path, spoiled(fault.old, fault.new)), fault)


def test_the_contract_that_is_spoiled_is_right(tmp_path: Path) -> None:
    """What the faults above are made from has none."""
    run = alliance("lint", written(tmp_path, CONTRACT))
    assert (run.code, run.out) == (0, "")
    assert "no problems" in run.err


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (f"contract: a\nperiods: {'[' * 100_000}{']' * 100_000}\n", "2:29"),
        (f"contract: a\nperiods: {'{a: ' * 50_000}1{'}' * 50_000}\n", "2:86"),
        ("contract: a\n" + "\n".join(f"{' ' * depth}a:" for depth in range(40)), "22:21"),
    ],
    ids=["brackets", "braces", "indentation"],
)
def test_a_file_nested_too_deep_is_refused(text: str, at: str, tmp_path: Path) -> None:
    """A file nested 100,000 deep would end the whole process; more than 20 deep is refused before it is built."""
    file = written(tmp_path, text)
    run = alliance("lint", file)
    assert run.code == 1
    assert f"{file}:{at}: AO005 The file is nested more than 20 deep." in run.err
    assert len(under_caret(run.err)) == 1


def test_aliases_that_would_grow_are_refused_before_they_do(tmp_path: Path) -> None:
    """396 bytes that expand to 2.29 GB end at once: an alias of a list is never followed."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    run = alliance("lint", written(tmp_path, "\n".join(lines)))
    assert run.code == 1
    assert re.findall(r":(\d+:\d+): (AO\d+)", run.err) == [("1:5", "AO006"), ("2:5", "AO006"), ("2:10", "AO006")]


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    """20,000 parts are more than any contract has."""
    file = written(tmp_path, "contract: a\nperiods: [" + "a," * 30_000 + "]\n")
    run = alliance("lint", file)
    assert run.code == 1
    assert f"{file}:2:" in run.err
    assert "AO005 The file has more than 20000 parts. " not in run.out
    assert "AO005 The file has more than 20000 parts." in run.err
    assert under_caret(run.err) == "a"


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    """256 KB are more than any contract has; the rest is not read."""
    file = written(tmp_path, CONTRACT + "#" * 256 * 1024)
    run = alliance("lint", file)
    assert run.code == 1
    assert run.err.startswith(f"{file}:1:1: AO002 {file} is larger than 256 KB.\n  Split it")


# -- what every scalar stays -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["NO", "on", "010", "1:30", "1e3", "1_000", "1.0e+400", "~", "null", "2020-01-01", "0x1F"]
)
def test_every_scalar_stays_text(word: str, tmp_path: Path) -> None:
    """YAML would read False, True, 8, 90 and inf; a title is what was written."""
    contract = load_contract(written(tmp_path, spoiled("title: Firm", f"title: {word}")))
    assert contract.parties["firm"].title == {"": word}


def test_keys_are_text(tmp_path: Path) -> None:
    """`1`, `1.0` and `true` are three keys, not one."""
    attributes = "payees: {attributes: {track: ['1', '1.0', 'true']}}\namounts:\n"
    text = spoiled("amounts:\n", attributes + "  rate: {by: track, values: {1: 10 %, 1.0: 20 %, true: 30 %}}\n")
    contract = load_contract(written(tmp_path, text))
    assert {key: str(value) for key, value in contract.amounts["rate"].values.items()} == {
        "1": "1/10",
        "1.0": "1/5",
        "true": "3/10",
    }


def test_a_third_may_be_written(tmp_path: Path) -> None:
    """Weights that are no decimals are written as ratios, and sum exactly."""
    text = CONTRACT.replace("weight: 7.5 %", "weight: 1/3").replace("weight: 85 %", "weight: 1/3")
    assert load_contract(written(tmp_path, text)).contract == "care"


# -- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        CONTRACT.encode("utf-8-sig"),
        CONTRACT.replace("\n", "\r\n").encode(),
        CONTRACT.replace("Firm", "Yhtiö ✓").encode(),
    ],
    ids=["BOM", "CRLF", "UTF-8"],
)
def test_what_editors_write_is_read(data: bytes, tmp_path: Path) -> None:
    """A byte-order mark and Windows line ends are accepted."""
    assert alliance("lint", written(tmp_path, data)).code == 0


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (CONTRACT.replace("Firm", "Yhtiö").encode("latin-1"), "7:45"),
        (CONTRACT.encode("utf-16"), "1:1"),
        (CONTRACT.replace("Firm", "Fi\x00rm").encode(), "7:43"),
        (CONTRACT.replace("Firm", "Fi\x80rm").encode(), "7:43"),
        (CONTRACT.replace("Firm", "Fi\x1b[2Jrm").encode(), "7:43"),
    ],
    ids=["latin-1", "UTF-16", "NUL", "a control character beyond ASCII", "an escape sequence"],
)
def test_other_encodings_are_refused(data: bytes, at: str, tmp_path: Path) -> None:
    """A file that is not UTF-8 text would be read with other letters than were written."""
    file = written(tmp_path, data)
    run = alliance("lint", file)
    assert run.code == 1
    assert run.err.startswith(f"{file}:{at}: AO004 ")
    assert re.search(r"Save it as UTF-8\.|Take it out\.", run.err)
    assert len(under_caret(run.err)) == 1


def test_what_is_shown_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """A line that is shown under a problem carries no control character."""
    run = alliance("lint", written(tmp_path, CONTRACT.replace("Firm", "Fi\x1b[2Jrm").encode()))
    assert "\x1b" not in run.err


# -- files that are not to be read -----------------------------------------------------------------------------------


def test_a_source_is_only_text(tmp_path: Path) -> None:
    """`source: ../../etc/passwd` names where a number comes from; nothing is opened."""
    contract = load_contract(
        written(tmp_path, spoiled("unit: EUR, values", "source: ../../etc/passwd, unit: EUR, values"))
    )
    assert contract.amounts["pool"].source == "../../etc/passwd"


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret", "file:///etc/passwd", "visits/../../secret"])
def test_a_definition_is_no_path(name: str, tmp_path: Path) -> None:
    """A definition is named by an id: no path, up, down or absolute, is looked up, whether there is a file or not."""
    (tmp_path / "secret.yaml").write_text("unit: SECRET\n", "utf-8")
    file = written(tmp_path, spoiled("visits: {unit: count", f"visits: {{definition: '{name}', unit: count"))
    run = alliance("lint", file)
    assert run.code == 1
    assert f"{file}:19:28: AO107 {name} cannot be an id." in run.err
    assert "SECRET" not in run.err


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A definition that is a link to a file outside is not read, and nothing of that file is shown."""
    (tmp_path / "secret.yaml").write_text("unit: SECRET\n", "utf-8")
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "visits.yaml").symlink_to(tmp_path / "secret.yaml")
    file = written(tmp_path, CONTRACT)
    run = alliance("lint", file)
    assert run.code == 1
    assert f"{file}:19:7: AO002 " in run.err
    assert "Keep every file of a contract below its folder." in run.err
    assert "SECRET" not in run.err


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    """What counts is where a link leads."""
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "calls.yaml").write_text("unit: calls\n", "utf-8")
    (tmp_path / "indicators" / "visits.yaml").symlink_to("calls.yaml")
    contract = load_contract(written(tmp_path, spoiled("visits: {unit: count, ", "visits: {")))
    assert contract.indicators["visits"].unit == "calls"


def test_an_unknown_key_of_a_definition_is_refused(tmp_path: Path) -> None:
    """A misspelt range would limit nothing, and a weight there weighs nothing: told wherever the contract is read."""
    (tmp_path / "indicators").mkdir()
    definition = tmp_path / "indicators" / "visits.yaml"
    definition.write_text("unit: count\nrnge: [0, 5]\nmeasure: {kind: count}\nweight: 85 %\n", "utf-8")
    (tmp_path / "data.csv").write_text(DATA, "utf-8")
    file = written(tmp_path, spoiled("visits: {unit: count, ", "visits: {"))
    for run in (alliance("lint", file), alliance("settle", file, tmp_path / "data.csv", "--period", "2020")):
        assert run.code == 1
        assert run.err.startswith(f"{definition}:2:1: AO101 rnge is not a key that can stand here.")
        assert "Did you mean range?" in run.err
        assert f"{definition}:4:1: AO101 weight is not a key that can stand here." in run.err
        assert run.err.count(": AO") == 2


def test_a_faulty_definition_does_not_hide_the_contract(tmp_path: Path) -> None:
    """Faults of a definition and of the contract that names it come in one run, each in its own file."""
    (tmp_path / "indicators").mkdir()
    definition = tmp_path / "indicators" / "visits.yaml"
    definition.write_text("unit: [\n", "utf-8")
    file = written(tmp_path, spoiled("visits: {unit: count, ", "visits: {").replace("facts:", "fatcs: {}\nfacts:"))
    run = alliance("lint", file)
    assert run.code == 1
    assert f"{definition}:1:8: AO003 " in run.err
    assert f"{file}:9:1: AO101 " in run.err


@pytest.mark.parametrize("command", [("lint",), ("settle",)])
def test_what_is_no_regular_file_is_refused(command: tuple[str], tmp_path: Path) -> None:
    """A folder and a pipe that nobody writes to are refused at once instead of being waited for."""
    data = tmp_path / "data.csv"
    data.write_text(DATA, "utf-8")
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path in (pipe, *([tmp_path] if command == ("settle",) else [])):  # lint reads what is in a folder
        run = alliance(*command, path, *([data] if command == ("settle",) else []))
        assert (run.code, run.out) == (1, "")
        assert run.err.startswith(f"{path}:1:1: AO002 {path} is not a regular file.\n  Name a file.\n")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("settle", "{contract}", "{data}", "--period", "2020", "--earlier", "{pipe}"), "AO512"),
        (
            ("accrual", "{contract}", "{data}", "--period", "2020", "--through", "2020-06-30", "--booked", "{pipe}"),
            "AO567",
        ),
        (("history", "{register}"), "AO809"),
    ],
    ids=["an earlier settlement", "a booked accrual", "an entry of a register"],
)
def test_a_pipe_among_what_was_written_before_is_refused(asked: tuple[str, ...], code: str, tmp_path: Path) -> None:
    """What the program wrote itself is read back from regular files only; a pipe would be waited for without end."""
    (tmp_path / "data.csv").write_text(DATA, "utf-8")
    (tmp_path / "register").mkdir()
    pipe = tmp_path / "register" / "000001.json"
    os.mkfifo(pipe)
    paths = {
        "contract": written(tmp_path, CONTRACT),
        "data": tmp_path / "data.csv",
        "pipe": pipe,
        "register": pipe.parent,
    }
    run = alliance(*(each.format(**paths) for each in asked))
    assert run.code == 1
    assert run.err.startswith(f"{pipe}:1:1: {code} ")


def test_a_booked_accrual_that_is_nested_too_deep_is_refused(tmp_path: Path) -> None:
    """It is no accrual, however deep it is."""
    (tmp_path / "data.csv").write_text(DATA, "utf-8")
    booked = tmp_path / "booked.json"
    booked.write_text("[" * 100_000, "utf-8")
    contract = written(tmp_path, CONTRACT)
    run = alliance(
        "accrual", contract, tmp_path / "data.csv", "--period", "2020", "--through", "2020-06-30", "--booked", booked
    )
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith(f"{booked}:1:1: AO567 ")


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    """A link that leads to itself has no file."""
    link = tmp_path / "care.yaml"
    link.symlink_to(link)
    run = alliance("lint", link)
    assert run.code in (1, 2)
    assert re.match(r"\S*AO00[12] |\S+: AO002 ", run.err)


def test_a_missing_file_is_a_question_of_usage(tmp_path: Path) -> None:
    """A file that is not there is no finding: exit 2."""
    run = alliance("lint", tmp_path / "nothing.yaml")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("AO001 There is no file ")


# -- everything in one run -------------------------------------------------------------------------------------------


def test_all_problems_come_in_one_run(tmp_path: Path) -> None:
    """A person mends a file once: every problem is told, in the order of its lines."""
    text = (
        CONTRACT.replace("currency: EUR\n", "currency: EUR\ncurrency: EUR\n")
        .replace("lines: half", "lines: &way half")
        .replace("facts:\n", "fact: {}\nfacts:\n")
        .replace("plan: {unit: share, weight: 7.5 %", "chronic_care_pln: {weight: 7.6 %")
        .replace("full_at: 90}", "full_at: 90,5}")
        .replace("      pool: pool\n", "      pool: pol + 1 ^ 2\n")
    )
    file = written(tmp_path, text)
    run = alliance("lint", file)
    assert run.code == 1
    found = re.findall(rf"^{re.escape(str(file))}:(\d+):\d+: (AO\d+)", run.err, re.MULTILINE)
    assert found == [
        ("3", "AO007"),
        ("5", "AO006"),
        ("10", "AO101"),
        ("19", "AO201"),
        ("21", "AO008"),
        ("26", "AO301"),
    ]


def test_formulas_are_checked_beside_weights(tmp_path: Path) -> None:
    """A weight that is wrong does not hide a name that is."""
    text = spoiled("plan: {unit: share, weight: 7.5 %", "plan: {unit: share, weight: 7.6 %")
    file = written(tmp_path, text.replace("      pool: pool\n", "      pool: pol\n"))
    run = alliance("lint", file, "-f", "concise")
    assert run.code == 1
    assert [line.split(": ")[1][:5] for line in run.out.splitlines()] == ["AO207", "AO307"]


def test_problems_are_data_too(tmp_path: Path) -> None:
    """`-f json` gives code, file, line, column, sentence and what to write instead."""
    import json

    file = written(tmp_path, spoiled("facts:\n", "fact: {}\nfacts:\n"))
    run = alliance("lint", file, "-f", "json")
    assert run.code == 1
    assert json.loads(run.out) == {
        "format": 1,
        "problems": [
            {
                "code": "AO101",
                "severity": "error",
                "file": str(file),
                "line": 9,
                "column": 1,
                "sentence": "fact is not a key that can stand here.",
                "instead": "Did you mean facts?",
            }
        ],
    }


# -- data that does not fit the contract -----------------------------------------------------------------------------


def settled(folder: Path, data: str) -> tuple[Path, Path, str]:
    """What settling the contract with this data says; it must end with exit 1 and write nothing."""
    contract, file, output = written(folder, CONTRACT), folder / "data.csv", folder / "out.json"
    file.write_text(data, "utf-8")
    run = alliance("settle", contract, file, "--period", "2020", "-o", output)
    assert (run.code, run.out) == (1, "")
    assert not output.exists()
    return contract, file, run.err


def test_the_data_that_is_spoiled_is_right(tmp_path: Path) -> None:
    """What the faults below are made from settles."""
    data = tmp_path / "data.csv"
    data.write_text(DATA, "utf-8")
    run = alliance("settle", written(tmp_path, CONTRACT), data, "--period", "2020")
    assert run.code == 0
    assert "1,000.00" in run.out


def test_a_missing_fact_is_told(tmp_path: Path) -> None:
    """What is needed and not there: where the contract asks for it, and the row that would give it."""
    contract, data, err = settled(tmp_path, DATA.replace("firm,2020,cost,1000\n", ""))
    assert err.startswith(f"{contract}:10:3: AO505 cost of firm for 2020 is missing in {data}.")
    assert under_caret(err) == "cost"
    assert "Add a row (,firm,2020,cost,...)" in err


def test_a_percentage_a_hundred_times_off_is_told(tmp_path: Path) -> None:
    """60 where 60 % was meant would be full pay."""
    _, data, err = settled(tmp_path, DATA.replace("60 %", "60"))
    assert err.startswith(f"{data}:3:12: AO510 60 for plan lies outside its range, at least 0 and at most 1.")
    assert under_caret(err) == "60"
    assert "It looks 100 times too large: write 60 % or 0.6." in err


@pytest.mark.parametrize(
    ("old", "new", "at", "code", "letters", "said"),
    [
        (",2020,plan,60 %", ",2020,pln,60 %", "3:7", "AO504", "pln", "Did you mean plan?"),
        ("firm,2020,cost", "frm,2020,cost", "2:1", "AO504", "frm", "Did you mean firm?"),
        ("visits,45", "visits,4x5", "5:14", "AO509", "4x5", "Write it as 7.5"),
        ("cost,1000", "cost,-1000", "2:16", "AO510", "-1000", "at least 0"),
        ("balance,0.5", "balance,0.5\n,2020,balance,0.6", "5:7", "AO503", "balance", "Keep one of the rows."),
    ],
    ids=["an unknown indicator", "an unknown party", "a word for a number", "below the range", "a row twice"],
)
def test_a_cell_is_told_with_its_column(
    old: str, new: str, at: str, code: str, letters: str, said: str, tmp_path: Path
) -> None:
    """Rows of measured data are aggregated: the line is shown, and the caret stands under the cell."""
    assert old in DATA
    _, data, err = settled(tmp_path, DATA.replace(old, new))
    (block,) = [block for block in told(err) if block.startswith(f"{data}:{at}: {code} ")]
    assert under_caret(block) == letters
    assert said in block


def test_all_problems_of_the_data_come_in_one_run(tmp_path: Path) -> None:
    """A word for a number, a percentage that is off and a missing fact are told together."""
    spoiled_data = DATA.replace("60 %", "60").replace("45", "many").replace("firm,2020,cost,1000\n", "")
    assert re.findall(r"AO\d+", settled(tmp_path, spoiled_data)[2]) == ["AO510", "AO509", "AO505"]


# -- whatever is typed -----------------------------------------------------------------------------------------------

PIECES = (
    "{",
    "}",
    "[",
    "]",
    ":",
    ", ",
    "- ",
    "\n",
    "\n  ",
    "'",
    '"',
    "&a ",
    "*a",
    "!!x ",
    "<<: ",
    "none",
    "each",
    "0",
    "-1",
    "1/0",
    "",
)
WORDS = re.findall(r"[\w%]+", CONTRACT)


@pytest.mark.untraced
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.sampled_from([*PIECES, *WORDS])), max_size=3))
def test_whatever_is_typed_ends_with_a_code(changes: list[tuple[int, int, str]]) -> None:
    """A contract with words and signs put anywhere is right or refused with a code and a place; nothing breaks off."""
    tokens = re.split(r"(\W)", CONTRACT)
    for at, taken, put in changes:
        tokens[at : at + taken] = [put]
    with tempfile.TemporaryDirectory() as folder:
        run = alliance("lint", written(Path(folder), "".join(tokens)), "-f", "concise")
    assert run.code in (0, 1)
    assert (run.code == 1) == bool(run.out)
    assert all(re.match(r".+\.yaml:\d+:\d+: AO\d{3} \S.+[.]", line) for line in run.out.splitlines()), run.out
