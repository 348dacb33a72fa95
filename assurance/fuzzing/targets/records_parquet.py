"""Records as Parquet: bytes to what is measured from them, by another process, on the engines that unpack it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from alliance_outcomes.recorded import Folder

from ..form import Run
from ._packing import packed
from .records import DEFINITION, PLAIN, laid, measured

WORDS = ("PAR1", *PLAIN.splitlines()[0].split(","), "2020", "schema", "ARROW:schema")


def seeds() -> Sequence[bytes]:
    """The small table as text and with types, packed in three ways."""
    import polars as pl

    held = io.BytesIO(PLAIN.encode())
    text, typed = pl.read_csv(held, infer_schema=False), pl.read_csv(held, try_parse_dates=True)
    return packed(text, typed)


def ready(folder: Path) -> Run:
    """Measure one indicator of the small contract on polars; what it reads, on DuckDB too."""
    contract, _, here = laid(folder, f"unit: share\n{DEFINITION}")

    def run(data: bytes) -> object:
        (here / "visits.parquet").write_bytes(data)
        return [measured(Folder(contract, here, engine)) for engine in ("polars", "duckdb")]

    return run
