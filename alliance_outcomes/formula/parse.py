"""Formulas as people write them: ``max(0, target_cost - outturn) * 50 %`` to nodes, every token with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..numbers import parse_number
from ..problems import ContractError, Place, Problem, did_you_mean
from .functions import FUNCTIONS, MAKERS, USAGE, Misuse
from .nodes import (
    Arithmetic,
    Compare,
    IfElse,
    Logic,
    Name,
    Negate,
    Node,
    Nothing,
    Number,
    OneOf,
    is_truth,
    walk,
)

__all__ = ["COMPARE", "FUNCTIONS", "KEYWORDS", "Token", "parse"]

LONGEST, MOST_NODES, DEEPEST = 500, 200, 20
Locate = Callable[[int, int], Place | None]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\n\u00a0]+)
      | (?P<number>(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[ \u00a0]?%)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<sign><=|>=|==|!=|[-+*/(),<>])""",
    re.VERBOSE,
)
COMPARE = "Compare it with something, such as x > 0."
"""What to write for a number where a condition is needed."""
KEYWORDS = {"and", "or", "not", "if", "else", "of", "none"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its kind (number, word, text, sign, end), its letters and its offset."""

    kind: str
    text: str
    at: int


def parse(text: str, locate: Locate = lambda _at, _width: None, named_conditions: bool = False) -> Node:
    """The tree of ``text``. ``locate(offset, width)`` gives the place of a token.

    With ``named_conditions`` a name may stand where a condition is needed: whoever knows the names says what it stands for.
    Raises ContractError (codes AO30x) that names the token at fault; nothing is ever evaluated.
    """
    return _Parser(text, locate, named_conditions).whole()


class _Parser:
    def __init__(self, text: str, locate: Locate, named_conditions: bool) -> None:
        self.text, self.locate, self.named_conditions = text, locate, named_conditions
        if len(text) > LONGEST:
            raise self._wrong(
                "AO302",
                f"The formula has {len(text)} characters; at most {LONGEST} can be read at a glance.",
                "Name its parts under figures and use the names here.",
                Token("end", text[:1], 0),
            )
        self.tokens, self.next = self._split(), 0

    def _split(self) -> list[Token]:
        tokens, at = [], 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                letter = Token("sign", self.text[at], at)
                raise self._wrong(
                    "AO301", f"{letter.text!r} has no meaning in a formula.", _instead_of(letter.text), letter
                )
            if match.lastgroup != "space":
                tokens.append(Token(str(match.lastgroup), match.group(), at))
            at = match.end()
        tokens.append(Token("end", "", len(self.text)))
        return tokens

    def _wrong(self, code: str, sentence: str, instead: str, token: Token) -> ContractError:
        return ContractError(Problem(code, sentence, instead, self.locate(token.at, max(1, len(token.text)))))

    def _place(self, token: Token) -> Place | None:
        return self.locate(token.at, max(1, len(token.text)))

    def _peek(self, *texts: str) -> bool:
        token = self.tokens[self.next]
        return token.kind in ("sign", "word") and token.text in texts

    def _take(self) -> Token:
        token = self.tokens[self.next]
        self.next += token.kind != "end"
        return token

    def _expect(self, text: str, after: str) -> Token:
        if not self._peek(text):
            token = self.tokens[self.next]
            found = repr(token.text) if token.text else "the end"
            raise self._wrong(
                "AO301", f"Here stands {found} where {text!r} is needed {after}.", f"Write {text!r}.", token
            )
        return self._take()

    def whole(self) -> Node:
        node = self._choice(0)
        token = self.tokens[self.next]
        if token.kind != "end":
            raise self._wrong(
                "AO301",
                f"The formula is complete before {token.text!r}.",
                "Put an operator between, or take it out.",
                token,
            )
        if sum(1 for _ in walk(node)) > MOST_NODES:
            raise self._wrong(
                "AO302",
                f"The formula has more than {MOST_NODES} parts.",
                "Name its parts under figures.",
                token,
            )
        return node

    def _choice(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self._wrong(
                "AO302",
                f"The formula is nested more than {DEEPEST} deep.",
                "Name its parts under figures.",
                self.tokens[self.next],
            )
        then = self._logic("or", depth)
        if not self._peek("if"):
            return then
        token = self._take()
        test = self._truth(self._logic("or", depth), token)
        self._expect("else", "after the condition")
        otherwise = self._choice(depth + 1)
        if is_truth(then) != is_truth(otherwise):
            raise self._wrong(
                "AO303",
                "One branch is a condition, the other a number.",
                "Give both the same kind of value.",
                token,
            )
        return IfElse(test, then, otherwise, place=self._place(token))

    def _logic(self, op: str, depth: int) -> Node:
        def below() -> Node:
            return self._logic("and", depth) if op == "or" else self._negation(depth)

        token = self.tokens[self.next]
        parts = [below()]
        while self._peek(op):
            token = self._take()
            parts.append(below())
        if len(parts) == 1:
            return parts[0]
        return Logic(op, tuple(self._truth(part, token) for part in parts), place=self._place(token))

    def _negation(self, depth: int) -> Node:
        if not self._peek("not"):
            return self._comparison(depth)
        token = self._take()
        if depth > DEEPEST:
            raise self._wrong("AO302", f"The formula is nested more than {DEEPEST} deep.", "Name its parts.", token)
        return Logic("not", (self._truth(self._negation(depth + 1), token),), place=self._place(token))

    def _comparison(self, depth: int) -> Node:
        left = self._sum(depth)
        if not self._peek("<", "<=", ">", ">=", "==", "!="):
            return left
        token = self._take()
        if self.tokens[self.next].kind == "text":
            return self._category(left, token)
        right = self._sum(depth)
        if self._peek("<", "<=", ">", ">=", "==", "!="):
            raise self._wrong(
                "AO301",
                "Comparisons cannot be chained.",
                "Join two of them with and.",
                self.tokens[self.next],
            )
        return Compare(token.text, self._number(left, token), self._number(right, token), place=self._place(token))

    def _category(self, left: Node, token: Token) -> Node:
        code = self._take().text[1:-1]
        if not isinstance(left, Name) or token.text not in ("==", "!="):
            raise self._wrong(
                "AO303",
                "A text can only be compared with a payee's attribute, by == or !=.",
                'Write attribute == "code".',
                token,
            )
        same = OneOf(left, frozenset((code,)), place=self._place(token))
        return same if token.text == "==" else Logic("not", (same,), place=self._place(token))

    def _sum(self, depth: int) -> Node:
        return self._chain(("+", "-"), self._product, depth)

    def _product(self, depth: int) -> Node:
        return self._chain(("*", "/"), self._unary, depth)

    def _chain(self, signs: tuple[str, ...], below: Callable[[int], Node], depth: int) -> Node:
        left = below(depth)
        while self._peek(*signs):
            token = self._take()
            right = self._number(below(depth), token)
            left = Arithmetic(token.text, self._number(left, token), right, place=self._place(token))
        return left

    def _unary(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self._wrong(
                "AO302",
                f"The formula is nested more than {DEEPEST} deep.",
                "Name its parts.",
                self.tokens[self.next],
            )
        if self._peek("-"):
            token = self._take()
            return Negate(self._number(self._unary(depth + 1), token), place=self._place(token))
        return self._primary(depth)

    def _primary(self, depth: int) -> Node:
        token = self._take()
        if token.kind == "number":
            return self._literal(token, depth)
        if token.kind == "word" and token.text == "none":
            return Nothing(place=self._place(token))
        if token.kind == "word" and token.text not in KEYWORDS:
            if self._peek("("):
                return self._call(token, depth)
            return Name(token.text, place=self._place(token))
        if token.kind == "sign" and token.text == "(":
            inside = self._choice(depth + 1)
            self._expect(")", "to close the bracket")
            return inside
        found = repr(token.text) if token.text else "the end of the formula"
        raise self._wrong(
            "AO301", f"A number or a name is needed where {found} stands.", "Write the missing part.", token
        )

    def _literal(self, token: Token, depth: int) -> Node:
        try:
            value = parse_number(token.text)
        except ValueError as error:
            raise self._wrong("AO105", f"{error}.", "", token) from None
        number = Number(value, token.text.endswith("%"), place=self._place(token))
        if number.percent and self._peek("of"):
            of = self._take()
            return Arithmetic("*", number, self._number(self._unary(depth + 1), of), place=self._place(of))
        return number

    def _call(self, function: Token, depth: int) -> Node:
        self._expect("(", "after a function")
        arguments: list[Node] = []
        while not self._peek(")"):
            if arguments:
                self._expect(",", "between values")
            arguments.append(self._choice(depth + 1))
        self._expect(")", f"to close {function.text}(")
        make = MAKERS.get(function.text)
        if make is None:
            raise self._wrong(
                "AO304",
                f"{function.text} is not a function of the language.",
                did_you_mean(function.text, MAKERS) or f"Write one of {', '.join(sorted(MAKERS))}.",
                function,
            )
        try:
            return make(tuple(arguments), self._place(function))
        except Misuse as misuse:
            raise self._wrong(
                "AO305",
                f"{function.text} is not used rightly: {misuse}.",
                f"Write {USAGE[function.text]}.",
                function,
            ) from None

    def _number(self, node: Node, token: Token) -> Node:
        if is_truth(node):
            raise self._wrong(
                "AO303",
                f"A condition cannot be used as a number around {token.text!r}.",
                "Write 1 if condition else 0.",
                token,
            )
        return node

    def _truth(self, node: Node, token: Token) -> Node:
        if not (is_truth(node) or (self.named_conditions and isinstance(node, Name))):
            raise self._wrong(
                "AO303",
                f"A number cannot be used as a condition around {token.text!r}.",
                COMPARE,
                token,
            )
        return node


def _instead_of(letter: str) -> str:
    return {
        "^": "There are no powers; multiply.",
        "=": "Compare with ==.",
        "%": "A percentage needs a number before it, such as 50 %.",
        "\u2212": "Write the minus sign as -.",
        "\u00d7": "Multiply with *.",
        "[": "There are no brackets but ( ).",
        ".": "There are no attributes; use names.",
    }.get(letter, "Take it out.")
