"""Flat: a curve that gives the same everywhere, and a deadband of no width (AO604)."""

from __future__ import annotations

from collections.abc import Iterator

from ...formula.nodes import Curve, walk
from .base import Finding, Linted


def findings(linted: Linted) -> Iterator[Finding]:
    """Curves and widths that change nothing."""
    for calculation, ranges in zip(linted.calculations, linted.ranges, strict=True):
        for step in calculation.steps:
            path = linted.path_of(step.name)
            for node in walk(step.formula):
                if isinstance(node, Curve) and len({(piece.slope, piece.at_zero) for piece in node.pieces}) == 1:
                    sentence = f"This gives the same whatever {node.of.id} is."
                    yield Finding("AO604", path, sentence, "Set its ends apart, or state the one value.")
            if step.role == "clause" and step.name.endswith(".width"):
                width = ranges.number(step.name)
                if width.least == width.most == 0:
                    at = (*path, "deadband", "width")
                    yield Finding("AO604", at, "The deadband has no width.", "State a width, or take it out.")
