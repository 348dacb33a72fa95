"""Random clauses that span periods: what they carry and for how long, and what the settlement before is taken to state."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.drawing import CENT, MONEY, Draft, Written, text, writable
from tests.drawing_money import receivers
from tests.oracle_language import number, rounded
from tests.oracle_scores import Scores

SIGNED = st.tuples(MONEY, st.sampled_from([1, 1, -1])).map(lambda drawn: drawn[0] * drawn[1])


@st.composite
def spanning(draw: DrawFn, draft: Draft, id_: str, clause: Written) -> None:
    """Let a cap or a gain share carry what it leaves, or count over all periods, where it can."""
    cap = clause["kind"] == "cap"
    holder = clause if cap else clause.get("pain", {})
    way = draw(st.sampled_from(["", "over", "carry", "carry"] if "most" in holder else ["", "over"]))
    if way == "over":
        _over(draw, draft, id_, clause)
    elif way == "carry":
        edges = _cap_edges(draft, clause) if cap else _share_edges(draft, clause)
        holder["carry"] = _carry(draw, draft, f"{id_}.{'unused' if cap else 'losses'}", edges)


def _over(draw: DrawFn, draft: Draft, id_: str, clause: Written) -> None:
    since = _since(draw, draft)
    clause["over"] = f"since {since}" if since else "contract"
    if clause["kind"] == "cap":
        # What was paid before can be taken back in a period that has nothing to take it from.
        clause["to"] = draw(receivers())
        edges = [*_cap_edges(draft, clause), *(-each for each in _cap_edges(draft, clause))]
        names = ["to_date", "sum_to_date"]
    else:
        edges, names = _share_edges(draft, clause), ["to_date"]
        for each in ("target_to_date", "actual_to_date"):
            _state(draft, f"{id_}.{each}", draw(MONEY) + draw(st.sampled_from([*edges, Fraction(0)])))
    for each in names:
        _state(draft, f"{id_}.{each}", draw(st.one_of(SIGNED, st.sampled_from([*edges, Fraction(0)]))))


def _carry(draw: DrawFn, draft: Draft, name: str, edges: list[Fraction]) -> Written:
    """For how long and how much, with what was carried here often exactly what is needed, or half of it."""
    carry: Written = {}
    amounts = [each for edge in edges for each in (edge, edge / 2, edge - CENT) if each > 0] + [Fraction(0)]
    amount = st.one_of(MONEY, st.sampled_from(amounts), st.sampled_from(amounts))
    periods = draw(st.sampled_from([0, 0, 1, 2, 3]))
    if periods:
        carry["periods"] = str(periods)
    if draw(st.booleans()):
        half_cent = draw(amount) + Fraction(1, 200)
        carry["most"] = draw(st.sampled_from([text(half_cent) if writable(half_cent) else "5", "at_risk"]))
    if since := _since(draw, draft):
        carry["since"] = since
    for age in range(periods or 1):
        _state(draft, f"{name}@-{age}" if age else name, draw(amount))
    return carry


def _since(draw: DrawFn, draft: Draft) -> str:
    """Seldom a period from which on it counts: this one, the one before, or the first of the contract."""
    first, calendar = draft.calendar.label(draft.calendar.first), draft.calendar
    known = [draft.period, first] if draft.period == first else [draft.period, first, calendar.before(draft.period, 1)]
    return draw(st.sampled_from([*[""] * 6, *known]))


def _state(draft: Draft, name: str, value: Fraction) -> None:
    """Let the settlement before state a balance, in whole units."""
    rule = draft.contract["rounding"]["lines"].replace("half_even", "half_away_from_zero")
    before = draft.calendar.before(draft.period, 1)
    draft.earlier["", before, name] = rounded(value, rule)


def _cap_edges(draft: Draft, clause: Written) -> list[Fraction]:
    """What the clauses come to, and by how much they pass the limit."""
    done = draft.outcome().clauses
    whole = sum((done[id_] for id_ in clause["of"]), Fraction(0))
    limits = [_read(draft, clause[key]) for key in ("most", "least") if key in clause]
    return [whole, *limits, *(whole - limit for limit in limits), *(limit - whole for limit in limits)]


def _share_edges(draft: Draft, clause: Written) -> list[Fraction]:
    """What is saved or overrun, and the part of it that a side shares."""
    saved = _read(draft, clause["target"]) - _read(draft, clause["actual"])
    rates = [_read(draft, side["rate"]) for key in ("gain", "pain") if "rate" in (side := clause.get(key, {}))]
    return [abs(saved), *(abs(saved) * rate for rate in rates)]


def _read(draft: Draft, written: str) -> Fraction:
    found = Scores(draft.contract, list(draft.rows), draft.period, "").compute(written)
    return found if isinstance(found, Fraction) else number("0")
