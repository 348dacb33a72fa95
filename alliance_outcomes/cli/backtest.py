"""``alliance backtest``: what a contract would have paid in past periods, to all payees."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from .options import (
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Engine,
    On,
    Output,
    Periods,
    Speaking,
    TableOrData,
    is_json,
    language_of,
)
from .terminal import put

Terms = Annotated[
    Optional[str],
    typer.Option(
        "--terms",
        metavar="PERIOD",
        help="Settle every period by the terms of this one, also periods before the contract.",
    ),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: Periods = None,
    terms: Terms = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Settle every period of the data for all its payees, and show what each clause would have paid.

    Example: alliance backtest demo/contract.yaml demo/measured.csv --terms 2025
    """
    from ..contract.loading import load_contract
    from ..folders import held_periods, read_given
    from ..scenarios.backtest import backtest
    from ..statements.backtest import write_backtest, write_backtest_json

    language, as_json = language_of(lang), is_json(format_, output)
    agreed = load_contract(contract)
    periods = period or (held_periods(data, agreed, engine.value) if data.is_dir() and terms is None else None)
    # By the terms of another period it reads other years than its own: then all that the records hold are measured.
    measured = read_given(data, agreed, contract, columns, periods if terms is None else None, engine.value)
    tested = backtest(agreed, measured, periods, terms)
    put(write_backtest_json(agreed, tested) if as_json else write_backtest(agreed, tested, language), output)
