"""Laws: the ten laws of every settlement, by property tests on hundreds of random contracts each."""

from __future__ import annotations

from tests.laws import LAWS

from .promise import Found, Promise, passed

PROMISE = Promise(
    title="The ten laws of the table below hold for every settlement.",
    made="The tests that the table names are run, those of `test_laws.py` and `test_restating.py` with ALLIANCE_EXAMPLES=100, "
    "which is 50 to 500 random contracts a test; none may skip itself. What the vector reader and the bundles promise is tried "
    "at its full size by `ties` and `flips`.",
    budget=420,
    programs=("pg_ctl",),
)
AT_RANDOM = ("test_laws.py", "test_restating.py")
EXAMPLES, FEW = "100", "2"


def run(quick: bool) -> Found:
    """The tests of every law; quickly, those at random with two examples."""
    tests = sorted({test for law in LAWS.values() for test in law.tests})
    random = [each for each in tests if each.startswith(AT_RANDOM)]
    others = [] if quick else [each for each in tests if each not in random]
    tried, wrong, told = passed(random, {"ALLIANCE_EXAMPLES": FEW if quick else EXAMPLES})
    if others:
        more, faulty, said = passed(others)
        tried, wrong, told = tried + more, wrong + faulty, told + said
    return Found(
        f"{len(LAWS)} laws, {tried:,} tests: {wrong:,} failed", wrong == 0 and tried >= len(random + others), told
    )
