"""An invented population of any size as Parquet files: Tesoma's tables, and visits by area; the same seed, the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

YEARS = (2020, 2021, 2022, 2023)
AREAS, MARKS = 300, 10
_CHUNK = 500_000
Columns = dict[str, Any]


def write(folder: Path, persons: int, seed: int = 9) -> int:
    """Write every table into ``folder``, one Parquet file each, and say how many events there are in all."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[Path]] = {}
    for year in YEARS:
        for first in range(0, persons, _CHUNK):
            random = np.random.default_rng([seed, year, first])
            people = _people(np.random.default_rng([seed, first]), first, min(_CHUNK, persons - first))
            for name, columns in _tables(random, people, year):
                part = folder / f"{name}.{year}.{first}.part"
                pl.DataFrame(columns).sample(fraction=1, shuffle=True, seed=seed).write_parquet(part)
                parts.setdefault(name, []).append(part)
    for name, files in parts.items():
        pl.scan_parquet(files).sink_parquet(folder / f"{name}.parquet")
    for part in (part for files in parts.values() for part in files):
        part.unlink()
    return sum(pl.scan_parquet(folder / f"{name}.parquet").select(pl.len()).collect().item() for name in parts)


def _people(random: np.random.Generator, first: int, count: int) -> Columns:
    age = np.minimum(99, random.triangular(0, 40, 95, count)).astype(np.int16)
    risk = np.maximum(0.0, (age - 20) / 100)
    return {
        "person": np.arange(first, first + count, dtype=np.int64),
        "age": age,
        "listed": random.random(count) < 0.45,
        "diabetes": random.random(count) < 0.6 * risk,
        "coronary": random.random(count) < 0.4 * risk,
        "area": random.integers(0, AREAS, count).astype(np.int16),
    }


def _tables(random: np.random.Generator, people: Columns, year: int) -> Iterator[tuple[str, Columns]]:
    yield "diagnoses", _diagnoses(random, people, year)
    yield "oral_visits", _oral_visits(random, people, year)
    yield "rai_assessments", _assessments(random, people, year)
    yield "specialist_care", _invoices(random, people, year)
    yield "client_answers", _answers(random, people, year)
    yield "school_survey", _survey(random, people, year)
    yield "partner_answers", {"year": _full(36, year), "grade": _likert(random, np.full(36, 4.1), 0.8)}
    if year == YEARS[-1]:
        yield "residents", _residents(random, people, year)


def _full(count: int, year: int) -> Any:
    return np.full(count, year, dtype=np.int16)


def _yes(test: Any) -> Any:
    return np.where(test, "yes", "no")


def _likert(random: np.random.Generator, middle: Any, spread: float) -> Any:
    return np.clip(np.rint(random.normal(middle, spread)), 1, 5).astype(np.int16)


def _days(random: np.random.Generator, year: int, count: int) -> Any:
    return np.datetime64(f"{year}-01-01") + random.integers(0, 365, count).astype("timedelta64[D]")


def _number(people: Columns, rows: Any, year: int, count: int) -> Any:
    """A number of its own for each row."""
    return (people["person"][rows] * 10 + count) * 10_000 + year


def _diagnoses(random: np.random.Generator, people: Columns, year: int) -> Columns:
    size = len(people["person"])
    planned = random.random(size) < 0.62 + 0.06 * (year - 2022)
    moved = random.random(size) < 0.03
    found = []
    for code, ill in (("E11", "diabetes"), ("I25", "coronary")):
        rows = np.flatnonzero(people[ill] & people["listed"])
        hba1c = np.rint(random.normal(np.where(planned, 47, 53), 7)).astype(np.int16)[rows]
        ldl = np.round(np.maximum(0.7, random.normal(np.where(planned, 2.0, 2.6), 0.6)), 1)[rows]
        gap = random.random((2, len(rows))) < 0.05
        found.append(
            pl.DataFrame(
                {
                    "year": _full(len(rows), year),
                    "person": people["person"][rows],
                    "age": people["age"][rows],
                    "diagnosis": np.full(len(rows), code),
                    "care_plan": _yes(planned[rows]),
                    "hba1c": pl.Series(hba1c).set(pl.Series(gap[0]), None),
                    "ldl": pl.Series(ldl).set(pl.Series(gap[1]), None),
                    "moved_away": _yes(moved[rows]),
                }
            )
        )
    return dict(pl.concat(found).to_dict())


