"""What the generators of example records share: days, dirty rows, tables written as CSV, and their command line."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

Row = list[str]
Table = tuple[str, Row, list[Row]]
Records = Callable[[int, int, bool], Iterator[Table]]
"""Tables for a size, a seed and whether they are dirty: the name, the header and the rows of each."""

DIRT = ("", "..", "n/a", "4,5", "12.34567", "99999999", "-1", "  7 ", "yes", "2023-02-30", "31.12.2023", "1e3")


def yes(test: bool) -> str:
    """yes or no."""
    return "yes" if test else "no"


def whole(random: Random, middle: float, spread: float, least: int, most: int) -> int:
    """A whole number near the middle, within the ends."""
    return min(most, max(least, round(random.gauss(middle, spread))))


def day(random: Random, first: date, last: date) -> date:
    """A day from the first to the last."""
    return first + timedelta(days=random.randrange((last - first).days + 1))


def quarter(label: str) -> tuple[date, date]:
    """The first and the last day of a quarter such as 2020Q1."""
    year, month = int(label[:4]), 3 * int(label[-1]) - 2
    following = date(year + month // 10, (month + 3 - 1) % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def dirtied(random: Random, rows: list[Row]) -> list[Row]:
    """Rows as real extracts have them: one in fifty is repeated, and one in twenty-five has a cell that is wrong."""
    found = [*rows, *(list(row) for row in rows if random.random() < 0.02)]
    for row in found:
        if random.random() < 0.04:
            row[random.randrange(len(row))] = random.choice(DIRT)
    random.shuffle(found)
    return found


def tables(random: Random, made: Iterable[Table], dirty: bool) -> Iterator[Table]:
    """The tables as they are, or dirtied."""
    for name, header, rows in made:
        yield name, header, dirtied(random, rows) if dirty else rows


def write(folder: Path, made: Iterable[Table]) -> None:
    """Write every table as a CSV file into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, rows in made:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def command(records: Records, what: str, size: int, seed: int, least: int | None = None) -> None:
    """Write the records that are asked for on the command line: at least so many, else as many as the example has."""
    fewest = size if least is None else least
    parser = argparse.ArgumentParser(description=f"Invented records of {what}. No person in them is real.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=size, help=f"How many, {fewest} or more.")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--dirty", action="store_true", help="With rows such as real extracts have.")
    asked = parser.parse_args()
    if asked.size < fewest:
        parser.error(f"the least size is {fewest}: fewer cannot be shown without telling of someone")
    write(asked.folder, records(asked.size, asked.seed, asked.dirty))
