"""Bind measured rows to the inputs of a calculation, checking unit, range and presence before anything is clipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..contract.model import Contract
from ..formula.exact import Value
from ..formula.steps import Input
from ..measured import SUPPRESSED, Measured, Row
from ..numbers import to_text
from ..problems import DataError, Place, Problem, did_you_mean
from .form import Calculation, outside
from .names import limits_of

_NUMBERS = ("value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Bound:
    """The inputs of one payee: their values, and the rows they came from."""

    payee: str
    values: Mapping[str, Value]
    rows: Mapping[str, Row]

    @property
    def provisional(self) -> frozenset[str]:
        """The inputs whose rows are marked as provisional."""
        return frozenset(name for name, row in self.rows.items() if row.status == "provisional")


def bind(
    calculation: Calculation,
    measured: Measured,
    payee: str,
    settled: Mapping[tuple[str, str, str], Fraction],
    problems: list[Problem],
) -> Bound:
    """The values of all inputs for one payee; every fault is added to ``problems`` (AO505, AO508 to AO511, AO518, AO551, AO565)."""
    values: dict[str, Value] = {}
    rows: dict[str, Row] = {}
    for given in calculation.inputs:
        if given.part == "settled":
            values[given.name] = _settled(given, payee, settled, problems)
            continue
        if given.part == "series":
            sentence = f"The series of {given.id} has no figure for {given.period}."
            instead = "Take a newer file, or settle when it is published."
            problems.append(Problem("AO518", sentence, instead, given.place))
        row = measured.find(payee, given.party, given.period, given.id)
        value, wrong = _read(given, row, measured) if row else (None, None)
        if wrong and row:
            problems.append(_naming_column(wrong, row, measured))
        elif value is None and given.required and given.part != "series":
            problems.append(_missing(given, payee, row, measured))
        if row:
            rows[given.name] = row
        values[given.name] = value
    return Bound(payee, values, rows)


def _naming_column(wrong: Problem, row: Row, measured: Measured) -> Problem:
    """What is wrong with a cell, with the name of its column where the file has columns of its own."""
    if not measured.precision or not row.source:
        return wrong
    return replace(wrong, sentence=f"Column {row.source}: {wrong.sentence}")


def _settled(
    given: Input, payee: str, settled: Mapping[tuple[str, str, str], Fraction], problems: list[Problem]
) -> Value:
    key = (payee, given.period, given.id)
    if key not in settled:
        if any(key[:2] == each[:2] for each in settled):
            sentence = f"The settlement of {given.period} that was given says nothing of {given.id}."
            instead = "Give one of this contract; where the clause came later, say since when it counts (since)."
            problems.append(Problem("AO565", sentence, instead, given.place))
        else:
            sentence = f"The settlement of {given.period} is needed for {given.id}."
            problems.append(Problem("AO511", sentence, "Give it with --earlier FILE.json.", given.place))
        return Fraction(0)
    return settled[key]


def _missing(given: Input, payee: str, row: Row | None, measured: Measured) -> Problem:
    what = f"{'n of ' if given.part == 'n' else ''}{given.id}"
    whose = "".join(f" of {each}" for each in (given.party, payee) if each)
    if row and row.status == SUPPRESSED:
        sentence = f"{what}{whose} for {given.period} may not be shown, since it would tell of too few people."
        return Problem("AO551", sentence, "Say in the contract what holds then: when_missing.", given.place)
    where = f" in {measured.file}" if measured.file else ""
    cells = f"{payee},{given.party},{given.period},{given.id},..."
    instead = f"Add a row ({cells})" + (
        " with its n." if given.part == "n" else ", or say when_missing in the contract."
    )
    return Problem("AO505", f"{what}{whose} for {given.period} is missing{where}.", instead, given.place)


def _read(given: Input, row: Row, measured: Measured) -> tuple[Value, Problem | None]:
    """The value an input takes from its row, or what is wrong with it."""
    if given.part == "category":
        if row.value not in given.codes:
            sentence = f"{row.value!r} is not a code of {given.id}."
            return None, Problem("AO508", sentence, did_you_mean(row.value, given.codes), measured.at(row, "value"))
        return row.value, None
    try:
        if given.part == "n":
            column = "n" if row.n else "denominator"
            count = _number(given, row, column, measured)
            return count, _wrong_count(count, row, measured.at(row, column))
        return _value(given, row, measured)
    except DataError as error:
        return None, error.problems[0]


def _number(given: Input, row: Row, column: str, measured: Measured) -> Fraction | None:
    """The number in a cell. Raises DataError where it holds something else (AO509)."""
    try:
        return measured.number(getattr(row, column))
    except ValueError as error:
        sentence, _, instead = str(error).partition("; ")
        hint = f"{instead[:1].upper()}{instead[1:]}."
        raise DataError(Problem("AO509", f"{given.id}: {sentence}.", hint, measured.at(row, column))) from None


def _wrong_count(count: Fraction | None, row: Row, place: Place | None) -> Problem | None:
    if count is not None and (count < 0 or count.denominator != 1):
        sentence = f"n of {row.indicator} is not a whole number from 0."
        return Problem("AO510", sentence, "Count persons, visits or answers.", place)
    return None


def _value(given: Input, row: Row, measured: Measured) -> tuple[Fraction | None, Problem | None]:
    value, numerator, denominator = (_number(given, row, each, measured) for each in _NUMBERS)
    if (numerator is None) != (denominator is None):
        sentence = f"{given.id} has a numerator or a denominator without the other."
        there = "denominator" if numerator is None else "numerator"
        return None, Problem("AO510", sentence, "Give both, or the value.", measured.at(row, there))
    column = "value"
    if numerator is not None and denominator is not None:
        if denominator <= 0 or (given.unit == "share" and not 0 <= numerator <= denominator):
            sentence = f"{to_text(numerator)} of {to_text(denominator)} is not a share for {given.id}."
            instead = "The numerator lies from 0 to the denominator, which is above 0."
            return None, Problem("AO510", sentence, instead, measured.at(row, "numerator"))
        ratio = numerator / denominator
        if value is not None and value != ratio:
            sentence = f"The value of {given.id} is not its numerator over its denominator."
            return None, Problem("AO510", sentence, "Leave the value blank.", measured.at(row, "value"))
        value, column = ratio, "numerator"
    return value, outside(given, value, "", measured.at(row, column))


def check_unread(contract: Contract, calculation: Calculation, measured: Measured) -> list[Problem]:
    """What is wrong with facts of the period that no formula of it reads: they are data all the same (AO509, AO510)."""
    read = {given.id for given in calculation.inputs}
    found: list[Problem] = []
    for row in measured.rows:
        fact = contract.facts.get(row.indicator)
        if fact is not None and row.period == calculation.period and row.indicator not in read:
            low, high = limits_of(fact.unit, fact.least, fact.most)
            given = Input(row.indicator, row.indicator, row.period, row.party, "value", fact.unit, low, high)
            wrong = _read(given, row, measured)[1]
            found += [wrong] if wrong else []
    return found
