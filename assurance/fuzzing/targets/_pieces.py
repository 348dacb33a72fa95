"""What inputs are made of: the words of contracts and formulas, and inputs of several parts as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from assurance.promise import ROOT

BETWEEN = b"\x00"
"""Stands between the parts of an input; no text file that is read may hold it."""


@cache
def keys_of_contracts() -> tuple[str, ...]:
    """Every key that the contracts and the language reference write."""
    files = [*sorted((ROOT / "contracts").glob("*.yaml")), ROOT / "docs" / "language.md"]
    found = {key for file in files for key in re.findall(r"[a-z_]{2,30}(?=: )", file.read_text("utf-8"))}
    return tuple(sorted(found))


def joined(*parts: str | bytes) -> bytes:
    """Parts as one input."""
    return BETWEEN.join(part.encode() if isinstance(part, str) else part for part in parts)


def parted(data: bytes, count: int) -> Sequence[bytes]:
    """An input as this many parts; those that are not there are empty."""
    found = data.split(BETWEEN, count - 1)
    return [*found, *[b""] * (count - len(found))]
