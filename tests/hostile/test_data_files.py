"""Every row of "Data" in the list of bad inputs that is about measured data and its files; each test quotes its row.

Rows about Excel stand in test_workbooks.py, about SQL in test_queries.py.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.problems import DataError, Problem
from alliance_outcomes.sources import table as table_module
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.sources.kinds import read_table
from alliance_outcomes.sources.table import as_text, plain
from tests.faulty import CONTRACT, DATA, written
from tests.raw_workbooks import rows, sheet, workbook
from tests.running import Run, alliance

KNOWN = {"payee", "period", "indicator", "value"}
WIDE = "Yhtiö;Vuosi;Kulut;Suunnitelma;Tasapaino;Käynnit\nfirm;2020;1000;60 %;0,5;45\n"
MAPPING = """\
party: Yhtiö
period: Vuosi
values: {cost: Kulut}
"""


def settled(folder: Path, data: str | bytes, name: str = "data.csv", contract: str = CONTRACT) -> Run:
    """Settle 2020 with these data, to a file."""
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return alliance(
        "settle", written(folder, contract), file, "--period", "2020", "-f", "json", "-o", folder / "out.json"
    )


def refused(folder: Path, data: str | bytes, *said: str, name: str = "data.csv", contract: str = CONTRACT) -> None:
    """Exit 1, the place in the file, what is said, no crash, and no output left behind."""
    run = settled(folder, data, name, contract)
    assert (run.code, run.out) == (1, ""), run
    assert f"{folder / name}" in run.err
    for each in said:
        assert each in run.err, run.err
    assert not (folder / "out.json").exists()


def total(folder: Path, data: str | bytes, name: str = "data.csv") -> str:
    """What 2020 comes to, as JSON."""
    run = settled(folder, data, name)
    assert run.code == 0, run.err
    text = (folder / "out.json").read_text("utf-8")
    (folder / "out.json").unlink()
    return text


# -- dialects -------------------------------------------------------------------------------------------------------------


def test_a_decimal_comma_in_a_comma_file(tmp_path: Path) -> None:
    """ "`A,0,53` (decimal comma in a comma file) | id 0, value 53, silently | the dialect is found or declared and shown;
    the field count must match": tidy and wide."""
    refused(
        tmp_path, "payee,period,indicator,value\n,2020,plan,0,53\n", "data.csv:2:1: AO502 The row has 5 fields", "4"
    )
    (tmp_path / "data.columns.yaml").write_text(
        "payee: id\nperiod: {constant: 2020}\nvalues: {visits: value}\n", "utf-8"
    )
    refused(tmp_path, "id,value\nA,0,53\n", "data.csv:2:1: AO502 The row has 3 fields, the header 2.")


FINNISH = {
    "semicolons and decimal commas": ";{}\n", "tabs and decimal commas": "\t{}\n", "carriage returns": ";{}\r\n",
}  # fmt: skip
SPACES = {"NBSP": "\u00a0", "narrow NBSP": "\u202f", "a space": " "}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("shape", FINNISH.values(), ids=FINNISH)
def test_finnish_spreadsheets(shape: str, encoding: str, space: str, tmp_path: Path) -> None:
    """ "Finnish Excel exports: `;`, decimal comma, cp1252, utf-8-sig, NBSP and narrow NBSP in numbers, U+2212 minus, `..` for
    missing | one column of text | read right; say what was assumed"."""
    if encoding == "cp1252" and space == "\u202f":
        space = "\u00a0"  # cp1252 has no narrow one
    minus = "-" if encoding == "cp1252" else "\u2212"
    mark, _, end = shape.partition("{}")
    lines = [
        ["party", "period", "indicator", "value", "source"],
        ["firm", "2020", "cost", f"16{space}993{space}210,55", "Länsi-Pöytyä"],
        ["", "2020", "plan", f"60,5{space}%", ""],
        ["", "2020", "balance", "0,5", ""],
        ["", "2020", "visits", f"{minus}45,25", ""],
    ]
    data = "".join(mark.join(line) + end for line in lines).encode(encoding)
    measured = parse_csv(data, "data.csv")
    found = [measured.number(row.value) for row in measured.rows]
    assert list(map(str, found)) == ["339864211/20", "121/200", "1/2", "-181/4"]
    assert measured.rows[0].source == "Länsi-Pöytyä"
    what = "semicolons" if mark == ";" else "tabs"
    named = "cp1252" if encoding == "cp1252" else "UTF-8"
    assert measured.assumed == (f"CSV, encoding {named}, delimiter {what}, decimal comma",)


