"""``alliance data``: a dry read of measured data, which shows what was assumed."""

from __future__ import annotations

import json

import typer

from .options import ColumnsFile, ContractFile, DataFile, OnePeriod, Output, Speaking, TableOrData, is_json, language_of
from .terminal import complain, put


def run(
    contract: ContractFile,
    data: DataFile,
    period: OnePeriod = None,
    columns: ColumnsFile = None,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Show how a file of measured data is read: its kind, what each column becomes, what nothing would read.

    Example: alliance data demo/contract.yaml demo/measured.csv
    """
    from ..contract.loading import load_contract
    from ..statements.survey import survey_as_data, write_survey
    from ..survey import survey

    language, as_json = language_of(lang), is_json(format_, output)
    agreed = load_contract(contract)
    found = survey(agreed, data, contract, columns, period)
    if as_json:
        put(json.dumps(survey_as_data(found, agreed.contract), ensure_ascii=False, indent=2) + "\n", output)
    else:
        put(write_survey(found, language), output)
    if found.problems:
        complain(found.problems)
        raise typer.Exit(1)
