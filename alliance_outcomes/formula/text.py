"""The text reader: a formula in words, or in numbers with only the branch that was taken, in fi, sv and en."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from ..numbers import decimal_places, round_to, to_decimal
from .exact import Value, Values, exact
from .nodes import (
    Across,
    Arithmetic,
    Compare,
    Curve,
    Exp,
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
    Piece,
    Round,
)
from .taken import piece_taken

Leaf = Callable[[str], str]
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "least": "the smallest of ({})", "most": "the largest of ({})", "and": "and", "or": "or", "not": "not ({})",
        "if": "{then} if {test}, otherwise {otherwise}", "nothing": "no value", "line": "{of} along the line {points}",
        "pieces": "{of} by pieces ({points})", "up to": "up to {}: {}", "below": "below {}: {}", "beyond": "otherwise: {}",
        "missing": "{} is missing", "one_of": "{} is {}", "exp": "e to the power {}",
        "half_away_from_zero": "{} rounded to {}", "half_even": "{} rounded to {}, halves to even",
        "toward_zero": "{} rounded toward zero to {}", "away_from_zero": "{} rounded away from zero to {}",
        "floor": "{} rounded down to {}", "ceil": "{} rounded up to {}",
        "mean": "the weighted mean of ({})", "total": "the sum of ({})", "lowest": "the lowest of ({})",
        "highest": "the highest of ({})", "count": "how many are present of ({})", "weighing": "{} by {}", "yes": "yes", "no": "no", "since": "since", "at": "at {}: {}",
        "across_total": "the sum of {} over all payees", "across_mean": "the mean of {} over all payees",
        "across_count": "how many payees have {}", "across_lowest": "the lowest {} of all payees",
        "across_highest": "the highest {} of all payees", "across_percentile": "the {share} percentile ({method}) of {} over all payees",
        "across_rank": "the rank by {} among all payees ({method})",
        "across_factor": "the number that, times {}, sums to {pool} over all payees", "among": "{} for whom {} holds", "capped": "{}, each at most {}",
    },
    "fi": {
        "least": "pienin näistä: ({})", "most": "suurin näistä: ({})", "and": "ja", "or": "tai", "not": "ei ({})",
        "if": "{then}, jos {test}, muuten {otherwise}", "nothing": "ei arvoa", "line": "{of} murtoviivalla {points}",
        "pieces": "{of} paloittain ({points})", "up to": "enintään {}: {}", "below": "alle {}: {}", "beyond": "muuten: {}",
        "missing": "{} puuttuu", "one_of": "{} on {}", "exp": "e potenssiin {}",
        "half_away_from_zero": "{} pyöristettynä tarkkuuteen {}", "half_even": "{} pyöristettynä tarkkuuteen {}, puolikkaat parilliseen",
        "toward_zero": "{} pyöristettynä kohti nollaa tarkkuuteen {}", "away_from_zero": "{} pyöristettynä poispäin nollasta tarkkuuteen {}",
        "floor": "{} pyöristettynä alas tarkkuuteen {}", "ceil": "{} pyöristettynä ylös tarkkuuteen {}",
        "mean": "painotettu keskiarvo: ({})", "total": "summa: ({})", "lowest": "alin näistä: ({})",
        "highest": "ylin näistä: ({})", "count": "kuinka monta on näistä: ({})", "weighing": "{} painolla {}", "yes": "kyllä", "no": "ei", "since": "koska", "at": "kun arvo on {}: {}",
        "across_total": "{} yhteensä kaikilla saajilla", "across_mean": "{} keskimäärin kaikilla saajilla",
        "across_count": "kuinka monella saajalla on {}", "across_lowest": "alin {} kaikista saajista",
        "across_highest": "ylin {} kaikista saajista", "across_percentile": "{} kaikilla saajilla, persentiili {share} ({method})",
        "across_rank": "sija kaikkien saajien joukossa: {} ({method})",
        "across_factor": "luku, jolla kerrottuna {} on kaikilla saajilla yhteensä {pool}", "among": "{}; mukana saajat, joilla {} täyttyy", "capped": "{}, kukin enintään {}",
    },
    "sv": {
        "least": "det minsta av ({})", "most": "det största av ({})", "and": "och", "or": "eller", "not": "inte ({})",
        "if": "{then} om {test}, annars {otherwise}", "nothing": "inget värde", "line": "{of} längs linjen {points}",
        "pieces": "{of} i delar ({points})", "up to": "högst {}: {}", "below": "under {}: {}", "beyond": "annars: {}",
        "missing": "{} saknas", "one_of": "{} är {}", "exp": "e upphöjt till {}",
        "half_away_from_zero": "{} avrundat till {}", "half_even": "{} avrundat till {}, halva till jämnt",
        "toward_zero": "{} avrundat mot noll till {}", "away_from_zero": "{} avrundat från noll till {}",
        "floor": "{} avrundat nedåt till {}", "ceil": "{} avrundat uppåt till {}",
        "mean": "det viktade medelvärdet av ({})", "total": "summan av ({})", "lowest": "det lägsta av ({})",
        "highest": "det högsta av ({})", "count": "hur många som finns av ({})", "weighing": "{} med vikten {}", "yes": "ja", "no": "nej", "since": "eftersom", "at": "vid {}: {}",
        "across_total": "summan av {} över alla mottagare", "across_mean": "medelvärdet av {} över alla mottagare",
        "across_count": "hur många mottagare som har {}", "across_lowest": "det lägsta {} av alla mottagare",
        "across_highest": "det högsta {} av alla mottagare", "across_percentile": "percentilen {share} ({method}) av {} över alla mottagare",
        "across_rank": "rangen efter {} bland alla mottagare ({method})",
        "across_factor": "det tal som gånger {} summerar till {pool} över alla mottagare", "among": "{} för vilka {} gäller", "capped": "{}, var och en högst {}",
    },
}  # fmt: skip
_MARKS = {"en": (",", "."), "fi": ("\u00a0", ","), "sv": ("\u00a0", ",")}
_TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2}
_DECIMALS_SHOWN = 6
_PHRASES = (Curve, Round, Exp)  # several words, bracketed where they stand inside arithmetic


def show_number(value: Fraction, language: str, places: int | None = None) -> str:
    """``value`` as the language writes it; what does not end within six decimals is cut and marked ``...``."""
    exact_places = decimal_places(value)
    cut = exact_places is None or exact_places > _DECIMALS_SHOWN
    if places is None:
        places = _DECIMALS_SHOWN if exact_places is None else min(exact_places, _DECIMALS_SHOWN)
    shown = round_to(value, "toward_zero", Fraction(1, 10**places)) if cut else value
    places = places if cut else max(places, exact_places or 0)
    whole, _, decimals = to_decimal(abs(shown), places).partition(".")
    group, point = _MARKS[language]
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", group, whole)
    return ("-" if value < 0 else "") + grouped + (point + decimals if decimals else "") + ("..." if cut else "")


def show(value: Value, language: str) -> str:
    """Any value as the language writes it."""
    if value is None:
        return WORDS[language]["nothing"]
    if isinstance(value, bool):
        return WORDS[language]["yes" if value else "no"]
    return value if isinstance(value, str) else show_number(Fraction(value), language)


def in_words(node: Node, language: str) -> str:
    """The whole formula in words, with names as they stand in the contract."""
    return _Text(language, lambda name: name).read(node)


def in_numbers(node: Node, values: Values, language: str) -> str:
    """The formula with numbers for names, only the branches that were taken, and the conditions that chose them."""
    text = _Numbers(language, values)
    shown = text.read(node)
    return f"{shown}, {text.words['since']} {'; '.join(text.since)}" if text.since else shown


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


class _Text:
    def __init__(self, language: str, leaf: Leaf) -> None:
        self.language, self.leaf, self.words = language, leaf, WORDS[language]

    def read(self, node: Node, tight: int = 0) -> str:
        match node:
            case Number(value=value, percent=percent):
                return self._percent(value) if percent else self._number(value)
            case Name(id=id_):
                return self.leaf(id_)
            case Nothing():
                return self.words["nothing"]
            case Arithmetic():
                return self._arithmetic(node, tight)
            case Negate(of=of):
                return f"-{self.read(of, 3)}"
            case Extreme(which=which, of=parts):
                return self.words[which].format("; ".join(map(self.read, parts)))
            case Compare(op=op, left=left, right=right):
                return f"{self.read(left, 1)} {op} {self.read(right, 1)}"
            case Logic(op="not", of=(of,)):
                return self.words["not"].format(self.read(of))
            case Logic(op=op, of=parts):
                return f" {self.words[op]} ".join(
                    f"({self.read(part)})" if isinstance(part, Logic) else self.read(part) for part in parts
                )
            case IfElse(test=test, then=then, otherwise=otherwise):
                text = self.words["if"].format(
                    then=self.read(then, 1), test=self.read(test), otherwise=self.read(otherwise)
                )
                return f"({text})" if tight else text
        text = self._rest(node)
        return f"({text})" if tight and isinstance(node, _PHRASES) else text

    def _rest(self, node: Node) -> str:
        match node:
            case Curve():
                return self._curve(node)
            case Round(of=of, how=how, unit=unit):
                return self.words[how].format(self.read(of, 3), self._number(unit))
            case Group():
                return self.words[node.kind].format(self._members(node))
            case Missing(name=name):
                return self.words["missing"].format(name.id)
            case OneOf(name=name, codes=codes):
                return self.words["one_of"].format(self.leaf(name.id), f" {self.words['or']} ".join(sorted(codes)))
            case Exp(of=of):
                return self.words["exp"].format(self.read(of, 3))
        assert isinstance(node, Across), node
        return self._across(node)

    def _across(self, node: Across) -> str:
        """What is taken over all payees is told by its names, also in numbers: one payee's own value says nothing."""
        share = self._percent(node.share) if node.share is not None else ""
        pool = node.pool.id if node.pool else ""
        text = self.words[f"across_{node.kind}"].format(node.of.id, share=share, method=node.method, pool=pool)
        text = self.words["among"].format(text, node.among.id) if node.among else text
        return self.words["capped"].format(text, node.most.id) if node.most else text

    def _number(self, value: Fraction) -> str:
        places = decimal_places(value)
        if places is None or places > _DECIMALS_SHOWN:
            return (
                f"{value.numerator}/{value.denominator}"
                if len(str(value.denominator)) <= 7
                else show_number(value, self.language)
            )
        return show_number(value, self.language)

    def _percent(self, value: Fraction) -> str:
        return f"{self._number(value * 100)} %"

    def _arithmetic(self, node: Arithmetic, tight: int) -> str:
        strength, op, second = _TIGHT[node.op], node.op, node.right
        if op == "+" and isinstance(second, Number) and second.value < 0:
            op, second = "-", Number(-second.value)
        right = self.read(second, strength + (op in "-/"))
        sign = {"*": "×"}.get(op, op)
        text = f"{self.read(node.left, strength)} {sign} {right}"
        return f"({text})" if tight > strength else text

    def _members(self, node: Group) -> str:
        if not node.weights:
            return "; ".join(self.leaf(name.id) for name in node.names)
        pairs = zip(node.names, node.weights, strict=True)
        return "; ".join(self.words["weighing"].format(self.leaf(name.id), self.read(weight)) for name, weight in pairs)

    def _curve(self, curve: Curve) -> str:
        """A curve by its corners, where these say all: it does not jump, and is flat beyond them. Else piece by piece."""
        *inner, last = curve.pieces
        corners = [piece.upto for piece in inner if piece.upto is not None]
        heights = [_height(piece, x) for piece, x in zip(inner, corners, strict=True)]
        meets = heights == [_height(piece, x) for piece, x in zip(curve.pieces[1:], corners, strict=True)]
        if meets and None not in heights and not curve.pieces[0].slope and last.slope == 0:
            points = " ".join(
                f"({self._number(x)}: {self._number(y)})"
                for x, y in zip(corners, heights, strict=True)
                if y is not None
            )
            return self.words["line"].format(of=self.leaf(curve.of.id), points=points or self._number(last.at_zero))
        told = [
            self.words["up to" if piece.closed else "below"].format(self._number(x), self._piece(curve, piece))
            for piece, x in zip(inner, corners, strict=True)
        ]
        told.append(self.words["beyond"].format(self._piece(curve, last)) if told else self._piece(curve, last))
        return self.words["pieces"].format(of=self.leaf(curve.of.id), points="; ".join(told))

    def _piece(self, curve: Curve, piece: Piece) -> str:
        alone = Curve(curve.of, (replace(piece, upto=None),))
        return self.read(piece_taken(alone, {curve.of.id: Fraction(0)}))