def test_two_points_are_missing(tmp_path: Path) -> None:
    """ "`..` for missing": missing, and refused as such where the value must be there."""
    refused(tmp_path, DATA.replace("visits,45", "visits,.."), "AO505 visits for 2020 is missing")


def test_a_comma_and_a_point_in_one_number(tmp_path: Path) -> None:
    """Where a comma is the decimal mark, 1.234,5 is refused and not guessed at."""
    refused(tmp_path, DATA.replace(",", ";").replace("0.5", "0,5").replace("1000", "1.234,5"), "AO509", "Write 1234,5")


@pytest.mark.parametrize("other", ["0,5", "0"], ids=["beside a decimal comma", "beside no decimal mark"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_point_that_may_group_digits(delimiter: str, other: str, tmp_path: Path) -> None:
    """A point that spreadsheets of many countries put between thousands is refused: 1.000 would be paid as 1, or as 1000."""
    data = DATA.replace(",", delimiter).replace("0.5", other).replace("1000", "1.000")
    refused(tmp_path, data, "AO509 cost: the point of 1.000 may group its digits", "Write 1000, 1,000 or 1.0000.")
    (tmp_path / "data.columns.yaml").write_text(MAPPING, "utf-8")
    wide = WIDE.replace("0,5", other).replace("1000", "1.000").replace(";", delimiter)
    refused(tmp_path, wide, "AO509 Column Kulut: the point of 1.000 may group its digits")


def book(folder: Path, cost: object, balance: object) -> bytes:
    """The data as a workbook, with the cost and the balance as text or as numbers."""
    lines = [("party", "period", "indicator", "value"), ("firm", "2020", "cost", cost), ("", "2020", "plan", 0.6)]
    lines += [("", "2020", "balance", balance), ("", "2020", "visits", 45)]
    cells = rows(*({letter: cell for letter, cell in zip("ABCD", line, strict=True) if cell != ""} for line in lines))
    return workbook(folder / "made.xlsx", {"Data": sheet(cells)}).read_bytes()


def test_a_point_in_a_text_of_a_workbook(tmp_path: Path) -> None:
    """Numbers of a workbook are in no doubt, and show nothing of its texts: 1.125 as a number is that, as text beside 0.5 as
    text too, else it would be paid as 1.13 euros or as 1125."""
    said = "AO509 cost: the point of 1.125 may group its digits"
    for balance in (0.5, "0,5"):
        refused(tmp_path, book(tmp_path, "1.125", balance), f"Data!D2: {said}", name="data.xlsx")
    for cost, balance in ((1.125, 0.5), (1.125, "0,5"), ("1.125", "0.5")):
        found = total(tmp_path, book(tmp_path, cost, balance), "data.xlsx")
        assert re.search(r'"firm":"\d+\.13"', found)


def test_a_point_in_a_text_of_a_frame(tmp_path: Path) -> None:
    """In Parquet too: a column of text is in doubt, a column of numbers, however narrow, is not."""
    lines = {"party": ["firm", "", "", ""], "period": ["2020"] * 4, "indicator": ["cost", "plan", "balance", "visits"]}
    for kind in (pl.String, pl.Float64, pl.Float32, pl.Decimal(12, 3)):
        frame = pl.DataFrame(lines | {"value": ["1.125", "1", "1", "45"]}).with_columns(pl.col("value").cast(kind))
        frame.write_parquet(tmp_path / "data.parquet")
        data = (tmp_path / "data.parquet").read_bytes()
        if kind == pl.String:
            refused(tmp_path, data, "AO509 cost: the point of 1.125 may group its digits", name="data.parquet")
        else:
            assert re.search(r'"firm":"\d+\.13"', total(tmp_path, data, "data.parquet"))


def test_a_chapter_shows_no_decimal_mark(tmp_path: Path) -> None:
    """In a wide file 1.2 in a column that no value is read from says nothing of the numbers beside it."""
    (tmp_path / "data.columns.yaml").write_text(MAPPING, "utf-8")
    wide = WIDE.replace("0,5", "0").replace("1000", "1.000").replace("Käynnit", "Luku").replace(";45", ";1.2")
    refused(tmp_path, wide, "AO509 Column Kulut: the point of 1.000 may group its digits")


def test_an_id_over_several_lines(tmp_path: Path) -> None:
    """A line break in the id of a payee could write a line of its own among the amounts: refused; a source is one line."""
    data = "payee," + DATA.replace("\n", '\n"x\nfirm  999 999.00",').removesuffix('"x\nfirm  999 999.00",')
    refused(tmp_path, data, "AO502 An id of this row is not clean: it goes over several lines")
    (row,) = parse_csv(b'period,indicator,value,source\n2020,plan,1,"a\nb"\n', "data.csv").rows
    assert row.source == "a b"


def test_a_point_that_plainly_is_a_decimal_mark(tmp_path: Path) -> None:
    """Where another number, such as 0.5, shows the decimal mark, 1.125 is that; in a file of commas it always is."""
    for data in (DATA.replace(",", ";"), DATA.replace("0.5", "0")):
        assert re.search(r'"firm":"\d+\.13"', total(tmp_path, data.replace("1000", "1.125")))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA.encode("utf-16"), "AO500 The file is UTF-16"),
        (b"period,indicator,value\n2020,\x81,1\n", "AO500 The file is neither UTF-8 nor cp1252"),
        (DATA.encode() + b"\x00", "AO500"),
        (DATA.encode() + b',2020,"visits,45\n', "AO502 The row is not CSV"),
        (b"", "AO501 There is nothing in the file."),
        (b"\n\n", "AO501 There is nothing in the file."),
        (gzip.compress(DATA.encode(), mtime=0), "AO500 The file is no text: it is packed by gzip"),
        (b"PK\x03\x04" + DATA.encode(), "AO500 The file is no text: it is a zip archive or a workbook"),
    ],
)
def test_what_is_no_table_of_text(data: bytes, said: str, tmp_path: Path) -> None:
    """What is not CSV is refused, and nothing in it guessed."""
    refused(tmp_path, data, said)


