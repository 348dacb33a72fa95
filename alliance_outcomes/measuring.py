"""From records to measured data: every indicator of a contract whose definition says how it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from .contract.definitions import Definition, load_definition
from .contract.model import Contract
from .contract.periods import Period, earlier, periods_of
from .measured import Row
from .measures.base import Measure
from .measures.found import Found
from .measures.growth import Growth
from .measures.passes import Table
from .measures.query import FAULTS, Counted, Query, Question
from .measures.tally import count_all
from .numbers import to_text
from .problems import Problem, UsageError
from .sources.records import check_columns, check_engine, opened, sheet_of

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
    payee: str = ""


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
    """Each of ``wanted`` measured in ``period`` from the records in the folder ``records``, one after the other.

    Raises UsageError for a period, file or package that is not there (AO001, AO020, AO032) and DataError for records that
    cannot be read (AO50x, AO52x).
    """
    return measure_periods(contract, wanted, records, [period], engine, status)


def measure_periods(  # what is measured, from what, for whom, and on what
    contract: Contract,
    wanted: Iterable[Wanted],
    records: Path,
    periods: Iterable[str],
    engine: str = "polars",
    status: str = FINAL,
    *,
    by: str = "",
) -> Iterator[Result]:
    """Each of ``wanted`` measured in each of ``periods``, and for each value of the column ``by`` (the payee) where given.

    Every table is read once, when the first indicator needs it, for all that is asked of it: indicators, periods, payees.
    The results come by indicator, then by period in the order given, then by payee in order of id. Every table that is read
    needs the column ``by``; a row without a value in it belongs to the payee "". A payee without rows of an indicator has
    the status missing. Raises as measure does.
    """
    labels = list(periods)
    if unknown := set(labels) - {each.label for each in periods_of(contract.periods)}:
        raise UsageError(Problem("AO020", f"{min(unknown)} is not a period of the contract.", "Name one that is."))
    check_engine(engine)
    asked = [each for each in wanted if isinstance(each.definition.measure, Measure)]
    counting = _Counting(contract, asked, labels, records, engine, by)
    for each in asked:
        for label in labels:
            for payee, counted in counting.of(each, label).items():
                yield _result(contract, each, counted, label, payee, status)


class _Counting:
    """Counts all that is asked of a table when the first of it is wanted."""

    def __init__(  # what measure_periods was asked
        self, contract: Contract, asked: list[Wanted], labels: list[str], records: Path, engine: str, by: str
    ) -> None:
        self.contract, self.records, self.engine, self.by = contract, records, engine, by
        self.questions: dict[str, list[Question]] = {}
        for each in asked:
            for label in labels:
                for query, back in _queries(each):
                    about = self.questions.setdefault(query.table, [])
                    about.append(Question(query, _days(contract, label, back)))
        self.found: dict[str, dict[str, dict[Question, Counted]]] = {}

    def of(self, wanted: Wanted, label: str) -> dict[str, list[Counted]]:
        """What the queries of an indicator come to, in their order, by payee; nothing for a payee without rows."""
        asked = [(query.table, Question(query, _days(self.contract, label, back))) for query, back in _queries(wanted)]
        tables = {table: self._table(table) for table, _ in asked}
        payees = sorted({payee for found in tables.values() for payee in found})
        return {
            payee: [tables[table].get(payee, {}).get(question, Counted()) for table, question in asked]
            for payee in payees
        }

    def _table(self, table: str) -> dict[str, dict[Question, Counted]]:
        if table not in self.found:
            questions = list(dict.fromkeys(self.questions[table]))
            sheet = sheet_of(self.records, table)
            columns = {name for each in questions for name in each.query.roles.all} | ({self.by} - {""})
            check_columns(sheet, columns)
            with opened(sheet, self.engine, columns) as frame:
                counted = count_all(questions, Table(frame, sheet.decimal_comma, str(sheet.file)), self.by)
            self.found[table] = {payee: dict(zip(questions, each, strict=True)) for payee, each in counted.items()}
        return self.found[table]


def _queries(wanted: Wanted) -> list[tuple[Query, int]]:
    kind = wanted.definition.measure
    assert isinstance(kind, Measure)  # measure_periods takes no others
    return kind.queries()


def _days(contract: Contract, period: str, back: int) -> Period:
    """The period ``back`` periods before ``period``, with its days; it may lie before the contract."""
    label = earlier(contract.periods, period, back)
    whole = {each.label: each for each in periods_of(contract.periods)}
    if label in whole:
        return whole[label]
    before = whole[period].first - timedelta(days=366 * (back + 1))
    start = contract.periods.model_copy(update={"first": before})
    return next(each for each in periods_of(start) if each.label == label)


def _result(  # whose, of when, and what it came to
    contract: Contract, wanted: Wanted, counted: list[Counted], period: str, payee: str, status: str
) -> Result:
    kind = wanted.definition.measure
    assert isinstance(kind, Measure)
    found = kind.found(counted)
    cell = contract.smallest_cell or 0
    if found.value is None:
        return Result(wanted.id, period, wanted.definition, MISSING, Found(None, 0), {}, (), payee)
    if any(0 < people < cell for people in found.cells):
        return Result(wanted.id, period, wanted.definition, SUPPRESSED, Found(None, 0), {}, (), payee)
    # The value without exclusions tells, by the difference, of those who are left out.
    excluded = {name: None if 0 < people < cell else people for name, people in found.excluded.items()}
    left_out = sum(people for name, people in found.excluded.items() if name not in FAULTS)
    shown = replace(found, unadjusted=None) if 0 < left_out < cell else found
    rows = tuple(replace(row, payee=payee) for row in _rows(contract, wanted, kind, found, period, status))
    return Result(wanted.id, period, wanted.definition, status, shown, excluded, rows, payee)


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
