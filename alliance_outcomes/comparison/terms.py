"""Which terms differ between two versions of a contract, whatever their order, comments and ways of writing numbers.

A change is breaking where a settlement, the data it needs or a right of a party can differ by it. Words (titles, sources,
reasons), what nothing computes from, and what is added or taken out and read by nothing, are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from ..checks.lint.base import Linted
from ..contract.located import Listing, Table, child
from ..contract.model import Contract
from ..contract.outcomes import Goal, WhenMissing
from ..contract.parts import Dated, Formula, Part
from ..contract.periods import holding, periods_of
from ..contract.terms import Amount, ShareEntry
from ..problems import Place

Path = tuple[str | int, ...]
# Keys whose values nobody is paid, measured or bound by.
WORDS = frozenset(
    {
        "contract", "follows", "title", "goal_text", "source", "assumed", "intended", "owner", "schedule", "reference",
        "source_system", "clause", "decision", "decisions", "why", "diary_number", "business_id", "confidential",
        "direction", "goal", "yearly_report", "status",
    }
)  # fmt: skip
_BY_ID = ("indicators", "inputs", "components", "levels", "outcomes", "values", "attributes")
_READ = ("facts", "amounts", "figures", "tables", "splits")
_ONE_VALUE = (Goal, WhenMissing)


@dataclass(frozen=True, slots=True)
class Change:
    """One term that differs: where it stands in each version, and what was written there (empty where it is not there)."""

    path: Path
    kind: Literal["added", "removed", "changed"]
    breaking: bool
    old: str
    new: str
    old_place: Place | None
    new_place: Place | None

    @property
    def section(self) -> str:
        """The top-level key it stands under."""
        return str(self.path[0])


def changes(old: Contract, new: Contract) -> list[Change]:
    """The terms that differ, in the order of the language's sections."""
    return list(_Comparison(old, new).parts((), old, new, (), ()))


