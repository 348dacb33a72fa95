"""Command lines that cannot be read, such as a misspelt option, as problems with a code like all others."""

from __future__ import annotations

import sys
from typing import Any

from ..problems import Problem, did_you_mean
from .group import command_names

MEANT = " Did you mean "


def misread(error: Any) -> Problem:
    """What the parser found (AO083): what was meant where a name is near, how the command is written, where to look it up.

    ``error`` is the parser's own, whose class has no public name; its sentences are kept.
    """
    # The kind of an error is for those who write types, and stands before the sentence about a choice.
    said, _, near = error.format_message().replace("Value error, ", "").partition(MEANT)
    meant = f"{MEANT.strip()} {near}" if near else ""
    if possible := getattr(error, "possibilities", None):
        said, meant = error.message, did_you_mean(error.option_name, possible)
    instead = (meant, _form(error), f"See {_command(error)} --help.")
    return Problem("AO083", f"{said.rstrip('.')}.", " ".join(each for each in instead if each))


def _command(error: Any) -> str:
    """The command that was typed, as far as it is one."""
    if error.ctx:
        return str(error.ctx.command_path)
    return " ".join(["alliance", *[each for each in sys.argv[1:] if each in command_names()][:1]])


def _form(error: Any) -> str:
    """What has to be written, where something is missing or too much."""
    wrong = getattr(error, "param", None)
    if not error.ctx or hasattr(error.ctx.command, "commands") or hasattr(error, "option_name"):
        return ""
    if wrong and not wrong.required:
        return ""
    words = [
        each.metavar if each.param_type_name == "argument" else f"{each.opts[0]} {each.metavar}"
        for each in error.ctx.command.params
        if each.required
    ]
    return f"Write {' '.join([error.ctx.command_path, *words])}." if words else ""
