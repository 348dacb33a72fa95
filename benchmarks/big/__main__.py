"""``make bench-big``: generates the records, runs every work in a process of its own, and prints ratios; it always exits 0."""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..harness import Figure, verdict
from .population import write
from .work import ROOT

SUM_OF_ALL = {"polars": 1500, "duckdb": 600}
"""The most memory (MB) that a sum over every person may take."""


@dataclass
class Ran:
    """What a work came to, the seconds of each of its runs, and the most memory it held (MB)."""

    values: Any = None
    seconds: list[float] = field(default_factory=list)
    resident: int = 0

    @property
    def time(self) -> float:
        """The median of its seconds."""
        return statistics.median(self.seconds)


def run_in_turns(python: str, folder: Path, *names: str, rounds: int = 3, part: Path | None = None) -> list[Ran]:
    """Each work in processes of its own, in turns, so that a slow moment of the machine hits all alike.

    In each process a work runs twice, and the second time counts: the first imports and warms up. With ``part`` the last
    of the works runs on the records there.
    """
    found = [Ran() for _ in names]
    folders = [folder] * (len(names) - 1) + [part or folder]
    for _ in range(rounds):
        for ran, name, records in zip(found, names, folders, strict=True):
            command = [python, "-m", "benchmarks.big.work", name, str(records), "2"]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            said = json.loads(done.stdout.splitlines()[-1])
            ran.values, ran.resident = said["values"], max(ran.resident, said["resident"])
            ran.seconds.append(said["seconds"][-1])
    return found


def alike(ran: list[Ran]) -> None:
    """Raises AssertionError where two works came to different values."""
    first = ran[0].values
    for each in ran[1:]:
        assert first.keys() == each.values.keys()
        for name, value in first.items():
            same = (
                value == each.values[name]
                if isinstance(value, list)
                else math.isclose(value, each.values[name], rel_tol=1e-6)
            )
            assert same, f"{name}: {value} is not {each.values[name]}"


def compared(title: str, ran: list[Ran], most: float) -> Figure:
    """The first work's time by the second's, which came to the same."""
    alike(ran[:2])
    times = f"({ran[0].time:.2f} s / {ran[1].time:.2f} s)"
    return Figure(f"{title} {times}", f"at most {most}", *verdict(ran[0].time / ran[1].time, most=most))


def resident(title: str, ran: Ran, most: int) -> Figure:
    """The most memory of a work."""
    return Figure(
        f"{title}, MB resident", f"at most {most}", f"{ran.resident}", "met" if ran.resident <= most else "MISSED"
    )


def figures(folder: Path, persons: int, spark: str) -> Iterator[Figure]:
    """Every figure, over records of ``persons`` and of an eleventh of them."""
    whole, part = folder / "whole", folder / "part"
    events = write(whole, persons)
    write(part, persons // 11)
    print(f"{persons} persons, {events} rows; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    here = sys.executable
    polars = run_in_turns(here, whole, "nine polars", "nine polars by hand", "nine pandas by hand")
    alike(polars)
    yield compared("nine indicators on polars / polars by hand", polars, 1.15)
    ratio = polars[2].time / polars[0].time
    times = f"({polars[2].time:.2f} s / {polars[0].time:.2f} s)"
    yield Figure(f"pandas with pruned columns / nine on polars {times}", "at least 4", *verdict(ratio, least=4))
    duckdb = run_in_turns(here, whole, "nine duckdb", "nine duckdb by hand")
    alike([polars[0], *duckdb])
    yield compared("nine indicators on DuckDB / SQL by hand", duckdb, 1.25)
    areas = run_in_turns(here, whole, "areas polars", "areas polars by hand", rounds=5)
    yield compared("70 indicators x 300 areas in one pass / polars by hand", areas, 1.25)
    large, small = run_in_turns(here, whole, "nine polars", "nine polars", part=part)
    times = f"({large.time:.2f} s / {small.time:.2f} s)"
    grown = verdict(large.time / small.time, most=12.5)
    yield Figure(f"nine on polars, eleven times the persons {times}", "at most 12.5", *grown)
    eight = run_in_turns(here, whole, "eight polars", "eight duckdb", rounds=1)
    for engine, ran, summing in zip(SUM_OF_ALL, eight, (polars[0], duckdb[0]), strict=True):
        yield resident(f"eight indicators on {engine}, without a sum over every person", ran, 500)
        yield resident(f"nine on {engine}, with a sum over every person", summing, SUM_OF_ALL[engine])
    yield resident("70 indicators x 300 areas", areas[0], 500)
    if spark:
        found = run_in_turns(spark, whole, "nine spark", "nine spark by hand", rounds=2)
        alike([polars[0], *found])
        yield compared("nine indicators on Spark local[2] / native Spark", found, 1.2)


def main() -> None:
    """Print every figure with its goal."""
    parser = argparse.ArgumentParser(description="Measure millions of invented persons on every engine, and by hand.")
    parser.add_argument("--persons", type=int, default=5_500_000)
    parser.add_argument(
        "--folder", type=Path, help="where the records are written and removed; else a temporary folder"
    )
    parser.add_argument("--spark", default="", help="the Python that has pyspark; without it Spark is left out")
    asked = parser.parse_args()
    print(f"{'work':92} {'goal':14} {'figure':>8}  verdict")
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        for figure in figures(Path(folder), asked.persons, asked.spark):
            print(f"{figure.work[:92]:92} {figure.goal:14} {figure.figure:>8}  {figure.verdict}", flush=True)


main()
