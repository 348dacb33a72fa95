"""``alliance score``: values and scores of every period, without the payments."""

from __future__ import annotations

import json

from .options import (
    ColumnsFile,
    ContractFile,
    CsvDialect,
    DataFile,
    Dialect,
    Format,
    Output,
    Payees,
    Periods,
    Shape,
    Speaking,
    format_of,
    language_of,
)
from .terminal import put


def run(
    contract: ContractFile,
    data: DataFile,
    period: Periods = None,
    payee: Payees = None,
    columns: ColumnsFile = None,
    lang: Speaking = None,
    format_: Shape = None,
    output: Output = None,
    csv_dialect: CsvDialect = Dialect.plain,
) -> None:
    """Score measured data: each indicator, area and the contract, for every period the data holds.

    Example: alliance score contracts/tesoma.yaml examples/tesoma/measured.csv -f csv
    """
    from ..contract.loading import load_contract
    from ..scores import score_rows
    from ..sources.mapping import read_measured
    from ..statements.scores import scores_as_data, write_scores, write_scores_csv

    language, shape = language_of(lang), format_of(format_, output)
    agreed = load_contract(contract)
    rows = score_rows(agreed, read_measured(data, agreed, contract, columns), period or None)
    if payee:
        rows = [row for row in rows if row.payee in payee]
    if shape is Format.json:
        put(json.dumps(scores_as_data(agreed, rows), ensure_ascii=False, indent=2) + "\n", output)
    elif shape is Format.csv:
        put(write_scores_csv(rows, csv_dialect.value), output)
    else:
        put(write_scores(agreed, rows, language), output)
