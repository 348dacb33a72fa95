"""``make assure``: every promise of this folder, as a table of promise, figure, verdict; exit 1 if any falls short."""

from __future__ import annotations

import argparse
import signal
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

from .page import page
from .promise import Found, command, promises
from .running import stopped, tried

WIDTHS = (52, 44)
MOST_SECONDS = 30 * 60
"""What trying every promise may take, as the page says."""


def main(words: list[str]) -> int:
    """Try the promises that were asked for and say what they come to."""
    there = promises()
    parser = argparse.ArgumentParser(prog="python -m assurance", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"Of these only: {', '.join(there)}.")
    parser.add_argument("--quick", action="store_true", help="A small sample of each.")
    parser.add_argument("-o", "--output", type=Path, help="Write the page of the figures to this file.")
    parser.add_argument("--patience", type=int, default=1, help="So many times the budgets, on a busy machine.")
    asked = parser.parse_args(words)
    if unknown := [name for name in asked.names if name not in there]:
        parser.error(f"no promise {', '.join(unknown)}; there are {', '.join(there)}")
    if asked.quick and asked.output:
        parser.error("the figures of a quick run are not for the page")
    of = {name: replace(there[name], budget=there[name].budget * asked.patience) for name in asked.names or there}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopped)
    begun = time.monotonic()
    found = dict(sorted(tried(of, asked.quick, _watch)))
    late = not asked.names and time.monotonic() - begun > MOST_SECONDS * asked.patience
    sys.stdout.write(table({there[name].title: each for name, each in found.items()}))
    short = {name: each for name, each in found.items() if not each.holds}
    for name, each in short.items():
        sys.stderr.write(f"\n{name}: {each.figure}\nagain: {command(name, there[name])}\n{each.told}\n")
    if late:
        sys.stderr.write(f"\nIt took more than {MOST_SECONDS // 60} minutes; --patience 2 allows twice as many.\n")
    if asked.output:
        kept = asked.output.read_text("utf-8") if asked.output.exists() else ""
        asked.output.write_text(page(there, found, kept), "utf-8")
    return 1 if short or late else 0


def _watch(said: str) -> None:
    """Progress, for whoever sits at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(said + "\n")


def table(found: dict[str, Found]) -> str:
    """Promise, figure, verdict, wrapped into columns."""
    said = _row("promise", "figure", "verdict") + "-" * (sum(WIDTHS) + 15) + "\n"
    return said + "".join(_row(title, each.figure, each.verdict) for title, each in found.items())


def _row(promise: str, figure: str, verdict: str) -> str:
    cells = [textwrap.wrap(text, width) for text, width in zip((promise, figure), WIDTHS, strict=True)]
    lines = max(map(len, cells))
    columns = zip(*(each + [""] * (lines - len(each)) for each in cells), strict=True)
    return "".join(
        f"{left:{WIDTHS[0]}}  {right:{WIDTHS[1]}}  {verdict if not line else ''}".rstrip() + "\n"
        for line, (left, right) in enumerate(columns)
    )


sys.exit(main(sys.argv[1:]))
