"""Tesoma's nine from records by a plain loop: the standard library, and nothing of this package."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

NUMBER = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,4})?")
BLANK = ("", "..")
Cells = dict[str, str]


def rows_of(folder: Path, table: str) -> list[Cells]:
    """The rows of a table, without the spaces around cells."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{name: cell.strip() for name, cell in row.items()} for row in csv.DictReader(file)]


def known(text: str) -> Fraction | None:
    """The number of a cell, None where it holds none that can be read."""
    return Fraction(text) if NUMBER.fullmatch(text) else None


def is_day(text: str) -> bool:
    """Whether a cell holds a day of the calendar."""
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def bad(text: str) -> bool:
    """Whether a cell holds something that is no number."""
    return text not in BLANK and known(text) is None


def by_key(rows: list[Cells], columns: tuple[str, ...]) -> list[tuple[Cells, bool]]:
    """Each different row of these columns, the first of which numbers them; and whether no other has its number."""
    different = dict.fromkeys(tuple(row[name] for name in columns) for row in rows)
    counts = Counter(row[0] for row in different)
    return [(dict(zip(columns, row, strict=True)), counts[row[0]] == 1) for row in different]


def diagnosed(folder: Path, year: str, numbers: tuple[str, ...]) -> dict[str, list[Cells]]:
    """The rows of each patient of 18 to 65 with one of the diagnoses; none of whose rows is unreadable or moved away."""
    patients: dict[str, list[Cells]] = defaultdict(list)
    out = set()
    for row in rows_of(folder, "diagnoses"):
        age, sick = known(row["age"]), row["diagnosis"] in ("E11", "I25")
        inside = age is not None and 18 <= age <= 65 and sick
        if row["year"] != year or row["person"] in BLANK or not (inside or bad(row["age"])):
            continue
        if bad(row["age"]) or any(bad(row[name]) for name in numbers) or row["moved_away"] == "yes":
            out.add(row["person"])
        patients[row["person"]].append(row)
    return {person: rows for person, rows in patients.items() if person not in out}


def care_plan(folder: Path, year: str) -> tuple[int, int]:
    """How many patients have a plan for each of their diagnoses, of how many."""
    patients = diagnosed(folder, year, ())
    return sum(all(row["care_plan"] == "yes" for row in rows) for rows in patients.values()), len(patients)


def balanced(row: Cells) -> bool:
    """LDL below 2.6, and for a diabetic HbA1c below 53."""
    fat, sugar = known(row["ldl"]), known(row["hba1c"])
    low = fat is not None and fat < Fraction("2.6")
    return low and (row["diagnosis"] not in (*BLANK, "E11") or (sugar is not None and sugar < 53))


def balance(folder: Path, year: str) -> tuple[int, int]:
    """How many patients are in balance, of how many."""
    patients = diagnosed(folder, year, ("ldl", "hba1c"))
    return sum(all(balanced(row) for row in rows) for rows in patients.values()), len(patients)


def oral(folder: Path, year: str) -> tuple[int, int]:
    """How many adult clients of oral health care have a plan, of how many."""
    planned: dict[str, bool] = {}
    out = set()
    for row in rows_of(folder, "oral_visits"):
        age = known(row["age"])
        if not is_day(row["day"]):
            if (age is not None and age >= 18) or bad(row["age"]):
                out.add("")  # a visit of no day is nobody's
            continue
        if row["day"][:4] != year or row["person"] in BLANK:
            continue
        if bad(row["age"]):
            out.add(row["person"])
        elif age is not None and age >= 18:
            planned[row["person"]] = planned.get(row["person"], False) or row["care_plan"] == "yes"
    kept = [made for person, made in planned.items() if person not in out]
    return sum(kept), len(kept)


def function(folder: Path, year: str) -> tuple[int, int]:
    """How many home care clients stayed or improved from the first to the last assessment of the year."""
    days: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    out = set()
    for row in rows_of(folder, "rai_assessments"):
        if row["day"][:4] != year or not is_day(row["day"]) or row["person"] in BLANK:
            continue
        score = known(row["adl"])
        if bad(row["adl"]) or (score is not None and score < 0):
            out.add(row["person"])
        elif score is not None:
            days[row["person"]].append((row["day"], score))
    pairs = [(min(found), max(found)) for person, found in days.items() if person not in out]
    changed = [(first, last) for first, last in pairs if first[0] != last[0]]
    return sum(last[1] <= first[1] for first, last in changed), len(changed)


