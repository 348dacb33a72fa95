"""``alliance accrual``: what to book for a period that is not settled yet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from ..problems import DataError, Place, Problem
from .forecast import Through, through_day
from .options import (
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Earlier,
    Engine,
    On,
    Output,
    Payees,
    Speaking,
    TableOrData,
    is_json,
    language_of,
)
from .terminal import put

Period = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="The period that is not settled yet.", show_default=False)
]
Booked = Annotated[
    Optional[Path],
    typer.Option(
        "--booked", metavar="FILE", help="The accrual of this period that was booked last (JSON).", readable=False
    ),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: Period,
    through: Through = None,
    booked: Booked = None,
    payee: Payees = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Tell what to book for each party at the end of a financial year: earned to date, less what is paid and booked.

    Example: alliance accrual demo/contract.yaml demo/measured.csv --period 2025 --through 2025-09-30
    """
    from ..contract.loading import load_contract
    from ..folders import read_until
    from ..scenarios.accrual import accrue
    from ..statements.accrual import read_booked, write_accrual, write_accrual_json
    from ..statements.json import read_settled

    language, as_json, day = language_of(lang), is_json(format_, output), through_day(through)
    agreed = load_contract(contract)
    measured = read_until(data, agreed, period, day, contract, columns, engine.value)
    before, stands = read_booked(booked, agreed.contract, period) if booked else (None, {})
    settled = read_settled(earlier or [], agreed)
    found = accrue(agreed, measured, period, day, stands, payee or None, settled)
    if booked and before and found.through < before:
        sentence = f"{booked} is an accrual through {before}, later than {found.through}."
        raise DataError(
            Problem("AO567", sentence, "Give the one that was booked last before that day.", Place(str(booked)))
        )
    put(write_accrual_json(found) if as_json else write_accrual(found, language), output)
