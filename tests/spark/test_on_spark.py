"""The same definitions on Spark: what every other engine is held to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.contract.definitions import load_definition
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.measuring import Wanted, measure
from examples import on_spark
from examples.tesoma.generate import write
from tests import test_measure, test_measure_kinds, test_records
from tests.by_hand import nine
from tests.running import alliance

RECORDS = on_spark.ROOT / "examples" / "tesoma" / "records"


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of 5,000 persons with dirty rows."""
    folder = tmp_path_factory.mktemp("dirty")
    write(folder, 5000, 3, dirty=True)
    return folder


def test_the_nine_are_those_of_a_plain_loop(dirty: Path) -> None:
    """On 5,000 persons with dirty rows every value is the one that a loop by hand comes to, and all else as on polars."""
    found = test_measure.results(dirty, engine="spark")
    assert {each.id: each.found.value for each in found} == nine(dirty)
    assert found == test_measure.results(dirty, engine="polars")


def test_every_kind_comes_to_what_is_counted_by_hand(tmp_path: Path) -> None:
    """Each kind of measure has the value, the number counted and the reasons that a hand counts."""
    contract, folder = test_measure.small(tmp_path)
    for table, rows in test_measure_kinds.TABLES.items():
        (folder / f"{table}.csv").write_text(rows, "utf-8")
    wanted = []
    for name, (text, *_) in test_measure_kinds.KINDS.items():
        (tmp_path / "indicators" / f"{name}.yaml").write_text(f"unit: share\nmeasure: {{{text}}}\n", "utf-8")
        wanted.append(Wanted(name, load_definition(name, [tmp_path / "indicators"]), False))
    found = {each.id: each for each in measure(load_contract(contract), wanted, folder, "2023", "spark")}
    for name, (_, value, n, excluded) in test_measure_kinds.KINDS.items():
        assert (found[name].found.value, found[name].found.n) == (value, n), name
        assert not excluded or found[name].found.excluded == excluded, name


@pytest.mark.parametrize(("write_rows", "by"), [(test_records.write_csv, ""), (test_records.write_parquet, "site")])
def test_every_question_comes_to_what_it_does_on_polars(
    write_rows: Callable[[Path, list[dict[str, Any]]], None], by: str, tmp_path: Path
) -> None:
    """Text or typed, for one payee or each: the same counts and sums."""
    write_rows(tmp_path / f"t.{write_rows.__name__.removeprefix('write_')}", test_records.rows(1))
    asked = test_records.QUESTIONS[1::2]
    assert test_records.counts(tmp_path, "spark", by, asked) == test_records.counts(tmp_path, "polars", by, asked)


@pytest.mark.parametrize("name", test_records.TYPED)
def test_a_typed_column_is_the_number_it_says(name: str, tmp_path: Path) -> None:
    """Each type of number is read as polars reads it."""
    test_records.write_typed(tmp_path / "t.parquet", name)
    asked = test_records.SUM_OF_ROWS
    assert test_records.counts(tmp_path, "spark", "", asked) == test_records.counts(tmp_path, "polars", "", asked)


def test_cells_are_read_alike(tmp_path: Path) -> None:
    """Spaces of every kind, quotes, blank lines, other digits and long numbers are read as on other engines."""
    test_measure.test_cells_are_read_alike("spark", tmp_path)


def test_moments_and_truths_of_parquet(tmp_path: Path) -> None:
    """Moments lie in the period of their day to its last second; a truth is the word true or false."""
    test_records.test_moments_and_truths_of_parquet("spark", tmp_path)


@pytest.mark.parametrize("fault", ["1,2,3", '1,"2"x'])
def test_a_ragged_row_is_told_by_its_number(fault: str, tmp_path: Path) -> None:
    """A row with a field more, or quotes that do not fit, is refused with its row."""
    test_records.test_a_ragged_row_is_told_by_its_number(fault, "spark", tmp_path)


def test_eight_runs_give_one_result(tmp_path: Path) -> None:
    """However tasks share the work, the counts and sums are the same."""
    test_records.write_parquet(tmp_path / "t.parquet", test_records.rows(3, 1000))
    asked = test_records.QUESTIONS[6:8]
    first = test_records.counts(tmp_path, "spark", "site", asked)
    assert all(test_records.counts(tmp_path, "spark", "site", asked) == first for _ in range(7))


def test_the_command_measures_on_spark(tmp_path: Path) -> None:
    """`alliance measure --engine spark` writes what polars writes."""
    written = []
    for engine in ("spark", "polars"):
        arguments = (test_measure.TESOMA, test_measure.RECORDS, "--period", "2023", "--engine", engine, "-f", "csv")
        run = alliance("measure", *arguments)
        assert (run.code, run.err) == (0, "")
        written.append(run.out)
    assert written[0] == written[1]


def test_the_example_counts_on_spark_what_polars_does() -> None:
    """The example for those who outgrow one machine gives the values of one machine."""
    found = on_spark.values(RECORDS, "spark")
    assert len(found) > 8
    assert found == on_spark.values(RECORDS, "polars")
