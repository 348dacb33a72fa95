"""The vector reader: never further from the exact reader than it says, and certain only where it is right.

Law 8: exact and vector readers agree within the bound stated beside the vector reader;
near a gate, cap or half-cent the exact one decides.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.formula.exact import Value
from alliance_outcomes.formula.nodes import (
    Across,
    Arithmetic,
    Compare,
    Curve,
    Exp,
    Extreme,
    Group,
    IfElse,
    Missing,
    Name,
    Node,
    Nothing,
    Number,
    OneOf,
    Piece,
    Round,
)
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.formula.steps import Step
from alliance_outcomes.formula.vector import (
    CannotRead,
    Codes,
    Column,
    Vector,
    of_codes,
    of_decimals,
    of_floats,
    of_fractions,
    of_ratios,
    of_units,
)
from alliance_outcomes.formula.vector.bounds import near
from alliance_outcomes.formula.vector.columns import outside
from alliance_outcomes.formula.vector.tape import CHUNK
from alliance_outcomes.numbers import ROUNDINGS, round_to
from tests.formulas import Drawn, draw, exact_rows

CENT = Fraction(1, 100)
ONE = Fraction(1)
ROWS = 1700  # a hundred thousand in the usual sixty examples
SEEDS = st.integers(0, 2**40)


def agrees(value: float, bound: float, exact: Value) -> bool:
    """Whether a float is within its bound of the exact value; NaN is no value."""
    if math.isinf(bound):
        return True
    if exact is None or math.isnan(value):
        return exact is None and math.isnan(value)
    return abs(Fraction(value) - Fraction(exact)) <= Fraction(bound)


def with_lines(drawn: Drawn, seed: int) -> tuple[Drawn, dict[str, Fraction]]:
    """The formulas, and a rounded line for each."""
    lines = [
        Step(f"line{index}", Round(Name(step.name), ROUNDINGS[(seed + index) % len(ROUNDINGS)], CENT), "line")
        for index, step in enumerate(drawn.steps)
    ]
    return replace(drawn, steps=(*drawn.steps, *lines)), {line.name: CENT for line in lines}


@pytest.mark.untraced
@given(SEEDS)
def test_every_value_is_within_its_bound(seed: int) -> None:
    """|vector - exact| <= bound for every value of every row, and what divides by zero is noticed."""
    within_bounds(draw(seed, ROWS))


@pytest.mark.parametrize("seed", range(120))
def test_what_is_decided_before_it_is_read_comes_to_the_same(seed: int) -> None:
    """Formulas of many constants: most of what they come to, and what is missing for certain, is known beforehand."""
    within_bounds(draw(seed, 12, constants=0.5 + seed % 5 / 10))


@pytest.mark.parametrize("seed", range(120))
def test_ranges_may_be_open(seed: int) -> None:
    """A cost without an upper end, a difference without a lower one: what is read and certified is as right as ever."""
    drawn, lines = with_lines(draw(seed, 12, constants=seed % 2 / 3), seed)
    columns = dict(drawn.columns)
    for index, (name, column) in enumerate(drawn.columns.items()):
        if isinstance(column, Column):
            least, most = ((-math.inf, column.most), (column.least, math.inf), (-math.inf, math.inf))[
                (seed + index) % 3
            ]
            columns[name] = replace(column, least=least, most=most)
    opened = replace(drawn, columns=columns)
    within_bounds(opened, ties=False)
    certified_are_exact(opened, lines)


def test_a_cap_holds_without_an_upper_end() -> None:
    """Nothing times the infinite is nothing, not no number: a range of no number would let a cap be left out."""
    formula = parse("max(min(0.5 * cost, 100), 20)", lambda _at, _width: None)
    costs = of_floats(np.array([10.0, 150.0, 1e6]), 0.0, math.inf)
    found = Vector([Step("paid", formula, "clause")]).read({"cost": costs}, ["paid"])
    assert found.values["paid"].tolist() == [20.0, 75.0, 100.0]


def within_bounds(drawn: Drawn, ties: bool = True) -> None:
    """Compare every value of every row with the exact one; without ``ties`` only those read with their bounds.

    Where nothing bounds an input, the plain reading knows no grid that would decide a tie.
    """
    names = [step.name for step in drawn.steps]
    reader = Vector(drawn.steps)
    bounded, plain = reader.read(drawn.columns, names, bounds=True), reader.read(drawn.columns, names)
    assert bounded.bounds is not None
    for row in range(len(drawn.rows)):
        exactly = drawn.exactly(row)
        if exactly is None:
            assert bounded.undecided[row]
            assert plain.undecided[row]
            continue
        for name in names:
            bound = float(bounded.bounds[name][row])
            assert agrees(float(bounded.values[name][row]), bound, exactly[name])
            assert not ties or agrees(float(plain.values[name][row]), bound, exactly[name])


@given(SEEDS, st.booleans())
def test_what_is_certified_is_exact(seed: int, divide: bool) -> None:
    """In every row that is not left undecided each rounded line is the exact reader's, and the row does not fail."""
    certified_are_exact(*with_lines(draw(seed, 100, divide), seed))


