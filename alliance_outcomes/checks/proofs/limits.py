"""First verdict: the least and the most that a contract can pay, in all, by clause and to each party."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isinf

from ...formula.exact import Value
from ...formula.proof.model import Model, Point
from ...formula.proof.optimum import Optimum, highest, lowest
from ...formula.proof.spans import Span
from .amounts import COSTS, NET, TOTAL, of_party
from .claims import Claim, Witness
from .places import place_of
from .setting import Setting, part_points

BOXES, BOXES_OF_PARTY = 80, 4


def claims(setting: Setting) -> Iterator[Claim]:
    """A claim for the total, each clause and each party: proved where both ends are, with settings that reach them."""
    yield _claim(setting, "bounds.total", TOTAL, {}, parted(setting, TOTAL, NET, COSTS, BOXES))
    for clause in setting.clauses:
        yield _claim(setting, "bounds.clause", clause, {"clause": clause}, bounds_of(setting, clause))
    if len(setting.parties) > 1:
        for party in setting.parties:
            total, net, costs = (of_party(kind, party) for kind in (TOTAL, NET, COSTS))
            ends = parted(setting, total, net, costs, BOXES_OF_PARTY)
            yield _claim(setting, "bounds.party", total, {"party": party}, ends)


def bounds_of(setting: Setting, name: str, boxes: int = BOXES) -> tuple[Optimum, Optimum]:
    """The least and the most that a step can be."""
    model = setting.reduced(name)
    return lowest(model, name, boxes), highest(model, name, boxes)


def parted(setting: Setting, total: str, rest: str, reimbursed: str, boxes: int) -> tuple[Optimum, Optimum]:
    """The least and the most of what is paid: the costs that are reimbursed and the rest by themselves bound it too."""
    low, high = bounds_of(setting, total, boxes)
    if (low.exact and high.exact) or reimbursed not in setting.model.steps:
        return low, high
    net = bounds_of(setting, rest, BOXES_OF_PARTY)
    costs = bounds_of(setting, reimbursed, BOXES_OF_PARTY)
    least, most = net[0].bound + costs[0].bound, net[1].bound + costs[1].bound
    return (
        Optimum(max(low.bound, least), low.value, low.point),
        Optimum(min(high.bound, most), high.value, high.point),
    )


def _claim(
    setting: Setting, kind: str, name: str, values: dict[str, Fraction | str], ends: tuple[Optimum, Optimum]
) -> Claim:
    place = place_of(setting, name) or setting.contract.place("settlement", key=True)
    if isinf(ends[0].bound) or isinf(ends[1].bound):
        open_ = unbounded(setting.model.part([name]))
        reason = f"no stated range: {', '.join(open_)}" if open_ else "a division by what may be zero"
        shown = {
            end: "" if isinf(each.bound) else Fraction(each.bound)
            for end, each in zip(("least", "most"), ends, strict=True)
        }
        return Claim(kind, "undecided", {**values, **shown}, place, reason=reason)
    witnesses = tuple(found for each in ends if (found := witness(setting, each)) is not None)
    shown = {"least": Fraction(ends[0].bound), "most": Fraction(ends[1].bound)}
    for end, each in zip(("reached_least", "reached_most"), ends, strict=True):
        if not each.exact and each.value is not None:
            shown[end] = each.value
    return Claim(kind, "proved", {**values, **shown}, place, witnesses=witnesses)


def unbounded(model: Model) -> list[str]:
    """The inputs that may be any number on one side at least."""
    return [n for n, s in model.domains.items() if isinstance(s, Span) and (isinf(s[0]) or isinf(s[1]))]


def witness(setting: Setting, optimum: Optimum) -> Witness | None:
    """The inputs at which an optimum is reached, settled exactly; None where they could not be found."""
    if optimum.point is None:
        return None
    return settled(setting, optimum.point)


def settled(setting: Setting, point: dict[str, Value]) -> Witness | None:
    """A setting of a reduced model in terms of all inputs, settled exactly."""
    base: Point = next(part_points(setting.model))
    full = setting.full(point, base)
    if full is None:
        return None
    full = setting.writable(full)
    found = setting.settle(full)
    return None if found is None else Witness(full, found)
