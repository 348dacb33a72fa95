"""What formulas can be and how they move, as proofs and lint read it, held against the exact reader over drawn values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf, isinf
from random import Random

import pytest

from alliance_outcomes.formula.exact import DivisionByZero, Value, exact
from alliance_outcomes.formula.nodes import Arithmetic, Curve, Group, Name, Nothing, Number, Piece, names
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.formula.proof.chains import chained
from alliance_outcomes.formula.proof.linear import terms_of, written_out
from alliance_outcomes.formula.proof.model import Bounded, Model, halves, middle
from alliance_outcomes.formula.proof.monotone import never_falls
from alliance_outcomes.formula.proof.optimum import highest, lowest
from alliance_outcomes.formula.proof.reading import span_of
from alliance_outcomes.formula.proof.slopes import slopes_of
from alliance_outcomes.formula.proof.solver import ASKED, falls_nowhere
from alliance_outcomes.formula.proof.spans import ANY, NEVER, Codes, End, Span, add, end_times
from alliance_outcomes.formula.ranges import Range, Ranges
from alliance_outcomes.formula.steps import Input, Step
from tests.formulas import Drawn, draw

Box = dict[str, Span | Codes]
SEEDS = range(150)


def box_of(rows: list[dict[str, Value]]) -> Box:
    """What each name is in some row: from the least to the most of its numbers, or its codes; missing where it is once."""
    found: Box = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        there = [Fraction(each) for each in values if each is not None and not isinstance(each, str)]
        missing = None in values
        if name == "track":
            found[name] = Codes(frozenset(each for each in values if isinstance(each, str)), missing)
        else:
            found[name] = Span(min(there), max(there), missing) if there else NEVER
    return found


def lies_in(value: Value, span: Span | Codes) -> bool:
    """Whether a value is among those of a span."""
    assert isinstance(span, Span)
    return span.missing if value is None else span.least <= Fraction(value) <= span.most


def apart(drawn: Drawn, some: int, chance: Random) -> dict[str, Value]:
    """A row with other numbers in some of the inputs that have one."""
    row, other = drawn.rows[some], chance.choice(drawn.rows)
    moved = {name for name, value in row.items() if isinstance(value, Fraction) and chance.random() < 0.5}
    return {name: other[name] if name in moved and other[name] is not None else value for name, value in row.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_lies_in_its_span(seed: int) -> None:
    """Of each formula, in all rows at once and in each row by itself."""
    drawn = draw(seed, 4)
    for rows in (drawn.rows, *([row] for row in drawn.rows)):
        env = box_of(rows)
        for step in drawn.steps:
            env[step.name] = span_of(step.formula, env)
        for values in filter(None, (drawn.exactly(drawn.rows.index(row)) for row in rows)):
            assert all(lies_in(values[step.name], env[step.name]) for step in drawn.steps)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_formula_moves_within_its_slopes(seed: int) -> None:
    """Between two settings with the same values missing: the change lies within slope times change, summed over names."""
    drawn, chance = draw(seed, 6), Random(seed)
    env = box_of(drawn.rows)
    slopes = {}
    for step in drawn.steps:
        slopes[step.name] = slopes_of(step.formula, env)
        env[step.name] = span_of(step.formula, env)
    for some in range(6):
        one, other = dict(drawn.rows[some]), apart(drawn, some, chance)
        try:
            for step in drawn.steps:
                one[step.name], other[step.name] = (exact(step.formula)(values) for values in (one, other))
                read = {*names(step.formula), step.name}
                if all((one[name] is None) == (other[name] is None) for name in read):
                    assert moves_within(one, other, step.name, slopes[step.name])
        except DivisionByZero:
            continue


def moves_within(
    one: Mapping[str, Value],
    other: Mapping[str, Value],
    result: str,
    slopes: Mapping[str, tuple[Fraction | float, Fraction | float]],
) -> bool:
    """Whether a result changed by no more than its names' changes times their slopes."""
    if one[result] is None:
        return True
    within: tuple[Fraction | float, Fraction | float] = (Fraction(0), Fraction(0))
    for name, slope in slopes.items():
        change = Fraction(other[name] or 0) - Fraction(one[name] or 0)
        ends = sorted(end_times(end, change) for end in slope)
        within = add(within, (ends[0], ends[1]))
    changed = Fraction(other[result] or 0) - Fraction(one[result] or 0)
    return within[0] <= changed <= within[1]


