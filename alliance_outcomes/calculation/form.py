"""The compiled calculation: what the readers read and a settlement is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..formula.nodes import Across, Node, names
from ..formula.steps import Input, Step
from ..ledger import Entry
from ..numbers import Rounding, to_text
from ..problems import Place, Problem


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
class Need:
    """A value that must be there once the data is read: ``name``, wherever ``given`` has a value (empty: always)."""

    name: str
    id: str
    given: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """A computed value that must lie in the range that the contract states for it."""

    name: str
    id: str
    least: Fraction | None
    most: Fraction | None
    place: Place | None = None


def outside(given: Input | Within, value: Fraction | None, whose: str, place: Place | None) -> Problem | None:
    """What is wrong with a value outside the range that the contract, or its unit, states; None where nothing is."""
    low, high = given.least, given.most
    if value is None or ((low is None or value >= low) and (high is None or value <= high)):
        return None
    ends = [
        f"at least {to_text(low)}" if low is not None else "",
        f"at most {to_text(high)}" if high is not None else "",
    ]
    sentence = f"{to_text(value)} for {given.id}{whose} lies outside its range, {' and '.join(filter(None, ends))}."
    hint = "Check the value and its unit."
    if high is not None and value > high and (low is None or low <= value / 100 <= high):
        smaller = to_text(value / 100)
        percent = f"{to_text(value)} % or {smaller}" if getattr(given, "unit", "share").startswith("share") else smaller
        hint = f"It looks 100 times too large: write {percent}."
    return Problem("AO510", sentence, hint, place)


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
    needs: tuple[Need, ...] = ()
    within: tuple[Within, ...] = ()
    budget: Node | None = None  # the most that the contract may pay; nothing is computed with it

    def scoring_only(self) -> Calculation:
        """The part that values and scores depend on: no payments, and none of the facts that only they read."""
        wanted = {self.score, *(form.score for form in self.areas), *(form.counted_weight for form in self.areas)}
        for form in self.indicators:
            wanted |= {form.value, form.score, form.age, form.n}
        return self._part(wanted)

    def reading(self, wanted: set[str]) -> Calculation:
        """The part that the named steps and inputs depend on, as formulas only: no areas, no payments."""
        return replace(self._part(set(wanted)), indicators=(), areas=(), score="")

    def for_one_payee(self) -> Calculation:
        """The calculation as one payee's alone: what is read across payees becomes an input, of part ``frozen``.

        The steps that only results across payees needed go. A calculation of one alliance stays as it is.
        """
        across = [step for step in self.steps if isinstance(step.formula, Across)]
        if not across:
            return self
        frozen = tuple(
            Input(step.name, step.name, self.period, part="frozen", unit=step.unit, required=False, place=step.place)
            for step in across
        )
        others = {name for step in across for name in names(step.formula)}
        kept = [step for step in self.steps if step not in across]
        while unread := {step.name for step in kept if step.name in others and step.name not in self._told(kept)}:
            kept = [step for step in kept if step.name not in unread]
        return replace(self, inputs=(*self.inputs, *frozen), steps=tuple(kept))

    def _told(self, steps: list[Step]) -> set[str]:
        """The names that ``steps`` read, or that a settlement shows."""
        told = {name for step in steps for name in names(step.formula)} | {self.score, self.held_weight}
        told |= {entry.amount for entry in self.entries} | {each.name for each in self.needs}
        told |= {*self.paid.values(), *self.held.values(), *(each.name for each in self.within)}
        told |= {name for area in self.areas for name in (area.score, area.counted_weight)}
        return told | {name for form in self.indicators for name in (form.value, form.score, form.age, form.n)}

    def _part(self, wanted: set[str]) -> Calculation:
        kept: list[Step] = []
        for step in reversed(self.steps):
            if step.name in wanted:
                kept.append(step)
                wanted.update(names(step.formula))
        inputs = tuple(given for given in self.inputs if given.name in wanted)
        names_kept = {*(step.name for step in kept), *(given.name for given in inputs)}
        return replace(
            self,
            inputs=inputs,
            steps=tuple(reversed(kept)),
            entries=(),
            paid={},
            held={},
            held_weight="",
            needs=tuple(need for need in self.needs if need.name in names_kept),
            within=tuple(each for each in self.within if each.name in names_kept),
            budget=None,
        )
