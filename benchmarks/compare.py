"""The vector reader on nine indicators, beside OpenFisca's country template and a spreadsheet that LibreOffice recalculates."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.formula.vector import Vector

from .competitors import THEIRS, missing
from .corners import CORNERS, WEIGHTS
from .harness import Figure, interleaved, verdict
from .programmes import Floats, Nine, nine
from .start import HERE

ENTITIES, SCENARIOS = 262_144, 10_000
SCORES = [f"score_{name}" for name in CORNERS]
# OpenFisca computes in floats of 32 bits: seven digits.
SINGLE = 1e-6
SCALES = "OpenFisca country template, by its scales / vector reader"
NUMPY = "OpenFisca, numpy by hand in floats of 32 bits / vector reader"
SPREADSHEET = "LibreOffice recalculating 10,000 scenarios / vector reader"


class NotMeasured(Exception):
    """Why a competitor could not be measured."""


def run() -> list[Figure]:
    """Ratios of one run; the same nine scores, weighted score and bonus of every competitor."""
    return [
        _or_why(lambda: _openfisca("scales"), SCALES, "at least 5"),
        _or_why(lambda: _openfisca("numpy"), NUMPY, "none"),
        _or_why(_libreoffice, SPREADSHEET, "at least 500"),
    ]


def _or_why(measure: Callable[[], tuple[str, str]], work: str, goal: str) -> Figure:
    """What was measured; where it could not be, why."""
    try:
        return Figure(work, goal, *measure())
    except (OSError, NotMeasured, subprocess.SubprocessError) as error:
        return Figure(work, goal, "-", f"not measured: {error}")


def _wanted(calculation: Calculation) -> dict[str, str]:
    """What all compute: the name of the formula by what the competitors call it."""
    scores = {f"score_{form.id}": form.score for form in calculation.indicators}
    return scores | {"score": calculation.score, "bonus": "bonus"}


def _ours(programme: Nine) -> tuple[Vector, list[str], dict[str, Floats]]:
    """The vector reader, what it is asked for, and what it finds by the names of the competitors."""
    vector, wanted = Vector(programme.calculation.steps), _wanted(programme.calculation)
    values = vector.read(programme.columns, list(wanted.values())).values
    return vector, list(wanted.values()), {name: values[ours] for name, ours in wanted.items()}


def _same(found: Mapping[str, Any], ours: Mapping[str, Floats], relative: float) -> None:
    """That a competitor has our values; bonuses to the cent that ours is rounded to."""
    for name, values in ours.items():
        room = 0.00501 if name == "bonus" else 1e-9
        largest = float(np.abs(values).max())
        assert float(np.abs(np.asarray(found[name]) - values).max()) <= room + relative * largest, name


# -- OpenFisca ---------------------------------------------------------------------------------------------------------


def _openfisca(how: str) -> tuple[str, str]:
    """An entity a row. Numpy by hand has no goal: it does half the work, in numbers that hold no cents of large amounts."""
    if reason := missing():
        raise NotMeasured(reason)
    programme = nine(ENTITIES)
    vector, names, ours = _ours(programme)
    with tempfile.TemporaryDirectory() as folder:
        columns, found = Path(folder) / "columns.npz", Path(folder) / "found.npz"
        np.savez(columns, allow_pickle=False, **{name: programme.columns[name].values for name in CORNERS})
        with _answering(columns, found, how) as process:
            _same(np.load(found), ours, SINGLE)
            read, theirs = interleaved(lambda: vector.read(programme.columns, names), lambda: _ask(process), repeats=11)
    if how == "numpy":
        return f"{theirs / read:.2f}", "beside the others"
    return verdict(theirs / read, least=5)


@contextmanager
def _answering(columns: Path, found: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """OpenFisca in an environment of its own, its system built and its entities loaded: only the calculation is asked for."""
    command = [str(THEIRS / "bin" / "python"), str(HERE / "openfisca_nine.py"), str(columns), str(found), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        _answer(process)
        yield process


def _ask(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    _answer(process)


def _answer(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    if not process.stdout.readline():
        raise NotMeasured("OpenFisca ended before it answered")


# -- LibreOffice -------------------------------------------------------------------------------------------------------


def _libreoffice() -> tuple[str, str]:
    """Opening and saving a sheet of formulas, less the same with the values that they come to."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise NotMeasured("LibreOffice is not installed")
    programme = nine(SCENARIOS)
    vector, names, ours = _ours(programme)
    (read,) = interleaved(lambda: vector.read(programme.columns, names), repeats=41)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "formulas.xlsx", programme, None)
        _write(folder / "values.xlsx", programme, ours)
        seconds: dict[str, list[float]] = {"formulas": [], "values": []}
        for _ in range(3):
            for sheet, each in seconds.items():
                start = time.perf_counter()
                _convert(program, folder, sheet)
                each.append(time.perf_counter() - start)
        cells = np.genfromtxt(folder / "formulas.csv", delimiter=",")
    _same(dict(zip([*SCORES, "score", "bonus"], cells.T[len(CORNERS) :], strict=True)), ours, 0)
    theirs = statistics.median(seconds["formulas"]) - statistics.median(seconds["values"])
    return verdict(theirs / read, least=500)


def _write(file: Path, programme: Nine, values: Mapping[str, Floats] | None) -> None:
    """A row a scenario: nine values, nine scores, the score and the bonus, as plain formulas or as what these come to."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types
    from xlsxwriter.utility import xl_rowcol_to_cell as cell  # type: ignore[import-untyped]  # nor has this

    columns = [programme.columns[name].values.tolist() for name in CORNERS]
    results = None if values is None else [values[name].tolist() for name in (*SCORES, "score", "bonus")]
    book = Workbook(file)
    sheet = book.add_worksheet()
    # CSV is written as cells are shown.
    shown = book.add_format({"num_format": "0.000000000000"})
    for row in range(SCENARIOS):
        inputs = [cell(row, at) for at in range(len(CORNERS))]
        scores = [cell(row, len(CORNERS) + at) for at in range(len(CORNERS))]
        formulas = [_linear(x, *corners) for x, corners in zip(inputs, CORNERS.values(), strict=True)]
        formulas.append("+".join(f"{weight}*{each}" for weight, each in zip(WEIGHTS.values(), scores, strict=True)))
        total = cell(row, 2 * len(CORNERS))
        formulas.append(f"ROUND(IF({total}>=0,{total}*4000,{total}*1000),2)")
        for at, column in enumerate(columns):
            sheet.write_number(row, at, column[row])
        for at, formula in enumerate(formulas):
            if results is None:
                sheet.write_formula(row, len(CORNERS) + at, f"={formula}", shown)
            else:
                sheet.write_number(row, len(CORNERS) + at, results[at][row], shown)
    book.close()


def _linear(x: str, xs: list[float], ys: list[float]) -> str:
    """The formula of a score: the least and most of its lines."""
    parts = [
        f"(MIN(MAX({x},{low}),{high})-({low}))*{(ys[at + 1] - ys[at])}/{high - low}"
        for at, (low, high) in enumerate(pairwise(xs))
    ]
    return "+".join([str(ys[0]), *parts])


def _convert(program: str, folder: Path, sheet: str) -> None:
    """Convert a workbook to CSV in a profile of its own, in which every formula is computed anew."""
    from tests.office import RECALCULATE

    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "csv"]
    book = folder / f"{sheet}.xlsx"
    subprocess.run([*command, "--outdir", str(folder), str(book)], check=True, capture_output=True, timeout=300)
