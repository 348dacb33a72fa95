"""The command line: one command a file, found by looking in this folder."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NoReturn

import typer

from ..problems import AllianceError, Problem, UsageError
from .terminal import complain, degrade

SHARED = {"terminal", "options"}


def command_names() -> list[str]:
    """The names of all commands, in order."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(__path__) if module.name not in SHARED)


def command(name: str) -> Callable[..., Any]:
    """The function of a command, imported now."""
    run: Callable[..., Any] = import_module(f"{__name__}.{name.replace('-', '_')}").run
    return run


def build(names: Iterable[str] | None = None) -> typer.Typer:
    """The application with the commands of ``names``, or with all."""
    app = typer.Typer(
        name="alliance",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(
        help="Pay for health and wellbeing outcomes: score measured data against a contract, settle it exactly."
    )(lambda: None)
    for name in command_names() if names is None else names:
        app.command(name)(command(name))
    return app


def script() -> NoReturn:
    """Run the command line as a program of its own, and leave without taking every object apart first."""
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
    asked = sys.argv[1:2]
    try:
        # Only the command that is asked for is imported; help and mistakes need them all.
        build(asked if asked and asked[0] in command_names() else None)()
    except AllianceError as error:
        complain(error.problems)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        raise
    except OSError as error:  # what no reader or writer could say better
        named = f" {error.filename}" if error.filename else ""
        complain([Problem("AO076", f"The system failed{named}: {error.strerror}.", "Check the disk and the rights.")])
        sys.exit(2)
