"""The settlement for a terminal of 80 columns, in fi, sv and en."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import zip_longest
from textwrap import wrap

from ..contract.model import Contract
from ..contract.outcomes import Indicator
from ..contract.periods import earlier
from ..explain import Explained, say
from ..formula.text import show_number
from ..numbers import round_to
from ..settlement import IndicatorResult, PayeeSettlement, Settlement
from .amendments import amendments
from .json import place_text
from .legible import legible, legible_lines
from .words import WORDS

WIDTH = 80
MOST_PAYEES_SHOWN = 25


def write_text(settlement: Settlement, language: str = "en") -> str:
    """The settlement as text of at most 80 columns."""
    return legible_lines("\n".join(_settlement(settlement, language))) + "\n"


def named(titles: dict[str, str] | None, language: str, otherwise: str) -> str:
    """A title in the language, or in any other, or the id."""
    if not titles:
        return otherwise
    return titles.get(language) or titles.get("") or titles.get("en") or next(iter(titles.values()))


def _settlement(settlement: Settlement, language: str) -> Iterator[str]:
    words, contract = WORDS[language], settlement.contract
    title = named(contract.title, language, contract.contract)
    yield from wrap(legible(f"{words['settlement']} {settlement.calculation.period}: {title}"), WIDTH)
    yield "=" * WIDTH
    if len(settlement.payees) == 1:
        yield from _payee(settlement, settlement.payees[0], language)
    else:
        yield from _overview(settlement, language)
    if not settlement.calculation.entries:
        yield ""
        yield words["nothing"] if contract.kind == "scorecard" else words["no_lines"]
    if contract.amendments:
        yield f"\n{words['amendments']}:"
        for each in amendments(contract, language):
            decided = f"{each.decision.what} ({each.decision.by}, {each.decision.day})"
            told = words["amended_from"].format(day=each.effect) + f": {decided}"
            yield from wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if settlement.assumed:
        yield f"\n{words['assumed']}:"
        yield from _assumed(settlement)


def _assumed(settlement: Settlement) -> Iterator[str]:
    """Each reason once, with the places it is given for; the file is named with the first."""
    places: dict[str, list[str]] = {}
    file = ""
    for each in settlement.assumed:
        path = ".".join(map(str, each.path)) or settlement.contract.contract
        line = "" if each.place is None else f"{'' if each.place.file == file else each.place.file}:{each.place.line}"
        file = each.place.file if each.place else file
        places.setdefault(each.reason, []).append(f"{path} ({line})" if line else path)
    for reason, where in places.items():
        yield from wrap(f"{reason}: {', '.join(where)}", WIDTH, initial_indent="  ", subsequent_indent="    ")


def _overview(settlement: Settlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    for payee in settlement.payees[:MOST_PAYEES_SHOWN]:
        score = shown_value(payee.score, "", language)
        yield from titled(payee.payee, 40, f"{score:>18}{_money(settlement, payee.total, language):>22}")
    left = len(settlement.payees) - MOST_PAYEES_SHOWN
    if left > 0:
        yield f"... +{left} {words['payees']}"
    total = f"{words['total']} ({len(settlement.payees)} {words['payees']})"
    yield f"{total:58}{_money(settlement, settlement.total, language):>22}"


def _money(settlement: Settlement, amount: Fraction, language: str) -> str:
    rounding = settlement.calculation.rounding
    return show_number(amount, language, rounding.places if rounding else None)


def _payee(settlement: Settlement, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    if payee.payee:
        yield from wrap(legible(f"{words['payee']}: {payee.payee}"), WIDTH, subsequent_indent="  ")
    if payee.indicators:
        yield from _scores(settlement.contract, payee, language)
    if payee.lines:
        yield from _lines(settlement, payee, language)
        yield from _balance(settlement, payee, language)
        yield from _carried(settlement, payee, language)


def shown_value(value: Fraction | None, unit: str, language: str) -> str:
    """A number as a table shows it: a share as a percentage, four decimals at most; JSON and explain hold the exact one."""
    if value is None:
        return WORDS[language]["none"]
    share = unit.split(" ", maxsplit=1)[0] == "share"
    number = round_to(value * 100 if share else value, "half_away_from_zero", Fraction(1, 10_000))
    return show_number(number, language) + (" %" if share else "")


def status_word(status: str, language: str) -> str:
    """What a table says of an indicator's status; nothing of a final one."""
    return WORDS[language]["held_status" if status == "held" else status] if status else ""


def titled(title: str, first: int, rest: str) -> Iterator[str]:
    """A title wrapped to ``first`` columns, what stands beside it on its first line."""
    title = legible(title)
    head, *more = wrap(title, first - 2) or [""]
    indent = " " * (len(title) - len(title.lstrip()))
    yield f"{indent + head:{first}}{rest}".rstrip()
    yield from (f"{indent}  {line}" for line in more)


