"""Arguments and options that commands share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional, TypeVar

import typer

from ..problems import Problem, UsageError
from .completion import periods


class Language(StrEnum):
    """Languages of everything that speaks."""

    en = "en"
    fi = "fi"
    sv = "sv"


class Format(StrEnum):
    """Kinds of output."""

    table = "table"
    json = "json"
    csv = "csv"


class Engine(StrEnum):
    """Data-frame engines."""

    polars = "polars"
    duckdb = "duckdb"
    pandas = "pandas"
    spark = "spark"


class TableOrJson(StrEnum):
    """Kinds of output that is no table of data."""

    table = "table"
    json = "json"


class Dialect(StrEnum):
    """Kinds of CSV."""

    plain = "plain"
    fi = "fi"


# Files that cannot be read are told by their readers, with a code: readable=False has Typer leave that to them.
ContractFile = Annotated[
    Path, typer.Argument(metavar="CONTRACT", help="The contract file (YAML).", show_default=False, readable=False)
]
ContractFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="CONTRACT...", help="Contract files, folders of them, or patterns.", show_default=False, readable=False
    ),
]
DataFile = Annotated[
    Path,
    typer.Argument(
        metavar="DATA", help="Measured data: .csv, .xlsx, .parquet, .sql.yaml ...", show_default=False, readable=False
    ),
]
DataOrRecords = Annotated[
    Path,
    typer.Argument(
        metavar="DATA", help="Measured data (a file), or a folder of records.", show_default=False, readable=False
    ),
]
On = Annotated[Engine, typer.Option("--engine", help="What counts records; all give the same.")]
Provisional = Annotated[bool, typer.Option("--provisional", help="Mark what is measured from records as provisional.")]
OnePeriod = Annotated[
    Optional[str],
    typer.Option(
        "--period", metavar="PERIOD", help="The period; needed where the data holds several.", autocompletion=periods
    ),
]
Periods = Annotated[
    Optional[list[str]],
    typer.Option("--period", metavar="PERIOD", help="A period; may be repeated.", autocompletion=periods),
]
Payees = Annotated[
    Optional[list[str]], typer.Option("--payee", metavar="PAYEE", help="Only this payee; may be repeated.")
]
OnePayee = Annotated[
    Optional[str], typer.Option("--payee", metavar="PAYEE", help="The payee, where there are several.")
]
Speaking = Annotated[Optional[Language], typer.Option("--lang", help="Language; else ALLIANCE_LANG, else en.")]
BY_ENDING = "Kind of output; else by the ending of -o, else table."
Shape = Annotated[Optional[Format], typer.Option("-f", "--format", help=BY_ENDING)]
TableOrData = Annotated[Optional[TableOrJson], typer.Option("-f", "--format", help=BY_ENDING)]
Earlier = Annotated[
    Optional[list[Path]],
    typer.Option(
        "--earlier",
        metavar="FILE",
        help="An earlier settlement (JSON), from which what is carried or settled() is read; may be repeated.",
        readable=False,
    ),
]
ColumnsFile = Annotated[
    Optional[Path],
    typer.Option(
        "--columns",
        metavar="FILE",
        help="Which column of DATA is what; else DATA.columns.yaml, or columns/ by the contract.",
    ),
]
BundleFolder = Annotated[
    Optional[Path],
    typer.Option(
        "--bundle", metavar="DIR", help="Keep all that the settlement rests on in this new folder.", readable=False
    ),
]
Register = Annotated[
    Optional[Path],
    typer.Option("--register", metavar="DIR", help="The register that the settlement stands in.", readable=False),
]
RegisterFolder = Annotated[
    Path, typer.Argument(metavar="REGISTER", help="A folder that --register made.", show_default=False, readable=False)
]
AsOf = Annotated[Optional[str], typer.Option("--as-of", metavar="DAY", help="The day of the settlement: 2024-05-31.")]
Output = Annotated[
    Optional[Path],
    typer.Option("-o", "--output", metavar="FILE", help="Write to this file, whole or not at all.", readable=False),
]
CsvDialect = Annotated[Dialect, typer.Option("--csv-dialect", help="fi: BOM, semicolons and decimal comma.")]


def language_of(asked: Language | None) -> str:
    """The language to speak: as asked, else ALLIANCE_LANG, else English; never the locale."""
    if asked is not None:
        return asked.value
    wanted = os.environ.get("ALLIANCE_LANG", "en")
    if wanted not in list(Language):
        raise UsageError(Problem("AO026", f"ALLIANCE_LANG is {wanted!r}.", "Set it to fi, sv or en."))
    return wanted


KIND = TypeVar("KIND", bound=StrEnum)
_ENDINGS = {".txt": Format.table, ".json": Format.json, ".csv": Format.csv}
_TABLE_OR_JSON = {".txt": TableOrJson.table, ".json": TableOrJson.json}


def kind_of(asked: KIND | None, output: Path | None, endings: Mapping[str, KIND]) -> KIND:
    """The kind of output: as asked, else by the ending of the file, else the first of all (AO027)."""
    if asked is not None:
        return asked
    if output is None:
        return next(iter(endings.values()))
    if output.suffix not in endings:
        sentence = f"The ending of {output.name} names no kind of output."
        raise UsageError(Problem("AO027", sentence, f"End it with one of {', '.join(endings)}."))
    return endings[output.suffix]


def format_of(asked: Format | None, output: Path | None) -> Format:
    """A table, JSON or CSV: as asked, else by the ending of the file (AO027)."""
    return kind_of(asked, output, _ENDINGS)


def is_json(asked: TableOrJson | None, output: Path | None) -> bool:
    """Whether JSON is wanted, not a table: as asked, else by the ending of the file (AO027)."""
    return kind_of(asked, output, _TABLE_OR_JSON) is TableOrJson.json


def contract_files(paths: Iterable[Path]) -> list[Path]:
    """The contract files that each path means: itself, those in a folder, or those that a pattern fits (AO061)."""
    return [file for path in paths for file in _contract_files(path)]


def _contract_files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
        if not found:
            raise UsageError(
                Problem("AO061", f"There is no contract file in {path}.", "Name a folder with *.yaml in it.")
            )
        return found
    if not path.exists() and any(sign in str(path) for sign in "*?["):
        found = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        if not found:
            raise UsageError(Problem("AO061", f"No file fits {path}.", "Check the folder and the pattern."))
        return found
    return [path]


def day_of(asked: str | None) -> date | None:
    """A day as 2024-05-31 (AO073)."""
    if asked is None:
        return None
    from ..evidence.keeping import check_day

    check_day(asked)
    return date.fromisoformat(asked)
