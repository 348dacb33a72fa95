"""Invented records for the workshop's three example clients: families, older people and a young man's library, in three years.

    python -m examples.tesoma-workshop.generate FOLDER [--size 120] [--seed 7] [--dirty]

The size is the number of families; there are more older people, and some thousands of residents. No person is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from examples.writing import Row, Table, command, day, tables, whole, yes

YEARS = (2018, 2019, 2020)
SIZE, SEED = 120, 7


def records(size: int = SIZE, seed: int = SEED, dirty: bool = False) -> Iterator[Table]:
    """Every table: its name, its header and its rows."""
    random = Random(seed)
    made = (*_families(random, size), *_older_people(random, round(size * 1.6)), *_library(random, size))
    yield from tables(random, made, dirty)


def _in(random: Random, year: int) -> date:
    return day(random, date(year, 1, 1), date(year, 12, 31))


def _families(random: Random, size: int) -> Iterator[Table]:
    """The family at risk: services used, parents, waiting, check-ups, and how many families a worker carries."""
    uses, parents, requests, checkups, work = list[Row](), list[Row](), list[Row](), list[Row](), list[Row]()
    for step, year in enumerate(YEARS):
        for number in range(size):
            family = f"F{number:05d}"
            for _ in range(random.randrange(3 + step)):
                provider = f"preventive {random.randrange(7 + 2 * step)}"
                uses.append([_in(random, year).isoformat(), family, provider, "preventive"])
            for _ in range(random.randrange(7 - step)):
                uses.append([_in(random, year).isoformat(), family, f"care {random.randrange(8)}", "care"])
            for which in "ab":
                studying = random.random() < 0.45
                row = [yes(studying), yes(studying and random.random() < 0.62 + 0.06 * step)]
                work_trial = yes(random.random() < 0.14 + 0.04 * step)
                parents.append([str(year), family + which, yes(random.random() < 0.2 + 0.06 * step), *row, work_trial])
            requests.append(
                [_in(random, year).isoformat(), family, str(min(120, int(random.expovariate(1 / (20 - 5 * step)))))]
            )
            for child in "xyz"[: random.randrange(1, 4)]:
                for interval in random.sample((30, 60, 120, 180, 365), 2):
                    late = 0 if random.random() < 0.9 + 0.02 * step else random.randrange(1, 60)
                    since = interval - random.randrange(20) + late
                    checkups.append([_in(random, year).isoformat(), family + child, str(since), str(interval)])
            work.append([str(year), family, f"worker {number % (4 + step)}"])
    yield "service_uses", ["day", "family", "provider", "service"], uses
    yield "parents", ["year", "parent", "employed", "studying", "progressed", "work_trial"], parents
    yield "care_requests", ["day", "family", "days"], requests
    yield "checkups", ["day", "child", "days_since", "interval"], checkups
    yield "family_work", ["year", "family", "worker"], work
    providers = [
        [str(year), f"preventive {number}", "yes", yes(number >= 7 + 2 * step - 3)]
        for step, year in enumerate(YEARS)
        for number in range(7 + 2 * step)
    ]
    providers += [[str(year), f"care {number}", "no", "no"] for year in YEARS for number in range(8)]
    yield "providers", ["year", "provider", "preventive", "new"], providers


def _older_people(random: Random, size: int) -> Iterator[Table]:
    """The older person with diabetes, low spirits and alcohol: one life in several registers."""
    clients, assessments, interviews, controls = list[Row](), list[Row](), list[Row](), list[Row]()
    care, matters, visits, relatives = list[Row](), list[Row](), list[Row](), list[Row]()
    for step, year in enumerate(YEARS):
        for number in range(size + 8 * step):
            client, frail = f"O{number:05d}", random.random()
            clients.append([str(year), client, yes(random.random() < 0.14 + 0.05 * step)])
            for form, most, mean in (("AUDIT-C", 12, 5), ("PHQ-9", 27, 10)):
                if random.random() < 0.5:
                    first = whole(random, mean + 3 * frail, 2.5, 0, most)
                    last = whole(random, first - 0.5 - 0.4 * step, 1.8, 0, most)
                    assessments.append([str(year), client, form, str(first), str(last)])
            if random.random() < 0.65:
                contacts = whole(random, 5 - 3 * frail + 0.4 * step, 1.5, 0, 30)
                interviews.append(
                    [str(year), client, str(contacts), yes(random.random() < 0.2 + 0.4 * frail - 0.05 * step)]
                )
            if number % 5 < 4:  # has diabetes
                sugar, fat = (
                    random.gauss(46 + 10 * frail - step, 6),
                    max(0.7, random.gauss(2.2 + 0.5 * frail - 0.1 * step, 0.5)),
                )
                known = [random.random() < 0.86 + 0.04 * step for _ in range(2)]
                care.append([str(year), client, f"{sugar:.0f}" if known[0] else "", f"{fat:.1f}" if known[1] else ""])
                previous = date(year, 1, 1) - timedelta(days=random.randrange(20, 150))
                while (following := previous + timedelta(days=random.randrange(60, 220 - 6 * step))).year <= year:
                    if following.year == year:
                        controls.append([client, previous.isoformat(), following.isoformat()])
                    previous = following
            for _ in range(random.randrange(4)):
                began = "single counter" if random.random() < 0.42 + 0.07 * step else "elsewhere"
                matters.append([_in(random, year).isoformat(), client, began])
            for each in range(int(random.expovariate(1 / (1.2 + 2.2 * frail - 0.15 * step)))):
                visits.append([f"V{year}-{number}-{each}", _in(random, year).isoformat(), client])
        for _ in range(64 if year < 2020 else 23):  # too few of them answered in 2020
            relatives.append([str(year), str(whole(random, 3.8, 0.8, 1, 5))])
    yield "older_clients", ["year", "client", "peer_group"], clients
    yield "assessments", ["year", "client", "form", "first", "last"], assessments
    yield "interviews", ["year", "client", "contacts", "lonely"], interviews
    yield "diabetes_care", ["year", "client", "hba1c", "ldl"], care
    yield "ldl_controls", ["client", "previous", "day"], controls
    yield "matters", ["day", "client", "began_at"], matters
    yield "specialist_visits", ["visit", "day", "client"], visits
    yield "relatives", ["year", "grade"], relatives


def _library(random: Random, size: int) -> Iterator[Table]:
    """The young man's library and groups."""
    members, days, events = list[Row](), list[Row](), list[Row]()
    for step, year in enumerate(YEARS):
        for number in range(round(size * (1 + 0.3 * step))):
            for group in random.sample(range(9 + 3 * step), random.choice((1, 1, 2))):
                members.append([str(year), f"group {group}", f"M{number:05d}"])
        for each in range(365):
            when = date(year, 1, 1) + timedelta(days=each)
            if when.weekday() < 6:
                days.append([when.isoformat(), str(whole(random, 370 + 25 * step, 60, 0, 900))])
        for _ in range(55 + 12 * step):
            events.append([_in(random, year).isoformat(), str(whole(random, 20, 8, 1, 60))])
    yield "group_members", ["year", "group", "member"], members
    yield "library_days", ["day", "visits"], days
    yield "library_events", ["day", "participants"], events
    yield "residents", ["year", "residents"], [[str(year), str(20_100 + 190 * step)] for step, year in enumerate(YEARS)]


if __name__ == "__main__":
    command(records, "the workshop's three example clients", SIZE, SEED)
