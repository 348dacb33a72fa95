"""Where numbers come from: which are covered by a source, which are assumed, which by neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..problems import Place
from .located import Listing, Table, Text
from .model import Contract

Path = tuple[str | int, ...]
_DIGIT = re.compile(r"(?<![A-Za-z0-9_.])(?<![A-Za-z0-9_]-)\d")
# Identity, dates and layout: no terms of payment stand here.
_NOT_TERMS = {
    "contract",
    "title",
    "diary_number",
    "periods",
    "parties",
    "decisions",
    "terms",
    "follows",
    "approvals",
    "yearly_report",
}
_NOT_NUMBERS = {
    "unit",
    "from",
    "to",
    "clause",
    "decision",
    "why",
    "title",
    "reference",
    "source_system",
    "population",
    "owner",
    "schedule",
    "range",
}


@dataclass(frozen=True, slots=True)
class Assumption:
    """A place in the contract below which numbers are assumed, and the reason it gives."""

    path: Path
    reason: str
    place: Place | None


def uncovered_numbers(contract: Contract) -> Iterator[tuple[Path, Place | None]]:
    """The numbers that neither ``source`` nor ``assumed`` covers, by path."""
    for path, text, cover in _numbers_of(contract):
        if cover is None:
            yield path, text.place


def assumptions(contract: Contract) -> list[Assumption]:
    """The assumptions that cover at least one number each, in the order of the file; then those of definitions.

    A definition's assumption is about what is counted and how, a contract's about what is paid for it: both are listed.
    """
    covers: dict[tuple[Path, Place], Text] = {}
    for _, _, cover in _numbers_of(contract):
        if cover is not None and cover[1] == "assumed":
            covers.setdefault((cover[0], cover[2].place), cover[2])
    own = [Assumption(path, str(text), place) for (path, place), text in covers.items()]
    return [*own, *(Assumption(path, str(text), text.place) for path, text in contract.assumed_in_definitions.items())]


Cover = tuple[Path, str, Text]


def _numbers_of(contract: Contract) -> Iterator[tuple[Path, Text, Cover | None]]:
    """The numbers in force, each with what covers it in the file that states it."""
    document = contract.document
    if not document.layers:
        yield from _numbers(document.written, (), None)
        return
    in_force = {id(text) for _, text, _ in _numbers(document.written, (), None)}
    for layer in document.layers:
        yield from (each for each in _numbers(layer, (), None) if id(each[1]) in in_force)


def _numbers(value: object, path: Path, cover: Cover | None) -> Iterator[tuple[Path, Text, Cover | None]]:
    if isinstance(value, Table):
        for word in ("source", "assumed"):
            if isinstance(stated := value.get(word), Text):
                cover = (path, word, stated)
        for key, below in value.items():
            if key in ("source", "assumed", "intended") or key in _NOT_NUMBERS or (not path and key in _NOT_TERMS):
                continue
            yield from _numbers(below, (*path, key), cover)
    elif isinstance(value, Listing):
        for index, below in enumerate(value):
            yield from _numbers(below, (*path, index), cover)
    elif isinstance(value, Text) and _DIGIT.search(value):
        yield path, value, cover
