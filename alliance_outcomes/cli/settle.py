"""``alliance settle``: a contract and measured data to a settlement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from .options import (
    ColumnsFile,
    ContractFile,
    CsvDialect,
    DataFile,
    Dialect,
    Format,
    OnePeriod,
    Output,
    Payees,
    Shape,
    Speaking,
    format_of,
    language_of,
)
from .terminal import put

Earlier = Annotated[
    Optional[list[Path]],
    typer.Option("--earlier", help="An earlier settlement (JSON) that formulas read with settled()."),
]


def run(
    contract: ContractFile,
    data: DataFile,
    period: OnePeriod = None,
    payee: Payees = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    lang: Speaking = None,
    format_: Shape = None,
    output: Output = None,
    csv_dialect: CsvDialect = Dialect.plain,
) -> None:
    """Settle one period: score the measured data, pay by the contract's clauses, exact to the cent.

    Example: alliance settle contracts/tesoma.yaml examples/tesoma/measured.csv --period 2023 --lang fi
    """
    from ..contract.loading import load_contract
    from ..settlement import choose_period, settle
    from ..sources.mapping import read_measured
    from ..statements.json import read_settled, write_json
    from ..statements.text import write_text

    language, shape = language_of(lang), format_of(format_, output)
    agreed = load_contract(contract)
    measured = read_measured(data, agreed, contract, columns)
    settled = read_settled(earlier or [])
    settlement = settle(agreed, measured, choose_period(agreed, measured, period), payee or None, settled)
    if shape is Format.json:
        put(write_json(settlement, language), output)
    elif shape is Format.csv:
        from ..statements.csv import write_csv

        put(write_csv(settlement, language, csv_dialect.value), output)
    else:
        put(write_text(settlement, language), output)
