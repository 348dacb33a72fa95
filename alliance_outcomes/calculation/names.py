"""The names of a contract in one period: each lowered once, when it is first read, to inputs and named formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from ..contract.model import Contract
from ..contract.outcomes import Fact, Indicator, WhenMissing
from ..contract.parts import Dated, Formula
from ..contract.periods import Period, earlier, holding, periods_of
from ..contract.terms import Amount, Figure
from ..formula.nodes import (
    Across,
    Arithmetic,
    Call,
    IfElse,
    Logic,
    Missing,
    Name,
    Node,
    Number,
    bare_exps,
    is_truth,
    rebuild,
    walk,
)
from ..formula.steps import Input, Says, Step
from ..numbers import parse_number
from ..problems import Place, Problem, did_you_mean
from .form import Need, Within
from .missing import may_be_missing, unguarded_name
from .units import ATTRIBUTE, CONDITION, NUMBER, Degree, UnitMismatch, kinds_within, misread, money_degree

ZERO = Number(Fraction(0))
HOLDS = Logic("and", ())
"""What a formula that is a condition stands below."""
MOST_READ = 40
"""How many parts a condition may have that is read by its name: it is written out wherever it is read."""
Lower = Callable[[str, str, Place | None], Name]


class Names:
    """What the names of a contract stand for in ``period``, and the steps and inputs that were needed so far.

    Every fault found on the way is added to ``problems``; a name at fault is read as 0 so that the rest is checked.
    """

    def __init__(self, contract: Contract, period: Period) -> None:
        self.contract, self.period = contract, period
        self.labels = [each.label for each in periods_of(contract.periods)]
        self.problems: list[Problem] = []
        self.steps: dict[str, Step] = {}
        self.inputs: dict[str, Input] = {}
        self.maybe: dict[str, bool] = {}
        self.degrees: dict[str, Degree] = {}
        self.parties = tuple(name for name, who in contract.parties.items() if who.is_paid and self.active(name))
        self.sections: dict[str, tuple[str, object]] = {}
        for section in ("facts", "amounts", "figures", "tables"):
            self.sections |= {name: (section, each) for name, each in getattr(contract, section).items()}
        attributes = contract.payees.attributes if contract.payees else {}
        self.sections |= {name: ("attributes", codes) for name, codes in attributes.items()}
        self.lower_also: dict[str, Lower] = {}
        self.needs: list[Need] = []
        self.within: list[Within] = []
        self._busy: list[str] = []
        self._unknown: set[str] = set()

    def active(self, party: str) -> bool:
        """Whether ``party`` is in the contract on any day of the period."""
        return self.contract.parties[party].present(self.period.first, self.period.last)

    def known(self) -> list[str]:
        """Every name a formula may use."""
        return [*self.sections, *self.lower_also]

    # -- steps and inputs -------------------------------------------------------------------------------------

    def let(
        self,
        name: str,
        formula: Node,
        role: str,
        says: Says | None = None,
        place: Place | None = None,
        unit: str = "",
    ) -> Name:
        """Name a formula. It may read only what was named before."""
        self.steps[name] = Step(name, formula, role, unit, says, place)
        self.maybe[name] = may_be_missing(formula, self._may_be_missing)
        return Name(name)

    def take(self, given: Input) -> Name:
        """Need an input."""
        self.inputs.setdefault(given.name, given)
        self.maybe[given.name] = not given.required
        return Name(given.name)

    def need(self, name: str, id_: str, given: str = "", place: Place | None = None) -> None:
        """Let a settlement be refused where ``name`` has no value (and ``given`` has one); else it counts as present."""
        self.needs.append(Need(name, id_, given, place))
        if not given:
            self.maybe[name] = False

    def _may_be_missing(self, name: str) -> bool:
        return self.maybe.get(name, False)

    # -- formulas ---------------------------------------------------------------------------------------------

    def formula(
        self,
        formula: Formula,
        party: str = "",
        local: Mapping[str, Node] | None = None,
        excused: frozenset[str] = frozenset(),
    ) -> Node:
        """The tree of ``formula`` over input and step names, of ``party`` where one is given.

        ``local`` names come first. A name that may be missing must stand in a guard (AO312), unless it is
        ``excused`` since the caller guards it.
        """
        node = self.resolve(formula.node, party, local or {}, HOLDS if formula.holds else None)
        for exp in bare_exps(node):
            sentence = "exp() has no last digit, so it stands inside a rounding, of at most 20 decimals."
            self.wrong("AO317", sentence, "Write round(..., 9) around what reads it.", exp.place)
        unguarded: list[Name] = []
        may_be_missing(node, self._may_be_missing, unguarded, excused)
        self.problems += map(unguarded_name, unguarded)
        return node

    def money(self, formula: Formula, party: str = "") -> Node:
        """The tree of a formula that must give money (AO313)."""
        return self._of_degree(formula, party, 1, "This must be an amount of money.")

    def number(self, formula: Formula, party: str = "") -> Node:
        """The tree of a formula that must not give money (AO313)."""
        return self._of_degree(formula, party, 0, "This must be a plain number, not money.")

    def _of_degree(self, formula: Formula, party: str, wanted: int, sentence: str) -> Node:
        node = self.formula(formula, party)
        degree = self.degree(formula.node)
        if degree is not None and degree != wanted:
            instead = "Multiply it by an amount." if wanted else "Divide it by an amount, or write a share."
            self.problems.append(Problem("AO313", sentence, instead, formula.node.place))
        return node

    def degree(self, node: Node) -> Degree:
        """Whether ``node`` gives money (1), a plain number (0) or either (None); mixing them is a problem."""
        try:
            return money_degree(node, self._degree_of)
        except UnitMismatch as mismatch:
            self.problems.append(mismatch.problem())
            return None

    def _degree_of(self, name: str) -> Degree:
        if name in self.degrees:
            return self.degrees[name]
        section, each = self.sections.get(name, ("", None))
        unit = getattr(each, "unit", None)
        degree: Degree = None
        if unit is not None:
            degree = int(self._is_money(unit))
        elif isinstance(each, Figure):
            self.degrees[name] = None
            degree = self.degree(each.formula.node)
        elif name in self.contract.settlement:
            degree = 1
        elif not section and name in self.lower_also:
            degree = 0
        self.degrees[name] = degree
        return degree

    def _is_money(self, unit: str) -> bool:
        currency = self.contract.currency
        return currency is not None and (unit == currency or unit.startswith(f"{currency} per "))

    def resolve(self, node: Node, party: str, local: Mapping[str, Node], above: Node | None = None) -> Node:
        """``node``, below ``above``, with every name replaced by the input or step it stands for (AO302, AO303)."""
        if isinstance(node, Name):
            found = local.get(node.id) or Name(self.read(node.id, party, node.place).id, place=node.place)
            return self.fits(found, node, kinds_within(above, node))
        if isinstance(node, Call):
            return self._call(node, party)
        resolved = rebuild(node, lambda child: self.resolve(child, party, local, node))
        return self._across(resolved) if isinstance(resolved, Across) else resolved

    def fits(self, found: Node, written: Name, kinds: tuple[str, ...] = (NUMBER,)) -> Node:
        """What is ``found`` for a name as it was ``written``; where a condition is needed, the whole of that condition.

        Refuses what stands for none of ``kinds`` of value (AO303), and a condition too long to be read so (AO302).
        """
        name, kind = found.id if isinstance(found, Name) else "", NUMBER
        if name in self.steps and is_truth(self.steps[name].formula):
            kind = CONDITION
        elif name in self.inputs and self.inputs[name].part == "category":
            kind = ATTRIBUTE
        if kind not in kinds and name not in self._unknown:
            self.problems.append(misread(written.id, kind, kinds[0], written.place))
        elif kind == CONDITION and kinds == (CONDITION,):
            condition = self.steps[name].formula
            if sum(1 for _ in walk(condition)) <= MOST_READ:
                return condition
            sentence = f"The condition {written.id} has more than {MOST_READ} parts, too many to be read by its name."
            self.wrong("AO302", sentence, "Name its numbers under figures, and compare these.", written.place)
        return found

    def _across(self, node: Across) -> Name:
        """What is taken over all payees is a step of its own, at which every payee waits for the others."""
        parts = [node.of, node.among, node.pool, node.most]
        words = [*(part.id if part else "" for part in parts), str(node.share or ""), node.method]
        name = f"across_{node.kind}({', '.join(filter(None, words))})"
        return Name(name) if name in self.steps else self.let(name, node, "across", None, node.place)

    def _call(self, call: Call, party: str) -> Node:
        if call.function == "over_parties":
            if getattr(self.sections.get(call.name.id, ("", None))[1], "per", None) is None:
                sentence = f"{call.name.id} is not kept per party, so there is nothing to sum over."
                self.wrong("AO306", sentence, "Leave over_parties() out, or say per: party.", call.place)
                return ZERO
            total: Node | None = None
            for each in self.parties:
                part = self.read(call.name.id, each, call.name.place)
                self.fits(part, call.name)
                total = part if total is None else Arithmetic("+", total, part, place=call.place)
            return total or ZERO
        if call.function == "settled":
            return self._settled(call)
        before = self._earlier(call, party)
        return replace(before, place=call.place) if isinstance(before, Name) else before

    def _earlier(self, call: Call, party: str) -> Node:
        section, each = self.sections.get(call.name.id, ("", None))
        if isinstance(each, Amount) and each.series is not None:
            label = earlier(self.contract.periods, self.period.label, call.periods)
            return self.published(call.name.id, each, label, call.place)
        computed = isinstance(each, Indicator) and (each.value or each.components)
        if section not in ("facts", "indicators") or computed:
            self.wrong(
                "AO306",
                "earlier() reads a measured fact or indicator, or an amount with a series.",
                "Name one that is measured.",
                call.place,
            )
            return ZERO
        period = earlier(self.contract.periods, self.period.label, call.periods)
        if isinstance(each, Fact):
            return self._fact(call.name.id, each, party, call.place, period, call.periods)
        assert isinstance(each, Indicator)
        return self.measured(call.name.id, each, f"{call.name.id}@-{call.periods}", period, self.awaited(each))

    def published(self, name: str, amount: Amount, label: str, place: Place | None) -> Node:
        """The figure of an amount's series for a period; unlike an agreed value it never holds on.

        One that is not published yet is wanted when the period is settled (AO518).
        """
        if label in amount.values:
            return Number(amount.values[label], place=place)
        return self.take(Input(f"{name}@{label}", name, label, part="series", unit=amount.unit or "", place=place))

    def _settled(self, call: Call) -> Node:
        if call.name.id not in self.contract.settlement:
            hint = did_you_mean(call.name.id, self.contract.settlement)
            self.wrong("AO306", "settled() reads a clause of the settlement.", hint, call.place)
            return ZERO
        period = earlier(self.contract.periods, self.period.label, call.periods)
        name = f"{call.name.id}@settled-{call.periods}"
        if period < self.labels[0]:
            return ZERO  # nothing was settled before the first period
        unit = self.contract.currency or ""
        return self.take(Input(name, call.name.id, period, part="settled", unit=unit, place=call.place))

    # -- sections ---------------------------------------------------------------------------------------------

    def read(self, name: str, party: str, place: Place | None) -> Name:
        """The input or step that ``name`` stands for, lowered now if it was not yet (AO307, AO308, AO309)."""
        if name in self._busy:
            around = " -> ".join([*self._busy[self._busy.index(name) :], name])
            self.wrong("AO309", f"{name} is computed from itself: {around}.", "Break the circle.", place)
            return self._zero(name)
        self._busy.append(name)
        try:
            return self._read(name, party, place)
        finally:
            self._busy.pop()

    def _read(self, name: str, party: str, place: Place | None) -> Name:
        if name in self.lower_also:
            return self.lower_also[name](name, party, place)
        section, each = self.sections.get(name, ("", None))
        if isinstance(each, Fact):
            return self._fact(name, each, party, place, self.period.label, 0)
        if isinstance(each, Figure):
            return self._figure(name, each, party, place)
        if section == "attributes":
            codes = tuple(str(code) for code in each)  # type: ignore[attr-defined]  # a tuple of codes
            return self.take(Input(name, name, self.period.label, part="category", codes=codes))
        hint = did_you_mean(name, self.known())
        self.wrong(
            "AO307",
            f"{name} is not a fact, amount, figure, table, indicator, area or clause of this contract.",
            hint,
            place,
        )
        return self._zero(name)

    def _zero(self, name: str) -> Name:
        self._unknown.add(name)
        self.steps.setdefault(name, Step(name, ZERO, "figure"))
        return Name(name)

    def wrong(self, code: str, sentence: str, instead: str, place: Place | None) -> None:
        """Add a problem."""
        self.problems.append(Problem(code, sentence, instead, place))

    def of_party(self, name: str, per: str | None, party: str, place: Place | None) -> str:
        """``name`` as its party's own where it is kept per party (AO308)."""
        if per is None:
            return name
        if not party:
            self.wrong(
                "AO308",
                f"Each party has its own {name}.",
                f"Write over_parties({name}), or pay it to: each.",
                place,
            )
            return name
        return f"{name}[{party}]"

    def _fact(self, name: str, fact: Fact, party: str, place: Place | None, period: str, back: int) -> Name:
        if fact.per is None:
            party = ""
        full = self.of_party(name, fact.per, party, place) + (f"@-{back}" if back else "")
        default = fact.when_missing
        low, high = limits_of(fact.unit, fact.least, fact.most)
        at = self.contract.place("facts", name, key=True)
        given = Input(full, name, period, party, "value", fact.unit, low, high, default is None, place=at)
        return self.defaulted(given, default)

    def defaulted(self, given: Input, default: WhenMissing | None) -> Name:
        """An input, or where a number stands for a missing one, the step that says so."""
        if default is None or default.rule == "none":
            return self.take(given)
        raw = self.take(Input(f"{given.name}.given", *(getattr(given, key) for key in list(Input.__slots__)[1:])))
        return self.let(
            given.name,
            IfElse(Missing(raw), Number(default.number), raw),
            "value",
            None,
            given.place,
            given.unit,
        )

    def _figure(self, name: str, figure: Figure, party: str, place: Place | None) -> Name:
        full = self.of_party(name, figure.per, party, place)
        if full in self.steps:
            return Name(full)
        before = set(self.steps)
        node = self.formula(figure.formula, party if figure.per else "")
        if isinstance(figure.formula.node, Across) and isinstance(node, Name) and node.id not in before:
            node = self.steps.pop(node.id).formula  # the figure is its name
        degree, stated = self.degree(figure.formula.node), figure.unit
        at = self.contract.place("figures", name, "formula")
        if stated and degree is not None and degree != int(self._is_money(stated)):
            self.wrong(
                "AO313",
                f"{name} is stated in {stated}, but its formula gives {'money' if degree else 'a plain number'}.",
                "Mend one of them.",
                at,
            )
        return self.let(
            full,
            node,
            "figure",
            self.title(figure.title),
            at,
            stated or (self.contract.currency or "" if degree else ""),
        )

    def title(self, title: dict[str, str] | None) -> Says | None:
        """A title as a sentence."""
        return Says({language or "en": text for language, text in title.items()}) if title else None

    # -- indicators -------------------------------------------------------------------------------------------

    def awaited(self, indicator: Indicator) -> bool:
        """Whether nothing is settled where a value of an indicator is missing: where the contract says nothing else."""
        if indicator.when_missing is not None:
            return indicator.when_missing.rule == "error"
        # A scorecard shows what there is; what is not scored may wait to be measured.
        return self.contract.kind != "scorecard" or indicator.score is not None

    def measured(self, id_: str, indicator: Indicator, name: str, period: str, required: bool) -> Name:
        """The input that holds an indicator's measured value of ``period``."""
        least, most = indicator.range or range_of(indicator.unit or "")
        unit, at = indicator.unit or "", self.contract_place(id_)
        return self.take(Input(name, id_, period, "", "value", unit, least, most, required, place=at))

    def contract_place(self, id_: str) -> Place | None:
        """Where an indicator stands in the contract."""
        area_id = next(area_id for area_id, area in self.contract.result_areas.items() if id_ in area.indicators)
        return self.contract.place("result_areas", area_id, "indicators", id_, key=True)

    def level(self, level: Dated, named: Mapping[str, Dated], place: Place | None) -> Fraction:
        """The number a level has in this period (AO405)."""
        place = level.place or place
        if level.name:
            if level.name not in named:
                hint = did_you_mean(level.name, named) or "Write a number, or add it under levels:."
                self.wrong("AO405", f"{level.name} is not a level of this indicator.", hint, place)
                return Fraction(0)
            level = named[level.name]
        found, value = holding(level.entries, self.labels, self.period.label)
        if not found or value is None:
            self.wrong("AO405", f"No level holds in {self.period.label}.", f"Add {self.period.label}: ...", place)
            return Fraction(0)
        return value


def range_of(unit: str) -> tuple[Fraction | None, Fraction | None]:
    """The range that a unit itself states: a share or flag, a count, or a grade from one number to another."""
    if unit in ("share", "flag"):
        return Fraction(0), Fraction(1)
    if unit == "count":
        return Fraction(0), None
    match unit.split():
        case ["grade", least, "to", most]:
            with suppress(ValueError):
                return parse_number(least), parse_number(most)
    return None, None


def limits_of(unit: str, least: Fraction | None, most: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """The range of an input: as stated, else as its unit states it."""
    low, high = range_of(unit)
    return low if least is None else least, high if most is None else most
