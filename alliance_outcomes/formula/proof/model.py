"""A calculation for proofs: what its inputs can be, its steps unrounded, and readings of all of it over a range or a point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from math import ceil, inf, isinf

from ..exact import Reader, TooLong, Undefined, Value, exact
from ..nodes import Arithmetic, Compare, Curve, Extreme, Name, Node, Number, names, walk
from .chains import Edges, chained
from .factors import shared
from .linear import Terms, terms_of
from .reading import span_of
from .slopes import slopes_of, switching
from .spans import ANY, Codes, End, Interval, Span

# So many parts of a min or max are each held against each other; of more only neighbours are.
MOST_COMPARED = 4
# Numbers of more bits are not tried: thousands of settings are read, and every square doubles the digits.
LONGEST = 4_000

Box = dict[str, Span | Codes]
Point = dict[str, Value]
Env = dict[str, Span | Codes]


def there(name: str) -> str:
    """The name of whether a step has a value."""
    return f"{name}>there"


@dataclass(frozen=True)
class Bounded:
    """A name whose value must be there (``needed``, where ``given`` has one), or must lie from least to most."""

    name: str
    given: str = ""
    needed: bool = False
    least: End = -inf
    most: End = inf

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether a settlement with these values is not refused."""
        value = values[self.name]
        if value is None:
            return not self.needed or bool(self.given and values.get(self.given) is None)
        return self.least <= Fraction(value) <= self.most