def _oral_visits(random: np.random.Generator, people: Columns, year: int) -> Columns:
    visits = (people["listed"] & (random.random(len(people["age"])) < 0.4)) * random.integers(1, 3, len(people["age"]))
    rows = np.repeat(np.arange(len(visits)), visits)
    return {
        "person": people["person"][rows],
        "age": people["age"][rows],
        "day": _days(random, year, len(rows)),
        "care_plan": _yes(random.random(len(rows)) < 0.7),
    }


def _assessments(random: np.random.Generator, people: Columns, year: int) -> Columns:
    assessed = (people["age"] >= 65) & (random.random(len(people["age"])) < 0.8)
    rows = np.repeat(np.arange(len(assessed)), assessed * random.integers(1, 4, len(assessed)))
    adl = random.integers(0, 6, len(assessed))[rows] + random.integers(-1, 2, len(rows))
    return {
        "person": people["person"][rows],
        "day": _days(random, year, len(rows)),
        "adl": np.clip(adl, 0, 6).astype(np.int16),
    }


def _invoices(random: np.random.Generator, people: Columns, year: int) -> Columns:
    """Invoices in cents of euros; a resident without any has one row of 0."""
    need = 0.1 + people["age"] / 250 + 0.25 * people["diabetes"] + 0.35 * people["coronary"]
    size = len(need)
    count = (random.random(size) < need).astype(int) + (random.random(size) < need / 2)
    rows = np.repeat(np.arange(size), np.maximum(1, count))
    numbers = np.concatenate([[0], np.cumsum(rows[1:] == rows[:-1])]) % 10
    growth = np.where(people["listed"][rows], 1.02, 1.035) ** (year - YEARS[0])
    cents = np.rint(100 * growth * random.lognormal(7.0, 0.7, len(rows))).astype(np.int64)
    cents = np.where(count[rows] > 0, np.minimum(cents, 999_999_999), 0)
    return {
        "invoice": _number(people, rows, year, 0) + numbers * 10_000,
        "year": _full(len(rows), year),
        "person": people["person"][rows],
        "listed": _yes(people["listed"][rows]),
        "amount": cents / 100,
    }


def _answers(random: np.random.Generator, people: Columns, year: int) -> Columns:
    answered = people["listed"] & (people["age"] >= 15) & (random.random(len(people["age"])) < 0.35)
    rows = np.flatnonzero(answered)
    return {
        "reply": _number(people, rows, year, 0),
        "person": people["person"][rows],
        "day": _days(random, year, len(rows)),
        "answer": np.clip(np.rint(random.normal(9.1, 1.6, len(rows))), 0, 10).astype(np.int16),
    }


def _survey(random: np.random.Generator, people: Columns, year: int) -> Columns:
    """Answers of the school survey, in odd years."""
    rows = np.flatnonzero((people["age"] >= 10) & (people["age"] <= 15) & (year % 2 == 1))
    mood = random.normal(3.7, 0.7, len(rows))
    items = {name: _likert(random, mood, 0.6) for name in ("life", "health", "oral", "symptoms", "family")}
    grade = people["age"][rows] - 6
    return {"year": _full(len(rows), year), "pupil": people["person"][rows], "grade": grade, **items}


def _residents(random: np.random.Generator, people: Columns, year: int) -> Columns:
    """Every person once, with the area and marks of 0 to 99."""
    size = len(people["age"])
    marks = {f"mark_{n}": random.integers(0, 100, size).astype(np.int16) for n in range(MARKS)}
    return {
        "year": _full(size, year),
        "area": people["area"],
        "person": people["person"],
        "age": people["age"],
        **marks,
    }
