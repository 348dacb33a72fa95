"""The compiled calculation: what the readers read and a settlement is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..formula.steps import Input, Step
from ..ledger import Entry
from ..numbers import Rounding
from ..problems import Place


@dataclass(frozen=True, slots=True)
class IndicatorForm:
    """An indicator of the calculation, by the names of its formulas (empty where there is none).

    ``age`` counts the periods its value was carried; ``n`` is how many were measured, ``minimum_n`` how many
    are needed; ``held`` marks one whose weight is held back while it is missing.
    """

    id: str
    area: str
    value: str
    score: str = ""
    weight: Fraction | None = None
    age: str = ""
    n: str = ""
    minimum_n: int = 0
    held: bool = False
    unit: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class AreaForm:
    """A result area: the name of its score, its stated weight, and the name of the weight that counts, if it can change."""

    id: str
    score: str
    weight: Fraction
    counted_weight: str = ""


@dataclass(frozen=True, slots=True)
class Calculation:
    """One period of a contract, compiled. ``steps`` are in an order in which each reads only what stands before it."""

    contract: str
    period: str
    currency: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    indicators: tuple[IndicatorForm, ...]
    areas: tuple[AreaForm, ...]
    score: str
    entries: tuple[Entry, ...]
    rounding: Rounding | None
    paid: Mapping[str, str]
    held: Mapping[str, str]
    held_weight: str

    def step(self, name: str) -> Step | None:
        """The named formula, or None for an input or an unknown name."""
        return next((step for step in self.steps if step.name == name), None)
