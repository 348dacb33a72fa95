"""``.txt``: text with fields split by tabs or semicolons, as spreadsheets save it."""

from ..csv import read_text as read

__all__ = ["read"]
