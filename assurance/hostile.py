"""Hostile: every bad input that is known is refused, or read right, by a test that is named for it."""

from __future__ import annotations

from tests.hostile.rows import ROWS

from .promise import Found, Promise, passed

PROMISE = Promise(
    title="Every bad input of the table below is refused with a coded problem, or read right.",
    made="The tests that the table names are run; none may skip itself.",
    budget=240,
    programs=("strace", "pg_ctl"),
)
FEW = 6


def run(quick: bool) -> Found:
    """The tests of every row; quickly, those of some."""
    rows = ROWS[:FEW] if quick else ROWS
    tests = sorted({test for row in rows for test in row.tests})
    tried, wrong, told = passed(tests)
    return Found(f"{len(rows)} inputs, {tried:,} tests: {wrong:,} failed", wrong == 0 and tried >= len(tests), told)
