"""Workbooks: a packed one, the XML of its parts with a NUL between them, or the elements of a sheet, one a line.

Few changes of XML are XML again, so a line such as ``c r=B2 t=str`` stands for an element, and ``v 45`` for what is in it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

from tests.raw_workbooks import MAIN, rows, sheet, workbook

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
        f"\n{each}"
        for each in ("row r=", "c r=", "v 1", "f 1+1", "t a", "c t=str\nv ", "c t=b\nv ", "c t=e\nv ", "c s=1\nv 0.5")
    ),
    *(
        f"\n{each}"
        for each in ("mergeCell ref=", "col min=1 max=2 hidden=1", "dimension ref=", "sheetFormatPr zeroHeight=1")
    ),
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
    """The small data of the tests as a workbook: packed, in parts, and as the elements of its sheet."""
    lines = [dict(zip("ABCD", cells, strict=True)) for cells in (HEADER, *ROWS)]
    with TemporaryDirectory() as folder:
        packed = workbook(Path(folder) / "a.xlsx", {"Data": sheet(rows(*lines))}).read_bytes()
    with ZipFile(io.BytesIO(packed)) as archive:
        parts = [archive.read(each) for each in PARTS]
    cells = [
        f"row r={number}\n" + "\n".join(f"c r={column}{number} t=inlineStr\nt {text}" for column, text in line.items())
        for number, line in enumerate(lines, 1)
    ]
    return [packed, joined(*parts), "\n".join(["cols", *cells, "mergeCells", "tableParts"]).encode()]


def written(lines: Sequence[str]) -> str:
    """The XML of a sheet whose elements stand a line each: rows, cells in them, what is in a cell; all else beside the rows."""
    before, data, after = list[str](), list[str](), list[str]()
    opened = list[str]()

    def closed(*kept: str) -> None:
        while opened and opened[-1] not in kept:
            data.append(f"</{opened.pop()}>")

    for line in lines:
        name, _, rest = line.partition(" ")
        name = "".join(letter for letter in name if letter.isascii() and letter.isalpha()) or "c"
        if name in ("v", "f", "t"):
            text = f"<{name}>{escape(rest)}</{name}>"
            data.append(text if name != "t" else f"<is>{text}</is>")
            continue
        pairs = dict(each.split("=", 1) for each in rest.split() if "=" in each)
        shown = "".join(
            f" {key}={quoteattr(value)}" for key, value in pairs.items() if key.isidentifier() and key.isascii()
        )
        if name in ("row", "c"):
            closed(*(("row",) if name == "c" else ()))
            data.append(f"<{name}{shown}>")
            opened.append(name)
        else:
            (after if data else before).append(f"<{name}{shown}/>")
    closed()
    return f"<worksheet {MAIN}>{''.join(before)}<sheetData>{''.join(data)}</sheetData>{''.join(after)}</worksheet>"


def ready(folder: Path) -> Run:
    """Read by its name, settle, survey."""
    contract, file = contract_in(folder), folder / "measured.xlsx"
    sound = parted(seeds()[1], len(PARTS))

    def run(data: bytes) -> object:
        if data.startswith(b"PK"):
            file.write_bytes(data)
        else:
            parts = list(parted(data, len(PARTS)))
            if not parts[0].startswith(b"<"):
                parts = [written(parts[0].decode("utf-8", "replace").split("\n")).encode(), *sound[1:]]
            with ZipFile(file, "w") as archive:
                for name, part in zip(PARTS, parts, strict=True):
                    archive.writestr(name, part)
        return settled(contract, file)

    return run
