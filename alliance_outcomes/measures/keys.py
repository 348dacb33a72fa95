"""Rows that share a key: a row that is repeated is one row, and rows of one key that differ contradict each other."""

from __future__ import annotations

from typing import Any

from .cells import SPACES
from .marks import CONTRADICTORY, col, lit


def has_repeats(rows: Any, key: str) -> bool:
    """Whether any two rows share a key. Two keys that only hash alike may count as one: this asks where to look closer."""
    import numpy as np

    native = rows.to_native()
    if rows.implementation.is_polars():
        import polars as pl

        hashes = (
            native.lazy().select(pl.col(key).hash()).collect(engine="streaming").to_series().to_numpy(writable=True)
        )
    elif rows.implementation.is_duckdb():
        import duckdb

        hashed = duckdb.FunctionExpression("hash", duckdb.ColumnExpression(key))
        hashes = np.require(np.ma.getdata(native.select(hashed.alias("hash")).fetchnumpy()["hash"]), requirements="W")
    elif rows.implementation.is_pandas():
        return bool(native[key].duplicated().any())
    else:  # Spark, whose machines share the table of keys
        # Put in their places first: to add up what hardly repeats before it is sent costs more than it saves.
        hashes = native.selectExpr(f"xxhash64(`{key}`) as hash").repartition("hash")
        return bool(hashes.groupBy("hash").count().filter("count > 1").head(1))
    hashes.sort()  # a table of all keys would take ten times the room
    return bool((hashes[1:] == hashes[:-1]).any())


def without_repeats(rows: Any, key: str) -> Any:
    """Each different row once, with a column that says whether another row has its key."""
    import narwhals as nw

    named = rows.with_columns(nw.col(key).cast(nw.String).fill_null("").str.strip_chars(SPACES).alias(key))
    each = named.unique().with_columns(lit(1).alias(CONTRADICTORY))
    return each.with_columns((col(CONTRADICTORY).sum().over(key) > 1).alias(CONTRADICTORY))
