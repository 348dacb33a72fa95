"""Few inputs that reach what many reach: what is worth keeping of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from coverage import Coverage

import alliance_outcomes

from .form import attempt, target

LARGEST_KEPT, LONGEST_KEPT = 25 * 1024, 4096
PACKED, LISTED = 3, 120
"""About how much an archive shortens an input, and the bytes that it needs to list one."""


def fewest(name: str, inputs: Iterable[bytes]) -> list[bytes]:
    """Inputs of a target, the shortest first, while there is room; each takes a branch of the package that none before it takes."""
    package = str(Path(alliance_outcomes.__file__).parent / "*")
    taken: set[tuple[str, int, int]] = set()
    found, room = list[bytes](), LARGEST_KEPT
    with TemporaryDirectory(prefix="fuzzing-") as folder:
        run = target(name).ready(Path(folder))
        attempt(run, target(name).seeds()[0])  # what is read once only, in any case
        for data in sorted((each for each in inputs if len(each) <= LONGEST_KEPT), key=lambda each: (len(each), each)):
            watched = Coverage(data_file=None, config_file=False, branch=True, include=[package])
            with watched.collect():
                attempt(run, data)
            measured = watched.get_data()
            arcs = {(file, *arc) for file in measured.measured_files() for arc in measured.arcs(file) or ()}
            room -= (len(data) // PACKED + LISTED) * (not arcs <= taken)
            if not arcs <= taken and room > 0:
                found.append(data)
                taken |= arcs
    return found
