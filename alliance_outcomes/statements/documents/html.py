"""HTML (.html): one small file of a payee's statement, with its charts; nothing in it runs, nothing is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...settlement import Settlement
from .. import charts
from ..confidential import confidential
from ..formats import Formats
from ..paper import Dated, paper
from ..pictures import money_chart, score_chart
from ..telling import statement
from ..templates import rendered

if TYPE_CHECKING:
    from . import Asked

NEEDS = ("jinja2", "babel", "report")


def write(settlement: Settlement, asked: Asked) -> bytes:
    """The statement of the settlement's only payee (AO021). ``asked.public`` leaves out what is marked confidential."""
    told = statement(settlement, settlement.only(), asked.language)
    hidden = confidential(settlement.contract, settlement.calculation) if asked.public else frozenset[str]()
    texts = paper(told, Dated(asked.as_of, asked.evidence), hidden)
    formats = Formats(told.language, told.currency, told.places)
    drawn = {
        "score_chart": score_chart(told, formats.number, hidden),
        "money_chart": money_chart(told, formats.money),
    }
    return rendered("statement", {**texts, **drawn, "public": asked.public}, charts.STYLE)
