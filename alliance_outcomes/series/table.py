"""A table of figures as CSV: a column of periods, a column of figures, and columns to pick by."""

from __future__ import annotations

import csv
import io

from . import Choice, label_of, only_one

KIND = "table"


def read(data: bytes, choice: Choice) -> dict[str, str]:
    """The figures of column ``value`` by column ``time`` (period and value where left out). Raises ValueError with a sentence.

    A semicolon between the fields allows a decimal comma.
    """
    first = data.split(b"\n", 1)[0]
    mark = ";" if first.count(b";") else ","
    rows = rows_of(data, mark)
    time, value = choice.time or "period", choice.value or "value"
    header = list(rows[0]) if rows else []
    for name in (time, value, *choice.pick):
        if name not in header:
            raise ValueError(f"the file has no column {name}; its columns are {', '.join(header) or 'none'}")
    found: dict[str, str] = {}
    for row in rows:
        if all(row[name] == code for name, code in choice.pick.items()) and row[value]:
            figure = row[value].replace(",", ".") if mark == ";" else row[value]
            only_one(found, label_of(row[time]), figure, "a column")
    return found


def rows_of(data: bytes, mark: str) -> list[dict[str, str]]:
    """The rows of a CSV by their header. Raises ValueError for what is none."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=mark, strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise ValueError("the file is not CSV in UTF-8") from None
    lines = [line for line in lines if line]
    if not lines or len(set(lines[0])) != len(lines[0]):
        raise ValueError("the file has no header, or a column twice")
    if any(len(line) != len(lines[0]) for line in lines):
        raise ValueError("a row has not as many fields as the header")
    return [dict(zip(lines[0], (cell.strip() for cell in line), strict=True)) for line in lines[1:]]
