"""The inputs of a workbook: what is typed into the yellow cells, the value formulas read, and what holds of both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from ...formula.exact import Value
from ...formula.excel import Cell, Known, number, ratio, typed
from ...formula.steps import Input
from ...measured import Row
from ...numbers import decimal_places, parse_number

_DIGITS = 15
_WIDE = 10**9


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in an input's yellow cells: one value (None: left blank), or a numerator and a denominator.

    ``formula`` is what the cell for the value itself says, ``check`` the text that tells whether it will do.
    ``range`` and ``decimals`` are those for which ties are certain.
    """

    given: Input
    value: Value
    pair: tuple[Fraction, Fraction] | None
    formula: str
    check: str
    cell: Cell
    range: tuple[Fraction | None, Fraction | None]
    decimals: int


def typed_input(given: Input, value: Value, row: Row | None, at: str, yellow: tuple[str, str, str]) -> Typed:
    """An input whose value is read from the cell ``at``; ``yellow`` are its cells: value, numerator, denominator.

    A number outside the range that the contract states, or a required one left blank, is #N/A: settle refuses it too.
    """
    one, above, below = yellow
    if given.part == "category":
        blank = '""' if not given.required else "NA()"
        formula = f'IF({one}="",{blank},{one})'
        cell = Cell(at, (Known(0.0, 0.0),) * 3, not given.required)
        return Typed(given, value, None, formula, f'IF(ISNA({at}),"!","")', cell, (None, None), 0)
    exact = None if value is None or isinstance(value, str) else Fraction(value)
    pair = _pair(exact, row if given.part == "value" else None)
    quotient = f"{above}/{below}"
    there = f"AND(ISNUMBER({above}),ISNUMBER({below}))" if pair else f"ISNUMBER({one})"
    text = quotient if pair else one
    limits = [
        f"{text}{sign}{_limit(limit)}" for sign, limit in ((">=", given.least), ("<=", given.most)) if limit is not None
    ]
    both = f"AND({','.join(limits)})" if len(limits) > 1 else "".join(limits)
    inside = f"IF({both},{text},NA())" if limits else text
    formula = f"IF({there},{inside},{'NA()' if given.required else _blank(one, above, below, pair)})"
    known, decimals = _known(given, exact, pair), _decimals(given, exact, pair)
    stored = exact is None or pair is not None or _short(exact)
    cell = Cell(at, known, not given.required, nearest=stored)
    return Typed(given, value, pair, formula, f'IF(ISNA({at}),"!","")', cell, _shown(given, exact), decimals)


def _blank(one: str, above: str, below: str, pair: tuple[Fraction, Fraction] | None) -> str:
    """No value where the cell is empty; #N/A where it holds something that is no number."""
    empty = f'AND({above}="",{below}="")' if pair else f'{one}=""'
    return f'IF({empty},"",NA())'


def _limit(limit: Fraction) -> str:
    text, _ = number(limit)
    return f"({text})" if "/" in text else text


def _short(value: Fraction) -> bool:
    """Whether a cell that is typed into holds the double nearest to the value."""
    places = decimal_places(value)
    return places is not None and len(str(abs(value.numerator) * 10**places // value.denominator)) <= _DIGITS


def _pair(value: Fraction | None, row: Row | None) -> tuple[Fraction, Fraction] | None:
    """The numerator and denominator that a value is typed as: as measured, or where no decimals write it."""
    if value is None:
        return None
    if row is not None and row.numerator and row.denominator:
        try:
            above, below = (parse_number(text.strip().replace(",", ".")) for text in (row.numerator, row.denominator))
        except ValueError:
            pass
        else:
            if below and above / below == value and _short(above) and _short(below):
                return above, below
    fits = max(len(str(abs(value.numerator))), len(str(value.denominator))) <= _DIGITS
    return (Fraction(value.numerator), Fraction(value.denominator)) if not _short(value) and fits else None


def _shown(given: Input, value: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """The range of an input: as the contract states it, else ten times what was measured."""
    ten = Fraction(_WIDE if value is None else 10 ** len(str(abs(value.numerator) // value.denominator)) * 10)
    return given.least if given.least is not None else -ten, given.most if given.most is not None else ten


def _decimals(given: Input, value: Fraction | None, pair: tuple[Fraction, Fraction] | None) -> int:
    """How many decimals an input may have: those of its value, and what people give for its unit."""
    if pair:
        return 0
    usual = 0 if given.part == "n" else 6 if given.unit.startswith("share") else 4
    return max(usual, (decimal_places(value) or 0) if value is not None else 0)


def _known(given: Input, value: Fraction | None, pair: tuple[Fraction, Fraction] | None) -> tuple[Known, Known, Known]:
    """What is known of an input: in its whole range, from half to double of what was measured, and as measured."""
    decimals = _decimals(given, value, pair)
    low, high = (float(end) for end in _shown(given, value) if end is not None)
    if pair:
        largest = [10.0 ** (len(str(abs(int(part)))) + 1) for part in pair]
        wide = ratio(typed(-largest[0], largest[0], 0), typed(1.0, largest[1], 0))
        close, point = (ratio(*(_about(part, 0, spread) for part in pair)) for spread in (2.0, 1.0))
    else:
        wide = typed(low, high, decimals)
        close, point = (
            _about(value, decimals, spread) if value else typed(-1000.0, 1000.0, decimals) for spread in (2.0, 1.0)
        )
    # What has more digits than a cell, or whose parts are no whole numbers, lies on no known grid.
    loose = any(part.denominator > 1 for part in pair) if pair else value is not None and not _short(value)
    found = [_within(known, low, high) for known in (wide, close, point)]
    if loose:
        found = [replace(known, step=None) for known in found]
    return found[0], found[1], found[2]


def _about(value: Fraction, decimals: int, spread: float) -> Known:
    """A value and what is up to ``spread`` times smaller or larger."""
    one, other = float(value) / spread, float(value) * spread
    return typed(min(one, other), max(one, other), decimals)


def _within(known: Known, low: float, high: float) -> Known:
    least, most = min(max(known.least, low), high), max(min(known.most, high), low)
    return replace(known, least=least, most=most)
