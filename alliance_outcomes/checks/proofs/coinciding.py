"""Places that one small change can pass at once: each may leap by little, all of them together by much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ...formula.nodes import Arithmetic, Compare, Node, Number, names
from ...formula.proof.linear import Terms, terms_of
from ...formula.proof.spans import NO_SLOPE, ZERO, End, Interval, Span, add, minus
from .setting import Setting
from .sites import Site

_CONSTANT = Number(Fraction(1))
Form = frozenset[tuple[Node, Fraction]]


@dataclass(frozen=True)
class Edge:
    """A place as a ``form`` that passes a ``level``; ``move`` bounds by how much the total leaps as it does so upwards."""

    site: Site
    form: Form | Node
    level: Fraction
    move: Interval


def together(setting: Setting, found: Iterable[tuple[Site, Interval]]) -> Iterator[tuple[End, list[Site]]]:
    """For each input that moves several places: the most that the total leaps as it passes some at once, and the places.

    Places of one form are passed at once where their level is one; those of different forms always may be.
    """
    known: dict[str, Terms] = {}
    edges = [_edge(setting, site, move, known) for site, move in found if move != NO_SLOPE]
    moved_by = [setting.model.cone(names(edge.site.node)) for edge in edges]
    told: set[frozenset[int]] = set()
    for name, span in setting.model.domains.items():
        met = frozenset(index for index, moving in enumerate(moved_by) if name in moving)
        if len(met) > 1 and met not in told and isinstance(span, Span) and name not in setting.model.whole:
            told.add(met)
            passed = [edges[index] for index in sorted(met)]
            yield _most(passed), [edge.site for edge in passed]


def _edge(setting: Setting, site: Site, move: Interval, known: dict[str, Terms]) -> Edge:
    """The form has 1 as its first factor, so that equal places are equal in whatever way they are written."""
    either = max(-move[0], move[1])
    if not isinstance(site.node, Compare):
        return Edge(site, site.node, ZERO, (-either, either))
    terms = dict(terms_of(Arithmetic("-", site.node.left, site.node.right), setting.model.steps, known))
    constant = terms.pop(_CONSTANT, ZERO)
    scale = min(terms.items(), key=lambda term: repr(term[0]), default=(_CONSTANT, Fraction(1)))[1]
    form = frozenset((term, factor / scale) for term, factor in terms.items())
    if site.upwards is None:
        move = (-either, either)
    elif site.upwards != (scale > 0):
        move = minus(move)
    return Edge(site, form, -constant / scale, move)


def _most(passed: list[Edge]) -> End:
    """At most one level of each form is passed: the one at which most leaps, to either side."""
    sums: dict[Form | Node, dict[Fraction, Interval]] = {}
    for edge in passed:
        levels = sums.setdefault(edge.form, {})
        levels[edge.level] = add(levels.get(edge.level, NO_SLOPE), edge.move)
    return sum((max(max(-low, high) for low, high in levels.values()) for levels in sums.values()), ZERO)
