"""The frame reader: a row condition (``age >= 18 and hba1c < 53``) to an expression that every data-frame engine reads alike.

No engine's own idea of a missing value is used. A column stands as whole numbers beside a column that says where it has a
value; ``not`` is pushed down into the comparisons, and a comparison with a missing operand does not hold. Numbers are whole
multiples of an exact unit, so a comparison decides as the exact reader does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any
from unicodedata import normalize

from ..problems import ContractError, Problem
from .nodes import Arithmetic, Compare, Extreme, IfElse, Logic, Missing, Name, Negate, Node, Number, OneOf, walk

DECIMALS, WHOLE_DIGITS = 4, 7
UNIT = Fraction(1, 10**DECIMALS)
LARGEST_CELL = 10 ** (WHOLE_DIGITS + DECIMALS)
_LARGEST = 2**62
_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def known_of(column: str) -> str:
    """The column that says where ``column`` has a value."""
    return f"{column} known"


def number_of(column: str) -> str:
    """The column of ``column``'s values as whole multiples of UNIT, 0 where it has none."""
    return f"{column} number"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that formulas read, by what they hold: numbers, or words (categories)."""

    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def columns_of(*formulas: Node | None) -> Columns:
    """The columns that ``formulas`` read: words where they are compared with a text, else numbers.

    Raises ContractError (AO318) for a column that is compared both ways.
    """
    nodes = [node for formula in formulas if formula is not None for node in walk(formula)]
    words = {node.name.id for node in nodes if isinstance(node, OneOf)}
    beside_words = {id(node.name) for node in nodes if isinstance(node, OneOf)}
    asked_for = {id(node.name) for node in nodes if isinstance(node, Missing)}
    read = {node.id for node in nodes if isinstance(node, Name)}
    for node in nodes:
        if isinstance(node, Name) and node.id in words and id(node) not in beside_words | asked_for:
            raise refused(node, f"{node.id} is compared with a text and with a number.", "Compare it one way.")
    return Columns(frozenset(read - words), frozenset(words))


def refused(node: Node, sentence: str, instead: str) -> ContractError:
    """What is said of a formula that cannot be read row by row (AO318)."""
    return ContractError(Problem("AO318", sentence, instead, node.place))


def holds(node: Node, negated: bool = False) -> Any:
    """A narwhals expression, true or false in every row: whether ``node`` holds (with ``negated``: its contrary does).

    It reads the columns of known_of and number_of, and columns of text by their own names. Raises ContractError (AO318)
    for what no row condition can hold.
    """
    import narwhals as nw

    match node:
        case Logic(op="not", of=(inner,)):
            return holds(inner, not negated)
        case Logic(op=op, of=parts):
            join = and_ if (op == "and") != negated else or_
            return reduce(join, [holds(part, negated) for part in parts])
        case Compare(op=op, left=left, right=right):
            return _compared(_OPPOSITE[op] if negated else op, number(left), number(right))
        case OneOf(name=name, codes=codes):
            # A letter and its accent may stand apart in an extract: it is the same text (NFC and NFD).
            spelled = {normalize(form, code) for code in codes for form in ("NFC", "NFD")}
            known, among = nw.col(known_of(name.id)), nw.col(name.id).is_in(sorted(spelled))
            return known & ~among if negated else known & among
        case Missing(name=name):
            return nw.col(known_of(name.id)) if negated else ~nw.col(known_of(name.id))
        case IfElse(test=test, then=then, otherwise=otherwise):
            return (holds(test) & holds(then, negated)) | (holds(test, True) & holds(otherwise, negated))
    raise refused(node, "A row condition is true or false; this is a number.", "Compare it: age >= 18.")


@dataclass(frozen=True, slots=True)
class Operand:
    """A number in every row: ``whole`` times ``unit`` where ``known`` (None: everywhere), at most ``bound`` units from 0."""

    whole: Any
    unit: Fraction
    known: Any
    bound: int

    def times(self, factor: int) -> Operand:
        """The same number in a unit that is ``factor`` times finer."""
        if factor == 1:
            return self
        return Operand(self.whole * factor, self.unit / factor, self.known, self.bound * factor)


def _both(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else a & b


def _aligned(*operands: Operand) -> list[Operand]:
    """The same numbers in one unit; too large a number for 64 bits has an infinite bound."""
    units = [each.unit for each in operands]
    whole = [unit.numerator * _common(units) // unit.denominator for unit in units]
    finest = gcd(*whole)
    return [each.times(factor // finest) for each, factor in zip(operands, whole, strict=True)]


def _common(units: list[Fraction]) -> int:
    return reduce(lambda a, b: a * b // gcd(a, b), [unit.denominator for unit in units], 1)


def _compared(op: str, left: Operand, right: Operand) -> Any:
    a, b = _aligned(left, right)
    _check_bound(a.bound + b.bound)
    result, known = _COMPARE[op](a.whole, b.whole), _both(a.known, b.known)
    return result if known is None else known & result


def _check_bound(bound: int, node: Node | None = None) -> None:
    if bound > _LARGEST:
        raise refused(node or Number(Fraction(0)), "The numbers of this condition are too long.", "Use fewer decimals.")


def number(node: Node) -> Operand:
    """What ``node`` comes to in every row, in whole units: sums, differences, multiples, least and most of columns.

    Raises ContractError (AO318) for anything else.
    """
    import narwhals as nw

    match node:
        case Number(value=value):
            return Operand(nw.lit(value.numerator), Fraction(1, value.denominator), None, abs(value.numerator))
        case Name(id=name):
            return Operand(nw.col(number_of(name)), UNIT, nw.col(known_of(name)), LARGEST_CELL)
        case Negate(of=inner):
            of = number(inner)
            return Operand(-of.whole, of.unit, of.known, of.bound)
        case Arithmetic(op="+" | "-" as op, left=left, right=right):
            a, b = _aligned(number(left), number(right))
            _check_bound(a.bound + b.bound, node)
            return Operand(
                a.whole + b.whole if op == "+" else a.whole - b.whole,
                a.unit,
                _both(a.known, b.known),
                a.bound + b.bound,
            )
        case Arithmetic(op=op, left=left, right=right):
            return _scaled(node, op, left, right)
        case Extreme(which=which, of=parts):
            return _extreme(node, which, [number(part) for part in parts])
        case IfElse(test=test, then=then, otherwise=otherwise):
            return _chosen(node, test, number(then), number(otherwise))
    raise refused(node, "This cannot be computed row by row.", "Use + - * /, min, max, abs, clamp, coalesce and if.")


def _scaled(node: Node, op: str, left: Node, right: Node) -> Operand:
    """A product with a literal number, or a quotient by one."""
    if op == "*" and isinstance(left, Number):
        left, right = right, left
    if not isinstance(right, Number) or (op == "/" and right.value == 0):
        raise refused(node, "In a row, a column is multiplied or divided by a number only.", "Compare products apart.")
    factor = right.value if op == "*" else 1 / right.value
    value = number(left)
    if factor == 0:
        return Operand(value.whole * 0, UNIT, value.known, 0)
    whole = -value.whole if factor < 0 else value.whole
    return Operand(whole, value.unit * abs(factor), value.known, value.bound)


def _extreme(node: Node, which: str, operands: list[Operand]) -> Operand:
    import narwhals as nw

    aligned = _aligned(*operands)
    bound = max(each.bound for each in aligned)
    _check_bound(2 * bound, node)

    def pick(a: Operand, b: Operand) -> Operand:
        first = a.whole <= b.whole if which == "least" else a.whole >= b.whole
        return Operand(nw.when(first).then(a.whole).otherwise(b.whole), a.unit, _both(a.known, b.known), bound)

    return reduce(pick, aligned)


def _chosen(node: Node, test: Node, then: Operand, otherwise: Operand) -> Operand:
    import narwhals as nw

    a, b = _aligned(then, otherwise)
    _check_bound(a.bound + b.bound, node)
    first, second = holds(test), holds(test, True)
    known = (first if a.known is None else first & a.known) | (second if b.known is None else second & b.known)
    return Operand(nw.when(first).then(a.whole).otherwise(b.whole), a.unit, known, max(a.bound, b.bound))
