"""Reach: bands, steps and rows that no declared value leads to (AO602), and best levels beyond the range (AO603)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from ...formula.nodes import Curve, Piece
from ...formula.ranges import Range, Ranges, common, stretches
from ...formula.steps import Step
from .base import Finding, Linted, shown


def findings(linted: Linted) -> Iterator[Finding]:
    """Parts of curves that nothing can reach, in any period."""
    for _, ranges, step, curve in linted.curves:
        yield from _beyond(linted, step, curve, ranges)


def _beyond(linted: Linted, step: Step, curve: Curve, ranges: Ranges) -> Iterator[Finding]:
    x, path, told = ranges.number(curve.of.id), linted.path_of(step.name), False
    if x.empty:
        return
    percent = x.least >= -1 and x.most <= 1
    pieces = stretches(curve)
    for index, (piece, stretch) in enumerate(pieces):
        if piece.slope is None or not common(stretch, x).empty or not _stated(pieces, index):
            continue
        told = True
        edge = stretch.most if stretch.most < x.least else stretch.least
        assert isinstance(edge, Fraction)
        sentence = (
            f"Nothing leads here: {curve.of.id} is {_said(x, percent)}, and this stands {_said(stretch, percent)}."
        )
        instead = "Move its ends into the range, mend the range, or take it out."
        yield Finding("AO602", linted.row_at(path, edge), sentence, instead)
    best = None if told else _best(pieces)
    if best is not None and not x.least <= best <= x.most:
        sentence = f"The best of this is at {shown(best, percent)}, but {curve.of.id} is {_said(x, percent)}."
        yield Finding("AO603", linted.row_at(path, best), sentence, "Move the level into the range, or mend the range.")


def _stated(pieces: list[tuple[Piece, Range]], index: int) -> bool:
    """Whether the contract states a piece itself: not the flat ends of a line, and not what stands below the first step."""
    if 0 < index < len(pieces) - 1:
        return True
    return index > 0 and _jumps(pieces[index - 1][0], pieces[index][0])


def _jumps(left: Piece, right: Piece) -> bool:
    if left.upto is None or left.slope is None or right.slope is None:
        return left.upto is not None and left.slope is None
    return left.slope * left.upto + left.at_zero != right.slope * left.upto + right.at_zero


def _best(pieces: list[tuple[Piece, Range]]) -> Fraction | None:
    """The end of a joined line at which it is highest, where it stands at an end."""
    first, last = pieces[0][0], pieces[-1][0]
    if len(pieces) < 3 or first.slope != 0 or last.slope != 0 or first.upto is None:
        return None
    if any(_jumps(left, right) for (left, _), (right, _) in pairwise(pieces)):
        return None
    if first.at_zero == last.at_zero:
        return None
    return pieces[-2][0].upto if last.at_zero > first.at_zero else first.upto


def _said(part: Range, percent: bool) -> str:
    least = shown(part.least, percent) if isinstance(part.least, Fraction) else None
    most = shown(part.most, percent) if isinstance(part.most, Fraction) else None
    if least is None:
        return f"at most {most}" if most is not None else "any number"
    return f"from {least} to {most}" if most is not None else f"at least {least}"
