"""A small table as Parquet, for the targets that read such files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def packed(text: pl.DataFrame, typed: pl.DataFrame) -> Sequence[bytes]:
    """The table as text and with types, packed in three ways."""
    found = []
    for frame, packing in ((text, "uncompressed"), (text, "snappy"), (typed, "uncompressed"), (typed, "zstd")):
        held = io.BytesIO()
        frame.write_parquet(held, compression=packing)  # type: ignore[arg-type]  # one of the names it takes
        found.append(held.getvalue())
    return found