def certified_are_exact(drawn: Drawn, lines: dict[str, Fraction]) -> None:
    """Compare every line of every row that is certain with the exact one."""
    certified = Vector(drawn.steps).certify(drawn.columns, lines)
    for row in np.flatnonzero(~certified.undecided):
        exactly = drawn.exactly(int(row))
        assert exactly is not None
        for name in lines:
            count = float(certified.units[name][row])
            expected = exactly[name]
            assert (expected is None) == math.isnan(count)
            assert expected is None or Fraction(count) * CENT == expected


@given(SEEDS)
def test_flagged_rows_are_left_to_the_exact_reader(seed: int) -> None:
    """Wherever a flag holds, the row is undecided."""
    drawn = draw(seed, 50, divide=False, exponents=False)
    name = drawn.steps[-1].name
    flag = Compare(">=", Name(name), Number(Fraction(1)))
    certified = Vector(drawn.steps, (flag,)).certify(drawn.columns, {})
    for row in range(50):
        exactly = drawn.exactly(row)
        assert exactly is not None
        value = exactly[name]
        if value is not None and value >= 1:  # type: ignore[operator]  # a number
            assert certified.undecided[row]


def test_ties_on_the_grid_are_decided_at_no_cost() -> None:
    """Cents on a gate, a cap and half-cents: not one row is left to the exact reader."""
    steps = (
        Step("score", Arithmetic("*", Number(Fraction(5, 2)), Name("grade")), "score"),
        Step(
            "share",
            IfElse(Compare(">=", Name("score"), Number(Fraction(40))), Number(Fraction(1, 8)), Number(Fraction(0))),
            "clause",
        ),
        Step("bonus", Round(Arithmetic("*", Name("share"), Name("cost")), "half_away_from_zero", CENT), "line"),
        Step(
            "limit",
            Round(
                Extreme("least", (Arithmetic("*", Number(Fraction(3, 100)), Name("cost")), Number(Fraction(5)))),
                "half_even",
                CENT,
            ),
            "line",
        ),
    )
    grade = of_units(np.arange(-100, 2000, dtype=np.int64), Fraction(1, 10))
    cost = of_units(np.arange(-100, 2000, dtype=np.int64) * 7, CENT)
    certified = Vector(steps).certify({"grade": grade, "cost": cost}, {"bonus": CENT, "limit": CENT})
    assert not certified.undecided.any()
    for row in range(2100):
        score, amount = Fraction(5, 2) * (row - 100) / 10, (row - 100) * 7 * CENT
        bonus = round_to((Fraction(1, 8) if score >= 40 else 0) * amount, "half_away_from_zero", CENT)
        limit = round_to(min(Fraction(3, 100) * amount, Fraction(5)), "half_even", CENT)
        assert Fraction(certified.units["bonus"][row]) * CENT == bonus
        assert Fraction(certified.units["limit"][row]) * CENT == limit


