"""Flat: a curve that gives the same everywhere, and a deadband of no width (AO604)."""

from __future__ import annotations

from collections.abc import Iterator

from .base import Finding, Linted


def findings(linted: Linted) -> Iterator[Finding]:
    """Curves and widths that change nothing."""
    for _, _, step, curve in linted.curves:
        if len({(piece.slope, piece.at_zero) for piece in curve.pieces}) == 1:
            sentence = f"This gives the same whatever {curve.of.id} is."
            yield Finding("AO604", linted.path_of(step.name), sentence, "Set its ends apart, or state the one value.")
    for calculation, ranges in zip(linted.calculations, linted.ranges, strict=True):
        for step in calculation.steps:
            if step.role == "clause" and step.name.endswith(".width"):
                width = ranges.number(step.name)
                if width.least == width.most == 0:
                    at = (*linted.path_of(step.name), "deadband", "width")
                    yield Finding("AO604", at, "The deadband has no width.", "State a width, or take it out.")