@dataclass(eq=False)
class Model:
    """Steps over inputs that can be anything within ``domains``; ``whole`` names inputs that are whole numbers.

    A setting that ``bounded`` forbids is one that a settlement refuses.
    """

    domains: Box
    steps: dict[str, Node]
    bounded: tuple[Bounded, ...] = ()
    whole: frozenset[str] = frozenset()
    _readers: list[tuple[str, Reader]] = field(default_factory=list)
    # What was read last, and what came of it: a search moves one input at a time, and most of the steps stay as they were.
    _last: tuple[Mapping[str, Value], Point] | None = None
    _last_env: Env | None = None
    _last_edges: tuple[Env, Edges] | None = None

    def __post_init__(self) -> None:
        self._readers = [(name, exact(node)) for name, node in self.steps.items()]
        self._reads = {name: sorted(set(names(node))) for name, node in self.steps.items()}
        self._rests: dict[str, frozenset[str]] = {}  # by step, the names that are no steps which it rests on
        for name, reads in self._reads.items():
            given = [each.given for each in self.bounded if each.name == name and each.given]
            self._rests[name] = frozenset().union(*(self._rests.get(read, (read,)) for read in (*reads, *given)))
        self._there = {name: [there(read) for read in reads] for name, reads in self._reads.items()}
        self._bounded: dict[str, list[Bounded]] = {}
        for each in self.bounded:
            self._bounded.setdefault(each.name, []).append(each)
        self._breaks: dict[str, list[Fraction]] | None = None

    @property
    def breaks(self) -> dict[str, list[Fraction]]:
        """By input, the levels at which a formula that depends on it alone has a corner or takes another branch."""
        if self._breaks is None:
            self._breaks = _breaks(self.steps)
        return self._breaks

    # -- over a box ------------------------------------------------------------------------------------------------

    def env(self, box: Mapping[str, Span | Codes], held: Mapping[str, Span | Codes] | None = None) -> Env | None:
        """What every name can be within ``box``, and where steps are ``held`` to a span; None where no setting is allowed."""
        env: Env = dict(box)
        for name in box:
            if name in self._bounded and not self._keep(name, env):
                return None
        last = self._last_env if held is None else None
        moved = env.keys() if last is None else {name for name in env if env[name] != last.get(name)}
        for name, node in self.steps.items():
            if last is not None and name not in box and self._rests[name].isdisjoint(moved):
                env[name] = last[name]
                continue
            env[name] = span_of(node, env) if held is None or name not in held else held[name]
            if name in self._bounded and not self._keep(name, env):
                return None
        if held is None:
            self._last_env = dict(env)
        return env

    def _keep(self, name: str, env: Env) -> bool:
        for each in self._bounded[name]:
            value = env[name]
            assert isinstance(value, Span), name  # a category is not bounded
            given = env.get(each.given)
            if each.needed and (not each.given or (isinstance(given, Span) and not given.missing)):
                value = Span(value[0], value[1])
            low, high = max(value[0], each.least), min(value[1], each.most)
            if low > high and not value.missing:
                return False
            env[name] = Span(low, high, value.missing)
        return True

    def edges(self, env: Env) -> Edges:
        """The slopes of every step in what it reads.

        Whether a step has a value at all may change with what it reads: that is a name of its own, which moves its readers.
        """
        found: Edges = {}
        last, known = self._last_edges or ({}, {})
        anew = {name for name in env if env[name] is not last.get(name)}
        for name, node in self.steps.items():
            if name not in anew and anew.isdisjoint(self._reads[name]):
                found |= {each: known[each] for each in (name, there(name)) if each in known}
                continue
            anew.add(name)
            found[name] = slopes_of(node, env)
            if not env[name].missing and not found.keys() & self._there[name]:
                continue
            inherited = {read: ANY for read in self._there[name] if read in found}
            found[name] = found[name] | inherited
            if not env[name].missing:
                continue
            if switched := inherited | dict.fromkeys(switching(node, env, self.whole), ANY):
                found[there(name)] = switched
        self._last_edges = dict(env), dict(found)
        return found

    def slope(self, edges: Edges, source: str, result: str) -> Interval:
        """How far ``result`` moves with ``source``."""
        return chained(edges, edges, source, result)

    # -- at a point ------------------------------------------------------------------------------------------------

    def values(self, point: Mapping[str, Value]) -> Point | None:
        """The value of every name; None where a settlement would refuse the setting, or a number is ``too_long``."""
        try:
            return self._values(point)
        except TooLong:
            return None

    def too_long(self, point: Mapping[str, Value]) -> bool:
        """Whether a setting leads to a number of so many digits that it is not tried; a settlement may have it."""
        try:
            self._values(point)
        except TooLong:
            return True
        return False

    def _since_last(self, point: Mapping[str, Value]) -> tuple[Point, list[tuple[str, Reader]]]:
        """What is known at a setting from the one before, and the steps to read anew: a search moves one input at a time."""
        if self._last is None or self._last[0].keys() != point.keys():
            return dict(point), self._readers
        before, known = self._last
        moved = {name: value for name, value in point.items() if value is not before[name] and value != before[name]}
        if moved.keys() & self.steps.keys():
            return dict(point), self._readers
        return known | moved, [(name, read) for name, read in self._readers if not self._rests[name].isdisjoint(moved)]

    def _values(self, point: Mapping[str, Value]) -> Point | None:
        values, readers = self._since_last(point)
        # What is refused is seen where it stands: formulas further on count on it.
        first = [each for each in self.bounded if each.name in point and (not each.given or each.given in point)]
        if not all(each.holds(values) for each in first):
            return None
        try:
            for name, read in readers:
                values[name] = value = read(values)
                if (
                    isinstance(value, Fraction)
                    and value.numerator.bit_length() + value.denominator.bit_length() > LONGEST
                ):
                    raise TooLong(self.steps[name])
                if name in self._bounded and not all(each.holds(values) for each in self._bounded[name]):
                    return None
        except TooLong:
            raise
        except (Undefined, TypeError):
            # A part of a model can stand for what no data gives: a value without the count that its weight needs.
            return None
        if not all(each.holds(values) for each in self.bounded):
            return None
        self._last = dict(point), dict(values)
        return values

    # -- parts -----------------------------------------------------------------------------------------------------

    def cone(self, wanted: Iterable[str]) -> set[str]:
        """The names that the wanted ones depend on, themselves included."""
        found = set(wanted)
        for name in reversed(list(self.steps)):
            if name in found:
                found.update(self._reads[name])
        return found

    def part(self, wanted: Iterable[str], given: Mapping[str, Span | Codes] | None = None) -> Model:
        """The part that the wanted names depend on; names in ``given`` become inputs of it."""
        known = dict(given or {})
        steps = {name: node for name, node in self.steps.items() if name not in known}
        inner = Model({}, steps) if known else self
        cone = inner.cone(wanted)
        domains = {name: span for name, span in {**self.domains, **known}.items() if name in cone}
        kept = {name: node for name, node in steps.items() if name in cone}
        bounded = tuple(
            b for b in self.bounded if b.name in cone and b.name not in known and (b.given in cone or not b.given)
        )
        return Model(domains, kept, bounded, self.whole)

    def apart(self, wanted: Iterable[str]) -> list[str]:
        """Steps whose inputs reach the wanted names through them alone: the last such step of each bundle of inputs."""
        wanted = set(wanted)
        cone = self.cone(wanted)
        readers: dict[str, set[str]] = {}
        for name in self.steps:
            if name in cone:
                for read in self._reads[name]:
                    readers.setdefault(read, set()).add(name)
        for each in self.bounded:
            if each.given and each.name in cone:
                readers.setdefault(each.given, set()).add(each.name)
        found: list[str] = []
        covered: set[str] = set()
        for name in reversed(list(self.steps)):
            if name not in cone or name in wanted or name in covered:
                continue
            below = self.cone([name]) - {name}
            if any(each in self.domains for each in below) and all(
                readers.get(each, set()) <= below | {name} and each not in wanted for each in below
            ):
                found.append(name)
                covered |= below
        return found


