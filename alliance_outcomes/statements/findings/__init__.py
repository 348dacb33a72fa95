"""Findings in the formats that editors, hosts of code and build servers read, one a file; see ``write``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module

from ...problems import Problem


def write(shape: str, problems: Iterable[Problem], files: Sequence[str]) -> str:
    """The problems found in ``files`` in the format that the file ``shape`` of this folder writes."""
    text: str = import_module(f"{__name__}.{shape}").text(list(problems), files)
    return text
