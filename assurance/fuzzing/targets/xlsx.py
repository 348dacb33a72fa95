"""Workbooks: a packed one, or the XML of its parts with a NUL between them, which are packed here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from tests.raw_workbooks import rows, sheet, workbook

from ..form import Run
from ._pieces import joined, parted
from ._settling import HEADER, ROWS, contract_in, settled

PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "_rels/.rels",
)
_WORDS = "<row <c <v> <is> <t> <f> </c> <mergeCell <cols> <col hidden= r= s= t= ref= min= max= width= inlineStr numFmtId= formatCode="
_WORDS_2 = "<dimension <sheetData> <sheetPr <cellXfs <xf <numFmt <si> <sst dataValidation veryHidden 1048576 XFD1 $A$1 1E5 0.725"
WORDS = (
    *_WORDS.split(),
    *_WORDS_2.split(),
    *(
        "\x00",
        "xml:space",
        "<!DOCTYPE",
        "&amp;",
        "&#0;",
        "<![CDATA[",
        "0.0\\ %",
        "yyyy",
        't="e"',
        't="b"',
        't="d"',
        't="str"',
        't="s"',
    ),
)


def seeds() -> Sequence[bytes]:
    """The small data of the tests as a workbook: packed, and in parts."""
    lines = [dict(zip("ABCD", cells, strict=True)) for cells in (HEADER, *ROWS)]
    with TemporaryDirectory() as folder:
        packed = workbook(Path(folder) / "a.xlsx", {"Data": sheet(rows(*lines))}).read_bytes()
    with ZipFile(io.BytesIO(packed)) as archive:
        parts = [archive.read(each) for each in PARTS]
    return [packed, joined(*parts)]


def ready(folder: Path) -> Run:
    """Read by its name, settle, survey."""
    contract, file = contract_in(folder), folder / "measured.xlsx"

    def run(data: bytes) -> object:
        if data.startswith(b"PK"):
            file.write_bytes(data)
        else:
            with ZipFile(file, "w") as archive:
                for name, part in zip(PARTS, parted(data, len(PARTS)), strict=True):
                    archive.writestr(name, part)
        return settled(contract, file)

    return run
