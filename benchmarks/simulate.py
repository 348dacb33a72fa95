"""A simulation beside the random numbers that it draws: what settling every draw costs on top."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

from alliance_outcomes.simulate.drawing import Drawn
from alliance_outcomes.simulate.running import BLOCK, Simulation
from alliance_outcomes.simulate.spreads import binomial

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
    taken = _megabytes()
    return [
        Figure("10^7 draws settled / the random numbers alone", "at most 1.6", *verdict(whole / alone, most=1.6)),
        Figure(
            "10^7 draws settled: MB on top of what is imported", f"at most {MEGABYTES}", *verdict(taken, most=MEGABYTES)
        ),
    ]


def _simulation() -> Simulation:
    """A contract of nine shares, each of some thousand persons."""
    calculation = nine().calculation
    drawn = []
    for number, given in enumerate(calculation.inputs):
        share = Fraction(50 + 3 * number, 100)
        spread = binomial(share, 1000 + 100 * number)
        assert spread is not None
        drawn.append(Drawn(given.name, given.id, "", share, spread))
    return Simulation(calculation, {each.name: each.value for each in drawn}, drawn, {})


def _numbers_alone(simulation: Simulation, rows: int) -> None:
    """The same values drawn, block by block, and thrown away."""
    for number, start in enumerate(range(0, rows, BLOCK)):
        simulation.sampled(simulation.normals(1, number, min(BLOCK, rows - start)))


def _megabytes() -> float:
    """What a process that simulates takes at most, less what it took before the first draw."""
    program = (
        "import resource\n"
        "from benchmarks.simulate import DRAWS, _simulation\n"
        "s = _simulation()\n"
        "s.run(20_000, 1)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "s.run(DRAWS // len(s.drawn), 1)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)