@pytest.mark.parametrize("how", ROUNDINGS)
@pytest.mark.parametrize("sign", [0, 1, -1])
def test_every_way_to_round(how: str, sign: int) -> None:
    """Halves, wholes and what lies between, on either side of zero, as the exact reader rounds them."""
    quarters = np.arange(-41, 42, dtype=np.int64)
    quarters = quarters if sign == 0 else sign * np.abs(quarters)
    for column in (of_units(quarters, Fraction(1, 4)), of_floats(quarters / 4.0)):
        steps = (Step("line", Round(Name("x"), how, Fraction(1)), "line"),)
        reader = Vector(steps)
        certified = reader.certify({"x": column}, {"line": Fraction(1)})
        assert not certified.undecided.any()
        expected = [float(round_to(Fraction(int(each), 4), how)) for each in quarters]
        assert certified.units["line"].tolist() == expected
        assert reader.read({"x": column}, ["line"]).values["line"].tolist() == expected


def test_a_ratio_meets_its_target_exactly() -> None:
    """n / d >= T where n / d equals T, for every denominator: the height of the ratio decides it."""
    below = np.arange(1, 5000, dtype=np.int64) * 7
    steps = (
        Step(
            "met",
            IfElse(Compare(">=", Name("rate"), Number(Fraction(3, 7))), Number(Fraction(1)), Number(Fraction(0))),
            "figure",
        ),
        Step("line", Round(Arithmetic("*", Name("met"), Number(Fraction(100))), "floor", CENT), "line"),
    )
    for shift, expected in ((0, 100.0), (-1, 0.0), (1, 100.0)):
        rate = of_ratios(below * 3 // 7 + shift, below)
        certified = Vector(steps).certify({"rate": rate}, {"line": CENT})
        assert not certified.undecided.any()
        assert set((certified.units["line"] / 100).tolist()) == {expected}


def test_chunks_are_joined() -> None:
    """More rows than a chunk holds, one more than two chunks: every row is read."""
    rows = 2 * CHUNK + 1
    x = np.arange(rows, dtype=np.int64)
    steps = (
        Step("y", Curve(Name("x"), (Piece(Fraction(5), True, Fraction(0)), Piece(None, False, Fraction(2)))), "score"),
    )
    reader = Vector(steps)
    expected = np.where(x <= 5, 0, 2 * x).astype(np.float64)
    assert np.array_equal(reader.read({"x": x.astype(np.float64)}, ["y"]).values["y"], expected)
    bounded = reader.read({"x": x.astype(np.float64)}, ["y"], bounds=True)
    assert np.array_equal(bounded.values["y"], expected)
    certified = reader.certify({"x": of_units(x, Fraction(1))}, {"y": Fraction(1)})
    assert np.array_equal(certified.units["y"], expected)


def test_arrays_of_payees_by_scenarios() -> None:
    """Plain arrays of two axes and a number for all: the result has their shape."""
    steps = (Step("y", Arithmetic("+", Name("x"), Arithmetic("*", Name("w"), Name("z"))), "figure"),)
    x, z = np.ones((3, 4)), np.arange(3.0).reshape(3, 1)
    reading = Vector(steps).read({"x": x, "z": z, "w": 2.0}, ["y", "x"])
    assert reading.values["y"].tolist() == (x + 2 * np.broadcast_to(z, (3, 4))).tolist()
    assert reading.undecided.shape == (3, 4)


def test_nothing_is_missing_but_what_is() -> None:
    """Missing values, categories and constants, in names that are asked for themselves."""
    track = of_codes(["A", None, "B"], ["A", "B"])
    steps = (
        Step("of_a", OneOf(Name("track"), frozenset("A")), "figure"),
        Step("gone", Missing(Name("track")), "figure"),
        Step("x_gone", Missing(Name("x")), "figure"),
        Step("known", Missing(Name("x_gone")), "figure"),
        Step("here", Missing(Name("full")), "figure"),
        Step("never", Nothing(), "figure"),
        Step("never_here", Missing(Name("never")), "figure"),
        Step("unknown", Compare(">", Name("never"), Number(ONE)), "figure"),
        Step("unknown_gone", Missing(Name("unknown")), "figure"),
        Step("always", Number(Fraction(1, 3)), "figure"),
        Step("none", Group("mean", (Name("never"),)), "figure"),
        Step("count", Group("count", (Name("never"), Name("x"))), "figure"),
    )
    x, full = np.array([1.0, np.nan, 2.0]), np.array([1.0, 2.0, 3.0])
    names = [step.name for step in steps]
    reading = Vector(steps).read({"track": track, "x": x, "full": full}, names, bounds=True)
    shown = {
        name: [None if math.isnan(each) else each for each in values.tolist()]
        for name, values in reading.values.items()
    }
    assert shown == {
        "of_a": [1.0, None, 0.0],
        "gone": [0.0, 1.0, 0.0],
        "x_gone": [0.0, 1.0, 0.0],
        "known": [0.0] * 3,
        "here": [0.0] * 3,
        "never": [None] * 3,
        "never_here": [1.0] * 3,
        "unknown": [None] * 3,
        "unknown_gone": [1.0] * 3,
        "always": [1 / 3] * 3,
        "none": [None] * 3,
        "count": [1.0, 0.0, 1.0],
    }
    assert reading.bounds is not None
    assert agrees(1 / 3, float(reading.bounds["always"][0]), Fraction(1, 3))


def test_a_formula_across_payees_is_given_as_a_column() -> None:
    """A step that the vector reader does not know is refused, unless its column is given."""
    steps = (
        Step("most", Across("highest", Name("x")), "figure"),
        Step("gap", Arithmetic("-", Name("most"), Name("x")), "figure"),
    )
    reader = Vector(steps)
    with pytest.raises(CannotRead):
        reader.read({"x": np.array([1.0, 3.0])}, ["gap"])
    reading = reader.read({"x": np.array([1.0, 3.0]), "most": np.array([3.0, 3.0])}, ["gap"])
    assert reading.values["gap"].tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    "fractions",
    [
        [Fraction(1, 100), None, Fraction(-5, 2)],
        [Fraction(1, 3), Fraction(1, 7)],
        [Fraction(1, 99_999_999_977), Fraction(1, 99_999_999_947), None],
        [Fraction(10**15 - 1) + Fraction(1, 10**12), None],
        [],
    ],
)
def test_columns_of_fractions_keep_them(fractions: list[Fraction | None]) -> None:
    """Decimals, thirds, and numbers no 64-bit whole number holds: the float is near, the value exact."""
    column = of_fractions(fractions)
    assert [column.fraction(row) for row in range(len(fractions))] == fractions
    for value, exact in zip(column.values.tolist(), fractions, strict=True):
        assert agrees(value, column.roundoff * abs(value), exact)


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.decimals(-(10**6), 10**6, places=3).map(float),
        )
    )
)
def test_floats_stand_for_their_shortest_decimals(floats: list[float | None]) -> None:
    """A float in a frame is the decimal that a person sees."""
    column = of_decimals(np.array([math.nan if each is None else each for each in floats], dtype=np.float64))
    assert [column.fraction(row) for row in range(len(floats))] == [
        None if each is None else Fraction(repr(each)) for each in floats
    ]


