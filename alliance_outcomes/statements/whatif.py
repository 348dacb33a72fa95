"""What if: the settlement as measured and as it would be, line by line, for a terminal of 80 columns and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..calculation.form import Calculation
from ..calculation.javascript import value_as_json
from ..contract.model import Contract
from ..formula.exact import Value
from ..formula.steps import Input
from ..formula.text import in_words, show_number
from ..numbers import to_decimal, to_text
from ..scenarios.whatif import Moved, WhatIf
from ..settlement import Settlement
from .json import FORMAT
from .legible import legible_lines
from .text import WIDTH, named, shown_value, titled

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "what_if": "What if", "payee": "payee", "inputs": "Changed", "scores": "Scores", "score": "Score", "lines": "Lines", "parties": "Parties",
        "before": "as measured", "after": "what if", "delta": "difference", "total": "Total", "n": "how many", "nothing": "Nothing is changed.",
        "frozen": "Kept as it was, since it comes from all payees",
    },
    "fi": {
        "what_if": "Mitä jos", "payee": "saaja", "inputs": "Muutettu", "scores": "Pisteet", "score": "Pisteet", "lines": "Erät", "parties": "Osapuolet",
        "before": "mitattuna", "after": "mitä jos", "delta": "ero", "total": "Yhteensä", "n": "lukumäärä", "nothing": "Mitään ei ole muutettu.",
        "frozen": "Ennallaan, koska se tulee kaikista saajista",
    },
    "sv": {
        "what_if": "Vad om", "payee": "mottagare", "inputs": "Ändrat", "scores": "Poäng", "score": "Poäng", "lines": "Poster", "parties": "Parter",
        "before": "som uppmätt", "after": "vad om", "delta": "skillnad", "total": "Totalt", "n": "antal", "nothing": "Inget är ändrat.",
        "frozen": "Oförändrat, eftersom det kommer från alla mottagare",
    },
}  # fmt: skip


def title_of(given: Input, contract: Contract, calculation: Calculation, language: str) -> str:
    """What people call an input: its title, whose and of which period it is, and whether it is how many were measured."""
    stated = _stated_title(given, contract)
    title = named(stated, language, given.id) if stated else _untitled(given, contract, language)
    about = [named(contract.parties[given.party].title, language, given.party)] if given.party else []
    about += [given.period] if given.period != calculation.period else []
    about += [WORDS[language]["n"]] if given.part == "n" else []
    return f"{title} ({', '.join(about)})" if about else title


def _stated_title(given: Input, contract: Contract) -> dict[str, str] | None:
    """The title that the contract gives what an input measures."""
    sections: tuple[Mapping[str, Any], ...]
    sections = (contract.settlement,) if given.part == "settled" else (contract.facts, contract.indicators)
    found = next((each[given.id] for each in (*sections, contract.figures) if given.id in each), None)
    title: dict[str, str] | None = getattr(found, "title", None)
    return title


def _untitled(given: Input, contract: Contract, language: str) -> str:
    """A part of an indicator is called by the indicator and the part's own name."""
    whole, _, part = given.id.partition(".")
    indicator = contract.indicators.get(whole)
    if indicator is None or not part:
        return given.id
    component = indicator.components.get(part)
    return f"{named(indicator.title, language, whole)}: {named(component.title if component else None, language, part)}"


def frozen_words(settlement: Settlement, frozen: Iterable[Input], language: str) -> dict[str, str]:
    """What each result over all payees is, in words, by its name."""
    formulas = {step.name: step.formula for step in settlement.calculation.steps}
    return {given.name: in_words(formulas[given.name], language) for given in frozen}


def kept_lines(
    settlement: Settlement, kept: Iterable[Input], values: Mapping[str, Value], language: str
) -> Iterator[str]:
    """The results over all payees that stay as they were, with their values; nothing where there are none."""
    words = frozen_words(settlement, kept, language)
    if words:
        yield f"{WORDS[language]['frozen']}:"
    for name, about in words.items():
        yield from titled(f"  {about}", 60, f"{_shown(values[name], '', language):>20}")


def kept_as_data(kept: Iterable[Input], values: Mapping[str, Value]) -> list[dict[str, Any]]:
    """The same as plain data: ``[{"name", "value"}]``."""
    return [{"name": each.name, "value": _number(values[each.name])} for each in kept]


def write_what_if(what: WhatIf, language: str = "en") -> str:
    """The two settlements as text of at most 80 columns."""
    return legible_lines("\n".join(_text(what, language))) + "\n"


def _text(what: WhatIf, language: str) -> Iterator[str]:
    words, contract, calculation = WORDS[language], what.settlement.contract, what.calculation
    yield f"{words['what_if']} {calculation.period}: {named(contract.title, language, contract.contract)}"
    yield "=" * WIDTH
    if what.before.payee:
        yield f"{words['payee']}: {what.before.payee}"
    if not what.changes:
        yield words["nothing"]
    else:
        yield f"\n{words['inputs']:29}{words['before']:>17}{words['after']:>17}"
    for change in what.changes:
        title = title_of(change.given, contract, calculation, language)
        cells = [_shown(each, change.given.unit, language) for each in (change.before, change.after)]
        yield from titled(f"  {title}", 29, f"{cells[0]:>17}{cells[1]:>17}")
    yield from _scores(what, language)
    if what.lines:
        yield from _money(what, language)
    if what.kept:
        yield ""
    yield from kept_lines(what.settlement, what.kept, what.after.values, language)


