"""Records (one row a person, visit, answer or invoice) in a folder, one table a file, opened as frames by an engine.

What an extract calls its columns, and how it codes them, ``records.columns.yaml`` says (see ``extracts``).

A table ``visits`` is the file ``visits`` with any ending that measured data may have (see ``kinds``): a new kind of file is
a new module there, and this one reads it too. CSV and Parquet (also a folder of it) are read by the engines themselves,
other kinds as text that is read before. What goes wrong is told by the file and the row, never by a cell: records are about
persons.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from operator import and_
from pathlib import Path
from typing import Any

from ..measured import composed, decimal_comma_in, is_grouped, point_may_group
from ..problems import DataError, Place, Problem, UsageError, did_you_mean
from .apart import apart
from .engines import ENGINES, EVERY_ENGINE, PACKAGES, Source, strict_csv
from .extracts import Extract, extract_of
from .extras import need, polars_faults
from .kinds import ending_of, endings, read_table, stem_of
from .table import Table

__all__ = ["ENGINES", "Sheet", "check_columns", "check_engine", "file_of", "opened", "read_apart", "sheet_of"]
_TEXT, _PARQUET = (".csv", ".tsv", ".txt"), ".parquet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of records, and whether its numbers may be written 12,5: where the comma splits no fields.

    ``texts`` are, by column of a file that tells numbers from texts, those of its texts that have a point or a comma.
    """

    source: Source
    decimal_comma: bool
    extract: Extract
    texts: Mapping[str, Collection[str]] | None = None

    def doubtful(self, numbers: Collection[str]) -> list[str]:
        """Those of the columns ``numbers`` with ``texts`` such as 950.000, where a comma or no mark shows the decimals."""
        read = {
            name: self.extract.columns[name].column if name in self.extract.columns else name
            for name in sorted(numbers)
        }
        found = {
            name: [text.strip() for text in (self.texts or {}).get(column or "", ())] for name, column in read.items()
        }
        every = [text for texts in found.values() for text in texts]
        if not point_may_group(every, decimal_comma_in(every)):
            return []
        return [name for name, texts in found.items() if any(map(is_grouped, texts))]

    @property
    def file(self) -> Path:
        """Where it stands."""
        return self.source.file

    @property
    def place(self) -> Place:
        """Where it stands, as problems say it."""
        return Place(str(self.file))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names that definitions can read."""
        return self.extract.names(self.source.columns)

    @property
    def by_parts(self) -> bool:
        """Whether a part of the rows is read without the rest."""
        return self.source.cells is None and not self.source.delimiter


def check_engine(engine: str) -> None:
    """Raises UsageError (AO032) with the command that installs what the engine needs, where it is missing."""
    missing = [name for name in ("narwhals", *PACKAGES[engine]) if find_spec(name) is None]
    if missing:
        sentence = f"Measuring on {engine} needs {' and '.join(missing)}."
        extras = "scale,spark" if engine == "spark" else "scale"
        raise UsageError(Problem("AO032", sentence, f"Run pip install 'alliance-outcomes[{extras}]'."))


def file_of(folder: Path, table: str) -> Path | None:
    """The file of a table, None where the folder has none. Raises DataError (AO560) where several could be meant."""
    return _found(folder, extract_of(folder, table).stem, table)


def _found(folder: Path, stem: str, table: str) -> Path | None:
    found = [file for ending in endings() if _is_table(file := folder / f"{stem}{ending}")]
    if len(found) > 1:
        sentence = f"{table} stands in {' and in '.join(file.name for file in found)}."
        raise DataError(Problem("AO560", sentence, "Keep one of them in the folder.", Place(str(found[0]))))
    return found[0] if found else None


def read_apart(folder: Path, table: str, engine: str, function: Callable[..., Any], *given: object) -> Any:
    """What ``function(*given)`` comes to, which reads the table on the engine.

    Where the table is Parquet another process calls it (see ``apart``): raises DataError (AO533) where the file ends that
    one. Spark has processes of its own.
    """
    file = file_of(folder, table)
    if file is None or file.suffix != _PARQUET or engine == "spark":
        return function(*given)
    return apart(file, function, *given)


def _is_table(file: Path) -> bool:
    return file.is_file() or (file.suffix == _PARQUET and file.is_dir())


def sheet_of(folder: Path, table: str) -> Sheet:
    """The table in ``folder``, with the columns that its header names.

    Raises UsageError for a missing file (AO001) or extra (AO050), DataError for what is no table (AO50x, AO53x) and where
    several files could be meant (AO560).
    """
    if not folder.is_dir():
        raise UsageError(Problem("AO001", f"There is no folder {folder}.", "Name the folder of the records."))
    extract = extract_of(folder, table)
    file, texts = _found(folder, extract.stem, table), None
    if file is None:
        known = [stem_of(each) for each in folder.iterdir() if ending_of(each)]
        hint = did_you_mean(extract.stem, known) or "Check the folder."
        raise UsageError(Problem("AO001", f"There is no file {folder / extract.stem}.csv.", hint))
    if file.suffix in _TEXT:
        source = _text_source(file)
    elif file.suffix == _PARQUET:
        need("polars", "scale", "Reading Parquet")
        source = apart(file, _parquet_source, file)
    else:
        table_ = read_table(file, (), 0, "")
        texts = _texts(table_)
        columns = (
            zip(*(cells for _, cells in table_.records), strict=True) if table_.records else [()] * len(table_.header)
        )
        source = Source(file, tuple(table_.header), cells=dict(zip(table_.header, columns, strict=True)))
    if not any(source.columns) or len(set(source.columns)) != len(source.columns):
        hint = "Give each column a name of its own in the first row."
        raise DataError(Problem("AO501", "The first row does not name the columns.", hint, Place(str(file))))
    extract.names(source.columns)  # refuses what the file has not
    return Sheet(source, source.delimiter != ",", extract, texts)


def _texts(table: Table) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in table.header}
    for row, cells in table.records:
        for at, (name, cell) in enumerate(zip(table.header, cells, strict=False)):
            if ("." in cell or "," in cell) and not table.cells.is_number(row, at):
                found[name].add(cell)
    return found


def _text_source(file: Path) -> Source:
    with _reading(file), file.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        delimiter = max(",;\t", key=first.count)
        lines.seek(0)
        header = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    return Source(file, tuple(composed(name.strip()) for name in header), delimiter)


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Text that is none, as a problem of the file."""
    try:
        yield
    except UnicodeDecodeError:
        raise DataError(Problem("AO500", "The file is not UTF-8.", "Save it as CSV UTF-8.", Place(str(file)))) from None
    except csv.Error:
        raise DataError(Problem("AO502", "The row is not CSV.", "Check the quotes.", Place(str(file)))) from None