class _Comparison:
    def __init__(self, old: Contract, new: Contract) -> None:
        self.old, self.new = old, new
        self.read = Linted(old, ()).used | Linted(new, ()).used
        self.labels = sorted({each.label for contract in (old, new) for each in periods_of(contract.periods)})

    def parts(self, path: Path, old: Part, new: Part, at: Path, there: Path) -> Iterator[Change]:
        """Changes of two parts of one kind, key by key; of two kinds, the whole."""
        if type(old) is not type(new):
            yield self.changed(path, at, there)
            return
        for name, spec in type(old).model_fields.items():
            if name == "defaults":  # they stand in each indicator by now
                continue
            key = spec.alias or name
            before, after = getattr(old, name), getattr(new, name)
            if isinstance(old, ShareEntry) and name == "shares":  # written beside the day, not below a key
                yield from self.values(path, before, after, at, there)
                continue
            if isinstance(old, Amount) and isinstance(new, Amount) and name == "values" and not (old.by or new.by):
                before, after = self._told_apart(before, after)
            yield from self.values((*path, key), before, after, (*at, key), (*there, key))

    def values(self, path: Path, old: object, new: object, at: Path, there: Path) -> Iterator[Change]:
        """Changes of two values of one key."""
        if self.same(old, new):
            return
        if _nested(old) and _nested(new):
            before, after = _entries(old), _entries(new)
            for name in [*before, *(name for name in after if name not in before)]:
                inner = (*path, name)
                if name not in after:
                    yield self.removed(inner, (*at, before[name][0]))
                elif name not in before:
                    yield self.added(inner, (*there, after[name][0]))
                else:
                    (step, one), (other, two) = before[name], after[name]
                    yield from self.values(inner, one, two, (*at, step), (*there, other))
        elif isinstance(old, Part) and isinstance(new, Part) and not isinstance(old, _ONE_VALUE):
            yield from self.parts(path, old, new, at, there)
        elif _empty(old):
            yield self.added(path, there)
        elif _empty(new):
            yield self.removed(path, at)
        else:
            yield self.changed(path, at, there)

    def _told_apart(
        self, old: Mapping[str, Fraction], new: Mapping[str, Fraction]
    ) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """Values by period without those that the other version has too, as an entry or as one that holds on."""

        def kept(own: Mapping[str, Fraction], other: Mapping[str, Fraction]) -> dict[str, Fraction]:
            told = {}
            for label, value in own.items():
                held = holding(list(other.items()), sorted({*self.labels, label}), label)
                if held != (True, value):
                    told[label] = value
            return told

        return kept(old, new), kept(new, old)

    def same(self, old: object, new: object) -> bool:
        """Whether two values mean the same in every period of either version."""
        return bool(self._plain(old) == self._plain(new))

    def _plain(self, value: object) -> Any:
        if isinstance(value, Formula):
            return value.node
        if isinstance(value, Dated):
            held = None if value.name else tuple(holding(value.entries, self.labels, label) for label in self.labels)
            return (value.name, held)
        if isinstance(value, Part):
            fields = type(value).model_fields
            return (type(value), {name: self._plain(getattr(value, name)) for name in fields if name != "defaults"})
        if isinstance(value, Mapping):
            return {key: self._plain(each) for key, each in value.items()}
        if isinstance(value, tuple | list):
            return [self._plain(each) for each in value]
        return value

    def added(self, path: Path, there: Path) -> Change:
        """Something that only the new version has."""
        text, place = _written(self.new, there)
        return Change(path, "added", self.breaking(path), "", text, None, place)

    def removed(self, path: Path, at: Path) -> Change:
        """Something that only the old version has."""
        text, place = _written(self.old, at)
        return Change(path, "removed", self.breaking(path), text, "", place, None)

    def changed(self, path: Path, at: Path, there: Path) -> Change:
        """Something that both versions have, and say otherwise."""
        (before, place), (after, other) = _written(self.old, at), _written(self.new, there)
        return Change(path, "changed", self.breaking(path), before, after, place, other)

    def breaking(self, path: Path) -> bool:
        """Whether a settlement, the data it needs or a right of a party can differ by a change here."""
        if path[0] in WORDS or any(_is_word(*steps) for steps in pairwise(path[1:])):
            return False
        return not (path[0] in _READ and len(path) > 1 and path[1] not in self.read)


def _is_word(above: str | int, step: str | int) -> bool:
    """Whether a key is one of words: not an id that is spelt like one, and not the goal that a rule scores by."""
    return step in WORDS and above not in _BY_ID and (above, step) != ("score", "goal")


def _nested(value: object) -> bool:
    """Whether a value has entries that are told one by one: by id, or parts in a list; a title has not."""
    if isinstance(value, dict):
        return not value or not all(isinstance(each, str) for each in value.values())
    return isinstance(value, tuple) and any(isinstance(each, Part) for each in value)


def _entries(value: object) -> dict[str | int, tuple[str | int, object]]:
    """Entries by what tells them from one another, each with the step that leads to it."""
    if isinstance(value, dict):
        return {key: (key, each) for key, each in value.items()}
    found: dict[str | int, tuple[str | int, object]] = {}
    assert isinstance(value, tuple)
    for index, each in enumerate(value):
        day = getattr(each, "first", None) or getattr(each, "day", None)
        name: str | int = str(day) if day else index
        while name in found:
            name = f"{name}'"
        found[name] = (index, each)
    return found


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, dict | tuple) and not value)


def _written(contract: Contract, path: Path) -> tuple[str, Place | None]:
    """What was written at ``path``, on one line, and its place; what is not written there has neither."""
    here: object = contract.document.root
    for step in path:
        inner = child(here, step)
        if inner is here and not isinstance(here, Listing):
            return "", contract.place(*path, key=True)
        here = inner
    return _one_line(here), contract.place(*path, key=True)


def _one_line(value: object) -> str:
    if isinstance(value, Table):
        return "{" + ", ".join(f"{key}: {_one_line(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Listing):
        return "[" + ", ".join(_one_line(each) for each in value) + "]"
    return " ".join(str(value).split()) if value is not None else ""
