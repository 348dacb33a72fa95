"""Values over all payees: against the sentence that defines each, and against statistics' own where it has one."""

from __future__ import annotations

import statistics
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.explain import explain
from alliance_outcomes.formula.across import PoolsDiffer, percentile, read_across
from alliance_outcomes.formula.exact import NeedsEveryPayee, Value, exact
from alliance_outcomes.formula.nodes import PERCENTILES, Across, Name
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.problems import ContractError, DataError
from alliance_outcomes.settlement import Settlement, settle
from alliance_outcomes.sources.csv import parse_csv

NUMPY = {"nearest_rank": "inverted_cdf"}
NUMBERS = st.lists(st.integers(-50, 50).map(Fraction), min_size=1, max_size=30)


def read(formula: str, *payees: dict[str, Value]) -> list[Value]:
    """A formula over all payees, for each of them."""
    node = parse(formula)
    assert isinstance(node, Across)
    return read_across(node, payees)


@given(numbers=NUMBERS, share=st.fractions(0, 1, max_denominator=40), method=st.sampled_from(PERCENTILES))
def test_a_percentile_is_that_of_its_name(numbers: list[Fraction], share: Fraction, method: str) -> None:
    """The named methods are numpy's, in exact numbers; where the place is whole, floats cannot tell, and it is the number there."""
    place = share * len(numbers) - 1 if method == "nearest_rank" else share * (len(numbers) - 1)
    found = percentile(numbers, share, method)
    if place.denominator == 1:
        assert found == sorted(numbers)[max(0, int(place))]
    else:
        integers = [int(number) for number in numbers]
        known = np.percentile(integers, float(share * 100), method=NUMPY.get(method, method))  # type: ignore[call-overload]  # one of numpy's
        assert abs(float(found) - float(known)) < 1e-9


@given(numbers=NUMBERS)
def test_the_ends_are_the_lowest_and_the_highest(numbers: list[Fraction]) -> None:
    """By every method, the percentile of 0 % and of 100 %."""
    for method in PERCENTILES:
        assert percentile(numbers, Fraction(0), method) == min(numbers)
        assert percentile(numbers, Fraction(1), method) == max(numbers)


@given(numbers=NUMBERS)
def test_totals_means_and_ranks(numbers: list[Fraction]) -> None:
    """As statistics has them; a rank is one more than how many are better."""
    payees: list[dict[str, Value]] = [{"x": number} for number in numbers]
    assert set(read("across_total(x)", *payees)) == {sum(numbers)}
    assert set(read("across_mean(x)", *payees)) == {statistics.mean(numbers)}
    assert set(read("across_lowest(x)", *payees)) == {min(numbers)}
    assert set(read("across_highest(x)", *payees)) == {max(numbers)}
    ranks = read("across_rank(x, highest_first)", *payees)
    assert ranks == [1 + sum(other > number for other in numbers) for number in numbers]
    low = read("across_rank(x, lowest_first)", *payees)
    assert low == [1 + sum(other < number for other in numbers) for number in numbers]


@given(
    bases=st.lists(st.integers(0, 40).map(Fraction), min_size=1, max_size=12),
    limits=st.lists(st.integers(0, 200).map(Fraction), min_size=12, max_size=12),
    pool=st.integers(0, 900).map(Fraction),
)
def test_a_factor_spends_the_pool_exactly(bases: list[Fraction], limits: list[Fraction], pool: Fraction) -> None:
    """The sum of min(k x base, limit) is the pool, to the last fraction; without a k, no k could."""
    payees: list[dict[str, Value]] = [
        {"x": base, "most": limit, "pool": pool} for base, limit in zip(bases, limits, strict=False)
    ]
    (factor, *_) = read("across_factor(pool, x, most)", *payees)
    counted = [limit for base, limit in zip(bases, limits, strict=False) if base]
    if factor is None:
        assert pool > sum(counted) or not counted
    else:
        assert isinstance(factor, Fraction)
        assert sum(min(factor * base, limit) for base, limit in zip(bases, limits, strict=False)) == pool
    (free, *_) = read("across_factor(pool, x)", *payees)
    assert (free is None) == (sum(bases) == 0)
    assert free is None or Fraction(free) * sum(bases) == pool


