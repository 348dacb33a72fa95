"""What `python -m assurance.fuzzing` found, each with the input that brought it out; its corpus runs here too, without atheris."""

from __future__ import annotations

import json
import sys
import zipfile
from fractions import Fraction
from math import inf
from pathlib import Path

import pytest

from alliance_outcomes.evidence.canonical import canonical
from alliance_outcomes.evidence.manifest import CALCULATION
from alliance_outcomes.evidence.recomputation import recompute
from alliance_outcomes.formula.exact import TooLong, exact
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.formula.ranges import outward
from alliance_outcomes.formula.text import show_number
from alliance_outcomes.numbers import digits, to_text
from alliance_outcomes.problems import DataError
from alliance_outcomes.sources.kinds import read_table
from alliance_outcomes.statements.json import read_settled
from assurance.fuzzing.form import NotCoded, attempt, corpus, names, target
from tests.bundles import bundle
from tests.faulty import CONTRACT, DATA, spoiled, written
from tests.running import alliance
from tests.tree import ROOT


@pytest.mark.parametrize("name", names())
def test_every_kept_input_ends_well_or_with_a_code(name: str, tmp_path: Path) -> None:
    """Whatever an input is, it is read or refused with codes that have pages. The fuzzer begins from some that are read."""
    run = target(name).ready(tmp_path)
    assert None in [attempt(run, data) for data in target(name).seeds()]
    assert corpus(name)
    for data in corpus(name):
        attempt(run, data)


