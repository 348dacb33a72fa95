"""Text, tables and lists that remember where in a file they were written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..problems import Place, Problem


class Text(str):
    """A scalar as it was written. ``inside`` is the place of its first letter; a block spans several lines."""

    __slots__ = ("inside", "one_line", "place")
    place: Place
    inside: Place
    one_line: bool

    def __new__(cls, text: str, place: Place, inside: Place | None = None, one_line: bool = True) -> Text:
        made = super().__new__(cls, text)
        made.place, made.inside, made.one_line = place, inside or place, one_line
        return made

    def __getnewargs__(self) -> tuple[str, Place, Place, bool]:  # type: ignore[override]  # made of more than letters
        """What it is made of, so that a contract can be handed to another process."""
        return str(self), self.place, self.inside, self.one_line

    def locate(self, at: int, width: int) -> Place:
        """The place of ``width`` letters that start at offset ``at``."""
        return self.inside.shifted(at, width) if self.one_line else self.place


class Table(dict[str, object]):
    """A mapping as it was written; ``keys_at`` holds the place of each key."""

    __slots__ = ("keys_at", "place")

    def __init__(
        self, place: Place, entries: dict[str, object] | None = None, keys_at: dict[str, Place] | None = None
    ) -> None:
        super().__init__(entries or {})
        self.place = place
        self.keys_at: dict[str, Place] = keys_at or {}

    def over(self, defaults: Table) -> Table:
        """This table, with what it leaves out taken from ``defaults``; every entry keeps its place.

        What is said of what was written there (``source``, ``assumed``, ``intended``) is not taken over.
        """
        taken = {key: value for key, value in defaults.items() if key not in ("source", "assumed", "intended")}
        return Table(self.place, {**taken, **self}, {**defaults.keys_at, **self.keys_at})


class Listing(list[object]):
    """A sequence as it was written."""

    __slots__ = ("place",)

    def __init__(self, place: Place, items: list[object] | None = None) -> None:
        super().__init__(items or [])
        self.place = place


Written = Text | Table | Listing | None


@dataclass(frozen=True, slots=True)
class Amended:
    """A file whose terms an amendment changed: they settle the periods that end before ``until``; ``lines`` are its text."""

    file: str
    until: date
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read: its name, its lines (for carets) and its outermost table.

    ``written`` is that table before defaults and definitions were filled in, where they were. Of a file that amends another,
    ``root`` holds both; ``layers`` are the tables of the files it was made of, the amended first, and ``amended`` those files,
    the newest first.
    """

    file: str
    lines: tuple[str, ...]
    root: Table = field(repr=False)
    problems: tuple[Problem, ...] = ()
    written: Table | None = field(default=None, repr=False)
    layers: tuple[Table, ...] = field(default=(), repr=False)
    amended: tuple[Amended, ...] = ()


def place_of(value: object) -> Place | None:
    """Where ``value`` was written, or None for a value that no file holds."""
    return getattr(value, "place", None)


def _entry(listing: Listing, name: str) -> object:
    """The entry of a list of named entries that is called ``name``, or the list where none is."""
    return next((each for each in listing if isinstance(each, Table) and name in each), listing)


def child(here: object, step: str | int) -> object:
    """What ``step`` leads to from ``here``, or ``here`` where nothing was written for it."""
    if isinstance(here, Listing) and isinstance(step, str):
        here = _entry(here, step)
    if isinstance(here, Table) and isinstance(step, str):
        return here.get(step, here)
    return here[step] if isinstance(here, Listing) and isinstance(step, int) and step < len(here) else here


def find(root: object, path: tuple[str | int, ...], key: bool = False) -> Place | None:
    """The place of the value at ``path`` below ``root``, or of its nearest written ancestor.

    With ``key`` the place of its key, or of that ancestor's. Steps that nothing was written for are passed over. An entry of a
    list of named entries (``- name: ...``) is found by its name.
    """
    here, place = root, place_of(root)
    for step in path:
        if isinstance(here, Listing) and isinstance(step, str):
            here = _entry(here, step)
        if isinstance(here, Table) and isinstance(step, str) and step in here:
            value = here[step]
            place = here.keys_at.get(step) if key or place_of(value) is None else place_of(value)
            here = value
        elif isinstance(here, Listing) and isinstance(step, int) and step < len(here):
            here = here[step]
            place = place_of(here) or place
    return place