@pytest.mark.untraced
@pytest.mark.parametrize("seed", range(60))
def test_no_setting_passes_an_optimum(seed: int) -> None:
    """The bound is not passed by any row, and the value that was found is what its own setting comes to."""
    drawn = draw(seed, 5, exponents=False)
    result = drawn.steps[-1].name
    model = Model(box_of(drawn.rows), {step.name: step.formula for step in drawn.steps}, whole=frozenset({"cents"}))
    low, high = lowest(model, result, 12), highest(model, result, 12)
    for found in (low, high):
        if found.point is not None:
            values = model.part([result]).values(found.point)
            assert values is not None
            assert values[result] == found.value
    for values in filter(None, map(drawn.exactly, range(5))):
        value = values[result]
        assert value is None or low.bound <= Fraction(value) <= high.bound


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_lies_in_its_range(seed: int) -> None:
    """As lint reads ranges: of what is declared of the inputs, open or not, each formula's follows."""
    drawn, chance = draw(seed, 4), Random(seed)
    declared = [declaration(name, span, chance) for name, span in box_of(drawn.rows).items()]
    ranges = Ranges(declared, drawn.steps)
    for values in filter(None, map(drawn.exactly, range(4))):
        for step in drawn.steps:
            value, known = values[step.name], ranges.known[step.name]
            if value is not None:
                assert isinstance(known, Range)
                assert known.least <= Fraction(value) <= known.most


def declaration(name: str, span: Span | Codes, chance: Random) -> Input:
    """An input of what a span holds; now and then an end is open."""
    if isinstance(span, Codes):
        return Input(name, name, "2020", part="category")
    least, most = (None if isinf(end) or chance.random() < 0.2 else Fraction(end) for end in (span.least, span.most))
    return Input(name, name, "2020", least=least, most=most)


def test_ranges_of_what_has_no_value() -> None:
    """It is left out of a group, and nothing is known of what is computed from it."""
    texts = {
        **{"no": "none", "sum": "no + a", "chosen": "1 if no > 1 else 2", "mean": "mean(no)"},
        **{"some": "total(no, a)", "either": "mean(no, a)"},
    }
    declared = [Input("a", "a", "2020", least=Fraction(1), most=Fraction(3))]
    formulas = {name: parse(text) for name, text in texts.items()} | {"none_of": Group("total", (Name("no"),), (), 0)}
    known = Ranges(declared, [Step(name, formula, "figure") for name, formula in formulas.items()]).known
    assert [known[name] for name in ("no", "sum", "mean")] == [None, None, None]
    assert known["chosen"] == Range(Fraction(1), Fraction(2))
    assert known["none_of"] == Range(Fraction(0), Fraction(0))
    assert (known["some"], known["either"]) == (Range(Fraction(0), Fraction(3)), Range(Fraction(1), Fraction(3)))


@pytest.mark.parametrize(
    ("formula", "least", "most"),
    [
        *(("across_count(a)", 0, inf), ("across_rank(a, highest_first)", 1, inf), ("across_total(a)", 0, inf)),
        *(("across_total(b)", -inf, inf), ("across_factor(a, b)", -inf, inf), ("across_mean(a)", 1, 3)),
        *(("across_highest(b)", -1, 3), ("across_percentile(a, 50 %, linear)", 1, 3)),
    ],
)
def test_ranges_over_all_payees(formula: str, least: float, most: float) -> None:
    """A mean, an end or a percentile lies among the values; a total of what is not below 0 is not below 0."""
    declared = [Input(name, name, "2020", least=Fraction(low), most=Fraction(3)) for name, low in (("a", 1), ("b", -1))]
    ranges = Ranges(declared, [Step("result", parse(formula), "across")])
    assert ranges.known["result"] == Range(least, most)


