"""``alliance lint``: is this contract file right?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import ContractFiles, Output, Speaking, contract_files, kind_of, language_of
from .terminal import WORDS, full, put, say


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

_ENDINGS = {
    ".txt": LintFormat.full,
    ".json": LintFormat.json,
    ".sarif": LintFormat.sarif,
    ".xml": LintFormat.junit,
}
LintShape = Annotated[
    Optional[LintFormat], typer.Option("-f", "--format", help="Kind of findings; else by the ending of -o, else full.")
]
Select = Annotated[
    Optional[list[str]],
    typer.Option("--select", metavar="CODE", help="Only codes that begin so, such as AO6; repeatable, or AO1,AO2."),
]
Ignore = Annotated[
    Optional[list[str]], typer.Option("--ignore", metavar="CODE", help="No codes that begin so; repeatable.")
]
Failing = Annotated[FailOn, typer.Option("--fail-on", help="What ends with exit code 1.")]


def run(
    contracts: ContractFiles,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Failing = FailOn.error,
    lang: Speaking = None,
    format_: LintShape = None,
    output: Output = None,
) -> None:
    """Check contract files: every problem of each file, with its place and what to write instead.

    Example: alliance lint demo/contract.yaml --fail-on warning
    Example: alliance lint demo -o findings.sarif
    """
    words, shape = WORDS[language_of(lang)], kind_of(format_, output, _ENDINGS)
    chosen, left_out = _prefixes(select), _prefixes(ignore)
    files = contract_files(contracts)
    found: list[Problem] = []
    usage = False
    for file in files:
        try:
            found += _problems(file)
        except UsageError as error:
            found += error.problems
            usage = True
    found = [each for each in found if each.code.startswith(chosen or ("",)) and not each.code.startswith(left_out)]
    if shape is LintFormat.full:
        _show(found, len(files), words, output)
    else:
        _write(found, [str(file) for file in files], shape, output)
    if usage:
        raise typer.Exit(2)
    failing = {FailOn.error: ("error",), FailOn.warning: ("error", "warning"), FailOn.never: ()}[fail_on]
    if any(each.severity in failing for each in found):
        raise typer.Exit(1)


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


def _write(found: list[Problem], files: list[str], shape: LintFormat, output: Path | None) -> None:
    """Findings for a program to read."""
    from ..statements.findings import write

    put(write(shape.value, found, files), output)
    if shape is LintFormat.github:
        _to_summary(found, files)


def _show(found: list[Problem], contracts: int, words: Mapping[str, str], output: Path | None) -> None:
    """Findings with their lines, and how many there are: for people, so on stderr."""
    errors = sum(each.severity == "error" for each in found)
    counted = [
        _count(errors, words["error"], words["errors"]),
        _count(len(found) - errors, words["one warning"], words["warnings"]),
    ]
    said = ", ".join(each for each in counted if each) or words["no problems"]
    total = f"{_count(contracts, words['contract'], words['contracts'])}, {said}."
    text = "\n\n".join([*(full(each, words) for each in found), total])
    if output is None:
        say(text)
    else:
        put(f"{text}\n", output)


def _count(many: int, one: str, several: str) -> str:
    return f"{many} {one if many == 1 else several}" if many else ""


def _to_summary(found: list[Problem], files: list[str]) -> None:
    """Append every finding to the summary of a step, if it has one; other tools of the step write there too (AO062)."""
    from ..statements.findings.github import summary, summary_file

    file = summary_file()
    if file is None:
        return
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(summary(found, files))
    except OSError as error:
        sentence = f"The summary {file} cannot be written: {error.strerror}."
        raise UsageError(Problem("AO062", sentence, "Let GITHUB_STEP_SUMMARY name a file.")) from None
