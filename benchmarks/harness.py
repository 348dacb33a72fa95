"""What every benchmark shares: a figure with its goal, and fair timing of competitors in one run."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured ratio: what was done, the goal it has, the figure reached and whether it meets the goal."""

    work: str
    goal: str
    figure: str
    verdict: str


def verdict(ratio: float, *, most: float | None = None, least: float | None = None) -> tuple[str, str]:
    """The figure and verdict of a ratio that should be at most, or at least, a goal."""
    met = (most is None or ratio <= most) and (least is None or ratio >= least)
    return f"{ratio:.2f}", "met" if met else "MISSED"


def interleaved(*works: Callable[[], object], repeats: int = 7) -> list[float]:
    """The median seconds of each work, run in turns so that a slow moment of the machine hits all alike."""
    for work in works:
        work()
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for index, work in enumerate(works):
            gc.collect()
            start = time.perf_counter()
            work()
            seconds[index].append(time.perf_counter() - start)
    return [statistics.median(each) for each in seconds]
