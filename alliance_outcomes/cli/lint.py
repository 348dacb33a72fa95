"""``alliance lint``: is this contract file right?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..problems import Problem, UsageError
from .options import Output
from .terminal import complain, put, say


class LintFormat(StrEnum):
    """Kinds of findings."""

    full = "full"
    concise = "concise"
    json = "json"


# Where a part is missing, or the days make no periods, formulas are not looked at: their faults would only be echoes.
_NOT_COMPILED = {"AO102", "AO203"}

Files = Annotated[list[Path], typer.Argument(metavar="CONTRACT...", help="Contract files.", show_default=False)]
LintShape = Annotated[LintFormat, typer.Option("-f", "--format", help="Kind of findings.")]


def run(contracts: Files, format_: LintShape = LintFormat.full, output: Output = None) -> None:
    """Check contract files: every problem of each file, with its place and what to write instead.

    Example: alliance lint contracts/*.yaml
    """
    found: list[Problem] = []
    usage = False
    for path in contracts:
        try:
            found += _problems(path)
        except UsageError as error:
            found += error.problems
            usage = True
    if format_ is LintFormat.json:
        import json

        put(
            json.dumps({"format": 1, "problems": [_as_data(each) for each in found]}, ensure_ascii=False, indent=2)
            + "\n",
            output,
        )
    elif format_ is LintFormat.concise:
        put("".join(f"{each}\n" for each in found), output)
    elif found:
        complain(found)
    if found:
        raise typer.Exit(2 if usage else 1)
    if format_ is LintFormat.full:
        say(f"{len(contracts)} contract{'s' if len(contracts) > 1 else ''}, no problems.")


def _problems(path: Path) -> list[Problem]:
    """Everything wrong with one file: what stands in it, and what its formulas come to."""
    from ..calculation.compile import check_contract
    from ..contract.loading import examine_contract, in_order

    contract, problems = examine_contract(path)
    if contract is not None and not {problem.code for problem in problems} & _NOT_COMPILED:
        problems += check_contract(contract)
    return in_order(problems)


def _as_data(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "code": problem.code,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "sentence": problem.sentence,
        "instead": problem.instead,
    }
