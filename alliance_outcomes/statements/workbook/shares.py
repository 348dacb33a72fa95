"""Largest remainder in plain formulas: whole numbers only, so that a spreadsheet shares every cent as the ledger does.

An amount of U whole units is shared by whole weights w of W in all. The quotient U*w/W is found by long division, in
digits of base B so small that no number passes 2**46: there INT((t + 1/2)/W) is exact, since t + 1/2 stays half a unit
away from every multiple of W. What is left over goes to the largest remainders, equal ones by the party's id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm, log10

from ...formula.exact import Value

LARGEST = 7 * 10**13  # below 2**46
_MOST_UNITS, _MOST_WEIGHT = 11, 10**10


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (without ``=``) and the exact value it has as settled."""

    text: str
    value: Value | int


@dataclass(frozen=True, slots=True)
class Division:
    """How far long division goes: the digits of U, those of base B, and the largest W it is exact for."""

    digits: int
    width: int
    most: int

    @property
    def base(self) -> int:
        """B, a power of ten."""
        return int(10**self.width)

    @property
    def parts(self) -> int:
        """How many digits of base B the units have."""
        return -(-self.digits // self.width)


def division(units: int, weights: int | None) -> Division:
    """The division for amounts of about ``units``; ``weights`` in all where that is fixed, else None."""
    digits = max(_MOST_UNITS, len(str(units)) + 1)
    most = max(_MOST_WEIGHT, 10 ** len(str(units)) * 10) if weights is None else max(1, weights)
    return Division(digits, max(1, min(digits, floor(log10(LARGEST / (2 * most))))), most)


def whole_weights(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Shares as the smallest whole numbers in the same proportion."""
    below = lcm(*(share.denominator for share in shares.values())) if shares else 1
    return {party: int(share * below) for party, share in shares.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """Where the numbers of a party's part stand, each an A1 reference."""

    units: str
    weight: str
    weights: str
    whole: str
    rest: str
    extra: str
    digits: tuple[tuple[str, str], ...] = ()


def quotient(by: Division, row: Row, units: int, weight: int, weights: int) -> list[Formula]:
    """The cells of a part: its whole units and its rest, and before them each step of the long division."""
    if by.parts == 1:
        product = f"{row.units}*{row.weight}"
        whole, rest = divmod(units * weight, weights) if weights else (0, 0)
        return [
            Formula(f"IF({row.units}=0,0,INT(({product}+0.5)/{row.weights}))", whole),
            Formula(f"IF({row.units}=0,0,{product}-{row.whole}*{row.weights})", rest),
        ]
    found: list[Formula] = []
    rest, total = 0, 0
    for index in range(by.parts):
        power = by.parts - 1 - index
        digit = _digit(row.units, by, power)
        value = units // by.base**power % by.base
        before = f"{row.digits[index - 1][1]}*{by.base}+" if index else ""
        step, part = rest * by.base + value * weight, f"{before}{digit}*{row.weight}"
        whole, rest = divmod(step, weights) if weights else (0, 0)
        total = total * by.base + whole
        found += [
            Formula(f"IF({row.units}=0,0,INT(({part}+0.5)/{row.weights}))", whole),
            Formula(f"IF({row.units}=0,0,{part}-{row.digits[index][0]}*{row.weights})", rest),
        ]
    terms = (f"{cells[0]}*{by.base ** (by.parts - 1 - index)}" for index, cells in enumerate(row.digits))
    return [*found, Formula("+".join(terms), total), Formula(row.digits[-1][1], rest)]


def _digit(units: str, by: Division, power: int) -> str:
    """One digit of base B of the units."""
    above = f"INT(({units}+0.5)/{by.base**power})" if power else units
    return f"({above}-{by.base}*INT(({units}+0.5)/{by.base ** (power + 1)}))"


def extras(rows: Sequence[Row], units: int, wholes: Sequence[int], rests: Sequence[int]) -> list[Formula]:
    """For each part, 1 where one of the units left over goes to it: the largest rests first, equal ones from the top."""
    first, last = rows[0], rows[-1]
    rest_cells, whole_cells = f"{first.rest}:{last.rest}", f"{first.whole}:{last.whole}"
    left = units - sum(wholes)
    found = []
    for index, row in enumerate(rows):
        before = f"+COUNTIF({first.rest}:{rows[index - 1].rest},{row.rest})" if index else ""
        rank = sum(rest > rests[index] for rest in rests) + rests[:index].count(rests[index])
        text = f'IF(COUNTIF({rest_cells},">"&{row.rest}){before}<{row.units}-SUM({whole_cells}),1,0)'
        found.append(Formula(text, int(rank < left)))
    return found
