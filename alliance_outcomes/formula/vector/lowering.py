"""Named formulas to operations: sums folded to linear forms, constants to constants, equal operations to one register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import isfinite

from ...numbers import round_to
from ..exact import exact
from ..nodes import (
    Arithmetic,
    Compare,
    Curve,
    Exp,
    Extreme,
    Group,
    IfElse,
    Logic,
    Missing,
    Name,
    Negate,
    Node,
    Nothing,
    Number,
    OneOf,
    Round,
)
from ..steps import Step
from .analysis import known_of
from .bounds import Known
from .curves import lower_curve
from .forms import ONE, ZERO, Fixed, Form, Lowered, Truth, alone, fixed, registers
from .operations import (
    Absent,
    Among,
    Choice,
    Extremes,
    Gather,
    Given,
    Joined,
    Limited,
    Linear,
    Operand,
    Operation,
    Opposite,
    Power,
    Product,
    Quotient,
    Register,
    Rounded,
    Test,
    TruthChoice,
)

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class CannotRead(TypeError):
    """The vector reader does not know a kind of node: its column is to be computed elsewhere and given."""

    def __init__(self, node: Node) -> None:
        super().__init__(f"the vector reader does not read {type(node).__name__}")
        self.node = node


class Lowering:
    """Operations in order, with what is known of each register; ``named`` holds what each name came to.

    ``effects`` are registers that must come to a certain value although nothing reads them: what stood in a formula
    that was folded away, and could divide by zero.
    """

    def __init__(self, given: Mapping[str, Known], categories: Mapping[str, bool]) -> None:
        self.given, self.categories = given, categories
        self.operations: list[Operation] = []
        self.knowns: list[Known] = []
        self.named: dict[str, Lowered] = {}
        self.effects: list[Register] = []
        self._at: dict[Operation, Register] = {}

    def step(self, step: Step) -> None:
        """Lower a named formula; one that is given as a column is read there. Raises CannotRead."""
        if step.name in self.given:
            return
        value = self.lower(step.formula)
        if isinstance(value, Form) and len(value.terms) > 1:
            value = alone(self.register(value))
        self.named[step.name] = value
        for register in registers(value):
            if self.knowns[register].hazard:
                self.effects.append(register)

    def value(self, name: str) -> Lowered:
        """What a name stands for."""
        if name in self.given and name not in self.named:
            self.named[name] = alone(self.add(Given(name)))
        return self.named[name]

    def add(self, operation: Operation) -> Register:
        """The register of ``operation``; the same for an equal one."""
        if operation not in self._at:
            if isinstance(operation, Given):
                known = self.given[operation.name]
            else:
                gone = isinstance(operation, Among) and self.categories[operation.name]
                known = known_of(operation, self.knowns, gone)
            self._at[operation] = len(self.operations)
            self.operations.append(operation)
            self.knowns.append(known)
        return self._at[operation]

    def register(self, form: Form) -> Register:
        """The register that holds a number."""
        if form.constant == 0 and len(form.terms) == 1 and form.terms[0][0] == 1:
            return form.terms[0][1]
        return self.add(Linear(form.terms, form.constant))

    def operand(self, form: Form | None) -> Operand:
        """A number as a constant where it is one, else its register."""
        if form is None:
            return None
        return form.constant if not form.terms else self.register(form)

    def known(self, form: Form) -> Known:
        """What is known of a number."""
        return known_of(Linear(form.terms, form.constant), self.knowns)

    # -- sums ---------------------------------------------------------------------------------------------------------

    def sum(self, parts: Iterable[tuple[Fraction, Form]], constant: Fraction = ZERO) -> Form:
        """The sum of factor x number. A register that may be missing stays, even with the coefficient nothing."""
        found: dict[Register, Fraction] = {}
        for factor, form in parts:
            constant += factor * form.constant
            for coefficient, register in form.terms:
                found[register] = found.get(register, ZERO) + factor * coefficient
        terms = []
        for register, coefficient in found.items():
            if coefficient or self.knowns[register].missing:
                terms.append((coefficient, register))
            elif self.knowns[register].hazard:
                self.effects.append(register)
        return Form(tuple(terms), constant)

    def scaled(self, factor: Fraction, form: Form) -> Form:
        """``factor`` times a number."""
        return self.sum([(factor, form)])

    # -- nodes --------------------------------------------------------------------------------------------------------

    def lower(self, node: Node) -> Lowered:
        """A formula's number, truth, or None for no value."""
        match node:
            case Number(value=value):
                return fixed(value)
            case Name(id=id_):
                return self.value(id_)
            case Nothing():
                return None
            case Arithmetic():
                return self._arithmetic(node)
            case Negate(of=of):
                form = self.number(of)
                return None if form is None else self.scaled(-ONE, form)
            case Extreme():
                return self._extreme(node)
            case Curve(of=of):
                return lower_curve(self, node, self.number(of))
            case Round():
                return self._round(node)
            case Group():
                return self._group(node)
            case Exp(of=of):
                return self._exp(node, self.number(of))
            case IfElse():
                return self._if_else(node)
        return self._truth(node)

    def _truth(self, node: Node) -> Lowered:
        match node:
            case Compare(op=op, left=left, right=right):
                return self._compare(op, self.number(left), self.number(right))
            case Logic(op="not", of=(of,)):
                return self._not(self.lower(of))
            case Logic(op=op, of=parts):
                return self._logic(op == "and", [self.lower(part) for part in parts])
            case OneOf(name=name, codes=codes):
                return Truth(self.add(Among(name.id, codes)))
            case Missing(name=name):
                return self._missing(name.id)
        raise CannotRead(node)

    def number(self, node: Node) -> Form | None:
        """A formula that gives a number, or no value."""
        value = self.lower(node)
        assert value is None or isinstance(value, Form)
        return value

    def drop(self, *values: Lowered) -> None:
        """Values that were read and take no part: what they could divide by zero still counts."""
        for value in values:
            self.effects += [register for register in registers(value) if self.knowns[register].hazard]

    def _arithmetic(self, node: Arithmetic) -> Form | None:
        left, right = self.number(node.left), self.number(node.right)
        if left is None or right is None:
            self.drop(left, right)
            return None
        match node.op:
            case "+":
                return self.sum([(ONE, left), (ONE, right)])
            case "-":
                return self.sum([(ONE, left), (-ONE, right)])
            case "*":
                return self.product(left, right)
        if not right.terms and right.constant:
            return self.scaled(1 / right.constant, left)
        return alone(self.add(Quotient(self.register(left), self.register(right))))

    def product(self, left: Form, right: Form) -> Form:
        """A product of two numbers."""
        if not left.terms:
            return self.scaled(left.constant, right)
        if not right.terms:
            return self.scaled(right.constant, left)
        # A single coefficient is drawn out, so that the sum around it takes it in.
        factor = ONE
        if len(left.terms) == 1 and not left.constant and left.terms[0][0]:
            factor, left = left.terms[0][0], alone(left.terms[0][1])
        if len(right.terms) == 1 and not right.constant and right.terms[0][0]:
            factor, right = factor * right.terms[0][0], alone(right.terms[0][1])
        return Form(((factor, self.add(Product(self.register(left), self.register(right)))),), ZERO)

    def _extreme(self, node: Extreme) -> Form | None:
        parts = [self.number(part) for part in node.of]
        present = [part for part in parts if part is not None]
        if len(present) < len(parts):
            self.drop(*present)
            return None
        return self.extreme(node.which == "most", present)

    def extreme(self, most: bool, parts: list[Form]) -> Form:
        """The most (or least) of several numbers."""
        pick = max if most else min
        constants = [part.constant for part in parts if not part.terms]
        forms = list(dict.fromkeys(part for part in parts if part.terms))
        if not forms:
            return fixed(pick(constants))
        register = self.register(forms[0])
        for form in forms[1:]:
            register = self.add(Extremes(most, register, self.register(form)))
        return (
            self.limited(register, *((pick(constants), None) if most else (None, pick(constants))))
            if constants
            else alone(register)
        )

    def limited(self, of: Register, least: Fraction | None, most: Fraction | None) -> Form:
        """A register kept within limits; a limit within a limit becomes one operation."""
        inner, known = self.operations[of], self.knowns[of]
        if isinstance(inner, Limited):
            low = inner.least if least is None else least if inner.least is None else max(least, inner.least)
            high = inner.most if most is None else most if inner.most is None else min(most, inner.most)
            if low is None or high is None or low <= high:
                return alone(self.add(Limited(inner.of, low, high)))
        if least is not None and isfinite(known.least) and Fraction(known.least) >= least:
            least = None
        if most is not None and isfinite(known.most) and Fraction(known.most) <= most:
            most = None
        if least is None and most is None:
            return alone(of)
        return alone(self.add(Limited(of, least, most)))

    def _round(self, node: Round) -> Form | None:
        form = self.number(node.of)
        return None if form is None else self.rounded(form, node.how, node.unit)

    def rounded(self, form: Form, how: str, unit: Fraction) -> Form:
        """A number rounded to whole multiples of ``unit``: a register that counts them. Whole already, it stays."""
        if not form.terms:
            return fixed(round_to(form.constant, how, unit))
        units = self.scaled(1 / unit, form)
        if self.known(units).whole:
            return form
        return Form(((unit, self.add(Rounded(self.register(units), how))),), ZERO)

    def _exp(self, node: Exp, form: Form | None) -> Form | None:
        if form is None:
            return None
        if not form.terms:
            value = exact(Exp(Number(form.constant)))({})
            assert isinstance(value, Fraction)
            return fixed(value)
        return alone(self.add(Power(self.register(form))))

    # -- truths -------------------------------------------------------------------------------------------------------

    def _compare(self, op: str, left: Form | None, right: Form | None) -> Truth | Fixed:
        if left is None or right is None:
            self.drop(left, right)
            return Fixed(None)
        return self.compared(op, self.sum([(ONE, left), (-ONE, right)]))

    def compared(self, op: str, difference: Form) -> Truth | Fixed:
        """How a difference compares with nothing. A single register is compared itself, so that its own grid decides."""
        if not difference.terms:
            return Fixed(_holds(op, difference.constant))
        if len(difference.terms) == 1 and difference.terms[0][0]:
            ((factor, register),) = difference.terms
            threshold = -difference.constant / factor
            return Truth(self.add(Test(register, op if factor > 0 else _SWAPPED[op], threshold)))
        bare = Form(difference.terms, ZERO)
        return Truth(self.add(Test(self.register(bare), op, -difference.constant)))

    def _not(self, of: Lowered) -> Truth | Fixed:
        if isinstance(of, Truth):
            return Truth(self.add(Opposite(of.register)))
        assert isinstance(of, Fixed)
        return Fixed(None if of.holds is None else not of.holds)

    def _logic(self, every: bool, parts: list[Lowered]) -> Truth | Fixed:
        """``and`` / ``or``, whose first deciding part ends the reading."""
        left: list[Register] = []
        unknown = False
        for part in parts:
            if isinstance(part, Truth):
                left.append(part.register)
            else:
                assert isinstance(part, Fixed), part
                unknown = unknown or part.holds is None
                if part.holds is (not every):
                    self.drop(*(Truth(register) for register in left))
                    return Fixed(not every)
        if not left:
            return Fixed(None if unknown else every)
        joined = left[0] if len(left) == 1 else self.add(Joined(every, tuple(left)))
        if not unknown:
            return Truth(joined)
        # Unknown beside what is known: the deciding truth still decides.
        return Truth(self.add(TruthChoice(joined, *((None, (joined,)) if every else ((joined,), None)))))

    def _missing(self, name: str) -> Truth | Fixed:
        if name in self.categories:
            coded = self.add(Among(name, frozenset()))
            return Truth(self.add(Absent(coded))) if self.categories[name] else Fixed(False)
        value = self.value(name)
        if value is None or isinstance(value, Fixed):
            return Fixed(value is None or value.holds is None)
        maybe = [register for register in registers(value) if self.knowns[register].missing]
        if not maybe:
            return Fixed(False)
        found = [self.add(Absent(register)) for register in maybe]
        return Truth(found[0] if len(found) == 1 else self.add(Joined(False, tuple(found))))

    def _if_else(self, node: IfElse) -> Lowered:
        test = self.lower(node.test)
        if isinstance(test, Fixed):
            return (
                self.lower(node.then if test.holds else node.otherwise) if test.holds is not None else self._void(node)
            )
        assert isinstance(test, Truth)
        then, otherwise = self.lower(node.then), self.lower(node.otherwise)
        known = self.knowns[test.register]
        if then == otherwise and not known.missing and not known.hazard:
            return then
        if isinstance(then, Truth | Fixed) or isinstance(otherwise, Truth | Fixed):
            return Truth(self.add(TruthChoice(test.register, _branch(then), _branch(otherwise))))
        return alone(self.add(Choice(test.register, self.operand(then), self.operand(otherwise))))

    def _void(self, node: IfElse) -> Lowered:
        """The value of a choice whose test is unknown for every row."""
        then = self.lower(node.then)
        return Fixed(None) if isinstance(then, Truth | Fixed) else None

    # -- groups -------------------------------------------------------------------------------------------------------

    def _group(self, node: Group) -> Form | None:
        weights = [self.number(weight) for weight in node.weights] or [fixed(ONE)] * len(node.names)
        members: list[Form] = []
        heft: list[Form | None] = []
        for name, weight in zip(node.names, weights, strict=True):
            value = self.value(name.id)
            if value is not None:
                assert isinstance(value, Form)
                members.append(value)
                heft.append(weight)
        sure = not any(self.known(member).missing for member in members)
        if node.kind == "count":
            return self._count(members, sure)
        if len(members) < node.at_least or not members:
            self.drop(*members)
            return fixed(ZERO) if node.kind == "total" and node.at_least <= 0 else None
        if sure and node.kind in ("lowest", "highest"):
            return self.extreme(node.kind == "highest", members)
        constant = all(weight is not None and not weight.terms for weight in heft)
        if sure and constant and node.kind in ("mean", "total"):
            return self._weighed(node.kind, members, [weight.constant for weight in heft if weight])
        gathered = tuple(self.register(member) for member in members)
        operands = tuple(self.operand(weight) for weight in heft) if node.kind in ("mean", "total") else ()
        return alone(self.add(Gather(node.kind, gathered, operands, node.at_least)))

    def _count(self, members: list[Form], sure: bool) -> Form:
        if sure:
            self.drop(*members)
            return fixed(Fraction(len(members)))
        gathered = tuple(self.register(member) for member in members)
        return alone(self.add(Gather("count", gathered, (ONE,) * len(gathered), 0)))

    def _weighed(self, kind: str, members: list[Form], weights: list[Fraction]) -> Form | None:
        whole = sum(weights, ZERO) if kind == "mean" else ONE
        if not whole:
            self.drop(*members)
            return None
        return self.sum([(weight / whole, member) for weight, member in zip(weights, members, strict=True)])


def _branch(value: Lowered) -> tuple[Register] | bool | None:
    if isinstance(value, Truth):
        return (value.register,)
    assert value is None or isinstance(value, Fixed)
    return None if value is None else value.holds


def _holds(op: str, difference: Fraction) -> bool:
    value = exact(Compare(op, Number(difference), Number(ZERO)))({})
    return value is True