def _height(piece: Piece, x: Fraction) -> Fraction | None:
    return None if piece.slope is None else piece.slope * x + piece.at_zero


class _Numbers(_Text):
    """Reads a formula with the values it was computed from; ``since`` gathers the conditions that chose a branch."""

    def __init__(self, language: str, values: Values) -> None:
        super().__init__(language, lambda name: _bracketed(show(values[name], language)))
        self.values = values
        self.since: list[str] = []

    def read(self, node: Node, tight: int = 0) -> str:
        if isinstance(node, IfElse):
            return self._branch(node, tight)
        if isinstance(node, Curve):
            text = self.words["at"].format(self.leaf(node.of.id), super().read(piece_taken(node, self.values)))
            return f"({text})" if tight else text
        if isinstance(node, Group):
            kept = [index for index, name in enumerate(node.names) if self.values[name.id] is not None]
            weights = tuple(node.weights[index] for index in kept) if node.weights else ()
            node = Group(node.kind, tuple(node.names[index] for index in kept), weights, node.at_least)
        return super().read(node, tight)

    def _branch(self, node: IfElse, tight: int) -> str:
        holds = exact(node.test)(self.values)
        if holds is None:
            return self.words["nothing"]
        if not isinstance(node.test, Missing):
            because = super().read(node.test)
            self.since.append(because if holds else self.words["not"].format(because))
        return self.read(node.then if holds else node.otherwise, tight)