# -- text -----------------------------------------------------------------------------------------------------------------


def test_codes_stay_text(tmp_path: Path) -> None:
    """ "codes `007`, id `NA`, `091` | 7, missing, 91 | text stays text": as payees, as codes, from every kind of file."""
    contract = CONTRACT.replace("amounts:\n", 'payees: {attributes: {region: ["007", NA, "091"]}}\namounts:\n')
    lines = DATA.splitlines()[1:]
    data = "payee,party,period,indicator,value\n"
    for payee in ("007", "NA", "091"):
        data += "".join(f"{payee},{line}\n" for line in [*lines, f",2020,region,{payee}"])
    run = settled(tmp_path, data, contract=contract)
    assert run.code == 0, run.err
    payees = json.loads((tmp_path / "out.json").read_text("utf-8"))["payees"]
    assert [each["payee"] for each in payees] == ["007", "091", "NA"]
    columns = {
        name: [row.split(",")[at] for row in data.splitlines()[1:]]
        for at, name in enumerate(data.split("\n")[0].split(","))
    }
    pl.DataFrame(columns).write_parquet(tmp_path / "d.parquet")
    found = read_table(tmp_path / "d.parquet", KNOWN, 2, "")
    assert {cells[0] for _, cells in found.records} == {"007", "NA", "091"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA + ",2020,visits\n", "AO502 The row has 3 fields, the header 4."),
        (DATA + ",2020,visits,45,more\n", "AO502 The row has 5 fields, the header 4."),
        (DATA.replace("party,", "value,", 1), "AO501 Two columns are called 'value'."),
        (DATA.replace("party,", "v.1,", 1), "AO501 'v.1' is not a column of measured data."),
    ],
)
def test_ragged_tables(data: str, said: str, tmp_path: Path) -> None:
    """ "short row, extra column, duplicate column | NaN, shifted index, `v.1` | refused"."""
    refused(tmp_path, data, said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("plan,60 %", "plan,53", "AO510 53 for plan lies outside its range"),
        ("plan,60 %", "plan,5300 %", "AO510"),
        ("cost,1000", "cost,-1000", "AO510 -1000 for cost lies outside its range, at least 0"),
        *(
            ("visits,45", f"visits,{text}", "AO509")
            for text in ("inf", "nan", "1e3", "1_000", "٤٥", "True", "=45", "1e999999999")
        ),
    ],
)
def test_values_out_of_range(old: str, new: str, said: str, tmp_path: Path) -> None:
    """ "53 where 0.53 was meant; ... inf | full pay | unit, range ..., checked before clipping"."""
    refused(tmp_path, DATA.replace(old, new), said)


