"""The command line: one command a file, found by looking in this folder."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer

from ..problems import AllianceError, UsageError
from .terminal import complain, degrade

SHARED = {"terminal", "options"}


def commands() -> dict[str, object]:
    """The function of every command, by its name."""
    found = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        if name not in SHARED:
            found[name.replace("_", "-")] = import_module(f"{__name__}.{name}").run
    return found


def build() -> typer.Typer:
    """The application with every command."""
    app = typer.Typer(
        name="alliance",
        help="Pay for health and wellbeing outcomes: score measured data against a contract and settle it exactly.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_show_locals=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, run in commands().items():
        app.command(name)(run)  # type: ignore[type-var]  # every run is a function
    return app


def main() -> None:
    """Run the command line: exit 0 fine, 1 findings, 2 usage, a missing file or a missing extra."""
    degrade(sys.stdout, sys.stderr)
    try:
        build()()
    except AllianceError as error:
        complain(error.problems)
        sys.exit(2 if isinstance(error, UsageError) else 1)
