"""Column mappings: a wide file means exactly what its tidy twin does, every cell keeps its place, nothing is guessed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.measured import Row, displayed_unit
from alliance_outcomes.notebook import read_data
from alliance_outcomes.problems import AllianceError, ContractError, DataError, UsageError
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.sources.mapping import find_columns, read_measured
from tests.documents import blocks
from tests.running import alliance
from tests.tree import ROOT

CONTRACT = """\
contract: wide
currency: EUR
periods: {length: year, from: 2019-01-01, to: 2021-12-31}
rounding: {lines: half_away_from_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
payees: {attributes: {track: [A, EN]}}
facts:
  cost: {unit: EUR, least: 0}
  saved: {unit: share, when_missing: none}
result_areas:
  care:
    indicators:
      plan:
        unit: share
        weight: 100 %
        minimum_n: 5
        when_small: {score: 0}
        inputs: {baseline: {unit: share, when_missing: none}}
        score:
          kind: better_of
          worth: 100
          achievement: {zero_below: 0 %, full_at: 100 %}
          improvement: {from: baseline, full_at: 100 %}
settlement:
  - pay: {kind: formula, amount: 'cost * coalesce(saved, 0) * score / 100 if track == "EN" else 0', to: payee}
"""
MAPPING = """\
payee: Provider
period: Year
missing: [N/A]
values:
  cost: {column: Cost (1000), unit: thousands}
  saved: {column: Saved, unit: percent, missing: ["-"]}
  track: {column: Track, codes: {ENHANCED: EN}}
  plan: {numerator: Plans, denominator: Patients, baseline: {column: Plan before, unit: percent}}
"""
WIDE = """\
Provider,Name,Year,Track,Cost (1000),Saved,Plans,Patients,Plan before
p1,"North, care",2020,ENHANCED,12.5,7.17,3,10,20
p2,South,2020,A,7,N/A,9,10,
p3,West,2020,ENHANCED,1,-,1,10,5.5%
"""
TIDY = """\
payee,period,indicator,value,numerator,denominator
p1,2020,cost,12500,,
p1,2020,saved,7.17 %,,
p1,2020,track,EN,,
p1,2020,plan,,3,10
p1,2020,plan.baseline,20 %,,
p2,2020,cost,7000,,
p2,2020,track,A,,
p2,2020,plan,,9,10
p3,2020,cost,1000,,
p3,2020,track,EN,,
p3,2020,plan,,1,10
p3,2020,plan.baseline,5.5 %,,
"""


def contract() -> Contract:
    """The contract of these tests."""
    return build_contract(parse_document(CONTRACT.encode(), "wide.yaml"))


def laid(folder: Path, mapping: str = MAPPING, data: str | bytes = WIDE) -> Path:
    """A data file with its mapping beside it."""
    file = folder / "data.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    (folder / "data.columns.yaml").write_text(mapping, "utf-8")
    return file


def told(folder: Path, mapping: str = MAPPING, data: str | bytes = WIDE) -> str:
    """What is said of a mapping or a wide file that is refused."""
    with pytest.raises(AllianceError) as refused:
        settle(contract(), read_measured(laid(folder, mapping, data), contract()), "2020")
    return str(refused.value)


def test_a_wide_file_means_what_its_tidy_twin_does(tmp_path: Path) -> None:
    """The same scores, the same lines, to the cent."""
    wide = settle(contract(), read_measured(laid(tmp_path), contract()), "2020")
    tidy = settle(contract(), parse_csv(TIDY.encode(), "tidy.csv"), "2020")
    assert [(each.payee, each.lines, each.indicators) for each in wide.payees] == [
        (each.payee, each.lines, each.indicators) for each in tidy.payees
    ]
    assert wide.total == Fraction("268.88")  # 12 500 x 7.17 % x 30 %


def test_every_row_keeps_the_place_of_its_cell(tmp_path: Path) -> None:
    """A row's place is its cell, behind a quoted comma too, and its source the column's name."""
    measured = read_measured(laid(tmp_path), contract())
    row = measured.find("p1", "", "2020", "saved")
    assert isinstance(row, Row)
    assert row.place
    assert (row.place.line, row.place.column, row.source) == (2, 37, "Saved")
    assert WIDE.splitlines()[1][36:40] == "7.17"
    plan = measured.find("p2", "", "2020", "plan")
    assert plan
    there = measured.at(plan, "denominator")
    assert there
    assert (there.line, there.excerpt[there.column - 1 :][:2]) == (3, "10")


def test_the_columns_say_how_precise_they_are(tmp_path: Path) -> None:
    """The most decimals a column shows decide, in the unit it is read in; what is declared goes before."""
    declared = MAPPING.replace("Year\n", "{column: Year}\n").replace(
        "unit: thousands", "unit: thousands, precision: 0.5"
    )
    measured = read_measured(laid(tmp_path, declared), contract())
    assert measured.precision["saved"] == Fraction(1, 10_000)
    assert measured.precision["cost"] == 500
    exact = MAPPING.replace("unit: thousands", "unit: thousands, precision: exact")
    assert read_measured(laid(tmp_path, exact), contract()).precision["cost"] == 0


@pytest.mark.parametrize(
    ("texts", "unit"),
    [(["7.2", "7.15"], "0.01"), (["7"], "1"), (["7.20 %", ""], "0.01"), (["7,125"], "0.001"), ([], "1")],
)
def test_the_last_digit_shown(texts: list[str], unit: str) -> None:
    """The longest number decides."""
    assert displayed_unit(texts) == Fraction(unit)


def test_a_unit_may_change_from_year_to_year(tmp_path: Path) -> None:
    """An extract that wrote percent one year and a share the next says so; a year without a unit is refused."""
    by_year = MAPPING.replace("unit: percent, missing", "unit: {2020: percent, 2021: share}, missing")
    data = WIDE + "p1,x,2021,ENHANCED,12.5,0.0717,3,10,20\n"
    measured = read_measured(laid(tmp_path, by_year, data), contract())
    assert [settle(contract(), measured, year).total for year in ("2020", "2021")] == [Fraction("268.88")] * 2
    assert measured.precision["saved"] == Fraction(1, 10_000)
    assert "AO541 Column Saved states no unit for 2019." in told(tmp_path, by_year, data.replace("2021", "2019"))
    assert "AO103" in told(tmp_path, by_year.replace("2021: share", "2021: shares"))


def test_a_constant_stands_for_a_column(tmp_path: Path) -> None:
    """One value for every row; so is the period."""
    mapping = MAPPING.replace("period: Year", "period: {constant: 2020}").replace(
        '{column: Saved, unit: percent, missing: ["-"]}', "{constant: 10 %}"
    )
    found = settle(contract(), read_measured(laid(tmp_path, mapping), contract()), "2020")
    assert [each.total for each in found.payees] == [375, 0, 100 * Fraction(1, 10)]


def test_a_finnish_file_is_read(tmp_path: Path) -> None:
    """Semicolons, decimal commas and a byte order mark, as in tidy files."""
    data = WIDE.replace('"North, care"', "North").replace(",", ";").replace("12.5", "12,5").replace("7.17", "7,17")
    found = settle(
        contract(),
        read_measured(laid(tmp_path, data=b"\xef\xbb\xbf" + data.replace("5.5%", "5,5%").encode()), contract()),
        "2020",
    )
    assert found.total == Fraction("268.88")


REFUSED = [
    ("a key unknown", MAPPING.replace("payee:", "payeee:"), WIDE, "AO101 payeee is not a key"),
    ("a column the file has not", MAPPING.replace("Saved", "Savd"), WIDE, "has no column 'Savd'. Did you mean Saved?"),
    ("a fact the contract has not", MAPPING.replace("  cost", "  costs"), WIDE, "AO516 costs is not a fact"),
    ("an input the contract has not", MAPPING.replace("baseline:", "basis:"), WIDE, "AO516 plan.basis is not"),
    ("neither column nor constant", MAPPING.replace("{column: Track,", "{"), WIDE, "AO"),
    ("column and constant", MAPPING.replace("column: Track", "column: Track, constant: A"), WIDE, "AO131"),
    (
        "a list of columns",
        MAPPING.replace("cost: {", "cost: [Cost]\n  more: {"),
        WIDE,
        "AO131 A value is a column or a constant.",
    ),
    ("an unknown unit", MAPPING.replace("unit: percent", "unit: percents", 1), WIDE, "AO103"),
    ("no precision", MAPPING.replace("unit: thousands", "precision: 0"), WIDE, "AO130"),
    ("a negative precision", MAPPING.replace("unit: thousands", "precision: -1"), WIDE, "AO130"),
    ("no period", MAPPING.replace("period: Year\n", ""), WIDE, "AO102 period is missing"),
    ("no values", "period: Year\n", WIDE, "AO102 values is missing"),
    ("a key twice", MAPPING + "payee: Name\n", WIDE, "AO007"),
    ("a row too short", MAPPING, WIDE + "p4,East\n", "AO502 The row has 2 fields, the header 9"),
    ("a column twice", MAPPING, WIDE.replace("Name", "Year", 1), "Two columns are called 'Year'"),
    ("a payee with a space", MAPPING, WIDE.replace("p2,", "p2 ,"), "AO502 The payee in column Provider is not clean"),
    ("a row without a payee", MAPPING, WIDE.replace("p2,", ","), "AO502 Column Provider names no payee"),
    ("a payee twice", MAPPING, WIDE.replace("p2,", "p1,"), "AO503"),
    ("what is no number", MAPPING, WIDE.replace("12.5", "12x"), "AO509 Column Cost (1000): cost"),
    ("a hundred times too much", MAPPING, WIDE.replace("7.17", "717"), "AO510 Column Saved: 7.17 for saved"),
    ("an unknown code", MAPPING, WIDE.replace("ENHANCED", "ENHANCD"), "AO508 Column Track: 'ENHANCD'"),
    ("an empty file", MAPPING, "", "AO501"),
]


@pytest.mark.parametrize(("mapping", "data", "said"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_does_not_fit_is_refused(tmp_path: Path, mapping: str, data: str, said: str) -> None:
    """Strict as the contract is: each with its code, and the column by its name."""
    assert said in told(tmp_path, mapping, data)


def test_the_nearest_mapping_is_found(tmp_path: Path) -> None:
    """Beside the data first, then in columns/ beside the contract; a file without one is tidy."""
    data, agreed = tmp_path / "data" / "d.csv", tmp_path / "contracts" / "wide.yaml"
    for folder in (data.parent, agreed.parent / "columns"):
        folder.mkdir(parents=True)
    data.write_text(TIDY, "utf-8")
    assert find_columns(data, agreed) is None
    assert read_measured(data, contract(), agreed).find("p1", "", "2020", "cost")
    (agreed.parent / "columns" / "d.yaml").write_text(MAPPING, "utf-8")
    assert find_columns(data, agreed) == agreed.parent / "columns" / "d.yaml"
    (data.parent / "d.columns.yaml").write_text(MAPPING, "utf-8")
    assert find_columns(data, agreed) == data.parent / "d.columns.yaml"


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As any missing file is."""
    with pytest.raises(UsageError, match="AO001"):
        read_measured(laid(tmp_path), contract(), columns=tmp_path / "no.yaml")


def test_a_mapping_is_no_place_for_tricks(tmp_path: Path) -> None:
    """It is read as contracts are: no tags, no anchors, a comma in braces told."""
    with pytest.raises(ContractError, match="AO006"):
        read_measured(laid(tmp_path, MAPPING.replace("Provider", "!!str Provider")), contract())


def test_commands_read_wide_files(tmp_path: Path) -> None:
    """Settle, score and explain take the mapping that is named, and the one that is found."""
    data = laid(tmp_path)
    (tmp_path / "wide.yaml").write_text(CONTRACT, "utf-8")
    (tmp_path / "data.columns.yaml").rename(tmp_path / "m.yaml")
    named = ("--columns", tmp_path / "m.yaml")
    assert "268.88" in alliance("settle", tmp_path / "wide.yaml", data, *named).out
    assert "p3" in alliance("score", tmp_path / "wide.yaml", data, *named).out
    out = alliance("explain", tmp_path / "wide.yaml", data, "pay", "--payee", "p1", *named).out
    assert f"{data}:2 cost = 12,500 EUR Cost (1000)" in " ".join(out.split())  # however long the file's name is
    assert alliance("settle", tmp_path / "wide.yaml", data).code == 1


def test_a_wide_error_shows_its_cell(tmp_path: Path) -> None:
    """The line and a caret under the cell."""
    data = laid(tmp_path, data=WIDE.replace("7.17", "717"))
    (tmp_path / "wide.yaml").write_text(CONTRACT, "utf-8")
    run = alliance("settle", tmp_path / "wide.yaml", data)
    lines = run.err.splitlines()
    at = next(n for n, line in enumerate(lines) if "AO510" in line)
    assert f"{data}:2:37" in lines[at]
    assert lines[at + 1][lines[at + 2].index("^") :].startswith("717")


def test_the_mapping_on_the_page_is_one(tmp_path: Path) -> None:
    """The example of docs/language.md reads, but for the facts that its contract would have."""
    (block,) = [each for each in blocks(ROOT / "docs" / "language.md") if "mapping" in each.words]
    with pytest.raises(ContractError) as refused:
        read_measured(
            laid(tmp_path, block.text),
            build_contract(parse_document(CONTRACT.split("payees", maxsplit=1)[0].encode(), "c")),
        )
    assert {problem.code for problem in refused.value.problems} == {"AO516"}


def test_a_cell_over_two_lines_keeps_its_row(tmp_path: Path) -> None:
    """Where a cell holds a line end, places fall back to the row."""
    data = laid(tmp_path, data=WIDE.replace('"North, care"', '"North\ncare"'))
    measured = read_measured(data, contract())
    row = measured.find("p1", "", "2020", "cost")
    assert row
    assert row.place
    assert row.place.line == 3
    with pytest.raises(DataError, match="AO510"):
        settle(
            contract(), read_measured(laid(tmp_path, data=data.read_text().replace("7.17", "717")), contract()), "2020"
        )


def test_a_notebook_reads_wide_files(tmp_path: Path) -> None:
    """With a contract, a wide file becomes the tidy frame that everything else takes."""
    data = laid(tmp_path)
    frame = read_data(data, contract())
    assert list(frame[frame["payee"] == "p1"]["indicator"]) == ["cost", "saved", "track", "plan", "plan.baseline"]
    (tmp_path / "data.columns.yaml").rename(tmp_path / "m.yaml")
    assert read_data(data, contract(), tmp_path / "m.yaml").equals(frame)
