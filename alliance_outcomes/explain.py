"""Explain an amount: in words, in numbers, with its result, each with its place, down to the rows of the data."""

from __future__ import annotations

from dataclasses import dataclass

from .calculation.scores import TOTAL
from .formula.exact import Value, Values
from .formula.steps import Input, Says, Step
from .formula.taken import reads
from .formula.text import in_numbers, in_words, show, show_number
from .problems import Place, Problem, UsageError, did_you_mean
from .settlement import PayeeSettlement, Settlement

LANGUAGES = ("en", "fi", "sv")


@dataclass(frozen=True, slots=True)
class Explained:
    """One named formula or input of an explanation; ``words`` and ``numbers`` are empty for an input."""

    name: str
    says: str
    words: str
    numbers: str
    result: str
    unit: str
    place: Place | None


def explain(settlement: Settlement, name: str, language: str = "en", payee: str | None = None) -> list[Explained]:
    """``name`` and everything it was computed from, each once, the branch taken only; the data rows come last.

    ``name`` is a clause, indicator, area, figure, amount or fact of the contract, or any named formula.
    Raises UsageError (AO024) for an unknown name, AO021 where several payees could be meant.
    """
    chosen = settlement.one(payee)
    steps = {step.name: step for step in settlement.calculation.steps}
    inputs = {given.name: given for given in settlement.calculation.inputs}
    start = _start(name, settlement, steps, inputs)
    order: dict[str, None] = {}
    _collect(start, steps, chosen, order)
    for extra in _lines_of(settlement, name, steps):
        _collect(extra, steps, chosen, order)
    formulas = [explain_formula(steps[each], chosen.values, language) for each in order if each in steps]
    rows = [_row(inputs[each], chosen, language) for each in order if each in inputs]
    return formulas + rows


def _start(name: str, settlement: Settlement, steps: dict[str, Step], inputs: dict[str, Input]) -> str:
    forms = {form.id: form.score for form in settlement.calculation.indicators if form.score}
    if name in forms:
        return forms[name]
    if name in steps or name in inputs:
        return name
    known = [*forms, *steps, *inputs]
    clauses = dict.fromkeys(entry.clause for entry in settlement.calculation.entries)
    own = [each for each in known if each.startswith(f"{name}[")]
    hint = f"Each party has its own: name {' or '.join(own)}." if own else did_you_mean(name, known)
    hint = hint or f"Name one of {', '.join(clauses) or TOTAL}, or a figure, an area or an indicator."
    raise UsageError(Problem("AO024", f"Nothing in the settlement is called {name}.", hint))


def _lines_of(settlement: Settlement, name: str, steps: dict[str, Step]) -> list[str]:
    return [entry.amount for entry in settlement.calculation.entries if entry.clause == name and entry.amount in steps]


def _collect(name: str, steps: dict[str, Step], payee: PayeeSettlement, order: dict[str, None]) -> None:
    """Add ``name`` and what it read to ``order``, each before what it reads."""
    if name in order:
        return
    order[name] = None
    if name in steps:
        for each in dict.fromkeys(reads(steps[name].formula, payee.values)):
            _collect(each, steps, payee, order)


def explain_formula(step: Step, values: Values, language: str) -> Explained:
    """One named formula, in words, and in numbers with the branches that ``values`` take."""
    return Explained(
        step.name,
        say(step.says, language),
        in_words(step.formula, language),
        in_numbers(step.formula, values, language),
        show(values[step.name], language),
        step.unit,
        step.place,
    )


def say(says: Says | None, language: str) -> str:
    """A sentence with its numbers written as the language writes them."""
    if says is None:
        return ""
    shown = {
        key: value if isinstance(value, str) else show_number(value, language) for key, value in says.values.items()
    }
    return says.template(language).format_map(shown) if shown else says.template(language)


def _row(given: Input, payee: PayeeSettlement, language: str) -> Explained:
    row = payee.bound.rows.get(given.name)
    value: Value = payee.values[given.name]
    how = f"{row.numerator} / {row.denominator}" if row and row.numerator and given.part == "value" else ""
    source = row.source if row else ""
    return Explained(given.name, source, "", how, show(value, language), given.unit, row.place if row else given.place)