@pytest.mark.parametrize("counts", ["120,100", "-50,-58", "-1,100", "1,0", "0,0", "1,-1", "1,", ",1"])
def test_numerators_and_denominators(counts: str, tmp_path: Path) -> None:
    """ "120/100; -50/-58 | full pay | 0 <= numerator <= denominator, denominator > 0"."""
    header = "party,period,indicator,value,numerator,denominator\n"
    lines = [f"{line},," for line in DATA.splitlines()[1:] if "plan" not in line]
    refused(tmp_path, header + "\n".join([*lines, f",2020,plan,,{counts}\n"]), "AO510")


@pytest.mark.parametrize("command", [("simulate", "-n", "20"), ("gaps",)], ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("answers", "said"),
    [("1e30", "AO509 n of visits: '1e30'"), ("-5", "AO510 n of visits is not a whole number from 0"), ("..", "")],
)
def test_a_count_that_only_shows_how_sure_a_value_is(
    command: tuple[str, ...], answers: str, said: str, tmp_path: Path
) -> None:
    """A number of answers that no amount rests on is refused all the same where it is read, and may be missing."""
    contract = written(tmp_path, CONTRACT.replace("visits: {unit: count", "visits: {unit: NPS -100 to 100"))
    file = tmp_path / "data.csv"
    file.write_text(DATA.replace("\n", ",\n").replace("value,", "value,n").replace("45,", f"45,{answers}"), "utf-8")
    run = alliance(command[0], contract, file, "--period", "2020", *command[1:])
    assert run.code == (1 if said else 0), run.err
    assert run.err.startswith(f"{file}:5:1: {said}" if said else "")


def test_a_missing_indicator(tmp_path: Path) -> None:
    """ "missing indicator | pays 50 %, or 100 % | refused unless the contract has a rule"."""
    refused(tmp_path, DATA.replace(",2020,visits,45\n", ""), "AO505 visits for 2020 is missing")
    ruled = CONTRACT.replace("visits: {unit: count,", "visits: {unit: count, when_missing: reweight in area,")
    assert settled(tmp_path, DATA.replace(",2020,visits,45\n", ""), contract=ruled).code == 0


def test_a_duplicate_indicator(tmp_path: Path) -> None:
    """ "duplicate indicator ... rows | weights sum to 1.5 | unique keys": both rows are named, also where letters differ only
    in how they are composed."""
    refused(
        tmp_path, DATA + ",2020,visits,45\n", "data.csv:6:7: AO503 visits for 2020 is given twice", "See also", ":5:"
    )
    payees = "payee,period,indicator,value\n\u00e4,2020,visits,1\na\u0308,2020,visits,1\n"
    refused(tmp_path, payees, "AO503 visits of ä for 2020 is given twice")


