"""``alliance data``: a dry read of measured data, which shows what was assumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from .options import ColumnsFile, ContractFile, DataFile, OnePeriod, Output, Speaking, TableOrJson, language_of
from .terminal import complain, put

SurveyShape = Annotated[
    Optional[TableOrJson],
    typer.Option("-f", "--format", help="Kind of output; else json for -o FILE.json, else a table."),
]


def run(
    contract: ContractFile,
    data: DataFile,
    period: OnePeriod = None,
    columns: ColumnsFile = None,
    lang: Speaking = None,
    format_: SurveyShape = None,
    output: Output = None,
) -> None:
    """Show how a file of measured data is read: its kind, what each column becomes, what nothing would read.

    Example: alliance data contracts/tesoma.yaml examples/tesoma/measured.csv
    """
    from ..contract.loading import load_contract
    from ..statements.survey import survey_as_data, write_survey
    from ..survey import survey

    language, shape = language_of(lang), format_ or _shape_of(output)
    agreed = load_contract(contract)
    found = survey(agreed, data, contract, columns, period)
    if shape is TableOrJson.json:
        put(json.dumps(survey_as_data(found, agreed.contract), ensure_ascii=False, indent=2) + "\n", output)
    else:
        put(write_survey(found, language), output)
    if found.problems:
        complain(found.problems)
        raise typer.Exit(1)


def _shape_of(output: Path | None) -> TableOrJson:
    return TableOrJson.json if output is not None and output.suffix == ".json" else TableOrJson.table
