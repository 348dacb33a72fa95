"""``alliance measure``: records to measured data."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import ContractFile, CsvDialect, Dialect, Output, Speaking, language_of
from .terminal import put, say


class Engine(StrEnum):
    """Data-frame engines."""

    polars = "polars"
    duckdb = "duckdb"
    pandas = "pandas"


class MeasuredFormat(StrEnum):
    """Kinds of output."""

    table = "table"
    csv = "csv"


Records = Annotated[
    Path, typer.Argument(metavar="RECORDS", help="The folder of records, one CSV a table.", show_default=False)
]
Period = Annotated[str, typer.Option("--period", help="The period to measure.", show_default=False)]
On = Annotated[Engine, typer.Option("--engine", help="What counts; all give the same.")]
Provisional = Annotated[bool, typer.Option("--provisional", help="Mark the values as provisional.")]
MeasuredShape = Annotated[
    Optional[MeasuredFormat],
    typer.Option("-f", "--format", help="Kind of output; else measured data for -o FILE.csv, else a table."),
]


def run(
    contract: ContractFile,
    records: Records,
    period: Period,
    engine: On = Engine.polars,
    provisional: Provisional = False,
    lang: Speaking = None,
    format_: MeasuredShape = None,
    output: Output = None,
    csv_dialect: CsvDialect = Dialect.plain,
) -> None:
    """Measure the contract's indicators from records, by their definitions; no person's id leaves this step.

    Example: alliance measure contracts/tesoma.yaml examples/tesoma/records --period 2023 -o measured.csv
    """
    from ..contract.loading import definition_folders, load_contract
    from ..measuring import PROVISIONAL, measure, wanted_of
    from ..statements.measuring import write_measured, write_measured_csv

    language, shape = language_of(lang), _shape_of(format_, output)
    agreed = load_contract(contract)
    wanted, others = wanted_of(agreed, definition_folders(contract))
    if not wanted:
        hint = "Add measure: to indicators/ID.yaml."
        raise UsageError(Problem("AO033", "No indicator of the contract says how records measure it.", hint))
    results = []
    found = measure(agreed, wanted, records, period, engine.value, PROVISIONAL if provisional else "final")
    for number, result in enumerate(found, 1):
        results.append(result)
        _progress(f"{number}/{len(wanted)} {result.id}")
    _progress("")
    if others:
        say(f"Not measured from records: {', '.join(others)}.")
    if shape is MeasuredFormat.csv:
        put(write_measured_csv(results, csv_dialect.value), output)
    else:
        put(write_measured(results, agreed.smallest_cell or 0, language), output)


def _shape_of(asked: MeasuredFormat | None, output: Path | None) -> MeasuredFormat:
    if asked is not None or output is None:
        return asked or MeasuredFormat.table
    kinds = {".csv": MeasuredFormat.csv, ".txt": MeasuredFormat.table}
    if output.suffix not in kinds:
        sentence = f"The ending of {output.name} names no kind of output."
        raise UsageError(Problem("AO027", sentence, f"End it with one of {', '.join(kinds)}."))
    return kinds[output.suffix]


def _progress(text: str) -> None:
    """How far it has come, on a terminal only; an empty text clears the line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
