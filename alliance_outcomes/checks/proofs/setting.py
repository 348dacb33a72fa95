"""What is proved about: a contract in one period, as a model with its amounts, and settings of it that are settled exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from operator import itemgetter
from typing import Literal

from ...calculation.binding import Bound
from ...calculation.compile import compile_contract
from ...calculation.form import Calculation
from ...contract.model import Contract
from ...contract.periods import settled_periods
from ...formula.exact import Value
from ...formula.nodes import Across, Curve, Group, IfElse, Name, Node, Round, is_truth, walk
from ...formula.proof.guards import opened
from ...formula.proof.linear import Terms, terms_of, written_out
from ...formula.proof.model import Bounded, Box, Model, Point
from ...formula.proof.optimum import Optimum, highest, lowest
from ...formula.proof.reading import span_of
from ...formula.proof.spans import Codes, End, Span
from ...formula.steps import Input
from ...payments.cap import Cap
from ...payments.reimbursable import Reimbursable
from ...problems import DataError
from ...settlement import PayeeSettlement, settle_values
from .amounts import NET, TOTAL, Amounts, of_party, slack_of, unrounded
from .sampling import settings

Way = Literal[-1, 0, 1]
BEYOND = 10**15
"""No data can say this, nor more: at most 15 digits before the point are read (AO509)."""


@dataclass(eq=False)
class Setting:
    """A contract in one period. ``model`` holds every step; ``slack`` is what rounding can move the total by."""

    contract: Contract
    calculation: Calculation
    model: Model
    parties: list[str]
    slack: Fraction
    budget: str = ""
    # By what is bettered and a step: the way that it moves the step, which is asked for the total and for every party.
    ways: dict[tuple[str, str], Way | None] = field(default_factory=dict)
    _images: dict[str, tuple[Optimum, Optimum]] = field(default_factory=dict)
    _reduced: dict[tuple[str, ...], Model] = field(default_factory=dict)
    _far: dict[str, tuple[Model, list[Point]]] = field(default_factory=dict)
    _parts: dict[str, Model] = field(default_factory=dict)
    _others: list[Setting] | None = None

    @property
    def pays(self) -> bool:
        """Whether the contract pays anything at all."""
        return bool(self.calculation.entries)

    @property
    def clauses(self) -> list[str]:
        """The clauses that write lines, in order."""
        return list(dict.fromkeys(entry.clause for entry in self.calculation.entries))

    def results(self, net: bool = False) -> dict[str, str]:
        """What is paid in all (blank) and to each party, by the names of the steps."""
        kind = NET if net else TOTAL
        alone = len(self.parties) < 2
        return {"": kind} | ({} if alone else {party: of_party(kind, party) for party in self.parties})

    def others(self) -> list[Setting]:
        """The same contract in its other periods."""
        if self._others is None:
            labels = [period.label for period in settled_periods(self.contract)]
            self._others = [setting_of(self.contract, label) for label in labels if label != self.calculation.period]
        return self._others

    def part(self, name: str) -> Model:
        """The part of the model that a step depends on."""
        if name not in self._parts:
            self._parts[name] = self.model.part([name])
        return self._parts[name]

    # -- reduced models ----------------------------------------------------------------------------------------------

    def reduced(self, *wanted: str) -> Model:
        """The model of the wanted steps, in which every step that stands apart is an input within its image."""
        if wanted not in self._reduced:
            given: Box = {}
            for name in self.model.apart(wanted):
                low, high = self.image(name)
                given[name] = Span(low.bound, high.bound, self.may_miss(name))
            self._reduced[wanted] = self.model.part(wanted, given)
        return self._reduced[wanted]

    def opened(self, result: str, entries: list[str]) -> Model:
        """The model of a result in which some inputs that were steps are computed from what stands apart below them."""
        given: Box = {}
        below = [each for entry in entries for each in self.part(entry).apart([entry])]
        for name in (*self.model.apart([result]), *below):
            if name not in entries:
                low, high = self.image(name)
                given[name] = Span(low.bound, high.bound, self.may_miss(name))
        return self.model.part([result], given)

    def image(self, name: str) -> tuple[Optimum, Optimum]:
        """The least and the most that a step can be."""
        if name not in self._images:
            part = self._inner(name)
            self._images[name] = lowest(part, name), highest(part, name)
        return self._images[name]

    def _inner(self, name: str) -> Model:
        """The part below a step, with what stands apart in it replaced in its turn."""
        below = self.model.part([name])
        given: Box = {}
        for each in below.apart([name]):
            low, high = self.image(each)
            given[each] = Span(low.bound, high.bound, self.may_miss(each))
        return below.part([name], given)

    def may_miss(self, name: str) -> bool:
        """Whether a step can be without a value. A weight is there wherever it is read."""
        if any(isinstance(node, Group) and Name(name) in node.weights for node in self.model.steps.values()):
            return False
        env = self.model.part([name])
        found = env.env(env.domains)
        span = found[name] if found else None
        return span is None or span.missing

    # -- exact ---------------------------------------------------------------------------------------------------------

    def settle(self, point: Mapping[str, Value]) -> PayeeSettlement | None:
        """What a setting comes to, by the reader of every official amount; None where it is refused."""
        inputs = {given.name: point[given.name] for given in self.calculation.inputs}
        if any(
            value is not None and not isinstance(value, str) and abs(Fraction(value)) >= BEYOND
            for value in inputs.values()
        ):
            return None
        if self.model.values({name: point[name] for name in self.model.domains}) is None:
            return None
        try:
            return settle_values(self.calculation, inputs, Bound("", inputs, {}))
        except DataError:
            return None

    def writable(self, point: Mapping[str, Value]) -> Point:
        """A setting in numbers that data files can hold: with 12 decimals at most."""
        return {name: _writable(value, self.model.domains.get(name)) for name, value in point.items()}

    def full(self, point: Mapping[str, Value], base: Point, near: Collection[str] = ()) -> Point | None:
        """A setting of all inputs that gives every name in ``point`` its value; other inputs as in ``base``.

        The names in ``near`` need only come near it: a step that leaps, or goes by codes, need not have each value of its image.
        """
        found = {**base, **{name: value for name, value in point.items() if name in self.model.domains}}
        for name, value in point.items():
            if name in self.model.domains or self._lead(found, name, value):
                continue
            if name not in near or value is None:
                return None
            ends = [(abs(each.value - Fraction(value)), each) for each in self.image(name) if each.value is not None]
            found.update(
                next(filter(None, (self.whole_point(end, name) for _, end in sorted(ends, key=itemgetter(0)))), {})
            )
        return found

    def _lead(self, found: Point, name: str, value: Value) -> bool:
        """Set the inputs of a step so that it has this value, exactly."""
        part = self.part(name)
        at = part.values({each: found[each] for each in part.domains})
        if at is not None and at[name] == value:
            return True
        if value is None:
            for point in (*part_points(part), *settings(part, 60, 11)):
                values = part.values(point)
                if values is not None and values[name] is None:
                    found.update(point)
                    return True
            return False
        goal = Fraction(value)
        free, ends = self._far_points(name)
        for start in ends:
            for end in ends:
                if start is not end and (led := walk_to(free, name, goal, start, end)):
                    found.update(led)
                    return True
        return False

    def _far_points(self, name: str) -> tuple[Model, list[Point]]:
        """Settings at which a step is as low and as high as it was found to be, and the model to walk between them in.

        On the way a value may be out of its range: where the way ends it is not.
        """
        if name not in self._far:
            part = self.model.part([name])
            free = Model(part.domains, part.steps, (), part.whole)
            self._far[name] = free, []  # what leads here again finds nothing
            ends = [self.whole_point(optimum, name) for optimum in self.image(name)]
            ends.append(next(part_points(free)))
            if part.bounded:
                ends += [lowest(free, name, 2).point, highest(free, name, 2).point]
            self._far[name] = free, [point for point in ends if point is not None]
        return self._far[name]

    def whole_point(self, optimum: Optimum, name: str) -> Point | None:
        """The setting of an optimum in terms of inputs."""
        if optimum.point is None:
            return None
        base = next(part_points(self.part(name)))
        return self.full(optimum.point, base)


def _writable(value: Value, domain: Span | Codes | None) -> Value:
    if value is None or isinstance(value, str) or not isinstance(domain, Span):
        return value
    exact = Fraction(value)
    near = round(exact, 12)
    if near == exact or not domain[0] <= near <= domain[1]:
        return exact
    return near


def part_points(part: Model) -> Iterator[Point]:
    """A few plain settings of a model's inputs: with all values, and without those that may be missing."""
    from ...formula.proof.optimum import representative

    there = {n: Span(s[0], s[1]) if isinstance(s, Span) else s for n, s in part.domains.items()}
    yield {name: representative(span) for name, span in there.items()}
    yield {name: representative(Span(inf, -inf, True) if span.missing else span) for name, span in part.domains.items()}
    for name, span in part.domains.items():
        if span.missing:
            yield {n: representative(Span(inf, -inf, True) if n == name else s) for n, s in there.items()}


