"""Records of Omatori that come to the figures that are public: as many contacts, events and participants as are told.

    python -m examples.omatori.generate FOLDER [--size 1358] [--seed 2] [--dirty]

Each row is invented (its day, its kind, how many took part); how many rows there are, and the sum of those who took
part, are those of the description, for March to June 2019. The size is the number of contacts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from examples.writing import Table, command, day, tables

CONTACTS, EVENTS, PARTICIPANTS = 1358, 146, 2511
FIRST, LAST = date(2019, 3, 1), date(2019, 6, 30)
SEED = 2


def records(size: int = CONTACTS, seed: int = SEED, dirty: bool = False) -> Iterator[Table]:
    """Every table: its name, its header and its rows."""
    random = Random(seed)
    yield from tables(random, _clean(random, size), dirty)


def _clean(random: Random, size: int) -> Iterator[Table]:
    ways = ("info point", "telephone", "electronic")
    contacts = [
        [f"C{number:06d}", day(random, FIRST, LAST).isoformat(), random.choices(ways, (5, 4, 1))[0]]
        for number in range(size)
    ]
    yield "contacts", ["contact", "day", "way"], contacts
    events, people = max(1, EVENTS * size // CONTACTS), PARTICIPANTS * size // CONTACTS
    came = [1] * events
    for _ in range(people - events):
        came[random.randrange(events)] += 1
    rows = [[f"E{number:05d}", day(random, FIRST, LAST).isoformat(), str(each)] for number, each in enumerate(came)]
    yield "events", ["event", "day", "participants"], rows


if __name__ == "__main__":
    command(records, "Omatori's guidance and events", CONTACTS, SEED)
