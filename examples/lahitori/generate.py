"""Invented records of three service points: their visits, opening hours, answers and residents in two quarters.

    python -m examples.lahitori.generate FOLDER [--size 300] [--seed 4] [--dirty]

The size is the number of visits to the smallest site in a quarter. No site and no person in them is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from examples.writing import Table, command, day, quarter, tables, whole, yes

QUARTERS = ("2025Q1", "2025Q2")
# Each site: how busy it is, hours a week, mean grade, share helped at the first encounter, residents.
SITES = {
    "site A": (1.6, 30.0, 4.4, 0.86, 7420),
    "site B": (2.2, 37.5, 4.1, 0.77, 15310),
    "site C": (1.0, 18.0, 4.7, 0.80, 3180),
}
SIZE, SEED = 300, 4


def records(size: int = SIZE, seed: int = SEED, dirty: bool = False) -> Iterator[Table]:
    """Every table: its name, its header and its rows."""
    random = Random(seed)
    yield from tables(random, _clean(random, size), dirty)


def _clean(random: Random, size: int) -> Iterator[Table]:
    visits, answers, hours, residents = [], [], [], []
    for label in QUARTERS:
        first, last = quarter(label)
        for site, (busy, open_hours, grade, helped, people) in SITES.items():
            for number in range(round(size * busy * random.uniform(0.95, 1.05))):
                visit, when = f"{site[-1]}{label}-{number}", day(random, first, last).isoformat()
                visits.append([visit, site, when])
                if random.random() < 0.5:
                    said = yes(random.random() < helped) if random.random() < 0.95 else ""
                    answers.append([visit, site, when, str(whole(random, grade, 0.8, 1, 5)), said])
            monday = first + timedelta(days=-first.weekday() % 7)
            while monday <= last:
                hours.append([site, monday.isoformat(), f"{open_hours if random.random() < 0.9 else open_hours - 6}"])
                monday += timedelta(days=7)
            for area, share in (("centre", 0.6), ("edge", 0.4)):
                residents.append([site, label, area, str(round(people * share))])
    yield "visits", ["visit", "site", "day"], visits
    yield "answers", ["visit", "site", "day", "grade", "helped"], answers
    yield "opening_hours", ["site", "day", "hours"], hours
    yield "population", ["site", "quarter", "area", "residents"], residents


if __name__ == "__main__":
    command(records, "three service points", SIZE, SEED)
