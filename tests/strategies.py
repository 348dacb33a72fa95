"""Random contracts and measured data, as plain dictionaries of text, with values placed where mistakes show.

Values lie exactly on levels, gates, caps, band edges and half cents in a large share of draws: they are chosen from
the breakpoints of the contract itself, and thresholds of clauses are chosen from what the clauses before them came to.
Everything drawn here is a valid contract with complete data; what is broken on purpose stands in changes.py.

drawing.py draws the frame, drawing_scores.py what is measured and scored, drawing_money.py what is paid, drawing_years.py what
is carried from period to period.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.drawing import MONEY, Case, Draft, Rows, row, text
from tests.drawing_money import (
    cap,
    clauses_of,
    conditions,
    fee,
    formula_clause,
    gain_share,
    modifier,
    money_facts,
    pool,
    price_per_point,
    rate_card,
    reimbursable,
)
from tests.drawing_scores import scored_drafts
from tests.drawing_years import spanning

CLAUSES = {
    "costs": reimbursable,
    "fees": fee,
    "bonus": pool,
    "sharing": gain_share,
    "pointed": price_per_point,
    "card": rate_card,
    "extra": formula_clause,
    "quality": modifier,
    "limit": cap,
}


def _may_follow(draft: Draft, name: str) -> bool:
    """A modifier and a cap change what was written before them."""
    return name not in ("quality", "limit") or bool(clauses_of(draft))


@st.composite
def cases(draw: DrawFn, most_areas: int = 3, rule: str = "", clause: str = "", carrying: bool = False) -> Case:
    """A whole contract with complete data: scores, money, clauses in any order that can be read, and a balance.

    ``rule`` (a key of RULES) and ``clause`` (a key of CLAUSES) narrow it to one kind. With ``carrying`` caps and gain shares
    span periods where they can.
    """
    draft = draw(scored_drafts(most_areas, rule))
    draw(money_facts(draft))
    draft.contract["settlement"] = []
    often = (
        [clause, clause, "bonus"] if clause else [*sorted(CLAUSES), "sharing", "sharing", "bonus", "limit", "quality"]
    )
    for name in draw(st.lists(st.sampled_from(often), min_size=2, max_size=6)) + draw(st.sampled_from([[], ["limit"]])):
        if _may_follow(draft, name):
            written_ = draw(CLAUSES[name](draft))
            if draw(st.integers(0, 5)) == 0 and name != "limit":
                written_["when"] = draw(conditions(draft))
            if carrying and name in ("limit", "sharing"):
                draw(spanning(draft, f"{name}{len(clauses_of(draft))}", written_))
            draft.contract["settlement"].append({f"{name}{len(clauses_of(draft))}": written_})
    if not draft.contract["settlement"]:
        draft.contract["settlement"].append({"costs0": draw(reimbursable(draft))})
    payments = draw(st.sampled_from([{}, {"paid": "paid"}, {"paid": "paid", "held": "disputed"}]))
    return replace(draft.case(), contract={**draft.contract, "payments": payments} if payments else draft.contract)


@st.composite
def scorecards(draw: DrawFn) -> Case:
    """A contract that scores and pays nothing."""
    draft = draw(scored_drafts())
    for key in ("currency", "rounding"):
        del draft.contract[key]
    draft.contract["kind"] = "scorecard"
    return draft.case()


@st.composite
def many_payees(draw: DrawFn) -> Case:
    """Several payees of one contract, each with its own rows, and amounts by an attribute of the payee."""
    case = draw(cases(most_areas=2))
    contract = deepcopy(case.contract)
    contract["payees"] = {"attributes": {"track": ["A", "B", "C"]}}
    contract["amounts"]["pool"] = {
        "unit": "EUR",
        "by": "track",
        "values": {"A": "1 000.05", "B": "33.33"},
        "otherwise": "0",
    }
    rows: Rows = []
    for payee, code in zip(("p2", "p10", "p1"), "ABC", strict=True):
        rows += [{**each, "payee": payee} for each in case.rows]
        rows.append({**row(case.period, "track", code), "payee": payee})
        cost = MONEY.map(lambda value: text(value + 1))
        rows = [
            {**each, "value": draw(cost)} if each["indicator"] == "spend" and each["payee"] == payee else each
            for each in rows
        ]
    return replace(case, contract=contract, rows=rows)
