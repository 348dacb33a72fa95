"""The vector reader, the certified filter and batches, beside numpy, pandas and Python written by hand.

Every competitor starts from the same parsed arrays and gives back the same scores and amounts.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_outcomes.batch import Batch, Inputs
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.formula.vector import Vector

from .corners import CORNERS, WEIGHTS
from .harness import Figure, interleaved, verdict
from .programmes import AREAS, AVERAGE, INDICATORS, PAYEES, PRICE, Floats, Large, Nine, large, nine

CHUNK = 16_384
SCENARIOS = 16 * CHUNK
LOOPED = 20_000
SIZE = "6,500 payees x 70 indicators"


def run() -> list[Figure]:
    """Ratios of medians of interleaved runs."""
    return [*_large(), *_nine()]


def _figure(work: str, ratio: float, most: float | None = None, least: float | None = None) -> Figure:
    goal = f"at most {most}" if most is not None else f"at least {least}"
    return Figure(work, goal, *verdict(ratio, most=most, least=least))


def _wanted(calculation: Calculation) -> list[str]:
    """The names of the scores and lines of a calculation."""
    scores = [form.score for form in calculation.indicators] + [form.score for form in calculation.areas]
    return [*dict.fromkeys(scores), calculation.score, *(entry.amount for entry in calculation.entries)]


# -- the size of the QOF -----------------------------------------------------------------------------------------------


def _large() -> list[Figure]:
    programme = large()
    vector, batch = Vector(programme.calculation.steps), Batch(programme.calculation)
    names, scores = _wanted(programme.calculation), list(batch.names.values())
    inputs = Inputs(tuple(f"p{payee:05}" for payee in range(PAYEES)), programme.columns)
    by_hand, by_pandas = _numpy(programme), _pandas(programme)
    expected = by_hand()[-1]
    found = vector.read(programme.columns, names).values[names[-1]]
    assert np.abs(found - expected).max() < 1e-6
    assert np.abs(by_pandas().to_numpy() - expected).max() < 1e-6
    read, certify, hand, frames = interleaved(
        lambda: vector.read(programme.columns, names),
        lambda: batch.vector.certify(programme.columns, batch.units, scores),
        by_hand,
        by_pandas,
        repeats=41,
    )
    settle, decimals = interleaved(lambda: batch.settle(inputs), lambda: _decimal_loop(programme), repeats=3)
    settlement = batch.settle(inputs)
    assert settlement.amounts["quality"].tolist() == _decimal_loop(programme)
    exact = sum(_is_exact(batch, inputs, settlement.amounts["quality"], row) for row in range(PAYEES))
    return [
        _figure(f"{SIZE}: vector reader / numpy by hand", read / hand, most=1.5),
        _figure(f"{SIZE}: certified / numpy by hand", certify / hand, most=3),
        _figure(f"{SIZE}: pandas merge + groupby / vector reader", frames / read, least=4),
        _figure(f"{SIZE}: pandas merge + groupby / certified", frames / certify, least=2),
        _figure(f"{SIZE}: Python Decimal loop / certified exact settlement", decimals / settle, least=20),
        _figure(f"{SIZE}: share of rows equal to the exact reader", exact / PAYEES, least=1),
    ]


def _is_exact(batch: Batch, inputs: Inputs, amounts: NDArray[np.int64], row: int) -> bool:
    """Whether a row of a batch is what the exact reader makes of it."""
    from alliance_outcomes.formula.exact import exact

    values = inputs.values(row)
    for step in batch.calculation.steps:
        values[step.name] = exact(step.formula)(values)
    return Fraction(int(amounts[row]), 100) == values["quality"]


def _numpy(programme: Large) -> Callable[[], tuple[Floats, ...]]:
    """Numpy as one writes it by hand: an indicator a column of one array."""
    low, width = programme.low / 100, (programme.high - programme.low) / 100
    slope, points = 100 / width, programme.points.astype(np.float64)
    areas = [np.arange(area, INDICATORS, AREAS) for area in range(AREAS)]
    weights = [points[area] / points[area].sum() for area in areas]
    whole = np.array([points[area].sum() for area in areas]) / points.sum()

    def work() -> tuple[Floats, ...]:
        scores = programme.rates - low
        scores *= slope
        np.clip(scores, 0, 100, out=scores)
        by_area = np.stack([scores[:, area] @ weight for area, weight in zip(areas, weights, strict=True)])
        score = whole @ by_area
        amount = np.floor(score * PRICE * programme.lists / AVERAGE * 100 + 0.5) / 100
        return scores, by_area, score, amount

    return work


def _pandas(programme: Large) -> Callable[[], pd.Series[Any]]:
    """The way of frames: tidy values, merged with their thresholds, grouped by payee."""
    payees, numbers = np.arange(PAYEES), np.arange(INDICATORS)
    tidy = pd.DataFrame(
        {
            "payee": np.repeat(payees, INDICATORS),
            "indicator": np.tile(numbers, PAYEES),
            "value": np.ascontiguousarray(programme.rates).ravel(),
        }
    )
    levels = pd.DataFrame(
        {"indicator": numbers, "low": programme.low / 100, "high": programme.high / 100, "points": programme.points}
    )
    lists = pd.Series(programme.lists, index=payees)

    def work() -> pd.Series[Any]:
        frame = tidy.merge(levels, on="indicator")
        part = ((frame["value"] - frame["low"]) / (frame["high"] - frame["low"])).clip(0, 1)
        frame["earned"] = part * frame["points"] * 100
        score = frame.groupby("payee")["earned"].sum() / programme.points.sum()
        return pd.Series(np.floor(score * PRICE * lists / AVERAGE * 100 + 0.5) / 100)

    return work


def _decimal_loop(programme: Large) -> list[int]:
    """A loop over payees and indicators in Decimal, as a careful programmer writes it: the amounts in cents."""
    cent, price, average, hundred = Decimal("0.01"), Decimal(str(PRICE)), Decimal(AVERAGE), Decimal(100)
    levels = [
        (Decimal(low) / 100, Decimal(high) / 100, Decimal(points))
        for low, high, points in zip(
            programme.low.tolist(), programme.high.tolist(), programme.points.tolist(), strict=True
        )
    ]
    total = sum(points for _, _, points in levels)
    amounts: list[int] = []
    for above, below, size in zip(
        programme.numerators.tolist(), programme.denominators.tolist(), programme.lists.tolist(), strict=True
    ):
        earned = Decimal(0)
        for (low, high, points), numerator, denominator in zip(levels, above, below, strict=True):
            rate = Decimal(numerator) / Decimal(denominator)
            if rate >= high:
                earned += points * hundred
            elif rate > low:
                earned += points * hundred * (rate - low) / (high - low)
        amount = earned / total * price * Decimal(size) / average
        amounts.append(int(amount.quantize(cent, ROUND_HALF_UP) * 100))
    return amounts


# -- nine indicators ---------------------------------------------------------------------------------------------------


def _nine() -> list[Figure]:
    programme = nine(SCENARIOS)
    vector, batch = Vector(programme.calculation.steps), Batch(programme.calculation)
    names, scores = _wanted(programme.calculation), list(batch.names.values())
    by_hand, by_interp = _chunked(programme), _interpolated(programme)
    small = nine(LOOPED)
    reading = vector.read(programme.columns, names)
    for found in (by_hand(), by_interp()):
        assert np.abs(found[-2] - reading.values["bonus"]).max() < 0.011
        # Bare floats round one half-cent in two the wrong way, and miss the gate in some rows that stand exactly on it.
        assert np.mean(np.abs(found[-1] - reading.values["sharing"]) > 0.011) < 1e-3
    read, certify, hand, interp = interleaved(
        lambda: vector.read(programme.columns, names),
        lambda: batch.vector.certify(programme.columns, batch.units, scores),
        by_hand,
        by_interp,
        repeats=11,
    )
    short, loop = interleaved(lambda: vector.read(small.columns, names), lambda: _float_loop(small), repeats=5)
    work = "nine indicators"
    return [
        _figure(f"{work}: vector reader / chunked numpy by hand", read / hand, most=1.25),
        _figure(f"{work}: certified / chunked numpy by hand", certify / hand, most=1.6),
        _figure(f"{work}: np.interp per column / vector reader", interp / read, least=2),
        _figure(f"{work}: Python float loop / vector reader", loop / short, least=60),
    ]


def _chunked(programme: Nine) -> Callable[[], list[Floats]]:
    """Numpy by hand in chunks, with buffers: what one writes to be fast."""
    columns = {name: column.values for name, column in programme.columns.items()}
    rows = len(columns["cost"])

    def work() -> list[Floats]:
        scores = {name: np.empty(rows) for name in CORNERS}
        areas = [np.empty(rows) for _ in range(5)]
        score, bonus, sharing = np.empty(rows), np.empty(rows), np.empty(rows)
        buffer, other = np.empty(CHUNK), np.empty(CHUNK)
        for start in range(0, rows, CHUNK):
            part = slice(start, start + CHUNK)
            at = {name: each[part] for name, each in scores.items()}
            for name, (xs, ys) in CORNERS.items():
                x, out = columns[name][part], at[name]
                slope = (ys[1] - ys[0]) / (xs[1] - xs[0])
                if name == "d":  # two slopes
                    x.clip(xs[0], xs[1], out=out)
                    np.multiply(out, slope, out=out)
                    x.clip(xs[1], xs[2], out=buffer)
                    np.multiply(buffer, 100 / 15, out=buffer)
                    np.add(out, buffer, out=out)
                    np.add(out, -100 - xs[0] * slope - xs[1] * 100 / 15, out=out)
                else:
                    np.multiply(x, slope, out=out)
                    np.add(out, ys[0] - xs[0] * slope, out=out)
                    out.clip(min(ys), max(ys), out=out)
            _mean(at, [("a", 0.5), ("b", 0.5)], areas[0][part], buffer)
            _mean(at, [("c", 15 / 35), ("d", 15 / 35), ("e", 5 / 35)], areas[1][part], buffer)
            areas[2][part], areas[3][part] = at["f"], at["g"]
            _mean(at, [("h", 0.5), ("i", 0.5)], areas[4][part], buffer)
            total = score[part]
            np.multiply(areas[0][part], 0.15, out=total)
            for area, weight in zip(areas[1:], (0.35, 0.1, 0.2, 0.2), strict=True):
                np.multiply(area[part], weight, out=buffer)
                np.add(total, buffer, out=total)
            np.multiply(total, 4000, out=buffer)
            np.multiply(total, 1000, out=other)
            np.copyto(bonus[part], _cents(np.where(total >= 0, buffer, other)))
            saved = np.subtract(17_000_000, columns["cost"][part], out=buffer)
            gain = np.where(total >= 40, np.maximum(saved, 0) * 0.5, 0)
            pain = np.minimum(np.maximum(-saved, 0) * 0.3, 300_000)
            np.copyto(sharing[part], _cents(gain - pain))
        return [*scores.values(), *areas, score, bonus, sharing]

    return work


def _mean(at: dict[str, Floats], parts: list[tuple[str, float]], out: Floats, buffer: Floats) -> None:
    (first, weight), *rest = parts
    np.multiply(at[first], weight, out=out)
    for name, each in rest:
        np.multiply(at[name], each, out=buffer)
        np.add(out, buffer, out=out)


def _cents(amount: Floats) -> Floats:
    """Rounded to cents, halves away from zero."""
    whole: Floats = np.copysign(np.floor(np.abs(amount) * 100 + 0.5), amount) / 100
    return whole


def _interpolated(programme: Nine) -> Callable[[], list[Floats]]:
    """np.interp for each column, the rest in whole arrays."""
    columns = {name: column.values for name, column in programme.columns.items()}

    def work() -> list[Floats]:
        at = {name: np.interp(columns[name], xs, ys) for name, (xs, ys) in CORNERS.items()}
        areas = [
            (at["a"] + at["b"]) / 2,
            (15 * at["c"] + 15 * at["d"] + 5 * at["e"]) / 35,
            at["f"],
            at["g"],
            (at["h"] + at["i"]) / 2,
        ]
        score = 0.15 * areas[0]
        for weight, area in zip((0.35, 0.1, 0.2, 0.2), areas[1:], strict=True):
            score = score + weight * area
        bonus = _cents(np.where(score >= 0, score * 4000, score * 1000))
        saved = 17_000_000 - columns["cost"]
        gain = np.where(score >= 40, np.maximum(saved, 0) * 0.5, 0)
        pain = np.minimum(np.maximum(-saved, 0) * 0.3, 300_000)
        return [*at.values(), *areas, score, bonus, _cents(gain - pain)]

    return work


def _float_loop(programme: Nine) -> list[tuple[float, ...]]:
    """A plain loop in floats."""
    columns = [programme.columns[name].values.tolist() for name in CORNERS]
    corners, weights = list(CORNERS.values()), list(WEIGHTS.values())
    found = []
    for *values, cost in zip(*columns, programme.columns["cost"].values.tolist(), strict=True):
        scores = []
        for value, (xs, ys) in zip(values, corners, strict=True):
            if value <= xs[0]:
                scores.append(float(ys[0]))
            elif value >= xs[-1]:
                scores.append(float(ys[-1]))
            else:
                at = 1
                while value > xs[at]:
                    at += 1
                scores.append(ys[at - 1] + (ys[at] - ys[at - 1]) * (value - xs[at - 1]) / (xs[at] - xs[at - 1]))
        score = sum(weight * each for weight, each in zip(weights, scores, strict=True))
        bonus = round(score * (4000 if score >= 0 else 1000), 2)
        saved = 17_000_000 - cost
        sharing = (saved * 0.5 if score >= 40 else 0.0) if saved > 0 else -min(-saved * 0.3, 300_000)
        found.append((*scores, score, bonus, round(sharing, 2)))
    return found
