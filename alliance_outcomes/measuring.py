"""From records to measured data: every indicator of a contract whose definition says how it is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from .contract.definitions import Definition, load_definition
from .contract.model import Contract
from .contract.periods import Period, earlier, periods_of
from .measured import Row
from .measures.base import Measure
from .measures.found import Found
from .measures.growth import Growth
from .measures.tally import FAULTS, Counted, Query, Table, columns_read, count
from .numbers import to_text
from .problems import Problem, UsageError
from .sources.records import Sheet, check_columns, check_engine, opened, sheet_of

FINAL, PROVISIONAL, MISSING, SUPPRESSED = "final", "provisional", "missing", "suppressed"


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator measured in a period. ``status`` is final, provisional, missing (no records) or suppressed.

    What is suppressed has no figures: they would tell of fewer people than the contract's smallest cell. A number of people
    left out that is smaller than that is None.
    """

    id: str
    period: str
    definition: Definition
    status: str
    found: Found
    excluded: Mapping[str, int | None]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An indicator of a contract and its definition; ``computed`` where the contract computes it from facts."""

    id: str
    definition: Definition
    computed: bool


def wanted_of(contract: Contract, folders: Iterable[Path]) -> tuple[list[Wanted], list[str]]:
    """The indicators that records can measure, and the ids of those that have no measure. Raises ContractError."""
    known = list(folders)
    found, others = [], []
    for area in contract.result_areas.values():
        for name, indicator in area.indicators.items():
            try:
                definition = load_definition(indicator.definition or name, known)
            except UsageError:
                others.append(name)
                continue
            if isinstance(definition.measure, Measure):
                found.append(Wanted(name, definition, indicator.value is not None))
            else:
                others.append(name)
    return found, others


def measure(
    contract: Contract,
    wanted: Iterable[Wanted],
    records: Path,
    period: str,
    engine: str = "polars",
    status: str = FINAL,
) -> Iterator[Result]:
    """Each of ``wanted`` measured in ``period`` from the CSV files in ``records``, one after the other.

    Raises UsageError for a period, file or package that is not there (AO001, AO020, AO032) and DataError for records that
    cannot be read (AO50x, AO52x).
    """
    if period not in [each.label for each in periods_of(contract.periods)]:
        raise UsageError(Problem("AO020", f"{period} is not a period of the contract.", "Name one that is."))
    check_engine(engine)
    # Each file is checked once, however many indicators read it.
    counting = _Counting(contract, cache(lambda table: sheet_of(records, table)), period, engine)
    for each in wanted:
        yield _result(contract, each, counting, period, status)


@dataclass(frozen=True, slots=True)
class _Counting:
    """Counts queries over the records of a period, or of so many periods before it."""

    contract: Contract
    sheet: Callable[[str], Sheet]
    period: str
    engine: str

    def __call__(self, query: Query, back: int) -> Counted:
        sheet, columns = self.sheet(query.table), columns_read(query)
        check_columns(sheet, columns)
        with opened(sheet, self.engine, columns) as frame:
            return count(query, Table(frame, sheet.decimal_comma), _days(self.contract, self.period, back))


def _days(contract: Contract, period: str, back: int) -> Period:
    """The period ``back`` periods before ``period``, with its days; it may lie before the contract."""
    label = earlier(contract.periods, period, back)
    whole = {each.label: each for each in periods_of(contract.periods)}
    if label in whole:
        return whole[label]
    before = whole[period].first - timedelta(days=366 * (back + 1))
    start = contract.periods.model_copy(update={"first": before})
    return next(each for each in periods_of(start) if each.label == label)


def _result(
    contract: Contract, wanted: Wanted, ask: Callable[[Query, int], Counted], period: str, status: str
) -> Result:
    kind = wanted.definition.measure
    assert isinstance(kind, Measure)
    found = kind.found([ask(query, back) for query, back in kind.queries()])
    cell = contract.smallest_cell or 0
    if found.value is None:
        return Result(wanted.id, period, wanted.definition, MISSING, Found(None, 0), {}, ())
    if any(0 < people < cell for people in found.cells):
        return Result(wanted.id, period, wanted.definition, SUPPRESSED, Found(None, 0), {}, ())
    # The value without exclusions tells, by the difference, of those who are left out.
    excluded = {name: None if 0 < people < cell else people for name, people in found.excluded.items()}
    left_out = sum(people for name, people in found.excluded.items() if name not in FAULTS)
    shown = replace(found, unadjusted=None) if 0 < left_out < cell else found
    rows = tuple(_rows(contract, wanted, kind, found, period, status))
    return Result(wanted.id, period, wanted.definition, status, shown, excluded, rows)


def _rows(contract: Contract, wanted: Wanted, kind: Measure, found: Found, period: str, status: str) -> Iterator[Row]:
    source = f"measured from {kind.table}"
    if wanted.computed and isinstance(kind, Growth) and kind.gives:
        names = {"own": kind.gives.own, "reference": kind.gives.reference}
        for (name, back), (value, n) in found.parts.items():
            label = earlier(contract.periods, period, back)
            yield Row("", "", label, names[name], to_text(value), n=str(n), status=status, source=source)
    elif not wanted.computed and found.denominator is not None:
        cells = ("", str(found.numerator), str(found.denominator), str(found.n))
        yield Row("", "", period, wanted.id, *cells, status, source)
    elif not wanted.computed:
        yield Row("", "", period, wanted.id, to_text(_exact(found.value)), n=str(found.n), status=status, source=source)


def _exact(value: Fraction | None) -> Fraction:
    assert value is not None  # only what has a value has rows
    return value