def walk_to(part: Model, name: str, goal: Fraction, start: Point, end: Point) -> Point | None:
    """A setting between two at which a step has exactly the value ``goal``: input by input, then within one input."""
    here = dict(start)
    at = _value(part, name, here)
    if at == goal:
        return here
    for each in part.domains:
        if here.get(each) == end.get(each):
            continue
        there = {**here, each: end[each]}
        then = _value(part, name, there)
        if then == goal:
            return there
        if at is not None and then is not None and min(at, then) < goal < max(at, then):
            numbers = here[each], there[each]
            if not any(value is None or isinstance(value, str) for value in numbers):
                return _within(part, name, goal, here, each, there[each])
        if then is not None:
            here, at = there, then
    return None


def _value(part: Model, name: str, point: Point) -> Fraction | None:
    values = part.values({each: point[each] for each in part.domains})
    found = None if values is None else values[name]
    return None if found is None else Fraction(found)


def _within(part: Model, name: str, goal: Fraction, point: Point, each: str, end: Value) -> Point | None:
    low, high = Fraction(point[each] or 0), Fraction(end or 0)
    at, then = _value(part, name, {**point, each: low}), _value(part, name, {**point, each: high})
    for _ in range(40):
        if at is None or then is None or at == then:
            return None
        # Where the step is a straight line, this is where it has the value; the halves keep the numbers short.
        straight = {**point, each: low + (high - low) * (goal - at) / (then - at)}
        if _value(part, name, straight) == goal:
            return straight
        middle = (low + high) / 2
        value = _value(part, name, {**point, each: middle})
        if value is None:
            return None
        if (value - goal) * (at - goal) > 0:
            low, at = middle, value
        else:
            high, then = middle, value
    return None