def test_the_missing_and_the_others_are_left_out() -> None:
    """Who has no value, or does not belong to the population, is not counted, and has no rank."""
    payees: list[dict[str, Value]] = [
        {"x": Fraction(1), "among": True},
        {"x": Fraction(5), "among": False},
        {"x": None, "among": True},
        {"x": Fraction(3), "among": Fraction(1)},
        {"x": Fraction(9), "among": None},
    ]
    assert set(read("across_total(x, among)", *payees)) == {4}
    assert set(read("across_count(x)", *payees)) == {4}
    assert read("across_rank(x, highest_first, among)", *payees) == [2, None, None, 1, None]
    assert read("across_mean(x, among)", {"x": None, "among": None}) == [None]
    for nothing in read("across_total(x)", {"x": None}) + read("across_count(x)", {"x": None}):
        assert (nothing, type(nothing)) == (0, Fraction)
    assert read("across_factor(pool, x)", {"x": None, "pool": Fraction(1)}) == [None]
    assert read("across_factor(pool, x, most)", {"x": None, "pool": Fraction(1), "most": Fraction(1)}) == [None]


@pytest.mark.parametrize("payee", [{"x": "7"}, {"x": Fraction(1), "pool": Fraction(1), "most": None}])
def test_what_is_no_number_is_a_mistake_of_the_program(payee: dict[str, Value]) -> None:
    """The compiler lets no text and no missing limit come so far; the name of one that does is told."""
    formula, name = ("across_factor(pool, x, most)", "most") if "most" in payee else ("across_total(x)", "x")
    with pytest.raises(TypeError, match=f"^{name}$"):
        read(formula, payee)


def test_one_pool_for_all() -> None:
    """A pool that payees see differently is spent by no one number."""
    with pytest.raises(PoolsDiffer, match=r"^pool$"):
        read("across_factor(pool, x)", {"pool": Fraction(1), "x": Fraction(1)}, {"pool": Fraction(2), "x": Fraction(1)})


def test_a_factor_of_negative_parts_has_limits() -> None:
    """With limits a negative part would make the sum turn, so there is no factor."""
    payee: dict[str, Value] = {"pool": Fraction(1), "x": Fraction(-1), "most": Fraction(1)}
    assert read("across_factor(pool, x, most)", payee) == [None]


def test_one_payee_alone_cannot_say() -> None:
    """The exact reader of one payee refuses, so that nobody forgets the others."""
    with pytest.raises(NeedsEveryPayee, match=r"^x$"):
        exact(Across("total", Name("x")))({"x": Fraction(1)})


@pytest.mark.parametrize(
    "formula",
    [
        "across_percentile(x, 175 %, higher)",
        "across_percentile(x, 75 %, highest)",
        "across_percentile(x, 75 %)",
        "across_percentile(x, y, higher)",
        "across_rank(x)",
        "across_rank(x, up)",
        "across_total(x + 1)",
        "across_total()",
        "across_factor(pool)",
        "across_factor(100, x)",
        "across_factor(pool, x, y, z)",
    ],
)
def test_misuse_is_told(formula: str) -> None:
    """With how it is written."""
    with pytest.raises(ContractError, match="AO305"):
        parse(formula)


# -- in a settlement --------------------------------------------------------------------------------------------------

HEAD = """\
contract: all
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
facts:
  base: {unit: EUR, least: 0}
  quality: {unit: points, when_missing: none}
  large: {unit: flag, when_missing: 0}
"""
DATA = """\
payee,period,indicator,value
a,2020,base,1000
a,2020,quality,25
b,2020,base,1000
b,2020,quality,75
b,2020,large,1
c,2020,base,3000
"""


def made(rest: str) -> Contract:
    """A contract with these figures and clauses."""
    return build_contract(parse_document((HEAD + rest).encode(), "all.yaml"))


def settled(rest: str, payees: list[str] | None = None, data: str = DATA) -> Settlement:
    """Its settlement."""
    return settle(made(rest), parse_csv(data.encode(), "data.csv"), "2020", payees)


STAGED = """\
figures:
  pool: {formula: 2 % * total_base}
  total_base: {formula: across_total(base)}
  earned: {formula: "2 % * base * coalesce(quality, 0) / 100"}
  slope: {formula: "across_factor(pool, earned)"}
  back: {formula: "earned * slope if not missing(slope) else 0"}
  best: {formula: across_highest(back)}
settlement:
  - back_paid: {kind: formula, amount: back, to: payee}
  - prize: {kind: formula, amount: 10 if back == best else 0, to: payee}
"""


