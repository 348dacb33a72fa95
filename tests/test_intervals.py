"""Intervals: what the readers over ranges say of a formula holds of every value and every move within the ranges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from math import inf
from random import Random

import pytest

from alliance_outcomes.formula.exact import DivisionByZero, Value, exact
from alliance_outcomes.formula.nodes import Compare, Logic, Missing, Node, OneOf, walk
from alliance_outcomes.formula.proof.model import Box, Model
from alliance_outcomes.formula.proof.reading import truth_of
from alliance_outcomes.formula.proof.spans import Codes, Interval, Span
from tests.conftest import EXAMPLES
from tests.formulas import INPUTS, Drawn, draw

pytestmark = pytest.mark.untraced

SEEDS = range(int(EXAMPLES or 120))
ROWS = 8
TRUTHS = (Compare, Logic, Missing, OneOf)


def box_of(drawn: Drawn, chance: Random) -> Box:
    """Ranges that hold every row, some of them open at an end."""
    tracks = [row["track"] for row in drawn.rows]
    box: Box = {"track": Codes(frozenset(str(each) for each in tracks if each is not None), None in tracks)}
    for name in INPUTS:
        values = [Fraction(row[name] or 0) for row in drawn.rows if row[name] is not None]
        low, high = (min(values), max(values)) if values else (inf, -inf)
        way = chance.random()
        box[name] = Span(
            -inf if values and way < 0.1 else low, inf if values and way > 0.9 else high, len(values) < len(drawn.rows)
        )
    return box


def settings_of(drawn: Drawn, chance: Random) -> None:
    """Let some inputs have the same value in every row, so that what they decide is decided."""
    for name in (*INPUTS, "track"):
        if chance.random() < 0.4:
            for row in drawn.rows[1:]:
                row[name] = drawn.rows[0][name]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_lies_in_its_range(seed: int) -> None:
    """A value lies between the least and the most that is said; what has none, or is true or false, was said to be able to."""
    chance, drawn = Random(seed), draw(seed, ROWS)
    settings_of(drawn, chance)
    model = Model(box_of(drawn, chance), {step.name: step.formula for step in drawn.steps})
    env = model.env(model.domains)
    assert env is not None
    for index in range(ROWS):
        values = drawn.exactly(index)
        if values is None:
            continue
        for step in drawn.steps:
            span, value = env[step.name], values[step.name]
            assert isinstance(span, Span)
            said = span.missing if value is None else span.least <= Fraction(value) <= span.most
            assert said, (step, span, value)
            for condition in conditions(step.formula):
                truth = truth_of(condition, env)
                for found in read(condition, values):
                    assert {True: truth.true, False: truth.false, None: truth.missing}[found], condition


def conditions(formula: Node) -> Iterator[Node]:
    """The conditions in a formula."""
    return (part for part in walk(formula) if isinstance(part, TRUTHS))


def read(condition: Node, values: dict[str, Value]) -> Iterator[bool | None]:
    """Whether a condition holds; nothing where it reads what is divided by zero."""
    with suppress(DivisionByZero):
        found = exact(condition)(values)
        assert found is None or isinstance(found, bool)
        yield found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_move_keeps_to_its_slope(seed: int) -> None:
    """As one input moves and the others stay, a result moves by no less and no more than the slopes say."""
    chance, drawn = Random(seed), draw(seed, ROWS)
    settings_of(drawn, chance)
    for row in drawn.rows:
        for name in row:
            row[name] = drawn.rows[0][name] if row[name] is None else row[name]
    if any(value is None for value in drawn.rows[0].values()):
        return
    model = Model(box_of(drawn, chance), {step.name: step.formula for step in drawn.steps})
    env = model.env(model.domains)
    assert env is not None
    edges = model.edges(env)
    for name in INPUTS:
        slopes = {step.name: model.slope(edges, name, step.name) for step in drawn.steps}
        places = sorted({Fraction(row[name] or 0) for row in drawn.rows})
        here = dict(drawn.rows[0])
        found = [(at, model.values({**here, name: at})) for at in places]
        for (low, before), (high, after) in pairwise(found):
            for step in drawn.steps if before and after else ():
                one, other = (None if each is None else each[step.name] for each in (before, after))
                if one is not None and other is not None:
                    assert within(Fraction(other) - Fraction(one), high - low, slopes[step.name]), (name, step)


def within(moved: Fraction, by: Fraction, slope: Interval) -> bool:
    """Whether a result may move so far as an input moves ``by``, which is above 0."""
    return slope[0] <= moved / by <= slope[1]
