"""The workbook: in real LibreOffice, its formulas computed anew, every amount is the settlement's to the cent."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
import rfc8785
from openpyxl import load_workbook

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.problems import UsageError
from alliance_outcomes.settlement import Settlement, settle
from alliance_outcomes.sources.csv import read_csv
from alliance_outcomes.statements.documents import Asked, write
from alliance_outcomes.statements.words import WORDS
from tests.conftest import EXAMPLES
from tests.office import Grids, read, recalculated
from tests.running import alliance
from tests.settling import settled
from tests.tree import ROOT
from tests.workbooks import CONTRACTS, Written, changed, differences, drawn, of_contract, workbook

pytestmark = pytest.mark.untraced
RANDOM = 60 if EXAMPLES else 30
TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
PLANTED = "98765.4321"
NAMES = ['=HYPERLINK("http://x")', "+1", "-1", "@x", "<script>alert(1)</script>", "=1+1", "http://x", "{=1}", "&A&P"]


def tesoma(period: str = "2023") -> Settlement:
    """The settlement of a year of the example."""
    return settle(load_contract(TESOMA[0]), read_csv(TESOMA[1]), period)


def hostile() -> Settlement:
    """A contract whose titles look like formulas, links and marks."""
    parties = "".join(f"  p{at}: {{role: provider, title: {name!r}}}\n" for at, name in enumerate(NAMES))
    shares = ", ".join(f"p{at}: 1/{len(NAMES)}" for at in range(len(NAMES)))
    contract = (
        f"contract: names\ntitle: {NAMES[0]!r}\nassumed: {NAMES[1]!r}\ncurrency: EUR\n"
        "periods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        f"rounding: {{lines: half_away_from_zero to 0.01}}\nparties:\n{parties}"
        f"splits: {{all: {{shares: [{{from: 2020-01-01, {shares}}}]}}}}\n"
        f"facts: {{cost: {{unit: EUR, title: {NAMES[3]!r}}}}}\n"
        f"settlement:\n  - costs: {{kind: reimbursable, amount: cost, to: all, title: {NAMES[0]!r}}}\n"
    )
    data = f"period,indicator,value,source\n2020,cost,100.00,{NAMES[5]}\n"
    return settled(contract, data, "2020")


def large() -> Settlement:
    """A thousand million and more, of which a part of a cent is rounded away from zero, in both directions."""
    contract = (
        "contract: large\nassumed: drawn\ncurrency: EUR\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "rounding: {lines: away_from_zero to 0.01}\nfacts: {cost: {unit: EUR, least: 0, most: 20 000 000 000}}\n"
        "settlement:\n  - paid: {kind: formula, amount: cost / 7, to: payee}\n"
        "  - back: {kind: formula, amount: -cost / 13, to: payee}\n"
    )
    return settled(contract, "period,indicator,value\n2020,cost,9999999999.01\n", "2020")


def planted(book: bytes) -> bytes:
    """The workbook with a wrong value beside the formula of the first line's amount."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            text = old.read(item)
            if item.filename == "xl/worksheets/sheet4.xml":
                wrong = re.sub(rb'(<c r="C5"[^>]*><f>[^<]*</f><v>)[^<]*', rb"\g<1>" + PLANTED.encode(), text)
                assert wrong != text
                text = wrong
            new.writestr(item, text)
    return out.getvalue()


def fits(book: Written) -> bool:
    """Whether every changed amount is one that the sheet's long division reaches; beyond it the sheet says #N/A."""
    return all(abs(line.amount) < 10**9 for line in book.expected.lines)


@cache
def books() -> dict[str, Written]:
    """Every workbook that LibreOffice is given, by name."""
    found = {f"{name}~{at}": each for name in CONTRACTS for at, each in enumerate(of_contract(name))}
    chance = Random(7)
    random = [each for case in drawn(RANDOM + 25) if (each := changed(case, chance)) is not None and fits(each)]
    found |= {f"random~{at}": each for at, each in enumerate(random)}
    year = tesoma()
    found["tesoma-2023"] = workbook(year, year.only())
    names = hostile()
    found["names"] = workbook(names, names.only())
    found["large"] = workbook(large(), large().only())
    return found


@cache
def computed() -> dict[str, Grids]:
    """Every workbook as LibreOffice computes it, all in one call."""
    files = {name: each.book for name, each in books().items()}
    return recalculated(files | {"planted": planted(files["tesoma-2023"])})


def test_a_planted_value_disappears(tmp_path: Path) -> None:
    """LibreOffice computes anew: a wrong value that stood beside a formula is gone, and the right one is there."""
    (tmp_path / "planted.xlsx").write_bytes(planted(books()["tesoma-2023"].book))
    before = read(tmp_path / "planted.xlsx")["Ledger"]
    assert before[4][2] == float(PLANTED)
    assert computed()["planted"]["Ledger"] == computed()["tesoma-2023"]["Ledger"]
    assert computed()["planted"]["Ledger"][4][2] == float(tesoma().only().lines[0].amount)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_amount_of_a_contract(name: str) -> None:
    """Several payees of each contract in the repository, and each named formula beside their amounts."""
    mine = {key: each for key, each in books().items() if key.partition("~")[0] == name}
    assert len(mine) >= 5
    found = [f"{key}: {what}" for key, each in mine.items() for what in differences(each, computed()[key])]
    assert not found, "\n".join(found[:20])


