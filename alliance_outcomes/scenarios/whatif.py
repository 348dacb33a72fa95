"""What if: one payee settled once more with some inputs changed, beside the settlement as it was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

from ..calculation.binding import Bound
from ..calculation.form import Calculation, outside
from ..formula.exact import Value
from ..formula.steps import Input
from ..ledger import Line
from ..measured import is_grouped
from ..numbers import parse_number, to_text
from ..problems import DataError, Problem, UsageError, did_you_mean
from ..settlement import PayeeSettlement, Settlement, settle_values

_SETTING = re.compile(r"\s*(.+?)\s*(:?=)\s*(.*?)\s*", re.DOTALL)
_HOW = "Write NAME=45, NAME=45 %, NAME=+5, NAME=-2%, NAME:=-20 or NAME=none."
NONE = "none"


class Setting(NamedTuple):
    """What to set an input to, as it is written; ``absolute`` where a sign belongs to the number and moves nothing.

    ``number`` is the number itself where it was given as one.
    """

    name: str
    text: str
    absolute: bool = False
    number: Fraction | None = None


class Change(NamedTuple):
    """An input that was changed: its value as measured, and as set."""

    given: Input
    before: Value
    after: Value


class Moved(NamedTuple):
    """An amount as it was and as it became."""

    before: Fraction
    after: Fraction

    @property
    def delta(self) -> Fraction:
        """What it became less what it was."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A payee's settlement as measured and as it would be; ``calculation`` is that payee's alone."""

    settlement: Settlement
    calculation: Calculation
    before: PayeeSettlement
    after: PayeeSettlement
    changes: tuple[Change, ...]

    @property
    def total(self) -> Moved:
        """The sum of all lines."""
        return Moved(self.before.total, self.after.total)

    @property
    def delta(self) -> Fraction:
        """By how much the total moves, exact to the contract's rounding."""
        return self.total.delta

    @property
    def lines(self) -> dict[tuple[str, str], Moved]:
        """What each clause pays to each party, in the order of the clauses."""
        before, after = _by_clause(self.before.lines), _by_clause(self.after.lines)
        order = {entry.clause: index for index, entry in enumerate(self.calculation.entries)}
        keys = sorted({**before, **after}, key=lambda key: order[key[0]])
        return {key: Moved(before.get(key, Fraction(0)), after.get(key, Fraction(0))) for key in keys}

    @property
    def parties(self) -> dict[str, Moved]:
        """What each party earns."""
        before, after = self.before.parties, self.after.parties
        keys = sorted({*before, *after})
        return {key: Moved(before.get(key, Fraction(0)), after.get(key, Fraction(0))) for key in keys}

    @property
    def frozen(self) -> tuple[Input, ...]:
        """The results over all payees that the payee's settlement reads, kept as they were unless they are set."""
        return tuple(given for given in self.calculation.inputs if given.part == "frozen")

    @property
    def kept(self) -> tuple[Input, ...]:
        """Those of them that were not set."""
        changed = {change.given.name for change in self.changes}
        return tuple(given for given in self.frozen if given.name not in changed)


def _by_clause(lines: Iterable[Line]) -> dict[tuple[str, str], Fraction]:
    found: dict[tuple[str, str], Fraction] = {}
    for line in lines:
        key = (line.clause, line.party)
        found[key] = found.get(key, Fraction(0)) + line.amount
    return found


def read_setting(text: str) -> Setting:
    """A setting as the command line takes it: ``client_nps=45``, ``cost@north=-2%``, ``client_nps:=-20`` (AO063)."""
    match = _SETTING.fullmatch(text)
    if not match or not match[3]:
        raise UsageError(Problem("AO063", f"{text!r} sets nothing.", _HOW))
    return Setting(match[1], match[3], match[2] == ":=")


def as_setting(name: str, value: object) -> Setting:
    """A setting from Python: a number is what the input becomes, a text is read as after ``NAME=``, None is no value."""
    if value is None:
        return Setting(name, NONE)
    if isinstance(value, str):
        return Setting(name, value)
    if isinstance(value, float) and isfinite(value):
        value = Fraction(repr(value))
    if not isinstance(value, int | Fraction) or isinstance(value, bool):
        raise UsageError(Problem("AO063", f"{name} cannot be set to {value!r}.", "Give a number, a text or None."))
    return Setting(name, to_text(value), absolute=True, number=Fraction(value))


