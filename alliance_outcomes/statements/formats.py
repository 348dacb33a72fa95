"""Numbers, money, shares and days as each language writes them: exact numbers are rounded first, then written by CLDR's patterns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from ..numbers import round_to, to_decimal

LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_MOST_DECIMALS = 4


@contextmanager
def _whole(number: Decimal) -> Iterator[Decimal]:
    """``number``, while decimals are kept as long as it is: else one of more than 28 digits is no number to the library."""
    with localcontext(prec=max(28, len(number.as_tuple().digits) + 4)):
        yield number


class Formats:
    """How one language writes; ``currency`` and ``places`` are those of the contract's money."""

    def __init__(self, language: str, currency: str, places: int) -> None:
        from babel import Locale

        self.locale = Locale.parse(LOCALES[language])
        self.currency, self.places = currency, places

    def money(self, amount: Fraction) -> str:
        """An amount with its currency, in the decimals of the contract's lines."""
        from babel.numbers import format_currency

        pattern = self._decimals(self.locale.currency_formats["standard"].pattern, self.places, self.places)
        if not self.currency:
            return self.number(amount)
        with _whole(self._quantised(amount, self.places)) as number:
            return str(format_currency(number, self.currency, pattern, locale=self.locale, currency_digits=False))

    def number(self, value: Fraction) -> str:
        """A number of at most four decimals."""
        from babel.numbers import format_decimal

        pattern = self._decimals(self.locale.decimal_formats[None].pattern, 0, _MOST_DECIMALS)
        with _whole(self._quantised(value, _MOST_DECIMALS)) as number:
            return str(format_decimal(number, pattern, locale=self.locale))

    def share(self, value: Fraction) -> str:
        """A share as a percentage of at most two decimals."""
        from babel.numbers import format_percent

        pattern = self._decimals(self.locale.percent_formats[None].pattern, 0, 2)
        with _whole(self._quantised(value, 4)) as number:
            return str(format_percent(number, pattern, locale=self.locale))

    def measured(self, value: Fraction, unit: str) -> str:
        """A measured value with its unit: a share as a percentage."""
        if unit.split(" ", maxsplit=1)[0] == "share":
            return self.share(value)
        return f"{self.number(value)} {'' if unit == 'count' else unit}".rstrip()

    def day(self, day: date) -> str:
        """A day, in figures."""
        from babel.dates import format_date

        pattern = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMMM y"}[self.locale.language]
        return str(format_date(day, pattern, locale=self.locale))

    @staticmethod
    def _quantised(value: Fraction, places: int) -> Decimal:
        return Decimal(to_decimal(round_to(value, "half_away_from_zero", Fraction(1, 10**places)), places))

    @staticmethod
    def _decimals(pattern: str, fewest: int, most: int) -> str:
        """A pattern of CLDR with so many decimals."""
        head = pattern.partition(";")[0]
        whole = head.replace("0.00", "0").replace("0.###", "0")
        decimals = "0" * fewest + "#" * (most - fewest)
        found = whole.replace("#0", f"#0.{decimals}" if decimals else "#0", 1)
        return found if found != whole or not decimals else whole.replace("0", f"0.{decimals}", 1)
