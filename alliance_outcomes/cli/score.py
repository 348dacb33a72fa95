"""``alliance score``: values and scores of every period, without the payments."""

from __future__ import annotations

import json

from .options import (
    ColumnsFile,
    ContractFile,
    CsvDialect,
    DataOrRecords,
    Dialect,
    Engine,
    Format,
    On,
    Output,
    Payees,
    Periods,
    Provisional,
    Shape,
    Speaking,
    format_of,
    language_of,
)
from .terminal import put


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: Periods = None,
    payee: Payees = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    provisional: Provisional = False,
    lang: Speaking = None,
    format_: Shape = None,
    output: Output = None,
    csv_dialect: CsvDialect = Dialect.plain,
) -> None:
    """Score measured data, or a folder of records: each indicator, area and the contract, for every period the data holds.

    Example: alliance score demo/contract.yaml demo/measured.csv -f csv
    """
    from ..contract.loading import load_contract
    from ..folders import held_periods, read_given
    from ..scores import score_rows
    from ..statements.scores import scores_as_data, write_scores, write_scores_csv

    language, shape = language_of(lang), format_of(format_, output)
    agreed = load_contract(contract)
    periods = period or (held_periods(data, agreed, engine.value) if data.is_dir() else None)
    status = "provisional" if provisional else "final"
    rows = score_rows(agreed, read_given(data, agreed, contract, columns, periods, engine.value, status), periods)
    if payee:
        rows = [row for row in rows if row.payee in payee]
    if shape is Format.json:
        put(json.dumps(scores_as_data(agreed, rows), ensure_ascii=False, indent=2) + "\n", output)
    elif shape is Format.csv:
        put(write_scores_csv(rows, csv_dialect.value), output)
    else:
        put(write_scores(agreed, rows, language), output)
