"""The rows about Excel in the list of bad inputs: what a workbook hides is refused with its address, and none is a bomb."""

from __future__ import annotations

import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from alliance_outcomes.problems import DataError, UsageError
from alliance_outcomes.sources import archive, worksheet
from alliance_outcomes.sources.kinds import read_table
from alliance_outcomes.sources.table import Table
from alliance_outcomes.sources.worksheet import number_text
from tests.faulty import CONTRACT, written
from tests.raw_workbooks import DAY, MAIN, PERCENT, cell, rows, sheet, workbook
from tests.running import alliance
from tests.tree import ROOT

HEADER = {"A": "period", "B": "indicator", "C": "value"}
LINE = {"A": "2020", "B": "visits", "C": 45}


def read(file: Path) -> Table:
    """The table in a workbook."""
    return read_table(file, {"period", "indicator", "value"}, 1, "Name the columns.")


def told(file: Path) -> list[str]:
    """What is said of a workbook that is refused: the code and the sentence of each problem."""
    with pytest.raises(DataError) as refused:
        read(file)
    return [f"{each.code} {each.sentence}" for each in refused.value.problems]


def values(folder: Path, data: str, before: str = "", after: str = "") -> list[list[str]]:
    """The rows of text that a sheet is read as."""
    return [cells for _, cells in read(workbook(folder / "d.xlsx", {"Data": sheet(data, before, after)})).records]


# -- "formula, error, hidden or merged cell in Excel | NaN | refused with the cell's address" ------------------------------

HIDDEN_COLUMN = '<cols><col min="3" max="3" hidden="1" width="9"/></cols>'
ADDRESSED: dict[str, tuple[str, str, str, str]] = {
    "a formula": (rows(HEADER, {**LINE, "C": '<c r="C2"><f>1+1</f><v>2</v></c>'}), "", "", "Data!C2 holds a formula"),
    "a formula without a value": (rows(HEADER, {**LINE, "C": '<c r="C2"><f>1+1</f></c>'}), "", "", "Data!C2 holds a f"),
    "a shared formula": (
        rows(HEADER, {**LINE, "C": '<c r="C2"><f t="shared" si="0"/><v>2</v></c>'}),
        "",
        "",
        "Data!C2",
    ),
    "a formula of text": (
        rows(HEADER, {**LINE, "B": '<c r="B2" t="str"><f>A1</f><v>x</v></c>'}),
        "",
        "",
        "Data!B2 holds",
    ),
    "an error": (rows(HEADER, {**LINE, "C": '<c r="C2" t="e"><v>#N/A</v></c>'}), "", "", "Data!C2 holds an error"),
    "a hidden row": (
        rows(HEADER) + '<row r="2" hidden="1">' + cell("A2", "2020") + "</row>",
        "",
        "",
        "Data!A2 stands in a hidden row",
    ),
    "a row of no height": (
        rows(HEADER) + '<row r="2" ht="0" customHeight="1">' + cell("B2", "2020") + "</row>",
        "",
        "",
        "Data!B2 stands in a hidden row",
    ),
    "a hidden column": (rows(HEADER, LINE), HIDDEN_COLUMN, "", "Data!C1 stands in a hidden column"),
    "a column of no width": (
        rows(HEADER, LINE),
        '<cols><col min="2" max="16384" width="0"/></cols>',
        "",
        "Data!B2 stands in a hidden column",
    ),
    "merged cells": (
        rows(HEADER, LINE),
        "",
        '<mergeCells><mergeCell ref="A2:A5"/></mergeCells>',
        "Data!A2 is merged (A2:A5)",
    ),
}


@pytest.mark.parametrize(("data", "before", "after", "said"), ADDRESSED.values(), ids=ADDRESSED)
def test_what_a_sheet_hides_is_refused_with_its_address(
    data: str, before: str, after: str, said: str, tmp_path: Path
) -> None:
    """ "formula, error, hidden or merged cell in Excel | NaN | refused with the cell's address"."""
    found = told(workbook(tmp_path / "d.xlsx", {"Data": sheet(data, before, after)}))
    assert any(each.startswith(f"AO531 The cell {said}") for each in found), found


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_refused(state: str, tmp_path: Path) -> None:
    """A sheet that nobody sees may not decide what is paid, nor lie beside what does."""
    two = {"Data": sheet(rows(HEADER, LINE)), "Old": sheet(rows(HEADER, LINE))}
    assert told(workbook(tmp_path / "d.xlsx", two, {"Old": state})) == ["AO531 The sheet Old is hidden."]


