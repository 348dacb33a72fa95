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
    with patch.object(sys, "argv", ["alliance", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code
    return Run(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())
