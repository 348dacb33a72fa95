"""Measured data from wherever it is given: a file, or a folder of records that is measured first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from .contract.model import Contract
from .contract.periods import earlier, periods_of
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


def read_until(  # what is given, how it is read, and until when
    data: Path,
    contract: Contract,
    period: str,
    through: date | None,
    contract_file: Path | None = None,
    columns: Path | None = None,
    engine: str = "polars",
) -> Measured:
    """Measured data of a period that is not over: as read_given, without the records of days after ``through``.

    What a file gives, and records that say the period only, are taken to reach that day.
    """
    if not data.is_dir():
        return read_measured(data, contract, contract_file, columns)
    from .recorded import Folder

    folder = Folder(contract, data, engine, "provisional", through=through)
    return folder.measured(folder.results(folder.needed(period)))


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
    chosen = period or _only_held(data, contract, engine)
    return read_given(data, contract, contract_file, columns, [chosen], engine, status), chosen


def read_compared(  # what is given, how it is read, and what with
    data: Path,
    contract: Contract,
    period: str | None,
    reference: str | None,
    contract_file: Path | None = None,
    columns: Path | None = None,
    engine: str = "polars",
) -> tuple[Measured, str, str]:
    """As read_period, with the period to compare with, of a folder measured too: ``reference``, else the one before."""
    if not data.is_dir():
        measured, chosen = read_period(data, contract, period, contract_file, columns)
        return measured, chosen, reference or _before(contract, chosen)
    chosen = period or _only_held(data, contract, engine)
    compared = reference or _before(contract, chosen)
    return read_given(data, contract, contract_file, columns, [chosen, compared], engine), chosen, compared


def _before(contract: Contract, period: str) -> str:
    """The period before; what is none of the contract's stays itself, for settling it to refuse."""
    known = period in {each.label for each in periods_of(contract.periods)}
    return earlier(contract.periods, period, 1) if known else period


def _only_held(data: Path, contract: Contract, engine: str) -> str:
    held = tuple(Row("", "", label, "records") for label in held_periods(data, contract, engine))
    return choose_period(contract, Measured(held), None)
