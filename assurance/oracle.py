"""Oracle: random contracts settled twice, by the package and by a second reading of the language reference."""

from __future__ import annotations

from .promise import Found, Promise, counts, python

PROMISE = Promise(
    title="What the package pays is, to the cent, what an independent reading of the language reference pays, and no law is broken.",
    made="14,700 random contracts with seven payees each are settled by the package and by an oracle in plain fractions that never "
    "imports it (`tests/oracle.py`); every score, line, share and balance is compared. Not drawn are `exp`, `settled`, what is "
    "over all payees, amendments and published series: cases worked by hand (`tests/cases`) and tests of their own hold these. "
    "A settlement counts as on an edge where the oracle met a value, not 0, that equals a level, a gate, a limit or a floor, a "
    "line on half a unit before rounding, or two equal remainders of a split. What differs is written as a contract and a data "
    "file, with its seed.",
    command="python -m tests.differential",
    budget=500,
)
CONTRACTS, SETTLEMENTS, ON_EDGES = 14_700, 100_000, 10_000
COUNTS = (
    r"([\d,]+) contracts, ([\d,]+) settlements of a payee, ([\d,]+) lines\n"
    r"([\d,]+) settlements with a value exactly on an edge .*\n.*\n([\d,]+) differ"
)


def run(quick: bool) -> Found:
    """All of it; quickly, sixty contracts."""
    tried = python("-m", "tests.differential", "--contracts", str(60 if quick else CONTRACTS))
    found = counts(COUNTS, tried.stdout)
    if not found:
        return Found("nothing was tried", holds=False, told=tried.stdout + tried.stderr)
    contracts, settlements, lines, edges, wrong = found
    figure = (
        f"{contracts:,} contracts, {settlements:,} settlements, {lines:,} lines; {edges:,} on an edge: {wrong:,} differ"
    )
    enough = quick or (settlements >= SETTLEMENTS and edges >= ON_EDGES)
    return Found(figure, tried.returncode == 0 and enough, tried.stdout + tried.stderr)
