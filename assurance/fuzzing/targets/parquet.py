"""Parquet: bytes to a settlement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..form import Run
from ._packing import packed
from ._settling import HEADER, ROWS, contract_in, settled

WORDS = ("PAR1", *HEADER, "firm", "cost", "plan", "balance", "visits", "2020", "schema", "ARROW:schema")


def seeds() -> Sequence[bytes]:
    """The small data of the tests, as text and with types, packed in three ways."""
    import polars as pl

    text = pl.DataFrame([dict(zip(HEADER, cells, strict=True)) for cells in ROWS])
    typed = pl.DataFrame(
        {"period": [2020] * 4, "indicator": ["cost", "plan", "balance", "visits"], "value": [1.5, 0.6, 0.5, None]}
    )
    return packed(text, typed)


def ready(folder: Path) -> Run:
    """Read by its name, settle, survey."""
    contract, file = contract_in(folder), folder / "measured.parquet"

    def run(data: bytes) -> object:
        file.write_bytes(data)
        return settled(contract, file)

    return run
