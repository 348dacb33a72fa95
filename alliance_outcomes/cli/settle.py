"""``alliance settle``: a contract and measured data to a settlement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import (
    AsOf,
    BundleFolder,
    ColumnsFile,
    ContractFile,
    CsvDialect,
    DataOrRecords,
    Dialect,
    Engine,
    Format,
    On,
    OnePeriod,
    Output,
    Payees,
    Provisional,
    Register,
    Shape,
    Speaking,
    format_of,
    language_of,
)
from .terminal import put

if TYPE_CHECKING:
    from ..evidence.keeping import Keeping

Earlier = Annotated[
    Optional[list[Path]],
    typer.Option("--earlier", help="An earlier settlement (JSON) that formulas read with settled()."),
]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: OnePeriod = None,
    payee: Payees = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    provisional: Provisional = False,
    lang: Speaking = None,
    format_: Shape = None,
    output: Output = None,
    csv_dialect: CsvDialect = Dialect.plain,
    bundle: BundleFolder = None,
    register: Register = None,
    as_of: AsOf = None,
) -> None:
    """Settle one period: score measured data or a folder of records, pay by the contract's clauses, exact to the cent.

    Example: alliance settle contracts/tesoma.yaml examples/tesoma/measured.csv --period 2023 --lang fi
    """
    from ..contract.loading import load_contract
    from ..folders import read_period
    from ..settlement import settle
    from ..statements.json import read_settled, write_json
    from ..statements.text import write_text

    language, shape, keeping = language_of(lang), format_of(format_, output), _keeping(bundle, register, as_of)
    agreed = load_contract(contract)
    status = "provisional" if provisional else "final"
    measured, chosen = read_period(data, agreed, period, contract, columns, engine.value, status)
    settlement = settle(agreed, measured, chosen, payee or None, read_settled(earlier or []))

    def written(evidence: str) -> str:
        if shape is Format.json:
            return write_json(settlement, language, evidence)
        if shape is Format.csv:
            from ..statements.csv import write_csv

            return write_csv(settlement, language, csv_dialect.value)
        from ..evidence.report import with_evidence

        return with_evidence(write_text(settlement, language), evidence, language)

    if keeping is None:
        put(written(""), output)
        return
    from ..evidence.bundle import Made
    from ..evidence.keeping import keep

    made = Made(contract, data, measured, tuple(payee) if payee else None, columns, tuple(earlier or ()))
    evidence = keep(settlement, made, keeping, language, lambda stated: written(stated).encode("utf-8"), output)
    if output is None:
        put(written(evidence), None)


def _keeping(bundle: Path | None, register: Path | None, as_of: str | None) -> Keeping | None:
    """Where the settlement is to be kept, if it is (AO073)."""
    if bundle is None:
        if register is not None or as_of is not None:
            sentence = "A settlement that is not kept stands in no register, and as of no day."
            raise UsageError(Problem("AO073", sentence, "Add --bundle DIR."))
        return None
    from ..evidence.keeping import Keeping, check_keeping

    keeping = Keeping(bundle, register, as_of)
    check_keeping(keeping)
    return keeping
