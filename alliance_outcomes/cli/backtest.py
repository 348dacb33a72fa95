"""``alliance backtest``: what a contract would have paid over past periods and all payees."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Optional

import typer

from .options import ColumnsFile, ContractFile, DataFile, Output, Periods, Speaking, language_of
from .terminal import put


class BacktestFormat(StrEnum):
    """Kinds of output."""

    table = "table"
    json = "json"


Terms = Annotated[
    Optional[str],
    typer.Option("--terms", help="Settle every period by the terms of this one, also periods before the contract."),
]
BacktestShape = Annotated[
    Optional[BacktestFormat],
    typer.Option("-f", "--format", help="Kind of output; else JSON for -o FILE.json, else a table."),
]


def run(
    contract: ContractFile,
    data: DataFile,
    period: Periods = None,
    terms: Terms = None,
    columns: ColumnsFile = None,
    lang: Speaking = None,
    format_: BacktestShape = None,
    output: Output = None,
) -> None:
    """Settle every period of the data for all its payees, and show what each clause would have paid.

    Example: alliance backtest contracts/tesoma.yaml examples/tesoma/measured.csv --terms 2023
    """
    from ..contract.loading import load_contract
    from ..scenarios.backtest import backtest
    from ..sources.mapping import read_measured
    from ..statements.backtest import write_backtest, write_backtest_json

    language = language_of(lang)
    agreed = load_contract(contract)
    measured = read_measured(data, agreed, contract, columns)
    tested = backtest(agreed, measured, period or None, terms)
    as_json = format_ is BacktestFormat.json or (format_ is None and output is not None and output.suffix == ".json")
    put(write_backtest_json(agreed, tested) if as_json else write_backtest(agreed, tested, language), output)
