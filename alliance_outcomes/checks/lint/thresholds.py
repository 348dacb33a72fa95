"""Thresholds of clauses that share a point (AO606) or leave one out (AO607): gates of one number that meet at an edge."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import inf

from ...formula.nodes import Compare, Logic, Name, Node, Number
from ...formula.ranges import Range, common
from ...payments.base import Clause
from .base import Finding, Linted, shown


def findings(linted: Linted) -> Iterator[Finding]:
    """Pairs of clauses whose gates meet, and pay both or neither exactly there."""
    gates: list[tuple[str, str, Range]] = []
    for id_, clause in linted.contract.settlement.items():
        assert isinstance(clause, Clause)
        gate = _interval(clause.when.node) if clause.when else None
        if gate is not None:
            gates.append((id_, *gate))
    for (one, name, here), (other, same, there) in combinations(gates, 2):
        if name != same:
            continue
        both, path = common(here, there), linted.path_of(other)
        if both.least == both.most and not both.empty:
            sentence = f"Where {name} is exactly {_edge(both.least)}, {one} and {other} both pay."
            yield Finding("AO606", path, sentence, "Let one of them begin where the other has ended: < beside >=.")
        elif both.least == both.most and _left_out(here, there, both.least):
            sentence = f"Where {name} is exactly {_edge(both.least)}, neither {one} nor {other} pays."
            yield Finding("AO607", path, sentence, "Let one of them hold the edge: < beside >=.")


def _edge(end: Fraction | float) -> str:
    return shown(end) if isinstance(end, Fraction) else str(end)


def _left_out(here: Range, there: Range, edge: Fraction | float) -> bool:
    lower, upper = (here, there) if here.most == edge else (there, here)
    return lower.most == edge == upper.least and lower.below and upper.above


def _interval(node: Node) -> tuple[str, Range] | None:
    """The name that a condition is about and the stretch of it that holds, where it is about one name and one stretch."""
    match node:
        case Compare(op="<" | "<=" as op, left=Name(id=name), right=Number(value=value)):
            return name, Range(-inf, value, False, op == "<")
        case Compare(op=">" | ">=" as op, left=Name(id=name), right=Number(value=value)):
            return name, Range(value, inf, op == ">", False)
        case Logic(op="and", of=parts):
            found = [_interval(part) for part in parts]
            whole = Range()
            for each in found:
                if each is None or each[0] != (found[0] or each)[0]:
                    return None
                whole = common(whole, each[1])
            return (found[0][0], whole) if found[0] else None
    return None
