"""``alliance settle``: a contract and measured data to a settlement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..problems import Problem, UsageError, nearest
from .options import (
    AsOf,
    BundleFolder,
    ColumnsFile,
    ContractFile,
    CsvDialect,
    DataOrRecords,
    Dialect,
    Earlier,
    Engine,
    Format,
    On,
    OnePeriod,
    Payees,
    Provisional,
    Register,
    Shape,
    Speaking,
    day_of,
    language_of,
)
from .terminal import put

if TYPE_CHECKING:
    from ..evidence.keeping import Keeping
    from ..settlement import Settlement
    from ..statements.documents import Asked

Outputs = Annotated[
    Optional[list[Path]],
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to this file, its kind by its ending; may be repeated: all are written, or none.",
        readable=False,
    ),
]
Public = Annotated[
    bool,
    typer.Option("--public", help="Leave out what the contract marks as confidential; for files of .html only."),
]
_ENDINGS = {Format.table: ".txt", Format.json: ".json", Format.csv: ".csv"}


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
    output: Outputs = None,
    csv_dialect: CsvDialect = Dialect.plain,
    bundle: BundleFolder = None,
    register: Register = None,
    as_of: AsOf = None,
    public: Public = False,
) -> None:
    """Settle one period: score measured data or a folder of records, pay by the contract's clauses, exact to the cent.

    Example: alliance settle demo/contract.yaml demo/measured.csv --lang fi
    Example: alliance settle demo/contract.yaml demo/measured.csv -o settlement.xlsx -o settlement.pdf
    Example: alliance settle demo/contract.yaml demo/measured.csv --bundle kept --register register --as-of 2026-02-27
    """
    from ..contract.loading import load_contract
    from ..files import write_all
    from ..folders import read_period
    from ..settlement import settle
    from ..statements.documents import Asked
    from ..statements.json import read_settled

    language, keeping, day = language_of(lang), _keeping(bundle, register, as_of), day_of(as_of)
    files = {path: _ending(path, format_) for path in output or ()}
    if public:
        _check_public(files)
    agreed = load_contract(contract)
    status = "provisional" if provisional else "final"
    measured, chosen = read_period(data, agreed, period, contract, columns, engine.value, status)
    settlement = settle(agreed, measured, chosen, payee or None, read_settled(earlier or [], agreed))

    def written(ending: str, evidence: str) -> bytes:
        return _written(settlement, ending, Asked(language, csv_dialect.value, evidence, day, public))

    def statements(evidence: str) -> dict[Path, bytes]:
        return {path: written(ending, evidence) for path, ending in files.items()}

    evidence = ""
    if keeping is None:
        write_all(statements(""))
    else:
        from ..evidence.bundle import Made
        from ..evidence.keeping import keep

        made = Made(contract, data, measured, tuple(payee) if payee else None, columns, tuple(earlier or ()))
        evidence = keep(settlement, made, keeping, language, statements)
    if not files:
        shown = written(_ENDINGS[format_ or Format.table], evidence).decode("utf-8")
        put(shown if shown.endswith("\n") else f"{shown}\n", None)


def _written(settlement: Settlement, ending: str, asked: Asked) -> bytes:
    """The settlement as a file of that ending; a table ends with the hash of what it is kept in."""
    from ..statements.documents import write

    document = write(settlement, ending, asked)
    if ending != ".txt" or not asked.evidence:
        return document
    from ..evidence.report import with_evidence

    return with_evidence(document.decode("utf-8"), asked.evidence, asked.language).encode("utf-8")


def _ending(path: Path, asked: Format | None) -> str:
    """What a file is written as: as asked, else by its ending (AO027)."""
    from ..statements.documents import endings

    if asked is not None:
        return _ENDINGS[asked]
    if path.suffix.lower() not in endings():
        sentence = f"The ending of {path.name} names no kind of output."
        match = nearest(path.suffix.lower(), endings()) if path.suffix else ""
        known = f"End it with one of {', '.join(endings())}."
        raise UsageError(Problem("AO027", sentence, f"Did you mean {match}? {known}" if match else known))
    return path.suffix.lower()


def _check_public(files: dict[Path, str]) -> None:
    """Only a page leaves out what is confidential; any other output would show it to the public (AO760)."""
    if other := next(
        (path.name for path, ending in files.items() if ending != ".html"), "" if files else "The terminal"
    ):
        sentence = f"{other} would show what the contract marks as confidential."
        raise UsageError(Problem("AO760", sentence, "With --public write pages only: -o FILE.html."))


def _keeping(bundle: Path | None, register: Path | None, as_of: str | None) -> Keeping | None:
    """Where the settlement is to be kept, if it is (AO073)."""
    if bundle is None:
        if register is not None:
            sentence = "A settlement that is not kept stands in no register."
            raise UsageError(Problem("AO073", sentence, "Add --bundle DIR."))
        return None
    from ..evidence.keeping import Keeping, check_keeping

    keeping = Keeping(bundle, register, as_of)
    check_keeping(keeping)
    return keeping
