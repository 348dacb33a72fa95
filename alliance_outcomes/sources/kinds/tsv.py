"""``.tsv``: text with fields split by tabs, as databases export it."""

from ..csv import read_text as read

__all__ = ["read"]
