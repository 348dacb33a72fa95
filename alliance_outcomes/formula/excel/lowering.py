"""Cuts a formula into cells: what is rounded gets a cell of its own, and so does what is nested too deep for a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..nodes import IfElse, Name, Node, Number, Round, is_truth, rebuild
from ..steps import Step

BEFORE, PART = "before rounding", "part"
_DEEPEST = 16


def lowered(step: Step) -> Iterator[Step]:
    """The steps that stand for ``step``, itself last; those before it are of role ``part`` and named after it."""
    cut = _Cut(step)
    formula = cut.at_most(cut.rounded(step.formula), 0)
    yield from cut.parts
    yield replace(step, formula=formula)


class _Cut:
    def __init__(self, step: Step) -> None:
        self.step, self.parts = step, list[Step]()

    def let(self, what: str, formula: Node) -> Name:
        number = f" {len(self.parts) + 1}" if self.parts else ""
        name = f"{self.step.name} ({what}{number})"
        unit = self.step.unit if what == BEFORE else ""
        self.parts.append(Step(name, formula, PART, unit, None, self.step.place))
        return Name(name)

    def rounded(self, node: Node) -> Node:
        """``node`` with the operand of each rounding in a cell of its own, unless it stands in one."""
        node = rebuild(node, self.rounded)
        if isinstance(node, Round) and not isinstance(node.of, Name | Number):
            return replace(node, of=self.let(BEFORE, node.of))
        return node

    def at_most(self, node: Node, depth: int) -> Node:
        """``node`` with the branches cut off that stand too deep."""
        if isinstance(node, IfElse) and depth >= _DEEPEST and not is_truth(node):
            return self.let(PART, self.at_most(node, 0))
        return rebuild(node, lambda child: self.at_most(child, depth + isinstance(node, IfElse)))