def test_what_is_hidden_outside_the_data_does_no_harm(tmp_path: Path) -> None:
    """Columns and rows that are hidden or merged beside the cells hold nothing."""
    before = '<cols><col min="4" max="16384" hidden="1"/></cols>'
    after = '<mergeCells><mergeCell ref="E7:F9"/></mergeCells>'
    hidden = '<row r="9" hidden="1"><c r="A9" s="1"/></row>'
    assert values(tmp_path, rows(HEADER, LINE) + hidden, before, after) == [["2020", "visits", "45"]]


def test_a_command_shows_the_cell(tmp_path: Path) -> None:
    """The address stands where a text file has its line and column, and the row of aggregated values is shown."""
    file = workbook(tmp_path / "d.xlsx", {"Data": sheet(rows(HEADER, {**LINE, "C": "many"}))})
    run = alliance("settle", written(tmp_path, CONTRACT), file, "--period", "2020")
    block = next(each for each in run.err.split("\n\n") if "AO509" in each).splitlines()
    assert block[0].startswith(f"{file}:Data!C2: AO509 visits: 'many' is not a number here")
    assert block[1:3] == ["  | 2020;visits;many", "  |             ^^^^"]
    assert run.code == 1


def test_many_faults_are_told_in_part(tmp_path: Path) -> None:
    """A sheet of formulas is told by its first ones."""
    data = rows(HEADER, *[{"C": f'<c r="C{n}"><f>1</f></c>'} for n in range(2, 900)])
    assert len(told(workbook(tmp_path / "d.xlsx", {"Data": sheet(data)}))) == worksheet.MOST_TOLD


def test_one_sheet_is_read(tmp_path: Path) -> None:
    """Two sheets with data are refused, since nobody said which is meant; an empty one does no harm."""
    filled, empty = sheet(rows(HEADER, LINE)), sheet("")
    assert told(workbook(tmp_path / "d.xlsx", {"A": filled, "B": filled}))[0].startswith("AO534 One sheet with data")
    assert read(workbook(tmp_path / "e.xlsx", {"A": filled, "B": empty})).traits == {"sheet": "A"}


# -- values ---------------------------------------------------------------------------------------------------------------


def test_a_percentage_is_what_is_shown(tmp_path: Path) -> None:
    """A cell that shows 72,5 % holds 0.725 and is read as 72.5 %, as CSV has it; as does 17 digits of the same double."""
    cells = [cell("A2", 0.725, PERCENT), '<c r="A3" s="1"><v>0.72499999999999998</v></c>', cell("A4", 0.725)]
    found = values(tmp_path, rows({"A": "value"}, *({"A": each} for each in cells)))
    assert found == [["72.5 %"], ["72.5 %"], ["0.725"]]


@pytest.mark.parametrize(
    ("code", "shows_percent"),
    [
        ("0 %", True),
        ("0.00%;[Red]-0.00%", True),
        ('0" %"', False),
        ("0\\%", False),
        ("[$%]0", False),
        ("General", False),
    ],
)
def test_only_a_percent_sign_of_the_format_counts(code: str, shows_percent: bool, tmp_path: Path) -> None:
    """A percent sign that is mere text multiplies nothing."""
    book = xlsxwriter.Workbook(str(tmp_path / "d.xlsx"))
    data = book.add_worksheet("Data")
    data.write(0, 0, "value")
    data.write_number(1, 0, 0.5, book.add_format({"num_format": code}))
    book.close()
    assert [cells for _, cells in read(tmp_path / "d.xlsx").records] == [["50 %" if shows_percent else "0.5"]]


NUMBERS = {
    "9007199254740993": "9007199254740993",
    "-007": "-7",
    "0.1": "0.1",
    "0.10000000000000001": "0.1",
    "1E-5": "0.00001",
    "1.5E+3": "1500",
    "17263884.570000000": "17263884.57",
    "0.66666666666666663": "0.6666666666666666",
    "-0": "-0",
    "1e400": "1e400",
    "nan": "nan",
    "1e999999999": "1e999999999",
}


@pytest.mark.parametrize(("stands", "means"), NUMBERS.items())
def test_numbers_are_as_they_were_typed(stands: str, means: str) -> None:
    """ "9007199254740993 beside a blank | ...992 | whole numbers through text": and no float comes between."""
    assert number_text(stands) == means


