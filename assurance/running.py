"""Tries promises, two at a time, each in a process of its own that is stopped when its budget is spent.

``python -m assurance.running NAME [quick]`` is such a process: its last line is what it found, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import redirect_stdout, suppress
from dataclasses import asdict

from .promise import ROOT, Found, Promise, keep

LANES = 2
TOLD = 60
# The groups of processes that are running, so that none is left behind.
GROUPS: set[int] = set()
Watcher = Callable[[str], None]


def tried(asked: Mapping[str, Promise], quick: bool, watch: Watcher) -> Iterator[tuple[str, Found]]:
    """What each promise comes to, as they end. Those that take both cores go first, the longest first among the others.

    Each is stopped when its budget is spent.
    """
    for cores, lanes in ((2, 1), (1, LANES)):
        names = sorted((each for each in asked if asked[each].cores == cores), key=lambda each: -asked[each].budget)
        with ThreadPoolExecutor(lanes) as lane:
            running = {lane.submit(_alone, name, asked[name], quick, watch): name for name in names}
            for ended in as_completed(running):
                yield running[ended], ended.result()


def longest(promises: Mapping[str, Promise]) -> int:
    """The seconds that everything takes where each promise spends its whole budget."""
    lanes = [0] * LANES
    for budget in sorted((each.budget for each in promises.values() if each.cores == 1), reverse=True):
        lanes[lanes.index(min(lanes))] += budget
    return sum(each.budget for each in promises.values() if each.cores > 1) + max(lanes)


def _alone(name: str, promise: Promise, quick: bool, watch: Watcher) -> Found:
    """One promise in a process of its own, and in a group of its own, so that everything it starts ends with it."""
    watch(f"{name}: begun")
    begun = time.monotonic()
    command = [sys.executable, "-m", "assurance.running", name, *["quick"] * quick]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        GROUPS.add(process.pid)
        try:
            out, err = process.communicate(timeout=promise.budget)
            found = _read(out, err, process.returncode)
        except subprocess.TimeoutExpired:
            found = Found(f"not done within its budget of {promise.budget} s", holds=False)
        finally:
            _end(process.pid)
            GROUPS.discard(process.pid)
    watch(f"{name}: {found.verdict} after {time.monotonic() - begun:.0f} s")
    return found


def stopped(number: int, _: object) -> None:
    """End everything that was started, when this process is told to stop."""
    for group in list(GROUPS):
        _end(group)
        with suppress(ChildProcessError):  # where its lane has seen it end
            os.waitpid(group, 0)
    os._exit(128 + number)  # at once: a lane would begin with what still waits


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:  # everything has ended by itself
        return


def _read(out: str, err: str, code: int) -> Found:
    """What the process said in its last line; one that broke down has kept no promise."""
    if code:
        last = "\n".join(err.splitlines()[-TOLD:])
        return Found(f"broke down with exit code {code}", holds=False, told=last)
    return Found(**json.loads(out.splitlines()[-1]))


def main(name: str, quick: str = "") -> int:
    """Try one promise and write what it found; whatever it prints goes to stderr."""
    with redirect_stdout(sys.stderr):
        found = keep(name, bool(quick))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