def test_an_infinite_value_is_refused() -> None:
    """An infinite float stands for no number."""
    with pytest.raises(ValueError, match="infinite"):
        of_decimals(np.array([1.0, math.inf]))


def test_stated_bounds_are_taken() -> None:
    """A caller that knows the range of its draws says so, and no pass over them is made."""
    column = of_floats(np.array([0.25, 0.5]), least=0.0, most=1.0)
    assert isinstance(column, Column)
    assert (column.least, column.most, column.missing) == (0.0, 1.0, False)
    assert column.fraction(0) == Fraction(1, 4)


def made(columns: dict[str, Column | Codes], rows: int, **formulas: str | Node) -> Drawn:
    """Formulas by name over columns, with the exact values of each row."""
    steps = [Step(name, parse(each) if isinstance(each, str) else each, "figure") for name, each in formulas.items()]
    return Drawn(tuple(steps), columns, exact_rows(columns, rows))


def test_rare_formulas_by_hand() -> None:
    """What cancels out but may divide by zero, curves of nothing, truths that are known beside those that are not."""
    torn = (Piece(Fraction(1), True, Fraction(2), Fraction(0)), Piece(Fraction(2), False, Fraction(2), Fraction(0)))
    line = (*torn, Piece(None, False, Fraction(0), Fraction(4)))
    given: dict[str, Column | Codes] = {
        "x": of_floats(np.array([0.3, 1.7, 2.5, np.nan])),
        "y": of_floats(np.array([1.5, 0.1, 3.25, 4.0])),
        "z": of_units(np.array([-2, 0, 1, 5], dtype=np.int64), Fraction(1, 2)),
        "track": of_codes(["A", "B", "A", "B"], ["A", "B"]),
    }
    drawn = made(
        given,
        4,
        gone="x / y - x / y + y",
        nothing="none",
        curve_of_nothing=Curve(Name("nothing"), line),
        off="1 / z - 1 / z + y",
        five="5",
        nought="0 * x",
        curve_of_nought=Curve(Name("nought"), line),
        curve_of_five=Curve(Name("five"), line),
        power_of_nothing="exp(nothing)",
        bent=Curve(Name("z"), (Piece(Fraction(1), True, Fraction(2), Fraction(0)), Piece(None, False, ONE, ONE))),
        flag=OneOf(Name("track"), frozenset("A")),
        flag_gone="1 if missing(flag) else 2",
        cancelled="1 / y - 1 / y + x",
        curve_of_sum=Curve(Name("y"), line),
        power=Arithmetic("+", Exp(Number(Fraction(0))), Exp(parse("x - x + 1"))),
        open_and="1 if nothing > 1 and y > 1 else 2",
        open_or="1 if nothing > 1 or y > 1 else 2",
        never_open="1 if nothing > 1 or nothing < 1 else 2",
        mean_of_no_weight=Group("mean", (Name("y"), Name("z")), (Number(Fraction(0)), Number(Fraction(0))), 0),
        total_of_no_weight=Group("total", (Name("y"), Name("z")), (Number(Fraction(0)), Number(Fraction(0))), 0),
        plain=Group("mean", (Name("x"), Name("y")), (Name("y"), parse("y - 0.1"))),
        unsure=Group("mean", (Name("y"), Name("y")), (parse("y * y / 3 - 1"), parse("exp(y) / 7 - y"))),
        coded="1 if missing(track) else 2",
        copied="y",
        itself=Arithmetic("*", Number(Fraction(1)), Name("copied")),
    )
    within_bounds(drawn)
    lines = {step.name: CENT for step in drawn.steps}
    certified = Vector(drawn.steps).certify(drawn.columns, lines)
    assert not certified.undecided[2] or drawn.exactly(2) is not None


