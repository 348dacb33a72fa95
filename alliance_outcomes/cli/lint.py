"""``alliance lint``: is this contract file right?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import Output
from .terminal import WORDS, complain, put, say, spoken


class LintFormat(StrEnum):
    """Kinds of findings."""

    full = "full"
    concise = "concise"
    json = "json"
    github = "github"
    sarif = "sarif"
    junit = "junit"


class FailOn(StrEnum):
    """What ends with exit code 1."""

    error = "error"
    warning = "warning"
    never = "never"


# Where a part is missing, or the days make no periods, formulas are not looked at: their faults would only be echoes.
_NOT_COMPILED = {"AO102", "AO203"}

Files = Annotated[
    list[Path],
    typer.Argument(metavar="CONTRACT...", help="Contract files, folders of them, or patterns.", show_default=False),
]
LintShape = Annotated[LintFormat, typer.Option("-f", "--format", help="Kind of findings.")]
Select = Annotated[
    Optional[list[str]], typer.Option("--select", help="Only codes that begin so, such as AO6; repeatable, or AO1,AO2.")
]
Ignore = Annotated[Optional[list[str]], typer.Option("--ignore", help="No codes that begin so; repeatable.")]
Failing = Annotated[FailOn, typer.Option("--fail-on", help="What ends with exit code 1.")]


def run(
    contracts: Files,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Failing = FailOn.error,
    format_: LintShape = LintFormat.full,
    output: Output = None,
) -> None:
    """Check contract files: every problem of each file, with its place and what to write instead.

    Example: alliance lint contracts/*.yaml --fail-on warning
    """
    chosen, left_out = _prefixes(select), _prefixes(ignore)
    files = [file for path in contracts for file in contract_files(path)]
    found: list[Problem] = []
    usage = False
    for file in files:
        try:
            found += _problems(file)
        except UsageError as error:
            found += error.problems
            usage = True
    found = [each for each in found if each.code.startswith(chosen or ("",)) and not each.code.startswith(left_out)]
    _show(found, [str(file) for file in files], format_, output)
    if usage:
        raise typer.Exit(2)
    failing = {FailOn.error: ("error",), FailOn.warning: ("error", "warning"), FailOn.never: ()}[fail_on]
    if any(each.severity in failing for each in found):
        raise typer.Exit(1)


def contract_files(path: Path) -> list[Path]:
    """The contract files that ``path`` means: itself, those in a folder, or those that a pattern fits (AO061)."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
        if not found:
            raise UsageError(
                Problem("AO061", f"There is no contract file in {path}.", "Name a folder with *.yaml in it.")
            )
        return found
    if not path.exists() and any(sign in str(path) for sign in "*?["):
        found = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        if not found:
            raise UsageError(Problem("AO061", f"No file fits {path}.", "Check the folder and the pattern."))
        return found
    return [path]


def _prefixes(asked: Iterable[str] | None) -> tuple[str, ...]:
    """Prefixes of codes, each of which some code has (AO059)."""
    prefixes = tuple(part.strip().upper() for each in asked or () for part in each.split(",") if part.strip())
    if prefixes:
        from ..statements.rules import page_codes

        for prefix in prefixes:
            if not any(code.startswith(prefix) for code in page_codes()):
                raise UsageError(Problem("AO059", f"No code begins with {prefix}.", "alliance rule lists every code."))
    return prefixes


def _problems(path: Path) -> list[Problem]:
    """Everything wrong with one file: what stands in it, what its formulas come to, and what is doubtful where they do."""
    from ..calculation.compile import compile_periods
    from ..contract.loading import examine_contract
    from ..contract.validating import in_order

    contract, problems = examine_contract(path)
    if contract is not None and not {problem.code for problem in problems} & _NOT_COMPILED:
        calculations, faults = compile_periods(contract)
        problems += faults
        if not problems:
            from ..checks.lint import lint

            problems += lint(contract, calculations)
    return in_order(problems)


def _show(found: list[Problem], files: list[str], shape: LintFormat, output: Path | None) -> None:
    if shape is not LintFormat.full:
        from ..statements.findings import write

        put(write(shape.value, found, files), output)
        if shape is LintFormat.github and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
            _to_summary(Path(summary), found, files)
        return
    if found:
        complain(found)
    words = WORDS[spoken(sys.argv)]
    errors = sum(each.severity == "error" for each in found)
    counted = [
        _count(errors, words["error"], words["errors"]),
        _count(len(found) - errors, words["one warning"], words["warnings"]),
    ]
    said = ", ".join(each for each in counted if each) or words["no problems"]
    contracts = _count(len(files), words["contract"], words["contracts"])
    say(f"{contracts}, {said}." if not found else f"\n{contracts}, {said}.")


def _count(many: int, one: str, several: str) -> str:
    return f"{many} {one if many == 1 else several}" if many else ""


def _to_summary(file: Path, found: list[Problem], files: list[str]) -> None:
    """Append every finding to the summary of a step; other tools of the step write there too (AO062)."""
    from ..statements.findings.github import summary

    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(summary(found, files))
    except OSError as error:
        sentence = f"The summary {file} cannot be written: {error.strerror}."
        raise UsageError(Problem("AO062", sentence, "Let GITHUB_STEP_SUMMARY name a file.")) from None
