"""``alliance init``: a folder with a contract to begin with, its data, and the editor's schema."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Annotated

import typer

from ..problems import Problem, UsageError
from .options import Speaking, language_of
from .terminal import put, say

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.", show_default=False)]
NEXT = {
    "en": "Next, in this order:",
    "fi": "Seuraavaksi, tässä järjestyksessä:",
    "sv": "Härnäst, i denna ordning:",
}


def run(folder: Folder, lang: Speaking = None) -> None:
    """Make a folder with a small contract, a year of data and the schema, and say what to do next.

    With --lang fi or sv the data is a CSV as Finnish spreadsheets write it: semicolons and a decimal comma.

    Example: alliance init demo --lang fi
    """
    from ..contract.loading import packaged
    from ..contract.schema import contract_schema

    language = language_of(lang)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(Problem("AO031", f"{folder} is there already.", "Name a new or an empty folder."))
    starter = packaged("starter")
    data = (starter / "measured.csv").read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    put((starter / "contract.yaml").read_text("utf-8"), folder / "contract.yaml")
    put(data if language == "en" else _as_spreadsheet(data), folder / "measured.csv")
    put(json.dumps(contract_schema(), ensure_ascii=False, indent=2) + "\n", folder / "contract.schema.json")
    contract, measured = folder / "contract.yaml", folder / "measured.csv"
    spoken = "" if language == "en" else f" --lang {language}"
    say(NEXT[language])
    for command in (
        f"lint {contract}",
        f"settle {contract} {measured}{spoken}",
        f"explain {contract} {measured} gain_share{spoken}",
    ):
        put(f"alliance {command}\n", None)


def _as_spreadsheet(data: str) -> str:
    """The same rows with semicolons, decimal commas and a byte order mark."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(data))
    header = next(rows)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    value = header.index("value")
    for row in rows:
        row[value] = row[value].replace(".", ",")
        writer.writerow(row)
    return "\ufeff" + out.getvalue()