def test_cells_of_every_kind(tmp_path: Path) -> None:
    """ "codes 007, id NA, 091 | text stays text"; days are ISO, flags words, blanks blank, letters composed."""
    lines: list[Mapping[str, object]] = [
        {"A": "007", "B": "NA", "C": cell("C2", 44957, DAY)},
        {"A": "091", "C": '<c r="C3" t="b"><v>1</v></c>'},
        {"A": "a\u0308", "B": " ", "C": 9007199254740993},
    ]
    found = values(tmp_path, rows({"A": "x", "B": "y", "C": "value"}, *lines))
    assert found == [["007", "NA", "2023-01-31"], ["091", "", "true"], ["ä", " ", "9007199254740993"]]


def test_a_table_may_begin_anywhere(tmp_path: Path) -> None:
    """Blank rows and columns before, between and after are no data; each cell keeps its address."""
    book = openpyxl.Workbook()
    data = book.active
    assert data is not None
    data.title = "Data"
    for line in ([], [], [], [None, None, "period", "value"], [None, None, 2020, 1.5], [], [], [None, None, 2021, 2]):
        data.append(line)
    book.save(tmp_path / "d.xlsx")
    found = read(tmp_path / "d.xlsx")
    assert found.header == ["period", "value"]
    assert [cells for _, cells in found.records] == [["2020", "1.5"], ["2021", "2"]]
    assert str(found.cells(found.records[1][0], "value")) == f"{tmp_path / 'd.xlsx'}:Data!D8"


def test_a_cell_beside_the_table_is_refused(tmp_path: Path) -> None:
    """ "short row, extra column, duplicate column | NaN, shifted index, v.1 | refused"."""
    file = workbook(tmp_path / "d.xlsx", {"Data": sheet(rows(HEADER, {**LINE, "D": "note"}))})
    run = alliance("settle", written(tmp_path, CONTRACT), file, "--period", "2020")
    assert f"{file}:Data!A2: AO502 The row has 4 fields, the header 3." in run.err
    twice = workbook(tmp_path / "e.xlsx", {"Data": sheet(rows({**HEADER, "D": "value"}, LINE))})
    assert "AO501 Two columns are called 'value'." in alliance("settle", written(tmp_path, CONTRACT), twice).err


# -- "xlsx bomb (189 KB, 950 KB, and a 4.9 KB one with lone corner cells) | minutes, gigabytes | ..." ----------------------


def high_ratio(file: Path) -> Path:
    """A sheet of blanks: 189 KB that unpack to 190 MB."""
    return workbook(file, {"Data": sheet(rows(HEADER) + " " * 190_000_000)})


def big_strings(file: Path) -> Path:
    """Shared strings that unpack to a hundred times more than the archive may say."""
    text = "".join(f"<si><t>{n % 10}{'y' * 300}</t></si>" for n in range(300_000))
    return workbook(
        file, {"Data": sheet(rows(HEADER, LINE))}, parts={"xl/sharedStrings.xml": f"<sst {MAIN}>{text}</sst>"}
    )


def many_strings(file: Path) -> Path:
    """Many empty shared strings, few enough letters."""
    noise = "".join(f"<si><t>{n * 2654435761 % 2**32}</t></si><si/>" for n in range(200_000))
    return workbook(
        file, {"Data": sheet(rows(HEADER, LINE))}, parts={"xl/sharedStrings.xml": f"<sst {MAIN}>{noise}</sst>"}
    )


def corners(file: Path) -> Path:
    """Two cells, in opposite corners of the largest sheet there is."""
    last = f'<row r="1048576">{cell("XFD1048576", 1)}</row>'
    return workbook(file, {"Data": sheet(rows(HEADER) + last)})


def wide_claim(file: Path) -> Path:
    """A sheet that says it is as large as can be, with two rows in it: it is read."""
    return workbook(file, {"Data": sheet(rows(HEADER, LINE), before='<dimension ref="A1:XFD1048576"/>')})


BOMBS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a high ratio": (high_ratio, "AO532"),
    "big shared strings": (big_strings, "AO532"),
    "lone corner cells": (corners, "AO532"),
}


