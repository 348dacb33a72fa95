"""The functions of the language: what each takes, and the node that it makes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..problems import Place
from .nodes import (
    GROUP_KINDS,
    PERCENTILES,
    RANKS,
    Across,
    Call,
    Exp,
    Extreme,
    Group,
    IfElse,
    Missing,
    Name,
    Negate,
    Node,
    Number,
    Round,
    is_truth,
)


class Misuse(Exception):
    """The arguments of a call do not fit; the message completes "f is not used rightly: ..."."""


Arguments = tuple[Node, ...]


def _numbers(arguments: Arguments, least: int, most: int) -> Arguments:
    if not least <= len(arguments) <= most:
        raise Misuse(f"it has {len(arguments)} values")
    if any(is_truth(argument) for argument in arguments):
        raise Misuse("a condition stands where a number is needed")
    return arguments


def _name(node: Node) -> Name:
    if not isinstance(node, Name):
        raise Misuse("a name is needed here; give the formula a name under figures")
    return node


def _whole(node: Node) -> int:
    if not isinstance(node, Number) or node.value.denominator != 1 or not 0 <= node.value <= 40:
        raise Misuse("a whole number from 0 to 40 is needed here")
    return int(node.value)


def _extreme(which: str) -> Callable[[Arguments, Place | None], Node]:
    return lambda arguments, place: Extreme(which, _numbers(arguments, 1, 40), place=place)


def _absolute(arguments: Arguments, place: Place | None) -> Node:
    (of,) = _numbers(arguments, 1, 1)
    return Extreme("most", (of, Negate(of, place=place)), place=place)


def _clamp(arguments: Arguments, place: Place | None) -> Node:
    of, low, high = _numbers(arguments, 3, 3)
    return Extreme("least", (Extreme("most", (of, low), place=place), high), place=place)


def _coalesce(arguments: Arguments, place: Place | None) -> Node:
    *options, result = _numbers(arguments, 2, 20)
    for option in reversed(options):
        result = IfElse(Missing(_name(option), place=place), result, option, place=place)
    return result


def _rounding(how: str) -> Callable[[Arguments, Place | None], Node]:
    def make(arguments: Arguments, place: Place | None) -> Node:
        of, *places = _numbers(arguments, 1, 2)
        unit = Fraction(1, 10 ** (_whole(places[0]) if places else 0))
        return Round(of, how, unit, place=place)

    return make


def _group(kind: str) -> Callable[[Arguments, Place | None], Node]:
    return lambda arguments, place: Group(kind, tuple(_name(item) for item in _numbers(arguments, 1, 40)), place=place)


def _missing(arguments: Arguments, place: Place | None) -> Node:
    (of,) = _numbers(arguments, 1, 1)
    return Missing(_name(of), place=place)


def _exp(arguments: Arguments, place: Place | None) -> Node:
    return Exp(_numbers(arguments, 1, 1)[0], place=place)


def _earlier(function: str) -> Callable[[Arguments, Place | None], Node]:
    def make(arguments: Arguments, place: Place | None) -> Node:
        name, *back = _numbers(arguments, 1, 2)
        periods = _whole(back[0]) if back else 1
        if periods < 1:
            raise Misuse("it looks at least one period back")
        return Call(function, _name(name), periods, place=place)

    return make


def _word(node: Node, known: tuple[str, ...]) -> str:
    if not isinstance(node, Name) or node.id not in known:
        raise Misuse(f"one of the words {', '.join(known)} is needed")
    return node.id


def _share(node: Node) -> Fraction:
    if not isinstance(node, Number) or not 0 <= node.value <= 1:
        raise Misuse("a share from 0 % to 100 % is needed second")
    return node.value


def _across(kind: str, fewest: int, words: tuple[str, ...] = ()) -> Callable[[Arguments, Place | None], Node]:
    """A function over all payees: the name, a word or number where the kind has one, and the population, if stated."""

    def make(arguments: Arguments, place: Place | None) -> Node:
        of, *rest = _numbers(arguments, fewest, fewest + 1)
        share = _share(rest.pop(0)) if kind == "percentile" else None
        method = _word(rest.pop(0), words) if words else ""
        among = _name(rest[0]) if rest else None
        return Across(kind, _name(of), among, method, share, place=place)

    return make


def _factor(arguments: Arguments, place: Place | None) -> Node:
    pool, base, *most = _numbers(arguments, 2, 3)
    return Across("factor", _name(base), pool=_name(pool), most=_name(most[0]) if most else None, place=place)


def _over_parties(arguments: Arguments, place: Place | None) -> Node:
    (of,) = _numbers(arguments, 1, 1)
    return Call("over_parties", _name(of), place=place)


MAKERS: dict[str, Callable[[Arguments, Place | None], Node]] = {
    "min": _extreme("least"),
    "max": _extreme("most"),
    "abs": _absolute,
    "clamp": _clamp,
    "coalesce": _coalesce,
    "floor": _rounding("floor"),
    "ceil": _rounding("ceil"),
    "round": _rounding("half_away_from_zero"),
    "missing": _missing,
    "exp": _exp,
    "earlier": _earlier("earlier"),
    "settled": _earlier("settled"),
    "over_parties": _over_parties,
    **{f"across_{kind}": _across(kind, 1) for kind in ("total", "mean", "count", "lowest", "highest")},
    "across_percentile": _across("percentile", 3, PERCENTILES),
    "across_rank": _across("rank", 2, RANKS),
    "across_factor": _factor,
    **{kind: _group(kind) for kind in GROUP_KINDS},
}
USAGE = {
    "min": "min(a, b)",
    "max": "max(a, b)",
    "abs": "abs(a)",
    "clamp": "clamp(a, least, most)",
    "coalesce": "coalesce(name, otherwise)",
    "floor": "floor(a) or floor(a, decimals)",
    "ceil": "ceil(a) or ceil(a, decimals)",
    "round": "round(a, decimals)",
    "missing": "missing(name)",
    "exp": "exp(a)",
    "earlier": "earlier(name, 1)",
    "settled": "settled(clause, 1)",
    "over_parties": "over_parties(name)",
    **{
        f"across_{kind}": f"across_{kind}(name) or across_{kind}(name, among)"
        for kind in ("total", "mean", "count", "lowest", "highest")
    },
    "across_percentile": "across_percentile(name, 75 %, higher) or across_percentile(name, 75 %, higher, among)",
    "across_rank": "across_rank(name, highest_first) or across_rank(name, highest_first, among)",
    "across_factor": "across_factor(pool, base) or across_factor(pool, base, most)",
    **{kind: f"{kind}(name, name)" for kind in GROUP_KINDS},
}
FUNCTIONS = tuple(sorted(MAKERS))