def test_stages_follow_one_another() -> None:
    """A value over all payees may rest on another: the pool, the slope, what it pays back, the best of these."""
    found = settled(STAGED)
    assert [[line.amount for line in each.lines] for each in found.payees] == [[25, 0], [75, 10], [0, 0]]
    assert found.payees[0].values["slope"] == 5


def test_one_payee_is_settled_among_all() -> None:
    """Narrowed to one payee, it gets what it gets among all."""
    whole, alone = settled(STAGED), settled(STAGED, ["b"])
    assert [each.payee for each in alone.payees] == ["b"]
    assert alone.only().lines == whole.payees[1].lines


def test_a_fault_of_another_payee_is_told() -> None:
    """Nobody is settled by a total that lacks someone."""
    with pytest.raises(DataError, match=r"AO505 base of c"):
        settled(STAGED, ["b"], DATA.replace("c,2020,base,3000", "c,2020,large,1"))


def test_pools_that_differ_are_refused() -> None:
    """With the place of the formula."""
    rest = 'figures: {k: {formula: "across_factor(base, quality)"}}\nsettlement:\n  - pay: {kind: formula, amount: "quality * k if not missing(k) and not missing(quality) else 0", to: payee}\n'
    with pytest.raises(DataError, match=r"AO517 base is not the same for all payees"):
        settled(rest)


def test_it_is_explained_in_every_language() -> None:
    """In words that name the population, with its place and its value."""
    rest = 'figures: {is_large: {formula: large == 1}, cut: {formula: "across_percentile(quality, 50 %, higher, is_large)"}}\nsettlement:\n  - pay: {kind: formula, amount: "base if not missing(cut) and not missing(quality) and quality >= cut else 0", to: payee}\n'
    found = settled(rest)
    for language, words in (
        ("en", "over all payees for whom is_large holds"),
        ("fi", "joilla is_large täyttyy"),
        ("sv", "alla mottagare för vilka is_large gäller"),
    ):
        (cut,) = [each for each in explain(found, "pay", language, "b") if each.name == "cut"]
        assert words in cut.words
        assert cut.result == "75"
    assert [each.total for each in found.payees] == [0, 1000, 0]


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ("across_mean(base) + quality", "AO311"),
        ("across_total(quality) + base", "AO311"),
        ("across_count(base) + base", "AO311"),
        ("across_mean(quality) + 1", "AO312"),
        ("across_total(cut)", "AO309"),
        ("across_total(qualty)", "AO307"),
        ("exp(quality)", "AO317"),
        ("round(exp(1), 21)", "AO317"),
    ],
)
def test_what_lint_finds(figure: str, code: str) -> None:
    """Units, missing values, circles, names, and an exp() that nothing rounds."""
    rest = (
        f'figures: {{cut: {{formula: "{figure}"}}}}\nsettlement:\n  - pay: {{kind: formula, amount: base, to: payee}}\n'
    )
    assert code in {problem.code for problem in compile_periods(made(rest))[1]}


@pytest.mark.parametrize(
    "figure",
    ["across_total(base) + base", "across_count(quality) + 1", "round(exp(1), 20)", "across_mean(base) / base"],
)
def test_what_lint_accepts(figure: str) -> None:
    """Money with money, a number with a number, an exp() inside a rounding."""
    rest = (
        f'figures: {{cut: {{formula: "{figure}"}}}}\nsettlement:\n  - pay: {{kind: formula, amount: base, to: payee}}\n'
    )
    assert not compile_periods(made(rest))[1]


def test_levels_and_scores_are_names(tmp_path: Path) -> None:
    """``indicator.level`` is the number that holds in the period, ``indicator.score`` the score as it counts."""
    rest = """\
scores: {least: 0, most: 100}
weights: none
figures:
  gap: {formula: plan.goal - plan.floor}
  points: {formula: "coalesce(plan.score, 0) / 10"}
result_areas:
  care:
    indicators:
      plan:
        unit: share
        when_missing: reweight in area
        levels: {floor: {2019: 10 %}, goal: {2019: 20 %, 2020: 60 %}}
        score: {kind: linear, zero_at: floor, full_at: goal}
settlement:
  - pay: {kind: formula, amount: base * gap, to: payee}
"""
    found = settled(rest, data=DATA + "a,2020,plan,35 %\n")
    assert [each.total for each in found.payees] == [500, 500, 1500]
    assert [each.values["points"] for each in found.payees] == [5, 0, 0]