# -- keys -----------------------------------------------------------------------------------------------------------------

COMPOSED, DECOMPOSED = "Pöytyä", "Po\u0308ytya\u0308"
CODED = """\
contract: coded
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
payees: {attributes: {place: [PLACE, Turku]}}
facts: {cost: {unit: EUR, least: 0}}
settlement:
  - pay: {kind: formula, amount: 'cost if place == "PLACE" else 0', to: payee}
"""


@pytest.mark.parametrize("stated", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("given_as", [COMPOSED, DECOMPOSED])
def test_letters_are_compared_composed(stated: str, given_as: str, tmp_path: Path) -> None:
    """ "composed and decomposed letters ... | join misses, sum 0 | normalised to NFC": payees, codes, columns and options."""
    contract = written(tmp_path, CODED.replace("PLACE", stated))
    tidy = tmp_path / "tidy.csv"
    tidy.write_text(
        f"payee,period,indicator,value\n{given_as},2020,place,{given_as}\n{COMPOSED},2020,cost,7\n", "utf-8"
    )
    assert "7.00" in alliance("settle", contract, tidy, "--payee", DECOMPOSED).out
    wide = tmp_path / "wide.csv"
    wide.write_text(f"{given_as};Ja\u0308rjestys;Cost\n{given_as};x;7\n", "utf-8")
    (tmp_path / "wide.columns.yaml").write_text(
        f"payee: {stated}\nperiod: {{constant: 2020}}\n"
        f"values: {{cost: Cost, place: {{column: Järjestys, codes: {{x: {stated}}}}}}}\n",
        "utf-8",
    )
    assert "7.00" in alliance("settle", contract, wide).out


@pytest.mark.parametrize(
    "row", ["firm ,2020,cost,1000", " firm,2020,cost,1000", "firm,2020 ,cost,1000", "firm,2020,\u00a0cost,1"]
)
def test_spaces_around_ids(row: str, tmp_path: Path) -> None:
    """ "trailing space in ids | join misses, sum 0 | outer spaces refused"."""
    refused(
        tmp_path, DATA.replace("firm,2020,cost,1000", row), "data.csv:2:1: AO502 An id of this row is not clean: spaces"
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",2020,visit,45", "AO504 visit is not a fact or indicator of care. Did you mean visits?"),
        ("frim,2020,cost,1", "AO504 frim is not a party of care. Did you mean firm?"),
        (",2019x,visits,45", "AO514 2019x is not a period of care"),
        (",2020,,45", "AO502 A row needs a period and an indicator."),
        (",,visits,45", "AO502 A row needs a period and an indicator."),
        (",2020,cost,5", "AO514 Each party has its own cost, and this row names none."),
    ],
)
def test_keys_that_match_nothing(row: str, said: str, tmp_path: Path) -> None:
    """ "unmatched keys on either side refused", "missing join keys | match each other | refused": of the data's rows."""
    sentence, _, hint = said.partition(". Did")
    refused(tmp_path, f"{DATA}{row}\n", sentence, *([f"Did{hint}"] if hint else []))


