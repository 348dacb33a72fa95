"""Exact numbers: reading them as people write them, rounding them as contracts say, sharing them out whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

_SPACES = "\u0020\u00a0\u202f\u2009"
_WHOLE = rf"(?:\d{{1,15}}|\d{{1,3}}(?:[{_SPACES}]\d{{3}}){{1,4}})"
_NUMBER = re.compile(rf"([-\u2212]?)({_WHOLE})(?:\.(\d{{1,12}}))?[{_SPACES}]?(%)?", re.ASCII)
_RATIO = re.compile(r"(-?)(\d{1,15})/(\d{1,15})", re.ASCII)
_BITS_AT_ONCE = 10_000
_DROP_SPACES = str.maketrans("", "", _SPACES)

ROUNDINGS = ("half_away_from_zero", "half_even", "toward_zero", "away_from_zero", "floor", "ceil")


def parse_number(text: str) -> Fraction:
    """The exact value of ``text``: ``7.5``, ``-3``, ``16 993 210``, ``7.5 %`` or ``1/3``.

    At most 15 digits before the point and 12 after it, so that no input can cost time or lose digits.
    Raises ValueError with a sentence that says what to write instead.
    """
    if match := _NUMBER.fullmatch(text):
        sign, whole, decimals, percent = match.groups()
        whole = whole.translate(_DROP_SPACES)
        value = Fraction(int(whole + (decimals or "")), 10 ** len(decimals or ""))
        value = value / 100 if percent else value
        return -value if sign else value
    if match := _RATIO.fullmatch(text):
        sign, numerator, denominator = match.groups()
        if int(denominator) == 0:
            raise ValueError(f"{text} divides by zero; write a ratio with a denominator above 0")
        ratio = Fraction(int(numerator), int(denominator))
        return -ratio if sign else ratio
    raise ValueError(f"{_shown(text)} is not a number here; {_why_not(text)}")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _why_not(text: str) -> str:
    if re.fullmatch(rf"-?{_WHOLE},\d+\s?%?", text, re.ASCII):
        return f"write a decimal point: {text.replace(',', '.')}"
    if re.fullmatch(r"-?\d+\.\d{13,}\s?%?", text, re.ASCII) or re.fullmatch(r"-?\d{16,}(\.\d+)?", text, re.ASCII):
        return "at most 15 digits before the point and 12 after it are kept exactly; write it shorter or as a ratio such as 1/3"
    if re.fullmatch(r"[-+]?[\d.]+[eE][-+]?\d+", text, re.ASCII):
        return "write it out without an exponent"
    if "_" in text:
        return "group digits with spaces, such as 16 993 210"
    if text.lstrip("-+").lower() in ("nan", "inf", ".nan", ".inf", "infinity"):
        return "an amount or level must be finite"
    return "write it as 7.5, 7.5 %, 16 993 210 or 1/3"


def is_exact_step(unit: Fraction) -> bool:
    """Whether ``unit`` can be a rounding step: above zero and a terminating decimal."""
    return unit > 0 and decimal_places(unit) is not None


def decimal_places(value: Fraction) -> int | None:
    """How many decimals write ``value`` exactly, or None where it does not terminate."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def round_to(value: Fraction | int, how: str, unit: Fraction | int = 1) -> Fraction:
    """``value`` as a whole multiple of ``unit``, rounded as ``how`` says (one of ROUNDINGS)."""
    units = Fraction(value) / unit
    whole, rest = divmod(units.numerator, units.denominator)
    if rest:
        whole += _step_up(how, whole, 2 * rest - units.denominator)
    return Fraction(whole) * unit


def _step_up(how: str, floor: int, beyond_half: int) -> bool:
    """Whether a value strictly between ``floor`` and ``floor + 1`` goes up; ``beyond_half`` has the sign of its rest - 1/2."""
    negative = floor < 0
    match how:
        case "half_away_from_zero":
            return beyond_half > 0 or (beyond_half == 0 and not negative)
        case "half_even":
            return beyond_half > 0 or (beyond_half == 0 and floor % 2 == 1)
        case "toward_zero":
            return negative
        case "away_from_zero":
            return not negative
        case "floor":
            return False
        case "ceil":
            return True
    raise ValueError(f"{how!r} is not a way to round; known are {', '.join(ROUNDINGS)}")


def to_text(value: Fraction | int) -> str:
    """``value`` as files carry it: a terminating decimal where there is one, else ``p/q``."""
    exact = Fraction(value)
    places = decimal_places(exact)
    return f"{digits(exact.numerator)}/{digits(exact.denominator)}" if places is None else to_decimal(exact, places)


def to_decimal(value: Fraction | int, places: int) -> str:
    """``value`` with exactly ``places`` decimals; it must be a whole number of such units (money, once rounded)."""
    scaled = Fraction(value) * 10**places
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {places} decimals")
    written = digits(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return sign + (f"{written[:-places]}.{written[-places:]}" if places else written)


def digits(value: int) -> str:
    """``value`` as Python writes it, however long: a mean over thousands of payees has more digits than Python allows."""
    if value.bit_length() <= _BITS_AT_ONCE:
        return str(value)
    half = value.bit_length() // 7  # about half of the digits: one takes 3.3 bits
    above, below = divmod(abs(value), 10**half)
    return "-" * (value < 0) + digits(above) + digits(below).rjust(half, "0")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a contract rounds: a way (one of ROUNDINGS) and the unit, such as 0.01."""

    how: str
    unit: Fraction

    def __call__(self, value: Fraction) -> Fraction:
        return round_to(value, self.how, self.unit)

    @property
    def places(self) -> int:
        """Decimals that write any rounded amount."""
        return decimal_places(self.unit) or 0


def allocate(amount: Fraction, shares: Mapping[str, Fraction], unit: Fraction) -> dict[str, Fraction]:
    """``amount`` split by ``shares`` into whole units that sum to it exactly: largest remainder, ties by id.

    ``amount`` must be a multiple of ``unit`` and the shares non-negative with a sum above zero; they need not
    sum to 1. The split works on absolute units, so a loss splits as the mirror of a gain.
    """
    total = sum(shares.values())
    units = amount / unit
    if units.denominator != 1 or total <= 0 or any(share < 0 for share in shares.values()):
        raise ValueError("an allocation needs whole units and non-negative shares with a sum above zero")
    sign = -1 if units < 0 else 1
    ideal = {party: abs(units) * share / total for party, share in shares.items()}
    whole = {party: value.numerator // value.denominator for party, value in ideal.items()}
    left = abs(units.numerator) - sum(whole.values())
    by_remainder = sorted(shares, key=lambda party: (whole[party] - ideal[party], party))
    for party in by_remainder[:left]:
        whole[party] += 1
    return {party: sign * count * unit for party, count in whole.items()}