def _scores(contract: Contract, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield f"\n{words['scores']:33}{words['value']:>12}{words['weight']:>9}{words['score'].lower():>10}"
    areas = {each.id: each for each in payee.areas}
    for area_id, area in contract.result_areas.items():
        result = areas.get(area_id)
        numbers = (
            _columns("", _weight(contract, result.weight, language), shown_value(result.score, "", language))
            if result
            else ""
        )
        yield from titled(named(area.title, language, area_id), 33, numbers)
        for each in payee.indicators:
            if each.id in area.indicators:
                yield from _indicator(contract, area.indicators[each.id], each, language)
    if payee.score is not None:
        yield f"{words['score']:54}{shown_value(payee.score, '', language):>10}"


def _weight(contract: Contract, value: Fraction | None, language: str) -> str:
    return "" if value is None else shown_value(value, contract.weight_unit, language)


def _columns(value: str, weight: str, score: str) -> str:
    """Three columns, however long what stands in them is: two numbers never run into one."""
    return f"{value:>12}{' ' + weight:>9}{' ' + score:>10}"


def _indicator(contract: Contract, indicator: Indicator, result: IndicatorResult, language: str) -> Iterator[str]:
    title = "  " + named(indicator.title, language, result.id)
    value = shown_value(result.value, indicator.unit or "", language)
    score = shown_value(result.score, "", language) if indicator.score else ""
    weight = _weight(contract, result.weight, language)
    numbers = f"{_columns(value, weight, score)} {status_word(result.status, language)}"
    yield from titled(title, 33, numbers)


def _lines(settlement: Settlement, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    currency = settlement.calculation.currency
    yield f"\n{words['lines']} ({currency})"
    for line in payee.lines:
        clause = settlement.contract.settlement[line.clause]
        title = "  " + named(clause.title, language, line.clause)
        who, *more = wrap(legible(_who(settlement, line.party, language)), 22) or [""]
        first, *rest = titled(title, 38, f"{who:22}{_money(settlement, line.amount, language):>20}")
        yield first
        yield from (f"{left:40}{right}".rstrip() for left, right in zip_longest(rest, more, fillvalue=""))
    yield f"{words['total']:60}{_money(settlement, payee.total, language):>20}"


def _who(settlement: Settlement, party_id: str, language: str) -> str:
    party = settlement.contract.parties.get(party_id)
    return named(party.title, language, party_id) if party else party_id


def _balance(settlement: Settlement, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    kinds = ("earned", "held", "paid", "payable")
    rows = [
        (
            legible(_who(settlement, party, language)),
            [_money(settlement, getattr(each, kind), language) for kind in kinds],
        )
        for party, each in payee.balance.items()
    ]
    if all(len(amount) < 15 for _, amounts in rows for amount in amounts):
        yield f"\n{words['balance']:20}" + "".join(f"{words[kind]:>15}" for kind in kinds)
        for who, amounts in rows:
            first, *more = wrap(who, 17) or [""]
            yield f"  {first:18}" + "".join(f"{amount:>15}" for amount in amounts)
            yield from (f"    {line}" for line in more)
        return
    yield f"\n{words['balance']}"  # amounts that do not fit beside each other stand below each other
    for who, amounts in rows:
        yield from wrap(who, WIDTH, initial_indent="  ", subsequent_indent="      ")
        yield from (f"    {words[kind]:38}{amount:>38}" for kind, amount in zip(kinds, amounts, strict=True))


def carried(settlement: Settlement, payee: PayeeSettlement, language: str) -> tuple[tuple[str, Fraction], ...]:
    """The balances that the next settlement reads, each with its clause, its sentence and the period it came from."""
    contract, calculation = settlement.contract, settlement.calculation
    found: list[tuple[str, Fraction]] = []
    for step in calculation.steps:
        if step.role != "carried":
            continue
        clause = step.name.partition(".")[0]
        age = step.name.partition("@-")[2]
        label = f" ({earlier(contract.periods, calculation.period, int(age))})" if age else ""
        what = say(step.says, language).rstrip(".") if step.says else step.name
        title = named(contract.settlement[clause].title, language, clause)
        found.append((f"{title}: {what}{label}", payee.carried[step.name]))
    return tuple(found)


def _carried(settlement: Settlement, payee: PayeeSettlement, language: str) -> Iterator[str]:
    if payee.carried:
        yield f"\n{WORDS[language]['carried']}"
        for title, amount in carried(settlement, payee, language):
            yield from titled(f"  {title}", 62, f"{_money(settlement, amount, language):>18}")


def write_explanation(explained: list[Explained], language: str = "en") -> str:
    """An explanation as text: words, numbers, result and place of each formula, then the rows of the data."""
    words = WORDS[language]
    out: list[str] = []
    for each in explained:
        if each.words:
            out += [
                f"{each.name} = {each.result} {each.unit}".rstrip(),
                f"  {place_text(each.place) or ''}".rstrip(),
            ]
            out += wrap(each.says, WIDTH, initial_indent="  ", subsequent_indent="  ") if each.says else []
            for label, text in (("words", each.words), ("numbers", each.numbers), ("result", each.result)):
                out += wrap(f"{words[label]}: {text}", WIDTH, initial_indent="    ", subsequent_indent="        ")
            out.append("")
    rows = [each for each in explained if not each.words]
    if rows:
        out.append(f"{words['data']}:")
        for each in rows:
            how = f" ({each.numbers})" if each.numbers else ""
            where = place_text(each.place) or ""
            row = f"  {where}  {each.name} = {each.result} {each.unit}{how}".rstrip()
            if len(row) + 2 + len(each.says) <= WIDTH:
                out.append(f"{row}  {each.says}".rstrip())
            else:
                for text in filter(None, (row, f"      {each.says}" if each.says else "")):
                    indent = " " * (len(text) - len(text.lstrip()))
                    # The name of a file is never cut: whoever copies it wants all of it.
                    below = f"{indent}    "
                    out += wrap(text, WIDTH, subsequent_indent=below, break_on_hyphens=False, break_long_words=False)
    return legible_lines("\n".join(out).rstrip()) + "\n"
