"""``alliance forecast``: where a settlement lands when a period that runs is over."""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import (
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Earlier,
    Engine,
    On,
    OnePayee,
    Output,
    Speaking,
    TableOrData,
    is_json,
    language_of,
)
from .simulate import (
    Passive,
    Seed,
    Spreads,
    Threads,
    counting,
    named_numbers,
    number_of,
)
from .terminal import put

Period = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="The period that is not over.", show_default=False)
]
Through = Annotated[
    Optional[str],
    typer.Option(
        "--through",
        metavar="DAY",
        help="The last day the data covers, as 2023-06-30; parts such as 2023Q1 tell it themselves. Records of later days are left out.",
    ),
]
Draws = Annotated[
    int,
    typer.Option(
        "-n", "--n", metavar="N", min=1, max=10_000_000, help="How many ways the rest of the period is drawn."
    ),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: Period,
    through: Through = None,
    payee: OnePayee = None,
    earlier: Earlier = None,
    n: Draws = 100_000,
    seed: Seed = 1,
    threads: Threads = None,
    spread: Spreads = None,
    passive: Passive = "25 %",
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Tell where the settlement lands at the end of the period, from part of it, how surely, and what decides it.

    Example: alliance forecast demo/contract.yaml demo/measured.csv --period 2025 --through 2025-09-30 -n 20000 --spread cost=3%
    """
    from ..contract.loading import load_contract
    from ..folders import read_until
    from ..scenarios.forecast import around, expected
    from ..simulate.drawing import Settings
    from ..simulate.outcome import Draws as Drawing
    from ..statements.json import read_settled
    from ..statements.simulation import write_forecast, write_forecast_json

    language, as_json, day = language_of(lang), is_json(format_, output), through_day(through)
    settings = Settings(named_numbers(spread, "--spread NAME=2%"), number_of(passive, "--passive 25%"))
    agreed = load_contract(contract)
    measured = read_until(data, agreed, period, day, contract, columns, engine.value)
    draws = Drawing(n, seed, threads or os.cpu_count() or 1, told=counting(n))
    chosen = [payee] if payee is not None else None
    there = expected(agreed, measured, period, day, chosen, read_settled(earlier or [], agreed))
    found = around(there, measured, settings, draws)
    put(write_forecast_json(found) if as_json else write_forecast(found, language), output)


def through_day(text: str | None) -> date | None:
    """A day as 2023-06-30 (AO080)."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(Problem("AO080", f"{text!r} is no day.", "Write --through 2023-06-30.")) from None