def _breaks(steps: Mapping[str, Node]) -> dict[str, list[Fraction]]:
    """By name, the levels at which a formula that depends on it alone has a corner or takes another branch."""
    found: dict[str, set[Fraction]] = {}
    known: dict[str, Terms] = {}
    for formula in steps.values():
        for node in walk(formula):
            for zero in _edges_of(node):
                terms = terms_of(zero, steps, known)
                loose = [(term, factor) for term, factor in terms.items() if not isinstance(term, Number)]
                if len(loose) == 1 and isinstance(loose[0][0], Name):
                    level = -sum((f for term, f in terms.items() if isinstance(term, Number)), Fraction(0))
                    found.setdefault(loose[0][0].id, set()).add(level / loose[0][1])
    return {name: sorted(levels) for name, levels in found.items()}


def _edges_of(node: Node) -> Iterator[Node]:
    """What is zero where ``node`` has a corner or turns."""
    if isinstance(node, Curve):
        for piece in node.pieces:
            if piece.upto is not None:
                yield Arithmetic("-", node.of, Number(piece.upto))
    elif isinstance(node, Compare):
        yield Arithmetic("-", node.left, node.right)
    elif isinstance(node, Extreme):
        found = shared(node)
        compared = list(_compared(Extreme(node.which, found[1]) if found else node))
        for one, other in combinations(compared, 2) if len(compared) <= MOST_COMPARED else pairwise(compared):
            yield Arithmetic("-", one, other)


def _compared(node: Extreme) -> Iterator[Node]:
    """The parts of a min or max, and of those that stand in it: a clamp is between three."""
    for part in node.of:
        yield from _compared(part) if isinstance(part, Extreme) else (part,)


def halves(domain: Span | Codes, whole: bool, levels: Iterable[Fraction]) -> list[Span | Codes]:
    """A domain in parts: without and with a value, code by code, at a level inside it, or in the middle."""
    if isinstance(domain, Codes):
        parts: list[Span | Codes] = [Codes(frozenset((code,))) for code in sorted(domain.codes)]
        return parts + ([Codes(frozenset(), True)] if domain.missing else [])
    if domain.missing:
        nothing = Span(inf, -inf, True)
        return [Span(domain[0], domain[1]), nothing]
    inside = [level for level in levels if domain[0] < level < domain[1]]
    at: End = inside[len(inside) // 2] if inside else middle(domain)
    if whole:
        return [Span(domain[0], Fraction(ceil(at) - 1)), Span(Fraction(ceil(at)), domain[1])]
    return [Span(domain[0], at), Span(at, domain[1])]


def middle(domain: Span) -> Fraction:
    """A number inside a span, well away from its ends."""
    low, high = domain[0], domain[1]
    if isinf(low) and isinf(high):
        return Fraction(0)
    if isinf(high):
        return max(Fraction(low) * 2, Fraction(1000))
    if isinf(low):
        return min(Fraction(high) * 2, Fraction(-1000))
    return (Fraction(low) + Fraction(high)) / 2
