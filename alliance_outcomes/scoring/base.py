"""What every scoring rule is given and gives back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Annotated

from pydantic import PlainValidator, TypeAdapter, ValidationInfo, WithJsonSchema

from ..contract.catalogue import one_of
from ..contract.parts import Dated, Formula, Part
from ..formula.nodes import Arithmetic, Compare, Extreme, IfElse, Name, Node, Number
from ..formula.steps import Says
from ..numbers import to_text
from ..problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Scoring:
    """An indicator as its rule sees it: the name of its value, the range of scores, and ways to build formulas.

    ``let`` names a formula and gives its name; ``level`` gives the number a level has in this period;
    ``formula`` reads a formula of the contract, in which `value` is the indicator's own, with extra local names;
    ``input`` gives the name of a further input of the indicator, such as its baseline; only one that the rule guards
    may be missing (True).
    """

    id: str
    value: Name
    least: Fraction
    most: Fraction
    place: Place | None
    let: Callable[[str, Node, Says | None], Name]
    level: Callable[[Dated], Fraction]
    formula: Callable[[Formula, Mapping[str, Node]], Node]
    input: Callable[[str, bool], Name]
    problem: Callable[[Problem], None]

    @property
    def range(self) -> str:
        """The range of scores, for a sentence."""
        return f"{to_text(self.least)} to {to_text(self.most)}"

    def within(self, node: Node) -> Node:
        """``node`` kept within the range of scores."""
        return Extreme("least", (Extreme("most", (node, Number(self.least))), Number(self.most)))

    def apart(self, low: Fraction, high: Fraction, what: str) -> bool:
        """Whether two levels differ; where they do not, the rule cannot score (AO401)."""
        if low == high:
            self.problem(
                Problem(
                    "AO401",
                    f"{what} are the same level, so no value lies between them.",
                    "Set them apart, or use kind: steps.",
                    self.place,
                )
            )
        return low != high


class Rule(Part):
    """Base of the scoring rules. A rule only lowers itself to formulas; it never computes."""

    @abstractmethod
    def lower(self, about: Scoring) -> Node:
        """The formula of the score, reading the value and whatever names were made with ``about.let``."""


def difference(left: Node, right: Node) -> Node:
    """``left - right``."""
    return Arithmetic("-", left, right)


def choose(test: Node, then: Node, otherwise: Node) -> IfElse:
    """``then if test else otherwise``."""
    return IfElse(test, then, otherwise)


def better(left: Node, right: Node, higher: bool, or_equal: bool = False) -> Compare:
    """Whether ``left`` is better than ``right`` where ``higher`` says what better means."""
    return Compare((">" if higher else "<") + ("=" if or_equal else ""), left, right)


def to_rule(value: object, info: ValidationInfo) -> Rule:
    """Any rule of the family, told apart by ``kind``."""
    return _adapter().validate_python(value, context=info.context)


@cache
def _adapter() -> TypeAdapter[Rule]:
    return TypeAdapter(one_of("scoring"))


AnyRule = Annotated[Rule, PlainValidator(to_rule), WithJsonSchema({"type": "object", "required": ["kind"]})]