# -- by hand ---------------------------------------------------------------------------------------------------------

TEN = Span(Fraction(0), Fraction(10))
ONE = Number(Fraction(1))
BOX: Box = {
    **{"a": TEN, "b": TEN, "m": Span(Fraction(0), Fraction(10), True), "gone": NEVER},
    "track": Codes(frozenset({"A", "B"}), True),
}


def model_of(*formulas: str, bounded: tuple[Bounded, ...] = (), **more: Span) -> Model:
    """The last formula is called result, those before it s1, s2 ..."""
    called = [*(f"s{index}" for index in range(1, len(formulas))), "result"]
    return Model({**BOX, **more}, dict(zip(called, map(parse, formulas), strict=True)), bounded)


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(
    ("formula", "rises", "falls"),
    [
        ("2 * a - b", True, False),
        ("b - a", False, True),
        ("-a", False, True),
        ("a / (b + 1)", True, False),
        ("b / (a + 1)", False, True),
        ("a * (10 - a)", False, False),
        ("min(a, b, 5)", True, False),
        ("max(a, b)", True, False),
        ("a if a >= 5 else 0", True, False),
        ("a if b >= 5 else 0", True, False),
        ("a if b >= 0 else -a", True, False),
        ("0 if a < 5 else 1", True, False),
        ("1 if a <= 5 else 0", False, True),
        ("1 if a == 5 else 0", False, False),
        ("0 if a != 5 else 1", False, False),
        ("1 if not a < 5 else 0", True, False),
        ("1 if a > 5 and b > 5 and a >= 0 else 0", True, False),
        ("1 if a > 5 or b > 5 else 0", True, False),
        ("a if not missing(b) else 0", True, False),
        ("total(a, b, gone)", True, False),
        ("mean(a, b)", True, False),
        ("lowest(a, b)", True, False),
        ("highest(b, a)", True, False),
    ],
)
def test_the_solver_tells_what_rises(formula: str, rises: bool, falls: bool, way: int) -> None:
    """Over all settings of a and b from 0 to 10; way -1 asks whether it never rises."""
    pytest.importorskip("z3")
    model = model_of(formula).part(["result"])
    assert falls_nowhere(model, model.domains, "a", "result", way) == (rises if way > 0 else falls)


@pytest.mark.parametrize(
    "formulas",
    [
        *(("round(a)",), ("exp(a / 10)",), ("count(a, m)",), ("a if m > 5 else 0",), ("none",), ("gone", "a + s1")),
        *(("a + m",), ("lowest(a, m)",), ("coalesce(m, a)",), ("a if track == 'A' else 0",), ("a + 0 * gone",)),
        *(("a if a > 5 else none", "a + coalesce(s1, 0)"), ("1 if (a > 5 if b > 5 else a > 6) else 0",)),
        *(("a if a > 5 and track != 'A' else 0",), ("a if a > 5 else none", "b + a", "s1 + s2")),
    ],
)
def test_what_is_too_hard_for_the_solver_is_left_open(formulas: tuple[str, ...]) -> None:
    """Roundings, powers, counts, categories and what may be missing are not put to it."""
    pytest.importorskip("z3")
    model = model_of(*formulas)
    assert not falls_nowhere(model, model.part(["result"]).domains | {"a": TEN}, "a", "result", 1)


def test_the_solver_reads_curves_and_weights() -> None:
    """A line with a corner, one with a gap, and weights that are computed; a constant step is read as its number."""
    pytest.importorskip("z3")
    rising = (
        Piece(Fraction(2), True, Fraction(1), Fraction(0)),
        Piece(Fraction(5), False, Fraction(2), Fraction(-2)),
        Piece(None, False, Fraction(0), Fraction(8)),
    )
    a, b = Name("a"), Name("b")
    steps = {
        "up": Curve(a, rising),
        "torn": Curve(a, (*rising[:2], Piece(None, False, None))),
        "mean": Group("mean", (a, b), (Number(Fraction(2)), b)),
        "total": Group("total", (a, b), (ONE, ONE)),
        "constant": parse("2 * 3"),
        "result": Arithmetic("*", a, Name("constant")),
    }
    box: Box = {"a": TEN, "b": Span(Fraction(1), Fraction(9))}
    found = {}
    for name in steps:
        part = Model(box, steps).part([name])
        found[name] = "a" in part.domains and falls_nowhere(part, part.domains, "a", name, 1)
    assert found == {"up": True, "torn": False, "mean": True, "total": True, "constant": False, "result": True}


