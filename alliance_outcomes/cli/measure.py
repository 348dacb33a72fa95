"""``alliance measure``: records to measured data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    ContractFile,
    CsvDialect,
    Dialect,
    Engine,
    Format,
    On,
    Output,
    Provisional,
    Shape,
    Speaking,
    format_of,
    language_of,
)
from .terminal import WORDS, progress, put, say

Records = Annotated[
    Path, typer.Argument(metavar="RECORDS", help="The folder of records, one CSV a table.", show_default=False)
]
MeasuredPeriods = Annotated[
    list[str],
    typer.Option("--period", metavar="PERIOD", help="A period to measure; may be repeated.", show_default=False),
]


def run(
    contract: ContractFile,
    records: Records,
    period: MeasuredPeriods,
    engine: On = Engine.polars,
    provisional: Provisional = False,
    lang: Speaking = None,
    format_: Shape = None,
    output: Output = None,
    csv_dialect: CsvDialect = Dialect.plain,
) -> None:
    """Measure the contract's indicators from records, by their definitions; no person's id leaves this step.

    Example: alliance measure contracts/tesoma.yaml examples/tesoma/records --period 2023 -o measured.csv
    """
    from ..contract.loading import definition_folders, load_contract
    from ..measuring import wanted_of
    from ..recorded import Folder
    from ..statements.measuring import write_measured, write_measured_json, write_rows_csv

    language, shape = language_of(lang), format_of(format_, output)
    agreed = load_contract(contract)
    folder = Folder(agreed, records, engine.value, "provisional" if provisional else "final", progress)
    results = folder.results(period)
    progress("")
    measured = folder.measured(results, period)
    if others := sorted(
        set(wanted_of(agreed, definition_folders(contract))[1]) - {row.indicator for row in measured.rows}
    ):
        say(f"{WORDS[language]['unmeasured']}: {', '.join(others)}.")
    if shape is Format.csv:
        put(write_rows_csv(measured.rows, csv_dialect.value), output)
    elif shape is Format.json:
        put(write_measured_json(agreed, results, measured, language), output)
    else:
        put(write_measured(results, agreed.smallest_cell or 0, language), output)
