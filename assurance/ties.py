"""Ties: the filter that settles whole columns in floats decides no line that the exact reader would decide otherwise."""

from __future__ import annotations

from .promise import Found, Promise, counts, python

PROMISE = Promise(
    title="A line that the certified filter decides in floats is the exact one, on rows full of ties.",
    made="A million rows settle contracts that ship, worked cases and random contracts of up to 30 formulas, most with a value "
    "exactly on a level, a gate, a cap or an edge of a curve; each line that the filter decides is held against the exact reader. "
    "What it does not decide goes to the exact reader anyway; it falls short where that is more than a tenth.",
    command="python -m tests.ties",
    budget=540,
)
COUNTS = (
    r"([\d,]+) rows, ([\d,]+) with a value .*; ([\d,]+) lines exactly on half a unit before rounding\n"
    r"([\d,]+) lines decided by the filter, ([\d,]+) rows left to the exact reader\n([\d,]+) lines wrong"
)
ROWS = 1_000_000
LEFT, ON_LEVELS, ON_HALVES = 0.1, 0.5, 0.02
"""Of the rows at most so many are left to the exact reader, at least so many lie on a level, and lines on half a cent."""


def run(quick: bool) -> Found:
    """A million rows; quickly, two thousand."""
    rows = 2_000 if quick else ROWS
    tried = python("-m", "tests.ties", str(rows))
    found = counts(COUNTS, tried.stdout)
    if not found:
        return Found("nothing was tried", holds=False, told=tried.stdout + tried.stderr)
    there, levels, halves, lines, left, wrong = found
    figure = (
        f"{there:,} rows, {levels:,} on a level, {halves:,} lines on half a cent; "
        f"{lines:,} lines ({100 * (there - left) / there:.1f} % of rows) decided by the filter: {wrong:,} wrong"
    )
    tied = quick or (levels >= ON_LEVELS * there and halves >= ON_HALVES * there)
    enough = there >= rows and left <= LEFT * there and tied
    return Found(figure, tried.returncode == 0 and enough, tried.stdout + tried.stderr)