def test_weights_that_are_open_are_left_open() -> None:
    """A count within a sum, weights that hang on what is missing, on a code or on a torn line are not put to the solver."""
    pytest.importorskip("z3")
    torn = Curve(Name("b"), (Piece(Fraction(2), True, Fraction(0), Fraction(1)), Piece(None, False, None)))
    weights = (parse("1 if s > 5 else 2"), parse("1 if track == 'A' else 2"), torn)
    steps = {"s": parse("a if a > 5 else none"), "counted": parse("a + count(a, b)")}
    steps |= {f"mean{i}": Group("mean", (Name("a"), Name("b")), (each, ONE)) for i, each in enumerate(weights)}
    box: Box = {"a": TEN, "b": TEN, "track": Codes(frozenset({"A", "B"}))}
    for name in (*steps, "counted"):
        part = Model(box, steps).part([name])
        assert not falls_nowhere(part, part.domains, "a", name, 1), name


def test_open_ranges_and_what_no_setting_allows() -> None:
    """The solver takes inputs without ends; where no setting is allowed nothing falls, and a step is no input to ask of."""
    pytest.importorskip("z3")
    model = model_of("a * 2", "s1 - b", a=Span(), b=Span(Fraction(0)))
    part = model.part(["result"])
    assert falls_nowhere(part, part.domains, "a", "result", 1)
    assert not falls_nowhere(part, part.domains, "b", "result", 1)
    assert not falls_nowhere(part, part.domains, "s1", "result", 1)
    refused = model_of("a * 2", bounded=(Bounded("a", least=Fraction(11)),)).part(["result"])
    assert falls_nowhere(refused, refused.domains, "a", "result", -1)
    assert never_falls(refused, "a", "result", -1) is None
    assert highest(refused, "result").value is None
    assert refused.values({"a": Fraction(3)}) is None


def test_a_fall_is_told_with_a_setting() -> None:
    """Where a fall is seen at once its setting is told; where no sign was found, the box that was left."""
    pytest.importorskip("z3")
    seen = never_falls(model_of("a - 2 * b if track == 'A' else a - coalesce(gone, 3) * b"), "b", "result", 1)
    assert seen is not None
    assert seen.reason == "it falls"
    for formulas in (("exp(1)", "-s1"), ("exp(a)", "-s1")):
        model = model_of(*formulas, a=Span(ONE.value, ONE.value)).part(["result"])
        left = never_falls(model, "s1", "result", 1)
        assert left is not None
        assert left.reason.startswith("the slope could not be told")
    corner = never_falls(model_of("a * (1 if b < 9 else -1) + (0 if track == 'A' else 1)"), "a", "result", 1)
    assert corner is not None
    assert corner.point is not None
    assert (corner.point["b"], corner.reason) == (10, "it falls")
    torn = never_falls(model_of("(a - 5) * (a - 5) / (1 if a != 10 else 0)"), "a", "result", 1)
    assert torn is not None


def test_what_never_has_a_value() -> None:
    """A name without any value has no optimum, and neither has what is computed from it."""
    model = Model({"a": NEVER}, {"b": Name("a"), "c": Nothing()})
    for name in ("a", "b", "c"):
        assert highest(model, name).value is None
    assert (highest(model, "b").bound, lowest(model, "b").bound) == (-inf, inf)


