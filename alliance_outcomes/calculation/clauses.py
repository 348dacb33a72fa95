"""Payment clauses to ledger entries: each clause's written line is a named formula that later clauses may read."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..contract.model import Contract
from ..contract.parts import Formula
from ..contract.periods import Period, apart, earlier, portion
from ..formula.nodes import Arithmetic, Name, Node, Number, Round, names
from ..formula.steps import Input, Says, Step
from ..ledger import Entry, InProportion, Split
from ..numbers import Rounding
from ..payments.base import EACH, PAYEE, Clause, Paying
from ..problems import Place, Problem, did_you_mean
from .missing import may_be_missing
from .names import Names
from .scores import TOTAL


class Clauses:
    """Lowers the clauses of a settlement in their order."""

    def __init__(self, scope: Names, rounding: Rounding, limits: Rounding | None) -> None:
        self.scope, self.contract = scope, scope.contract
        self.rounding, self.limits = rounding, limits
        self.entries: list[Entry] = []
        self.written: dict[str, list[str]] = {}

    def lower_all(self) -> None:
        """Lower every clause, then refuse names that come too late."""
        for id_ in self.contract.settlement:
            self.scope.lower_also[id_] = self._read_line
        for id_, clause in self.contract.settlement.items():
            self.written[id_] = []
            assert isinstance(clause, Clause)
            clause.lower(self._paying(id_, clause, ""))
            self._close(id_, clause)

    def _place(self, id_: str) -> Place | None:
        return self.contract.place("settlement", self._index(id_), id_, key=True)

    def _index(self, id_: str) -> int:
        return list(self.contract.settlement).index(id_)

    def _close(self, id_: str, clause: Clause) -> None:
        """Name the clause's whole amount, where it was written to each party by itself."""
        parts = self.written[id_]
        if parts == [id_]:
            return
        total: Node = Number(Fraction(0))
        for index, part in enumerate(parts):
            total = Name(part) if index == 0 else Arithmetic("+", total, Name(part))
        self.scope.let(
            id_, total, "line", self.scope.title(clause.title), self._place(id_), self.contract.currency or ""
        )

    def _read_line(self, id_: str, _party: str, place: Place | None) -> Name:
        if id_ not in self.scope.steps:
            sentence = f"{id_} is read before it is written."
            self.scope.problems.append(Problem("AO410", sentence, "Move the clause that reads it below.", place))
            self.scope.steps[id_] = Step(id_, Number(Fraction(0)), "line")
        return Name(id_)

    def _paying(self, id_: str, clause: Clause, party: str) -> Paying:
        place, scope = self._place(id_), self.scope
        suffix = f"[{party}]" if party else ""

        def let(name: str, node: Node, says: Says | None) -> Name:
            return scope.let(f"{id_}.{name}{suffix}", node, "clause", says, place, "")

        def condition(written: Formula) -> Node:
            scope.degree(written.node)
            return scope.formula(written, party)

        return Paying(
            id_,
            party,
            scope.parties,
            lambda: self._score(place),
            place,
            let,
            lambda written: scope.money(written, party),
            lambda written: scope.number(written, party),
            condition,
            lambda split: self._shares(split, place),
            lambda name: self._line(name, id_, place),
            self._limit,
            self._rounded,
            lambda what, back, since, least: self._brought(f"{id_}.{what}{suffix}", back, since, least, place),
            lambda what, node, says: scope.let(
                f"{id_}.{what}{suffix}", self._rounded(node), "carried", says, place, self.contract.currency or ""
            ),
            lambda node, to, why: self._write(id_, suffix, node, to, why),
            lambda who: self._paying(id_, clause, who),
            scope.problems.append,
        )

    def _score(self, place: Place | None) -> Name:
        if TOTAL not in self.scope.steps:
            self.scope.problems.append(
                Problem(
                    "AO414",
                    "This clause pays by score, but nothing is scored.",
                    "Add result_areas with indicators.",
                    place,
                )
            )
            return self.scope.let(TOTAL, Number(Fraction(0)), "total")
        if self.scope.maybe.get(TOTAL):
            sentence = "There may be no score at all, and nothing says what is paid then."
            self.scope.problems.append(
                Problem(
                    "AO312",
                    sentence,
                    "Let one indicator be required, or pay by formula with coalesce(score, 0).",
                    place,
                )
            )
        return Name(TOTAL)

    def _line(self, name: str, reader: str, place: Place | None) -> Name:
        if name not in self.contract.settlement:
            hint = did_you_mean(name, self.contract.settlement)
            self.scope.problems.append(Problem("AO307", f"{name} is not a clause of the settlement.", hint, place))
            return self.scope.let(f"{reader}.nothing", Number(Fraction(0)), "clause")
        return self._read_line(name, "", place)

    def _limit(self, node: Node) -> Node:
        if self.limits is None:
            place = self.contract.place("rounding")
            sentence = "limits is missing; a clause states a limit, and says not how it is rounded."
            self.scope.problems.append(Problem("AO102", sentence, "Add limits: toward_zero to 0.01.", place))
            return node
        return Round(node, self.limits.how, self.limits.unit)

    def _brought(self, name: str, back: int, since: str, least: Fraction | None, place: Place | None) -> Node:
        """What the settlement of the period before states as ``name``, which came from ``back`` periods before this one.

        Nothing comes from before the contract, nor from before the period ``since`` where one is named (AO149).
        """
        scope, rule = self.scope, self.contract.periods
        first = since or scope.labels[0]
        if first not in scope.labels:
            hint = did_you_mean(first, scope.labels) or f"Its periods run from {scope.labels[0]} to {scope.labels[-1]}."
            scope.wrong("AO149", f"{first} is no period of this contract, so nothing counts since then.", hint, place)
            return Number(Fraction(0))
        if apart(rule, first, scope.period.label) < back:
            return Number(Fraction(0))
        before, unit = earlier(rule, scope.period.label, 1), self.contract.currency or ""
        return scope.take(Input(f"{name}@settled-1", name, before, part="settled", unit=unit, least=least, place=place))

    def _rounded(self, node: Node) -> Node:
        return Round(node, self.rounding.how, self.rounding.unit)

    def _write(self, id_: str, suffix: str, node: Node, to: Split | InProportion, why: Says) -> None:
        name, place = f"{id_}{suffix}", self._place(id_)
        if may_be_missing(node, lambda each: self.scope.maybe.get(each, False)):
            self.scope.problems.append(
                Problem(
                    "AO312",
                    f"{id_} may have no amount at all.",
                    "Say what is paid where a value is missing, with coalesce().",
                    place,
                )
            )
        self.scope.let(name, self._rounded(node), "line", why, place, self.contract.currency or "")
        self.written[id_].append(name)
        self.entries.append(Entry(id_, name, to, why, place))

    # -- shares -----------------------------------------------------------------------------------------------

    def _shares(self, split_id: str, place: Place | None) -> Mapping[str, Fraction]:
        if split_id == PAYEE:
            return {PAYEE: Fraction(1)}
        if split_id not in self.contract.splits:
            instead = (
                "Name a split here; each is for amounts of a party's own."
                if split_id == EACH
                else did_you_mean(split_id, [*self.contract.splits, PAYEE])
            )
            self.scope.problems.append(Problem("AO415", f"{split_id} is not a split.", instead, place))
            return {PAYEE: Fraction(1)}
        return shares_in(self.contract, split_id, self.scope.period, self.scope.problems)


