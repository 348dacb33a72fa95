"""A comparison of two versions of a contract, in words for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ..comparison.amounts import Moved, Moves
from ..comparison.terms import Change
from ..contract.model import Contract
from ..formula.text import show_number
from .amounts import number
from .comparison_words import KEYS, ONE_OF, WORDS
from .json import FORMAT, place_text
from .legible import legible_lines
from .text import WIDTH, named

LANGUAGES = ("en", "fi", "sv")
LONGEST = 160
MOST_PAYEES = 20


def comparison_as_data(
    old: Contract, new: Contract, changes: Sequence[Change], moves: Moves | None, language: str
) -> dict[str, Any]:
    """``{"format": 1, "old", "new", "breaking", "changes": [...], "moves": {...} or null}``; amounts are texts."""
    return {
        "format": FORMAT,
        "old": {"contract": old.contract, "file": old.document.file},
        "new": {"contract": new.contract, "file": new.document.file},
        "breaking": sum(each.breaking for each in changes),
        "changes": [_change_as_data(old, new, each, language) for each in changes],
        "moves": None if moves is None else _moves_as_data(moves),
    }


def write_json(old: Contract, new: Contract, changes: Sequence[Change], moves: Moves | None, language: str) -> str:
    """The comparison as JSON, by docs/schemas/comparison.schema.json."""
    data = comparison_as_data(old, new, changes, moves, language)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def write_text(old: Contract, new: Contract, changes: Sequence[Change], moves: Moves | None, language: str) -> str:
    """The comparison for reading: changes by section, breaking ones marked, then what they move."""
    lines = [*_changes(old, new, changes, language), *(_moves(moves, language) if moves else ())]
    return legible_lines("\n".join(lines)) + "\n"


def sentence(old: Contract, new: Contract, change: Change, language: str) -> str:
    """A change as a lawyer reads it: what it is of, which term, and what it was and is."""
    contract = new if change.new_place else old
    section, *rest = change.path
    whole = len(rest) < 2 and section in ONE_OF
    where = _subject(contract, str(section), rest, language)
    terms = [] if whole else _terms(contract, str(section), rest, language)
    what = _joined(terms) or _word(ONE_OF.get(str(section), {}), str(section), language)
    template = WORDS[language][f"{change.kind}_whole" if whole else change.kind]
    said = template.format(what=what, where=where, old=_cut(change.old), new=_cut(change.new))
    said = said.removeprefix(": ")
    return said[:1].upper() + said[1:] if whole or not where else said


def _subject(contract: Contract, section: str, rest: Sequence[str | int], language: str) -> str:
    """What a change is of: the title and id of an indicator, a clause, a party; nothing for a term of the whole."""
    if not rest or section not in ONE_OF:
        return ""
    id_ = str(rest[0])
    if section == "result_areas" and len(rest) > 2 and rest[1] == "indicators":
        id_ = str(rest[2])
        titled: Any = contract.indicators.get(id_)
    else:
        titled = getattr(contract, section).get(id_)
    title = named(getattr(titled, "title", None), language, id_)
    return id_ if title == id_ else f"{title} ({id_})"


def _terms(contract: Contract, section: str, rest: Sequence[str | int], language: str) -> list[str]:
    """The keys below what a change is of, in words."""
    if section not in ONE_OF:
        return [_word(KEYS, f"{section}.{step}", language) for step in rest] or [_word(KEYS, section, language)]
    below = list(rest[1:])
    if section == "result_areas" and below[:1] == ["indicators"]:
        below = below[2:] or ["indicators"]
    words = []
    for step in below:
        party = contract.parties.get(str(step)) if section == "splits" else None
        words.append(named(party.title, language, str(step)) if party else _word(KEYS, f"{section}.{step}", language))
    return words


def _word(words: Any, key: str, language: str) -> str:
    """What a key is called, in its section where it is called otherwise there; an id or a label is called as it is."""
    plain = key.rpartition(".")[2]
    found = (words.get(key) or words.get(plain)) if words is KEYS else words or None
    return str(found[LANGUAGES.index(language)]) if found else plain


def _joined(terms: Sequence[str]) -> str:
    """Terms one after the other; a day or a label follows what begins on it."""
    text = ""
    for term in terms:
        text += term if not text else f" {term}" if term[0].isdigit() else f", {term}"
    return text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _changes(old: Contract, new: Contract, changes: Sequence[Change], language: str) -> Iterator[str]:
    words = WORDS[language]
    yield words["title"].format(old=old.document.file, new=new.document.file)
    section = ""
    for change in changes:
        if change.section != section:
            section = change.section
            heading = _word(KEYS, section, language)
            yield f"\n{heading[:1].upper()}{heading[1:]}"
        mark = "!" if change.breaking else " "
        yield from wrap(sentence(old, new, change, language), WIDTH, initial_indent=f"{mark} ", subsequent_indent="  ")
        places = [
            f"{words[key]} {place}" for key, place in (("old", change.old_place), ("new", change.new_place)) if place
        ]
        yield f"    ({'; '.join(places)})"
    breaking = sum(each.breaking for each in changes)
    yield ""
    if not changes:
        yield words["none"]
        return
    yield words["counted"].format(changes=len(changes), breaking=breaking)
    yield from wrap(words["rule"], WIDTH)


def _moves(moves: Moves, language: str) -> Iterator[str]:
    words, currency = WORDS[language], moves.new.calculation.currency
    yield f"\n{words['moves'].format(period=moves.new.calculation.period, currency=currency)}"
    yield _row("", words["old"], words["new"], words["moved"])
    shown = [
        each
        for each in moves.payees
        if each.total.difference or len(moves.payees) == 1 or any(line.difference for line in each.lines)
    ]
    for payee in shown[:MOST_PAYEES]:
        if payee.payee:
            yield payee.payee
        for line in payee.lines:
            yield _amounts(f"  {line.clause}  {line.party}", line, moves, language)
        for party in payee.parties:
            yield _amounts(f"  {words['total']}  {party.party}", party, moves, language)
        yield _amounts(f"  {words['total']}", payee.total, moves, language)
    if len(shown) > MOST_PAYEES:
        yield words["more"].format(more=len(shown) - MOST_PAYEES)
    if len(moves.payees) > 1:
        everyone = Moved("", "", moves.old.total, moves.new.total)
        yield _amounts(words["everyone"].format(payees=len(moves.payees)), everyone, moves, language)


def _row(label: str, old: str, new: str, moved: str) -> str:
    return f"{label[:40]:40} {old:>19} {new:>19} {moved:>19}".rstrip()


def _amounts(label: str, moved: Moved, moves: Moves, language: str) -> str:
    rules = [each.calculation.rounding for each in (moves.old, moves.new)]
    places = max((rule.places for rule in rules if rule), default=2)

    def money(value: Fraction) -> str:
        return show_number(value, language, places)

    sign = "+" if moved.difference > 0 else ""
    return _row(label, money(moved.old), money(moved.new), sign + money(moved.difference))


def _change_as_data(old: Contract, new: Contract, change: Change, language: str) -> dict[str, Any]:
    return {
        "section": change.section,
        "path": [str(step) for step in change.path],
        "kind": change.kind,
        "breaking": change.breaking,
        "sentence": sentence(old, new, change, language),
        "old": {"text": change.old, "place": place_text(change.old_place)} if change.old_place else None,
        "new": {"text": change.new, "place": place_text(change.new_place)} if change.new_place else None,
    }


def _moves_as_data(moves: Moves) -> dict[str, Any]:
    return {
        "period": moves.new.calculation.period,
        "currency": moves.new.calculation.currency,
        "payees": [
            {
                "payee": payee.payee,
                "lines": [{"clause": line.clause, **_moved_as_data(line)} for line in payee.lines],
                "parties": [_moved_as_data(party) for party in payee.parties],
                "total": _both(payee.total),
            }
            for payee in moves.payees
        ],
        "total": _both(Moved("", "", moves.old.total, moves.new.total)),
    }


def _moved_as_data(moved: Moved) -> dict[str, Any]:
    return {"party": moved.party, **_both(moved)}


def _both(moved: Moved) -> dict[str, str | None]:
    return {"old": number(moved.old), "new": number(moved.new), "moved": number(moved.difference)}
