"""The settlement as canonical JSON."""

from __future__ import annotations

from ...settlement import Settlement
from ..json import write_json
from . import Asked


def write(settlement: Settlement, asked: Asked) -> bytes:
    """What ``-f json`` writes."""
    return write_json(settlement, asked.language, asked.evidence).encode()
