"""Measured data from wherever it is given: a file, or a folder of records that is measured first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .contract.model import Contract
from .measured import Measured, Row
from .settlement import choose_period
from .sources.mapping import read_measured

FINAL = "final"


def read_given(  # what is given, and how it is read
    data: Path,
    contract: Contract,
    contract_file: Path | None = None,
    columns: Path | None = None,
    periods: Iterable[str] | None = None,
    engine: str = "polars",
    status: str = FINAL,
) -> Measured:
    """Measured data from a file, or from a folder of records: all that settling ``periods`` reads, or all that is held.

    Raises as read_measured and drafts_of do, and DataError (AO550) for what both the records and facts.csv give.
    """
    if not data.is_dir():
        return read_measured(data, contract, contract_file, columns)
    # A file needs nothing of what measuring does, and should not wait for it.
    from .recorded import Folder

    folder = Folder(contract, data, engine, status)
    if periods is None:
        needed = folder.held()
    else:
        needed = sorted({label for period in periods for label in folder.needed(period)})
    return folder.measured(folder.results(needed))


def held_periods(data: Path, contract: Contract, engine: str = "polars") -> list[str]:
    """The periods of the contract that the records of a folder can be settled in. Raises UsageError (AO022) for none."""
    from .recorded import Folder

    return Folder(contract, data, engine).settled()


def read_period(  # what is given, and how it is read
    data: Path,
    contract: Contract,
    period: str | None,
    contract_file: Path | None = None,
    columns: Path | None = None,
    engine: str = "polars",
    status: str = FINAL,
) -> tuple[Measured, str]:
    """Measured data from a file or a folder of records, with the period to settle: as asked, or the only one there (AO022)."""
    if not data.is_dir():
        measured = read_measured(data, contract, contract_file, columns)
        return measured, choose_period(contract, measured, period)
    if period is None:
        held = tuple(Row("", "", label, "records") for label in held_periods(data, contract, engine))
        period = choose_period(contract, Measured(held), None)
    return read_given(data, contract, contract_file, columns, [period], engine, status), period
