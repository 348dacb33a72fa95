"""Findings in the formats that editors, hosts of code and build servers read, one a file; see ``write``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module

from ...problems import Problem

FORMATS = ("concise", "json", "github", "sarif", "junit")


def write(shape: str, problems: Iterable[Problem], files: Sequence[str]) -> str:
    """The problems found in ``files`` as one of FORMATS."""
    text: str = import_module(f"{__name__}.{shape}").text(list(problems), files)
    return text
