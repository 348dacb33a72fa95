"""HTML (.html): one small file of a payee's statement, with its charts; nothing in it runs, nothing is loaded."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...calculation.form import Calculation
from ...contract.model import Contract
from ...formula.nodes import names
from ...settlement import Settlement
from .. import charts
from ..formats import Formats
from ..model import Statement, statement
from ..paper import Dated, paper
from ..templates import rendered

if TYPE_CHECKING:
    from . import Asked

NEEDS = ("jinja2", "babel", "report")


def write(settlement: Settlement, asked: Asked) -> bytes:
    """The statement of the settlement's only payee (AO021). ``asked.public`` leaves out what is marked confidential."""
    told = statement(settlement, settlement.only(), asked.language)
    hidden = confidential(settlement.contract, settlement.calculation) if asked.public else frozenset[str]()
    texts = paper(told, Dated(asked.as_of, asked.evidence), hidden)
    return rendered("statement", {**texts, **_charts(told, texts, hidden), "public": asked.public}, charts.STYLE)


def confidential(contract: Contract, calculation: Calculation) -> frozenset[str]:
    """The names whose numbers tell what the contract marks as confidential: those themselves, and all that is computed
    from them but the lines, which are what is paid.
    """
    marked = {name for name, each in contract.facts.items() if each.confidential}
    marked |= {name for name, each in contract.indicators.items() if each.confidential}
    found = {each.name for each in calculation.inputs if each.id in marked} | marked
    for step in calculation.steps:
        if step.role != "line" and found.intersection(names(step.formula)):
            found.add(step.name)
    return frozenset(found)


def _charts(told: Statement, texts: dict[str, Any], hidden: frozenset[str]) -> dict[str, str]:
    """The scores as bars, the lines as a waterfall; nothing where there is nothing to show."""
    formats, words = Formats(told.language, told.currency, told.places), texts["words"]
    indicators = [each for area in told.areas for each in area.indicators if each.scored and each.id not in hidden]
    scores = [
        charts.Bar(each.title, each.score, "" if each.score is not None else words["none"]) for each in indicators
    ]
    there = [each.score for each in indicators if each.score is not None]
    least, most = min([Fraction(0), *there]), max([Fraction(100 if max(there, default=0) > 1 else 1), *there])
    clauses: dict[str, Fraction] = {}
    for line in told.lines:
        clauses[line.title] = clauses.get(line.title, Fraction(0)) + line.amount
    amounts = [charts.Bar(title, amount) for title, amount in clauses.items()]
    return {
        "score_chart": charts.bars(words["score_chart"], scores, least, most, formats.number) if there else "",
        "money_chart": charts.waterfall(
            words["money_chart"], amounts, charts.Bar(words["total"], told.total), formats.money
        )
        if len(amounts) > 1
        else "",
    }
