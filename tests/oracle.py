"""A second opinion on every score, line, share and balance, written from the language reference alone.

It works on a contract and on measured data as plain dictionaries of text, the way a person reads the files, in plain
fractions, and never imports the package. Where the package says otherwise by a cent, one of the two is wrong.

oracle_language.py reads numbers, days and formulas; oracle_scores.py scores; this module pays, and oracle_years.py what is
carried from period to period.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle_language import met, number, on_line, rounded, shared
from tests.oracle_scores import Area, Contract, Indicator, Row, Scores
from tests.oracle_years import Earlier, Years, spans

NO_MONEY = Fraction(0)


@dataclass(frozen=True)
class Balance:
    """What a party earned, what of it is held, and what was paid on account."""

    earned: Fraction
    held: Fraction
    paid: Fraction

    @property
    def payable(self) -> Fraction:
        """Earned, less what is held and what was paid."""
        return self.earned - self.held - self.paid


@dataclass(frozen=True)
class Outcome:
    """The settlement of one payee. Lines are (clause, party) to amount; lines of nothing are left out."""

    score: Fraction | None
    areas: Mapping[str, Area]
    indicators: Mapping[str, Indicator]
    lines: Mapping[tuple[str, str], Fraction]
    clauses: Mapping[str, Fraction]
    balance: Mapping[str, Balance]
    carried: Mapping[str, Fraction]

    @property
    def total(self) -> Fraction:
        """Everything that is earned."""
        return sum(self.lines.values(), NO_MONEY)


def settle(
    contract: Contract, rows: list[Row], period: str, payee: str = "", earlier: Earlier | None = None
) -> Outcome:
    """The settlement of ``period`` for one payee; a blank payee is the alliance itself.

    ``earlier`` is what earlier settlements state, by (payee, period, name).
    """
    scores = Scores(contract, rows, period, payee)
    ledger = Ledger(scores, earlier)
    ledger.write_all()
    clauses = {id_: sum((part for (of, _), part in ledger.lines.items() if of == id_), NO_MONEY) for id_ in ledger.done}
    return Outcome(
        scores.total(),
        {id_: Area(scores.area(id_), scores.counted_weight(id_)) for id_ in contract.get("result_areas", {})},
        {id_: scores.indicator(id_) for id_ in scores.homes},
        {key: amount for key, amount in ledger.lines.items() if amount},
        clauses,
        ledger.balance(),
        ledger.years.stated,
    )


class Ledger:
    """Lines in the order of the clauses, each rounded once and then shared; a later clause reads written lines."""

    def __init__(self, scores: Scores, earlier: Earlier | None = None) -> None:
        self.scores, self.contract = scores, scores.contract
        self.years = Years(scores.calendar, scores.period, scores.payee, earlier or {})
        rounding = self.contract.get("rounding", {})
        self.rule, self.limits = rounding.get("lines", ""), rounding.get("limits", "")
        self.unit = number(self.rule.partition(" to ")[2]) if self.rule else Fraction(1)
        self.lines: dict[tuple[str, str], Fraction] = {}
        self.done: dict[str, Fraction] = {}
        self.by_score: set[str] = set()

    def write_all(self) -> None:
        """Every clause, in order."""
        for item in self.contract.get("settlement", ()):
            ((id_, clause),) = item.items()
            if clause.get("to") == "each":
                for party in self.scores.parties:
                    self._write(id_, self._amount(id_, clause, party), {party: Fraction(1)})
            else:
                amount = rounded(self._amount(id_, clause, ""), self.rule)
                self._write(id_, amount, self._who(clause, amount))
            self.done[id_] = sum((part for (of, _), part in self.lines.items() if of == id_), NO_MONEY)
            self.years.close(self.done[id_])
            if self._reads_score(clause):
                self.by_score.add(id_)

    def _write(self, id_: str, amount: Fraction, shares: Mapping[str, Fraction]) -> None:
        amount = rounded(amount, self.rule)
        if amount:
            for party, part in shared(amount, shares, self.unit).items():
                self.lines[id_, party] = part

    def read(self, text: str, party: str = "") -> Any:
        """The value of a formula, in which a clause's name means its written amount."""
        return self.scores.compute(text, party, self.done)

    def _at_most(self, amount: Fraction, of: Mapping[str, Any], party: str = "") -> Fraction:
        """An amount, or its limit where it has one and is larger."""
        if "most" not in of:
            return amount
        limit = self.limit(of["most"], party)
        met("limit", amount, limit)
        return min(amount, limit)

    def limit(self, text: str, party: str = "") -> Fraction:
        """A limit, rounded as the contract says limits are rounded before anything is held to it."""
        return rounded(self.read(text, party), self.limits)

    def _amount(self, id_: str, clause: Mapping[str, Any], party: str) -> Fraction:
        if spans(clause):
            return self.years.amount(id_, clause, self)
        if "when" in clause and not self.read(clause["when"], party):
            return NO_MONEY
        clauses: dict[str, Callable[[Mapping[str, Any], str], Fraction]] = {
            "reimbursable": self._reimbursable,
            "fee": self._fee,
            "pool": lambda clause, party: self.read(clause["pool"], party) * self._by_score(clause["points"]),
            "gain_share": self._gain_share,
            "modifier": self._modifier,
            "cap": self._cap,
            "price_per_point": self._price_per_point,
            "rate_card": self._rate_card,
            "formula": lambda clause, party: self.read(clause["amount"], party),
        }
        amount = clauses[clause["kind"]](clause, party)
        assert isinstance(amount, Fraction), id_
        return amount

    def _by_score(self, points: Any) -> Fraction:
        score = self.scores.total()
        assert score is not None
        return on_line(score, points)

    # -- clauses ----------------------------------------------------------------------------------------------

    def _reimbursable(self, clause: Mapping[str, Any], party: str) -> Fraction:
        """The costs, less what is not eligible."""
        off = self.read(clause["disallowed"], party) if "disallowed" in clause else NO_MONEY
        return Fraction(self.read(clause["amount"], party) - off)

    def _fee(self, clause: Mapping[str, Any], party: str) -> Fraction:
        """The fee, or the share of it that the score earns."""
        earned = self._by_score(clause["earned"]) if "earned" in clause else Fraction(1)
        return Fraction(self.read(clause["amount"], party) * earned)

    def _gain_share(self, clause: Mapping[str, Any], _: str) -> Fraction:
        """What was saved is shared by the gain side, what was overrun by the pain side."""
        saved = self.saved(clause, self.read(clause["target"]), self.read(clause["actual"]))
        if saved > 0:
            return self.side(clause, clause.get("gain"), saved)
        return -self.side(clause, clause.get("pain"), -saved)

    def saved(self, clause: Mapping[str, Any], target: Fraction, actual: Fraction) -> Fraction:
        """What there is to share: the saving, negative for an overrun; with bands the slices of it at their rates."""
        return target * _in_bands(actual / target, clause["bands"]) if "bands" in clause else target - actual

    def side(self, clause: Mapping[str, Any], side: Mapping[str, Any] | None, beyond: Fraction) -> Fraction:
        """What a side shares of what lies beyond the target."""
        if side is None or ("when" in side and not self.read(side["when"])):
            return NO_MONEY
        if "deadband" in clause:
            width = self.read(clause["deadband"]["width"])
            met("limit", beyond, width)
            if clause["deadband"]["shares"] == "beyond":
                beyond = max(NO_MONEY, beyond - width)
            elif beyond < width:
                beyond = NO_MONEY
        amount = beyond * (self.read(side["rate"]) if "rate" in side else 1)
        return self._at_most(amount, side)

    def _modifier(self, clause: Mapping[str, Any], _: str) -> Fraction:
        """The written line of another clause, changed by a factor of the score."""
        line = self.done[clause["of"]]
        points = clause.get("gain" if line > 0 else "pain")
        if not line or not points:
            return NO_MONEY
        factor = on_line(self.read(clause["by"]), points) if "by" in clause else self._by_score(points)
        return Fraction(line * (factor - 1))

    def _cap(self, clause: Mapping[str, Any], _: str) -> Fraction:
        """What brings the sum of written lines within its limits."""
        before = sum((self.done[of] for of in clause["of"]), NO_MONEY)
        after = self._at_most(before, clause)
        if "least" in clause:
            floor = self.limit(clause["least"])
            met("floor", before, floor)
            after = max(after, floor)
        return after - before

    def _price_per_point(self, clause: Mapping[str, Any], party: str) -> Fraction:
        """Points times their price, scaled by the size of the list."""
        amount = self.read(clause["points"], party) * self.read(clause["price"], party)
        if "list_size" in clause:
            amount *= self.read(clause["list_size"], party)
        if "average_list" in clause:
            amount /= self.read(clause["average_list"], party)
        return Fraction(self._at_most(amount, clause, party))

    def _rate_card(self, clause: Mapping[str, Any], party: str) -> Fraction:
        """Units times prices, each outcome up to its limit, all up to theirs."""
        total = NO_MONEY
        for outcome in clause["outcomes"].values():
            worth = self.read(outcome["units"], party) * self.read(outcome["price"], party)
            total += self._at_most(worth, outcome, party)
        return self._at_most(total, clause, party)

    # -- who gets a line --------------------------------------------------------------------------------------

    def _who(self, clause: Mapping[str, Any], amount: Fraction) -> dict[str, Fraction]:
        if clause["kind"] == "gain_share":
            sides = [clause.get("gain"), clause.get("pain")]
            named = [side["to"] for side in (sides if amount >= 0 else sides[::-1]) if side]
            return self.split(named[0])
        if clause["kind"] in ("modifier", "cap") and "to" not in clause:
            of = clause["of"] if clause["kind"] == "cap" else [clause["of"]]
            return self._in_proportion(of, amount)
        return self.split(clause["to"])

    def _in_proportion(self, clauses: list[str], amount: Fraction) -> dict[str, Fraction]:
        """As the amounts that are changed: those on the side that is drawn back, else all by their size."""
        held: dict[str, Fraction] = {}
        for (of, party), part in self.lines.items():
            if of in clauses:
                held[party] = held.get(party, NO_MONEY) + part
        drawn = {party: abs(part) for party, part in held.items() if part * amount < 0}
        return drawn or {party: abs(part) for party, part in held.items() if part}

    def split(self, name: str) -> dict[str, Fraction]:
        """The shares of a split over the period, counted day by day or month by month."""
        if name == "payee":
            return {"payee": Fraction(1)}
        split = self.contract["splits"][name]
        entries = {date.fromisoformat(each["from"]): each for each in split["shares"]}
        leaves = [date.fromisoformat(each["to"]) for each in self.contract["parties"].values() if "to" in each]
        turns = sorted({*entries, *(day + timedelta(1) for day in leaves if day < date.max)})
        moments = self.scores.calendar.moments(self.scores.period, split.get("pro_rata", "days"))
        found: dict[str, Fraction] = {}
        for turn, count in Counter(bisect(turns, day) for day in moments).items():
            day = turns[turn - 1]  # on the days up to the next turn everything is as on this one
            for party, share in entries[max(start for start in entries if start <= day)].items():
                if party != "from":
                    holder = self._holder(party, day)
                    found[holder] = found.get(holder, NO_MONEY) + number(share) * count / len(moments)
        return {party: share for party, share in found.items() if share}

    def _holder(self, party: str, day: date) -> str:
        """Who holds a party's share on a day: itself, or who took over after its last day."""
        who = self.contract["parties"][party]
        gone = "to" in who and date.fromisoformat(who["to"]) < day
        return self._holder(who["succeeded_by"], day) if gone and "succeeded_by" in who else party

    # -- the balance ------------------------------------------------------------------------------------------

    def _reads_score(self, clause: Mapping[str, Any]) -> bool:
        """Whether a clause depends on a score: by its kind, by its words, or through a clause it reads."""
        if clause["kind"] == "pool" or "earned" in clause or (clause["kind"] == "modifier" and "by" not in clause):
            return True
        return self._depends(repr(clause))

    def _depends(self, text: str) -> bool:
        words = set(re.findall(r"[a-z_][a-z0-9_]*", text))
        if words & {"score", *self.contract.get("result_areas", {}), *self.by_score}:
            return True
        below = [
            repr(self.scores.section(kind)[word])
            for word in words
            for kind in ("figures", "tables")
            if word in self.scores.section(kind)
        ]
        return any(self._depends(each) for each in below)

    def _on_account(self, key: str) -> dict[str, Fraction]:
        """What was paid, or is disputed, by party; of the payee where it is not kept per party."""
        fact = self.contract.get("payments", {}).get(key)
        if fact is None:
            return {}
        parties = self.scores.parties if self.contract["facts"][fact].get("per") == "party" else ["payee"]
        amounts = {party: self.scores.fact(fact, party) for party in parties}
        return {party: rounded(amount or NO_MONEY, self.rule) for party, amount in amounts.items()}

    def balance(self) -> dict[str, Balance]:
        """What every party earned, what is held of it (disputed, and the weight on hold of what scores earned), what was paid."""
        held, paid = self._on_account("held"), self._on_account("paid")
        waiting = self.scores.held_weight() if self.lines else Fraction(0)
        balance = {}
        for party in sorted({*held, *paid, *(party for _, party in self.lines)}):
            own = {clause: amount for (clause, of), amount in self.lines.items() if of == party}
            by_score = sum((amount for clause, amount in own.items() if clause in self.by_score), NO_MONEY)
            back = held.get(party, NO_MONEY) + rounded(max(NO_MONEY, by_score) * waiting, self.rule)
            balance[party] = Balance(sum(own.values(), NO_MONEY), back, paid.get(party, NO_MONEY))
        return balance


def _in_bands(ratio: Fraction, bands: list[list[str]]) -> Fraction:
    """The sum, over the bands, of each rate times the slice of the band that lies between the ratio and 100 %."""
    low, high = min(ratio, Fraction(1)), max(ratio, Fraction(1))
    total, start = Fraction(0), None
    for end_text, rate in bands:
        end = None if end_text == "none" else number(end_text)
        from_ = low if start is None else max(start, low)
        to = high if end is None else min(end, high)
        total += number(rate) * max(Fraction(0), to - from_)
        start = end
    return total if ratio < 1 else -total
