"""A simulation beside the random numbers that it draws: what settling every draw costs on top."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from fractions import Fraction

from alliance_outcomes.formula.exact import Value
from alliance_outcomes.simulate.drawing import Drawn
from alliance_outcomes.simulate.running import BLOCK, Simulation
from alliance_outcomes.simulate.spreads import Counted, binomial

from .corners import CORNERS
from .harness import Figure, interleaved, verdict
from .programmes import nine

DRAWS = 10_000_000
MEGABYTES = 100


def run() -> list[Figure]:
    """The ratio of a whole simulation to its drawn columns alone, on one thread, and the memory it takes."""
    simulation = _simulation()
    rows = DRAWS // len(simulation.drawn)
    whole, alone = interleaved(
        lambda: simulation.run(rows, 1, threads=1), lambda: _numbers_alone(simulation, rows), repeats=5
    )
    taken = _megabytes(simulation, rows)
    return [
        Figure("10^7 draws settled / the random numbers alone", "at most 1.6", *verdict(whole / alone, most=1.6)),
        Figure("10^7 draws settled: MB held at most", f"at most {MEGABYTES}", *verdict(taken, most=MEGABYTES)),
    ]


def _simulation() -> Simulation:
    """A contract of nine indicators, each measured on some thousand persons around the middle of its levels."""
    calculation = nine(1).calculation
    drawn, inputs = [], dict[str, Value]()
    for number, given in enumerate(calculation.inputs):
        if given.name not in CORNERS:
            inputs[given.name] = Fraction(9_500_000)
            continue
        levels, _ = CORNERS[given.name]
        spread = binomial(Fraction(50 + 3 * number, 100), 1000 + 100 * number)
        assert isinstance(spread, Counted)
        low, width = float(levels[0]), float(levels[-1] - levels[0])
        scaled = replace(
            spread, least=low, most=low + width, first=low + width * spread.first, step=width * spread.step
        )
        drawn.append(Drawn(given.name, given.id, "", Fraction(levels[0]), scaled))
        inputs[given.name] = Fraction(levels[0])
    return Simulation(calculation, inputs, drawn, {})


def _numbers_alone(simulation: Simulation, rows: int) -> None:
    """The same values drawn, block by block, and thrown away."""
    for number, start in enumerate(range(0, rows, BLOCK)):
        simulation.sampled(simulation.normals(1, number, min(BLOCK, rows - start)))


def _megabytes(simulation: Simulation, rows: int) -> float:
    """The most that a simulation holds at once, arrays of numpy among it."""
    tracemalloc.start()
    simulation.run(rows, 1)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20
