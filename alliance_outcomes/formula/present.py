"""Which values a condition shows to be there: what a guard protects."""

from __future__ import annotations

from .nodes import Logic, Missing, Name, Node

Present = frozenset[str]
NONE: Present = frozenset()


def present_where(test: Node, holds: bool) -> Present:
    """The names that have a value where ``test`` is known to hold, or not to."""
    match test:
        case Missing(name=Name(id=id_)):
            return NONE if holds else frozenset((id_,))
        case Logic(op="not", of=(inner,)):
            return present_where(inner, not holds)
        case Logic(op="and", of=parts) if holds:
            return NONE.union(*(present_where(part, True) for part in parts))
        case Logic(op="or", of=parts) if not holds:
            return NONE.union(*(present_where(part, False) for part in parts))
    return NONE