def test_changed_inputs_give_the_same_cents() -> None:
    """Drawn contracts whose inputs were changed in the yellow cells: on levels, on exact half cents, to none at all."""
    mine = {key: each for key, each in books().items() if key.startswith("random~")}
    assert len(mine) >= RANDOM
    assert sum(any(line.amount for line in each.expected.lines) for each in mine.values()) > RANDOM // 2
    assert sum(each.expected.values != each.settlement.only().values for each in mine.values()) > RANDOM // 2
    print(f"{len(books())} workbooks, {len(mine)} with changed inputs")
    found = [f"{key}: {what}" for key, each in mine.items() for what in differences(each, computed()[key])]
    assert not found, "\n".join(found[:20])


def test_large_amounts_keep_their_last_cent() -> None:
    """Twelve digits and a part of a cent: rounded away from zero as the settlement does."""
    assert [str(line.amount) for line in large().only().lines] == ["142857142843/100", "-19230769229/25"]
    assert not list(differences(books()["large"], computed()["large"]))


def test_text_is_text() -> None:
    """A name that looks like a formula, a link or a mark is text: in the file, and after a spreadsheet had it."""
    book = books()["names"].book
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/")]
    formulas = [formula for sheet in sheets for formula in re.findall(r"<f>([^<]*)</f>", sheet)]
    assert formulas
    assert not any("HYPERLINK" in formula or "1+1" in formula for formula in formulas)
    assert not any("hyperlink" in sheet for sheet in sheets)
    shown = {value for grid in computed()["names"].values() for row in grid for value in row}
    assert set(NAMES) - {"{=1}", "&A&P", "http://x", "=1+1"} <= shown
    assert [row[1] for row in computed()["names"]["Parties"][4:]] == NAMES


def test_the_results_stand_beside_the_formulas(tmp_path: Path) -> None:
    """Without computing anything, a reader finds the exact results: a mail program's preview shows what was settled."""
    each = books()["tesoma-2023"]
    (tmp_path / "book.xlsx").write_bytes(each.book)
    assert not list(differences(each, read(tmp_path / "book.xlsx")))


ALLOWED = {
    *("ABS", "AND", "AVERAGE", "COUNT", "COUNTIF", "EXACT", "EXP", "IF", "INT", "ISLOGICAL", "ISNA", "ISNUMBER", "MAX"),
    *("MIN", "N", "NA", "NOT", "OR", "ROUND", "SIGN", "SUM", "SUMPRODUCT", "TRUNC"),
}


def test_formulas_use_old_functions_only() -> None:
    """No LET, LAMBDA or XLOOKUP, no structured references: functions that every spreadsheet has, and A1 references."""
    for each in books().values():
        book = load_workbook(io.BytesIO(each.book))
        for sheet in book:
            assert not sheet.protection.sheet
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        text = re.sub(r'"[^"]*"|\'[^\']*\'', "", str(cell.value))
                        assert set(re.findall(r"([A-Z][A-Z.]*)\(", text)) <= ALLOWED, text
                        assert not set("[]{}@") & set(text), text
        break


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_two_runs_give_the_same_bytes(language: str) -> None:
    """The same settlement is the same file, and its sheets are called what the language calls them."""
    one, other = (write(tesoma(), ".xlsx", Asked(language)) for _ in range(2))
    assert one == other
    words = WORDS[language]
    assert load_workbook(io.BytesIO(one)).sheetnames[:2] == [words["summary"], words["indicators"]]


def test_every_language_has_every_word() -> None:
    """The catalogues have the same words, and the same blanks in them."""
    for key, text in WORDS["en"].items():
        for language in ("fi", "sv"):
            assert re.findall(r"{\w+}", WORDS[language][key]).sort() == re.findall(r"{\w+}", text).sort()
    assert WORDS["en"].keys() == WORDS["fi"].keys() == WORDS["sv"].keys()


def test_one_payee_a_workbook(tmp_path: Path) -> None:
    """A workbook of several payees is refused, and the refusal says how to name one; nothing is written."""
    several = next(each.settlement for key, each in books().items() if key.startswith("mssp~"))
    with pytest.raises(UsageError, match="AO021"):
        write(Settlement(several.contract, several.calculation, several.payees * 2, ()), ".xlsx", Asked())


