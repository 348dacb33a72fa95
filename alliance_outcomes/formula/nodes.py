"""The nodes of a formula. Frozen values: equal formulas are equal, wherever they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction

from ..problems import Place


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; ``place`` is where a person wrote it and takes no part in equality."""

    place: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An exact literal. ``percent`` remembers how it was written, so that money + 5 % can be refused."""

    value: Fraction
    percent: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """The value of an input or of an earlier named formula."""

    id: str


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """No value: what a missing input gives."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``left op right`` for op in ``+ - * /``; missing where either side is."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """``-of``."""

    of: Node


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """The ``least`` or the ``most`` of several values; missing where any is."""

    which: str
    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``left op right`` for op in ``< <= > >= == !=``: a truth; missing where either side is."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and``, ``or`` or ``not`` of truths."""

    op: str
    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class IfElse(Node):
    """``then`` where ``test`` holds, else ``otherwise``; only the branch taken is read."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a curve: up to ``upto`` (None: to the end), which belongs to it where ``closed``.

    On it the curve is ``slope * x + at_zero``; a piece whose ``slope`` is None gives no value.
    """

    upto: Fraction | None
    closed: bool
    slope: Fraction | None
    at_zero: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Curve(Node):
    """A function of one named value, in pieces that follow one another from left to right."""

    of: Name
    pieces: tuple[Piece, ...]

    def piece_at(self, x: Fraction) -> Piece:
        """The piece that ``x`` lies on."""
        return next(p for p in self.pieces if p.upto is None or x < p.upto or (p.closed and x == p.upto))


@dataclass(frozen=True, slots=True)
class Round(Node):
    """``of`` rounded to whole multiples of ``unit``; ``how`` is one of ``numbers.ROUNDINGS``."""

    of: Node
    how: str
    unit: Fraction


@dataclass(frozen=True, slots=True)
class Group(Node):
    """``mean``, ``total``, ``lowest``, ``highest`` or ``count`` of the named values that are present.

    ``weights`` (a number or name a value) weigh a mean or a total. Fewer than ``at_least`` present give no
    value; a count is always a number.
    """

    kind: str
    names: tuple[Name, ...]
    weights: tuple[Node, ...] = ()
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """Whether a category (a payee's attribute) is one of ``codes``: a truth."""

    name: Name
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """Whether a named value is missing: a truth."""

    name: Name


@dataclass(frozen=True, slots=True)
class Exp(Node):
    """e to the power ``of``, to 40 digits; stands only inside a stated rounding."""

    of: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the language that the compiler resolves: earlier, settled, over_parties."""

    function: str
    name: Name
    periods: int = 0


@dataclass(frozen=True, slots=True)
class Across(Node):
    """A number over all payees of the period that have the value ``of``, and for whom ``among`` holds where it is named.

    ``kind`` is total, mean, count, lowest, highest; percentile (of ``share``, by ``method``); rank (the payee's own,
    by ``method``, ties sharing the best); or factor: the number that, times ``of``, at most ``most``, sums to ``pool``.
    It is a step of its own, read when every payee has come so far.
    """

    kind: str
    of: Name
    among: Name | None = None
    method: str = ""
    share: Fraction | None = None
    pool: Name | None = None
    most: Name | None = None


PERCENTILES = ("lower", "higher", "midpoint", "linear", "nearest_rank")
RANKS = ("highest_first", "lowest_first")
TRUTHS = (Compare, Logic, OneOf, Missing)
GROUP_KINDS = ("mean", "total", "lowest", "highest", "count")


def is_truth(node: Node) -> bool:
    """Whether ``node`` gives a truth rather than a number."""
    return isinstance(node, TRUTHS) or (isinstance(node, IfElse) and is_truth(node.then))


_PARTS: dict[type[Node], tuple[str, ...]] = {}


def _parts(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields of a kind of node, but for its place."""
    if kind not in _PARTS:
        _PARTS[kind] = tuple(spec.name for spec in fields(kind) if spec.name != "place")
    return _PARTS[kind]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below ``node``, left to right."""
    for part in _parts(type(node)):
        value = getattr(node, part)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Node) -> Iterator[str]:
    """The names ``node`` reads, in the order of writing, repeated as often as they are read."""
    return (part.id for part in walk(node) if isinstance(part, Name))


FINEST_AROUND_EXP = Fraction(1, 10**20)


def bare_exps(node: Node) -> Iterator[Exp]:
    """The ``exp`` that stand outside a rounding, or inside one too fine for their digits to decide."""
    if isinstance(node, Round) and node.unit >= FINEST_AROUND_EXP:
        return
    if isinstance(node, Exp):
        yield node
    for child in children(node):
        yield from bare_exps(child)


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """A copy of ``node`` with ``change`` applied to each direct child."""
    changed: dict[str, object] = {}
    for part in _parts(type(node)):
        value = getattr(node, part)
        if isinstance(value, Node):
            changed[part] = change(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            changed[part] = tuple(change(item) for item in value)
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]  # fields are checked above
