"""``alliance report``: results against goals over the years, or a page for residents."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..problems import Problem, UsageError, did_you_mean
from .options import (
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Earlier,
    Engine,
    On,
    OnePayee,
    OnePeriod,
    Speaking,
    language_of,
)
from .terminal import WORDS, say


class Kind(StrEnum):
    """Kinds of reports."""

    yearly = "yearly"
    residents = "residents"


For = Annotated[
    Kind,
    typer.Option("--for", help="yearly: all periods against their goals; residents: one period in plain language."),
]
Page = Annotated[
    Path,
    typer.Option(
        "-o", "--output", metavar="FILE", help="The HTML file to write, whole or not at all.", show_default=False
    ),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    for_: For = Kind.yearly,
    period: OnePeriod = None,
    payee: OnePayee = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    *,
    output: Page,
) -> None:
    """Write a page that people read: the yearly report of a contract or scorecard, or a page for residents.

    Example: alliance report demo/contract.yaml demo/measured.csv -o report.html
    Example: alliance report demo/contract.yaml demo/measured.csv --for residents --lang fi -o residents.html
    """
    from importlib.util import find_spec

    from ..contract.loading import load_contract
    from ..files import write_whole
    from ..folders import held_periods, read_given, read_period

    language = language_of(lang)
    for package in ("jinja2", "babel"):
        if find_spec(package) is None:
            sentence = f"A report needs the package {package}, which is not installed."
            raise UsageError(Problem("AO069", sentence, "Run pip install 'alliance-outcomes[report]'."))
    agreed = load_contract(contract)
    if for_ is Kind.residents:
        from ..settlement import settle
        from ..statements.json import read_settled
        from ..statements.residents import write_residents

        measured, chosen = read_period(data, agreed, period, contract, columns, engine.value, "final")
        page = write_residents(
            settle(agreed, measured, chosen, None if payee is None else [payee], read_settled(earlier or [], agreed)),
            language,
        )
    else:
        from ..scores import score_rows
        from ..statements.yearly import write_yearly

        held = held_periods(data, agreed, engine.value) if data.is_dir() else None
        measured = read_given(data, agreed, contract, columns, held, engine.value)
        rows = score_rows(agreed, measured)
        there = {row.payee for row in rows}
        if payee is not None and payee not in there:
            raise UsageError(Problem("AO023", f"The data has no payee {payee}.", did_you_mean(payee, there)))
        rows = [row for row in rows if payee in (None, row.payee)]
        page = write_yearly(agreed, rows, language)
    write_whole(output, page)
    say(f"{output}: {len(page)} {WORDS[language]['bytes']}.")