def test_all_files_or_none(tmp_path: Path) -> None:
    """Several -o at once are written together; where one cannot be, none is."""
    year = ("--period", "2023")
    good = alliance(
        "settle", *TESOMA, *year, "-o", tmp_path / "a.xlsx", "-o", tmp_path / "a.json", "-o", tmp_path / "a.csv"
    )
    assert (good.code, good.out) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json", "a.xlsx"]
    for second in ("b.unknown", "missing/b.json"):
        bad = alliance("settle", *TESOMA, *year, "-o", tmp_path / "b.xlsx", "-o", tmp_path / second)
        assert bad.code == 2
        assert not (tmp_path / "b.xlsx").exists()


def test_what_is_taken_over_all_payees_is_marked() -> None:
    """A result over other payees stands among the inputs, marked, and is not computed in the workbook."""
    each = next(each for key, each in books().items() if key.startswith("hac~"))
    frozen = [found for _, found in each.live.inputs if found.given.part == "frozen"]
    assert frozen
    rows = load_workbook(io.BytesIO(each.book))["Inputs"].iter_rows(min_row=5, values_only=True)
    marked = {row[1] for row in rows if row[13] == WORDS["en"]["frozen"]}
    assert marked == {found.given.name for found in frozen}


def test_an_amount_of_more_digits_than_a_cell_holds_is_none() -> None:
    """A spreadsheet holds fifteen digits: from there on the line says #N/A and not an amount that may be wrong."""
    contract = (
        "contract: huge\nassumed: drawn\ncurrency: JPY\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "rounding: {lines: floor to 1}\nfacts: {base: {unit: JPY}, factor: {unit: ratio}}\n"
        "settlement: [{paid: {kind: formula, amount: base * factor, to: payee}}]\n"
    )
    settlement = settled(contract, "period,indicator,value\n2020,base,999 999 999 999 999\n2020,factor,9\n", "2020")
    assert settlement.only().total == 9 * 999_999_999_999_999
    ledger = load_workbook(io.BytesIO(workbook(settlement, settlement.only()).book))["Ledger"]
    assert re.fullmatch(r"=IF\(AND\(ABS\(.+\)<1000000000000000,.+,NA\(\)\)", ledger["F5"].value)


def test_a_missing_extra_is_told_with_the_command(tmp_path: Path) -> None:
    """Without the package that writes workbooks the exit code is 2, and the message says how to install it (AO069)."""
    with patch("alliance_outcomes.statements.documents.find_spec", lambda name: None):
        run = alliance("settle", *TESOMA, "--period", "2023", "-o", tmp_path / "a.xlsx", "-o", tmp_path / "a.json")
    assert run.code == 2
    told = ".xlsx needs the package xlsxwriter, which is not installed.\n  Run pip install 'alliance-outcomes[excel]'."
    assert run.err == f"AO069 {told}\n"
    assert not list(tmp_path.iterdir())


def test_a_formula_that_fits_no_cell_is_refused() -> None:
    """A mean of 300 indicators that may each be missing is longer than a cell holds (AO070)."""
    indicator = (
        "{unit: points, range: [0, 100], when_missing: reweight in area, score: {kind: linear, zero_at: 0, full_at: 9}}"
    )
    contract = (
        "contract: wide\nassumed: drawn\nkind: scorecard\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "scores: {least: 0, most: 100}\nweights: equal\nresult_areas:\n  all:\n    indicators:\n"
    )
    contract += "".join(f"      i{at}: {indicator}\n" for at in range(300))
    with pytest.raises(UsageError, match="AO070"):
        write(settled(contract, "period,indicator,value\n2020,i0,5\n", "2020"), ".xlsx", Asked())


def test_a_number_that_fits_no_cell_is_refused() -> None:
    """Squares of a measured number without ends: those that a cell holds are written, larger ones are refused (AO070)."""
    contract = (
        "contract: squares\ncurrency: EUR\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "rounding: {lines: floor to 1}\npayees: {}\nfacts: {x: {unit: units}}\nfigures:\n  f1: {formula: x * x}\n"
        + "".join(f"  f{at}: {{formula: f{at - 1} * f{at - 1}}}\n" for at in range(2, 6))
        + "amounts: {pool: {unit: EUR, values: {2020: 7}}}\n"
        "settlement: [{bonus: {kind: formula, amount: pool if f5 > 1 else 0, to: payee}}]\n"
    )
    for value, fits in (("999 999 999", True), ("999 999 999 999 999", False)):
        settlement = settled(contract, f"period,indicator,value\n2020,x,{value}\n", "2020")
        assert settlement.only().total == 7
        if fits:
            assert write(settlement, ".xlsx", Asked())
        else:
            with pytest.raises(UsageError, match="AO070"):
                write(settlement, ".xlsx", Asked())


def test_json_is_canonical() -> None:
    """The JSON statement is what RFC 8785 makes of it, by an independent library."""
    for settlement in (tesoma(), hostile()):
        document = write(settlement, ".json", Asked("fi"))
        assert document == rfc8785.dumps(json.loads(document))
