"""``alliance simulate``: how sure a settlement is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..numbers import parse_number
from ..problems import Problem, UsageError
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
    TableOrData,
    is_json,
    language_of,
)
from .terminal import progress, put

if TYPE_CHECKING:
    from ..simulate.drawing import Settings


Draws = Annotated[
    int, typer.Option("-n", "--n", metavar="N", min=1, max=10_000_000, help="How many times the year is drawn.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed gives the same bits.")]
Threads = Annotated[
    Optional[int],
    typer.Option("--threads", metavar="N", min=1, help="Else as many as there are cores; no result depends on it."),
]
Spreads = Annotated[
    Optional[list[str]],
    typer.Option(
        "--spread",
        metavar="NAME=N",
        help="NAME=2%: a cost's deviation as a share of it; NAME=0.8: that of one answer of a mean. May be repeated.",
    ),
]
Correlations = Annotated[
    Optional[list[str]], typer.Option("--correlate", metavar="NAME,NAME=N", help="NAME,NAME=0.5; may be repeated.")
]
Passive = Annotated[
    str, typer.Option("--passive", metavar="SHARE", help="The share of passive answers behind a net promoter score.")
]
Believe = Annotated[
    bool,
    typer.Option(
        "--believe", help="Draw the true shares behind the counts (beta), not counts measured again (binomial)."
    ),
]
Reference = Annotated[
    Optional[str],
    typer.Option(
        "--reference",
        metavar="PERIOD",
        help="The period that nothing would have changed since, to tell noise; else the one before, where the data has it.",
    ),
]
Years = Annotated[int, typer.Option("--years", metavar="N", min=0, help="Draw so many periods to come as well.")]
Trends = Annotated[
    Optional[list[str]],
    typer.Option(
        "--trend",
        metavar="NAME=N",
        help="NAME=2%: what changes each period, added to a share or score, a share of an amount or count.",
    ),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: OnePeriod = None,
    payee: OnePayee = None,
    earlier: Earlier = None,
    n: Draws = 100_000,
    seed: Seed = 1,
    threads: Threads = None,
    spread: Spreads = None,
    correlate: Correlations = None,
    passive: Passive = "25 %",
    believe: Believe = False,
    reference: Reference = None,
    years: Years = 0,
    trend: Trends = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Draw the settlement again and again, as its counts of persons and answers would vary, and tell how sure it is.

    Example: alliance simulate demo/contract.yaml demo/measured.csv -n 20000 --spread cost=2%
    """
    from ..contract.loading import load_contract
    from ..folders import read_compared
    from ..settlement import settle
    from ..simulate.outcome import Draws as Drawing
    from ..simulate.outcome import simulate
    from ..simulate.years import years_to_come
    from ..statements.json import read_settled
    from ..statements.simulation import write_simulation, write_simulation_json

    language, as_json = language_of(lang), is_json(format_, output)
    settings = _settings(spread, passive, correlate, believe)
    agreed = load_contract(contract)
    measured, chosen, compared = read_compared(data, agreed, period, reference, contract, columns, engine.value)
    settlement = settle(
        agreed, measured, chosen, [payee] if payee is not None else None, read_settled(earlier or [], agreed)
    )
    only = settlement.only()
    draws = Drawing(n, seed, threads or os.cpu_count() or 1, told=counting(n))
    since = compared if reference or compared in measured.periods() else None
    found = simulate(settlement, only, measured, settings, draws, since)
    if reference and found.noise is None:
        sentence = f"The data has nothing of {reference} that varies, so it tells no noise."
        raise UsageError(Problem("AO661", sentence, "Name a period of the data, or leave out --reference."))
    trends = named_numbers(trend, "--trend NAME=2%")
    found = replace(found, years=tuple(years_to_come(settlement, only, settings, trends, draws, years)))
    put(
        write_simulation_json(settlement, only, found)
        if as_json
        else write_simulation(settlement, only, found, language),
        output,
    )


def _settings(spread: list[str] | None, passive: str, correlate: list[str] | None, believe: bool) -> Settings:
    from ..simulate.drawing import Settings

    pairs = _pairs(correlate, "--correlate NAME,NAME=0.5", 2)
    return Settings(
        named_numbers(spread, "--spread NAME=2%"),
        number_of(passive, "--passive 25%"),
        {(a, b): value for (a, b), value in pairs.items()},
        believe,
    )


def named_numbers(texts: list[str] | None, form: str) -> dict[str, Fraction]:
    """NAME=NUMBER by name (AO080)."""
    return {name: value for (name,), value in _pairs(texts, form, 1).items()}


def _pairs(texts: list[str] | None, form: str, names: int) -> dict[tuple[str, ...], Fraction]:
    """NAME=NUMBER or NAME,NAME=NUMBER, by the names (AO080); two names stand in one order as in the other."""
    found: dict[tuple[str, ...], Fraction] = {}
    for text in texts or []:
        left, _, right = text.rpartition("=")
        ids = tuple(part.strip() for part in left.split(","))
        if len(ids) != names or not all(ids):
            raise UsageError(Problem("AO080", f"{text!r} is not understood.", f"Write {form}."))
        if not {ids, ids[::-1]}.isdisjoint(found):
            raise UsageError(Problem("AO080", f"{', '.join(ids)} is given twice.", f"Write {form} once."))
        found[ids] = number_of(right, form)
    return found


def number_of(text: str, form: str) -> Fraction:
    """The number of an option (AO080)."""
    try:
        return parse_number(text.strip())
    except ValueError as error:
        raise UsageError(Problem("AO080", f"{error}.", f"Write {form}.")) from None


def counting(rows: int) -> Callable[[int], None] | None:
    """Tells how many of the rows are drawn, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    return lambda done: progress(f"{done}/{rows}" if done < rows else "")
