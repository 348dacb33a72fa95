"""Invented records of an area team's process: concerns, families, network meetings and agreements in three quarters.

    python -m examples.rantakyla.generate FOLDER [--size 200] [--seed 6] [--dirty]

The size is the number of families in a quarter. No family in them is real, and no figure is Joensuu's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from examples.writing import Table, command, day, quarter, tables, yes

QUARTERS = ("2020Q1", "2020Q2", "2020Q3")
SIZE, SEED = 200, 6


def records(size: int = SIZE, seed: int = SEED, dirty: bool = False) -> Iterator[Table]:
    """Every table: its name, its header and its rows."""
    random = Random(seed)
    yield from tables(random, _clean(random, size), dirty)


def _clean(random: Random, size: int) -> Iterator[Table]:
    concerns, families, meetings, agreements = [], [], [], []
    for step, label in enumerate(QUARTERS):
        first, last = quarter(label)
        better = 0.06 * step  # the team learns
        for number in range(round(size * random.uniform(0.95, 1.05))):
            family = f"F{label}-{number:04d}"
            concerns += [
                [f"{family}-{each}", family, *_concern(random, day(random, first, last), better)]
                for each in range(random.choice((1, 1, 1, 2)))
            ]
            key_worker = random.random() < 0.78 + better
            met = key_worker and random.random() < 0.75 + better
            plan = yes(key_worker and random.random() < 0.72 + better)
            families.append(
                [label, family, yes(key_worker), plan, yes(met), yes(met), yes(met and random.random() < 0.95)]
            )
            if met and random.random() < 0.7:
                said = [yes(random.random() < share + better / 2) for share in (0.85, 0.86, 0.74, 0.45)]
                agreements.append([f"A{family}", family, day(random, first, last).isoformat(), *said])
            if random.random() < 0.4 and label != "2020Q3":  # a quarter without network meetings
                led_by = "outsider" if random.random() < 0.55 + better else "own"
                meetings.append([f"N{family}", day(random, first, last).isoformat(), led_by])
    yield "concerns", ["concern", "family", "raised", "reacted"], concerns
    yield (
        "families",
        ["quarter", "family", "key_worker", "joint_plan", "first_meeting", "key_worker_came", "resident_came"],
        families,
    )
    yield "network_meetings", ["meeting", "day", "led_by"], meetings
    yield "agreements", ["agreement", "family", "day", "concern", "actions", "responsible", "consequences"], agreements


def _concern(random: Random, when: date, better: float) -> tuple[str, str]:
    """When a concern was written down, and when somebody reacted: some on the last minute, some never."""
    raised = datetime.combine(when, time(random.randrange(7, 20), random.randrange(60)))
    luck = random.random()
    if luck < 0.04:
        return raised.isoformat(timespec="minutes"), ""
    minutes = 72 * 60 if luck < 0.08 else round(random.expovariate(1 / (60 * (44 - 150 * better))))
    return raised.isoformat(timespec="minutes"), (raised + timedelta(minutes=minutes)).isoformat(timespec="minutes")


if __name__ == "__main__":
    command(records, "an area team's process", SIZE, SEED)
