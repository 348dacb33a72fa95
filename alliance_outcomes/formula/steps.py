"""Named formulas and the inputs they read: what a calculation is a list of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..problems import Place
from .nodes import Node


@dataclass(frozen=True, slots=True)
class Says:
    """A sentence in each language, with exact numbers to be written into it the way the language writes them."""

    texts: Mapping[str, str]
    values: Mapping[str, Fraction | str] = field(default_factory=dict)

    def template(self, language: str) -> str:
        """The sentence's text in ``language``, in English where it has none, any text failing that."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class Step:
    """A named formula: its role (amount, value, rule, score, weight, area, total, figure, clause or line) and where it is written."""

    name: str
    formula: Node
    role: str
    unit: str = ""
    says: Says | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A value that measured data gives: which fact or indicator, of which party and period.

    ``part`` is value, n, or category. ``least`` and ``most`` bound it where the contract states a range;
    a missing value of an input that is not ``required`` is read as no value.
    """

    name: str
    id: str
    period: str
    party: str = ""
    part: str = "value"
    unit: str = ""
    least: Fraction | None = None
    most: Fraction | None = None
    required: bool = True
    codes: tuple[str, ...] = ()
    place: Place | None = None
