"""The settlement of one payee as a workbook with live formulas."""

from __future__ import annotations

from ...settlement import Settlement
from . import Asked

NEEDS = ("xlsxwriter", "excel")


def write(settlement: Settlement, asked: Asked) -> bytes:
    """The workbook. Raises UsageError where there are several payees (AO021) or a formula is too long for a cell (AO070)."""
    from ..workbook import write_workbook

    return write_workbook(settlement, asked.language, asked.evidence)
