"""A page for residents, in plain language: what was promised, what came of it, what was paid. Nothing confidential is in it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..contract.periods import periods_of
from ..settlement import PayeeSettlement, Settlement
from . import charts
from .confidential import confidential
from .formats import Formats
from .templates import rendered
from .text import named
from .words import WORDS

_WELL, _PARTLY = Fraction(3, 4), Fraction(1, 4)


def write_residents(settlement: Settlement, language: str = "en") -> bytes:
    """The page of the settlement's only payee (AO021), as one HTML file; the same bytes for the same settlement."""
    payee = settlement.only()
    contract, words = settlement.contract, WORDS[language]
    places = contract.rounding.lines.places if contract.rounding else 0
    formats = Formats(language, settlement.calculation.currency, places)
    who = {id_: named(each.title, language, id_) for id_, each in contract.parties.items()}
    areas = list(_areas(settlement, payee, language))
    together = _together(settlement, who)
    scored = [charts.Bar(area["title"], area["part"]) for area in areas if area["part"] is not None]
    return rendered(
        "residents",
        {
            "language": language,
            "words": dict(words),
            "title": named(contract.title, language, contract.contract),
            "period": settlement.calculation.period,
            "payee": payee.payee,
            "promise_lead": words["promise_lead"].format(parties=", ".join(together))
            if len(together) > 1
            else words["promise_alone"],
            "result_lead": words["result_lead"].format(period=settlement.calculation.period),
            "areas": areas,
            "picture": charts.bars(words["came_of_it"], scored, Fraction(0), Fraction(1), formats.share)
            if scored
            else "",
            "paid": [
                words["paid_to" if each.earned >= 0 else "paid_back"].format(
                    party=who.get(party, payee.payee or party), amount=formats.money(abs(each.earned))
                )
                for party, each in payee.balance.items()
            ],
            "by_results": any(each.held for each in settlement.calculation.entries),
            "nothing": words["paid_nothing" if contract.kind == "scorecard" else "nothing_to_pay"],
            "not_final": any(each.status != "final" for each in payee.indicators),
            "draft": contract.status == "draft",
        },
        charts.STYLE,
    )


def _areas(settlement: Settlement, payee: PayeeSettlement, language: str) -> Any:
    """Each area: its promise, how far it got between nothing and all, and a sentence that says so."""
    contract, words = settlement.contract, WORDS[language]
    results = {each.id: each for each in payee.areas}
    hidden = confidential(contract, settlement.calculation)
    for id_, area in contract.result_areas.items():
        open_ = id_ not in hidden and not all(each.confidential for each in area.indicators.values())
        score = results[id_].score if id_ in results and open_ else None
        most = contract.scores.most if contract.scores else Fraction(1)
        part = None if score is None else min(max(score / most, Fraction(0)), Fraction(1))
        said = "unknown" if part is None else "well" if part >= _WELL else "partly" if part >= _PARTLY else "badly"
        said = said if open_ else "not_public"
        yield {"title": named(area.title, language, id_), "part": part, "said": words[said]}


def _together(settlement: Settlement, who: Mapping[str, str]) -> list[str]:
    """What the parties are called that are in the contract on some day of the period."""
    label = settlement.calculation.period
    period = next(each for each in periods_of(settlement.contract.periods) if each.label == label)
    parties = settlement.contract.parties
    return [title for id_, title in who.items() if parties[id_].present(period.first, period.last)]
