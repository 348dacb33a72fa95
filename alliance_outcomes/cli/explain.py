"""``alliance explain``: where one amount, score or figure comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from .completion import names
from .options import (
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Earlier,
    Engine,
    On,
    OnePayee,
    OnePeriod,
    Output,
    Speaking,
    language_of,
)
from .terminal import put

What = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="A clause, indicator, area, figure, amount or fact, or score.",
        show_default=False,
        autocompletion=names,
    ),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    name: What,
    period: OnePeriod = None,
    payee: OnePayee = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    output: Output = None,
) -> None:
    """Explain an amount in words, in numbers and with its result, each with its place, down to the rows of the data.

    Example: alliance explain demo/contract.yaml demo/measured.csv gain_share
    Example: alliance explain demo/contract.yaml demo/measured.csv score --lang fi
    """
    from ..contract.loading import load_contract
    from ..explain import explain
    from ..folders import read_period
    from ..settlement import settle
    from ..statements.json import read_settled
    from ..statements.text import write_explanation

    language = language_of(lang)
    agreed = load_contract(contract)
    measured, chosen = read_period(data, agreed, period, contract, columns, engine.value)
    settlement = settle(
        agreed, measured, chosen, [payee] if payee is not None else None, read_settled(earlier or [], agreed)
    )
    put(write_explanation(explain(settlement, name, language), language), output)
