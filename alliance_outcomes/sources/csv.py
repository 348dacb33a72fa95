"""CSV in the dialects users meet: commas or semicolons, points or decimal commas, UTF-8 or cp1252."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from ..measured import COLUMNS, Measured, composed
from ..problems import DataError, Place, Problem, UsageError
from .kinds import named
from .table import Cells, Table
from .tidy import tidy, wanted_in

LARGEST_BYTES = 512 * 1024 * 1024
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_PACKED = {b"PK\x03\x04": "a zip archive or a workbook", b"\x1f\x8b": "packed by gzip", b"PAR1": "Parquet"}


def read_csv(path: str | Path) -> Measured:
    """The measured data of a tidy CSV file. Raises DataError with every fault (AO50x), UsageError for a missing file."""
    return parse_csv(read_data_file(path), str(path))


def parse_csv(data: bytes, file: str) -> Measured:
    """The measured data of ``data``; see read_csv. ``assumed`` of the result says what was guessed."""
    return tidy(named(parse_text(data, file, COLUMNS), COLUMNS, 2, wanted_in(Path(file))))


def read_text(path: Path, known: Collection[str]) -> Table:
    """The table in a text file, its fields split by the mark that finds most of the ``known`` names in the header."""
    return parse_text(read_data_file(path), str(path), known)


def read_data_file(path: str | Path) -> bytes:
    """The bytes of a regular file of data. Raises UsageError where it is missing (AO001), DataError (AO500)."""
    file = Path(path)
    if not file.exists():
        raise UsageError(Problem("AO001", f"There is no file {file}.", "Check the name and the folder."))
    if not file.is_file():
        raise DataError(Problem("AO500", f"{file} is not a regular file.", "Name a CSV file.", Place(str(file))))
    if file.stat().st_size > LARGEST_BYTES:
        raise DataError(Problem("AO500", f"{file} is larger than 512 MB.", "Split it by period.", Place(str(file))))
    return file.read_bytes()


def parse_text(data: bytes, file: str, known: Collection[str]) -> Table:
    """The table in ``data``; see read_text. Raises DataError for what is no text (AO500) or no CSV (AO502)."""
    text, encoding = _decode(data, file)
    delimiter = _delimiter(text, known)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [composed(name.strip()) for name in next(rows, [])]
        records: list[tuple[Place, list[str]]] = []
        while (cells := next(rows, None)) is not None:
            if cells:
                records.append((Place(file, rows.line_num), cells))
    except csv.Error as error:
        raise DataError(
            Problem("AO502", f"The row is not CSV: {error}.", "Check the quotes.", Place(file, rows.line_num))
        ) from None
    traits = {"encoding": encoding, "delimiter": DELIMITERS[delimiter]}
    cells_at = TextCells(text, delimiter, header)
    return Table(file, Place(file), header, records, cells_at, "CSV", traits, delimiter != ",")


class TextCells(Cells):
    """Where the cells of a text stand."""

    def __init__(self, text: str, delimiter: str, header: list[str]) -> None:
        self.text, self.delimiter, self.header = text, delimiter, header

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; split only where a place is asked for, since a row without a fault needs none."""
        return re.split(r"\r\n|\r|\n", self.text)

    def line(self, row: Place) -> str:
        return self.lines[row.line - 1]

    def starts(self, row: Place) -> list[int]:
        """Where each cell begins; empty where one goes over several lines."""
        line = self.lines[row.line - 1]
        if '"' in line:
            edges = [0, *(at + 1 for at in self.marks(line)), len(line) + 1]
        else:
            edges = list(accumulate((len(cell) + 1 for cell in line.split(self.delimiter)), initial=0))
        return edges if len(edges) == len(self.header) + 1 else []

    def marks(self, line: str) -> list[int]:
        """Where the delimiters of a line stand; one inside quotes is part of its cell."""
        quoted, found = False, []
        for at, letter in enumerate(line):
            quoted ^= letter == '"'
            if letter == self.delimiter and not quoted:
                found.append(at)
        return found


def _decode(data: bytes, file: str) -> tuple[str, str]:
    packed = next((what for mark, what in _PACKED.items() if data.startswith(mark)), None)
    if packed:
        sentence, hint = f"The file is no text: it is {packed}.", "Unpack it, or end its name as what it is."
        raise DataError(Problem("AO500", sentence, hint, Place(file)))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
        raise DataError(Problem("AO500", "The file is UTF-16 or not text.", "Save it as CSV UTF-8.", Place(file)))
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        try:
            return data.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            line = data[: error.start].count(b"\n") + 1
            sentence = "The file is neither UTF-8 nor cp1252."
            raise DataError(Problem("AO500", sentence, "Save it as CSV UTF-8.", Place(file, line))) from None


def _delimiter(text: str, known: Collection[str]) -> str:
    """The delimiter that splits the header into most of the known names."""
    header = composed(text.partition("\n")[0].strip("\r"))
    scores = {mark: sum(name.strip().strip('"') in known for name in header.split(mark)) for mark in DELIMITERS}
    return max(scores, key=lambda mark: scores[mark])
