"""Real LibreOffice, headless, with a profile of its own that computes every formula anew when it opens a workbook."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from python_calamine import CalamineWorkbook

Grid = list[list[object]]
Grids = dict[str, Grid]

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_SECONDS, _BOOKS_A_CALL = 300, 30


@cache
def soffice() -> str:
    """The program, or a skip with its reason where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("LibreOffice is not installed")
    return found


def recalculated(books: Mapping[str, bytes]) -> dict[str, Grids]:
    """Every sheet of each workbook as LibreOffice computes it: rows of values, from the first row and column on.

    It gets slower with each workbook of a call, so a call has a few; two run side by side.
    """
    program, names = soffice(), list(books)
    calls = [
        {name: books[name] for name in names[at : at + _BOOKS_A_CALL]} for at in range(0, len(names), _BOOKS_A_CALL)
    ]
    with ThreadPoolExecutor(2) as running:
        found = list(running.map(lambda call: _converted(program, call), calls))
    return {name: grids for call in found for name, grids in call.items()}


def _converted(program: str, books: Mapping[str, bytes]) -> dict[str, Grids]:
    with TemporaryDirectory() as folder:
        profile, before, after = (Path(folder) / name for name in ("profile", "before", "after"))
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")
        before.mkdir()
        for name, book in books.items():
            (before / f"{name}.xlsx").write_bytes(book)
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
        files = sorted(map(str, before.iterdir()))
        subprocess.run(
            [*command, "--outdir", str(after), *files], check=True, capture_output=True, timeout=_SECONDS, cwd=folder
        )
        return {name: read(after / f"{name}.xlsx") for name in books}


def read(path: Path) -> Grids:
    """Every sheet of a workbook as it stands in the file."""
    book = CalamineWorkbook.from_path(path)
    return {name: [list(row) for row in book.get_sheet_by_name(name).to_python(False)] for name in book.sheet_names}
