"""Exact sums in an engine: whole numbers in parts that no sum over fewer than four thousand million rows takes beyond its width."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .marks import lit, only

_LIMB, _HALF = 2**16, 2**31
_SQUARE_WEIGHTS = (1, 2 * _LIMB, _LIMB**2, 2 * _LIMB**2, 2 * _LIMB**3, _LIMB**4)
_TOTAL_WEIGHTS = (1, _HALF)


def has_wide_numbers(frame: Any) -> bool:
    """Whether the engine counts in 128 bits."""
    return bool(frame.implementation.is_polars() or frame.implementation.is_duckdb())


def speaks_sql(frame: Any) -> bool:
    """Whether the engine, which counts in 64 bits, reads SQL: Spark, to which every piece of an expression is a call."""
    return bool(frame.implementation.is_pyspark())


def parts_of(number: Any, name: str, wide: bool, squares: bool) -> list[Any]:
    """The columns whose sums give the total of a number, and of its squares where asked; named after ``name``."""
    import narwhals as nw

    if wide:
        whole = number.cast(nw.Int128)
        return [whole.alias(f"{name} total 0"), *([(whole * whole).alias(f"{name} square 0")] if squares else [])]
    size, sign = number.abs(), only(number < 0, lit(-1), lit(1))
    found = [(size % _HALF * sign).alias(f"{name} total 0"), (size // _HALF * sign).alias(f"{name} total 1")]
    if squares:
        low, middle, high = size % _LIMB, size // _LIMB % _LIMB, size // (_LIMB * _LIMB)
        pairs = ((low, low), (low, middle), (middle, middle), (low, high), (middle, high), (high, high))
        found += [(a * b).alias(f"{name} square {place}") for place, (a, b) in enumerate(pairs)]
    return found


def sums_in_sql(name: str) -> list[str]:
    """The sums of the parts of the column ``name``, in the SQL of Spark, where ``%`` and ``div`` keep the sign of a number."""
    size = f"abs(`{name}`)"
    low, middle, high = f"({size} % {_LIMB})", f"({size} div {_LIMB} % {_LIMB})", f"({size} div {_LIMB * _LIMB})"
    pairs = ((low, low), (low, middle), (middle, middle), (low, high), (middle, high), (high, high))
    parts = {"total 0": f"`{name}` % {_HALF}", "total 1": f"`{name}` div {_HALF}"}
    parts |= {f"square {place}": f"{a} * {b}" for place, (a, b) in enumerate(pairs)}
    return [f"sum({part}) as `{name} {each}`" for each, part in parts.items()]


def total_in(row: Mapping[str, Any], name: str) -> int:
    """The total that the sums in ``row`` give."""
    return _weighed(row, f"{name} total", _TOTAL_WEIGHTS)


def squares_in(row: Mapping[str, Any], name: str) -> int:
    """The total of the squares; 0 where it was not asked for."""
    return _weighed(row, f"{name} square", _SQUARE_WEIGHTS)


def _weighed(row: Mapping[str, Any], name: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(row.get(f"{name} {place}") or 0) for place, weight in enumerate(weights))
