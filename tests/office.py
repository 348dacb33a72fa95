"""Real LibreOffice, headless, with a profile of its own that computes every formula anew when it opens a workbook."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from python_calamine import CalamineWorkbook

Grid = list[list[object]]
Grids = dict[str, Grid]

_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_SECONDS = 300


@cache
def soffice() -> str:
    """The program, or a skip with its reason where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("LibreOffice is not installed")
    return found


def recalculated(books: Mapping[str, bytes]) -> dict[str, Grids]:
    """Every sheet of each workbook as LibreOffice computes it: rows of values, from the first row and column on."""
    with TemporaryDirectory() as folder:
        profile, before, after = (Path(folder) / name for name in ("profile", "before", "after"))
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_RECALCULATE, "utf-8")
        before.mkdir()
        for name, book in books.items():
            (before / f"{name}.xlsx").write_bytes(book)
        command = [soffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
        files = sorted(map(str, before.iterdir()))
        subprocess.run(
            [*command, "--outdir", str(after), *files], check=True, capture_output=True, timeout=_SECONDS, cwd=folder
        )
        return {name: read(after / f"{name}.xlsx") for name in books}


def read(path: Path) -> Grids:
    """Every sheet of a workbook as it stands in the file."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
