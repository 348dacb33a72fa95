"""Draws from the strategies of the tests by a plain random generator, several times as fast as hypothesis.

Hypothesis keeps what it needs to shrink a failing example; a run of many thousands keeps its seed alone. What is known here
is what the drawing of contracts is made of: composite, sampled_from, integers, booleans, permutations, lists, one_of, map.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


def drawn(strategy: st.SearchStrategy[T], chance: Random) -> T:
    """A value of the strategy, the same for the same state of ``chance``."""
    value: T = _draw(strategy, chance)
    return value


def _draw(strategy: Any, chance: Random) -> Any:
    kind = type(strategy).__name__
    if kind == "LazyStrategy":
        value = _lazy(strategy, chance)
    elif kind == "SampledFromStrategy":
        value = strategy.elements[chance.randrange(len(strategy.elements))]
    elif kind == "JustStrategy":
        value = strategy.value
    elif kind == "OneOfStrategy":
        value = _draw(chance.choice(strategy.original_strategies), chance)
    elif kind == "MappedStrategy":
        value = strategy.pack(_draw(strategy.mapped_strategy, chance))
    else:
        raise TypeError(f"{strategy!r} is a strategy that tests/chance.py does not know")
    for _, change, _ in getattr(strategy, "_transformations", ()):
        value = change(value)
    return value


def _lazy(strategy: Any, chance: Random) -> Any:
    name = strategy.function.__name__
    args, named = strategy._LazyStrategy__args, strategy._LazyStrategy__kwargs
    if name in PLAIN:
        return PLAIN[name](chance, *args, **named)
    composite = strategy.function(*args, **named)
    return composite.definition(lambda inner: _draw(inner, chance), *composite.args, **composite.kwargs)


def _some(
    chance: Random, elements: Any, *, min_size: int, max_size: int, unique: bool = False, **_: object
) -> list[Any]:
    found: list[Any] = []
    size = chance.randint(min_size, max_size)
    while len(found) < size:
        each = _draw(elements, chance)
        if not unique or each not in found:
            found.append(each)
    return found


PLAIN: dict[str, Callable[..., Any]] = {
    "integers": lambda chance, least, most: chance.randint(least, most),
    "booleans": lambda chance: chance.random() < 0.5,
    "permutations": lambda chance, values: chance.sample(values, len(values)),
    "tuples": lambda chance, *each: tuple(_draw(one, chance) for one in each),
    "lists": _some,
}
