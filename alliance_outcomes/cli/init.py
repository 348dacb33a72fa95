"""``alliance init``: a folder with a contract, its data and what they come to."""

from __future__ import annotations

import shlex
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from ..problems import Problem, UsageError
from .options import Speaking, language_of
from .terminal import put, say

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The new folder to make.", show_default=False, readable=False)
]
WORKFLOW = ".github/workflows/contract.yml"
NEXT = {
    "en": "Next, in this order:",
    "fi": "Seuraavaksi, tässä järjestyksessä:",
    "sv": "Härnäst, i denna ordning:",
}


def run(folder: Folder, lang: Speaking = None) -> None:
    """Make a folder with a small contract, a year of data, their settlement and a check for CI; say what to do next.

    Its words are in the language. With --lang fi or sv the data is a CSV as Finnish spreadsheets write it: semicolons and
    a decimal comma. Nothing is written over: the folder must be a new one.

    Example: alliance init my-alliance --lang fi
    """
    from ..files import folder_put

    language = language_of(lang)
    try:
        with folder_put(folder, _files(language)):
            pass
    except FileExistsError:
        raise UsageError(Problem("AO031", f"{folder} is there already.", "Name a new folder.")) from None
    contract, measured = (shlex.quote(str(folder / name)) for name in ("contract.yaml", "measured.csv"))
    spoken = "" if language == "en" else f" --lang {language}"
    say(NEXT[language])
    put(
        f"alliance lint {contract}\n"
        f"alliance settle {contract} {measured}{spoken}\n"
        f"alliance explain {contract} {measured} gain_share{spoken}\n",
        None,
    )


def _files(language: str) -> dict[str, bytes]:
    """All files of the folder by their names, in the words of a language."""
    import json
    from importlib.metadata import version
    from textwrap import fill

    from ..contract.loading import packaged
    from ..contract.schema import contract_schema

    starter = packaged("starter")
    words = json.loads((starter / "words.json").read_text("utf-8"))[language]
    words |= {"language": language, "version": version("alliance-outcomes")}
    words["workflow"] = fill(words["workflow"], 100, initial_indent="# ", subsequent_indent="# ")

    def said(name: str) -> str:
        return Template((starter / name).read_text("utf-8")).safe_substitute(words)

    data = said("measured.csv") if language == "en" else _as_spreadsheet(said("measured.csv"))
    contract, measured = said("contract.yaml").encode("utf-8"), data.encode("utf-8")
    return {
        "contract.yaml": contract,
        "contract.schema.json": (json.dumps(contract_schema(), ensure_ascii=False, indent=2) + "\n").encode("utf-8"),
        "measured.csv": measured,
        "expected.txt": _settled(contract, measured, language),
        WORKFLOW: said("workflow.yml").encode("utf-8"),
    }


def _settled(contract: bytes, measured: bytes, language: str) -> bytes:
    """What ``alliance settle contract.yaml measured.csv`` says in the folder."""
    from ..contract.loading import build_contract
    from ..contract.reading import parse_document
    from ..settlement import choose_period, settle
    from ..sources.csv import parse_csv
    from ..statements.documents import Asked, write

    agreed = build_contract(parse_document(contract, "contract.yaml"))
    data = parse_csv(measured, "measured.csv")
    return write(settle(agreed, data, choose_period(agreed, data, None)), ".txt", Asked(language))


def _as_spreadsheet(data: str) -> str:
    """The same rows with semicolons, decimal commas and a byte order mark."""
    import csv
    import io

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
