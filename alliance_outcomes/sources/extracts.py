"""Extracts: every register names and codes its columns in its own way; a mapping beside the records says how they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..contract.columns import RecordColumn, RecordColumns
from ..contract.located import find
from ..contract.reading import read_document
from ..contract.validating import in_order, validated
from ..measured import composed
from ..problems import ContractError, DataError, Place, Problem

EXTRACTS = "records.columns.yaml"
"""The name of the mapping in a folder of records."""
_FINNISH = r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?: [0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?)?$"


class Extract:
    """How one table of an extract is read: by the name that definitions use, the column it is, and what its cells mean."""

    def __init__(
        self, table: str, stem: str, columns: dict[str, RecordColumn], places: dict[str, Place | None]
    ) -> None:
        self.table, self.stem, self.columns, self._places = table, stem, columns, places

    def names(self, header: Sequence[str]) -> tuple[str, ...]:
        """The names that definitions can read, where the file has the columns of ``header``: stated first, others as they
        stand. Raises DataError for a column that the file has not (AO515), without what it has: that may be a record."""
        missing = [
            Problem(
                "AO515",
                f"The file of {self.table} has no column {spec.column!r}.",
                "Check the name.",
                self._places[name],
            )
            for name, spec in self.columns.items()
            if spec.column is not None and spec.column not in header
        ]
        if missing:
            raise DataError(missing)
        return (*self.columns, *(name for name in header if name not in self.columns))

    def needed(self, names: Sequence[str], header: Sequence[str]) -> list[str]:
        """The columns of the file that are opened to read ``names``; one at least, so that there are rows."""
        specs = {name: self.columns.get(name, RecordColumn.model_construct(column=name)) for name in names}
        return sorted({spec.column for spec in specs.values() if spec.column is not None}) or list(header[:1])

    def expressions(self, names: Sequence[str]) -> Iterator[Any]:
        """What each of ``names`` is, as narwhals expressions over the columns of the file."""
        import narwhals as nw

        for name in names:
            spec = self.columns.get(name)
            if spec is None:
                yield nw.col(name)
            elif spec.column is None:
                yield nw.lit(str(spec.constant)).alias(name)
            else:
                yield _read(spec, nw.col(spec.column)).alias(name)


def extract_of(folder: Path, table: str) -> Extract:
    """How ``table`` is read in ``folder``: as its mapping says, or as it stands.

    Raises ContractError for a faulty mapping (AO0xx, AO1xx).
    """
    file = folder / EXTRACTS
    if not file.is_file():
        return Extract(table, table, {}, {})
    document = read_document(file, folder)
    problems = list(document.problems)
    mapping = validated(RecordColumns, document.root, problems)
    if mapping is None or problems:
        raise ContractError(in_order(problems))
    stated = mapping.tables.get(table)
    if stated is None:
        return Extract(table, table, {}, {})
    places = {name: find(document.root, ("tables", table, "columns", name)) for name in stated.columns}
    return Extract(table, stated.file or table, dict(stated.columns), places)


def _read(spec: RecordColumn, column: Any) -> Any:
    """The cells of a column as definitions read them: codes replaced, days turned, what means missing left blank."""
    import narwhals as nw

    if not spec.codes and not spec.missing and spec.days == "as written":
        return column
    text = column.cast(nw.String).str.strip_chars()
    found = _turned(text) if spec.days == "day.month.year" else text
    for written, code in {**spec.codes, **dict.fromkeys(spec.missing, "")}.items():
        found = nw.when(text == composed(written)).then(nw.lit(str(code))).otherwise(found)
    return found


def _turned(text: Any) -> Any:
    """Days such as 1.3.2023, with a time or without, as 2023-03-01; anything else as it stands, for the definition to refuse."""
    import narwhals as nw

    day = _padded(text.str.replace_all(r"\..*$", ""))
    rest = text.str.replace_all(r"^[0-9]+\.", "")
    month = _padded(rest.str.replace_all(r"\..*$", ""))
    rest = rest.str.replace_all(r"^[0-9]+\.", "")
    date = nw.concat_str([rest.str.slice(0, 4), nw.lit("-"), month, nw.lit("-"), day])
    clock = rest.str.slice(5)
    hour = _padded(clock.str.replace_all(r"[.:].*$", ""))
    minutes = clock.str.replace_all(r"^[0-9]+[.:]", "").str.replace_all(".", ":", literal=True)
    moment = nw.concat_str([date, nw.lit("T"), hour, nw.lit(":"), minutes])
    turned = nw.when(rest.str.len_chars() > 4).then(moment).otherwise(date)
    return nw.when(text.str.contains(_FINNISH)).then(turned).otherwise(text)


def _padded(digits: Any) -> Any:
    """One digit as two."""
    import narwhals as nw

    return nw.when(digits.str.len_chars() == 1).then(nw.concat_str([nw.lit("0"), digits])).otherwise(digits)
