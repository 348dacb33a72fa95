"""The settlement's lines as CSV, in the dialect asked for."""

from __future__ import annotations

from ...settlement import Settlement
from ..csv import write_csv
from . import Asked


def write(settlement: Settlement, asked: Asked) -> bytes:
    """What ``-f csv`` writes."""
    return write_csv(settlement, asked.language, asked.dialect).encode()
