"""Kinds of files that hold measured data, one a file, found by looking in this folder.

The file's name is the ending, ``_`` read as ``.``: ``sql_yaml.py`` reads ``measured.sql.yaml``. It has a function
``read`` that takes the path and the names that its header may hold, and gives a Table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from ...problems import DataError, Place, Problem, UsageError
from ..table import Table

Reader = Callable[[Path, Collection[str]], Table]


def endings() -> list[str]:
    """The endings of the files that can be read, in order."""
    return sorted(f".{module.name.replace('_', '.')}" for module in iter_modules(__path__))


def ending_of(path: Path) -> str | None:
    """The ending of a file that can be read, the longest that fits; None for any other file."""
    return max((each for each in endings() if path.name.lower().endswith(each)), key=len, default=None)


def stem_of(path: Path) -> str:
    """The name of a file without its ending."""
    return path.name[: -len(ending)] if (ending := ending_of(path)) else path.stem


def read_table(path: Path, known: Collection[str], least: int, wanted: str) -> Table:
    """The table in a regular file, by the reader of its ending.

    Raises UsageError for a missing file (AO001) or extra (AO050); DataError for what is no regular file (AO500), of no
    kind that is read (AO530), faulty, or without ``least`` of the ``known`` names in its header (AO501), where ``wanted``
    says what should be there.
    """
    if not path.exists():
        raise UsageError(Problem("AO001", f"There is no file {path}.", "Check the name and the folder."))
    if not path.is_file():
        raise DataError(Problem("AO500", f"{path} is not a regular file.", "Name a file of data.", Place(str(path))))
    ending = ending_of(path)
    if ending is None:
        sentence = f"{path.name} is of no kind that is read; nothing is unpacked, and nothing in it is run."
        raise DataError(Problem("AO530", sentence, f"Save it as one of {', '.join(endings())}.", Place(str(path))))
    reader: Reader = import_module(f"{__name__}.{ending[1:].replace('.', '_')}").read
    return named(reader(path, known), known, least, wanted)


def named(table: Table, known: Collection[str], least: int, wanted: str) -> Table:
    """The table, whose header holds ``least`` of the ``known`` names at least (AO501)."""
    if sum(name in known for name in set(table.header)) < least:
        there = any(table.header) or table.records
        sentence = (
            "The first row does not name the columns of measured data." if there else "There is nothing in the file."
        )
        raise DataError(Problem("AO501", sentence, wanted, Place(table.file)))
    return table
