"""A query: a small file beside the data that names a database and one SELECT of it; it never holds a password."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated

from pydantic import AfterValidator, Field

from ..contract.located import Table as Written
from ..contract.located import find
from ..contract.parts import Part, Reads, Words, refuse, to_positive
from ..contract.reading import read_document
from ..contract.validating import in_order, validated
from ..problems import ContractError, DataError, Problem, UsageError, did_you_mean
from . import databases

LONGEST_SECONDS = 3600
Rows = tuple[Sequence[str], Iterable[Sequence[object]]]


def known_databases() -> list[str]:
    """The databases that can be read, by name."""
    return sorted(module.name for module in iter_modules(databases.__path__))


def to_database(name: str) -> str:
    """The name of a database that can be read (AO103)."""
    if name not in known_databases():
        raise refuse("AO103", f"{name} cannot stand here.", did_you_mean(name, known_databases()))
    return name


def to_variable(name: str) -> str:
    """The name of an environment variable (AO538): a password or an address never stands in a file."""
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", name, re.ASCII):
        sentence = "This is not the name of an environment variable, and a connection never stands in a file."
        raise refuse("AO538", sentence, "Put the connection in a variable such as CARE_DATABASE, and name that here.")
    return name


def to_seconds(value: object) -> Fraction:
    """A number of seconds above 0, an hour at most (AO112)."""
    seconds = to_positive(value)
    if seconds > LONGEST_SECONDS:
        raise refuse("AO112", f"{seconds} seconds are more than an hour.", "Write at most 3600.")
    return seconds


class Stated(Part):
    """What the file of a query says."""

    database: Annotated[Words, AfterValidator(to_database)] = Field(description="sqlite, duckdb or postgresql.")
    file: Words | None = Field(
        default=None, description="The file of the database, in the folder of this one or below."
    )
    environment: Annotated[Words, AfterValidator(to_variable)] | None = Field(
        default=None, description="The environment variable that holds the connection string of a server."
    )
    select: Words = Field(description="One SELECT; its columns are the columns of the data.")
    time_limit: Annotated[Fraction, Reads(to_seconds, {"type": ["number", "string"]})] = Field(
        default=Fraction(60), description="Seconds after which the query is stopped."
    )


Stated.model_rebuild()


@dataclass(frozen=True, slots=True)
class Query:
    """A query as its file states it, and where its parts stand."""

    path: Path
    stated: Stated
    written: Written

    @property
    def seconds(self) -> float:
        """The time limit."""
        return float(self.stated.time_limit)

    def file(self) -> Path:
        """The file of the database: a regular one in the folder of the query, or below it (AO538)."""
        name = self.stated.file
        if name is None:
            raise self._wrong(f"{self.stated.database} needs the file of the database.", "Add file: NAME.", ())
        root, found = self.path.parent.resolve(), (self.path.parent / name).resolve()
        if not found.is_relative_to(root):
            sentence = f"{name} lies outside the folder of {self.path.name}."
            raise self._wrong(sentence, "Keep the database beside the query, or below it.", ("file",))
        if not found.is_file():
            raise self._wrong(f"There is no file {name}.", "Check the name.", ("file",))
        return found

    def connection(self) -> str:
        """What the environment variable holds. Raises UsageError (AO051) where it is not set."""
        name = self.stated.environment
        if name is None:
            hint = "Add environment: NAME; the variable holds what psql would take, such as service=care."
            raise self._wrong(f"{self.stated.database} needs a connection.", hint, ())
        if not (held := os.environ.get(name)):
            sentence = f"The environment variable {name} is not set."
            raise UsageError(Problem("AO051", sentence, "Set it to what psql would take, such as service=care."))
        return held

    def refused(self, why: str) -> DataError:
        """The refusal of a statement that is not one SELECT, or would do more than read (AO535)."""
        return self._failed("AO535", f"The query is not one SELECT that only reads: {why}.", "Write one SELECT.")

    def late(self) -> DataError:
        """The refusal of a query that took too long (AO536)."""
        sentence = f"The query took longer than {self.stated.time_limit} seconds, and was stopped."
        return self._failed("AO536", sentence, "Ask for less, or raise time_limit.")

    def failed(self, why: str) -> DataError:
        """What else went wrong with the database (AO537); ``why`` never holds a value of a row."""
        return self._failed("AO537", f"{self.stated.database} could not answer: {why}.", "Mend the query or the file.")

    def _failed(self, code: str, sentence: str, instead: str) -> DataError:
        return DataError(Problem(code, sentence, instead, find(self.written, ("select",))))

    def _wrong(self, sentence: str, instead: str, path: tuple[str, ...]) -> ContractError:
        return ContractError(Problem("AO538", sentence, instead, find(self.written, path)))

    def opened(self) -> AbstractContextManager[Rows]:
        """The names of the columns and the rows, as the database gives them (AO535, AO536, AO537)."""
        open_: Callable[[Query], AbstractContextManager[Rows]] = import_module(
            f"{databases.__name__}.{self.stated.database}"
        ).opened
        return open_(self)


def read_query(path: Path) -> Query:
    """The query in a file. Raises ContractError for a faulty one (AO0xx, AO1xx)."""
    document = read_document(path)
    problems = list(document.problems)
    stated = validated(Stated, document.root, problems)
    if stated is None or problems:
        raise ContractError(in_order(problems))
    return Query(path, stated, document.root)
