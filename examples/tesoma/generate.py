"""Invented records of a Tesoma-like alliance: a population of any size from 500, with the correlations that matter.

    python -m examples.tesoma.generate FOLDER [--size 800] [--seed 9] [--dirty]

No person in them is real. Age raises diagnoses, diagnoses raise costs, a care plan raises the chance of balance. With
``--dirty`` every table has rows such as real extracts have: repeated persons, blank ids and values, numbers that are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from examples import writing
from examples.writing import Row, Table, command, tables, yes

YEARS = (2021, 2022, 2023)
SIZE, SEED = 800, 9


@dataclass(frozen=True)
class Person:
    """An invented resident: an id, an age, whether they are listed at the station, and their illnesses."""

    id: str
    age: int
    listed: bool
    diabetes: bool
    coronary: bool


def person(random: Random, number: int) -> Person:
    """The invented resident of this number; older people are ill more often."""
    age = min(99, int(random.triangular(0, 95, 40)))
    risk = max(0.0, (age - 20) / 100)
    return Person(
        f"P{number:07d}", age, random.random() < 0.45, random.random() < 0.6 * risk, random.random() < 0.4 * risk
    )


def cents(value: float) -> str:
    """An amount of euros with two decimals."""
    return f"{value:.2f}"


def day(random: Random, year: int) -> str:
    """A day of the year."""
    return f"{year}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"


def diagnoses(random: Random, who: Person, year: int) -> Iterator[Row]:
    """A row for each diagnosis: whether a plan is made, and the latest HbA1c (mmol/mol) and LDL (mmol/l) of the year."""
    if not who.listed:
        return
    found = [code for code, ill in (("E11", who.diabetes), ("I25", who.coronary)) if ill]
    planned = random.random() < 0.56 + 0.06 * (year - 2021)
    sugar = random.gauss(47 if planned else 53, 7)
    fat = max(0.7, random.gauss(2.0 if planned else 2.6, 0.6))
    for code in found:
        made = planned and random.random() < 0.95
        cells = [f"{sugar:.0f}" if random.random() < 0.95 else "", f"{fat:.1f}" if random.random() < 0.95 else ""]
        moved = yes(random.random() < 0.03)
        yield [str(year), who.id, str(who.age), code, yes(made), *cells, moved]


def oral_clients(random: Random, who: Person, year: int) -> Iterator[Row]:
    """A row a visit to oral health care, and whether a care plan was made at it."""
    if who.listed and random.random() < 0.4:
        for _ in range(random.choice((1, 1, 2))):
            yield [who.id, str(who.age), day(random, year), yes(random.random() < 0.7)]


def rai(random: Random, who: Person, year: int) -> Iterator[Row]:
    """RAI assessments of home care clients; the score runs from 0 (independent) to 6."""
    if who.age >= 65 and random.random() < 0.8:
        score = random.randint(0, 5)
        for _ in range(random.choice((1, 2, 2, 2, 3))):
            yield [who.id, day(random, year), str(score)]
            score = min(6, max(0, score + random.choice((-1, 0, 0, 0, 1))))


def specialist_care(random: Random, who: Person, year: int) -> Iterator[Row]:
    """Invoices of the hospital district; a resident without any has one row of 0."""
    need = 0.1 + who.age / 250 + 0.25 * who.diabetes + 0.35 * who.coronary
    growth = (1.02 if who.listed else 1.035) ** (year - 2021)
    count = int(random.random() < need) + int(random.random() < need / 2)
    for number in range(count):
        yield [
            f"{who.id}-{year}-{number}",
            str(year),
            who.id,
            yes(who.listed),
            cents(growth * random.lognormvariate(7.0, 0.7)),
        ]
    if not count:
        yield [f"{who.id}-{year}", str(year), who.id, yes(who.listed), "0.00"]


def answers(random: Random, who: Person, year: int) -> Iterator[Row]:
    """Answers to the text message after a visit."""
    if who.listed and who.age >= 15 and random.random() < 0.35:
        yield [f"{who.id}-{year}", who.id, day(random, year), str(min(10, max(0, round(random.gauss(9.1, 1.6)))))]


Maker = Callable[[Random, Person, int], Iterator[Row]]
TABLES: dict[str, tuple[Row, Maker]] = {
    "diagnoses": (["year", "person", "age", "diagnosis", "care_plan", "hba1c", "ldl", "moved_away"], diagnoses),
    "oral_visits": (["person", "age", "day", "care_plan"], oral_clients),
    "rai_assessments": (["person", "day", "adl"], rai),
    "specialist_care": (["invoice", "year", "person", "listed", "amount"], specialist_care),
    "client_answers": (["reply", "person", "day", "answer"], answers),
}


def pupils(random: Random, persons: int) -> Iterator[Row]:
    """Answers of the school survey, each item from 1 to 5; it runs in the spring of odd years."""
    for year, number in ((year, number) for year in YEARS if year % 2 for number in range(max(120, persons // 12))):
        grade = random.choice((4, 5, 8, 9))
        mood = random.gauss(3.9 if grade < 8 else 3.5, 0.7)
        items = [str(min(5, max(1, round(random.gauss(mood, 0.6))))) for _ in range(5)]
        if random.random() < 0.04:
            items[random.randrange(5)] = ""
        yield [str(year), f"S{year}{number:06d}", str(grade), *items]


def partners(random: Random) -> Iterator[Row]:
    """Grades that partners give to the cooperation, from 1 to 5."""
    for year in YEARS:
        for _ in range(36):
            yield [str(year), str(min(5, max(1, round(random.gauss(4.1, 0.8)))))]


def records(persons: int = SIZE, seed: int = SEED, dirty: bool = False) -> Iterator[Table]:
    """Every table: its name, its header and its rows."""
    random = Random(seed)
    yield from tables(random, _clean(random, persons), dirty)


def _clean(random: Random, persons: int) -> Iterator[Table]:
    people = [person(random, number) for number in range(persons)]
    for name, (header, make) in TABLES.items():
        yield name, header, [row for year in YEARS for who in people for row in make(random, who, year)]
    survey = ["year", "pupil", "grade", "life", "health", "oral", "symptoms", "family"]
    yield "school_survey", survey, list(pupils(random, persons))
    yield "partner_answers", ["year", "grade"], list(partners(random))


def write(folder: Path, persons: int = SIZE, seed: int = SEED, dirty: bool = False) -> None:
    """Write every table as a CSV file into ``folder``."""
    writing.write(folder, records(persons, seed, dirty))


if __name__ == "__main__":
    command(records, "a Tesoma-like alliance", SIZE, SEED, least=500)
