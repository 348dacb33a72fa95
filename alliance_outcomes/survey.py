"""A dry read of measured data: what was found out about the file, what each column becomes, what nothing would read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from .calculation.compile import compile_contract
from .calculation.form import Calculation
from .contract.columns import Column
from .contract.model import Contract
from .contract.periods import settled_periods
from .measured import COLUMNS, MISSING, Measured, Row
from .problems import DataError, Problem
from .settlement import bind_payees
from .sources.mapping import find_columns, read_wide
from .sources.table import Table
from .sources.tidy import read_tidy_table, tidy
from .sources.wide import Wide, stated

_WAITS = "AO511"  # an earlier settlement is asked for when settling, not of the data


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """What a column (or a constant) becomes, in which unit it is read (by period, blank for all), and the first cell of it
    that is changed by that."""

    column: str
    constant: bool
    becomes: str
    unit: dict[str, str]
    codes: dict[str, str]
    missing: tuple[str, ...]
    example: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class ValuesRead:
    """The values of a fact, indicator or attribute over periods in which they are written in one way."""

    id: str
    unit: str
    written: str
    periods: tuple[str, ...]
    rows: int
    missing: int
    lowest: Fraction | None
    highest: Fraction | None


@dataclass(frozen=True, slots=True)
class Unread:
    """Rows that no calculation of the contract would read."""

    id: str
    periods: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a dry read found; ``problems`` are those that a settlement would end with."""

    file: str
    table: Table
    decimal_comma: bool
    mapping: str | None
    columns: tuple[ColumnRead, ...]
    other_columns: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    periods: dict[str, int]
    payees: tuple[str, ...]
    values: tuple[ValuesRead, ...]
    unread: tuple[Unread, ...]
    problems: tuple[Problem, ...]


def survey(
    contract: Contract, data: Path, contract_file: Path, columns: Path | None = None, period: str | None = None
) -> Survey:
    """How ``data`` is read for ``contract``: for one period, or for all that the data holds.

    Raises ContractError and DataError where it cannot be read at all; what can be read and is wrong is in ``problems``.
    """
    wide = read_wide(data, contract, contract_file, columns)
    table = wide.table if wide else read_tidy_table(data)
    measured = wide.measured() if wide else tidy(table)
    labels = [each.label for each in settled_periods(contract)]
    held = set(measured.periods())
    chosen = [period] if period else [label for label in labels if label in held]
    calculations = {label: compile_contract(contract, label) for label in ([period] if period else labels)}
    mapping = columns or find_columns(data, contract_file)
    return Survey(
        str(data),
        table,
        measured.decimal_comma,
        str(mapping) if wide and mapping else None,
        tuple(_columns(wide) if wide else _tidy_columns(table)),
        tuple(_other_columns(table, wide)),
        (*MISSING, *(wide.columns.missing if wide else ())),
        len(table.records),
        {label: sum(row.period == label for row in measured.rows) for label in measured.periods()},
        tuple(sorted({row.payee for row in measured.rows})),
        tuple(_values(contract, measured, period)),
        tuple(_unread(measured, calculations.values(), period)),
        tuple(_problems(contract, measured, [calculations[label] for label in chosen])),
    )


def _tidy_columns(table: Table) -> Iterator[ColumnRead]:
    for name in COLUMNS:
        if name in table.header:
            yield ColumnRead(name, False, name, {"": "as written"}, {}, (), None)


def _columns(wide: Wide) -> Iterator[ColumnRead]:
    """What the mapping makes of each column. Counts of people are no examples, for they may be few."""
    for path, spec in stated(wide.columns):
        becomes = ".".join(path[1:] if path[0] == "values" else path)
        becomes = becomes.removesuffix(".value")
        example = None if path[-1] in ("n", "numerator", "denominator") else _example(wide, spec)
        name = spec.column if spec.column is not None else spec.constant or ""
        yield ColumnRead(name, spec.column is None, becomes, dict(spec.unit), dict(spec.codes), spec.missing, example)


