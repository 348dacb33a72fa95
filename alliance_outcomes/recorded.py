"""A folder of records as measured data: what its records give, and beside it the facts that no record holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .calculation.compile import compile_contract
from .contract.loading import definition_folders
from .contract.model import Contract
from .contract.periods import Period, is_label, periods_of
from .measured import SUPPRESSED, Measured, Row
from .measures.base import Measure
from .measures.passes import Table
from .measures.tally import values_of
from .measuring import FINAL, Published, Result, Wanted, drafts_of, results_of, wanted_of
from .problems import DataError, Problem, UsageError
from .sources.csv import read_csv
from .sources.records import check_columns, check_engine, file_of, opened, read_apart, sheet_of

FACTS, SHOWN = "facts.csv", "published.csv"


@dataclass(frozen=True, slots=True)
class Folder:
    """The records of a contract in a folder, to be measured on an engine.

    Beside the tables of records it may hold ``facts.csv``, measured data that no record gives (costs, a survey's totals),
    and ``published.csv``, what was measured and shown before. Records of days after ``through`` are left out.
    """

    contract: Contract
    path: Path
    engine: str = "polars"
    status: str = FINAL
    told: Callable[[str], None] = lambda _: None
    through: date | None = None

    @property
    def wanted(self) -> list[Wanted]:
        """What is measured from the records: what the definitions say, but for a table that only ``facts.csv`` stands in for.

        Raises UsageError (AO033) where the contract's definitions measure nothing.
        """
        wanted, _ = wanted_of(self.contract, definition_folders(Path(self.contract.document.file)))
        if not wanted:
            hint = "Add measure: to indicators/ID.yaml."
            raise UsageError(Problem("AO033", "No indicator of the contract says how records measure it.", hint))
        given = {row.indicator for row in self.facts.rows}
        return [each for each in wanted if self._is_there(each) or each.id not in given]

    def _is_there(self, wanted: Wanted) -> bool:
        tables = {query.table for query, _ in _measure(wanted).queries()}
        return all(file_of(self.path, table) for table in tables)

    @property
    def facts(self) -> Measured:
        """What ``facts.csv`` gives; nothing where there is none."""
        file = self.path / FACTS
        return read_csv(file) if file.is_file() else Measured((), str(file))

    @property
    def published(self) -> Published:
        """What ``published.csv`` says was shown before, by key."""
        file = self.path / SHOWN
        return {row.key: row for row in read_csv(file).rows} if file.is_file() else {}

    def results(self, periods: Iterable[str]) -> list[Result]:
        """Everything wanted, measured in each of ``periods``; raises as drafts_of does."""
        wanted, drafts = self.wanted, []
        ids = [each.id for each in wanted]
        for each, draft in drafts_of(self.contract, wanted, self.path, periods, self.engine, through=self.through):
            drafts.append((each, draft))
            self.told(f"{ids.index(each.id) + 1}/{len(ids)} {each.id}")
        return results_of(self.contract, drafts, self.status, self.published)

    def measured(self, results: Iterable[Result], periods: Iterable[str] | None = None) -> Measured:
        """Results as measured data, with the rows of ``facts.csv`` (of ``periods``, or all). Raises DataError (AO550)."""
        facts, found = self.facts, dict[tuple[str, str, str, str], Row]()
        kept = None if periods is None else set(periods)
        for result in results:
            for row in result.rows:
                # One fact may be measured for two results: once with its figures is enough.
                if row.key not in found or found[row.key].status == SUPPRESSED:
                    found[row.key] = row
        problems, given = [], []
        for row in facts.rows:
            if row.key in found:
                sentence = f"{row.indicator} for {row.period} stands in {FACTS}, and the records give it too."
                problems.append(Problem("AO550", sentence, "Take the row out.", facts.at(row, "indicator")))
            elif kept is None or row.period in kept:
                given.append(_plain(row, facts))
        if problems:
            raise DataError(problems)
        return Measured((*found.values(), *given), str(self.path), assumed=facts.assumed, locate=facts.locate)

    def held(self) -> list[str]:
        """The periods of the contract, and those before it, that some record is of, in order."""
        check_engine(self.engine)
        days: set[str] = set()
        labels: set[str] = set()
        for table, column, is_day in sorted({each for wanted in self.wanted for each in _dated(wanted)}):
            asked = (self.path, table, self.engine, column, is_day)
            (days if is_day else labels).update(read_apart(self.path, table, self.engine, _values, *asked))
        return _labels(self.contract, labels, days)

    def settled(self) -> list[str]:
        """The periods of the contract that records are of, or that facts.csv gives an indicator for.

        Raises UsageError (AO022) where there are none.
        """
        given = {row.period for row in self.facts.rows if row.indicator in self.contract.indicators}
        labels = [each.label for each in periods_of(self.contract.periods)]
        found = [label for label in labels if label in {*self.held(), *given}]
        if not found:
            what = f"The records hold no period of {self.contract.contract}."
            raise UsageError(Problem("AO022", what, f"Its periods run from {labels[0]} to {labels[-1]}."))
        return found

    def needed(self, period: str) -> list[str]:
        """The period and every other that its calculation reads values of, in order; itself where it is not the contract's."""
        if period not in {each.label for each in periods_of(self.contract.periods)}:
            return [period]
        read = {each.period for each in compile_contract(self.contract, period).inputs if each.part != "settled"}
        return sorted(read | {period})


def _values(records: Path, table: str, engine: str, column: str, is_day: bool) -> list[str]:
    """The different values of a column; of moments the days."""
    sheet = sheet_of(records, table)
    check_columns(sheet, [column])
    with opened(sheet, engine, [column]) as frame:
        return values_of(Table(frame, sheet.decimal_comma, sheet.by_parts), column, is_day)


def _plain(row: Row, facts: Measured) -> Row:
    """A row of ``facts.csv`` with its numbers as measured rows have them, whatever the file's decimal mark."""
    if not facts.decimal_comma:
        return row
    names = ("value", "numerator", "denominator", "n")
    return replace(row, **{name: getattr(row, name).replace(",", ".") for name in names})


def _measure(wanted: Wanted) -> Measure:
    measure = wanted.definition.measure
    assert isinstance(measure, Measure)  # wanted_of gives no others
    return measure


def _dated(wanted: Wanted) -> Iterable[tuple[str, str, bool]]:
    """Each table of a measure, with the column that says the period and whether it holds days."""
    for query, _ in _measure(wanted).queries():
        yield query.table, query.period or query.day, bool(query.day)


def _labels(contract: Contract, labels: Iterable[str], days: Iterable[str]) -> list[str]:
    """The periods, in or before the contract, that labels name and days lie in."""
    rule = contract.periods
    whole: list[Period] = periods_of(rule)
    known = {each.label for each in whole}
    found = {each for each in labels if each in known or (is_label(rule, each) and each < whole[0].label)}
    dated = sorted(day for day in days if len(day) == 10 and day[:4].isdecimal())
    if dated and dated[0] < whole[0].first.isoformat():
        first = max(1, int(dated[0][:4]))
        before = periods_of(rule.model_copy(update={"first": whole[0].first.replace(year=first, day=1)}))
        whole = [*(each for each in before if each.label not in known), *whole]
    for each in whole:
        if any(each.first.isoformat() <= day <= each.last.isoformat() for day in dated):
            found.add(each.label)
    return sorted(found)
