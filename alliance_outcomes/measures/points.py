"""Numbers of records written as text, whose point may group their digits: 950.000."""

from __future__ import annotations

from collections.abc import Collection

from ..measured import GROUPED
from .cells import Roles, prepared
from .marks import col, lit, only
from .passes import Table, fetched

_GROUPED = f"^{GROUPED}$"
_POINT, _COMMA = r"^-?[0-9]+\.[0-9]+$", "^-?[0-9]+,[0-9]+$"


def doubtful(table: Table, numbers: Collection[str]) -> list[str]:
    """The columns of ``numbers`` that hold text such as 950.000, where a comma is the decimal mark or none shows that a point is.

    In one look at those columns that are text; none where commas stand between the fields, so that a point is the mark.
    """
    if not table.decimal_comma or not numbers:
        return []
    rows, cells = prepared(table.frame, Roles(numbers=frozenset(numbers)), table.decimal_comma)
    texts = sorted(set(numbers) - cells.typed.keys())
    if not texts:
        return []
    marks = {}
    for at, name in enumerate(texts):
        grouped = col(name).str.contains(_GROUPED)
        marks[f"grouped {at}"] = grouped
        marks[f"point {at}"] = col(name).str.contains(_POINT) & ~grouped
        marks[f"comma {at}"] = col(name).str.contains(_COMMA)
    counted = rows.select(*(only(test, lit(1), lit(0)).alias(name) for name, test in marks.items()))
    (found,) = fetched(counted.select(*(col(name).sum() for name in marks)))
    shown = {kind: any(found[f"{kind} {at}"] for at in range(len(texts))) for kind in ("point", "comma")}
    if shown["point"] and not shown["comma"]:
        return []
    return [name for at, name in enumerate(texts) if found[f"grouped {at}"]]