def _example(wide: Wide, spec: Column) -> tuple[str, str] | None:
    """The first cell of a column that is read as another text than it holds: as it stands, and as it is read."""
    if spec.column is None:
        return None
    at = wide.index[spec.column]
    for row, cells, _, (_, _, period) in wide.rows():
        written, read = cells[at].strip(), wide.cell(spec, row, cells, [], period).text
        if read and read != written:
            return written, read
    return None


def _other_columns(table: Table, wide: Wide | None) -> Iterator[str]:
    """The columns of the file that nothing reads."""
    known = {spec.column for _, spec in stated(wide.columns)} if wide else set(COLUMNS)
    yield from (name for name in table.header if name not in known)


# -- values -----------------------------------------------------------------------------------------------------------


def _values(contract: Contract, measured: Measured, period: str | None) -> Iterator[ValuesRead]:
    """By id: in which periods its values are written in one way, and between which ends they lie. A unit that changes from
    one year to the next shows as a second entry."""
    by_id: dict[str, dict[str, list[Row]]] = {}
    for row in measured.rows:
        if period is None or row.period == period:
            by_id.setdefault(row.indicator, {}).setdefault(row.period, []).append(row)
    for id_, by_period in by_id.items():
        codes = id_ in (contract.payees.attributes if contract.payees else {})
        each = [(label, _written(by_period[label], codes), by_period[label]) for label in sorted(by_period)]
        for written, group in groupby(each, key=lambda one: one[1]):
            found = list(group)
            rows = [row for _, _, there in found for row in there]
            numbers = [] if codes else [number for row in rows if (number := _number(measured, row)) is not None]
            yield ValuesRead(
                id_,
                _unit(contract, id_),
                written,
                tuple(label for label, _, _ in found),
                len(rows),
                sum(_is_missing(row) for row in rows),
                min(numbers, default=None),
                max(numbers, default=None),
            )


def _is_missing(row: Row) -> bool:
    return row.value in MISSING and row.numerator in MISSING


def _written(rows: Iterable[Row], codes: bool) -> str:
    """How the values of rows are written: ``number``, ``percent``, ``ratio``, ``counts`` or ``code``, or several of them."""
    kinds = set()
    for row in rows:
        if not _is_missing(row):
            if codes:
                kinds.add("code")
            elif row.value in MISSING:
                kinds.add("counts")
            else:
                kinds.add("percent" if row.value.endswith("%") else "ratio" if "/" in row.value else "number")
    return ", ".join(sorted(kinds)) or "missing"


def _number(measured: Measured, row: Row) -> Fraction | None:
    """The number of a row, None where it has none or what stands there is told as a problem."""
    try:
        if row.value not in MISSING:
            return measured.number(row.value)
        above, below = measured.number(row.numerator), measured.number(row.denominator)
    except ValueError:
        return None
    return above / below if above is not None and below else None


def _unit(contract: Contract, id_: str) -> str:
    """The unit that the contract states for an id, blank where it states none."""
    if id_ in contract.facts:
        return contract.facts[id_].unit
    indicator, _, part = id_.partition(".")
    if indicator not in contract.indicators:
        return ""
    known = contract.indicators[indicator]
    if part:
        return (known.inputs[part].unit if part in known.inputs else known.unit) or ""
    return known.unit or ""


# -- what would be read -----------------------------------------------------------------------------------------------


def _unread(measured: Measured, calculations: Iterable[Calculation], period: str | None) -> Iterator[Unread]:
    """Rows that no calculation reads, by id."""
    read = {(given.id, given.period, given.party) for each in calculations for given in each.inputs}
    found: dict[str, list[str]] = {}
    for row in measured.rows:
        if (row.indicator, row.period, row.party) not in read and (period is None or row.period == period):
            found.setdefault(row.indicator, []).append(row.period)
    for id_, labels in found.items():
        yield Unread(id_, tuple(sorted(set(labels))), len(labels))


def _problems(contract: Contract, measured: Measured, calculations: Iterable[Calculation]) -> Iterator[Problem]:
    """What settlements of these periods would end with, each problem once."""
    told: dict[Problem, None] = {}
    for calculation in calculations:
        try:
            bind_payees(contract, calculation, measured)
        except DataError as error:
            told |= dict.fromkeys(problem for problem in error.problems if problem.code != _WAITS)
    yield from told
