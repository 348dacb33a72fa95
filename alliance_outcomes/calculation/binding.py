"""Bind measured rows to the inputs of a calculation, checking unit, range and presence before anything is clipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..contract.model import Contract
from ..formula.exact import Value
from ..formula.nodes import names
from ..formula.steps import Input
from ..measured import Measured, Row
from ..numbers import to_text
from ..problems import Place, Problem, did_you_mean
from .form import Calculation


@dataclass(frozen=True, slots=True)
class Bound:
    """The inputs of one payee: their values, the rows they came from, and which indicators are provisional."""

    payee: str
    values: Mapping[str, Value]
    rows: Mapping[str, Row]
    provisional: frozenset[str]


def known_ids(contract: Contract) -> set[str]:
    """Every id that a row of measured data may carry."""
    ids = {*contract.facts, *(contract.payees.attributes if contract.payees else {})}
    for id_, indicator in contract.indicators.items():
        ids |= {id_, *(f"{id_}.{name}" for name in (*indicator.inputs, *indicator.components))}
    return ids


def unknown_rows(contract: Contract, measured: Measured) -> list[Problem]:
    """Rows whose indicator or party the contract does not know (AO504), once for each name."""
    ids = known_ids(contract)
    found: dict[str, Problem] = {}
    for row in measured.rows:
        if row.indicator not in ids:
            sentence = f"{row.indicator} is not a fact or indicator of {contract.contract}."
            found.setdefault(row.indicator, Problem("AO504", sentence, did_you_mean(row.indicator, ids), row.place))
        if row.party and row.party not in contract.parties:
            sentence = f"{row.party} is not a party of {contract.contract}."
            found.setdefault(
                f"party {row.party}",
                Problem("AO504", sentence, did_you_mean(row.party, contract.parties), row.place),
            )
    return list(found.values())


def bind(
    calculation: Calculation,
    measured: Measured,
    payee: str,
    settled: Mapping[tuple[str, str, str], Fraction],
    problems: list[Problem],
) -> Bound:
    """The values of all inputs for one payee; every fault is added to ``problems`` (AO505, AO508 to AO511)."""
    values: dict[str, Value] = {}
    rows: dict[str, Row] = {}
    for given in calculation.inputs:
        if given.part == "settled":
            values[given.name] = _settled(given, payee, settled, problems)
            continue
        row = measured.find(payee, given.party, given.period, given.id)
        value, wrong = _read(given, row, measured) if row else (None, None)
        if wrong:
            problems.append(wrong)
        elif value is None and given.required:
            problems.append(_missing(given, payee, measured))
        if row:
            rows[given.name] = row
        values[given.name] = value
    return Bound(payee, values, rows, frozenset(_provisional(calculation, rows)))


def _settled(
    given: Input, payee: str, settled: Mapping[tuple[str, str, str], Fraction], problems: list[Problem]
) -> Value:
    key = (payee, given.period, given.id)
    if key not in settled:
        sentence = f"The settlement of {given.period} is needed for {given.id}."
        problems.append(Problem("AO511", sentence, "Give it with --earlier FILE.json.", given.place))
        return Fraction(0)
    return settled[key]


def _missing(given: Input, payee: str, measured: Measured) -> Problem:
    what = f"{'n of ' if given.part == 'n' else ''}{given.id}"
    whose = "".join(f" of {each}" for each in (given.party, payee) if each)
    row = f"{payee},{given.party},{given.period},{given.id},..."
    instead = f"Add a row ({row})" + (" with its n." if given.part == "n" else ", or say when_missing in the contract.")
    return Problem(
        "AO505",
        f"{what}{whose} for {given.period} is missing.",
        instead,
        Place(measured.file) if measured.file else None,
        given.place,
    )


def _read(given: Input, row: Row, measured: Measured) -> tuple[Value, Problem | None]:
    """The value an input takes from its row, or what is wrong with it."""
    if given.part == "category":
        if row.value not in given.codes:
            sentence = f"{row.value!r} is not a code of {given.id}."
            return None, Problem("AO508", sentence, did_you_mean(row.value, given.codes), row.place)
        return row.value, None
    try:
        if given.part == "n":
            count = measured.number(row.n or row.denominator)
            return count, _wrong_count(count, row)
        return _value(given, row, measured)
    except ValueError as error:
        sentence, _, instead = str(error).partition("; ")
        return None, Problem("AO509", f"{given.id}: {sentence}.", instead[:1].upper() + instead[1:], row.place)


def _wrong_count(count: Fraction | None, row: Row) -> Problem | None:
    if count is not None and (count < 0 or count.denominator != 1):
        return Problem(
            "AO510",
            f"n of {row.indicator} is not a whole number from 0.",
            "Count persons, visits or answers.",
            row.place,
        )
    return None


def _value(given: Input, row: Row, measured: Measured) -> tuple[Fraction | None, Problem | None]:
    value = measured.number(row.value)
    numerator, denominator = measured.number(row.numerator), measured.number(row.denominator)
    if (numerator is None) != (denominator is None):
        return None, Problem(
            "AO510",
            f"{given.id} has a numerator or a denominator without the other.",
            "Give both, or the value.",
            row.place,
        )
    if numerator is not None and denominator is not None:
        if denominator <= 0 or (given.unit == "share" and not 0 <= numerator <= denominator):
            sentence = f"{to_text(numerator)} of {to_text(denominator)} is not a share for {given.id}."
            return None, Problem(
                "AO510",
                sentence,
                "The numerator lies from 0 to the denominator, which is above 0.",
                row.place,
            )
        ratio = numerator / denominator
        if value is not None and value != ratio:
            return None, Problem(
                "AO510",
                f"The value of {given.id} is not its numerator over its denominator.",
                "Leave the value blank.",
                row.place,
            )
        value = ratio
    return value, _outside(given, value, row)


def _outside(given: Input, value: Fraction | None, row: Row) -> Problem | None:
    if value is None:
        return None
    low, high = given.least, given.most
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    limits = f"{'' if low is None else to_text(low)} to {'' if high is None else to_text(high)}".strip()
    hint = "Check the value and its unit."
    if high is not None and value > high and (low is None or low <= value / 100 <= high):
        hint = f"If {to_text(value)} % was meant, write {to_text(value)} % or {to_text(value / 100)}."
    return Problem("AO510", f"{to_text(value)} for {given.id} lies outside its range, {limits}.", hint, row.place)


def _provisional(calculation: Calculation, rows: Mapping[str, Row]) -> Iterator[str]:
    """Indicators that rest on a provisional row, directly or through the formula of their value."""
    marked = {name for name, row in rows.items() if row.status == "provisional"}
    for step in calculation.steps:
        if step.role in ("value", "amount", "figure") and any(name in marked for name in names(step.formula)):
            marked.add(step.name)
    for form in calculation.indicators:
        if form.value in marked:
            yield form.id
