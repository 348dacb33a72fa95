"""``alliance diff``: what changes from one version of a contract to another."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from .options import Earlier, OnePeriod, Output, Speaking, TableOrData, is_json, language_of
from .terminal import put


class DiffFailOn(StrEnum):
    """What ends with exit code 1."""

    breaking = "breaking"
    any = "any"
    never = "never"


Old = Annotated[Path, typer.Argument(metavar="OLD", help="The contract as it was (YAML).", show_default=False)]
New = Annotated[Path, typer.Argument(metavar="NEW", help="The contract as it is to be (YAML).", show_default=False)]
Data = Annotated[
    Optional[Path],
    typer.Option("--data", metavar="FILE", help="Measured data, to settle by both versions.", readable=False),
]
Failing = Annotated[DiffFailOn, typer.Option("--fail-on", help="What ends with exit code 1.")]


def run(
    old: Old,
    new: New,
    data: Data = None,
    period: OnePeriod = None,
    earlier: Earlier = None,
    fail_on: Failing = DiffFailOn.never,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Say which terms differ between two versions, breaking or not, and what that moves on given data.

    Example: alliance diff demo/contract.yaml draft.yaml --data demo/measured.csv
    """
    from ..comparison.terms import changes
    from ..contract.loading import load_contract
    from ..statements.comparison import write_json, write_text

    language, as_json = language_of(lang), is_json(format_, output)
    before, after = load_contract(old), load_contract(new)
    found, moved = changes(before, after), None
    if data is not None:
        from ..comparison.amounts import moves
        from ..settlement import choose_period
        from ..sources.mapping import read_measured
        from ..statements.json import read_settled

        measured = read_measured(data, after, new, None)
        label = choose_period(after, measured, period)
        moved = moves(before, after, measured, label, read_settled(earlier or [], before, after))
    write = write_json if as_json else write_text
    put(write(before, after, found, moved, language), output)
    failing = {DiffFailOn.breaking: any(each.breaking for each in found), DiffFailOn.any: bool(found)}
    if failing.get(fail_on):
        raise typer.Exit(1)
