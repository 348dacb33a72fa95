"""Reconciliation: exact, within the inputs' rounding, or missed, each for its own reason and never for another."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.problems import UsageError
from alliance_outcomes.reconcile import Published, reconcile
from alliance_outcomes.sources.csv import parse_csv
from tests.running import Run, alliance
from tests.tree import ROOT

HEAD = """\
contract: paid
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2021-12-31}
rounding: {lines: half_away_from_zero to 1}
facts:
  base: {unit: EUR, least: 0}
  rate: {unit: share}
  other: {unit: share, when_missing: 0}
  people: {unit: count, when_missing: 0}
"""


def verdict(amount: str, published: str, name: str = "pay", unit: str = "1", **facts: str) -> str:
    """How one payee's published value compares, by a contract that pays ``amount``."""
    text = f'{HEAD}figures: {{part: {{formula: rate / 3}}, tens: {{formula: people * 10}}}}\nsettlement:\n  - pay: {{kind: formula, amount: "{amount}", to: payee}}\n'
    contract = build_contract(parse_document(text.encode(), "paid.yaml"))
    given_facts = {"base": "1000", "rate": "0.25", **facts}
    rows = "".join(f"p,2020,{fact},{value}\n" for fact, value in given_facts.items())
    measured = parse_csv(f"payee,period,indicator,value\n{rows}".encode(), "data.csv")
    (found,) = reconcile(
        contract, measured, "2020", [Published(name, "Paid", Fraction(unit), {"p": (Fraction(published), None)})]
    )
    return found.compared[0].verdict


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        # 1 000 +- 0.5 times 0.25 +- 0.005: from 244.8775 to 255.1275, in whole euros from 245 to 255.
        ("250", "exact"),
        ("245", "within"),
        ("255", "within"),
        ("244", "missed"),
        ("256", "missed"),
        ("-250", "missed"),
    ],
)
def test_the_corners_decide(published: str, expected: str) -> None:
    """Both inputs move to the end that helps; beyond the corner is beyond the rounding."""
    assert verdict("base * rate", published) == expected


@pytest.mark.parametrize(
    ("published", "expected"), [("0", "exact"), ("10", "within"), ("11", "missed"), ("-1", "missed")]
)
def test_slopes_of_both_signs(published: str, expected: str) -> None:
    """One rate up and the other down: 1 000.5 x 0.01 at most, and never below the floor."""
    assert verdict("max(0, base * (rate - other))", published, rate="0.25", other="0.25") == expected


def test_an_input_that_cancels_moves_nothing() -> None:
    """base - base is 0 whatever base was: intervals by parts would say otherwise."""
    assert verdict("base * rate - base * rate + 10", "10") == "exact"
    assert verdict("base * rate - base * rate + 10", "11") == "missed"


def test_a_limit_that_two_inputs_share() -> None:
    """Where each alone moves nothing, both together do: the lesser of two equal amounts."""
    assert verdict("min(base * rate, base * other)", "254", rate="0.25", other="0.25") == "within"


def test_a_peak_between_the_ends() -> None:
    """Where the measured value is the best of its range, no end is better, and nothing above is within."""
    assert verdict("100 - 1000 * abs(rate - 0.25) * base / 1000", "100") == "exact"
    assert verdict("100 - 1000 * abs(rate - 0.25) * base / 1000", "101") == "missed"
    assert verdict("100 - 1000 * abs(rate - 0.25) * base / 1000", "96") == "within"


def test_a_cliff_is_not_a_slope() -> None:
    """Between the two sides of a gate nothing is reached, though it lies between what the corners give."""
    gate = "base if rate >= 25 % else 0"
    assert verdict(gate, "1000") == "exact"
    assert verdict(gate, "0") == "within"
    assert verdict(gate, "500") == "missed"


def test_an_input_stays_in_its_range() -> None:
    """A share of 100 % was not rounded down from more."""
    assert verdict("base * rate", "1004", rate="1.00") == "missed"
    assert verdict("base * rate", "996", rate="1.00") == "within"


def test_counts_are_exact() -> None:
    """Seven people were seven."""
    assert verdict("base", "70", "tens", people="7") == "exact"
    assert verdict("base", "74", "tens", people="7") == "missed"


def test_a_figure_is_compared_at_the_digits_published() -> None:
    """A third of 25 % is 0.08333...: exact as 0.0833 and as 0.083, within as 0.085, missed as 0.0869."""
    assert verdict("base", "0.0833", "part", "0.0001") == "exact"
    assert verdict("base", "0.083", "part", "0.001") == "exact"
    assert verdict("base", "0.0846", "part", "0.0001") == "within"
    assert verdict("base", "0.0869", "part", "0.0001") == "missed"


def test_a_line_published_in_coarser_units_is_within() -> None:
    """A line of 1 004 that was published as 1 000, in hundreds, is not exact."""
    assert verdict("base + 4", "1000", unit="100") == "within"
    assert verdict("base + 4", "1000", unit="0") == "missed"


@given(
    base=st.integers(0, 10**6),
    rate=st.integers(0, 10_000),
    part=st.fractions(-Fraction(1, 2), Fraction(1, 2), max_denominator=100),
    other=st.fractions(-Fraction(1, 2), Fraction(1, 2), max_denominator=100),
)
def test_what_rounded_inputs_paid_is_never_missed(base: int, rate: int, part: Fraction, other: Fraction) -> None:
    """Take any inputs before they were rounded: what they pay agrees with what their rounded values are compared to."""
    true_base = max(Fraction(0), base + part)
    true_rate = min(Fraction(1), max(Fraction(0), (rate + other) / 10_000))
    paid = int(min(true_base * true_rate, true_base / 3) + Fraction(1, 2))
    assert verdict("min(base * rate, base / 3)", str(paid), base=str(base), rate=f"{rate / 10_000:.4f}") != "missed"


