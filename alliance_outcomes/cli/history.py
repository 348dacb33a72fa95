"""``alliance history``: the settlements of a register, and whether their chain is whole."""

from __future__ import annotations

import json

import typer

from ..problems import Problem, UsageError
from .options import Output, RegisterFolder, Speaking, TableOrData, is_json, language_of
from .terminal import complain, put


def run(register: RegisterFolder, lang: Speaking = None, format_: TableOrData = None, output: Output = None) -> None:
    """Show the settlements of a register in order, with the hash of each and how it stands, and verify their chain.

    Example: alliance history register
    """
    from ..evidence.register import examine_register
    from ..evidence.report import history_as_data, write_history

    language, as_json = language_of(lang), is_json(format_, output)
    if not register.is_dir():
        raise UsageError(Problem("AO001", f"There is no folder {register}.", "Check the name."))
    entries, problems = examine_register(register)
    if not entries and not problems:
        raise UsageError(
            Problem("AO001", f"There is no settlement in {register}.", "Name a folder that --register made.")
        )
    if as_json:
        put(json.dumps(history_as_data(entries, problems), ensure_ascii=False, indent=2) + "\n", output)
    else:
        put(write_history(entries, problems, language), output)
    if problems:
        complain(problems)
        raise typer.Exit(1)
