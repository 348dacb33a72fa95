"""What is paid, as formulas before rounding: in all, to each party, and less the costs that are reimbursed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeGuard

from ...calculation.form import Calculation
from ...formula.nodes import (
    Arithmetic,
    Compare,
    Extreme,
    IfElse,
    Logic,
    Name,
    Negate,
    Node,
    Number,
    Round,
    rebuild,
    walk,
)
from ...formula.proof.linear import terms_of, written_out
from ...ledger import Entry, InProportion, Shares, Split
from ...numbers import round_to

NOTHING = Number(Fraction(0))
TOTAL, NET, COSTS = ">total>", ">net>", ">costs>"  # no id of a contract holds a >, nor is one blank


def of_party(kind: str, party: str) -> str:
    """The name of what a party is paid: of TOTAL, of NET or of COSTS."""
    return f"{kind}{party}"


def unrounded(calculation: Calculation) -> dict[str, Node]:
    """The steps of a calculation, but lines and limits are not rounded to money; a limit that is a number is the rounded one."""
    found: dict[str, Node] = {}
    for step in calculation.steps:
        node = step.formula
        if step.role == "line" and isinstance(node, Round):
            node = node.of
        found[step.name] = _unlimited(node) if step.role in ("line", "clause") else node
    return found


def _unlimited(node: Node) -> Node:
    """``node`` without the rounding of limits: a clause itself rounds nothing but a limit; what a person wrote has a place."""
    if _limits(node):
        return (
            Number(round_to(node.of.value, node.how, node.unit)) if isinstance(node.of, Number) else _unlimited(node.of)
        )
    return rebuild(node, _unlimited)


def _limits(node: Node) -> TypeGuard[Round]:
    return isinstance(node, Round) and node.place is None


def slack_of(calculation: Calculation) -> Fraction:
    """By how much rounding can move the total: a unit of each line, and of each limit that is computed."""
    lines = calculation.rounding.unit * len(calculation.entries) if calculation.rounding else Fraction(0)
    written = [step for step in calculation.steps if step.role in ("line", "clause")]
    whole = [step.formula.of if step.role == "line" and _limits(step.formula) else step.formula for step in written]
    limits = [part for node in whole for part in walk(node) if _limits(part) and not isinstance(part.of, Number)]
    return lines + sum(each.unit for each in limits)


@dataclass
class Amounts:
    """Builds the formulas: ``steps`` by name, and which parties there are."""

    calculation: Calculation
    costs: frozenset[str]  # the clauses that reimburse costs
    bounding: frozenset[str]  # the caps whose limits lie on either side of zero: they draw back no more than there is
    before: Mapping[str, Node] = field(default_factory=dict)  # the steps of the calculation
    steps: dict[str, Node] = field(default_factory=dict)
    parties: list[str] = field(default_factory=list)
    _parts: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    # Of a clause whose parts have fixed shares: those of a gain, those of a loss, and the line whose sign tells which.
    _shares: dict[str, list[tuple[Shares, Shares, str]]] = field(default_factory=dict)

    def build(self) -> None:
        """Add a step for each entry and party, and their sums."""
        for entry in self.calculation.entries:
            parts = self._parts_of(entry)
            by_party = self._parts.setdefault(entry.clause, {})
            for party, node in parts.items():
                name = f"{entry.amount}>{party}"
                self.steps[name] = node
                by_party.setdefault(party, []).append(name)
                if party not in self.parties:
                    self.parties.append(party)
        entries = self.calculation.entries
        self.steps[TOTAL] = _sum(Name(each.amount) for each in entries)
        self.steps[NET] = _sum(Name(each.amount) for each in entries if each.clause not in self.costs)
        self.steps[COSTS] = _sum(Name(each.amount) for each in entries if each.clause in self.costs)
        for party in self.parties:
            for kind in (TOTAL, NET, COSTS):
                clauses = [each for each in self._parts if kind == TOTAL or (kind == COSTS) == (each in self.costs)]
                mine = [name for clause in clauses for name in self._parts[clause].get(party, [])]
                self.steps[of_party(kind, party)] = _sum(map(Name, mine))

    def _parts_of(self, entry: Entry) -> dict[str, Node]:
        amount = Name(entry.amount)
        if isinstance(entry.to, Split):
            gain, loss = _normal(entry.to.gain), _normal(entry.to.loss)
            self._shares.setdefault(entry.clause, []).append((gain, loss, entry.amount))
            return {party: _shared(amount, gain, loss, party) for party in {**gain, **loss}}
        return self._in_proportion(entry.clause, amount, entry.to)

    def _in_proportion(self, clause: str, amount: Name, to: InProportion) -> dict[str, Node]:
        changed: dict[str, list[str]] = {}
        for name in to.clauses:
            for party, parts in self._parts.get(name, {}).items():
                changed.setdefault(party, []).extend(parts)
        if len(changed) < 2:
            if changed:
                (party,) = changed
                alone = {party: Fraction(1)}
                self._shares.setdefault(clause, []).append((alone, alone, clause))
            return {party: amount for party in changed}
        shapes = [shape for name in to.clauses for shape in self._shares.get(name, [({}, {}, "")])]
        gain, loss, turning = shapes[0]
        if (
            len({turned for _, _, turned in shapes}) == 1
            and all(shape[:2] == (gain, loss) for shape in shapes)
            and gain
            and loss
        ):
            self._shares.setdefault(clause, []).append((gain, loss, turning))
            negative = Compare("<", Name(turning), NOTHING)
            found: dict[str, Node] = {}
            for party in changed:
                mine, against = (_scaled(amount, each.get(party, Fraction(0))) for each in (gain, loss))
                found[party] = mine if mine == against else IfElse(negative, against, mine)
            return found
        if not gain or any(shape[0] != gain for shape in shapes):
            return self._drawn_back(clause, amount, changed, None, to.clauses)
        turned = dict.fromkeys(name for gains, losses, name in shapes if gains != losses)
        gains = Logic("and", tuple(Compare(">=", Name(name), NOTHING) for name in turned))
        return self._drawn_back(clause, amount, changed, (gains if turned else None, gain), to.clauses)

    def _drawn_back(
        self,
        clause: str,
        amount: Name,
        changed: Mapping[str, list[str]],
        alike: tuple[Node | None, Shares] | None,
        clauses: tuple[str, ...],
    ) -> dict[str, Node]:
        """Parts in proportion to the amounts on the side that the line draws back; to all amounts where there are none.

        Where the condition of ``alike`` holds, every amount has the same shares, and so has the line.
        """
        sums = {
            party: self._let(f"{clause}>changed>{party}", _sum(map(Name, parts))) for party, parts in changed.items()
        }
        negative = Compare("<", amount, NOTHING)
        drawn: dict[str, Name] = {}
        size: dict[str, Name] = {}
        for party, name in sums.items():
            above = Extreme("most", (name, NOTHING))
            below = Extreme("most", (Negate(name), NOTHING))
            drawn[party] = self._let(f"{clause}>drawn>{party}", IfElse(negative, above, below))
            size[party] = self._let(f"{clause}>size>{party}", Extreme("most", (name, Negate(name))))
        whole = self._let(f"{clause}>drawn", _sum(drawn.values()))
        sizes = self._let(f"{clause}>size", _sum(size.values()))
        even = Number(Fraction(1, len(changed)))
        parts: dict[str, Node] = {}
        for party, name in sums.items():
            unlike = IfElse(Compare(">", sizes, NOTHING), _portion(size[party], sizes), even)
            share = IfElse(Compare(">", whole, NOTHING), _portion(drawn[party], whole), unlike)
            after: Node = Arithmetic("+", name, Arithmetic("*", amount, share))
            if clause in self.bounding:
                ends = Extreme("least", (name, NOTHING)), Extreme("most", (name, NOTHING))
                after = Extreme("least", (Extreme("most", (after, ends[0])), ends[1]))
            if alike is not None:
                together = _sum((*map(Name, clauses), amount))
                steps = {**self.before, **self.steps}
                shared = written_out(terms_of(_scaled(together, alike[1].get(party, Fraction(0))), steps, {}))
                after = IfElse(alike[0], shared, after) if alike[0] is not None else shared
            parts[party] = Arithmetic("-", self._let(f"{clause}>after>{party}", after), name)
        return parts

    def _let(self, name: str, node: Node) -> Name:
        self.steps[name] = node
        return Name(name)


def _portion(part: Name, whole: Name) -> Node:
    """A part of a whole, which lies from 0 to 1 whatever is known of both."""
    ratio = Arithmetic("/", part, whole)
    return Extreme("least", (Extreme("most", (ratio, NOTHING)), Number(Fraction(1))))


def _normal(shares: Shares) -> dict[str, Fraction]:
    """Shares that sum to 1, as the ledger reads them."""
    whole = sum(shares.values(), Fraction(0))
    return {party: share / whole for party, share in shares.items() if share} if whole > 0 else {}


def _scaled(amount: Node, share: Fraction) -> Node:
    return amount if share == 1 else Arithmetic("*", amount, Number(share))


def _shared(amount: Name, gain: Shares, loss: Shares, party: str) -> Node:
    mine, against = gain.get(party, Fraction(0)), loss.get(party, Fraction(0))
    if mine == against:
        return _scaled(amount, mine)
    above, below = Extreme("most", (amount, NOTHING)), Extreme("least", (amount, NOTHING))
    return Arithmetic("+", _scaled(above, mine), _scaled(below, against))


def _sum(parts: Iterable[Node]) -> Node:
    total: Node | None = None
    for part in parts:
        total = part if total is None else Arithmetic("+", total, part)
    return total if total is not None else NOTHING
