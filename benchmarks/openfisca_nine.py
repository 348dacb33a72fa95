"""The nine indicators as OpenFisca has them, on its country template: run by the Python of ``.venv-bench``, beside compare.py.

``python openfisca_nine.py COLUMNS.npz FOUND.npz HOW`` reads a column an indicator, writes what it finds, and then computes
everything anew for each line it is given, and answers with an empty line. With ``scales`` the scores are marginal scales, as
the template writes what it charges; with ``numpy`` they are written in numpy.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from corners import CORNERS, WEIGHTS  # type: ignore[import-not-found]  # it stands beside this file, which is run alone
from openfisca_core.periods import YEAR  # type: ignore[import-not-found]  # it lives in .venv-bench
from openfisca_core.simulations import SimulationBuilder  # type: ignore[import-not-found]  # it lives in .venv-bench
from openfisca_core.taxscales import MarginalRateTaxScale  # type: ignore[import-not-found]  # it lives in .venv-bench
from openfisca_core.variables import Variable  # type: ignore[import-not-found]  # it lives in .venv-bench
from openfisca_country_template import CountryTaxBenefitSystem  # type: ignore[import-not-found]  # it lives in .venv-bench
from openfisca_country_template.entities import Person  # type: ignore[import-not-found]  # it lives in .venv-bench

PERIOD = "2022"
COMPUTED = [*(f"score_{name}" for name in CORNERS), "score", "bonus"]


def scored(name: str, by_hand: bool) -> Any:
    """The formula of a score."""
    xs, ys = CORNERS[name]
    slopes = [(ys[at + 1] - ys[at]) / (xs[at + 1] - xs[at]) for at in range(len(xs) - 1)]
    scale = MarginalRateTaxScale()
    for x, slope in zip(xs, [*slopes, 0.0], strict=True):
        scale.add_bracket(x, slope)
    parts = list(zip(xs, xs[1:], slopes, strict=False))
    if slopes == slopes[:1] * len(slopes):
        parts = [(xs[0], xs[-1], slopes[0])]

    def by_scale(person: Any, period: Any) -> Any:
        return scale.calc(person(name, period)) + ys[0]

    def by_numpy(person: Any, period: Any) -> Any:
        x = person(name, period)
        return sum((np.clip(x, low, high) - low) * slope for low, high, slope in parts) + ys[0]

    return by_numpy if by_hand else by_scale


def score(person: Any, period: Any) -> Any:
    """The weighted mean of the scores."""
    return sum(weight * person(f"score_{name}", period) for name, weight in WEIGHTS.items())


def bonus(person: Any, period: Any) -> Any:
    """A pool of 400,000 paid from -25 % at the lowest score to all of it at the highest."""
    points = person("score", period)
    return np.where(points >= 0, points * 4000, points * 1000)


def main(columns_file: str, found_file: str, by_hand: bool) -> None:
    """Compute once and write it down; then once a line of the standard input."""
    system, columns = CountryTaxBenefitSystem(), dict(np.load(columns_file))
    formulas = {f"score_{name}": scored(name, by_hand) for name in CORNERS} | {"score": score, "bonus": bonus}
    for name in [*CORNERS, *formulas]:
        members = {"value_type": float, "entity": Person, "definition_period": YEAR, "label": name}
        members |= {"formula": formulas[name]} if name in formulas else {}
        system.add_variable(type(name, (Variable,), members))
    simulation = SimulationBuilder().build_default_simulation(system, len(columns["a"]))
    for name, column in columns.items():
        simulation.set_input(name, PERIOD, column)

    def compute() -> dict[str, Any]:
        for name in COMPUTED:
            simulation.delete_arrays(name, PERIOD)
        return {name: simulation.calculate(name, PERIOD) for name in COMPUTED}

    np.savez(found_file, **compute())
    print(flush=True)
    for _ in sys.stdin:
        compute()
        print(flush=True)


main(sys.argv[1], sys.argv[2], sys.argv[3] == "numpy")
