"""``.parquet``: columns with types; whole numbers and decimals stay exact, floats are the shortest text that is them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...problems import DataError, Place, Problem
from ..apart import apart
from ..extras import need, polars_faults
from ..table import MOST_CELLS, MOST_LETTERS, Table, grid, too_large

if TYPE_CHECKING:
    import polars as pl

_ROWS_AT_ONCE = 10_000


def read(path: Path, known: Collection[str]) -> Table:
    """The table in a Parquet file. Raises DataError for what is none (AO533), is too large (AO532), or holds lists or bytes
    (AO539); UsageError where the extra is missing (AO050).

    Another process unpacks it first: broken lengths in a file can end the one that reads it.
    """
    need("polars", "scale", "Reading Parquet")
    apart(path, _tried, path)
    return _unpacked(path)


def _tried(path: Path) -> None:
    _unpacked(path)


def _unpacked(path: Path) -> Table:
    """As read, in this process."""
    import polars as pl

    try:
        frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        names = frame.collect_schema().names()
        size = len(names) * int(frame.select(pl.len()).collect().item())
        if size > MOST_CELLS:  # what its footer says, before anything is unpacked
            raise too_large(str(path), f"{size} cells")
        if _letters(frame) > MOST_LETTERS:
            raise too_large(str(path), f"more than {MOST_LETTERS // 1024**2} MB of text")
        return grid(str(path), "Parquet", {}, names, _rows(frame))
    except polars_faults():
        raise _broken(path) from None


def _broken(path: Path) -> DataError:
    hint = "Write it anew, by the program it comes from."
    return DataError(Problem("AO533", f"{path} is not Parquet.", hint, Place(str(path))))


def _letters(frame: pl.LazyFrame) -> int:
    """How much text the columns hold, counted where they lie: one long text may stand in every row of a small file."""
    import polars as pl
    import polars.selectors as cs

    texts = cs.by_dtype(pl.String, pl.Categorical, pl.Enum).cast(pl.String).str.len_bytes()
    found = frame.select(texts.cast(pl.Int64).sum()).collect()
    return sum(found.row(0)) if found.width else 0


def _rows(frame: pl.LazyFrame) -> Iterator[tuple[Any, ...]]:
    """The rows, a slice at a time; a float of 32 bits is the shortest text among those, not among 64."""
    import polars as pl
    import polars.selectors as cs

    narrow = [at for at, kind in enumerate(frame.collect_schema().dtypes()) if kind == pl.Float32]
    start = 0
    while True:
        part = frame.slice(start, _ROWS_AT_ONCE).with_columns(cs.by_dtype(pl.Float32).cast(pl.String)).collect()
        for row in part.iter_rows():
            yield (
                tuple(Decimal(v) if at in narrow and v is not None else v for at, v in enumerate(row))
                if narrow
                else row
            )
        if part.height < _ROWS_AT_ONCE:
            return
        start += _ROWS_AT_ONCE
