"""Faults: whatever fails while something is written, what stands on the disk is the old or the new, whole."""

from __future__ import annotations

import re

from .promise import Found, Promise, counts, python

PROMISE = Promise(
    title="Whatever system call fails, or whenever a writer is killed, the disk holds the old or the new, whole; of two writers one wins.",
    made="A kill, an I/O error, a full disk and a short write are injected by strace into one in two system calls of each writer "
    "(of the whole command one in twenty); files are limited in size; two writers race for a number, a folder, a command.",
    command="python -m tests.faulting --every 2",
    budget=240,
    programs=("strace",),
)


def run(quick: bool) -> Found:
    """One in two; quickly, one in forty."""
    tried = python("-m", "tests.faulting", "--every", "40" if quick else "2")
    rows = re.findall(r": (\d+) calls, (\d+) faults, (\d+) shortages, \d+ wrong", tried.stdout)
    races = counts(r"(\d+) races for a number, (\d+) for a folder, (\d+) of whole commands, (\d+) wrong", tried.stdout)
    if not rows or not races:
        return Found("nothing was tried", holds=False, told=tried.stdout + tried.stderr)
    faults, shortages = (sum(int(row[at]) for row in rows) for at in (1, 2))
    figure = (
        f"{len(rows)} writers, {faults:,} faults, {shortages:,} shortages, {sum(races[:3])} races: {races[3]} wrong"
    )
    return Found(figure, tried.returncode == 0, tried.stdout + tried.stderr)