def shares_in(contract: Contract, split_id: str, period: Period, problems: list[Problem]) -> dict[str, Fraction]:
    """The shares of a split over ``period``: each entry weighed by the part of the period it holds for."""
    from datetime import timedelta

    split = contract.splits[split_id]
    place = contract.place("splits", split_id)
    ends = [entry.first - timedelta(days=1) for entry in split.shares[1:]] + [period.last]
    found: dict[str, Fraction] = {}
    inside = [(max(e.first, period.first), min(end, period.last), e) for e, end in zip(split.shares, ends, strict=True)]
    inside = [(first, last, entry) for first, last, entry in inside if first <= last]
    if len(inside) > 1 and split.pro_rata is None:
        problems.append(
            Problem(
                "AO416",
                f"The shares of {split_id} change within {period.label}.",
                "Say pro_rata: months or days.",
                place,
            )
        )
    for first, last, entry in inside:
        try:
            weight = Fraction(1) if len(inside) == 1 else portion(period, first, last, split.pro_rata or "days")
        except ValueError as error:
            problems.append(Problem("AO416", f"{error}.".capitalize(), "Say pro_rata: days.", place))
            weight = portion(period, first, last, "days")
        for party, share in entry.shares.items():
            holder = _holder(contract, party, first, last, share, problems, place)
            found[holder] = found.get(holder, Fraction(0)) + weight * share
    return found


def _holder(
    contract: Contract,
    party: str,
    first: object,
    last: object,
    share: Fraction,
    problems: list[Problem],
    place: Place | None,
) -> str:
    """Who holds a party's share from ``first`` to ``last``: itself, or who succeeded it; a share of nobody is a problem."""
    who = contract.parties.get(party)
    if who is None or not share:
        return party
    if who.last is not None and who.last < last and who.succeeded_by and who.last < first:  # type: ignore[operator]  # days
        return _holder(contract, who.succeeded_by, first, last, share, problems, place)
    left = who.last is not None and who.last < last  # type: ignore[operator]  # days
    if left or (who.first is not None and who.first > first):  # type: ignore[operator]  # days
        sentence = f"{party} has a share from {first} to {last}, but is not a party all that time."
        instead = "End the entry on the party's last day, or say succeeded_by."
        if left and who.succeeded_by:
            instead = (
                f"Add an entry from the day after {who.last}, in which the share of {party} goes to {who.succeeded_by}."
            )
        elif not left:
            instead = f"Add an entry from {who.first}, and leave {party} out of the one before."
        problems.append(Problem("AO417", sentence, instead, place))
    return party


def reads_score(scope: Names, name: str, seen: set[str]) -> bool:
    """Whether the named formula depends on the score, an area or an indicator's score."""
    if name in seen:
        return False
    seen.add(name)
    step = scope.steps.get(name)
    if step is None:
        return False
    return step.role in ("score", "area", "total") or any(
        reads_score(scope, each, seen) for each in names(step.formula)
    )
