"""Workbook: a spreadsheet computes the settlement that the package computed."""

from __future__ import annotations

from .promise import Found, Promise, counts, python

PROMISE = Promise(
    title="A workbook that a spreadsheet computes anew comes to every line, party and total of the package, to the cent.",
    made="LibreOffice recalculates up to 25 payees of each contract, and random contracts whose inputs were changed in the "
    "workbook: on levels, on half cents, to none at all.",
    command="ALLIANCE_EXAMPLES=60 python -m pytest -s tests/test_workbook.py",
    budget=240,
    programs=("soffice",),
)


def run(quick: bool) -> Found:
    """All of them, in one call of LibreOffice; there is no quicker way."""
    tried = python(
        "-m",
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        "tests/test_workbook.py",
        settings={"ALLIANCE_NO_SKIP": "1", "ALLIANCE_EXAMPLES": "60"},
    )
    found = counts(r"([\d,]+) workbooks, ([\d,]+) with changed inputs", tried.stdout)
    if not found:
        return Found("nothing was computed", holds=False, told=tried.stdout + tried.stderr)
    holds = tried.returncode == 0
    figure = f"{found[0]:,} workbooks, {found[1]:,} of them with changed inputs: {'none' if holds else 'some'} differ"
    return Found(figure, holds, tried.stdout + tried.stderr)
