"""Gaps as a table for the terminal and as JSON: what each indicator earns, and what the next step is worth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ..formula.text import show_number
from ..scenarios.gaps import Cliff, Gap, Reach, kept
from ..settlement import PayeeSettlement, Settlement
from .json import FORMAT, number
from .legible import legible_lines
from .text import WIDTH, named, shown_value, status_word
from .whatif import kept_as_data, kept_lines

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "gaps": "Gaps", "value": "value", "score": "score", "points": "points", "earns": "earns", "unit_slope": "a unit better",
        "point_slope": "a percentage point better", "unit": "next unit", "step": "next step", "goal": "goal", "full": "full score",
        "more": "{count} more of {of}", "fewer": "{count} fewer of {of}", "cliff_ahead": "cliff ahead at", "cliff_behind": "cliff behind at", "about": "about",
        "none": "not scored", "top": "nothing more to gain", "empty": "No indicator is scored.",
    },
    "fi": {
        "gaps": "Etäisyydet", "value": "arvo", "score": "pisteet", "points": "osuus pisteistä", "earns": "tuottaa", "unit_slope": "yksikön verran parempi",
        "point_slope": "prosenttiyksikön verran parempi", "unit": "seuraava yksikkö", "step": "seuraava porras", "goal": "tavoite", "full": "täydet pisteet",
        "more": "{count} lisää, kaikkiaan {of}", "fewer": "{count} vähemmän, kaikkiaan {of}", "cliff_ahead": "jyrkänne edessä, arvo", "cliff_behind": "jyrkänne takana, arvo", "about": "noin",
        "none": "ei pisteytetty", "top": "ei enää voitettavaa", "empty": "Yhtään mittaria ei pisteytetä.",
    },
    "sv": {
        "gaps": "Avstånd", "value": "värde", "score": "poäng", "points": "andel av poängen", "earns": "ger", "unit_slope": "en enhet bättre",
        "point_slope": "en procentenhet bättre", "unit": "nästa enhet", "step": "nästa steg", "goal": "mål", "full": "full poäng",
        "more": "{count} fler av {of}", "fewer": "{count} färre av {of}", "cliff_ahead": "stup framför vid", "cliff_behind": "stup bakom vid", "about": "ungefär",
        "none": "inte poängsatt", "top": "inget mer att vinna", "empty": "Ingen mätare poängsätts.",
    },
}  # fmt: skip

_LABEL = 58


def gaps_as_data(settlement: Settlement, payee: PayeeSettlement, gaps: Iterable[Gap]) -> dict[str, Any]:
    """``{"format": 1, "contract", "period", "payee", "total", "frozen": [...], "gaps": [...]}``; exact numbers are texts."""
    return {
        "format": FORMAT,
        "contract": settlement.contract.contract,
        "period": settlement.calculation.period,
        "payee": payee.payee,
        "currency": settlement.calculation.currency,
        "total": number(payee.total),
        "frozen": kept_as_data(kept(settlement), payee.values),
        "gaps": [_gap_as_data(gap) for gap in gaps],
    }


def _gap_as_data(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.id,
        "unit": gap.unit,
        "better": "higher" if gap.better > 0 else "lower",
        "value": number(gap.result.value),
        "score": number(gap.result.score),
        "weight": number(gap.result.weight),
        "status": gap.result.status,
        "points": number(gap.points),
        "earns": number(gap.earns),
        "slope": number(gap.slope),
        "per_person": number(gap.per_person),
        "of": number(gap.of),
        "reaches": [
            {
                "kind": each.kind,
                "level": number(each.level),
                "count": each.count,
                "value": number(each.value),
                "score": number(each.score),
                "amount": number(each.amount),
            }
            for each in gap.reaches
        ],
        "cliffs": [
            {"level": number(each.level), "amount": number(each.amount), "ahead": each.ahead, "exact": each.exact}
            for each in gap.cliffs
        ],
    }


def write_gaps_json(settlement: Settlement, payee: PayeeSettlement, gaps: Iterable[Gap]) -> str:
    """gaps_as_data as text."""
    return json.dumps(gaps_as_data(settlement, payee, gaps), ensure_ascii=False, indent=2) + "\n"


def write_gaps(settlement: Settlement, payee: PayeeSettlement, gaps: Iterable[Gap], language: str = "en") -> str:
    """A block an indicator, of at most 80 columns."""
    title = named(settlement.contract.title, language, settlement.contract.contract)
    whose = f", {payee.payee}" if payee.payee else ""
    out = [f"{WORDS[language]['gaps']} {settlement.calculation.period}: {title}{whose}"[:WIDTH], "=" * WIDTH]
    for gap in gaps:
        out += [*_gap(settlement, gap, language), ""]
    if len(out) == 2:
        out.append(WORDS[language]["empty"])
    out += kept_lines(settlement, kept(settlement), payee.values, language)
    return legible_lines("\n".join(out).rstrip()) + "\n"


def _gap(settlement: Settlement, gap: Gap, language: str) -> Iterator[str]:
    words = WORDS[language]
    indicator = settlement.contract.indicators[gap.id]
    yield from wrap(named(indicator.title, language, gap.id), WIDTH)
    value, status = shown_value(gap.result.value, gap.unit, language), status_word(gap.result.status, language)
    facts = [f"{words['value']} {value}"]
    if gap.result.score is None:
        facts += [words["none"], status]
        yield from wrap(", ".join(filter(None, facts)), WIDTH, initial_indent="  ", subsequent_indent="  ")
        return
    facts.append(f"{words['score']} {shown_value(gap.result.score, '', language)}")
    if gap.points is not None:
        facts.append(f"{words['points']} {shown_value(gap.points, '', language)}")
    if gap.earns is not None and settlement.calculation.entries:
        facts.append(f"{words['earns']} {_money(settlement, gap.earns, language)}")
    yield from wrap(", ".join([*facts, *filter(None, [status])]), WIDTH, initial_indent="  ", subsequent_indent="  ")
    if gap.slope is not None and settlement.calculation.entries:
        share = gap.unit.startswith("share")
        label = words["point_slope" if share else "unit_slope"]
        yield _row(label, _money(settlement, gap.slope / 100 if share else gap.slope, language))
    for each in gap.reaches:
        yield from _reach(settlement, gap, each, language)
    if not gap.reaches:
        yield f"  {words['top']}"
    for cliff in gap.cliffs:
        yield _row(_cliff(gap, cliff, language), _money(settlement, cliff.amount, language))


def _row(label: str, amount: str) -> str:
    """A label and, on its last line, an amount."""
    *above, last = wrap(label, _LABEL, initial_indent="    ", subsequent_indent="      ")
    return "\n".join([*above, f"{last:{_LABEL}}{amount:>{WIDTH - _LABEL}}".rstrip()])


def _reach(settlement: Settlement, gap: Gap, reach: Reach, language: str) -> Iterator[str]:
    words = WORDS[language]
    label = (
        f"{words[reach.kind]}: {shown_value(reach.level if reach.count is None else reach.value, gap.unit, language)}"
    )
    if reach.count is not None and gap.of is not None:
        how = words["more" if gap.better > 0 or gap.unit.startswith("NPS") else "fewer"]
        count, of = show_number(Fraction(reach.count), language), show_number(gap.of, language)
        label += f" ({how.format(count=count, of=of)})"
    yield _row(label, _money(settlement, reach.amount, language) if settlement.calculation.entries else "")


def _cliff(gap: Gap, cliff: Cliff, language: str) -> str:
    words = WORDS[language]
    about = "" if cliff.exact else f"{words['about']} "
    return f"{words['cliff_ahead' if cliff.ahead else 'cliff_behind']} {about}{shown_value(cliff.level, gap.unit, language)}"


def _money(settlement: Settlement, amount: Fraction, language: str) -> str:
    rounding = settlement.calculation.rounding
    shown = rounding(amount) if rounding else amount
    sign = "+" if shown > 0 else ""
    return (
        f"{settlement.calculation.currency} {sign}{show_number(shown, language, rounding.places if rounding else None)}"
    )
