"""Series of published statistics (a price index, a population) as values by period: one kind of file a module, found by looking here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from ..numbers import parse_number


@dataclass(frozen=True, slots=True)
class Choice:
    """Which figures of a file make the series: by dimension or column the code that is meant.

    ``time`` and ``value`` name the dimension or column of the period and of the figure, where the kind of file has no name for it.
    """

    pick: Mapping[str, str]
    time: str = ""
    value: str = ""


class Reader(Protocol):
    """A kind of file: its ``KIND``, and its figures as they are written, by period."""

    KIND: str

    def read(self, data: bytes, choice: Choice) -> dict[str, str]:
        """The figures that ``choice`` picks, by the label of their period. Raises ValueError with a sentence."""


@cache
def kinds() -> dict[str, Reader]:
    """Every kind of file that a series is read from, by its name."""
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    return {module.KIND: module for module in modules if hasattr(module, "KIND")}


def label_of(text: str) -> str:
    """A period as contracts call it: 2023M04 and 2023-04 are 2023-04, 2023Q2 and 2023-Q2 are 2023Q2."""
    text = text.strip()
    if len(text) == 7 and text[4] == "M":
        return f"{text[:4]}-{text[5:]}"
    return text.replace("-Q", "Q").replace("-H", "H")


def only_one(found: dict[str, str], label: str, figure: str, beside: str) -> None:
    """Keep a figure. Raises ValueError where the period has one already: the choice leaves several."""
    if label in found:
        raise ValueError(f"{label} has several figures; pick one by {beside}")
    parse_number(figure)
    found[label] = figure
