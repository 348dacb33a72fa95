"""Charts as inline SVG: scores as bars, lines as a waterfall, results over the years. Text beside every colour, no font of its own.

A chart is a pure function of what it shows: the same bytes for the same numbers. Texts are escaped; each has a title and a
description for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import accumulate, pairwise
from math import ceil
from textwrap import wrap
from unicodedata import east_asian_width

from .legible import legible

Shown = Callable[[Fraction], str]
_ROW, _LABEL, _WIDE, _TAIL = 26, 290, 300, 130
_LETTERS, _LINE = 36, 15  # how many letters of a label fit beside the bars, and how high a further line of it is


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled number; None where there is none. ``note`` stands beside it."""

    label: str
    value: Fraction | None
    note: str = ""


def bars(title: str, rows: Sequence[Bar], least: Fraction, most: Fraction, shown: Shown) -> str:
    """Horizontal bars between ``least`` and ``most``, from 0 where that lies between; the number stands behind each."""
    span = most - least or Fraction(1)
    zero = min(max(Fraction(0), least), most)

    def across(value: Fraction) -> float:
        return _LABEL + _WIDE * float((min(max(value, least), most) - least) / span)

    tops, ends = _tops(rows), [0.0]
    parts = [_line(across(zero), 4, across(zero), tops[-1] + 4, "axis")]
    for row, top in zip(rows, tops, strict=False):
        middle = top + 8
        parts += _label(row.label, middle + 11)
        text = row.note
        end = across(zero)
        if row.value is not None:
            first, last = sorted((across(zero), across(row.value)))
            kind = "less" if row.value < 0 else "more"
            parts.append(
                f'<rect class="{kind}" x="{first:.1f}" y="{middle}" width="{max(last - first, 1):.1f}" height="14"/>'
            )
            text, end = f"{shown(row.value)} {row.note}".strip(), last
        parts.append(_text(max(end, across(zero)) + 6, middle + 11, text, "start"))
        ends.append(max(end, across(zero)) + 6 + _width(text))
    told = "; ".join(f"{row.label}: {'–' if row.value is None else shown(row.value)}" for row in rows)
    return _svg(title, told, _room(_LABEL + _WIDE + _TAIL, ends), tops[-1] + 8, parts)


def waterfall(title: str, rows: Sequence[Bar], total: Bar, shown: Shown) -> str:
    """Each amount from where the one before it ended, then their sum; amounts that take away are hatched."""
    sums = list(accumulate((row.value or Fraction(0) for row in rows), initial=Fraction(0)))
    least, most = min(sums), max(sums)
    span = most - least or Fraction(1)

    def across(value: Fraction) -> float:
        return _LABEL + _WIDE * float((value - least) / span)

    parts, tops, ends = [_HATCH], _tops([*rows, total]), [0.0]
    for at, row in enumerate([*rows, total]):
        middle = tops[at] + 8
        start, end = (sums[at], sums[at + 1]) if at < len(rows) else (Fraction(0), sums[-1])
        first, last = sorted((across(start), across(end)))
        kind = "sum" if at == len(rows) else "less" if (row.value or 0) < 0 else "more"
        parts += _label(row.label, middle + 11)
        parts.append(
            f'<rect class="{kind}" x="{first:.1f}" y="{middle}" width="{max(last - first, 1):.1f}" height="14"/>'
        )
        if at < len(rows):
            parts.append(_line(across(sums[at + 1]), middle + 14, across(sums[at + 1]), tops[at + 1] + 8, "axis"))
        amount = shown(row.value or Fraction(0))
        parts.append(_text(last + 6, middle + 11, amount, "start"))
        ends.append(last + 6 + _width(amount))
    told = "; ".join(f"{row.label}: {shown(row.value or Fraction(0))}" for row in [*rows, total])
    return _svg(title, told, _room(_LABEL + _WIDE + _TAIL, ends), tops[-1] + 8, parts)


def over_years(
    title: str, years: Sequence[str], values: Sequence[Fraction | None], goal: Fraction | None, shown: Shown
) -> str:
    """A small picture of one result over the years, a dot a year, and its goal as a dashed line; empty without a year."""
    if not years:
        return ""
    there = [value for value in values if value is not None] + ([goal] if goal is not None else [])
    least, most = (min(there), max(there)) if there else (Fraction(0), Fraction(1))
    margin = (most - least) / 5 or Fraction(1)
    least, most = least - margin, most + margin
    wide, high = 260, 90

    def point(at: int, value: Fraction) -> tuple[float, float]:
        x = 20 + (wide - 90) * (at / max(len(years) - 1, 1))
        return x, 10 + (high - 30) * float((most - value) / (most - least))

    parts = []
    if goal is not None:
        _, y = point(0, goal)
        parts.append(f'<line class="goal" x1="10" x2="{wide - 60}" y1="{y:.1f}" y2="{y:.1f}"/>')
    dots = [(at, value) for at, value in enumerate(values) if value is not None]
    # No line over a year that nothing is known of.
    for (before, first), (after, second) in pairwise(dots):
        if after == before + 1:
            parts.append(_line(*point(before, first), *point(after, second), "course"))
    for at, value in dots:
        x, y = point(at, value)
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
        if at == dots[-1][0]:
            text = shown(value)
            beside = len(text) <= 8
            parts.append(
                _text(x + 6 if beside else wide - 2, y + 4 if beside else y - 6, text, "start" if beside else "end")
            )
    parts.append(_text(6, high - 4, years[0], "start"))
    if len(years) > 1:
        parts.append(_text(20 + wide - 90, high - 4, years[-1], "middle"))
    told = "; ".join(
        f"{year}: {'–' if value is None else shown(value)}" for year, value in zip(years, values, strict=True)
    )
    return _svg(title, told, wide, high, parts)


