"""Fourth verdict: nowhere does an arbitrarily small change move the total by more than a stated sum."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import isinf

from ...formula.exact import Undefined
from ...formula.proof.chains import Edges
from ...formula.proof.model import Env, Model, Point, there
from ...formula.proof.spans import NO_SLOPE, Interval, Span, times
from .amounts import TOTAL
from .claims import Claim, Witness
from .coinciding import together
from .nearer import nearer
from .places import intended
from .sampling import candidates, settings
from .setting import Setting, part_points
from .sites import Site, sites

DEFAULT = Fraction(1000)
STARTS, EDGES = 40, 4
HALVINGS = 44


def claims(setting: Setting, sum_: Fraction | None = None) -> Iterator[Claim]:
    """A claim for each place where a number can leap, and one for all others together."""
    stated = setting.contract.largest_cliff
    limit = next(Fraction(each) for each in (sum_, stated, DEFAULT) if each is not None)
    env = setting.model.env(setting.model.domains)
    if env is None:
        return
    edges: Edges = {}
    done: set[tuple[object, ...]] = set()
    little: list[tuple[Site, Interval]] = []
    told: set[tuple[str, str]] = set()
    for site in sites(setting):
        if site.jump == NO_SLOPE:
            little.append((site, NO_SLOPE))
            continue
        edges = edges or setting.model.edges(env)
        move = _bound(setting, site, edges, env)
        if max(-move[0], move[1]) > limit + setting.slack:
            move = nearer(setting.model, site) or move
        if max(-move[0], move[1]) <= limit + setting.slack:
            little.append((site, move))
            continue
        key = (site.step, site.what, site.node)
        if key in done:
            continue
        done.add(key)
        claim = _claim(setting, [site], limit)
        if (site.step, claim.kind) not in told or claim.kind == "cliffs.leap":
            told.add((site.step, claim.kind))
            yield claim
    for most, passed in together(setting, little):
        if most > limit + setting.slack:
            claim = _claim(setting, passed, limit)
            if (passed[0].step, claim.kind) not in told:
                told.add((passed[0].step, claim.kind))
                yield claim
    yield Claim("cliffs.none", "proved", {"count": Fraction(len(little)), "sum": limit})


def _claim(setting: Setting, passed: list[Site], limit: Fraction) -> Claim:
    """A leap that was found at one of the places; else that none was, or that it is meant: all of it, not a part alone."""
    reasons = {site: intended(setting.contract, site.step) for site in passed}
    passed = sorted(passed, key=lambda site: bool(reasons[site]))
    for site in passed:
        if (claim := _found(setting, site, limit)) is not None:
            return claim
    site = passed[0]
    values: dict[str, Fraction | str] = {"step": site.step, "sum": limit}
    if reasons[site]:
        return Claim("cliffs.meant", "proved", values, site.place, reasons[site])
    return Claim(
        "cliffs.site", "undecided", values, site.place, "",
        "it may leap by more than the sum; no setting was found where it does",
    )  # fmt: skip


def _bound(setting: Setting, site: Site, edges: Edges, env: Env) -> Interval:
    """What the total can leap by."""
    chain = setting.model.slope(edges, there(site.step) if site.what == "gap" else site.step, TOTAL)
    move = times(site.jump, chain)
    total = env[TOTAL]
    if (isinf(move[0]) or isinf(move[1])) and isinstance(total, Span):
        move = total[0] - total[1], total[1] - total[0]
    return move


def _found(setting: Setting, site: Site, limit: Fraction) -> Claim | None:
    """The largest leap of the total that was found at a place, as two settings a hair apart, settled exactly."""
    model = setting.model.part([TOTAL, site.step])
    if TOTAL in model.domains or site.step not in model.cone([TOTAL]):
        return None
    best: tuple[Fraction, str, Point, Point] | None = None
    found = 0
    for name, before, after in _crossings(model, site):
        one, other = model.values(before), model.values(after)
        if one is None or other is None or one[TOTAL] is None or other[TOTAL] is None:
            continue
        leap = abs(Fraction(other[TOTAL]) - Fraction(one[TOTAL]))  # type: ignore[arg-type]  # numbers
        found += 1
        if best is None or leap > best[0]:
            best = leap, name, before, after
        if found >= EDGES and best[0] > limit:
            break
    if best is None or best[0] <= limit + setting.slack:
        return None
    base = next(part_points(setting.model))
    pair = [setting.writable({**base, **{n: point[n] for n in model.domains}}) for point in best[2:]]
    settled = [setting.settle(point) for point in pair]
    if settled[0] is None or settled[1] is None:
        return None
    a, b = Witness(pair[0], settled[0]), Witness(pair[1], settled[1])
    values: dict[str, Fraction | str] = {
        "step": site.step, "moved": best[1], "from": _shown(pair[0][best[1]]), "to": _shown(pair[1][best[1]]),
        "before": a.total, "after": b.total, "leap": abs(b.total - a.total), "sum": limit,
    }  # fmt: skip
    if abs(b.total - a.total) <= limit:
        return None
    return Claim(
        "cliffs.leap", "refuted", values, site.place, intended(setting.contract, site.step), "", (a, b), best[1]
    )


def _shown(value: object) -> Fraction | str:
    return value if isinstance(value, Fraction | str) else ""


def _crossings(model: Model, site: Site) -> Iterator[tuple[str, Point, Point]]:
    """Settings a hair apart in one input, on either side of a place."""
    cone = model.cone([site.step])
    moving = [
        name
        for name in model.domains
        if name in cone and name not in model.whole and isinstance(model.domains[name], Span)
    ]
    for point in settings(model, STARTS, 9):
        for name in moving:
            if point[name] is None:
                continue
            row = candidates(model, name)
            marks = [(value, _mark(model, site, {**point, name: value})) for value in row]
            for (low, one), (high, other) in pairwise(marks):
                if one is not None and other is not None and one != other:
                    a, b = _halved(model, site, point, name, (low, one), high)
                    yield name, {**point, name: a}, {**point, name: b}
                    break


def _mark(model: Model, site: Site, point: Point) -> object:
    values = model.values(point)
    if values is None:
        return None
    try:
        return site.mark(values)
    except Undefined:
        return None


def _halved(
    model: Model, site: Site, point: Point, name: str, start: tuple[Fraction, object], high: Fraction
) -> tuple[Fraction, Fraction]:
    """Two values of an input, next to each other, between which a place is passed."""
    low, mark = start
    smallest = (high - low) / 2**HALVINGS
    while high - low > smallest and high - low > Fraction(1, 10**9):
        middle = (low + high) / 2
        if _mark(model, site, {**point, name: middle}) == mark:
            low = middle
        else:
            high = middle
    return low, high
