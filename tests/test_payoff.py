"""The payoff curve is what would be settled at every value, to the rounding of the lines, and exact at its corners."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_outcomes as ao
from alliance_outcomes.problems import DataError, UsageError
from alliance_outcomes.scenarios.payoff import Payoff, payoff, rounded_up
from alliance_outcomes.scenarios.whatif import as_setting, what_if
from alliance_outcomes.statements import charts
from tests.test_whatif import TESOMA, across, tesoma

SETTLED = tesoma()
NAMES = ("client_nps", "cost[mehilainen]", "own_cost", "chronic_care_balance", "listed_clients")
SLACK = Fraction(len(SETTLED.calculation.entries), 100)


@cache
def curve_of(name: str) -> Payoff:
    """The curve of an input."""
    return payoff(SETTLED, name)


def drawn_at(curve: Payoff, value: Fraction) -> set[Fraction]:
    """What the curve says of a value: one total, or two where it jumps."""
    found = set()
    for stretch in curve.stretches:
        for before, after in pairwise(stretch):
            if before.value <= value <= after.value:
                slope = (after.total - before.total) / (after.value - before.value)
                found.add(before.total + slope * (value - before.value))
    return found


@given(st.sampled_from(NAMES), st.fractions(0, 1, max_denominator=1000))
def test_the_curve_is_what_would_be_settled(name: str, part: Fraction) -> None:
    """At any value of the range the line passes within the rounding of the lines of the settled total."""
    curve = curve_of(name)
    low, high = curve.points[0].value, curve.points[-1].value
    value = low + (high - low) * part
    total = what_if(SETTLED, [as_setting(name, value)]).total.after
    assert any(abs(said - total) <= SLACK for said in drawn_at(curve, value))


@pytest.mark.parametrize("name", NAMES)
def test_the_corners_are_where_the_contract_bends(name: str) -> None:
    """At each corner too; and the whole range is covered, as far as the contract can be settled."""
    curve = curve_of(name)
    if name != "own_cost":
        assert (curve.points[0].value, curve.points[-1].value) == (curve.given.least, curve.given.most)
    for point in curve.points:
        total = what_if(SETTLED, [as_setting(name, point.value)]).total.after
        assert any(abs(said - total) <= SLACK for said in drawn_at(curve, point.value))
    assert curve.here is not None
    assert abs(curve.here.total - SETTLED.total) <= SLACK


def test_the_curve_ends_where_nothing_can_be_settled() -> None:
    """The growth that is computed from own_cost has a range of its own: at its end the curve ends, exactly there."""
    (within,) = [each for each in SETTLED.calculation.within if each.name == "specialist_cost_growth_gap"]
    last = curve_of("own_cost").points[-1].value
    assert what_if(SETTLED, [as_setting("own_cost", last)]).after.values[within.name] == within.most
    with pytest.raises(DataError, match="AO510"):
        what_if(SETTLED, [as_setting("own_cost", last + Fraction(1, 10**9))])


def test_a_level_of_the_contract_is_a_corner_exactly() -> None:
    """Nothing is paid for satisfaction up to 40, and no more from 75: both stand in the curve as they are."""
    assert {Fraction(40), Fraction(75)} <= {point.value for point in curve_of("client_nps").points}


def test_a_jump_parts_the_curve() -> None:
    """A hospital over the percentile loses 1 %: the totals on either side of it are 1 % apart."""
    settlement = across()
    name = next(
        given.name for given in settlement.calculation.inputs if len(payoff(settlement, given.name, "c").stretches) > 1
    )
    first, second = payoff(settlement, name, "c").stretches[:2]
    assert first[-1].value == second[0].value
    assert first[-1].total != second[0].total


def test_an_unknown_name_is_refused() -> None:
    """What is not measured has no curve (AO064)."""
    with pytest.raises(UsageError, match=r"AO064 .* Did you mean client_nps"):
        payoff(SETTLED, "client_np")


@given(st.fractions(Fraction(1, 10**6), 10**9))
def test_a_round_number_is_near(value: Fraction) -> None:
    """At least the value, less than two and a half times it, and 1, 2 or 5 times a power of ten."""
    found = rounded_up(value)
    assert value <= found < Fraction(5, 2) * value
    digits = str(found.numerator if found >= 1 else found.denominator).rstrip("0")
    assert digits in ("1", "2", "5")


def text(value: Fraction) -> str:
    """A number for a chart."""
    return f"<{float(value):.2f}>"


CORNERS = st.lists(st.tuples(st.fractions(-100, 100), st.fractions(-(10**6), 10**6)), min_size=1, max_size=5)


@pytest.mark.untraced
@given(st.lists(CORNERS, min_size=1, max_size=3), st.text(max_size=20).filter(str.isprintable))
def test_a_drawn_curve_is_whole(stretches: list[list[tuple[Fraction, Fraction]]], title: str) -> None:
    """It is well-formed whatever the texts hold, says its corners to those who do not see it, and is the same each time."""
    ordered = [sorted(stretch) for stretch in stretches]
    drawn = charts.curve(title, ordered, ordered[0][0], (text, text))
    assert drawn == charts.curve(title, ordered, ordered[0][0], (text, text))
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert (root.findtext(f"{space}title") or "") == title
    told = root.findtext(f"{space}desc") or ""
    assert all(text(amount) in told for stretch in ordered for _, amount in stretch)
    assert len(root.findall(f"{space}polyline")) == len(ordered)


def test_a_notebook_shows_it() -> None:
    """As a frame of exact numbers, as SVG, and as an Altair chart of the same points."""
    contract = ao.load_contract(TESOMA[0])
    curve = ao.settle(contract, ao.read_data(TESOMA[1], contract), "2023").payoff("client_nps")
    assert list(curve.points["value"]) == [point.value for point in curve_of("client_nps").points]
    assert "18,493,129.88 EUR" in curve._repr_html_()
    chart = json.loads(curve.altair().to_json())
    (rows,) = chart["datasets"].values()
    assert [row["value"] for row in rows] == [float(point.value) for point in curve_of("client_nps").points]