def curve(
    title: str,
    stretches: Sequence[Sequence[tuple[Fraction, Fraction]]],
    here: tuple[Fraction, Fraction] | None,
    shown: tuple[Shown, Shown],
) -> str:
    """An amount against a value, exact at every corner: a line a stretch, a dotted one where it jumps, a dot where one is.

    ``shown`` writes the value, and the amount.
    """
    points = [point for stretch in stretches for point in stretch]
    if not points:
        return ""
    seen = points if here is None else [*points, here]
    (left, right), (low, high) = (
        (min(each[axis] for each in seen), max(each[axis] for each in seen)) for axis in (0, 1)
    )
    write_x, write_y = shown
    side = _room(140, [12 + _width(write_y(amount)) for amount in (low, high)])
    wide, tall = _LABEL + _WIDE + _TAIL + side - 140, 260

    def place(point: tuple[Fraction, Fraction]) -> tuple[float, float]:
        across = float((point[0] - left) / (right - left or 1))
        return side + (wide - side - 50) * across, 20 + (tall - 70) * float((high - point[1]) / (high - low or 1))

    parts = [_line(side, tall - 44, wide - 50, tall - 44, "axis")]
    for before, after in pairwise(stretches):
        (x1, y1), (x2, y2) = place(before[-1]), place(after[0])
        parts.append(_line(x1, y1, x2, y2, "goal"))
    for stretch in stretches:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, stretch))
        parts.append(f'<polyline class="course" points="{path}"/>')
    parts += [
        _text(side - 8, place((left, amount))[1] + 4, write_y(amount), "end") for amount in dict.fromkeys((high, low))
    ]
    ends = dict.fromkeys(((left, "start"), (right, "end")))
    parts += [_text(place((value, low))[0], tall - 26, write_x(value), anchor) for value, anchor in ends]
    if here is not None:
        x, y = place(here)
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
        text = f"{write_x(here[0])}: {write_y(here[1])}"
        half = _width(text) / 2
        parts.append(_text(max(min(x, wide - half), half), tall - 8, text, "middle"))
    told = "; ".join(f"{write_x(value)}: {write_y(amount)}" for value, amount in points)
    return _svg(title, told, wide, tall, parts)


STYLE = """
svg.chart { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; }
svg.chart text { fill: #1b2530; }
svg.chart .more { fill: #2b6a99; }
svg.chart .less { fill: url(#hatch); stroke: #9b3d1f; }
svg.chart .sum { fill: #1b2530; }
svg.chart .axis { stroke: #6b7785; }
svg.chart .goal { stroke: #2f6b3a; stroke-dasharray: 5 3; }
svg.chart .course { fill: none; stroke: #2b6a99; stroke-width: 1.5; }
svg.chart .dot { fill: #2b6a99; }
"""

_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f6e3dc"/><line x1="0" y1="0" x2="0" y2="6" stroke="#9b3d1f" stroke-width="3"/>'
    "</pattern></defs>"
)


def alone(drawn: str) -> str:
    """A chart as a file of its own, on white, with its style in it; ends with a line break."""
    head, bracket, body = drawn.partition(">")
    return f"{head}{bracket}<style>{STYLE}svg.chart {{ background: #fff; }}\n</style>{body}\n"


def _svg(title: str, told: str, wide: int, high: int, parts: Iterable[str]) -> str:
    body = "".join(parts)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}"><title>{escape(legible(title))}</title><desc>{escape(legible(told))}</desc>{body}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(legible(text))}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _width(text: str) -> float:
    """About how wide a text is drawn: at least as wide as in most fonts of 13 pixels."""
    return sum(_letter(each) for each in text)


def _letter(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 13.5
    if letter in " .,:;'|!()/-iIjltfr\u00a0\u202f\u2009":
        return 6.0
    return 13.0 if letter in "MWmw@%" else 10.0 if letter.isupper() else 8.3


def _room(wide: int, ends: Iterable[float]) -> int:
    """So wide, or as wide as what ends furthest to the right."""
    return max(wide, ceil(max(ends)) + 2)


def _lines(label: str) -> list[str]:
    """A label in lines that fit: fewer letters a line where they are wide."""
    for letters in (_LETTERS, _LETTERS * 3 // 4, _LETTERS // 2):
        found = wrap(legible(label), letters) or [""]
        if all(_width(line) <= _LABEL - 8 for line in found):
            break
    return found


def _label(label: str, y: float) -> list[str]:
    """A label left of its bar, in as many lines as it needs."""
    return [_text(_LABEL - 8, y + at * _LINE, line, "end") for at, line in enumerate(_lines(label))]


def _tops(rows: Sequence[Bar]) -> list[int]:
    """Where each row begins, and where the last one ends."""
    return list(accumulate((_ROW + _LINE * (len(_lines(row.label)) - 1) for row in rows), initial=0))