def what_if(settlement: Settlement, settings: Iterable[Setting], payee: str | None = None) -> WhatIf:
    """The settlement of one payee with inputs set anew, exact to the contract's rounding.

    What was read over all payees stays as it was. Raises UsageError for a setting that cannot be read or meant
    (AO063 to AO067), DataError for a value out of range (AO508, AO510) and where nothing can be settled so.
    """
    chosen = settlement.one(payee)
    alone = settlement.calculation.for_one_payee()
    measured = {each.name: chosen.values[each.name] for each in alone.inputs}
    changes: dict[str, Change] = {}
    for setting in settings:
        for given in _meant(alone, settlement, setting):
            if given.name in changes:
                raise UsageError(Problem("AO067", f"{given.name} is set twice.", "Set each input once."))
            before = measured[given.name]
            changes[given.name] = Change(given, before, _checked(given, _moved(given, before, setting)))
    inputs = measured | {name: change.after for name, change in changes.items()}
    rows = {name: row for name, row in chosen.bound.rows.items() if name not in changes}
    after = settle_values(alone, inputs, Bound(chosen.payee, inputs, rows))
    return WhatIf(settlement, alone, chosen, after, tuple(changes.values()))


def inputs_by_word(calculation: Calculation) -> dict[str, list[Input]]:
    """The inputs that a word means: an input's name; the id of what is measured in the period, its ``id.n``, its ``id@party``."""
    found: dict[str, list[Input]] = {given.name: [given] for given in calculation.inputs}
    for given in calculation.inputs:
        if given.period == calculation.period and given.part in ("value", "category", "n"):
            word = f"{given.id}.n" if given.part == "n" else given.id
            for each in (word, f"{word}@{given.party}") if given.party else (word,):
                there = found.setdefault(each, [])
                if given not in there:
                    there.append(given)
    return found


def _meant(calculation: Calculation, settlement: Settlement, setting: Setting) -> list[Input]:
    """The inputs that a setting is about (AO064, AO065)."""
    words = inputs_by_word(calculation)
    found = words.get(setting.name, [])
    if not found:
        computed = next((step for step in calculation.steps if step.name == setting.name), None)
        known = setting.name in {*settlement.contract.facts, *settlement.contract.indicators}
        if computed:
            what = f"{setting.name} is computed, so it cannot be set."
            hint = f"Set what it is computed from: {', '.join(_read_by(calculation, setting.name))}."
        else:
            where = f"the settlement of {calculation.period}"
            what = f"{where[:1].upper()}{where[1:]} reads no {setting.name}."
            hint = "" if known else did_you_mean(setting.name, words)
        raise UsageError(Problem("AO064", what, hint))
    if len(found) > 1 and not _relative(setting):
        each = ", ".join(f"{given.id}@{given.party}" for given in found)
        raise UsageError(
            Problem("AO065", f"Each party has its own {setting.name}.", f"Set one of {each}, or move all by +5 or -2%.")
        )
    return found


def _read_by(calculation: Calculation, name: str) -> Iterator[str]:
    """The inputs that a named formula is computed from, in their order."""
    wanted = calculation.reading({name})
    return (given.name for given in wanted.inputs)


def _relative(setting: Setting) -> bool:
    return not setting.absolute and setting.text[:1] in "+-\u2212"


def _moved(given: Input, before: Value, setting: Setting) -> Value:
    """The value that a setting gives an input (AO063, AO066)."""
    if setting.text == NONE:
        if given.required:
            raise UsageError(Problem("AO066", f"{given.name} cannot be without a value.", "Set it to a number."))
        return None
    if given.part == "category":
        return setting.text
    if setting.number is not None:
        return setting.number
    text = setting.text.removeprefix("+") if _relative(setting) else setting.text
    if is_grouped(text):
        sentence = f"{setting.name}: the point of {text} may group its digits, or be a decimal mark."
        raise UsageError(Problem("AO063", sentence, f"Write {text.replace('.', '')} or {text}0."))
    try:
        number = parse_number(text)
    except ValueError as error:
        sentence, _, instead = str(error).partition("; ")
        hint = f"{instead[:1].upper()}{instead[1:]}."
        raise UsageError(Problem("AO063", f"{setting.name}: {sentence}.", hint)) from None
    if not _relative(setting):
        return number
    if before is None:
        sentence = f"{given.name} has no measured value to move by {setting.text}."
        raise UsageError(Problem("AO066", sentence, f"Set it to a number: {setting.name}=45."))
    value = Fraction(before)
    return value * (1 + number) if text.endswith("%") else value + number


def _checked(given: Input, value: Value) -> Value:
    """The value, if the contract lets the input have it (AO508, AO510)."""
    problem = None
    if given.part == "category":
        if value is not None and value not in given.codes:
            sentence = f"{value!r} is not a code of {given.id}."
            problem = Problem("AO508", sentence, did_you_mean(str(value), given.codes), given.place)
    elif value is not None:
        number = Fraction(value)
        problem = outside(given, number, "", given.place)
        if given.part == "n" and (number < 0 or number.denominator != 1):
            sentence = f"n of {given.id} is not a whole number from 0."
            problem = Problem("AO510", sentence, "Count persons, visits or answers.", given.place)
    if problem:
        raise DataError(problem)
    return value
