"""The settlement as plain text of 80 columns."""

from __future__ import annotations

from ...settlement import Settlement
from ..text import write_text
from . import Asked


def write(settlement: Settlement, asked: Asked) -> bytes:
    """What the terminal shows."""
    return write_text(settlement, asked.language).encode()