def _parquet_source(file: Path) -> Source:
    import polars as pl

    try:
        scan = pl.scan_parquet(Source(file, ()).parquet, glob=file.is_dir(), hive_partitioning=False)
        schema = scan.collect_schema()
        zoned = {name for name, kind in schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone}
        return Source(file, tuple(schema.names()), zoned=frozenset(zoned))
    except polars_faults():
        hint = "Write it anew, by the program it comes from."
        raise DataError(Problem("AO533", f"{file} is not Parquet.", hint, Place(str(file)))) from None


def check_columns(sheet: Sheet, wanted: Iterable[str]) -> None:
    """Raises DataError (AO520) for columns that a definition reads and the file has not."""
    missing = sorted(set(wanted) - set(sheet.columns))
    if missing:
        raise DataError(
            Problem(
                "AO520",
                f"The column {name} is missing.",
                # What stands in the first row may be a person's record, so it is not shown.
                "The definition reads it; the first row of the file names the columns.",
                Place(str(sheet.file)),
            )
            for name in missing
        )


@contextmanager
def opened(sheet: Sheet, engine: str, columns: Iterable[str]) -> Iterator[Any]:
    """The ``columns`` of a table as a narwhals frame, by an engine (polars, duckdb, pandas or spark).

    Every row of a text file has as many fields as its header: DuckDB refuses others while it reads; other engines read
    after a check.
    Raises DataError for such rows (AO500, AO502), for moments of a time zone (AO561), and where the engine fails otherwise (AO521), without what it says: that
    may quote a cell.
    """
    import narwhals as nw

    source, names, runs = sheet.source, sorted(columns), EVERY_ENGINE[engine]()
    wanted = sheet.extract.needed(names, source.columns)
    _check_zones(source, wanted)
    if source.delimiter and not runs.strict:
        _check(source)
    try:
        with runs.open(source, list(source.columns) if source.delimiter else wanted) as native:
            frame: Any = nw.from_native(native)
            if source.delimiter:  # engines differ in what they make of a blank line: a row with nothing in it is none
                blank = reduce(and_, [nw.col(name).fill_null("") == "" for name in source.columns])
                frame = frame.filter(~blank).select(wanted)
            if sheet.extract.columns:
                frame = frame.with_columns(*sheet.extract.expressions(names)).select(names)
            yield frame
    except runs.errors:
        if source.delimiter:
            _find_fault(source)
        sentence = f"{engine} cannot read the records."
        raise DataError(Problem("AO521", sentence, "Try another --engine.", Place(str(sheet.file)))) from None


def _check_zones(source: Source, columns: Iterable[str]) -> None:
    """Raises DataError (AO561) for moments of a time zone: on which day they lie depends on the place."""
    if zoned := source.zoned & set(columns):
        sentence = f"The column {min(zoned)} holds moments of a time zone."
        raise DataError(
            Problem("AO561", sentence, "Write them as local time, without a zone.", Place(str(source.file)))
        )


def _check(source: Source) -> None:
    """Raises DataError (AO500, AO502) where a row has more or fewer fields than the header. DuckDB looks, where it is there."""
    if find_spec("duckdb") is None:
        return _find_fault(source)
    import duckdb

    try:
        with duckdb.connect() as connection:
            connection.sql(f"select count(*) from {strict_csv(source)}").fetchall()
    except duckdb.Error:  # it knows that there is a fault; which row it is in is looked for here
        _find_fault(source)


def _find_fault(source: Source) -> None:
    """Raises DataError (AO500, AO502) at the first row that is faulty, after a look at each."""
    file = str(source.file)
    with _reading(source.file), source.file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter=source.delimiter, strict=True)
        try:
            for row in rows:
                if row and len(row) != len(source.columns):
                    sentence = f"The row has {len(row)} fields, the header {len(source.columns)}."
                    place = Place(file, rows.line_num)
                    raise DataError(Problem("AO502", sentence, "Check the marks between the fields.", place))
        except csv.Error:
            place = Place(file, rows.line_num)
            raise DataError(Problem("AO502", "The row is not CSV.", "Check the quotes.", place)) from None
