"""``alliance reconcile``: a settlement beside what was published or paid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import (
    ColumnsFile,
    ContractFile,
    DataFile,
    Format,
    OnePeriod,
    Output,
    Shape,
    Speaking,
    format_of,
    language_of,
)
from .terminal import put

if TYPE_CHECKING:
    from ..contract.columns import Column
    from ..sources.wide import Wide

PublishedColumns = Annotated[
    Optional[list[str]],
    typer.Option(
        "--published",
        metavar="NAME=COLUMN",
        help="What is compared with which column; may be repeated. Left out, all that the mapping lists as published.",
    ),
]
Against = Annotated[
    Optional[Path],
    typer.Option(
        "--against", metavar="FILE", help="The CSV the column stands in, with a column payee, where it is not DATA."
    ),
]


def run(
    contract: ContractFile,
    data: DataFile,
    published: PublishedColumns = None,
    against: Against = None,
    period: OnePeriod = None,
    columns: ColumnsFile = None,
    lang: Speaking = None,
    format_: Shape = None,
    output: Output = None,
) -> None:
    """Compare a settlement with published or paid amounts: exact, within the inputs' rounding, or missed.

    Example: alliance reconcile demo/contract.yaml payees.csv --published total=Paid --against paid.csv
    """
    from ..contract.loading import load_contract
    from ..reconcile import Published, reconcile
    from ..settlement import choose_period
    from ..sources.mapping import read_amounts, read_wide
    from ..sources.tidy import read_tidy
    from ..statements.reconciliation import reconciliation_as_data, write_reconciliation, write_reconciliation_csv

    language, shape = language_of(lang), format_of(format_, output)
    agreed = load_contract(contract)
    wide = read_wide(data, agreed, contract, columns)
    measured = wide.measured() if wide else read_tidy(data)
    chosen = choose_period(agreed, measured, period)
    asked = [_asked(each) for each in published or ()] or [
        (name, "") for name in (wide.columns.published if wide else ())
    ]
    if not asked:
        hint = "Write --published NAME=COLUMN, or list it under published: in the mapping."
        raise UsageError(Problem("AO028", "Nothing is named to reconcile with.", hint))
    source = read_amounts(against, chosen, [column for _, column in asked]) if against else wide
    if source is None:
        hint = "Name the file it stands in with --against FILE."
        raise UsageError(Problem("AO028", f"{data} is tidy, and holds no published column.", hint))
    listed = source.payees(chosen) if against else None
    specs = [(name, _column(source, name, column)) for name, column in asked]
    found = reconcile(
        agreed,
        measured,
        chosen,
        [
            Published(name, spec.column or "", source.precision(spec), source.column(spec, chosen), listed)
            for name, spec in specs
        ],
    )
    if shape is Format.json:
        put(json.dumps(reconciliation_as_data(agreed, chosen, found), ensure_ascii=False, indent=2) + "\n", output)
    elif shape is Format.csv:
        put(write_reconciliation_csv(found), output)
    else:
        put(write_reconciliation(agreed, chosen, found, language), output)
    if any(each.misses for each in found):
        raise typer.Exit(1)


def _asked(text: str) -> tuple[str, str]:
    name, _, column = text.partition("=")
    return name.strip(), column.strip()


def _column(wide: Wide, name: str, column: str) -> Column:
    """How the column is read: as the mapping says of it, else by its name alone (AO515)."""
    from ..contract.columns import Column

    listed = wide.columns.published
    if not column and name not in listed:
        hint = f"Write --published {name}=COLUMN."
        raise UsageError(Problem("AO028", f"The mapping lists nothing published for {name}.", hint))
    known = [listed[name]] if name in listed else []
    known += listed.values()
    spec = next((each for each in known if column in ("", each.column)), Column(column=column))
    wide.check(spec, None)
    wide.raise_problems()
    return spec