def test_optima_of_what_is_hard_to_reach() -> None:
    """What a settlement refuses nearly everywhere, what no input moves, whole numbers without any, and powers of e."""
    narrow = (Bounded("result", least=Fraction(1, 10**9), most=Fraction(2, 10**9)),)
    found = highest(model_of("3 * a", bounded=narrow), "result", 6)
    assert (found.value, found.bound) == (None, Fraction(2, 10**9))
    assert highest(model_of("0 * a + b", a=Span()), "result").value == 10
    assert highest(model_of("b * (9 - b) * a", a=Span(Fraction(0))), "result", 6).bound == inf
    assert highest(model_of("exp(a)", a=Span(ONE.value, ONE.value)), "result").value is not None
    half = Model(
        {"a": Span(Fraction(0), Fraction(1, 2)), "b": TEN}, {"result": parse("(a - b) * (b - a)")}, (), frozenset("a")
    )
    assert highest(half, "result", 8).bound >= 0


def test_a_category_may_be_missing() -> None:
    """That is a setting of its own, beside those of its codes."""
    model = model_of("a if missing(track) else b if track == 'A' else 0")
    assert highest(model, "result").value == 10
    assert halves(BOX["track"], False, ()) == [Codes(frozenset("A")), Codes(frozenset("B")), Codes(frozenset(), True)]


def test_the_slope_of_a_name_in_itself() -> None:
    """It is 1; in an input that it does not read it is 0."""
    edges = {"s": {"a": (Fraction(2), Fraction(2))}}
    assert chained(edges, ["s"], "s", "s") == (1, 1)
    assert chained(edges, ["s"], "a", "b") == (0, 0)
    assert chained(edges, ["s"], "a", "s") == (2, 2)


def test_sums_are_written_out() -> None:
    """What is added and taken off again is gone; what is left keeps its factor and its number."""
    terms = terms_of(parse("2 * a + 3 - a + s"), {"s": parse("b - b")}, {})
    assert written_out(terms) == parse("a + 3")
    assert written_out(terms_of(parse("a - a"), {}, {})) == Number(Fraction(0))


def test_powers_and_means_without_end() -> None:
    """A power of e beyond every number is endless or next to nothing; a weight without end takes the mean to its value."""
    env: Box = {"far": Span(Fraction(-(10**5)), Fraction(10**5)), "beyond": Span(Fraction(20_000), Fraction(30_000))}
    assert span_of(parse("exp(far)"), env) == Span(Fraction(0), inf)
    beyond, below = span_of(parse("exp(beyond)"), env), span_of(parse("exp(-beyond)"), env)
    assert (beyond.least, beyond.most) == (10**4000, inf)
    assert (below.least, below.most) == (0, Fraction(1, 10**4000))
    weighed = Group("mean", (Name("a"), Name("b")), (ONE, Name("w")))
    env = {"a": Span(Fraction(1), Fraction(1)), "b": TEN, "w": Span(Fraction(0))}
    assert span_of(weighed, env) == Span(Fraction(0), Fraction(10))
    weightless = Group("mean", (Name("a"), Name("b")), (Number(Fraction(0)), Number(Fraction(0))))
    assert span_of(weightless, env) == NEVER


def test_what_is_compared_with_nothing_turns_nothing() -> None:
    """A comparison with a name that never has a value is neither true nor false, so what it reads moves nothing by it."""
    chosen = parse("1 if (a > gone if b > 5 else b > 2) else 0")
    assert span_of(chosen, BOX).missing
    assert slopes_of(chosen, BOX) == {"b": ANY}
    assert slopes_of(parse("1 if (a > 5 if b > 5 else b > 2) else 0"), BOX) == {"a": ANY, "b": ANY}


@pytest.mark.parametrize(
    ("low", "high", "between"),
    [(-inf, inf, 0), (-inf, Fraction(5), -1000), (-inf, Fraction(-800), -1600), (Fraction(5), inf, 1000), (Fraction(1), Fraction(4), Fraction(5, 2))],
)  # fmt: skip
def test_the_middle_of_a_span_lies_inside_it(low: End, high: End, between: Fraction) -> None:
    """A span is parted well away from its ends, also where it has none."""
    assert middle(Span(low, high)) == between