def test_plans_are_kept_for_so_many_questions() -> None:
    """Each other question is planned anew; of very many the first are forgotten, and come out the same again."""
    names = [f"f{index}" for index in range(70)]
    reader = Vector(tuple(Step(name, parse(f"x + {index}"), "figure") for index, name in enumerate(names)))
    x = np.array([1.0])
    for name in (*names, names[0]):
        assert reader.read({"x": x}, [name]).values[name].tolist() == [1.0 + int(name[1:])]


def test_the_float_nearest_to_what_none_holds() -> None:
    """It is infinite, with its sign."""
    assert (near(Fraction(10) ** 400), near(-(Fraction(10) ** 400))) == (math.inf, -math.inf)


def test_large_ratios_are_held_against_their_limits_exactly() -> None:
    """Where numerator times denominator fits no whole number of 63 bits, each row is compared as a fraction."""
    large = 2**52
    column = of_ratios(np.array([large - 1, 1], dtype=np.int64), np.array([large, large], dtype=np.int64))
    assert outside(column, Fraction(1, large - 1), Fraction(large - 2, large - 1)).tolist() == [True, True]
    assert outside(column, Fraction(1, large), Fraction(large - 1, large)).tolist() == [False, False]


@pytest.mark.parametrize("wide", [2**100, 1])
def test_what_no_64_bit_number_holds_is_held_against_its_limits_exactly(wide: int) -> None:
    """Fractions of any size, and floats that stand for themselves: a value on its limit is not outside, a hair beyond it is."""
    hair = Fraction(1, 2**60)
    low, high = wide + hair, 2 * wide - hair
    exactly = of_fractions([low, None, high, Fraction(wide)])
    assert outside(exactly, low, high).tolist() == [False, False, False, True]
    assert outside(exactly, Fraction(wide), high - hair).tolist() == [False, False, True, False]
    floats = of_floats(np.array([float(wide), np.nan, 2.0 * wide]))
    assert outside(floats, Fraction(float(wide)), 2 * Fraction(float(wide))).tolist() == [False] * 3
    assert outside(floats, low, high).tolist() == [True, False, True]


