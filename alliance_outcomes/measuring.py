"""From records to measured data: every indicator and fact of a contract whose definition says how it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from .contract.definitions import Definition, load_definition
from .contract.model import Contract
from .contract.periods import Period, earlier, is_label, periods_of
from .disclosure import Draft, hidden, left_out, restates, unadjusted
from .measured import SUPPRESSED, Key, Row, clean
from .measures.base import Measure
from .measures.found import Found
from .measures.growth import Growth
from .measures.passes import Table
from .measures.points import doubtful
from .measures.query import Counted, Query, Question
from .measures.tally import count_all
from .numbers import parse_number, to_text
from .problems import DataError, Problem, UsageError
from .sources.records import Sheet, check_columns, check_engine, opened, read_apart, sheet_of

FINAL, PROVISIONAL, MISSING = "final", "provisional", "missing"
PUBLISHED = "published"
NO_PAYEE = "no_payee"
Published = Mapping[Key, Row]


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator or fact measured in a period, for a payee.

    ``status`` is final, provisional, missing (no records), suppressed, or published: a restatement that would tell of few
    people by its difference leaves what was published before as it stands. What is suppressed has no figures: they would
    tell of fewer people than the contract's smallest cell. A number of people left out that is smaller than that is None.
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
    """An indicator or fact of a contract and its definition; ``computed`` where the contract computes it from facts."""

    id: str
    definition: Definition
    computed: bool = False


def wanted_of(contract: Contract, folders: Iterable[Path]) -> tuple[list[Wanted], list[str]]:
    """What records can measure, and the ids of the indicators that neither records nor a formula give. Raises ContractError."""
    known = list(folders)
    found, others = [], []
    for name, fact in contract.facts.items():
        if fact.definition and isinstance((definition := load_definition(fact.definition, known)).measure, Measure):
            found.append(Wanted(name, definition))
    for name, indicator in contract.indicators.items():
        try:
            definition = load_definition(indicator.definition or name, known)
        except UsageError:
            definition = Definition.model_construct(measure=None)
        if isinstance(definition.measure, Measure):
            found.append(Wanted(name, definition, indicator.value is not None))
        elif indicator.value is None:
            others.append(name)
    return found, others


def measure(
    contract: Contract,
    wanted: Iterable[Wanted],
    records: Path,
    period: str,
    engine: str = "polars",
    status: str = FINAL,
) -> list[Result]:
    """Each of ``wanted`` measured in ``period`` from the records in the folder ``records``; see measure_periods."""
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
) -> list[Result]:
    """Each of ``wanted`` measured in each of ``periods``, with what may be shown of it; see drafts_of and results_of."""
    return results_of(contract, drafts_of(contract, wanted, records, periods, engine, by), status)


def drafts_of(  # what is measured, from what, for whom, and on what
    contract: Contract,
    wanted: Iterable[Wanted],
    records: Path,
    periods: Iterable[str],
    engine: str,
    by: str = "",
    *,
    through: date | None = None,
) -> Iterator[tuple[Wanted, Draft]]:
    """Each of ``wanted`` measured in each of ``periods``, and for each payee where the contract names a column of payees.

    ``by`` is such a column where the contract names none. Every table is read once, when the first indicator needs it, for
    all that is asked of it: indicators, periods, payees. The drafts come by indicator, then by period in the order given,
    then by payee in order of id. Rows of days after ``through`` do not count. Every table that is read needs the column of payees; rows of none of the contract's payees
    are left out, and counted in a draft of no payee. A draft tells of people: results_of says what may be shown of it.

    Raises UsageError for a period, file or package that is not there (AO001, AO020, AO032) and DataError for records that
    cannot be read (AO50x, AO52x).
    """
    labels = list(periods)
    for label in labels:
        _check_label(contract, label)
    check_engine(engine)
    payees = contract.payees
    known = {clean(each) for each in payees.ids} if payees and payees.column else None
    asked = [each for each in wanted if isinstance(each.definition.measure, Measure)]
    column = payees.column if payees and payees.column else by
    counting = _Counting(contract, asked, labels, records, engine, column, through)
    for each in asked:
        for label in labels:
            strangers = 0
            for payee, counted in counting.of(each, label).items():
                if known is None or payee in known:
                    yield each, _draft(contract, each, counted, label, payee)
                else:
                    strangers += counted[0].counted.n + sum(sums.n for sums in counted[0].excluded.values())
            if strangers:
                yield (
                    each,
                    replace(
                        _draft(contract, each, [], label, ""), found=Found(None, 0, excluded={NO_PAYEE: strangers})
                    ),
                )


def results_of(
    contract: Contract, drafts: Iterable[tuple[Wanted, Draft]], status: str = FINAL, published: Published | None = None
) -> list[Result]:
    """Drafts as results. What would tell of fewer people than the contract's smallest cell is suppressed.

    ``status`` is final or provisional; ``published`` are rows that were shown before, which may not tell of few people by
    their difference from those that are shown now.
    """
    found = list(drafts)
    not_shown = hidden([draft for _, draft in found], contract.smallest_cell or 0)
    return [_result(contract, each, draft, status, draft.key in not_shown, published or {}) for each, draft in found]


def _check_label(contract: Contract, label: str) -> None:
    """Raises UsageError (AO020) for what is neither a period of the contract nor one before it."""
    labels = [each.label for each in periods_of(contract.periods)]
    if label not in labels and not (is_label(contract.periods, label) and label < labels[0]):
        raise UsageError(Problem("AO020", f"{label} is not a period of the contract.", "Name one that is."))


class _Counting:
    """Counts all that is asked of a table when the first of it is wanted."""

    def __init__(  # what measure_periods was asked
        self,
        contract: Contract,
        asked: list[Wanted],
        labels: list[str],
        records: Path,
        engine: str,
        by: str,
        through: date | None,
    ) -> None:
        self.contract, self.records, self.engine, self.by, self.through = contract, records, engine, by, through
        self.questions: dict[str, list[Question]] = {}
        for each in asked:
            for label in labels:
                for query, back in _queries(each):
                    about = self.questions.setdefault(query.table, [])
                    about.append(Question(query, self._days(label, back)))
        self.found: dict[str, dict[str, dict[Question, Counted]]] = {}

    def of(self, wanted: Wanted, label: str) -> dict[str, list[Counted]]:
        """What the queries of an indicator come to, in their order, by payee; nothing for a payee without rows."""
        asked = [(query.table, Question(query, self._days(label, back))) for query, back in _queries(wanted)]
        tables = {table: self._table(table) for table, _ in asked}
        payees = sorted({payee for found in tables.values() for payee in found})
        return {
            payee: [tables[table].get(payee, {}).get(question, Counted()) for table, question in asked]
            for payee in payees
        }

    def _days(self, label: str, back: int) -> Period:
        """The period ``back`` periods before one, cut where no later day counts."""
        whole = _days(self.contract, label, back)
        if self.through is not None and whole.first <= self.through < whole.last:
            return replace(whole, last=self.through)
        return whole

    def _table(self, table: str) -> dict[str, dict[Question, Counted]]:
        if table not in self.found:
            questions = list(dict.fromkeys(self.questions[table]))
            asked = (self.records, table, questions, self.engine, self.by)
            counted = read_apart(self.records, table, self.engine, _counted, *asked)
            self.found[table] = {payee: dict(zip(questions, each, strict=True)) for payee, each in counted.items()}
        return self.found[table]


def _counted(records: Path, table: str, questions: list[Question], engine: str, by: str) -> dict[str, list[Counted]]:
    """See count_all."""
    sheet = sheet_of(records, table)
    columns = {name for each in questions for name in each.query.roles.all} | ({by} - {""})
    check_columns(sheet, columns)
    with opened(sheet, engine, columns) as frame:
        about = Table(frame, sheet.decimal_comma, sheet.by_parts)
        _check_points(sheet, about, {name for each in questions for name in each.query.roles.numbers})
        return count_all(questions, about, by)


def _check_points(sheet: Sheet, table: Table, numbers: set[str]) -> None:
    """Raises DataError (AO509) for columns of numbers whose points may group digits; no cell is shown."""
    names = doubtful(table, numbers) if sheet.texts is None else sheet.doubtful(numbers)
    if names:
        hint = "Write 950000, 950,0 or 950.0, not 950.000, or separate the fields by commas."
        raise DataError(
            Problem(
                "AO509", f"The points in the column {name} may group digits, or be decimal marks.", hint, sheet.place
            )
            for name in names
        )


def _queries(wanted: Wanted) -> list[tuple[Query, int]]:
    kind = wanted.definition.measure
    assert isinstance(kind, Measure)  # measure_periods takes no others
    return kind.queries()


def _days(contract: Contract, period: str, back: int) -> Period:
    """The period ``back`` periods before ``period``, with its days; both may lie before the contract."""
    whole = {each.label: each for each in periods_of(contract.periods)}
    label = _before(contract, period, back)
    if label in whole:
        return whole[label]
    start = contract.periods.model_copy(update={"first": date(int(label[:4]) - 1, 1, 1)})
    return next(each for each in periods_of(start) if each.label == label)


def _before(contract: Contract, period: str, back: int) -> str:
    """The label ``back`` periods before ``period``, which may lie before the contract."""
    first = min(contract.periods.first, date(int(period[:4]) - 1, 1, 1))
    return earlier(contract.periods.model_copy(update={"first": first}), period, back)


def _draft(contract: Contract, wanted: Wanted, counted: list[Counted], period: str, payee: str) -> Draft:
    kind = wanted.definition.measure
    assert isinstance(kind, Measure)  # drafts_of takes no others
    labels = tuple(_before(contract, period, back) for _, back in kind.queries())
    found = kind.found(counted) if counted else Found(None, 0)
    return Draft(wanted.id, period, payee, kind, tuple(counted), labels, found)


def _result(  # what it came to, and what may be shown of it
    contract: Contract, wanted: Wanted, draft: Draft, status: str, not_shown: bool, published: Published
) -> Result:
    cell = contract.smallest_cell or 0
    found, about = draft.found, (wanted.id, draft.period, wanted.definition)
    if found.value is None and not (wanted.computed and found.parts):
        return Result(*about, MISSING, Found(None, 0), left_out(found, cell), (), draft.payee)
    if not_shown:
        return Result(*about, SUPPRESSED, Found(None, 0), {}, tuple(_blank(wanted, draft)), draft.payee)
    rows = [replace(row, payee=draft.payee) for row in _rows(contract, wanted, draft, status)]
    standing = [restates(row, published, cell) if cell and not draft.measure.public else None for row in rows]
    if any(standing):
        kept = tuple(old or row for old, row in zip(standing, rows, strict=True))
        return Result(*about, PUBLISHED, _as_published(wanted, kept), {}, kept, draft.payee)
    if draft.measure.public:
        return Result(*about, status, found, found.excluded, tuple(rows), draft.payee)
    shown = replace(found, unadjusted=unadjusted(draft, cell))
    return Result(*about, status, shown, left_out(found, cell), tuple(rows), draft.payee)


def _as_published(wanted: Wanted, rows: tuple[Row, ...]) -> Found:
    """The figures of the rows that stand."""
    if wanted.computed or len(rows) != 1:
        return Found(None, 0)
    (row,) = rows
    if row.numerator:
        top, bottom = int(row.numerator), int(row.denominator)
        return Found(Fraction(top, bottom), bottom, top, bottom)
    return Found(parse_number(row.value), int(row.n or 0))


def _blank(wanted: Wanted, draft: Draft) -> Iterator[Row]:
    """Rows that say that there is a value, which may not be shown."""
    kind = draft.measure
    names = [wanted.id]
    if wanted.computed:
        names = [kind.gives.own, kind.gives.reference] if isinstance(kind, Growth) and kind.gives else []
    for name in names:
        yield Row(draft.payee, "", draft.period, name, status=SUPPRESSED, source=f"measured from {kind.table}")


def _rows(contract: Contract, wanted: Wanted, draft: Draft, status: str) -> Iterator[Row]:
    kind, found, period = draft.measure, draft.found, draft.period
    source = f"measured from {kind.table}"
    if wanted.computed and isinstance(kind, Growth) and kind.gives:
        names = {"own": kind.gives.own, "reference": kind.gives.reference}
        for (name, back), (value, n) in found.parts.items():
            label = _before(contract, period, back)
            yield Row("", "", label, names[name], to_text(value), n=str(n), status=status, source=source)
    elif not wanted.computed and found.denominator is not None:
        cells = ("", str(found.numerator), str(found.denominator), str(found.n))
        yield Row("", "", period, wanted.id, *cells, status, source)
    elif not wanted.computed:
        yield Row("", "", period, wanted.id, to_text(_exact(found.value)), n=str(found.n), status=status, source=source)


def _exact(value: Fraction | None) -> Fraction:
    assert value is not None  # only what has a value has rows
    return value
