"""The command line: one command a file, found by looking in this folder."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn, cast

import typer

from ..problems import AllianceError, Problem, UsageError
from .group import command_names, program
from .terminal import complain, degrade

__all__ = ["command_names", "main", "script"]

# What the parser raises for a command line that it cannot read. The class has no public name; this one, of a kind of it, has.
_Misread = cast(type[typer.BadParameter], typer.BadParameter.__mro__[1])


def script() -> NoReturn:
    """Run the command line as a program of its own, and leave without taking every object apart first."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever runs this
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - it stays open as long as the program runs
    # Whatever else is installed has no say in how a contract is read; to look for it takes time besides.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BrokenPipeError:
        code = 0  # whoever reads, such as head, has read enough
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Run the command line: exit 0 fine, 1 findings, 2 usage, a missing file or a missing extra."""
    degrade(sys.stdout, sys.stderr)
    gc.disable()  # a command ends before collecting its garbage would pay
    try:
        sys.exit(program()(prog_name="alliance", standalone_mode=False))
    except _Misread as error:
        if sys.argv[1:]:
            from .misread import misread

            complain([misread(error)])
        else:
            error.show()  # the help: nothing is asked
        sys.exit(2)
    except AllianceError as error:
        complain(error.problems)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        raise
    except OSError as error:  # what no reader or writer could say better
        named = f" {error.filename}" if error.filename else ""
        complain([Problem("AO076", f"The system failed{named}: {error.strerror}.", "Check the disk and the rights.")])
        sys.exit(2)
