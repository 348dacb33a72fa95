"""Every kind of measure on records small enough to count by hand, on every engine."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.definitions import load_definition
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.formula.across import percentile as exact_percentile
from alliance_outcomes.formula.nodes import PERCENTILES
from alliance_outcomes.measures.percentile import percentile
from alliance_outcomes.measuring import Wanted, measure
from alliance_outcomes.sources.records import ENGINES
from tests.documents import LANGUAGE, sections
from tests.running import alliance
from tests.test_measure import small

pytestmark = pytest.mark.untraced

TABLES = {
    "visits": "day,person,days,asked,answered\n"
    "2023-01-05,A,3,2023-01-05T10:00,2023-01-08T10:00\n"
    "2023-02-28,A,4,2023-02-28T10:00,2023-03-03T10:00:01\n"
    "2023-12-31 23:59,B,10,2022-12-31T23:59,2023-01-01T00:00\n"
    "2023-03-01,C,,2023-03-01T08:00,\n"
    "2023-03-02,D,7,2023-03-02T08:00,2023-03-02T07:59\n"
    "2023-03-03,E,x,2023-03-03,2023-03-04\n"
    "2024-01-01,F,1,2024-01-01T00:00,2024-01-01T00:00\n",
    "residents": "year,person,moved\n2023,A,no\n2023,B,no\n2023,C,yes\n2023,D,no\n2022,A,no\n",
}
VISITS = "table: visits, day: day"
RESIDENTS = "{table: residents, period: year, person: person}"
KINDS: dict[str, tuple[str, Fraction, int, dict[str, int]]] = {
    "rate": (f"kind: rate, {VISITS}, numerator: days >= 4", Fraction(3, 5), 5, {"unreadable": 1}),
    "mean": (f"kind: mean, {VISITS}, of: days", Fraction(6), 4, {"unreadable": 1, "no_value": 1}),
    "mean-person": (f"kind: mean, {VISITS}, person: person, of: days, cap: 8", Fraction(22, 3), 3, {}),
    "nps": (f"kind: nps, {VISITS}, of: days", Fraction(-25), 4, {}),
    "count": (f"kind: count, {VISITS}", Fraction(6), 6, {}),
    "count-person": (f"kind: count, {VISITS}, person: person", Fraction(5), 5, {}),
    "ratio": (f"kind: ratio, {VISITS}, by: {RESIDENTS}", Fraction(6, 4), 4, {}),
    "per_capita": (f"kind: per_capita, {VISITS}, residents: {RESIDENTS}", Fraction(1500), 4, {}),
    "percentile": (f"kind: percentile, {VISITS}, of: days, share: 50 %, method: midpoint", Fraction(11, 2), 4, {}),
    "share_within-hours": (
        f"kind: share_within, {VISITS}, start: asked, end: answered, hours: 72",
        Fraction(2, 4),
        4,
        {"unreadable": 1, "contradictory": 1},
    ),
    "share_within-days": (
        f"kind: share_within, {VISITS}, start: asked, end: answered, days: 1",
        Fraction(3, 6),
        6,
        {},
    ),
    "share_within-person": (
        f"kind: share_within, {VISITS}, person: person, start: asked, end: answered, hours: 72",
        Fraction(1, 3),
        3,
        {"unreadable": 1, "contradictory": 1},
    ),
    "total": (f"kind: total, {VISITS}, of: days", Fraction(24), 4, {"unreadable": 1, "no_value": 1}),
    "composite": (
        f"kind: composite, {VISITS}, items: {{a: {{of: days, weight: 3}}, b: {{of: 10 - days}}}}",
        Fraction(3 * 6 + 4, 4),
        4,
        {"no_value": 1, "unreadable": 1},
    ),
    "change": (
        f"kind: change, {VISITS}, person: person, of: days, by: day, better: higher",
        Fraction(1),
        1,
        {"one_assessment": 2, "no_value": 1, "unreadable": 1},
    ),
    "growth": (
        "kind: growth, table: residents, period: year, of: '1', own: person == 'A'",
        Fraction(0),
        1,
        {},
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_comes_to_what_is_counted_by_hand(name: str, engine: str, tmp_path: Path) -> None:
    """The value, the number counted and the reasons are those that a hand counts."""
    text, value, n, excluded = KINDS[name]
    contract, folder = small(tmp_path, f"unit: share\nmeasure: {{{text}}}\n")
    for table, rows in TABLES.items():
        (folder / f"{table}.csv").write_text(rows, "utf-8")
    definition = load_definition("visit", [tmp_path / "indicators"])
    (result,) = measure(load_contract(contract), [Wanted("visit", definition, False)], folder, "2023", engine)
    assert (result.found.value, result.found.n) == (value, n)
    assert not excluded or result.found.excluded == excluded


def test_every_kind_is_counted_and_documented() -> None:
    """A kind without a case above, or without a word on the language page, fails here."""
    kinds = set(members("measures"))
    assert kinds == {name.partition("-")[0] for name in KINDS}
    page = sections(LANGUAGE.read_text("utf-8"), "Measuring from records")
    keys = {field for member in members("measures").values() for field in member.model_fields}
    missing = {word for word in kinds | keys - {"source", "assumed", "intended"} if f"`{word}`" not in page}
    assert not missing


@given(
    st.lists(st.integers(-5, 20), min_size=1, max_size=30),
    st.fractions(0, 1, max_denominator=40),
    st.sampled_from(PERCENTILES),
)
def test_percentiles_are_those_of_the_formulas(numbers: list[int], share: Fraction, method: str) -> None:
    """A percentile of counted values is the one that across_percentile gives of the values themselves."""
    counted = tuple((Fraction(value), numbers.count(value)) for value in sorted(set(numbers)))
    assert percentile(counted, share, method) == exact_percentile([Fraction(n) for n in numbers], share, method)


@pytest.mark.parametrize(
    "text",
    [
        f"kind: share_within, {VISITS}, start: asked, end: answered",
        f"kind: change, {VISITS}, of: days, by: day, better: higher",
        f"kind: rate, {VISITS}, numerator: days > 1, exclusions: {{unreadable: {{when: days > 1, reason: x}}}}",
        "kind: count, table: visits",
    ],
)
def test_a_measure_that_says_too_little_is_refused(text: str, tmp_path: Path) -> None:
    """No limit, no person, a reason's own name, no period: told with a place (AO140)."""
    contract, folder = small(tmp_path, f"unit: share\nmeasure: {{{text}}}\n")
    run = alliance("measure", contract, folder, "--period", "2023")
    assert run.code == 1
    assert "visit.yaml:2:" in run.err
    assert "AO140" in run.err