PAID = "payee,period,indicator,value\na,2020,cost,5\na,2020,place,Turku\nb,2020,cost,6\nb,2020,place,Turku\n"


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        ("payee;Paid\na;0\nb;0\n", ""),
        ("payee;Paid\na;0\nb;\n", ""),
        ("payee;Paid\na;0\nb;0\nc;9\n", "AO540 c stands in column Paid, and is not settled."),
        ("payee;Paid\na;0\n", "AO540 b is settled, and has no row beside column Paid."),
        ("payee;Paid\na;0\nb ;0\n", "AO502 The payee in column payee is not clean"),
        ("payee;Paid\na;0\nb;0\n;9\n", "AO502 Column payee names no payee"),
        ("payee;Paid\na;0\nb;0\nb;0\n", "AO503 b has two rows"),
        ("payee;Paid;Paid\na;0;0\nb;0;0\n", "AO501 Two columns are called 'Paid'."),
    ],
)
def test_payees_are_joined_whole(paid: str, said: str, tmp_path: Path) -> None:
    """ "unmatched keys on either side refused", "missing join keys | match each other | refused": of two files of payees."""
    data, against = tmp_path / "data.csv", tmp_path / "paid.csv"
    data.write_text(PAID, "utf-8")
    against.write_text(paid, "utf-8")
    contract = written(tmp_path, CODED.replace("PLACE", COMPOSED))
    run = alliance("reconcile", contract, data, "--published", "pay=Paid", "--against", against)
    assert (said in run.err, run.code) == (True, 1 if said else 0), run


# -- numbers --------------------------------------------------------------------------------------------------------------


def test_large_whole_numbers(tmp_path: Path) -> None:
    """ "9007199254740993 beside a blank; `2**62 * 4` | ...992; 0 | whole numbers through text; range check": to 15 digits,
    and refused beyond them, from text and from typed columns."""
    data = DATA.replace("cost,1000", "cost,900719925474099")
    lines = json.loads(total(tmp_path, data))["payees"][0]["lines"]
    assert lines[0]["amount"] == "900719925474099.00"
    refused(tmp_path, DATA.replace("cost,1000", "cost,9007199254740993"), "AO509", "At most 15 digits before the point")
    pl.DataFrame({"period": ["2020", None], "value": [9007199254740993, None]}).write_parquet(tmp_path / "d.parquet")
    found = read_table(tmp_path / "d.parquet", KNOWN, 2, "")
    assert [cells for _, cells in found.records] == [["2020", "9007199254740993"], ["", ""]]
    assert as_text(2**62 * 4) == "18446744073709551616"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=9))
def test_a_number_is_written_out_whole(value: object) -> None:
    """Decimals, floats and whole numbers become text that reads as the same number."""
    from decimal import Decimal
    from fractions import Fraction

    assert isinstance(value, Decimal)
    assert Fraction(as_text(value)) == Fraction(value)
    assert float(as_text(float(value))) == float(value)
    assert Fraction(plain(f"{value:e}")) == Fraction(value)


@pytest.mark.parametrize(
    ("written_so", "means"),
    [("1e-05", "0.00001"), ("-1.50E+3", "-1500"), ("0.10", "0.1"), ("1e99", "1e99"), ("x", "x")],
)
def test_a_number_with_an_exponent(written_so: str, means: str) -> None:
    """Written out where that is short; left as it is, and so refused, where it would fill the memory."""
    assert plain(written_so) == means


def test_a_frame_of_single_floats(tmp_path: Path) -> None:
    """A float of 32 bits is the shortest text among its like: 0.1, and not 0.10000000149011612."""
    frame = pl.DataFrame(
        {"value": pl.Series([0.1, None, float("nan")], dtype=pl.Float32), "period": [0.725, 1e22, -0.0]}
    )
    frame.write_parquet(tmp_path / "d.parquet")
    found = read_table(tmp_path / "d.parquet", KNOWN, 2, "")
    assert [cells for _, cells in found.records] == [["0.1", "0.725"], ["", "1" + "0" * 22], ["NaN", "-0"]]


# -- kinds of files -------------------------------------------------------------------------------------------------------

