"""One payee's calculation as compact JSON, which ``javascript.js`` beside it settles exactly as ``settlement`` does."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..formula.exact import Value
from ..formula.javascript import as_json
from ..ledger import Entry, Split
from .form import AreaForm, Calculation, IndicatorForm

Places = Mapping[str, int]


def calculation_as_json(calculation: Calculation) -> dict[str, Any]:
    """What javascript.js settles: names become places in one list of values, the inputs first, then the steps.

    ``calculation`` is one payee's alone (``Calculation.for_one_payee``).
    """
    names = [*(given.name for given in calculation.inputs), *(step.name for step in calculation.steps)]
    places = {name: index for index, name in enumerate(names)}
    rounding = calculation.rounding
    return {
        "names": names,
        "inputs": len(calculation.inputs),
        "steps": [as_json(step.formula, places) for step in calculation.steps],
        "indicators": [_indicator(form, places) for form in calculation.indicators],
        "areas": [_area(form, places) for form in calculation.areas],
        "score": places.get(calculation.score),
        "entries": [_entry(entry, places) for entry in calculation.entries] if rounding else [],
        "rounding": [rounding.how, str(rounding.unit)] if rounding else None,
        "paid": {party: places[name] for party, name in calculation.paid.items()},
        "held": {party: places[name] for party, name in calculation.held.items()},
        "held_weight": places.get(calculation.held_weight),
        "needs": [[places[need.name], places.get(need.given), need.id] for need in calculation.needs],
        "within": [[places[each.name], each.id, _text(each.least), _text(each.most)] for each in calculation.within],
    }


def value_as_json(value: Value) -> str | bool | None:
    """A value as the page holds it: a number as its text (``7/2``), a category's code or a truth as it is."""
    return value if isinstance(value, bool | str) or value is None else str(value)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _indicator(form: IndicatorForm, places: Places) -> dict[str, Any]:
    return {
        "id": form.id,
        "value": places[form.value],
        "score": places.get(form.score),
        "age": places.get(form.age),
        "n": places.get(form.n),
        "minimum_n": form.minimum_n,
        "held": form.held,
    }


def _area(form: AreaForm, places: Places) -> dict[str, Any]:
    return {"id": form.id, "score": places[form.score]}


def _entry(entry: Entry, places: Places) -> dict[str, Any]:
    found: dict[str, Any] = {"clause": entry.clause, "amount": places[entry.amount], "held": entry.held}
    if isinstance(entry.to, Split):
        gain, loss = ({party: str(share) for party, share in side.items()} for side in (entry.to.gain, entry.to.loss))
        return found | ({"gain": gain} if gain == loss else {"gain": gain, "loss": loss})
    return found | {"of": list(entry.to.clauses)}
