"""The least and the most that a step can be: a proved bound, and a setting that was found to reach it or come near."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from math import inf, isinf

from ..exact import Value
from .chains import backward
from .model import Box, Env, Model, Point, halves, middle
from .spans import NO_SLOPE, Codes, End, Span

MOST_BOXES = 120


@dataclass(frozen=True)
class Optimum:
    """``bound`` is never passed; ``value`` is reached at ``point`` (None where no setting was found to be allowed)."""

    bound: End
    value: Fraction | None
    point: Point | None

    @property
    def exact(self) -> bool:
        """Whether the bound is reached."""
        return self.value is not None and self.value == self.bound


def highest(model: Model, name: str, boxes: int = MOST_BOXES, enough: End = -inf) -> Optimum:
    """The most that ``name`` can be. The search ends early where the bound is found to lie at ``enough`` or below."""
    return _Search(model, name, 1).run(boxes, enough)


def lowest(model: Model, name: str, boxes: int = MOST_BOXES, enough: End = inf) -> Optimum:
    """The least that ``name`` can be; see highest."""
    found = _Search(model, name, -1).run(boxes, -enough)
    return Optimum(-found.bound, None if found.value is None else -found.value, found.point)


class _Search:
    """Branch and bound: inputs in which the result only rises or only falls go to their end; the rest is halved."""

    def __init__(self, model: Model, name: str, sign: int) -> None:
        self.model, self.name, self.sign = model.part([name]), name, sign
        self.best: Fraction | None = None
        self.point: Point | None = None

    def run(self, boxes: int, enough: End) -> Optimum:
        """Look into at most so many boxes, the most promising first."""
        if self.name in self.model.domains:
            return self._of_input()
        queue: list[tuple[End, int, Box]] = []
        count = 0
        start = self._bound(self.model.domains)
        if start is None:
            return Optimum(-inf, None, None)
        heappush(queue, (-start[0], 0, start[1]))
        if self.best is not None and self.best < start[0]:
            self._climb()
        while queue:
            upper, _, box = queue[0]
            if (self.best is not None and -upper <= self.best) or -upper <= enough or count >= boxes:
                break
            if not any(map(is_loose, box.values())) and self.model.too_long(point_in(box)):
                break  # what it comes to is not read, so its bound stands
            heappop(queue)
            for part in self._split(box):
                count += 1
                found = self._bound(part)
                if found is not None and (self.best is None or found[0] > self.best):
                    heappush(queue, (-found[0], count, found[1]))
        bound: End = -queue[0][0] if queue else -inf
        if self.best is not None:
            if self.best < bound:
                self._climb()
            bound = max(bound, self.best)
        return Optimum(bound, self.best, self.point)

    def _of_input(self) -> Optimum:
        span = self.model.domains[self.name]
        assert isinstance(span, Span), self.name
        end = span[1] if self.sign > 0 else -span[0]
        value = None if isinf(end) else Fraction(end)
        return Optimum(end, value, None if value is None else {self.name: value * self.sign})

    def _upper(self, env: Env) -> End:
        span = env[self.name]
        if not isinstance(span, Span) or span.never:
            return -inf
        return span[1] if self.sign > 0 else -span[0]

    def _bound(self, box: Box) -> tuple[End, Box] | None:
        """The bound over a box, and the box with every input that only rises or falls set to its end; None if empty."""
        env = self.model.env(box)
        if env is None or self._upper(env) == -inf:
            return None
        edges = self.model.edges(env)
        slopes = backward(edges, self.name)
        changed: Box = {}
        for name, span in box.items():
            if isinstance(span, Codes) or span.missing or span[0] >= span[1]:
                continue
            slope = slopes.get(name, NO_SLOPE)
            if slope[0] < 0 < slope[1]:
                slope = self.model.slope(edges, name, self.name)
            if self.sign < 0:
                slope = (-slope[1], -slope[0])
            if slope[0] >= 0 and (not isinf(span[1]) or slope == (0, 0)):
                changed[name] = _only(span, True)
            elif slope[1] <= 0 and not isinf(span[0]):
                changed[name] = _only(span, False)
        if changed:
            smaller = {**box, **changed}
            # Where a setting may be refused, or the result be missing, it may be so at that very end.
            found = self.model.env(smaller) if not (self.model.bounded or env[self.name].missing) else None
            if found is not None:
                box, env = smaller, found
            else:
                self._try(smaller)
        for corner in corners(box):
            self._try(corner)
        return self._upper(env), box

    def _try(self, box: Box) -> None:
        self._take(point_in(box))

    def _take(self, point: Point) -> None:
        values = self.model.values(point)
        value = None if values is None else values[self.name]
        if value is None:
            return
        result = Fraction(value) * self.sign
        if self.best is None or result > self.best:
            self.best, self.point = result, point

    def _climb(self) -> None:
        """Better the best setting one input at a time, at the ends and the levels of each."""
        before, rounds = None, 0
        while rounds < 3 and self.best != before:
            before, rounds = self.best, rounds + 1
            for name, span in self.model.domains.items():
                if self.point is not None and isinstance(span, Span):
                    ends = [finite_end(span, False), finite_end(span, True)]
                    levels = [x for x in self.model.breaks.get(name, ()) if span[0] < x < span[1]]
                    for level in [*ends, *levels]:
                        self._take({**self.point, name: level})

    def _split(self, box: Box) -> Iterator[Box]:
        loose = [(name, span) for name, span in box.items() if is_loose(span)]
        if not loose:
            return
        name, span = max(loose, key=lambda each: self._promise(*each))
        for part in halves(span, name in self.model.whole, self.model.breaks.get(name, ())):
            if isinstance(part, Codes) or part[0] <= part[1] or part.missing:
                yield {**box, name: part}

    def _promise(self, name: str, span: Span | Codes) -> tuple[int, float]:
        """How much is hoped for from splitting: first what changes kind, then levels inside, then what is wide."""
        if isinstance(span, Codes) or span.missing:
            return (2, 0.0)
        inside = any(span[0] < level < span[1] for level in self.model.breaks.get(name, ()))
        whole = self.model.domains[name]
        return (1 if inside else 0, breadth(span, whole) if isinstance(whole, Span) else 1.0)


def is_loose(span: Span | Codes) -> bool:
    """Whether a domain holds more than one value."""
    if isinstance(span, Codes):
        return len(span.codes) + span.missing > 1
    return (span.missing and not span.never) or span[0] < span[1]


def breadth(span: Span, whole: Span) -> float:
    """How much of a whole span a part of it is; all of it where either is open."""
    if isinf(span[1] - span[0]) or isinf(whole[1] - whole[0]) or whole[0] == whole[1]:
        return 1.0
    return float((span[1] - span[0]) / (whole[1] - whole[0]))


def _only(span: Span, high: bool) -> Span:
    end = span[1] if high else span[0]
    if isinf(end):
        end = span[0] if high else span[1]
    if isinf(end):
        end = Fraction(0)
    return Span(end, end)


def representative(domain: Span | Codes, choose: Callable[[Span], Fraction] = middle) -> Value:
    """One value of a domain."""
    if isinstance(domain, Codes):
        return min(domain.codes) if domain.codes else None
    if domain.never:
        return None
    return choose(domain) if domain[0] < domain[1] else Fraction(domain[0])


def finite_end(span: Span, high: bool) -> Fraction:
    """An end of a span, or a large number where it is open."""
    end = span[1] if high else span[0]
    if not isinf(end):
        return Fraction(end)
    other = span[0] if high else span[1]
    far = Fraction(10) ** 9
    return (far if high else -far) + (0 if isinf(other) else Fraction(other))


def corners(box: Box) -> Iterator[Box]:
    """Settings worth a try: all loose inputs at their least, at their most, in the middle; missing where they can be."""
    loose = {name: span for name, span in box.items() if isinstance(span, Span) and span[0] < span[1]}
    optional = [name for name, span in box.items() if span.missing]
    there: Box = {name: Span(span[0], span[1]) if isinstance(span, Span) else span for name, span in box.items()}
    for high in (True, False):
        ends: Box = {}
        for name, span in loose.items():
            end = finite_end(span, high)
            ends[name] = Span(end, end)
        yield {**there, **ends}
        if optional:
            gone: Box = {name: Span(inf, -inf, True) for name in optional}
            yield {**there, **ends, **gone}
    if loose:
        yield there


def point_in(box: Box) -> Point:
    """One setting in a box: ends where they are fixed, the middle elsewhere, a value wherever there can be one."""
    return {name: representative(span) for name, span in box.items()}