def cost(folder: Path, year: str, listed: bool) -> Fraction:
    """The mean cost of a resident, or of a listed client."""
    totals: dict[str, Fraction] = defaultdict(Fraction)
    columns = ("invoice", "year", "person", "amount", *(["listed"] if listed else []))
    out = set()
    for row, sole in by_key(rows_of(folder, "specialist_care"), columns):
        if row["year"] != year or row["person"] in BLANK or (listed and row["listed"] != "yes"):
            continue
        amount = known(row["amount"])
        if bad(row["amount"]) or not sole:
            out.add(row["person"])
        elif amount is not None:
            totals[row["person"]] += amount
    kept = [min(total, Fraction(100_000)) for person, total in totals.items() if person not in out]
    return sum(kept, Fraction(0)) / len(kept)


def promoters(folder: Path, year: str) -> Fraction:
    """The net promoter score of the answers."""
    points = []
    for row, sole in by_key(rows_of(folder, "client_answers"), ("reply", "day", "answer")):
        answer = known(row["answer"])
        if sole and row["day"][:4] == year and is_day(row["day"]) and answer is not None and 0 <= answer <= 10:
            points.append(1 if answer >= 9 else -1 if answer <= 6 else 0)
    return Fraction(100 * sum(points), len(points))


def partners(folder: Path, year: str) -> Fraction:
    """The mean grade of the partners."""
    grades = [known(row["grade"]) for row in rows_of(folder, "partner_answers") if row["year"] == year]
    fine = [grade for grade in grades if grade is not None and 1 <= grade <= 5]
    return sum(fine, Fraction(0)) / len(fine)


def school(folder: Path, year: str, grades: tuple[int, ...], items: tuple[str, ...]) -> Fraction:
    """The mean index of the pupils of some grades, 0 to 100."""
    best: dict[str, Fraction] = {}
    out = set()
    for row in rows_of(folder, "school_survey"):
        grade = known(row["grade"])
        if row["year"] != year or row["pupil"] in BLANK or not (grade in grades or bad(row["grade"])):
            continue
        marks = [known(row[item]) for item in items]
        present = [mark for mark in marks if mark is not None]
        if bad(row["grade"]) or any(bad(row[item]) for item in items):
            out.add(row["pupil"])
        elif len(present) == len(items):
            index = sum(((mark - 1) * 25 for mark in present), Fraction(0)) / len(items)
            if not 0 <= index <= 100:
                out.add(row["pupil"])
            best[row["pupil"]] = max(index, best.get(row["pupil"], index))
    kept = [index for pupil, index in best.items() if pupil not in out]
    return sum(kept, Fraction(0)) / len(kept)


def nine(folder: Path, year: str = "2023", before: tuple[Fraction, Fraction] | None = None) -> dict[str, Fraction]:
    """The nine values; ``before`` are the costs per client of the year before, where no record is of it."""
    then = str(int(year) - 1)
    own, city = before or (cost(folder, then, True), cost(folder, then, False))
    surveyed = year if int(year) % 2 else then  # the schools are asked in odd years
    return {
        "primary_school_wellbeing": school(folder, surveyed, (4, 5), ("life", "health", "oral")),
        "lower_secondary_wellbeing": school(folder, surveyed, (8, 9), ("health", "symptoms", "oral", "family")),
        "chronic_care_plan": Fraction(*care_plan(folder, year)),
        "chronic_care_balance": Fraction(*balance(folder, year)),
        "oral_care_plan": Fraction(*oral(folder, year)),
        "home_care_function": Fraction(*function(folder, year)),
        "specialist_cost_growth_gap": cost(folder, year, True) / own - cost(folder, year, False) / city,
        "client_nps": promoters(folder, year),
        "partner_satisfaction": partners(folder, year),
    }
