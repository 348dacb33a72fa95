"""What reads a file that may end its process runs in another one: this one goes on, and nothing but its answer is seen."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from alliance_outcomes.problems import DataError, Place, Problem, UsageError
from alliance_outcomes.recorded import Folder
from alliance_outcomes.sources.apart import apart, end
from alliance_outcomes.sources.records import sheet_of
from assurance.fuzzing.targets.records import DEFINITION, PLAIN, laid
from tests.tree import ROOT

FILE = Path("visits.parquet")


def refuse(kind: type[DataError | UsageError], places: list[Place]) -> None:
    """A refusal of several problems."""
    raise kind(Problem("AO502", f"The row {place.line} is not CSV.", "Check it.", place) for place in places)


def test_another_process_answers_and_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is another, the same from call to call, in the folder that this one is in then; what it prints is no answer."""
    first = apart(FILE, os.getpid)
    assert first != os.getpid()
    monkeypatch.chdir(tmp_path)
    assert apart(FILE, print, "noise") is None
    assert apart(FILE, os.getcwd) == os.getcwd()
    assert apart(FILE, os.getpid) == first


@pytest.mark.parametrize("kind", [DataError, UsageError])
def test_a_refusal_comes_through_whole(kind: type[DataError | UsageError]) -> None:
    """Its kind, its problems, and where they are; the process stays."""
    before = apart(FILE, os.getpid)
    places = [Place("a.csv", 3, excerpt="a,b"), Place("a.csv", 7, 2)]
    with pytest.raises(kind) as refused:
        apart(FILE, refuse, kind, places)
    assert [(each.code, each.place) for each in refused.value.problems] == [("AO502", place) for place in places]
    assert [each.place.excerpt for each in refused.value.problems if each.place] == ["a,b", ""]
    assert apart(FILE, os.getpid) == before


@pytest.mark.parametrize("way", [os.abort, os._exit])
def test_its_end_is_a_refusal_of_the_file(way: object) -> None:
    """AO533 names the file; the next call has a process again."""
    given = () if way is os.abort else (3,)
    with pytest.raises(DataError, match=r"^visits.parquet:1:1: AO533 Reading visits.parquet ended the process"):
        apart(FILE, way, *given)  # type: ignore[arg-type]  # both are functions
    assert apart(FILE, len, "ab") == 2


def test_a_fault_of_ours_is_told_as_one() -> None:
    """An exception that is no refusal is not laid at the file's door; its words come along."""
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart(FILE, divmod, 1, 0)
    assert apart(FILE, divmod, 7, 2) == (3, 1)


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="only the first thread is interrupted"
)
def test_an_interrupted_call_leaves_no_answer_for_the_next() -> None:
    """Control-C while it is waited for: the process ends, and another answers what is asked next."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in what a shell began with &
    apart(FILE, len, "")
    timer = threading.Timer(0.2, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])

    def interrupted() -> None:
        timer.start()
        apart(FILE, time.sleep, 2)

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
    assert apart(FILE, len, "abc") == 3


def test_end_leaves_no_process() -> None:
    """It is waited for, and can be ended when there is none."""
    ended = apart(FILE, os.getpid)
    end()
    end()
    with pytest.raises(ProcessLookupError):
        os.kill(ended, 0)


# -- records of Parquet --------------------------------------------------------------------------------------------------

BROKEN = 'unit: share\nmeasure: {kind: rate, table: visits, period: period, numerator: indicator == "plan", decided: [all]}\n'


@pytest.mark.parametrize(("engine", "file"), [("polars", "visits.parquet"), ("pandas", "visits.parquet/a.parquet")])
def test_records_that_would_end_the_process(engine: str, file: str, tmp_path: Path) -> None:
    """A length in a page asks for more memory than there is: refused (AO533), as a file and as one of a folder of them."""
    contract, _, here = laid(tmp_path, BROKEN)
    (here / file).parent.mkdir(exist_ok=True)
    (here / file).write_bytes((ROOT / "tests/hostile/broken_length.parquet").read_bytes())
    with pytest.raises(DataError, match=r"visits.parquet:1:1: AO533 Reading .* ended the process"):
        Folder(contract, here, engine).results(["2020"])


def test_good_records_are_measured_as_text_is(tmp_path: Path) -> None:
    """The other process gives what this one finds in the same records as CSV: figures, and the periods that they hold."""
    import polars as pl

    contract, _, here = laid(tmp_path, f"unit: share\n{DEFINITION}")
    (here / "visits.csv").write_text(PLAIN, "utf-8")
    folder = Folder(contract, here)
    found, held = folder.results(["2020", "2021"]), folder.held()
    pl.read_csv(here / "visits.csv", try_parse_dates=True).write_parquet(here / "visits.parquet")
    (here / "visits.csv").unlink()
    assert (folder.results(["2020", "2021"]), folder.held()) == (found, held)
    assert held == ["2020"]
    assert sheet_of(here, "visits").columns == tuple(PLAIN.splitlines()[0].split(","))
