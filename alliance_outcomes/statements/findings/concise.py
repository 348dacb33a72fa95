"""Findings one a line, as compilers write them."""

from __future__ import annotations

from collections.abc import Sequence

from ...problems import Problem


def text(problems: Sequence[Problem], _files: Sequence[str]) -> str:
    """``file:line:column: code sentence``, and what to write instead."""
    return "".join(f"{each}\n" for each in problems)
