"""Workbooks written part by part, so that a test can put into one what no spreadsheet program would."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PERCENT, DAY = 1, 2
"""Styles of the workbooks made here: shown as 72.5 %, shown as a day."""

STYLES = f"""<styleSheet {MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0\\ %"/></numFmts>
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf numFmtId="10"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"""
TYPES = f"""<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>"""
TOP = f"""<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Target="xl/workbook.xml"
Type="{OFFICE}/officeDocument"/></Relationships>"""


def cell(address: str, value: object, style: int = 0) -> str:
    """A cell: text inline, a number as it is written."""
    if isinstance(value, str):
        return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
    return f'<c r="{address}" s="{style}"><v>{value}</v></c>'


def rows(*lines: Mapping[str, object]) -> str:
    """Rows of cells by their letters; what begins with < stands as it is."""
    made = ""
    for number, line in enumerate(lines, 1):
        cells = [
            value if isinstance(value, str) and value.startswith("<") else cell(f"{column}{number}", value)
            for column, value in line.items()
        ]
        made += f'<row r="{number}">{"".join(map(str, cells))}</row>'
    return made


def sheet(data: str, before: str = "", after: str = "") -> str:
    """A sheet with these rows."""
    return f"<worksheet {MAIN}>{before}<sheetData>{data}</sheetData>{after}</worksheet>"


def workbook(
    file: Path,
    sheets: Mapping[str, str],
    states: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> Path:
    """A workbook of these sheets, by name, and of other parts; ``states`` hides some of them."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{(states or {}).get(name, "visible")}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
    targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    held = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": TOP,
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst {MAIN} count="0" uniqueCount="0"/>',
        **{f"xl/worksheets/sheet{n}.xml": sheets[name] for n, name in enumerate(names, 1)},
        **(parts or {}),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    return file
