"""The commands as one program: each imported where it is asked for, its examples shown as they are typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import get_data, iter_modules
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

PACKAGE = __name__.rpartition(".")[0]
SHARED = {"completion", "group", "misread", "options", "terminal"}
EXAMPLE = "Example: "
WIDTH = 74


@cache
def command_names() -> tuple[str, ...]:
    """The names of all commands, in order."""
    found = iter_modules(import_module(PACKAGE).__path__)
    return tuple(sorted(module.name.replace("_", "-") for module in found if module.name not in SHARED))


def command(name: str) -> Callable[..., Any]:
    """The function of a command, imported now."""
    run: Callable[..., Any] = import_module(f"{PACKAGE}.{name.replace('-', '_')}").run
    return run


def summary(name: str) -> str:
    """What a command is, in the words of its file's first line; nothing is imported for it."""
    source = get_data(PACKAGE, f"{name.replace('-', '_')}.py") or b""
    said = source.partition(b"\n")[0].decode("utf-8").strip().strip('"').partition("``: ")[2]
    return said[:1].upper() + said[1:]


def examples(name: str) -> list[str]:
    """The commands that the help of a command shows, as they are typed."""
    lines = (line.strip() for line in (command(name).__doc__ or "").splitlines())
    return [line.removeprefix(EXAMPLE) for line in lines if line.startswith(EXAMPLE)]


def wrapped(example: str) -> list[str]:
    """A command in lines of a terminal, to be copied as they stand; an option and its value stay together."""
    import shlex

    parts: list[str] = []
    for word in shlex.split(example, posix=False):
        if parts and parts[-1].startswith("-") and " " not in parts[-1] and not word.startswith("-"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    lines = parts[:1]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) < WIDTH:
            lines[-1] += f" {part}"
        else:
            lines[-1] += " \\"
            lines.append(f"    {part}")
    return lines


class Command(TyperCommand):
    """One command; its epilog are its examples, a line each."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, under a heading of their own."""
        with formatter.section("Examples"):
            for example in (self.epilog or "").splitlines():
                formatter.write("".join(f"  {line}\n" for line in wrapped(example)))


def built(name: str) -> TyperCommand:
    """A command, ready to parse its arguments: its function's sentences above the options, its examples below."""
    run = command(name)
    said = "\n".join(line for line in (run.__doc__ or "").splitlines() if not line.strip().startswith(EXAMPLE))
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command, help=said.rstrip(), short_help=summary(name), epilog="\n".join(examples(name)))(
        run
    )
    return cast(TyperCommand, get_command(alone))


class Found(Mapping[str, TyperCommand]):
    """The commands by name; one is imported when it is taken out."""

    def __getitem__(self, name: str) -> TyperCommand:
        if name not in command_names():
            raise KeyError(name)
        return built(name)

    def __iter__(self) -> Iterator[str]:
        return iter(command_names())

    def __len__(self) -> int:
        return len(command_names())


class Commands(TyperGroup):
    """The whole program. Its help takes a line from each command's file and imports none of them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast(Any, Found())

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands."""
        return list(command_names())

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands, each with what it is."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(name)) for name in self.list_commands(ctx)])


def _told_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        sys.stdout.write(f"alliance {version('alliance-outcomes')}\n")
        raise typer.Exit


def _first(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_told_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """What the program takes before a command."""


def program() -> typer.Typer:
    """The program, with every command that there is a file of."""
    app = typer.Typer(
        name="alliance",
        cls=Commands,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(
        help="Pay for health and wellbeing outcomes: score measured data against a contract, settle it exactly.",
        epilog="\b\nTo begin:\n  alliance init demo\n  alliance COMMAND --help",
    )(_first)
    return app
