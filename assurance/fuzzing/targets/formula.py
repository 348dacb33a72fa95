"""Formulas: text to a tree and back to text, and every reader that needs no contract."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from alliance_outcomes.calculation.plain import from_plain, to_plain
from alliance_outcomes.evidence.canonical import canonical, parsed
from alliance_outcomes.formula.exact import Undefined, exact
from alliance_outcomes.formula.nodes import (
    Across,
    Arithmetic,
    Call,
    Compare,
    Extreme,
    Group,
    IfElse,
    Logic,
    Missing,
    Name,
    Negate,
    Node,
    Nothing,
    Number,
    OneOf,
    Round,
    bare_exps,
    names,
    walk,
)
from alliance_outcomes.formula.parse import FUNCTIONS, parse
from alliance_outcomes.formula.text import in_numbers, in_words
from alliance_outcomes.numbers import decimal_places, to_text
from alliance_outcomes.problems import AllianceError

from ..form import Run

_WORDS = "and or not if else of none <= >= == != 50\u00a0% 1\u00a0000 0.5 'A' ( ) , + - * /"
WORDS = (
    *(f"{each}(" for each in FUNCTIONS),
    *_WORDS.split(),
)
LANGUAGES = ("en", "fi", "sv")


def seeds() -> Sequence[bytes]:
    """One of each kind."""
    written = (
        "max(0, target_cost - outturn) * 50 %",
        "1 if score >= 75 and not missing(nps) else 0.5 if track == 'A' else none",
        "clamp(coalesce(a, b, 3), 0, 100) / round(c * 7.5 % of d, 2)",
        "mean(a, b, c) + across_percentile(a, 75 %, higher) - 16 993 210",
        "floor(exp(-a / 2), 4) * earlier(cost, 2) + settled(bonus) + over_parties(cost)",
        "across_rank(a, highest_first, b) + across_factor(pool, a, b) + ceil(abs(-x), 1)",
    )
    return [each.encode() for each in written]


def ready(_: Path) -> Run:
    """Parse; what it gives is written, read again, told in words, and read for a few values."""

    def run(data: bytes) -> None:
        tree = parse(data.decode("utf-8", "replace"))
        same(tree, from_plain(parsed(canonical(to_plain(tree)), "formula")))
        if (text := written(tree)) is not None:
            try:
                again = parse(text)
            except AllianceError as refusal:
                if {each.code for each in refusal.problems} != {"AO302"}:  # brackets made it too long or too deep
                    raise AssertionError(f"{text} is not read again") from refusal
            else:
                same(tree, again)
        # The compiler resolves calls before anybody reads them.
        if not any(isinstance(each, Call) for each in walk(tree)):
            for language in LANGUAGES:
                in_words(tree, language)
            valued(tree)

    return run


def valued(tree: Node) -> None:
    """The value of a tree for some values of its names, and the words that tell it."""
    if any(isinstance(each, Across) for each in walk(tree)) or any(bare_exps(tree)):
        return  # read over all payees, or refused by the compiler
    codes = {each.name.id for each in walk(tree) if isinstance(each, OneOf)}
    for value in (Fraction(-7, 3), Fraction(0), Fraction(10**15), None):
        values = {name: "A" if name in codes else value for name in names(tree)}
        if codes and any(isinstance(each, Name) and each.id in codes for each in _operands(tree)):
            return  # the compiler tells attributes from numbers
        try:
            exact(tree)(values)
            in_numbers(tree, values, "fi")
        except Undefined:
            continue


def _operands(tree: Node) -> list[Node]:
    """The names of a tree that are read as numbers."""
    inside = {id(each.name) for each in walk(tree) if isinstance(each, OneOf)}
    return [each for each in walk(tree) if id(each) not in inside]


def same(one: Node, other: object) -> None:
    """Raises AssertionError where two trees differ."""
    if one != other:
        raise AssertionError(f"{one!r} came back as {other!r}")


def written(node: Node) -> str | None:
    """A formula that means ``node``, everything in brackets; None for a tree with a part that no formula writes by itself."""
    parts = [written(each) for each in _below(node)]
    if any(part is None for part in parts):
        return None
    match node:
        case Number(value=value, percent=percent):
            shown = value * 100 if percent else value
            return None if decimal_places(shown) is None else f"{to_text(shown)}{' %' * percent}"
        case Name(id=name):
            return name
        case Nothing():
            return "none"
        case Negate():
            return f"(-{parts[0]})"
        case Arithmetic(op=op) | Compare(op=op):
            return f"({parts[0]} {op} {parts[1]})"
        case Logic(op=op):
            return f"(not {parts[0]})" if op == "not" else f"({f' {op} '.join(map(str, parts))})"
        case IfElse():
            return f"({parts[1]} if {parts[0]} else {parts[2]})"
        case Extreme(which=which):
            return f"{'min' if which == 'least' else 'max'}({', '.join(map(str, parts))})"
        case OneOf(name=name, codes=codes):
            (code,) = codes
            return f"({name.id} == {_quoted(code)})"
        case Missing(name=name):
            return f"missing({name.id})"
        case Group(kind=kind):
            return f"{kind}({', '.join(each.id for each in node.names)})"
        case Round(how=how, unit=unit):
            function = {"half_away_from_zero": "round"}.get(how, how)
            return f"{function}({parts[0]}, {decimal_places(unit)})"
    return None


def _below(node: Node) -> list[Node]:
    """The formulas that stand in ``node``, in the order of its fields."""
    match node:
        case Negate(of=of) | Round(of=of):
            return [of]
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return [left, right]
        case Logic(of=parts) | Extreme(of=parts):
            return list(parts)
        case IfElse(test=test, then=then, otherwise=otherwise):
            return [test, then, otherwise]
    return []


def _quoted(code: str) -> str:
    return f"'{code}'" if '"' in code else f'"{code}"'