def _heads(title: str, words: Mapping[str, str]) -> str:
    return f"\n{title:29}{words['before']:>17}{words['after']:>17}{words['delta']:>17}"


def _shown(value: Value, unit: str, language: str) -> str:
    return value if isinstance(value, str) else shown_value(None if value is None else Fraction(value), unit, language)


def _scores(what: WhatIf, language: str) -> Iterator[str]:
    """The scores that moved, and the contract's."""
    words, contract = WORDS[language], what.settlement.contract
    pairs = zip(what.before.indicators, what.after.indicators, strict=True)
    moved = [(was, now) for was, now in pairs if was.score != now.score]
    areas = [(was, now) for was, now in zip(what.before.areas, what.after.areas, strict=True) if was.score != now.score]
    if what.before.score is None and not moved and not areas:
        return
    yield _heads(words["scores"], words)
    for was, now in moved:
        title = named(contract.indicators[was.id].title, language, was.id)
        yield from titled(f"  {title}", 29, _three(was.score, now.score, language))
    for area, then in areas:
        title = named(contract.result_areas[area.id].title, language, area.id)
        yield from titled(f"  {title}", 29, _three(area.score, then.score, language))
    if what.before.score is not None or what.after.score is not None:
        yield f"{words['score']:29}{_three(what.before.score, what.after.score, language)}"


def _three(before: Fraction | None, after: Fraction | None, language: str) -> str:
    difference = None if before is None or after is None else after - before
    cells = [shown_value(before, "", language), shown_value(after, "", language)]
    return "".join(f"{cell:>17}" for cell in [*cells, _signed(shown_value(difference, "", language), difference)])


def _signed(text: str, value: Fraction | None) -> str:
    return f"+{text}" if value is not None and value > 0 else text


def _money(what: WhatIf, language: str) -> Iterator[str]:
    words, contract, calculation = WORDS[language], what.settlement.contract, what.calculation
    places = calculation.rounding.places if calculation.rounding else 0

    def three(moved: Moved) -> str:
        cells = [show_number(each, language, places) for each in moved]
        cells.append(_signed(show_number(moved.delta, language, places), moved.delta))
        return "".join(f"{cell:>17}" for cell in cells)

    def who(party: str) -> str:
        return named(contract.parties[party].title, language, party) if party in contract.parties else party

    yield _heads(f"{words['lines']} ({calculation.currency})", words)
    for (clause, party), moved in what.lines.items():
        title = named(contract.settlement[clause].title, language, clause)
        yield from titled(f"  {title}, {who(party)}", 29, three(moved))
    yield f"{words['total']:29}{three(what.total)}"
    yield _heads(f"{words['parties']} ({calculation.currency})", words)
    for party, moved in what.parties.items():
        yield from titled(f"  {who(party)}", 29, three(moved))


def what_if_as_data(what: WhatIf) -> dict[str, Any]:
    """The two settlements as plain data, ``{"format": 1, ...}``; numbers and money as in ``settle -f json``."""
    calculation = what.calculation
    places = calculation.rounding.places if calculation.rounding else 0
    pairs = zip(what.before.indicators, what.after.indicators, strict=True)
    areas = zip(what.before.areas, what.after.areas, strict=True)

    def money(moved: Moved) -> dict[str, str]:
        amounts = {"before": moved.before, "after": moved.after, "delta": moved.delta}
        return {key: to_decimal(amount, places) for key, amount in amounts.items()}

    return {
        "format": FORMAT,
        "contract": calculation.contract,
        "period": calculation.period,
        "currency": calculation.currency or None,
        "payee": what.before.payee or None,
        "changes": [
            {
                "name": each.given.name,
                "id": each.given.id,
                "party": each.given.party or None,
                "period": each.given.period,
                "before": _number(each.before),
                "after": _number(each.after),
            }
            for each in what.changes
        ],
        "frozen": kept_as_data(what.kept, what.after.values),
        "score": _pair(what.before.score, what.after.score),
        "areas": [{"id": was.id, "score": _pair(was.score, now.score)} for was, now in areas],
        "indicators": [
            {"id": was.id, "value": _pair(was.value, now.value), "score": _pair(was.score, now.score)}
            for was, now in pairs
        ],
        "lines": [{"clause": clause, "party": party, **money(moved)} for (clause, party), moved in what.lines.items()],
        "parties": {party: money(moved) for party, moved in what.parties.items()},
        "total": money(what.total),
    }


def _pair(before: Fraction | None, after: Fraction | None) -> dict[str, Any]:
    return {"before": _number(before), "after": _number(after)}


def _number(value: Value) -> str | bool | None:
    return to_text(value) if isinstance(value, Fraction | int) and not isinstance(value, bool) else value_as_json(value)


def write_what_if_json(what: WhatIf) -> str:
    """what_if_as_data as text, one trailing line end."""
    return json.dumps(what_if_as_data(what), ensure_ascii=False, indent=2) + "\n"
