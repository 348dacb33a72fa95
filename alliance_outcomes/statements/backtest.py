"""A back-test as a table for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ..contract.model import Contract
from ..formula.text import show_number
from ..numbers import round_to
from ..scenarios.backtest import Tested
from .json import FORMAT, number
from .legible import legible_lines
from .text import WIDTH, named

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"title": "Back-test", "terms": "by the terms of", "score": "Score (mean)", "payees": "Payees", "total": "Total", "missing": "not settled", "more": "... +{count} more", "left_out": "left out, for the terms do not know them"},
    "fi": {"title": "Takautuva koe", "terms": "ehdoin", "score": "Pisteet (keskiarvo)", "payees": "Saajia", "total": "Yhteensä", "missing": "ei tilitetty", "more": "... +{count} muuta", "left_out": "jätetty pois, koska ehdot eivät tunne"},
    "sv": {"title": "Prövning bakåt", "terms": "med villkoren för", "score": "Poäng (medeltal)", "payees": "Mottagare", "total": "Totalt", "missing": "inte avräknat", "more": "... +{count} till", "left_out": "utelämnade, villkoren känner dem inte"},
}  # fmt: skip
_COLUMNS, _WIDE, _MOST_PROBLEMS = 3, 16, 3


def backtest_as_data(contract: Contract, tested: Sequence[Tested]) -> dict[str, Any]:
    """``{"format": 1, "contract", "periods": [{period, terms, total, clauses, payees, problems}]}``."""
    return {"format": FORMAT, "contract": contract.contract, "periods": [_period(each) for each in tested]}


def _period(each: Tested) -> dict[str, Any]:
    settlement = each.settlement
    return {
        "period": each.period,
        "terms": each.terms,
        "total": None if settlement is None else number(settlement.total),
        "clauses": [
            {"clause": one.clause, "amount": number(one.amount), "paid": one.paid, "charged": one.charged}
            for one in each.clauses
        ],
        "payees": []
        if settlement is None
        else [
            {"payee": payee.payee, "score": number(payee.score), "total": number(payee.total)}
            for payee in settlement.payees
        ],
        "left_out": list(each.left_out),
        "problems": [{"code": problem.code, "sentence": problem.sentence} for problem in each.problems],
    }


def write_backtest_json(contract: Contract, tested: Sequence[Tested]) -> str:
    """backtest_as_data as text."""
    return json.dumps(backtest_as_data(contract, tested), ensure_ascii=False, indent=2) + "\n"


def write_backtest(contract: Contract, tested: Sequence[Tested], language: str = "en") -> str:
    """A row a clause, a column a period, three to a block of 80 columns; what could not be settled stands below."""
    words = WORDS[language]
    out = [f"{words['title']}: {named(contract.title, language, contract.contract)}"[:WIDTH], "=" * WIDTH]
    settled = [each for each in tested if each.settlement is not None]
    for start in range(0, len(settled), _COLUMNS):
        out += [*_block(contract, settled[start : start + _COLUMNS], language), ""]
    for each in tested:
        if each.left_out:
            out += wrap(
                f"{each.period}: {words['left_out']}: {', '.join(each.left_out)}", WIDTH, subsequent_indent="  "
            )
        if each.settlement is None:
            out.append(f"{each.period}: {words['missing']}")
            for problem in each.problems[:_MOST_PROBLEMS]:
                out += wrap(f"{problem.code} {problem.sentence}", WIDTH, initial_indent="  ", subsequent_indent="    ")
            if (left := len(each.problems) - _MOST_PROBLEMS) > 0:
                out.append(f"  {words['more'].format(count=left)}")
    return legible_lines("\n".join(out).rstrip()) + "\n"


def _block(contract: Contract, block: Sequence[Tested], language: str) -> Iterator[str]:
    words = WORDS[language]
    places = contract.rounding.lines.places if contract.rounding else 0
    yield _row("", [each.period for each in block])
    if any(each.terms != each.period for each in block):
        yield _row(f"  {words['terms']}", [each.terms for each in block])
    yield _row(words["payees"], [show_number(Fraction(len(_payees(each))), language) for each in block])
    if contract.result_areas:
        yield _row(words["score"], [_score(each, language) for each in block])
    clauses = {one.clause: None for each in block for one in each.clauses}
    for clause in clauses:
        amounts = [{one.clause: one.amount for one in each.clauses}.get(clause) for each in block]
        cells = ["" if amount is None else show_number(amount, language, places) for amount in amounts]
        yield _row(f"  {named(contract.settlement[clause].title, language, clause)}", cells)
    if clauses:
        yield _row(
            words["total"], [show_number(each.settlement.total, language, places) for each in block if each.settlement]
        )


def _payees(each: Tested) -> Sequence[Any]:
    return each.settlement.payees if each.settlement else ()


def _score(each: Tested, language: str) -> str:
    scores = [payee.score for payee in _payees(each) if payee.score is not None]
    if not scores:
        return "-"
    return show_number(
        round_to(sum(scores, Fraction(0)) / len(scores), "half_away_from_zero", Fraction(1, 100)), language
    )


def _row(title: str, cells: Sequence[str]) -> str:
    return (f"{title[:31]:32}" + "".join(f"{cell:>{_WIDE}}" for cell in cells)).rstrip()
