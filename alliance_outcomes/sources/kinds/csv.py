"""``.csv``: text with fields split by commas, semicolons or tabs."""

from ..csv import read_text as read

__all__ = ["read"]
