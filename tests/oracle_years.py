"""Several periods, a second time: what earlier settlements state, and what a clause makes of it and states itself.

A part of the oracle (see oracle.py). It imports the standard library only, never the package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

from tests.oracle_language import Calendar, rounded

Clause = Mapping[str, Any]
Earlier = Mapping[tuple[str, str, str], Fraction]
NO_MONEY = Fraction(0)


class Paying(Protocol):
    """What a ledger can tell of a clause."""

    rule: str
    done: dict[str, Fraction]

    def read(self, text: str, party: str = "") -> Any:
        """The value of a formula."""

    def limit(self, text: str, party: str = "") -> Fraction:
        """A limit, rounded."""

    def saved(self, clause: Clause, target: Fraction, actual: Fraction) -> Fraction:
        """What there is to share."""

    def side(self, clause: Clause, side: Clause | None, beyond: Fraction) -> Fraction:
        """What one side shares of it."""


def spans(clause: Clause) -> bool:
    """Whether a clause reads what an earlier settlement states."""
    return "over" in clause or "carry" in clause or "carry" in clause.get("pain", {})


class Years:
    """The balances of one payee: those that the settlement of the period before states, and those of this one."""

    def __init__(self, calendar: Calendar, period: str, payee: str, earlier: Earlier) -> None:
        self.payee, self.earlier = payee, earlier
        first = calendar.label(calendar.first)
        self.walked = [period]
        while self.walked[-1] != first:
            self.walked.append(calendar.before(self.walked[-1], 1))
        self.stated: dict[str, Fraction] = {}
        self.after: Callable[[Fraction], None] = lambda _: None

    def before(self, name: str, back: int, since: str) -> Fraction:
        """What the settlement before states as ``name``, where that reaches back no further than what counts."""
        there = self.walked[: self.walked.index(since) + 1] if since in self.walked else self.walked
        if back >= len(there) or (since and since not in self.walked):
            return NO_MONEY
        return self.earlier[self.payee, self.walked[1], name]

    def amount(self, id_: str, clause: Clause, of: Paying) -> Fraction:
        """The amount of a clause that spans periods; ``close`` states the rest once it is written."""
        counts = "when" not in clause or of.read(clause["when"])
        if "over" in clause:
            way = self._cap_over if clause["kind"] == "cap" else self._share_over
        else:
            way = self._cap_carrying if clause["kind"] == "cap" else self._share_carrying
        return way(id_, clause, of, bool(counts))

    def close(self, line: Fraction) -> None:
        """State what the clause carries, now that its line is written."""
        self.after(line)
        self.after = lambda _: None

    # -- all periods together ---------------------------------------------------------------------------------

    def _to_date(self, name: str, value: Fraction, since: str, rule: str) -> Fraction:
        self.stated[name] = rounded(self.before(name, 1, since) + value, rule)
        return self.stated[name]

    def _cap_over(self, id_: str, clause: Clause, of: Paying, counts: bool) -> Fraction:
        since = clause["over"].removeprefix("contract").removeprefix("since ")
        own = sum((of.done[each] for each in clause["of"]), NO_MONEY)
        paid = self.before(f"{id_}.to_date", 1, since) + own
        together = self._to_date(f"{id_}.sum_to_date", own, since, of.rule)
        if "most" in clause:
            together = min(together, of.limit(clause["most"]))
        if "least" in clause:
            together = max(together, of.limit(clause["least"]))
        self.after = lambda line: self.stated.update({f"{id_}.to_date": paid + line})
        return together - paid if counts else NO_MONEY

    def _share_over(self, id_: str, clause: Clause, of: Paying, counts: bool) -> Fraction:
        since = clause["over"].removeprefix("contract").removeprefix("since ")
        sums = [
            self._to_date(f"{id_}.{each}_to_date", of.read(clause[each]), since, of.rule)
            for each in ("target", "actual")
        ]
        saved = of.saved(clause, *sums)
        paid = self.before(f"{id_}.to_date", 1, since)
        due = of.side(clause, clause.get("gain"), saved) if saved > 0 else -of.side(clause, clause.get("pain"), -saved)
        self.after = lambda line: self.stated.update({f"{id_}.to_date": paid + line})
        return due - paid if counts else NO_MONEY

    # -- carried ----------------------------------------------------------------------------------------------

    def _brought(self, name: str, carry: Clause, of: Paying) -> list[Fraction]:
        """What was brought forward in all, within its limit, and then what came from 1, 2, ... periods before."""
        ages = range(int(carry.get("periods", "1")))
        found = [self.before(_aged(name, age), age + 1, carry.get("since", "")) for age in ages]
        whole = sum(found, NO_MONEY)
        return [min(whole, of.limit(carry["most"])) if "most" in carry else whole, *found]

    def _forward(self, name: str, carry: Clause, of: Paying, pool: list[Fraction], left: Fraction) -> None:
        """State what is left, the newest first; without a number of periods it is one balance."""
        if "most" in carry:
            left = min(left, of.limit(carry["most"]))
        rest = rounded(max(NO_MONEY, left), of.rule)
        if "periods" not in carry:
            self.stated[name] = rest
            return
        for age, each in enumerate(pool[: int(carry["periods"])]):
            self.stated[_aged(name, age)] = rounded(min(each, rest), of.rule)
            rest -= self.stated[_aged(name, age)]

    def _cap_carrying(self, id_: str, clause: Clause, of: Paying, counts: bool) -> Fraction:
        carry, name = clause["carry"], f"{id_}.unused"
        own = of.limit(clause["most"])
        brought, *ages = self._brought(name, carry, of)
        before = sum((of.done[each] for each in clause["of"]), NO_MONEY)
        within = min(before, own + brought)
        if "least" in clause:
            within = max(within, of.limit(clause["least"]))

        def after(line: Fraction) -> None:
            paid = max(NO_MONEY, before + line)
            new = max(NO_MONEY, own - paid) if counts else NO_MONEY
            old = min(brought, max(NO_MONEY, own + brought - paid)) if counts else brought
            self._forward(name, carry, of, [new, *ages], new + old)

        self.after = after
        return within - before if counts else NO_MONEY

    def _share_carrying(self, id_: str, clause: Clause, of: Paying, counts: bool) -> Fraction:
        pain, name = clause["pain"], f"{id_}.losses"
        saved = of.saved(clause, of.read(clause["target"]), of.read(clause["actual"]))
        gain = of.side(clause, clause.get("gain"), max(NO_MONEY, saved))
        loss = of.side(clause, {key: pain[key] for key in pain if key != "most"}, max(NO_MONEY, -saved))
        brought, *ages = self._brought(name, pain["carry"], of)
        owed = loss + brought - gain
        bears = "when" not in pain or of.read(pain["when"])
        borne = min(max(NO_MONEY, owed), of.limit(pain["most"])) if bears else NO_MONEY

        def after(line: Fraction) -> None:
            left = max(NO_MONEY, owed + line) if counts else brought
            self._forward(name, pain["carry"], of, [loss if counts else NO_MONEY, *ages], left)

        self.after = after
        return max(NO_MONEY, -owed) - borne if counts else NO_MONEY


def _aged(name: str, age: int) -> str:
    return f"{name}@-{age}" if age else name