@pytest.mark.parametrize(("make", "code"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_with_little_memory(make: Callable[[Path], Path], code: str, tmp_path: Path) -> None:
    """ "xlsx bomb (189 KB, 950 KB, and a 4.9 KB one with lone corner cells) | minutes, gigabytes | unzipped size, ratio, and
    a streamed cap on rows and columns": in a process that may take 700 MB of addresses, and not more."""
    file = make(tmp_path / "bomb.xlsx")
    assert file.stat().st_size < 1_000_000

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (700 * 1024**2, 700 * 1024**2))

    command = [sys.executable, "-m", "alliance_outcomes", "settle", str(written(tmp_path, CONTRACT)), str(file)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=narrow, timeout=120)
    assert (run.returncode, run.stdout) == (1, "")
    assert code in run.stderr, run.stderr


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    """Nothing is reserved for what is not there."""
    assert [cells for _, cells in read(wide_claim(tmp_path / "d.xlsx")).records] == [["2020", "visits", "45"]]


def test_too_many_elements_end_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elements, cells and the unpacked whole are counted while they are read, whatever the ratio."""
    monkeypatch.setattr(archive, "MOST_ELEMENTS", 300_000)
    assert told(many_strings(tmp_path / "d.xlsx"))[0].startswith("AO532")
    monkeypatch.setattr(archive, "MOST_UNPACKED", 2_000_000)
    assert "2 MB" not in str(told(many_strings(tmp_path / "d.xlsx")))
    assert told(many_strings(tmp_path / "d.xlsx"))[0].startswith("AO532")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NO_WORKBOOK: dict[str, Callable[[Path], object]] = {
    "no archive": lambda file: file.write_bytes(b"period,indicator,value\n"),
    "an old workbook": lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 999),
    "a torn archive": lambda file: file.write_bytes(
        workbook(file, {"D": sheet(rows(HEADER, LINE))}).read_bytes()[:900]
    ),
    "nothing in it": lambda file: workbook(file, {"D": sheet("")}),
    "macros": lambda file: workbook(file, {"D": sheet(rows(HEADER, LINE))}, parts={"xl/vbaProject.bin": "x"}),
    "entities": lambda file: workbook(file, {"D": ENTITIES + sheet(rows(HEADER, {"A": "&b;"}))}),
    "no XML": lambda file: workbook(file, {"D": "<worksheet"}),
    "an unknown encoding": lambda file: workbook(
        file, {"D": '<?xml version="1.0" encoding="x"?>' + sheet(rows(HEADER))}
    ),
    "no such cell": lambda file: workbook(file, {"D": sheet('<row r="1"><c r="AAAA1"><v>1</v></c></row>')}),
    "a cell twice": lambda file: workbook(
        file, {"D": sheet(rows(HEADER) + f"<row>{cell('A2', 1)}{cell('A2', 2)}</row>")}
    ),
    "rows in no order": lambda file: workbook(
        file, {"D": sheet(rows(HEADER, LINE) + f"<row r='2'>{cell('C2', 2)}</row>")}
    ),
    "no number": lambda file: workbook(file, {"D": sheet(rows(HEADER, {"C": '<c r="C2" s="2"><v>nan</v></c>'}))}),
    "no such text": lambda file: workbook(file, {"D": sheet(rows(HEADER, {"C": '<c r="C2" t="s"><v>9</v></c>'}))}),
    "more texts than there are cells": lambda file: workbook(
        file,
        {"D": sheet(rows(HEADER, LINE))},
        parts={"xl/sharedStrings.xml": f'<sst {MAIN} count="0" uniqueCount="2147483648"/>'},
    ),
    "a part twice": lambda file: workbook(file, {"D": sheet("")}, parts={"xl/Workbook.xml": "<workbook/>"}),
    "another archive": lambda file: zipfile.ZipFile(file, "w").close(),
}


@pytest.mark.parametrize("make", NO_WORKBOOK.values(), ids=NO_WORKBOOK)
def test_what_is_no_workbook_is_told(make: Callable[[Path], object], tmp_path: Path) -> None:
    """No entity is expanded, no macro read, nothing guessed: a coded refusal."""
    make(tmp_path / "d.xlsx")
    (problem,) = told(tmp_path / "d.xlsx")
    assert problem.startswith(("AO533", "AO534")), problem


def test_a_missing_extra_is_told_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2 and the exact install command (AO050)."""
    file = workbook(tmp_path / "d.xlsx", {"D": sheet(rows(HEADER, LINE))})
    monkeypatch.setattr("alliance_outcomes.sources.extras.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"AO050 .+ pip install 'alliance-outcomes\[excel\]'"):
        read(file)
    assert alliance("settle", written(tmp_path, CONTRACT), file).code == 2


def test_letters_of_any_bytes_never_crash(tmp_path: Path) -> None:
    """Each byte of a workbook spoiled in turn gives a table or a coded refusal, nothing else."""
    whole = workbook(tmp_path / "d.xlsx", {"Data": sheet(rows(HEADER, LINE))}).read_bytes()
    for at in range(0, len(whole), 37):
        (tmp_path / "e.xlsx").write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        with suppress(DataError):
            assert read(tmp_path / "e.xlsx").header
