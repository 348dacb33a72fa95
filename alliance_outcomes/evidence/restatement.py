"""What people see of a restatement: which values changed, which lines they moved, and what is to be paid or paid back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ..calculation.form import Calculation
from ..formula.text import show, show_number
from ..numbers import to_decimal, to_text
from .later import Resting
from .restating import Cause, LineKey, Restatement

WIDTH = 80
MOST_SHOWN = 40
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Restatement", "of": "of settlement", "reason": "reason", "changed": "What changed, and the lines it moved",
        "together": "together", "payees": "payees that came or left", "moves_nothing": "moves no line", "lines": "Lines", "before": "before",
        "after": "after", "difference": "difference", "total": "Total", "due": "Payable, after what was paid on account",
        "now": "now", "back": "Below 0: to be paid back.", "contract": "the contract",
        "everything": "What was paid because of settlements is among what was paid.", "same": "No value differs: there is nothing to restate.",
        "carried": "Carried to later periods", "later": "Settled already with what changes here; restate it with --earlier",
    },
    "fi": {
        "title": "Oikaisu", "of": "koskee tilitystä", "reason": "syy", "changed": "Mikä muuttui, ja mitä eriä se siirsi",
        "together": "yhdessä", "payees": "tulleet tai lähteneet saajat", "moves_nothing": "ei siirrä mitään erää", "lines": "Erät", "before": "ennen",
        "after": "nyt", "difference": "ero", "total": "Yhteensä", "due": "Maksettavaa ennakkomaksujen jälkeen",
        "now": "heti", "back": "Alle 0: maksetaan takaisin.", "contract": "sopimus",
        "everything": "Tilitysten perusteella maksettu sisältyy maksettuun.", "same": "Mikään arvo ei eroa: oikaistavaa ei ole.",
        "carried": "Siirtyy myöhemmille kausille", "later": "Tilitetty jo tässä muuttuvan varassa; oikaise valitsimella --earlier",
    },
    "sv": {
        "title": "Rättelse", "of": "av avräkning", "reason": "skäl", "changed": "Vad som ändrades, och vilka poster det flyttade",
        "together": "tillsammans", "payees": "mottagare som kom eller gick", "moves_nothing": "flyttar ingen post", "lines": "Poster", "before": "före",
        "after": "efter", "difference": "skillnad", "total": "Totalt", "due": "Att betala, efter vad som betalats i förskott",
        "now": "nu", "back": "Under 0: återbetalas.", "contract": "avtalet",
        "everything": "Det som betalats på grund av avräkningar ingår i det betalda.", "same": "Inget värde skiljer sig: det finns inget att rätta.",
        "carried": "Förs vidare till senare perioder", "later": "Redan avräknat med det som ändras här; rätta med --earlier",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restated:
    """A restatement with what it is of: the calculation, the number of the settlement (None: in no register), the reason.

    ``paid`` is what the data were said to hold as paid, if it was said; ``later`` are the settlements of its register that
    read what it changes.
    """

    restatement: Restatement
    calculation: Calculation
    number: int | None
    reason: str
    paid: str | None = None
    later: tuple[Resting, ...] = ()

    @property
    def places(self) -> int:
        """Decimals of money."""
        return self.calculation.rounding.places if self.calculation.rounding else 0


def write_restatement(restated: Restated, language: str = "en") -> str:
    """A restatement as text: causes, lines before and after, what is to be paid now."""
    return "\n".join(_text(restated, language)) + "\n"


def _text(restated: Restated, language: str) -> Iterator[str]:
    words, of, found = WORDS[language], restated.calculation, restated.restatement

    def money(amount: Fraction, sign: bool = False) -> str:
        return ("+" if sign and amount > 0 else "") + show_number(amount, language, restated.places)

    number = "" if restated.number is None else f" {words['of']} {restated.number}"
    yield f"{words['title']}{number}: {of.contract} {of.period}, {words['reason']} {restated.reason}"
    yield "=" * WIDTH
    yield f"\n{words['changed']}"
    for cause in found.causes:
        yield from _cause(cause, words, language, money)
    yield f"\n{words['lines']} ({of.currency})"[:30].ljust(31) + _heads(words, "before", "after", "difference")
    keys = list({**found.before, **found.after})
    for key in keys[:MOST_SHOWN]:
        before, after = found.before.get(key, Fraction(0)), found.after.get(key, Fraction(0))
        yield from _row(_named(key), money(before), money(after), money(after - before, True))
    yield from _left_out(len(keys))
    before, after = (sum(side.values(), Fraction(0)) for side in (found.before, found.after))
    yield from _row(words["total"], money(before), money(after), money(after - before, True), 0)
    if balances := found.both_carried:
        yield f"\n{words['carried']}"
        yield " " * 30 + _heads(words, "before", "after", "difference")
        for name, (was, now) in list(balances.items())[:MOST_SHOWN]:
            yield from _row(_named(name), money(was), money(now), money(now - was, True))
        yield from _left_out(len(balances))
    yield f"\n{words['due']}"
    yield " " * 30 + _heads(words, "before", "after", "now")
    for due in found.dues[:MOST_SHOWN]:
        who = ", ".join(each for each in (due.payee, due.party) if each)
        yield from _row(who, money(due.before), money(due.after), money(due.now, True))
    yield from _left_out(len(found.dues))
    yield f"  {words['back']}"
    if any(each.holds for each in found.dues):
        yield f"  {words['everything']}"
    if restated.later:
        yield f"\n{words['later']}"
        for each in restated.later:
            yield from wrap(
                f"{each.period} ({each.number}): {', '.join(each.names)}",
                WIDTH,
                initial_indent="  ",
                subsequent_indent="    ",
            )


def _left_out(many: int) -> Iterator[str]:
    """How many more there are than are shown; JSON has them all."""
    if many > MOST_SHOWN:
        yield f"  ... +{many - MOST_SHOWN}"


def _heads(words: Mapping[str, str], *names: str) -> str:
    return "".join(f"{words[name]:>16}" for name in names)


def _row(title: str, one: str, two: str, three: str, indent: int = 2) -> Iterator[str]:
    """A row of three amounts; a title that is too long stands on a line of its own."""
    title = " " * indent + title
    if len(title) > 30:
        yield title[:WIDTH]
        title = ""
    yield f"{title:30}{one:>16}{two:>16}{three:>16}"


def _named(key: Iterable[str]) -> str:
    return ", ".join(each for each in key if each)


def _cause(cause: Cause, words: Mapping[str, str], language: str, money: Any) -> Iterator[str]:
    if cause.contract:
        yield f"  {words['contract']}"
    for change in cause.changes[:MOST_SHOWN]:
        name = change.name or words["payees"]
        whose = f"{change.payee}: " if change.payee else ""
        values = f"{show(change.before, language)} -> {show(change.after, language)}" if change.name else ""
        yield f"  {whose}{name} {values}".rstrip()
    yield from _left_out(len(cause.changes))
    if len(cause.names) + cause.contract > 1:
        yield f"    ({words['together']})"
    moved = [(_named(key), amount) for each in (cause.moved, cause.carried) for key, amount in each.items()]
    for name, amount in moved[:MOST_SHOWN]:
        yield f"    {name[:57]:58}{money(amount, True):>18}"
    yield from _left_out(len(moved))
    if not moved:
        yield f"    {words['moves_nothing']}"


def restatement_as_data(restated: Restated) -> dict[str, Any]:
    """A restatement as plain data: ``{"format": 1, "supersedes", "reason", "paid", "causes", "lines", "carried", "total", "due", "later"}``."""
    found, places = restated.restatement, restated.places

    def money(amount: Fraction) -> str:
        return to_decimal(amount, places)

    zero = Fraction(0)
    sides = {key: (found.before.get(key, zero), found.after.get(key, zero)) for key in {**found.before, **found.after}}
    totals = [sum((side[at] for side in sides.values()), zero) for at in (0, 1)]
    return {
        "format": 1,
        "contract": restated.calculation.contract,
        "period": restated.calculation.period,
        "currency": restated.calculation.currency or None,
        "supersedes": restated.number,
        "reason": restated.reason,
        "paid": restated.paid,
        "causes": [_cause_as_data(cause, places) for cause in found.causes],
        "lines": [_line(key, places, **_sides(*side)) for key, side in sides.items()],
        "carried": [_balance(key, places, **_sides(*side)) for key, side in found.both_carried.items()],
        "total": {"before": money(totals[0]), "after": money(totals[1]), "difference": money(found.difference)},
        "due": [
            {
                "payee": each.payee or None,
                "party": each.party,
                "before": money(each.before),
                "after": money(each.after),
                "now": money(each.now),
                "settled": money(each.settled),
            }
            for each in found.dues
        ],
        "later": [
            {"number": each.number, "period": each.period, "bundle": each.bundle, "reads": list(each.names)}
            for each in restated.later
        ],
    }


def _cause_as_data(cause: Cause, places: int) -> dict[str, Any]:
    def exact(value: object) -> Any:
        return to_text(value) if isinstance(value, Fraction) else value

    return {
        "contract": cause.contract,
        "inputs": [
            {
                "payee": each.payee or None,
                "name": each.name or None,
                "before": exact(each.before),
                "after": exact(each.after),
            }
            for each in cause.changes
        ],
        "moved": [_line(key, places, amount=amount) for key, amount in cause.moved.items()],
        "carried": [_balance(key, places, amount=amount) for key, amount in cause.carried.items()],
    }


def _sides(before: Fraction, after: Fraction) -> dict[str, Fraction]:
    return {"before": before, "after": after, "difference": after - before}


def _line(key: LineKey, places: int, **amounts: Fraction) -> dict[str, Any]:
    return {"payee": key[0] or None, "clause": key[1], "party": key[2], **_money(amounts, places)}


def _balance(key: tuple[str, str], places: int, **amounts: Fraction) -> dict[str, Any]:
    return {"payee": key[0] or None, "name": key[1], **_money(amounts, places)}


def _money(amounts: Mapping[str, Fraction], places: int) -> dict[str, str]:
    return {name: to_decimal(amount, places) for name, amount in amounts.items()}
