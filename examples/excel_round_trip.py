"""An Excel round trip: data from a workbook, the settlement as a workbook, an input changed in it, and the same cents.

    python -m examples.excel_round_trip FOLDER

Writes measured.xlsx, settlement.xlsx and changed.xlsx into FOLDER, lets LibreOffice compute the changed one, and prints
its total beside what the package says. It needs LibreOffice, openpyxl and the extra `excel`.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import openpyxl
import xlsxwriter

import alliance_outcomes as ao

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parent / "contracts" / "tesoma.yaml"
YEAR, NAME, VALUE = "2023", "client_nps", 45


def written(rows: list[list[str]], file: Path) -> None:
    """The rows as a workbook; what is a number becomes one, but for periods, which are names."""
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("measured")
        names = rows[0]
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if at and cell and names[column] in ("value", "numerator", "denominator", "n"):
                    sheet.write_number(at, column, float(cell.replace(" ", "")))
                else:
                    sheet.write_string(at, column, cell)


def changed(before: Path, after: Path) -> None:
    """A yellow cell of the sheet of inputs is typed over, as an auditor would."""
    book = openpyxl.load_workbook(before)
    inputs = book["Inputs"]
    row = next(row for row in range(1, inputs.max_row + 1) if inputs.cell(row, 2).value in (NAME, f"{NAME}.now"))
    inputs.cell(row, 4).value = VALUE
    book.save(after)


def computed(file: Path) -> Fraction:
    """The total of the summary, as LibreOffice computes it."""
    folder = file.parent / "computed"
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    summary = openpyxl.load_workbook(folder / file.name, data_only=True)["Summary"]
    (total,) = (row[2].value for row in summary.iter_rows() if str(row[0].value).startswith("Total"))
    return Fraction(round(float(str(total)) * 100), 100)


def main(folder: Path) -> None:
    """Go round, and say what came of it."""
    with (HERE / "tesoma" / "measured.csv").open(encoding="utf-8", newline="") as stream:
        written(list(csv.reader(stream)), folder / "measured.xlsx")
    contract = ao.load_contract(CONTRACT)
    settlement = ao.settle(contract, ao.read_data(folder / "measured.xlsx", contract), YEAR)
    command = [sys.executable, "-m", "alliance_outcomes", "settle", str(CONTRACT), str(folder / "measured.xlsx")]
    command += ["--period", YEAR, "-o", str(folder / "settlement.xlsx")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    changed(folder / "settlement.xlsx", folder / "changed.xlsx")
    print(f"as settled                    {float(settlement.total):>16,.2f}")
    print(f"{NAME} {VALUE}, by LibreOffice   {float(computed(folder / 'changed.xlsx')):>16,.2f}")
    print(f"{NAME} {VALUE}, by what_if       {float(settlement.what_if({NAME: VALUE}).total.after):>16,.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
