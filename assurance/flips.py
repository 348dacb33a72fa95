"""Flips: no changed byte of a bundle goes unnoticed."""

from __future__ import annotations

import re

from .promise import Found, Promise, python

PROMISE = Promise(
    title="A changed byte of a bundle is caught, and the file that holds it is named.",
    made="In the bundle of every contract, every byte of files up to 4,096 bytes and 2,000 random ones of each larger file are "
    "changed and held against the hashes; some by `verify` as a whole, some by the two programs as anyone runs them.",
    command="python -m tests.flipping",
    budget=300,
)
COUNTS = re.compile(r"\d+ files, ([\d,]+) by hashes, ([\d,]+) by verifying, ([\d,]+) by the programs, (\d+) missed")


def run(quick: bool) -> Found:
    """Every flip there is to try; quickly, those of one contract."""
    tried = python("-m", "tests.flipping", *["tesoma"] * quick)
    counts = [[int(each.replace(",", "")) for each in row] for row in COUNTS.findall(tried.stdout)]
    if not counts:
        return Found("nothing was tried", holds=False, told=tried.stdout + tried.stderr)
    hashes, verifying, programs = (sum(row[at] for row in counts) for at in range(3))
    missed = counts[-1][3]
    figure = f"{hashes:,} by hashes, {verifying:,} by verify, {programs:,} by the programs: {missed} missed"
    return Found(figure, tried.returncode == 0 and missed == 0, tried.stdout + tried.stderr)
