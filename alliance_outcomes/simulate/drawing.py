"""Which inputs of a settlement vary, and how: from the counts in the data, and from what the analyst adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf
from typing import Literal

from ..calculation.binding import Bound
from ..calculation.form import Calculation
from ..formula.exact import Value
from ..formula.steps import Input
from ..measured import Row, count_behind
from ..numbers import to_text
from ..problems import Problem, UsageError, did_you_mean
from .spreads import Spread, believed, binomial, cost, mean, promoters

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the data does not tell.

    ``spreads`` by id: of a mean the standard deviation of one answer, of a cost or count its standard deviation as a share
    of it. ``passive`` is the share of passive answers behind a net promoter score. ``correlations`` are between ids.
    ``believe`` draws true shares (beta) in place of measured ones (binomial).
    """

    spreads: Mapping[str, Fraction] = field(default_factory=dict)
    passive: Fraction = Fraction(1, 4)
    correlations: Mapping[Pair, Fraction] = field(default_factory=dict)
    believe: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """An input that varies: its ``name`` in the calculation, its id and party, its value as measured, and its spread."""

    name: str
    id: str
    party: str
    value: Fraction
    spread: Spread


def drawn_inputs(calculation: Calculation, bound: Bound, settings: Settings) -> list[Drawn]:
    """The inputs of this period that vary, in the order of the calculation; all others are taken as certain.

    A share varies with its denominator or n (binomial), a net promoter score with its n (multinomial), another mean with its n
    and its spread: a quarter of its range unless ``settings`` says. What is neither varies only by ``settings``. Raises
    UsageError for ``settings`` that are none (AO660, AO077), or that change nothing (AO661).
    """
    check_settings(calculation, settings)
    found = []
    for given in calculation.inputs:
        value = bound.values.get(given.name)
        if given.part == "value" and given.period == calculation.period and isinstance(value, Fraction):
            spread = spread_of(given, value, bound.rows.get(given.name), settings)
            if spread is not None:
                found.append(Drawn(given.name, given.id, given.party, value, spread))
    varying = {each.id for each in found}
    for pair in settings.correlations:
        for id_ in pair:
            if id_ not in varying:
                instead = f"Give it a spread: --spread {id_}=2%."
                raise UsageError(Problem("AO077", f"{id_} does not vary, so nothing is correlated with it.", instead))
    return found


def check_settings(calculation: Calculation, settings: Settings) -> None:
    """Raises UsageError for a number that is no spread, share or correlation (AO660), or a name that is not read (AO077)."""
    if not 0 <= settings.passive <= 1:
        sentence = f"{to_text(settings.passive)} is no share of passive answers."
        raise UsageError(Problem("AO660", sentence, "Give a share from 0 % to 100 %."))
    for id_, spread in settings.spreads.items():
        if spread < 0:
            sentence = f"{to_text(spread)} is no spread of {id_}: nothing varies by less than 0."
            raise UsageError(Problem("AO660", sentence, "Give a number from 0."))
    for one, other in settings.correlations:
        if one == other:
            sentence = f"{one} is always correlated with itself."
            raise UsageError(Problem("AO660", sentence, "Name two different values."))
    known = {each.id for each in calculation.inputs if each.part == "value"}
    for id_ in [*settings.spreads, *(id_ for pair in settings.correlations for id_ in pair)]:
        if id_ not in known:
            hint = did_you_mean(id_, sorted(known)) or "Name a fact or indicator that is measured."
            raise UsageError(Problem("AO077", f"{id_} is nothing that this settlement reads.", hint))


def refuse_spread(id_: str, settings: Settings) -> None:
    """Raises UsageError (AO661) for a spread of what varies as its persons or answers say, whatever the spread."""
    if id_ in settings.spreads:
        sentence = f"{id_} varies with its number of persons or answers, and takes no spread."
        raise UsageError(Problem("AO661", sentence, f"Leave out the spread of {id_}."))


def spread_of(given: Input, value: Fraction, row: Row | None, settings: Settings) -> Spread | None:
    """How an input varies around ``value``; None where it is certain."""
    stated = settings.spreads.get(given.id)
    count = _count(row)
    if count and (given.unit == "share" or given.unit.startswith("NPS")):
        refuse_spread(given.id, settings)
    if given.unit == "share" and count:
        return believed(value, count) if settings.believe else binomial(value, count)
    if given.unit.startswith("NPS") and count:
        return promoters(value, count, settings.passive)
    least, most = end_of(given, "least"), end_of(given, "most")
    if count and (stated is not None or (given.least is not None and given.most is not None)):
        assumed = stated is None
        of_one = stated if stated is not None else (Fraction(given.most or 0) - Fraction(given.least or 0)) / 4
        return mean(value, count, of_one, assumed, least, most)
    return cost(value, stated, least, most) if stated is not None else None


def end_of(given: Input, which: Literal["least", "most"]) -> float:
    """The least or the most that an input can be; infinite where the contract does not bound it."""
    end = given.least if which == "least" else given.most
    return (-inf if which == "least" else inf) if end is None else float(end)


def _count(row: Row | None) -> int:
    """How many persons or answers stand behind a row; 0 where it does not say. Raises DataError (AO509, AO510)."""
    count = count_behind(row, "denominator", "n") if row else None
    return int(count) if count is not None and count.denominator == 1 else 0


def around(drawn: Drawn, given: Input, value: Fraction, row: Row | None, settings: Settings) -> Drawn | None:
    """The same input drawn around another true ``value``, with this year's counts; None where it cannot vary there."""
    spread = spread_of(given, value, row, settings)
    return None if spread is None else replace(drawn, value=value, spread=spread)


def certain(calculation: Calculation, bound: Bound, drawn: list[Drawn]) -> list[str]:
    """The ids of values of this period that are taken as certain, sorted."""
    varying = {each.name for each in drawn}
    return sorted(
        {
            given.id
            for given in calculation.inputs
            if given.part == "value"
            and given.period == calculation.period
            and given.name not in varying
            and _is_number(bound.values.get(given.name))
        }
    )


def _is_number(value: Value) -> bool:
    return isinstance(value, Fraction)