def test_a_name_that_is_not_there() -> None:
    """Told with the nearest."""
    with pytest.raises(UsageError, match=r"AO024 .* Did you mean pay\?"):
        verdict("base", "1", "pya")


# -- the command ------------------------------------------------------------------------------------------------------

CONTRACT = f"""{HEAD}settlement:
  - pay: {{kind: formula, amount: base * rate, to: payee}}
  - more: {{kind: formula, amount: 1, to: payee}}
"""
WIDE = """\
Who,Base,Rate,Paid,In all
a,1000,25%,250,251
b,1000,25%,252,251
c,1000,25%,300,
d,,,,
"""
MAPPING = """\
payee: Who
period: {constant: 2020}
values: {base: Base, rate: Rate}
published: {pay: Paid, total: In all}
"""


def run(folder: Path, *options: str | Path, wide: str = WIDE, mapping: str = MAPPING) -> Run:
    """``alliance reconcile`` of these files, with these options."""
    (folder / "paid.yaml").write_text(
        CONTRACT.replace("least: 0}", "least: 0, when_missing: 0}").replace(
            "unit: share}", "unit: share, when_missing: 0}"
        ),
        "utf-8",
    )
    (folder / "data.csv").write_text(wide, "utf-8")
    if mapping:
        (folder / "data.columns.yaml").write_text(mapping, "utf-8")
    return alliance("reconcile", folder / "paid.yaml", folder / "data.csv", *options)


def test_the_counts_are_disjoint(tmp_path: Path) -> None:
    """A payee is counted once, in the worst of its columns; one without a published value not at all."""
    found = run(tmp_path, "-f", "json")
    data = json.loads(found.out)
    schema = json.loads((ROOT / "docs" / "schemas" / "reconciliation.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert found.code == 1
    assert [data[key] for key in ("payees", "exact", "within", "missed")] == [3, 1, 1, 1]
    assert [[each[key] for key in ("name", "payees", "exact", "within", "missed")] for each in data["published"]] == [
        ["pay", 3, 1, 1, 1],
        ["total", 2, 2, 0, 0],
    ]
    assert data["misses"] == [data["largest_miss"]]
    assert data["largest_miss"] == {
        "payee": "c",
        "name": "pay",
        "settled": "250",
        "published": "300",
        "difference": "-50",
        "place": f"{tmp_path / 'data.csv'}:4",
    }


def test_one_column_by_its_name(tmp_path: Path) -> None:
    """NAME=COLUMN, or the name alone where the mapping has it; nothing missed is exit 0."""
    for asked in ("total=In all", "total"):
        found = run(tmp_path, "--published", asked, "-f", "json")
        assert (found.code, json.loads(found.out)["exact"]) == (0, 2)


def test_the_table_shows_the_largest_miss(tmp_path: Path) -> None:
    """In the language asked for, with the place of the cell."""
    assert "c pay: settled 250, published 300, -50" in run(tmp_path).out
    assert "Suurin ero" in run(tmp_path, "--lang", "fi").out
    assert f"({tmp_path / 'data.csv'}:4)" in run(tmp_path, "--lang", "sv").out


def test_every_comparison_as_csv(tmp_path: Path) -> None:
    """One row each, ready for a spreadsheet."""
    rows = list(csv.DictReader(io.StringIO(run(tmp_path, "-f", "csv").out)))
    assert [(row["payee"], row["name"], row["verdict"]) for row in rows] == [
        ("a", "pay", "exact"),
        ("b", "pay", "within"),
        ("c", "pay", "missed"),
        ("a", "total", "exact"),
        ("b", "total", "exact"),
    ]


def test_last_years_spreadsheet(tmp_path: Path) -> None:
    """Tidy data against another file: a column payee, and the amounts that were paid."""
    tidy = "payee,period,indicator,value\na,2020,base,1000\na,2020,rate,25 %\n"
    (tmp_path / "sheet.csv").write_text("payee;Maksettu\na;252,0\n", "utf-8")
    options = ("--published", "pay=Maksettu", "--against", tmp_path / "sheet.csv", "-f", "json")
    found = run(tmp_path, *options, wide=tidy, mapping="")
    assert (found.code, json.loads(found.out)["within"]) == (0, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--published", "pay=Payd"), "AO515"),
        (("--published", "more"), "AO028 The mapping lists nothing published for more."),
        (("--published", "moar=Paid"), "AO024"),
        (("--period", "2030"), "AO020"),
    ],
)
def test_what_cannot_be_compared_is_told(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """With the nearest right word."""
    assert said in run(tmp_path, *options).err


def test_a_text_in_the_column_is_told(tmp_path: Path) -> None:
    """Codes or missing texts say what it stands for; it is never passed over."""
    assert "AO509 Column Paid" in run(tmp_path, wide=WIDE.replace("300", "n/a")).err
    mapping = MAPPING.replace("pay: Paid", "pay: {column: Paid, missing: [n/a]}")
    assert run(tmp_path, wide=WIDE.replace("300", "n/a"), mapping=mapping).code == 0
