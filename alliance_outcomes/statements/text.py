"""The settlement for a terminal of 80 columns, in fi, sv and en."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from textwrap import wrap

from ..contract.model import Contract
from ..explain import Explained
from ..formula.text import show_number
from ..settle import PayeeSettlement, Settlement
from .json import place_text

WIDTH = 80
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "settlement": "Settlement", "score": "Score", "scores": "Scores", "value": "value", "weight": "weight", "lines": "Lines",
        "total": "Total", "balance": "Balance", "earned": "earned", "held": "held", "paid": "paid", "payable": "payable",
        "assumed": "Assumed, not taken from a source", "nothing": "This contract is a scorecard: it scores and reports, and pays nothing.",
        "no_lines": "The contract has no payment clauses: nothing is paid.", "none": "-", "words": "in words", "numbers": "in numbers", "result": "result", "data": "Data",
        "final": "", "provisional": "provisional", "stale": "stale", "reweighted": "reweighted", "too_few": "too few", "held_status": "held",
        "payees": "payees", "payee": "payee",
    },
    "fi": {
        "settlement": "Tilitys", "score": "Pisteet", "scores": "Pisteet", "value": "arvo", "weight": "paino", "lines": "Erät",
        "total": "Yhteensä", "balance": "Saldo", "earned": "ansaittu", "held": "pidätetty", "paid": "maksettu", "payable": "maksetaan",
        "assumed": "Oletettua, ei lähteestä", "nothing": "Tämä sopimus on mittaristo: se pisteyttää ja raportoi, eikä maksa mitään.",
        "no_lines": "Sopimuksessa ei ole maksuehtoja: mitään ei makseta.", "none": "-", "words": "sanoin", "numbers": "luvuin", "result": "tulos", "data": "Tiedot",
        "final": "", "provisional": "alustava", "stale": "vanha arvo", "reweighted": "painotettu pois", "too_few": "liian vähän", "held_status": "pidätetty",
        "payees": "saajaa", "payee": "saaja",
    },
    "sv": {
        "settlement": "Avräkning", "score": "Poäng", "scores": "Poäng", "value": "värde", "weight": "vikt", "lines": "Poster",
        "total": "Totalt", "balance": "Saldo", "earned": "intjänat", "held": "innehållet", "paid": "betalt", "payable": "att betala",
        "assumed": "Antaget, inte ur någon källa", "nothing": "Detta avtal är ett styrkort: det poängsätter och rapporterar, och betalar inget.",
        "no_lines": "Avtalet har inga betalningsklausuler: inget betalas.", "none": "-", "words": "i ord", "numbers": "i tal", "result": "resultat", "data": "Data",
        "final": "", "provisional": "preliminärt", "stale": "gammalt värde", "reweighted": "bortviktat", "too_few": "för få", "held_status": "innehållet",
        "payees": "mottagare", "payee": "mottagare",
    },
}  # fmt: skip
MOST_PAYEES_SHOWN = 25


def write_text(settlement: Settlement, language: str = "en") -> str:
    """The settlement as text of at most 80 columns."""
    return "\n".join(_settlement(settlement, language)) + "\n"


def named(titles: dict[str, str] | None, language: str, otherwise: str) -> str:
    """A title in the language, or in any other, or the id."""
    if not titles:
        return otherwise
    return titles.get(language) or titles.get("") or titles.get("en") or next(iter(titles.values()))


def _settlement(settlement: Settlement, language: str) -> Iterator[str]:
    words, contract = WORDS[language], settlement.contract
    title = named(contract.title, language, contract.contract)
    yield f"{words['settlement']} {settlement.calculation.period}: {title}"
    yield "=" * WIDTH
    if len(settlement.payees) == 1:
        yield from _payee(settlement, settlement.payees[0], language)
    else:
        yield from _overview(settlement, language)
    if not settlement.calculation.entries:
        yield ""
        yield words["nothing"] if contract.kind == "scorecard" else words["no_lines"]
    if settlement.assumed:
        yield f"\n{words['assumed']}:"
        for each in settlement.assumed:
            path = ".".join(map(str, each.path)) or contract.contract
            yield from wrap(
                f"{path}: {each.reason} ({place_text(each.place)})",
                WIDTH,
                initial_indent="  ",
                subsequent_indent="    ",
            )


def _overview(settlement: Settlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    for payee in settlement.payees[:MOST_PAYEES_SHOWN]:
        score = show_number(payee.score, language) if payee.score is not None else words["none"]
        yield f"{payee.payee[:40]:40}{score[:16]:>18}{_money(settlement, payee.total, language):>22}"
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
        yield f"{words['payee']}: {payee.payee}"
    if payee.indicators:
        yield from _scores(settlement.contract, payee, language)
    if payee.lines:
        yield from _lines(settlement, payee, language)
        yield from _balance(settlement, payee, language)


def _short(value: Fraction | None, language: str) -> str:
    return WORDS[language]["none"] if value is None else show_number(_cut(value), language)


def _cut(value: Fraction) -> Fraction:
    """Four decimals are enough on a screen; JSON and explain hold the exact number."""
    from ..numbers import round_to

    return round_to(value, "half_away_from_zero", Fraction(1, 10_000))


def _scores(contract: Contract, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield f"\n{words['scores']:42}{words['value']:>10}{words['weight']:>9}{words['score'].lower():>10}"
    areas = {each.id: each for each in payee.areas}
    for area_id, area in contract.result_areas.items():
        result = areas.get(area_id)
        weight = f"{_short(result.weight * 100, language)} %" if result else ""
        title = named(area.title, language, area_id)
        yield f"{title[:50]:52}{weight:>9}{_short(result.score, language) if result else '':>10}"
        for each in payee.indicators:
            if each.id in area.indicators:
                name = named(area.indicators[each.id].title, language, each.id)
                status = words["held_status" if each.status == "held" else each.status]
                weight = f"{_short(each.weight * 100, language)} %" if each.weight is not None else ""
                yield f"  {name[:38]:40}{_short(each.value, language):>10}{weight:>9}{_short(each.score, language):>10} {status}".rstrip()
    if payee.score is not None:
        yield f"{words['score']:61}{_short(payee.score, language):>10}"


def _lines(settlement: Settlement, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    currency = settlement.calculation.currency
    yield f"\n{words['lines'] + ' (' + currency + ')':<52}"
    for line in payee.lines:
        clause = settlement.contract.settlement[line.clause]
        party = settlement.contract.parties.get(line.party)
        who = named(party.title, language, line.party) if party else line.party
        yield f"  {named(clause.title, language, line.clause)[:34]:36}{who[:22]:24}{_money(settlement, line.amount, language):>18}"
    yield f"{words['total']:62}{_money(settlement, payee.total, language):>18}"


def _balance(settlement: Settlement, payee: PayeeSettlement, language: str) -> Iterator[str]:
    words = WORDS[language]
    heads = "".join(f"{words[key]:>15}" for key in ("earned", "held", "paid", "payable"))
    yield f"\n{words['balance']:20}{heads}"
    for party_id, each in payee.balance.items():
        party = settlement.contract.parties.get(party_id)
        who = named(party.title, language, party_id) if party else party_id
        yield f"  {who[:18]:18}" + "".join(
            f"{_money(settlement, amount, language):>15}"
            for amount in (each.earned, each.held, each.paid, each.payable)
        )


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
            out.append(
                f"  {where}  {each.name} = {each.result} {each.unit}{how}".rstrip()
                + (f"  {each.says}" if each.says else "")
            )
    return "\n".join(out).rstrip() + "\n"