def test_what_is_not_coded_is_a_finding() -> None:
    """A traceback, and a refusal that says nothing, come through."""

    def silent(_: bytes) -> object:
        raise DataError([])

    with pytest.raises(NotCoded):
        attempt(silent, b"")
    with pytest.raises(ZeroDivisionError):
        attempt(lambda data: 1 // len(data), b"")


# -- found ---------------------------------------------------------------------------------------------------------------


def test_parquet_that_would_end_the_process(tmp_path: Path) -> None:
    """A length in it asks for more memory than there is, and the library that unpacks it ends its process: refused."""
    data = ROOT / "tests/hostile/broken_length.parquet"
    run = alliance("settle", written(tmp_path, CONTRACT), data, "--period", "2020")
    assert (run.code, "AO533" in run.err) == (1, True), run.err


def test_a_series_whose_kind_is_a_table(tmp_path: Path) -> None:
    """It was looked up among the kinds, where no table can stand: a traceback."""
    text = spoiled("2020: 400 000}}", "2020: 400 000}}\n  index: {unit: index, series: {kind: {a: b}, file: x}}")
    run = alliance("lint", written(tmp_path, text))
    assert (run.code, run.err.count("AO104")) == (1, 1), run.err


def test_a_unit_left_blank_in_a_mapping(tmp_path: Path) -> None:
    """It was refused without a word."""
    (tmp_path / "d.csv").write_text("a\n1\n", "utf-8")
    (tmp_path / "d.columns.yaml").write_text(
        "period: {constant: 2020}\nvalues: {plan: {column: a, unit: {2020: }}}\n", "utf-8"
    )
    run = alliance("settle", written(tmp_path, CONTRACT), tmp_path / "d.csv")
    assert run.code == 1
    assert f"{tmp_path / 'd.columns.yaml'}:2:" in run.err
    assert "AO104" in run.err


def test_a_workbook_whose_parts_lie_nowhere(tmp_path: Path) -> None:
    """The library seeks to where the directory says, which may be before the file begins."""
    file = tmp_path / "d.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    data = bytearray(file.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    data[end + 16 : end + 20] = (len(data) - 1).to_bytes(4, "little")
    file.write_bytes(data)
    with pytest.raises(DataError) as refused:
        read_table(file, {"period"}, 1, "")
    assert [each.code for each in refused.value.problems] == ["AO533"]


SQUARED = ("123456789012345.5", "0.123456789")


@pytest.mark.parametrize("first", SQUARED)
def test_numbers_that_are_squared_again_and_again(first: str, tmp_path: Path) -> None:
    """Forty figures, each the square of the one before, would fill any memory: the number is refused where it grows too long."""
    figures = "".join(f"  a{n}: {{formula: {f'a{n - 1} * a{n - 1}' if n else first}}}\n" for n in range(40))
    text = spoiled("      pool: pool\n", "      pool: pool * min(1, a39)\n")
    file = written(tmp_path, text.replace("result_areas:", f"figures:\n{figures}result_areas:"))
    (tmp_path / "d.csv").write_text(DATA, "utf-8")
    run = alliance("settle", file, tmp_path / "d.csv")
    assert run.code == 1
    assert "AO506" in run.err
    assert "of too many digits" in run.err
    assert alliance("lint", file).code == 0


LIMIT, FINEST = Fraction(2**299_999), Fraction(1, 2**299_999)


@pytest.mark.parametrize(
    ("formula", "a", "b"),
    [
        ("a * b", LIMIT / 2, Fraction(2)),
        ("a + b", LIMIT / 2, LIMIT / 2),
        ("a - b", -LIMIT / 2, LIMIT / 2),
        ("a / b", LIMIT, Fraction(1)),
        ("total(a, b)", LIMIT, Fraction(0)),
        ("mean(a, b)", LIMIT, LIMIT),
        ("a * b", FINEST * 2, Fraction(1, 2)),
        ("a + b", FINEST, FINEST * 2),
        ("a / b", FINEST * 2, Fraction(2)),
        ("total(a, b)", FINEST, Fraction(1)),
        ("mean(a, b)", FINEST, FINEST),
    ],
)
def test_a_number_is_kept_up_to_the_limit_and_not_beyond(formula: str, a: Fraction, b: Fraction) -> None:
    """The largest and the finest number that is kept; twice as large, or half as fine again, is refused by name."""
    read = exact(parse(formula))
    assert read({"a": a, "b": b}) is not None
    for beyond in (2, Fraction(1, 2)):
        if (abs(a) > 1) == (beyond > 1):
            with pytest.raises(TooLong, match="of too many digits"):
                read({"a": a * beyond, "b": b if formula in ("a * b", "a / b") else b * beyond})


def test_figures_of_two_thousand_digits_are_written(tmp_path: Path) -> None:
    """The library that writes numbers holds 28 digits unless it is told to hold more; a cell holds 308, and says so."""
    figures = "".join(f"  a{n}: {{formula: {f'a{n - 1} * a{n - 1}' if n else 123456789012345}}}\n" for n in range(8))
    text = spoiled("      pool: pool\n", "      pool: pool * min(1, a7)\n")
    file = written(tmp_path, text.replace("result_areas:", f"figures:\n{figures}result_areas:"))
    (tmp_path / "d.csv").write_text(DATA, "utf-8")
    for ending in ("txt", "json", "csv", "html"):
        run = alliance("settle", file, tmp_path / "d.csv", "-o", tmp_path / f"out.{ending}")
        assert run.code == 0, run.err
    run = alliance("settle", file, tmp_path / "d.csv", "-o", tmp_path / "out.xlsx")
    assert (run.code, run.err.count("AO070")) == (2, 1), run.err


def test_ends_of_ranges_stay_short() -> None:
    """They move outward, never inward, and a number that is short stays as it is."""
    small, large = Fraction(1, 3**9000), Fraction(7**900)
    least, most = outward(small, -small)
    assert isinstance(least, Fraction)
    assert isinstance(most, Fraction)
    assert 0 <= least <= small
    assert -small <= most <= 0
    assert outward(-large, large) == (-inf, inf)
    assert outward(large, -large) == (2**1000, -(2**1000))
    assert outward(Fraction(1, 3), Fraction(2, 3)) == (Fraction(1, 3), Fraction(2, 3))


def test_a_number_of_many_digits_is_written() -> None:
    """The mean of a rate over three thousand payees has more digits than Python writes by itself; JSON has all of them."""
    values = [0, 7, -7, 10**4299, 10**4300, 7**6000, -(7**60_000), 10**50_000 - 1]
    written_here = [digits(value) for value in values]
    limit = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(0)
        assert written_here == [str(value) for value in values]
    finally:
        sys.set_int_max_str_digits(limit)
    assert to_text(Fraction(1, 3**9000)) == f"1/{digits(3**9000)}"
    assert show_number(Fraction(10**5000), "en").replace(",", "") == f"1{'0' * 5000}"


def test_an_earlier_settlement_nested_beyond_all_bounds(tmp_path: Path) -> None:
    """It ended in a fault of the library that reads JSON."""
    file = tmp_path / "earlier.json"
    file.write_text("[" * 100_000 + "]" * 100_000, "ascii")
    with pytest.raises(DataError) as refused:
        read_settled([file])
    assert [each.code for each in refused.value.problems] == ["AO512"]


def test_a_calculation_whose_parts_do_not_belong_together() -> None:
    """A factor over all payees without its pool: a forger can write it, no contract can."""
    whole = json.loads(bundle("tesoma")[CALCULATION])
    step = whole["calculation"]["steps"][-1]
    step["formula"] = {
        "a": "Across",
        "kind": "factor",
        "of": {"a": "Name", "id": whole["payees"][0]["values"]["by"][0][0]},
    }
    with pytest.raises(DataError) as refused:
        recompute(canonical(whole))
    assert [each.code for each in refused.value.problems] == ["AO809"]
