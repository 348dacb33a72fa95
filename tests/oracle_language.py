"""The words of the contract language, read a second time: numbers, days, roundings, lines through points, formulas.

A part of the oracle (see oracle.py). It imports the standard library only, never the package.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

Value = Fraction | bool | None
Dated = Mapping[str, str] | str


class Refused(Exception):
    """The contract cannot be settled with this data: something is missing and no rule stands for it."""


@cache
def number(text: str) -> Fraction:
    """``7.5 %``, ``16 993 210``, ``-3`` or ``1/3``."""
    text = text.replace(" ", "")
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


# How often a value was exactly on an edge since it was last cleared: a level, a gate, a limit, half a unit, an equal remainder.
MET: Counter[str] = Counter()


def met(edge: str, value: Any, *edges: Any) -> None:
    """Count a value that lies exactly on an edge; 0 on 0 says nothing and is not counted."""
    if value and value in edges:
        MET[edge] += 1


# -- rounding and sharing ---------------------------------------------------------------------------------------


def rounded(value: Fraction, rule: str) -> Fraction:
    """``value`` rounded by a rule such as ``half_away_from_zero to 0.01``."""
    how, _, unit_text = rule.partition(" to ")
    unit = number(unit_text)
    size, sign = abs(value) / unit, -1 if value < 0 else 1
    met("half a unit", size % 1, Fraction(1, 2))
    whole = {
        "half_away_from_zero": sign * math.floor(size + Fraction(1, 2)),
        "half_even": sign * round(size),
        "toward_zero": sign * math.floor(size),
        "away_from_zero": sign * math.ceil(size),
        "floor": math.floor(value / unit),
        "ceil": math.ceil(value / unit),
    }
    return whole[how] * unit


def shared(amount: Fraction, shares: Mapping[str, Fraction], unit: Fraction) -> dict[str, Fraction]:
    """``amount`` in whole units by largest remainder on its size; of equal remainders the first id is served first."""
    units, sign = abs(amount) / unit, -1 if amount < 0 else 1
    whole = sum(shares.values())
    exact = {party: units * share / whole for party, share in shares.items()}
    given = {party: math.floor(part) for party, part in exact.items()}
    hungry = sorted(shares, key=lambda party: (-(exact[party] - given[party]), party))
    over = int(units) - sum(given.values())
    for last, first in pairwise(hungry[max(0, over - 1) : over + 1] if over else ()):
        met("equal remainders", exact[last] - given[last], exact[first] - given[first])
    for party in hungry[:over]:
        given[party] += 1
    return {party: sign * count * unit for party, count in given.items()}


def on_line(x: Fraction, points: Sequence[Sequence[str]]) -> Fraction:
    """The height at ``x`` of the line through ``points``, flat beyond its ends."""
    known = sorted((number(at), number(height)) for at, height in points)
    met("level", x, *(at for at, _ in known))
    if x <= known[0][0]:
        return known[0][1]
    for (x0, y0), (x1, y1) in pairwise(known):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return known[-1][1]


# -- days and periods -------------------------------------------------------------------------------------------


class Calendar:
    """The periods of a contract, counted day by day."""

    def __init__(self, periods: Mapping[str, str]) -> None:
        self.length = periods["length"]
        self.first, self.last = date.fromisoformat(periods["from"]), date.fromisoformat(periods["to"])

    def label(self, day: date) -> str:
        """The label of the period that ``day`` lies in."""
        match self.length:
            case "fiscal_year":
                starts = self.first.month
                return f"{day.year + (1 if starts > 1 and day.month >= starts else 0)}"
            case "half_year":
                return f"{day.year}H{(day.month + 5) // 6}"
            case "quarter":
                return f"{day.year}Q{(day.month + 2) // 3}"
            case "month":
                return f"{day.year}-{day.month:02}"
        return f"{day.year}"

    @cached_property
    def _by_label(self) -> dict[str, list[date]]:
        found: dict[str, list[date]] = {}
        for n in range((self.last - self.first).days + 1):
            day = self.first + timedelta(n)
            found.setdefault(self.label(day), []).append(day)
        return found

    def days(self, label: str) -> list[date]:
        """The days of the contract that lie in the period."""
        return self._by_label[label]

    def before(self, label: str, back: int) -> str:
        """The label ``back`` periods before ``label``."""
        day = self.days(label)[0]
        for _ in range(back):
            here = self.label(day)
            while self.label(day) == here:
                day -= timedelta(1)
        return self.label(day)

    def moments(self, label: str, by: str) -> list[date]:
        """What a change within the period is weighed by: its days, or the first days of its months."""
        return [day for day in self.days(label) if by == "days" or day.day == 1]

    @staticmethod
    def in_force(dated: Dated, label: str) -> Fraction:
        """The value that holds in the period: that of the latest entry that is not after it."""
        if isinstance(dated, str):
            return number(dated)
        past = [entry for entry in dated if entry <= label]
        if not past:
            raise Refused(f"no value holds in {label}")
        return number(dated[max(past)])


# -- formulas ---------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:\.\d+)?(?: ?%)?)"
    r"|(?P<word>[a-z_][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)|(?P<text>\"[^\"]*\")|(?P<sign><=|>=|==|!=|[-+*/(),<>]))"
)
Names = Callable[[str], Any]
Calls = Callable[[str, str, int], Value]


class Formula:
    """A formula read by recursive descent into a tree of tuples, then computed over names."""

    def __init__(self, text: str) -> None:
        self.tokens = [match.group().strip() for match in _TOKEN.finditer(text)] + [""]
        self.tree = self._choice()
        if self.tokens != [""]:
            raise ValueError(f"{text!r} ends before {self.tokens[0]!r}")

    def _take(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.tokens[0] in wanted else ""

    def _choice(self) -> Any:
        then = self._either()
        if not self._take("if"):
            return then
        test = self._either()
        self._take("else")
        return ("if", test, then, self._choice())

    def _either(self) -> Any:
        tree = self._both()
        while self._take("or"):
            tree = ("or", tree, self._both())
        return tree

    def _both(self) -> Any:
        tree = self._not()
        while self._take("and"):
            tree = ("and", tree, self._not())
        return tree

    def _not(self) -> Any:
        return ("not", self._not()) if self._take("not") else self._compared()

    def _compared(self) -> Any:
        tree = self._sum()
        sign = self._take("<", "<=", ">", ">=", "==", "!=")
        return (sign, tree, self._sum()) if sign else tree

    def _sum(self) -> Any:
        tree = self._product()
        while sign := self._take("+", "-"):
            tree = (sign, tree, self._product())
        return tree

    def _product(self) -> Any:
        tree = self._signed()
        while sign := self._take("*", "/"):
            tree = (sign, tree, self._signed())
        return tree

    def _signed(self) -> Any:
        return ("-", Fraction(0), self._signed()) if self._take("-") else self._atom()

    def _atom(self) -> Any:
        token = self.tokens.pop(0)
        if token[0].isdigit():
            value = number(token)
            return ("*", value, self._signed()) if token.endswith("%") and self._take("of") else value
        if token == "(":
            tree = self._choice()
            self._take(")")
            return tree
        if token.startswith('"'):
            return ("text", token.strip('"'))
        if not self._take("("):
            return ("none",) if token == "none" else ("name", token)
        arguments = []
        while not self._take(")"):
            arguments.append(self._choice())
            self._take(",")
        return ("call", token, arguments)

    def value(self, names: Names, calls: Calls) -> Any:
        """The value over ``names``; ``calls`` answers earlier() and over_parties()."""
        return _Computing(names, calls).value(self.tree)


class _Computing:
    """Computes a tree: a missing number makes a sum, a product or a comparison missing."""

    def __init__(self, names: Names, calls: Calls) -> None:
        self.names, self.calls = names, calls

    def value(self, tree: Any) -> Any:
        if isinstance(tree, Fraction):
            return tree
        match tree:
            case ("name", name):
                return self.names(name)
            case ("text", text):
                return text
            case ("call", function, arguments):
                return self._call(function, arguments)
            case ("none",):
                return None
            case ("if", test, then, otherwise):
                holds = self.value(test)
                return None if holds is None else self.value(then if holds else otherwise)
            case ("and" | "or" as sign, left, right):
                return self._joined(sign == "or", left, right)
            case ("not", inner):
                return None if (holds := self.value(inner)) is None else not holds
            case (sign, left, right):
                return _applied(sign, self.value(left), self.value(right))
        raise ValueError(f"{tree!r} has no meaning")

    def _joined(self, settles: bool, left: Any, right: Any) -> Any:
        """``or`` is true where a part is, ``and`` false where a part is; else missing where a part is missing."""
        first = self.value(left)
        if first is settles:
            return settles
        second = self.value(right)
        if second is settles:
            return settles
        return None if first is None or second is None else not settles

    def _call(self, function: str, arguments: list[Any]) -> Any:
        if function in ("earlier", "over_parties"):
            back = int(self.value(arguments[1])) if len(arguments) > 1 else 1
            return self.calls(function, arguments[0][1], back)
        values = [self.value(each) for each in arguments]
        there = [each for each in values if each is not None]
        match function:
            case "missing":
                return values[0] is None
            case "coalesce":
                return there[0] if there else None
            case "count":
                return Fraction(len(there))
            case "mean" | "total" | "lowest" | "highest":
                return _grouped(function, there) if there else None
        return None if None in values else _FUNCTIONS[function](*values)


def _applied(sign: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if sign in ("<", "<=", ">", ">="):
        met("gate", left, right)
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case "!=":
            return left != right
    return left == right


def _grouped(function: str, there: list[Fraction]) -> Fraction:
    match function:
        case "mean":
            return sum(there, Fraction(0)) / len(there)
        case "lowest":
            return min(there)
        case "highest":
            return max(there)
    return sum(there, Fraction(0))


def _to_places(how: str) -> Callable[..., Fraction]:
    return lambda value, places=Fraction(0): rounded(value, f"{how} to {Fraction(1, 10 ** int(places))}")


_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "abs": abs,
    "clamp": lambda value, least, most: min(max(value, least), most),
    "floor": _to_places("floor"),
    "ceil": _to_places("ceil"),
    "round": _to_places("half_away_from_zero"),
}
