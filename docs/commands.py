"""The page of the commands, from the commands themselves: what each does, its arguments, options and examples."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from alliance_outcomes.cli.group import built, command_names, examples

HEAD = """\
# Commands

Every command with its arguments and options; `alliance COMMAND --help` says the same. This page is generated from
`alliance_outcomes/cli/` by `make reference`. What the commands share (languages, kinds of file, exit codes) is told in
[Commands](../language.md#commands) of the language.
"""


def cell(text: object) -> str:
    """A text as it may stand in a table."""
    return " ".join(str(text).split()).replace("|", r"\|")


def row(*cells: object) -> str:
    """A row of a table; what is blank takes no space."""
    return " ".join(["|", *(f"{cell(each)} |" if str(each) else "|" for each in cells)])


def paragraphs(text: str) -> str:
    """The sentences of a help text, each paragraph on a line."""
    parts = re.split(r"\n\s*\n", text.replace("\b", "").strip())
    return "\n\n".join(" ".join(part.split()) for part in parts)


TAKEN = {Path: "a path", str: "text", int: "a whole number", float: "a number"}


def taken(param: Any) -> str:
    """What an option takes: its choices, else the kind of value."""
    if param.is_flag:
        return ""
    kind = param.type_descriptor.annotation
    kind = get_args(kind)[0] if get_args(kind) else kind
    if issubclass(kind, Enum):
        return ", ".join(f"`{each.value}`" for each in kind)
    return f"`{param.metavar}`" if param.metavar else TAKEN[kind]


def default(param: Any) -> str:
    """What holds where an option is left out, if it is worth telling."""
    value = getattr(param.default, "value", param.default)
    shown = value is not None and value is not False and not callable(value) and str(value) not in ("", "()", "[]")
    return f"`{value}`" if shown and not param.required else ""


def described(param: Any) -> str:
    """What its help says, and whether it is needed or may be repeated."""
    said = (param.help or "").strip()
    needed = " Needed." if param.required and param.param_type_name == "option" else ""
    again = " May be repeated." if param.multiple and "repeated" not in said else ""
    return f"{said}{needed}{again}"


def arguments_of(command: Any) -> list[str]:
    """The table of the arguments."""
    found = [each for each in command.params if each.param_type_name == "argument"]
    rows = [
        row(
            f"`{each.metavar or each.name.upper()}{'...' if each.nargs == -1 else ''}`",
            f"{each.help or ''}{'' if each.required else ' May be left out.'}",
        )
        for each in found
    ]
    return ["| argument | what it is |", "|---|---|", *rows, ""] if rows else []


def options_of(command: Any) -> list[str]:
    """The table of the options, without ``--help``, which all have."""
    found = [each for each in command.params if each.param_type_name == "option" and "--help" not in each.opts]
    rows = [
        row(", ".join(f"`{name}`" for name in each.opts), taken(each), default(each), described(each)) for each in found
    ]
    return ["| option | takes | else | what it does |", "|---|---|---|---|", *rows, ""] if rows else []


def section(name: str) -> str:
    """A command's part of the page."""
    command = built(name)
    shown = "\n".join(examples(name))
    lines = [f"## alliance {name}", "", paragraphs(command.help or ""), ""]
    lines += [*arguments_of(command), *options_of(command)]
    lines += ["```sh shown", shown, "```", ""] if shown else []
    return "\n".join(lines)


def commands_page() -> str:
    """docs/reference/cli.md."""
    return HEAD + "\n" + "\n".join(section(name) for name in command_names())
