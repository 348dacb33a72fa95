"""The command line, run inside the test: what it wrote, and its exit code."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from alliance_outcomes.cli import main


@dataclass(frozen=True)
class Run:
    """One run of the command line."""

    code: int
    out: str
    err: str


def alliance(*arguments: str | Path) -> Run:
    """Run ``alliance`` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    return Run(_run(arguments, out, err), out.getvalue(), err.getvalue())


def said(*arguments: str | Path) -> tuple[int, str]:
    """The exit code, and all that ``alliance`` says, as a terminal shows it."""
    both = io.StringIO()
    return _run(arguments, both, both), both.getvalue()


def _run(arguments: tuple[str | Path, ...], out: io.StringIO, err: io.StringIO) -> int:
    with patch.object(sys, "argv", ["alliance", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code
    return code if isinstance(code, int) else 0
