"""Problems as values: where something is wrong, what it is, why it matters and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file a person wrote. Lines and columns count from 1; ``width`` is in characters.

    ``excerpt`` is the line itself where it is not read from the file again: never one that is about a person.
    ``address`` says the place where the file is no text, in its own words: ``Sheet1!C7``.
    """

    file: str
    line: int = 1
    column: int = 1
    width: int = 1
    excerpt: str = field(default="", compare=False, repr=False)
    address: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.address or f'{self.line}:{self.column}'}"

    def shifted(self, columns: int, width: int = 1) -> Place:
        """The place ``columns`` further right on the same line."""
        return Place(self.file, self.line, self.column + columns, width, self.excerpt, self.address)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable code, a sentence that says what is wrong and why, and what to write instead.

    An ``error`` is refused wherever the contract is used; a ``warning`` is only told by checks.
    """

    code: str
    sentence: str
    instead: str = ""
    place: Place | None = None
    other: Place | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        also = f" (see also {self.other})" if self.other else ""
        hint = f" {self.instead}" if self.instead else ""
        return f"{where}{self.said}{hint}{also}"

    @property
    def said(self) -> str:
        """The code and the sentence, and where it is only that, that it is a warning."""
        return f"{self.code} {'warning: ' if self.severity == 'warning' else ''}{self.sentence}"


class AllianceError(Exception):
    """Base of every refusal. ``problems`` holds everything that was found, in the order of the file."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in found))
        self.problems: tuple[Problem, ...] = found


class ContractError(AllianceError):
    """The contract file, or a definition it names, is wrong."""


class DataError(AllianceError):
    """The measured data is wrong or does not fit the contract."""


class UsageError(AllianceError):
    """The question cannot be answered as asked: a missing option, file or extra."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``, or None where none is near: for "did you mean" hints."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence naming the nearest known word, or all of them where they are few; empty where nothing helps."""
    candidates = sorted(set(known) - {""})
    match = nearest(word, candidates)
    if match:
        return f"Did you mean {match}?"
    return f"Known here: {', '.join(candidates)}." if 0 < len(candidates) <= 12 else ""