UNKNOWN: dict[str, Callable[[], bytes]] = {
    "data.pkl": lambda: pickle.dumps({"value": 1}),
    "data.pickle": lambda: pickle.dumps({"value": 1}),
    "data.csv.gz": lambda: gzip.compress(b"period,indicator,value\n" * 1_000_000),
    "data.zip": lambda: b"PK\x03\x04",
    "data.xls": lambda: b"\xd0\xcf\x11\xe0",
    "data.xlsm": lambda: b"PK\x03\x04",
    "data.feather": lambda: b"ARROW1",
    "data.json": lambda: b"[]",
    "data.sql": lambda: b"SELECT 1",
    "data": DATA.encode,
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_kinds_are_never_opened(name: str, tmp_path: Path) -> None:
    """ "pickle | runs code | never read", "`.gz` CSV bomb | ... | no compression guessed"."""
    refused(
        tmp_path, UNKNOWN[name](), f"AO530 {name} is of no kind that is read", ".csv, .parquet, .sql.yaml", name=name
    )


class Trap:
    """What runs when it is unpickled: it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("ending", ["pkl", "csv", "xlsx", "parquet", "txt"])
def test_a_pickle_under_any_name_runs_nothing(ending: str, tmp_path: Path) -> None:
    """ "pickle | runs code | never read": under no name."""
    refused(tmp_path, pickle.dumps(Trap(tmp_path / "trap")), "AO5", name=f"data.{ending}")
    assert not (tmp_path / "trap").exists()


def test_what_is_no_parquet(tmp_path: Path) -> None:
    """A torn file is told, and so is one that holds lists."""
    frame = pl.DataFrame({"period": ["2020"], "value": [[1, 2]]})
    frame.write_parquet(tmp_path / "whole.parquet")
    refused(tmp_path, (tmp_path / "whole.parquet").read_bytes()[:-9], "AO533", name="d.parquet")
    refused(tmp_path, b"period,value\n", "AO533", name="d.parquet")
    refused(tmp_path, (tmp_path / "whole.parquet").read_bytes(), "d.parquet:row 1, value: AO539", name="d.parquet")


def test_a_bomb_of_parquet(tmp_path: Path) -> None:
    """A few kilobytes that hold a thousand million rows are refused by their footer, before anything is unpacked; text that
    is long and repeated, while it is counted."""
    pl.select(period=pl.repeat(20, 21_000_000, dtype=pl.Int8)).write_parquet(tmp_path / "d.parquet")
    assert (tmp_path / "d.parquet").stat().st_size < 100_000
    refused(tmp_path, (tmp_path / "d.parquet").read_bytes(), "AO532", name="d.parquet")
    pl.select(period=pl.repeat("x" * 1_000_000, 1000)).write_parquet(tmp_path / "e.parquet")
    refused(tmp_path, (tmp_path / "e.parquet").read_bytes(), "AO532", name="e.parquet")


def test_a_table_is_counted_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells and letters have a limit whatever the kind of file."""
    pl.DataFrame({"period": ["2020"] * 50, "value": ["1"] * 50}).write_parquet(tmp_path / "d.parquet")
    monkeypatch.setattr(table_module, "MOST_CELLS", 99)
    with pytest.raises(DataError, match="AO532"):
        read_table(tmp_path / "d.parquet", KNOWN, 2, "")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "sql.yaml"])
def test_only_regular_files_are_read(ending: str, tmp_path: Path) -> None:
    """A pipe would wait for ever, a folder is no file; a missing one is told with exit code 2."""
    contract, file = written(tmp_path, CONTRACT), tmp_path / f"data.{ending}"
    assert alliance("settle", contract, file).code == 2
    os.mkfifo(file)
    assert "AO500" in alliance("settle", contract, file).err


@pytest.mark.parametrize("ending", ["CSV", "Csv", "TXT", "tsv"])
def test_endings_in_any_case(ending: str, tmp_path: Path) -> None:
    """Windows writes them large."""
    assert total(tmp_path, DATA, f"data.{ending}") == total(tmp_path, DATA)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bytes of any kind give measured data or a coded refusal."""
    assert all(problem.place for problem in problems_of(b"period,indicator,value\n" + data))


def problems_of(data: bytes) -> tuple[Problem, ...]:
    """What is wrong with bytes that are read as measured data."""
    try:
        parse_csv(data, "data.csv")
    except DataError as error:
        return error.problems
    return ()
