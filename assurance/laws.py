"""Laws: the ten laws of every settlement, by property tests on hundreds of random contracts each."""

from __future__ import annotations

from tests.laws import LAWS

from .promise import Found, Promise, passed

PROMISE = Promise(
    title="The ten laws of the table below hold for every settlement.",
    made="The property tests that the table names are run with ALLIANCE_EXAMPLES=300; none may skip itself.",
    command="ALLIANCE_EXAMPLES=300 python -m assurance laws",
    budget=300,
    programs=("pg_ctl",),
)
EXAMPLES, FEW = "300", "3"


def run(quick: bool) -> Found:
    """The tests of every law."""
    tests = sorted({test for law in LAWS.values() for test in law.tests})
    tried, wrong, told = passed(tests, {"ALLIANCE_EXAMPLES": FEW if quick else EXAMPLES})
    return Found(f"{len(LAWS)} laws, {tried:,} tests: {wrong:,} failed", wrong == 0 and tried >= len(tests), told)
