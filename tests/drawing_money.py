"""Random facts, amounts and payment clauses, aimed at what the clauses before them came to: gates, caps, half cents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.drawing import CENT, MONEY, SHARES, Draft, Written, in_formula, range_of, text, writable, written
from tests.oracle_scores import Scores

# -- facts, amounts and figures of money ------------------------------------------------------------------------


@st.composite
def dated_amounts(draw: DrawFn, draft: Draft, value: Fraction) -> Written:
    """An amount that comes to about ``value`` in the period, with changes before, within and after it."""
    changes = st.tuples(MONEY, st.sampled_from([1, -1])).map(lambda drawn: text(drawn[0] * drawn[1] / 1000))
    earlier = draft.calendar.before(draft.period, 1)
    entries = {draft.long_before[1]: text(value + 7), draft.long_before[0]: text(value + 77)}
    restated = draw(st.booleans())
    if restated:
        entries |= {earlier: text(value + 9), draft.period: text(value)}
    amount: Written = {"unit": "EUR", "values": dict(draw(st.permutations(sorted(entries.items()))))}
    days = draft.calendar.days(draft.period)
    starts = [day for day in days[1:] if day.day == 1]
    months = draw(st.booleans()) and bool(starts)
    # A later value could hold a change already, so no change stands before one.
    before = [] if restated else [draft.calendar.first]
    when = [*before, days[0], days[-1] + timedelta(1), *(starts if months else days[1:60])]
    if draw(st.booleans()):
        amount["pro_rata"] = "months" if months else "days"
        amount["changes"] = [
            {"from": day.isoformat(), "by": draw(changes), "decision": "x", "why": "y"}
            for day in draw(st.lists(st.sampled_from(when), min_size=1, max_size=3))
        ]
    return amount


@st.composite
def money_facts(draw: DrawFn, draft: Draft) -> None:
    """The facts, amounts, figures and tables that clauses read, with their rows."""
    contract = draft.contract
    per_party = {"unit": "EUR", "per": "party", "least": "0", "most": "900 000 000"}
    contract["facts"] |= {
        **{name: dict(per_party) for name in ("cost", "disallowed", "fee", "disputed", "paid")},
        "spend": {"unit": "EUR", "least": "0"},
        "units": {"unit": "count", "least": "0", "when_missing": draw(st.sampled_from(["0", "3"]))},
        "list_size": {"unit": "persons", "least": "0"},
    }
    for party in draft.paid():
        for name in ("cost", "disallowed", "fee", "disputed", "paid"):
            draft.measure(name, draw(MONEY), party)
    draft.measure("spend", draw(MONEY) + 1)
    draft.measure("list_size", Fraction(draw(st.integers(0, 40))))
    if draw(st.booleans()):
        draft.measure("units", Fraction(draw(st.integers(0, 12))))
    contract["amounts"] = {name: draw(dated_amounts(draft, draw(MONEY) + 1000)) for name in ("pool", "target", "price")}
    contract["figures"] = {
        "allowed": {"unit": "EUR", "per": "party", "formula": "cost - disallowed"},
        "outturn": {"unit": "EUR", "formula": "max(1, over_parties(allowed))"},
        "at_risk": {"formula": "40 % of over_parties(fee)"},
    }
    outside = draw(st.sampled_from(["none", "nearest"]))
    contract["tables"] = {
        "rate": {
            "kind": "interpolated",
            "from": "list_size",
            "outside": outside,
            "rows": [["5", "4 %", "9", "3 %"], ["10", "3 %", "20", "1 %"], *([["21", "1 %", "none", "1 %"]])],
        },
        "tier": {
            "kind": "stepped",
            "from": "list_size",
            "outside": outside,
            "rows": [["5", "1"], ["10", "2"], ["20", "4"]],
        },
    }


# -- payment clauses --------------------------------------------------------------------------------------------


@st.composite
def near(draw: DrawFn, exact: Fraction, *others: Fraction) -> Fraction:
    """Exactly ``exact`` in half of the draws where it can be written, else one of the others."""
    found = [each for each in (exact, exact, *others) if writable(each)]
    return draw(st.sampled_from(found))


@st.composite
def by_score(draw: DrawFn, draft: Draft, ys: Sequence[str]) -> list[list[str]]:
    """Points [score, y], one of them often exactly at the score that was reached."""
    least, most = range_of(draft)
    score = draft.score
    xs = {least, most, (least + most) / 2, draw(near(score, Fraction(0)))}
    chosen = sorted(draw(st.permutations(sorted(xs)))[: draw(st.integers(2, min(len(xs), len(ys))))])
    return [[text(x), y] for x, y in zip(chosen, ys, strict=False)]


@st.composite
def conditions(draw: DrawFn, draft: Draft) -> str:
    """A gate on the score or on a fact, often exactly at what was reached."""
    sign = draw(st.sampled_from([">=", ">", "<=", "<"]))
    if draft.sure_score and draw(st.integers(0, 3)):
        least, most = range_of(draft)
        score = draft.score
        return f"score {sign} {in_formula(draw(near(score, most, (least + most) / 2)))}"
    return f"list_size {sign} {draw(st.sampled_from(['5', '10', '20']))}"


@st.composite
def receivers(draw: DrawFn) -> str:
    """Who gets a line: a split, or the payee."""
    return draw(st.sampled_from(["benefit", "benefit", "burden", "payee"]))


@st.composite
def reimbursable(draw: DrawFn, draft: Draft) -> Written:
    """Costs of each party, less what is not eligible."""
    if draw(st.booleans()):
        return {"kind": "reimbursable", "amount": "cost", "disallowed": "disallowed", "to": "each"}
    amount = draw(st.sampled_from(["allowed", "cost", "50 % of cost"]))
    return {"kind": "reimbursable", "amount": amount, "to": "each"}


@st.composite
def fee(draw: DrawFn, draft: Draft) -> Written:
    """A fee in full, or as much as the score earns."""
    each = draw(st.booleans())
    share = draw(written(draw(SHARES)))
    share = f"({share})" if "/" in share else share
    clause: Written = {"kind": "fee", "amount": f"{share} * {'fee' if each else 'pool'}"}
    clause["to"] = "each" if each else draw(receivers())
    if draft.sure_score and draw(st.booleans()):
        clause["earned"] = draw(by_score(draft, ["0 %", "100 %", "1/3"]))
    return clause


@st.composite
def pool(draw: DrawFn, draft: Draft) -> Written:
    """An incentive by score; a formula where there may be no score."""
    if not draft.sure_score:
        return draw(formula_clause(draft))
    ys = draw(st.sampled_from([["-25 %", "0 %", "100 %"], ["0 %", "12.5 %", "100 %", "50 %"], ["-100 %", "100 %"]]))
    amount = draw(st.sampled_from(["pool", "10 % of target", "over_parties(fee)"]))
    return {"kind": "pool", "pool": amount, "points": draw(by_score(draft, ys)), "to": draw(receivers())}


@st.composite
def gain_share(draw: DrawFn, draft: Draft) -> Written:
    """A target and an outturn, with bands or a deadband, often exactly at their edges."""
    actual = draw(st.sampled_from(["outturn", "spend", "target", "spend + 200"]))
    clause: Written = {"kind": "gain_share", "target": "target", "actual": actual}
    names = Scores(draft.contract, list(draft.rows), draft.period, "")
    target, spent = names.compute("target"), names.compute(actual)
    saved = target - spent
    if draw(st.booleans()):
        edges = {Fraction(4, 5), Fraction(1), draw(near(spent / target, Fraction(41, 40))), Fraction(6, 5)}
        chosen = sorted(draw(st.permutations(sorted(edges)))[: draw(st.integers(1, 4))])
        rates = ["0 %", "25 %", "50 %", "1/3", "100 %"]
        clause["bands"] = [[text(edge), draw(st.sampled_from(rates))] for edge in chosen]
        clause["bands"].append(["none", draw(st.sampled_from(rates))])
    elif draw(st.integers(0, 3)):
        width = text(draw(near(abs(saved), abs(saved) / 2)))
        shares_ = draw(st.sampled_from(["beyond", "from_first"]))
        clause["deadband"] = {"width": draw(st.sampled_from([width] * 4 + ["2 % of target"])), "shares": shares_}
    for side in draw(st.sampled_from([["gain"], ["pain"], ["gain", "pain"], ["gain", "pain"]])):
        clause[side] = draw(sides(draft, banded="bands" in clause, money=abs(saved)))
    if all("when" in clause.get(side, {}) for side in ("gain", "pain")):
        clause["intended"] = "both sides are gated on purpose"
    return clause


@st.composite
def sides(draw: DrawFn, draft: Draft, banded: bool, money: Fraction) -> Written:
    """How a gain, or a loss, is shared: rates, limits at half a cent, gates."""
    side: Written = {"to": draw(receivers())}
    if not banded:
        side["rate"] = draw(st.sampled_from(["50 %", "30 %", "12.5 %", "1/3", "100 %"]))
    if draw(st.booleans()):
        half_cent = Fraction(int(money / 4 * 100), 100) + Fraction(1, 200)
        side["most"] = draw(st.sampled_from([text(half_cent), "at_risk", "50 % * fee_cap"])).replace("fee_cap", "pool")
    if draw(st.integers(0, 2)) == 0:
        side["when"] = draw(conditions(draft))
    return side


def clauses_of(draft: Draft) -> list[str]:
    return [id_ for item in draft.contract["settlement"] for id_ in item]


@st.composite
def modifier(draw: DrawFn, draft: Draft) -> Written:
    """A factor by score on a clause that paid something, where any did."""
    done = draft.outcome().clauses
    of = draw(st.sampled_from(sorted(done, key=lambda id_: (not done[id_], id_))[: max(1, len(done) - 1)]))
    clause: Written = {"kind": "modifier", "of": of}
    ys = ["80 %", "100 %", "110 %", "0 %"]
    for side in draw(st.sampled_from([["gain"], ["pain"], ["gain", "pain"]])):
        if draft.sure_score:
            clause[side] = draw(by_score(draft, draw(st.permutations(ys))))
        else:
            clause |= {"by": "list_size", side: [["5", "80 %"], ["20", "110 %"]]}
    return clause


@st.composite
def cap(draw: DrawFn, draft: Draft) -> Written:
    """A cap, a floor or both, often exactly at the sum, a cent below it, or at half a cent."""
    lines = draft.outcome().lines
    done = draft.outcome().clauses
    count = draw(st.sampled_from([1, len(done), len(done)]))
    of = sorted(draw(st.permutations(sorted(done)))[:count])
    whole = sum((done[id_] for id_ in of), Fraction(0))
    clause: Written = {"kind": "cap", "of": of}
    half_cent = Fraction(1, 200)
    if draw(st.booleans()):
        most = draw(
            near(max(whole, Fraction(0)), max(whole - CENT, Fraction(0)), abs(whole) / 2 + half_cent, Fraction(0))
        )
        clause["most"] = draw(st.sampled_from([text(most), "10 % of target"]))
    if draw(st.booleans()) or "most" not in clause:
        least = draw(near(min(whole, Fraction(0)), min(whole + CENT, Fraction(0)), -abs(whole) / 2 - half_cent))
        clause["least"] = draw(st.sampled_from([text(least), "-at_risk"]))
    if not any(part for (id_, _), part in lines.items() if id_ in of) or draw(st.integers(0, 4)) == 0:
        clause["to"] = draw(receivers())
    return clause


@st.composite
def price_per_point(draw: DrawFn, draft: Draft) -> Written:
    """Points times a price, scaled and limited."""
    clause: Written = {
        "kind": "price_per_point",
        "points": "score" if draft.sure_score else "coalesce(score, 3)",
        "price": draw(st.sampled_from(["201.16", "price", "0.005"])),
        "to": draw(receivers()),
    }
    if draw(st.booleans()):
        clause |= {"list_size": "list_size", "average_list": draw(st.sampled_from(["9 103", "7"]))}
    if draw(st.booleans()):
        clause["most"] = draw(st.sampled_from(["100.005", "50 % of price", "0.015"]))
    return clause


@st.composite
def rate_card(draw: DrawFn, draft: Draft) -> Written:
    """Outcomes at their prices, each limited, and all together."""
    outcomes: Written = {
        "jobs": {"units": "units", "price": draw(st.sampled_from(["1 234.565", "price", "0.005"]))},
        "plans": {"units": "units + tier_or_none", "price": "3 % of price"},
    }
    outcomes["plans"]["units"] = draw(st.sampled_from(["list_size", "units + coalesce(tier, 1)"]))
    if draw(st.booleans()):
        outcomes["jobs"]["most"] = draw(st.sampled_from(["1 000.005", "price"]))
    clause: Written = {"kind": "rate_card", "outcomes": outcomes, "to": draw(receivers())}
    if draw(st.booleans()):
        clause["most"] = draw(st.sampled_from(["2 500.015", "pool"]))
    return clause


@st.composite
def formula_clause(draw: DrawFn, draft: Draft) -> Written:
    """An amount written out, many of which end in half a cent."""
    first = draft.contract["result_areas"]["area0"]["indicators"]
    forms = [
        "max(0, list_size - 10) * price",
        "-(25 % of pool) if list_size < 10 else 0",
        "coalesce(rate, 1 %) * target",
        "coalesce(score, 0) / 100 * pool",
        "target / 3 - spend / 7",
        "round(pool / 7, 1) + 0.005",
        *(f"coalesce({id_}, 1) * price / 20" for id_ in list(first)[:1]),
        *(f"coalesce({area}, 2) * 0.125 * pool / 100" for area in draft.contract["result_areas"]),
        *(f"50 % of {id_} + 0.005" for id_ in clauses_of(draft)),
    ]
    amount = draw(st.sampled_from(forms))
    each = draw(st.integers(0, 4)) == 0
    return {
        "kind": "formula",
        "amount": f"fee / 3 - {amount}" if each else amount,
        "to": "each" if each else draw(receivers()),
    }