@pytest.mark.parametrize("line", [Fraction(1, 3), Fraction(10) ** 400, Fraction(5, 2)])
def test_a_line_that_is_the_same_everywhere_is_certain_only_as_a_count(line: Fraction) -> None:
    """A third is no count of cents, and what no float holds none that is certain; 2.50 is 250 cents for every payee."""
    steps = (Step("line", Number(line), "line"), Step("share", Name("x"), "figure"))
    certified = Vector(steps).certify({"x": of_floats(np.array([1.0, 2.0]))}, {"line": CENT}, ["share"])
    assert certified.undecided.tolist() == [line != Fraction(5, 2)] * 2
    assert certified.values["share"].tolist() == [1.0, 2.0]
    reading = Vector(steps).read({"x": np.array([1.0, 2.0])}, ["line"], bounds=True)
    assert reading.bounds is not None
    assert agrees(float(reading.values["line"][0]), float(reading.bounds["line"][0]), line)


@pytest.mark.parametrize("way", [-1, 0, 1])
def test_a_factor_that_no_float_tells_from_1(way: int) -> None:
    """Half a cent times a number a hair below 1 rounds down, times 1 or a hair above it up: no line says otherwise."""
    factor = 1 + way * Fraction(1, 10**24)
    steps = (
        Step("amount", Arithmetic("*", Number(factor), Name("x")), "figure"),
        Step("line", Round(Name("amount"), "half_away_from_zero", CENT), "line"),
    )
    x = of_units(np.array([5, 15, 14], dtype=np.int64), Fraction(1, 1000))
    within_bounds(Drawn(steps, {"x": x}, exact_rows({"x": x}, 3)))
    reading = Vector(steps).read({"x": x}, ["amount"])
    assert reading.values["amount"].tolist() == x.values.tolist()
    certified = Vector(steps).certify({"x": x}, {"line": CENT})
    assert certified.units["line"][2] == 1
    assert not certified.undecided[2]
    for row, expected in enumerate([0, 1] if way < 0 else [1, 2]):
        assert certified.undecided[row] or certified.units["line"][row] == expected


def test_where_a_curve_bends_nothing_is_in_doubt() -> None:
    """On a level where a curve jumps a float that may be off leaves the row open; where it only bends either piece gives it."""
    bent = (
        Piece(Fraction(1), True, Fraction(1), Fraction(0)),
        Piece(Fraction(2), True, Fraction(2), Fraction(-1)),
        Piece(None, False, Fraction(0), Fraction(10)),
    )
    steps = (
        Step("power", Exp(Name("x")), "figure"),
        Step("scaled", Arithmetic("*", Name("power"), Name("y")), "figure"),
        Step("score", Curve(Name("scaled"), bent), "score"),
        Step("line", Round(Name("score"), "half_even", CENT), "line"),
    )
    given = {"x": of_floats(np.zeros(3), 0.0, 1.0), "y": of_floats(np.array([1.0, 2.0, 3.0]))}
    certified = Vector(steps).certify(given, {"line": CENT})
    assert certified.undecided.tolist() == [False, True, False]
    assert certified.units["line"][[0, 2]].tolist() == [100.0, 1000.0]
