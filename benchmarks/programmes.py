"""Two programmes to measure on: one the size of the QOF, one of nine indicators with a pool and a gain share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.vector import Column, of_ratios, of_units

from .corners import CORNERS

Floats = NDArray[np.float64]
PAYEES, INDICATORS, AREAS = 6_500, 70, 7
PRICE, AVERAGE = 201.16, 9_103


def compiled(text: str) -> Calculation:
    """The calculation of a contract for 2022."""
    return compile_contract(build_contract(parse_document(text.encode(), "benchmark.yaml")), "2022")


@dataclass(frozen=True)
class Large:
    """Points for numerators over denominators between thresholds, paid at a price and by the size of the list.

    ``low``, ``high`` and ``points`` are by indicator; column j of ``rates`` is indicator j, row i payee i.
    """

    calculation: Calculation
    columns: dict[str, Column]
    rates: Floats
    numerators: NDArray[np.int64]
    denominators: NDArray[np.int64]
    lists: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    points: NDArray[np.int64]


def large() -> Large:
    """6,500 payees x 70 indicators in seven areas."""
    chance = np.random.default_rng(1)
    numbers = np.arange(INDICATORS)
    low, high, points = 30 + numbers % 20, 70 + numbers % 25, 1 + numbers % 17
    denominators = chance.integers(5, 900, (PAYEES, INDICATORS))
    numerators = np.rint(denominators * chance.uniform(0.3, 1.0, (PAYEES, INDICATORS))).astype(np.int64)
    lists = chance.integers(800, 30_000, PAYEES)
    areas = "".join(
        f"  area{area}:\n    indicators:\n"
        + "".join(
            f"      i{number}: {{unit: share, weight: {points[number]}, "
            f"score: {{kind: linear, zero_at: {low[number]} %, full_at: {high[number]} %}}}}\n"
            for number in range(area, INDICATORS, AREAS)
        )
        for area in range(AREAS)
    )
    text = (
        "contract: large\ncurrency: GBP\nperiods: {length: year, from: 2022-01-01, to: 2022-12-31}\n"
        "rounding: {lines: half_away_from_zero to 0.01}\nscores: {least: 0, most: 100}\n"
        f"weights: sum to {points.sum()}\nfacts: {{list: {{unit: persons, least: 0}}}}\n"
        f"amounts: {{price: {{unit: GBP, values: {{2022: {PRICE}}}}}, average: {{unit: persons, values: {{2022: {AVERAGE}}}}}}}\n"
        f"result_areas:\n{areas}settlement:\n"
        "  - quality: {kind: price_per_point, points: score, price: price, list_size: list, average_list: average, to: payee}\n"
    )
    columns = {f"i{j}": of_ratios(numerators[:, j].copy(), denominators[:, j].copy()) for j in range(INDICATORS)}
    columns["list"] = of_units(lists, Fraction(1))
    rates = np.column_stack([columns[f"i{j}"].values for j in range(INDICATORS)])
    return Large(compiled(text), columns, np.asfortranarray(rates), numerators, denominators, lists, low, high, points)


NINE = """
contract: nine
currency: EUR
periods: {length: year, from: 2022-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
scores: {least: -100, most: 100}
weights: sum to 100 %
parties: {city: {role: commissioner, title: City}, abc: {role: provider, title: Abc}}
facts: {cost: {unit: EUR, least: 0}}
amounts: {pool: {unit: EUR, values: {2022: 400 000}}, target: {unit: EUR, values: {2022: 17 000 000}}}
result_areas:
  children:
    indicators:
      a: {unit: points, weight: 7.5 %, score: {kind: linear, zero_at: 60, full_at: 80}}
      b: {unit: points, weight: 7.5 %, score: {kind: linear, zero_at: 55, full_at: 75}}
  adults:
    indicators:
      c: {unit: points, weight: 15 %, score: {kind: linear, zero_at: 40, full_at: 80}}
      d: {unit: points, weight: 15 %, score: {kind: piecewise, points: [[50, -100], [60, 0], [75, 100]]}}
      e: {unit: points, weight: 5 %, score: {kind: linear, zero_at: 50, full_at: 90}}
  older:
    indicators:
      f: {unit: points, weight: 10 %, score: {kind: linear, zero_at: 50, full_at: 70}}
  heavy:
    indicators:
      g: {unit: points, weight: 20 %, score: {kind: piecewise, points: [[-3, 100], [0, 0], [3, -100]]}}
  stakeholders:
    indicators:
      h: {unit: points, weight: 10 %, score: {kind: linear, zero_at: 40, full_at: 75}}
      i: {unit: points, weight: 10 %, score: {kind: linear, zero_at: 3, full_at: 4.5}}
settlement:
  - bonus: {kind: pool, pool: pool, points: [[-100, -25 %], [0, 0 %], [100, 100 %]], to: payee}
  - sharing: {kind: gain_share, target: target, actual: cost, gain: {rate: 50 %, when: score >= 40, to: payee}, pain: {rate: 30 %, most: 300 000, to: payee}}
"""


@dataclass(frozen=True)
class Nine:
    """Nine indicators with one decimal and a cost in cents, a scenario a row."""

    calculation: Calculation
    columns: dict[str, Column]


def nine(rows: int) -> Nine:
    """Scenarios around the levels of the contract."""
    chance = np.random.default_rng(2)
    columns: dict[str, Column] = {}
    for name, (xs, _) in CORNERS.items():
        width = xs[-1] - xs[0]
        drawn = chance.uniform(xs[0] - width, xs[-1] + width, rows)
        columns[name] = of_units(np.rint(drawn * 100).astype(np.int64), Fraction(1, 100))
    columns["cost"] = of_units(chance.integers(1_600_000_000, 1_800_000_000, rows), Fraction(1, 100))
    return Nine(compiled(NINE), columns)
