"""Engines that read records, each as a frame of its own kind: polars, DuckDB and pandas on one machine, Spark on many.

Cells of text files and of grids stay text; columns of Parquet keep their types. Each is imported when it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .extras import polars_faults

Cells = Mapping[str, Sequence[str]]
_SMALL_MEMORY = {"memory_limit": f"{max(300, 100 * (os.cpu_count() or 1))}MB", "preserve_insertion_order": "false"}
"""Every thread of DuckDB needs some of its own; what goes beyond is kept on the disk."""


@dataclass(frozen=True, slots=True)
class Source:
    """What an engine reads: a CSV file with its columns and the mark between its fields; or Parquet; or cells read before.

    ``zoned`` are columns of Parquet that hold moments of a time zone.
    """

    file: Path
    columns: tuple[str, ...]
    delimiter: str = ""
    cells: Cells | None = None
    zoned: frozenset[str] = frozenset()

    @property
    def parquet(self) -> str:
        """The Parquet file; of a folder, all files of Parquet in it."""
        return str(self.file / "*.parquet" if self.file.is_dir() else self.file)


@dataclass(frozen=True, slots=True)
class Engine:
    """Opens columns of a source as a native frame, and raises ``errors`` where it cannot; ``strict`` refuses ragged rows."""

    open: Callable[[Source, list[str]], AbstractContextManager[Any]]
    errors: tuple[type[BaseException], ...]
    strict: bool = False


def polars() -> Engine:
    """Polars, streaming."""
    import polars as pl

    @contextmanager
    def open_(source: Source, columns: list[str]) -> Iterator[Any]:
        if source.cells is not None:
            yield pl.LazyFrame({name: source.cells[name] for name in columns}, dict.fromkeys(columns, pl.String))
        elif source.delimiter:
            frame = pl.scan_csv(
                source.file,
                separator=source.delimiter,
                infer_schema=False,
                new_columns=list(source.columns),
                glob=False,
            )
            yield frame.select(columns)
        else:
            yield pl.scan_parquet(source.parquet, glob=source.file.is_dir(), hive_partitioning=False).select(columns)

    return Engine(open_, polars_faults())


def duckdb() -> Engine:
    """DuckDB, in a database of its own for each table, which keeps little in memory and the rest in a temporary folder."""
    import duckdb

    @contextmanager
    def open_(source: Source, columns: list[str]) -> Iterator[Any]:
        with (
            TemporaryDirectory() as spill,
            duckdb.connect(config={**_SMALL_MEMORY, "temp_directory": spill}) as connection,
        ):
            if source.cells is not None:
                import pandas as pd

                rows = connection.from_df(pd.DataFrame({name: source.cells[name] for name in columns}, dtype=object))
            elif source.delimiter:
                rows = connection.sql(f"select * from {strict_csv(source)}")
            else:
                rows = connection.read_parquet(source.parquet)
            yield rows.select(*[duckdb.ColumnExpression(name) for name in columns])

    return Engine(open_, (duckdb.Error,), strict=True)


def strict_csv(source: Source) -> str:
    """The SQL that reads a CSV file as text, every row of which must have as many fields as the header."""
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in source.columns)
    return (
        f"read_csv({_quoted(str(source.file))}, auto_detect=false, header=true, columns={{{columns}}}, "
        f"delim={_quoted(source.delimiter)}, quote='\"', escape='\"', strict_mode=true, null_padding=false)"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def pandas() -> Engine:
    """Pandas, whole in memory."""
    import pandas as pd

    @contextmanager
    def open_(source: Source, columns: list[str]) -> Iterator[Any]:
        if source.cells is not None:
            yield pd.DataFrame({name: source.cells[name] for name in columns}, dtype=str)
        elif source.delimiter:
            yield pd.read_csv(
                source.file, sep=source.delimiter, dtype=str, keep_default_na=False, encoding="utf-8-sig",
                header=0, names=list(source.columns), usecols=columns,
            )  # fmt: skip
        else:
            yield _typed(source, columns)

    return Engine(open_, (pd.errors.ParserError, pd.errors.DataError, *polars_faults()))


def _typed(source: Source, columns: list[str]) -> Any:
    """Columns of Parquet in pandas, whole numbers with gaps as such; read by polars, which needs no further package."""
    import pandas as pd
    import polars as pl
    import polars.selectors as cs

    scan = pl.scan_parquet(source.parquet, glob=source.file.is_dir(), hive_partitioning=False)
    day, moment = cs.date().dt.to_string("%Y-%m-%d"), cs.datetime().dt.to_string("%Y-%m-%dT%H:%M:%S")
    frame = scan.select(columns).with_columns(cs.decimal().cast(pl.Float64), day, moment).collect()
    found = {}
    for name in columns:
        column = frame[name]
        if column.dtype.is_integer():
            whole = column.fill_null(0).cast(pl.Int64).to_numpy().copy()
            found[name] = pd.Series(pd.arrays.IntegerArray(whole, column.is_null().to_numpy().copy()))
        elif column.dtype.is_float():
            found[name] = pd.Series(column.fill_nan(float("inf")).to_numpy())  # pandas would take it for a gap
        else:
            found[name] = pd.Series(column.cast(pl.String).to_list(), dtype=str)
    return pd.DataFrame(found)


def spark() -> Engine:
    """Spark: the session that runs, else one of this machine's own."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    @contextmanager
    def open_(source: Source, columns: list[str]) -> Iterator[Any]:
        session = SparkSession.getActiveSession() or (
            SparkSession.builder.appName("alliance-outcomes")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.log.level", "OFF")
            .config("spark.python.sql.dataFrameDebugging.enabled", "false")  # else each piece asks where it was written
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        schema = ", ".join(f"`{name}` string" for name in source.columns)
        if source.cells is not None:
            rows = list(zip(*(source.cells[name] for name in source.columns), strict=True))
            frame = session.createDataFrame(rows, schema)
        elif source.delimiter:
            frame = session.read.csv(
                str(source.file), schema, sep=source.delimiter, header=True, enforceSchema=True, multiLine=True,
                quote='"', escape='"', mode="FAILFAST", maxCharsPerColumn=-1, encoding="UTF-8",
            )  # fmt: skip
        else:
            frame = session.read.parquet(source.parquet)
        yield frame.select([f"`{name}`" for name in columns])

    return Engine(open_, (PySparkException, Py4JError))


ENGINES: dict[str, Callable[[], Engine]] = {"polars": polars, "duckdb": duckdb, "pandas": pandas}
"""The engines of one machine, by name."""
EVERY_ENGINE = ENGINES | {"spark": spark}
"""All engines by name."""
PACKAGES = {"polars": ["polars"], "duckdb": ["duckdb"], "pandas": ["polars"], "spark": ["pyspark"]}
"""What each needs installed beside narwhals and what this package always has."""
