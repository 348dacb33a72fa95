"""What if, as a page: one file that works offline, one payee, computed by the page itself from the same formulas."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from ..calculation.javascript import calculation_as_json, value_as_json
from ..contract.coverage import Assumption
from ..contract.parts import LANGUAGES
from ..formula.exact import Value
from ..formula.steps import Input
from ..scenarios.payoff import rounded_up, span_of
from ..scenarios.whatif import WhatIf
from .text import named
from .whatif import WORDS, frozen_words, title_of

PACKAGE = __package__.rpartition(".")[0]
_SCRIPTS = (
    ("formula", "javascript.js"),
    ("calculation", "javascript.js"),
    ("statements", "page", "words.js"),
    ("statements", "page", "numbers.js"),
    ("statements", "page", "waterfall.js"),
    ("statements", "page", "whatif.js"),
)
_STEPS = 200  # a slider has about so many
# What would end a script early, or is a line end to some readers of JavaScript and not to others.
_UNSAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def write_page(what: WhatIf, language: str = "en") -> str:
    """The page of one payee, opening with what was set; it loads nothing, and runs its own script only."""
    contract = what.settlement.contract
    script = "(() => {\n" + "".join(('"use strict";\n', *(_read(*path) for path in _SCRIPTS))) + "})();\n"
    style = _read("statements", "page", "whatif.css")
    title = f"{WORDS[language]['what_if']}: {named(contract.title, language, contract.contract)}"
    parts = {
        "language": language,
        "title": escape(f"{title}, {what.calculation.period}"),
        "policy": _policy(script, style),
        "style": style,
        "script": script,
        "data": as_embedded(page_data(what, language)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _read("statements", "page", "whatif.html"))


def as_embedded(data: object) -> str:
    """JSON that no text in it can lead out of the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda match: _UNSAFE[match[0]], text)


def _read(*path: str) -> str:
    return files(PACKAGE).joinpath(*path).read_text("utf-8")


def _policy(script: str, style: str) -> str:
    """A content policy under which nothing is loaded and nothing runs but this script and this style."""
    hashes = ["'sha256-" + b64encode(sha256(each.encode()).digest()).decode() + "'" for each in (script, style)]
    rules = ["default-src 'none'", f"script-src {hashes[0]}", f"style-src {hashes[1]}"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def page_data(what: WhatIf, language: str) -> dict[str, Any]:
    """What the page is made from, as plain data: the calculation, what was measured, and what things are called."""
    contract, calculation, before = what.settlement.contract, what.calculation, what.before
    seen: set[tuple[str, str]] = set()
    start = "".join(f"&{quote(each.given.name, '')}={quote(_text(each.after), '')}" for each in what.changes)
    return {
        "language": language,
        "title": _titles(contract.title, contract.contract),
        "period": calculation.period,
        "payee": before.payee,
        "currency": calculation.currency,
        "places": calculation.rounding.places if calculation.rounding else 0,
        "calculation": calculation_as_json(calculation),
        "measured": [value_as_json(before.values[given.name]) for given in calculation.inputs],
        "start": start,
        "inputs": [_input(given, what, seen) for given in calculation.inputs],
        "groups": _groups(what),
        "areas": {id_: _titles(area.title, id_) for id_, area in contract.result_areas.items()},
        "indicators": {
            form.id: _titles(contract.indicators[form.id].title, form.id) for form in calculation.indicators
        },
        "units": {form.id: form.unit for form in calculation.indicators},
        "scored": _scored(what),
        "parties": {id_: _titles(party.title, id_) for id_, party in contract.parties.items()},
        "clauses": {id_: _titles(clause.title, id_) for id_, clause in contract.settlement.items()},
        "assumed": _assumed(what.settlement.assumed, contract.contract),
    }


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _titles(titles: dict[str, str] | None, otherwise: str) -> Any:
    """A title in every language; one text where it is the same in all."""
    return _spoken({language: named(titles, language, otherwise) for language in LANGUAGES})


def _spoken(texts: Mapping[str, str]) -> Any:
    return dict(texts) if len(set(texts.values())) > 1 else next(iter(texts.values()))


def _input(given: Input, what: WhatIf, seen: set[tuple[str, str]]) -> dict[str, Any]:
    """An input as the page shows it; ``detail`` sets it apart from another of the same that was ``seen`` before."""
    value, spoken = what.before.values[given.name], {}
    detail: dict[str, str] = {}
    for language in LANGUAGES:
        if given.part == "frozen":
            spoken[language] = frozen_words(what.settlement, [given], language)[given.name]
        else:
            spoken[language] = title_of(given, what.settlement.contract, what.calculation, language)
            period = [given.period] if given.period != what.calculation.period else []
            detail[language] = ", ".join(period + ([WORDS[language]["n"]] if given.part == "n" else []))
    further = all(detail.values()) and (given.id, given.party) in seen
    seen.add((given.id, given.party))
    ends = slider(given, value) if given.part == "value" else None
    return {
        "title": _spoken(spoken),
        "detail": _spoken(detail) if detail and further else None,
        "part": given.part,
        "unit": given.unit,
        "least": None if given.least is None else str(given.least),
        "most": None if given.most is None else str(given.most),
        "required": given.required,
        "codes": list(given.codes),
        "slider": [str(each) for each in ends] if ends else None,
    }


def _groups(what: WhatIf) -> list[dict[str, Any]]:
    """The inputs by result area, then facts, then what comes from outside the payee's data; empty groups left out."""
    groups: dict[str, list[int]] = {area: [] for area in what.settlement.contract.result_areas}
    groups |= {"facts": [], "frozen": []}
    areas = {id_: area_id for area_id, area in what.settlement.contract.result_areas.items() for id_ in area.indicators}
    for index, given in enumerate(what.calculation.inputs):
        outside = given.part in ("frozen", "settled")
        groups["frozen" if outside else areas.get(given.id.partition(".")[0], "facts")].append(index)
    return [{"id": id_, "inputs": inputs} for id_, inputs in groups.items() if inputs]


def _scored(what: WhatIf) -> list[tuple[str, list[int]]]:
    """The result areas, each with the places of its indicators among those of the calculation."""
    forms = list(enumerate(what.calculation.indicators))
    found = [
        (area, [index for index, form in forms if form.area == area]) for area in what.settlement.contract.result_areas
    ]
    return [(area, indicators) for area, indicators in found if indicators]


def slider(given: Input, value: Value) -> tuple[Fraction, Fraction, Fraction] | None:
    """The ends of an input's slider and its step: the range that the contract states, else from 0 to twice the value.

    Where the range is a single number there is nothing to slide.
    """
    low, high = span_of(given, value)
    if low >= high:
        return None
    step = rounded_up((high - low) / _STEPS)
    return low, high, max(step, Fraction(1)) if given.unit in ("count", "flag", "persons") else step


def _assumed(assumed: Iterable[Assumption], contract: str) -> list[dict[str, Any]]:
    """Each reason once, with the paths it is given for."""
    reasons: dict[str, list[str]] = {}
    for each in assumed:
        reasons.setdefault(each.reason, []).append(".".join(map(str, each.path)) or contract)
    return [{"reason": reason, "paths": paths} for reason, paths in reasons.items()]
