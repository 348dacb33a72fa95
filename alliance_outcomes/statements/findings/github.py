"""Findings as annotations of GitHub: the worst ten; the whole list goes to the summary of the step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ...problems import Problem
from .files import below_here

MOST = 10  # GitHub shows no more of a step


def text(problems: Sequence[Problem], _files: Sequence[str]) -> str:
    """Workflow commands for the worst ten, errors first, and a line that says where the rest are."""
    worst = sorted(problems, key=lambda each: each.severity != "error")
    lines = [_annotation(each) for each in worst[:MOST]]
    more = len(worst) - MOST
    if more > 0:
        counted = "1 more finding is" if more == 1 else f"{more} more findings are"
        where = (
            "in the summary of this step." if summary_file() else "not shown: alliance lint -f concise lists them all."
        )
        lines.append(f"{counted} {where}")
    return "".join(f"{line}\n" for line in lines)


def summary_file() -> Path | None:
    """Where the summary of the step goes, in a step of GitHub."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(named) if named else None


def summary(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """Every finding as a table in Markdown, for the file that GITHUB_STEP_SUMMARY names."""
    counted = f"{len(files)} contract{'s' if len(files) != 1 else ''}"
    if not problems:
        return f"### Outcome contracts\n\n{counted}, no problems.\n"
    rows = "".join(
        f"| {_cell(f'{below_here(each.place.file)}:{each.place.line}' if each.place else '')} | {each.code} "
        f"| {each.severity} | {_cell(each.sentence)} | {_cell(each.instead)} |\n"
        for each in problems
    )
    head = "| place | code | severity | what is wrong | what to write |\n|---|---|---|---|---|\n"
    return f"### Outcome contracts\n\n{counted}, {len(problems)} findings.\n\n{head}{rows}"


def _cell(words: str) -> str:
    safe = words.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "\\`")
    return " ".join(safe.split())


def _annotation(problem: Problem) -> str:
    place, said = problem.place, f"{problem.sentence} {problem.instead}".strip()
    at = {"title": problem.code}
    if place:
        at = {
            "file": below_here(place.file),
            "line": str(place.line),
            "col": str(place.column),
            "endColumn": str(place.column + place.width),
            **at,
        }
    properties = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in at.items())
    return f"::{problem.severity} {properties}::{_escaped(said)}"


def _escaped(words: str, more: str = "") -> str:
    return "".join(f"%{ord(each):02X}" if each in f"%\r\n{more}" else each for each in words)