def test_what_is_squared_again_and_again_is_not_put_to_the_solver() -> None:
    """It would multiply out before its time begins to run, and find no end: it is left undecided, at once."""
    steps = {"f0": parse("a * b")} | {f"f{at}": parse(f"f{at - 1} * f{at - 1}") for at in range(1, 40)}
    model = Model(dict.fromkeys("ab", Span(Fraction(-1), Fraction(2))), steps)
    queries = ASKED.queries
    assert not falls_nowhere(model, model.domains, "a", "f39", 1)
    assert ASKED.queries == queries
    weighted = {"a": parse("x"), "g": Group("total", (Name("a"), Name("x")), (Name("x"), Number(Fraction(2))))}
    alone = Model({"x": Span(Fraction(0), Fraction(2))}, weighted)
    assert falls_nowhere(alone, alone.domains, "x", "g", 1)


def test_a_number_too_long_to_be_tried_bounds_nothing_away() -> None:
    """What a setting comes to in thousands of digits is not read, so a bound holds it all the same."""
    domains: Box = {"a": Codes(frozenset("AB"))}
    steps = {"f0": parse("3 / 7 if a == 'A' else 2 / 3")}
    steps |= {f"f{at}": parse(f"f{at - 1} * f{at - 1}") for at in range(1, 13)}
    model = Model(domains, steps)
    assert model.too_long({"a": "B"})
    assert model.values({"a": "B"}) is None
    assert not Model(domains, {"f0": steps["f0"]}).too_long({"a": "B"})
    found = highest(model, "f12")
    assert found.value is None
    assert found.bound >= Fraction(2, 3) ** 4096 > Fraction(3, 7) ** 4096


def test_what_two_ways_share_counts_once() -> None:
    """A loose factor before two ways that part: three times of it less twice of it is once of it, which only rises."""
    loose, one = (Fraction(1), Fraction(2)), (Fraction(1), Fraction(1))
    edges = {
        "shared": {"source": loose},
        "left": {"shared": one},
        "right": {"shared": one},
        "result": {"left": (Fraction(3), Fraction(3)), "right": (Fraction(-2), Fraction(-2))},
    }
    assert chained(edges, list(edges), "source", "result") == loose


@pytest.mark.parametrize("seed", range(40))
def test_what_was_read_before_changes_no_reading(seed: int) -> None:
    """A search moves an input or two at a time; a model that reads only what that moves reads what a new one reads."""
    drawn, chance = draw(seed, 6), Random(seed)
    steps = {step.name: step.formula for step in drawn.steps}
    bounds = tuple(
        Bounded(name, least=Fraction(-50), most=Fraction(50))
        for name in chance.sample(sorted(steps), min(2, len(steps)))
    )
    bounds += (Bounded(drawn.steps[0].name, chance.choice(sorted(drawn.rows[0])), needed=True),)
    kept, box, point = Model({}, steps, bounds), box_of(drawn.rows), dict(drawn.rows[0])
    for _ in range(12):
        name, row = chance.choice(sorted(point)), chance.choice(drawn.rows)
        point, box = {**point, name: row[name]}, {**box, name: box_of([row, chance.choice(drawn.rows)])[name]}
        new = Model({}, steps, bounds)
        assert kept.values(point) == new.values(point)
        env = new.env(box)
        assert kept.env(box) == env
        if env is not None:
            assert kept.edges(env) == new.edges(env)


def test_what_is_refused_by_another_value_is_refused_again() -> None:
    """A value that must be there once another is; and what is said of a step beside its inputs is not taken for it."""
    model = model_of("b - 1", "a + 1", bounded=(Bounded("m", "s1", needed=True), Bounded("s1", "a", needed=True)))
    point: dict[str, Value] = {**dict.fromkeys(BOX), "m": Fraction(3)}
    assert model.values(point) is not None
    assert model.values({**point, "a": Fraction(1)}) is None
    assert model.values({**point, "b": Fraction(1)}) is not None
    assert model.values({**point, "b": Fraction(1), "m": None}) is None
    for said in (Fraction(7), Fraction(8)):
        values = model.values({**point, "a": Fraction(1), "b": Fraction(1), "result": said})
        assert values is not None
        assert values["result"] == 2