# -- building ----------------------------------------------------------------------------------------------------------


def setting_of(contract: Contract, label: str) -> Setting:
    """The setting of a contract in the period called ``label``. Raises ContractError for a faulty contract."""
    whole = compile_contract(contract, label)
    calculation = whole.for_one_payee()
    domains: Box = {}
    counts: set[str] = set()
    for given in calculation.inputs:
        domains[given.name] = domain_of(given)
        if given.part == "n" or given.unit == "flag":
            counts.add(given.name)
    steps = unrounded(calculation)
    costs = frozenset(name for name, clause in contract.settlement.items() if isinstance(clause, Reimbursable))
    numbers = {name: node for name, node in steps.items() if not is_truth(node)}
    _frozen(whole, domains, numbers)
    numbers = opened(numbers, Model(domains, numbers).env(domains) or {})
    amounts = Amounts(calculation, costs, _bounding(contract, Model(domains, numbers)), numbers)
    amounts.build()
    budget = ""
    if whole.budget is not None:
        budget = "budget>"
        amounts.steps[budget] = whole.budget
    numbers |= amounts.steps
    # A step in which something can leap keeps its name: what leaps there moves the total by way of it.
    known: dict[str, Terms] = {
        name: {Name(name): Fraction(1)} for name in steps if name in numbers and _can_leap(numbers[name])
    }
    for name in (TOTAL, NET, *(of_party(kind, party) for kind in (TOTAL, NET) for party in amounts.parties)):
        numbers[name] = written_out(terms_of(numbers[name], numbers, known))
    bounded = [Bounded(each.name, each.given, True) for each in calculation.needs]
    bounded += [
        Bounded(each.name, least=_end(each.least, -inf), most=_end(each.most, inf)) for each in calculation.within
    ]
    model = Model(domains, numbers, tuple(bounded), frozenset(counts))
    return Setting(contract, calculation, model, amounts.parties, slack_of(calculation), budget)


def _can_leap(node: Node) -> bool:
    return any(isinstance(part, IfElse | Curve | Round) for part in walk(node))


def _end(value: Fraction | None, open_: float) -> End:
    return open_ if value is None else value


def domain_of(given: Input) -> Span | Codes:
    """What an input can be, by its declared range and unit."""
    if given.part == "category":
        return Codes(frozenset(given.codes), not given.required)
    return Span(_end(given.least, -inf), _end(given.most, inf), not given.required)


def _bounding(contract: Contract, model: Model) -> frozenset[str]:
    """The caps whose limits lie on either side of zero, whatever the inputs: they draw back no more than there is.

    One over all periods together can draw back what was paid in earlier ones.
    """
    env = model.env(model.domains) or {}
    found = []
    for id_, clause in contract.settlement.items():
        most, least = env.get(f"{id_}.most", Span()), env.get(f"{id_}.least", Span())
        if not (isinstance(clause, Cap) and isinstance(most, Span) and isinstance(least, Span)):
            continue
        if clause.to is not None or clause.over is not None:
            continue
        if (clause.most is None or most[0] >= 0) and (clause.least is None or least[1] <= 0):
            found.append(id_)
    return frozenset(found)


def _frozen(whole: Calculation, domains: Box, steps: Mapping[str, Node]) -> None:
    """What can be known of numbers over all payees, from what one payee's can be."""
    for step in whole.steps:
        if not isinstance(step.formula, Across) or step.name not in domains:
            continue
        across = step.formula
        env = Model(domains, dict(steps)).env(domains) or {}
        of = env.get(across.of.id, Span())
        of = of if isinstance(of, Span) else Span()
        missing = domains[step.name].missing
        span = Span(missing=missing)
        if across.kind in ("mean", "lowest", "highest", "percentile"):
            span = Span(of[0], of[1], missing)
        elif across.kind in ("count", "rank"):
            span = Span(Fraction(0 if across.kind == "count" else 1), inf, missing)
        elif of[0] >= 0:
            span = Span(Fraction(0), inf, missing)
        domains[step.name] = span


__all__ = ["NET", "TOTAL", "Setting", "of_party", "setting_of", "span_of"]
