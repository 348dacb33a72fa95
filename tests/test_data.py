"""``alliance data``: what was found out about a file is shown, and what is wrong with it told, before anything is settled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.contract.parts import Part
from alliance_outcomes.sources.kinds import endings
from alliance_outcomes.sources.query import Stated, known_databases, read_query
from tests.documents import Block, blocks, code_words
from tests.faulty import CONTRACT, DATA, written
from tests.raw_workbooks import rows, sheet, workbook
from tests.running import Run, alliance
from tests.test_mapping import CONTRACT as WIDE_CONTRACT
from tests.test_mapping import MAPPING, WIDE
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")


def looked(folder: Path, data: str | bytes, *options: str, name: str = "data.csv") -> Run:
    """A dry read of data for the small contract."""
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return alliance("data", written(folder, CONTRACT), folder / name, *options)


def as_data(run: Run, code: int = 0) -> Any:
    """The JSON of a dry read, which keeps to its schema."""
    assert run.code == code, run.err
    data = json.loads(run.out)
    holds("data", data)
    return data


@pytest.mark.parametrize("period", [(), ("--period", "2019")])
def test_the_example_is_shown_by_its_schema(period: tuple[str, ...]) -> None:
    """The Tesoma data: plain CSV, tidy, five years of the contract and one before; every row is read."""
    data = as_data(alliance("data", *TESOMA, "-f", "json", *period))
    assert (data["kind"], data["encoding"], data["delimiter"], data["decimal_mark"]) == (
        "CSV",
        "UTF-8",
        "commas",
        "point",
    )
    assert (data["mapping"], data["rows"], data["problems"], data["unread"]) == (None, 88, [], [])
    assert data["periods"][0] == {"period": "2018", "values": 2}
    plan = next(each for each in data["values"] if each["id"] == "chronic_care_plan")
    assert (plan["unit"], plan["written"], plan["lowest"]) == (
        "share",
        ["counts"],
        "611/1184" if period else "587/1219",
    )


def test_a_dialect_is_shown(tmp_path: Path) -> None:
    """ "read right; say what was assumed": the encoding, the delimiter and the decimal mark."""
    data = DATA.replace(",", ";").replace("0.5", "0,5") + ";2019;visits;..\n"
    found = as_data(looked(tmp_path, data, "-f", "json"))
    assert (found["encoding"], found["delimiter"], found["decimal_mark"]) == ("UTF-8", "semicolons", "comma")
    old = (
        "\n".join(f"{line};Pöytyä" for line in data.splitlines())
        .replace("value;Pöytyä", "value;source")
        .encode("cp1252")
    )
    assert as_data(looked(tmp_path, old, "-f", "json"))["encoding"] == "cp1252"
    shown = looked(tmp_path, data).out
    assert "  Kind: CSV, encoding UTF-8, fields by semicolons, decimal comma\n" in shown
    assert "visits (count) 2019: missing 1" in shown


def test_a_unit_that_changes_from_year_to_year_shows(tmp_path: Path) -> None:
    """An indicator that is written in percent one year and as a share the next has two entries, with their ends."""
    data = DATA + ",2021,plan,0.61\nfirm,2021,cost,1\n,2021,balance,1/2\n,2021,visits,44\n"
    found = as_data(looked(tmp_path, data, "-f", "json"))
    plan = [each for each in found["values"] if each["id"] == "plan"]
    assert [(each["periods"], each["written"], each["highest"]) for each in plan] == [
        (["2020"], ["percent"], "0.6"),
        (["2021"], ["number"], "0.61"),
    ]
    assert [each["written"] for each in found["values"] if each["id"] == "balance"] == [["number"], ["ratio"]]


def test_a_mapping_is_shown(tmp_path: Path) -> None:
    """Which column becomes what, in which unit, with the first cell that is changed by it, and columns that nothing reads."""
    contract = tmp_path / "wide.yaml"
    contract.write_text(WIDE_CONTRACT, "utf-8")
    (tmp_path / "data.csv").write_text(WIDE, "utf-8")
    (tmp_path / "data.columns.yaml").write_text(MAPPING, "utf-8")
    found = as_data(alliance("data", contract, tmp_path / "data.csv", "-f", "json"))
    by_id = {each["becomes"]: each for each in found["columns"]}
    assert by_id["cost"]["example"] == {"written": "12.5", "read": "12500"}
    assert (by_id["saved"]["unit"], by_id["saved"]["missing"]) == ("percent", ["-"])
    assert by_id["track"]["codes"] == {"ENHANCED": "EN"}
    assert by_id["plan.numerator"]["example"] is None
    assert found["unread_columns"] == ["Name"]
    assert found["mapping"] == str(tmp_path / "data.columns.yaml")
    assert found["payees"] == ["p1", "p2", "p3"]
    shown = alliance("data", contract, tmp_path / "data.csv").out
    assert "  Cost (1000) -> cost, thousands; 12.5 is read as 12500\n" in shown
    assert "  Columns that nothing reads: Name\n" in shown
    assert "track 2020: code\n" in shown


def test_units_by_year_are_shown(tmp_path: Path) -> None:
    """Where the mapping states another unit for another year, both are said."""
    contract = tmp_path / "wide.yaml"
    contract.write_text(WIDE_CONTRACT, "utf-8")
    (tmp_path / "data.csv").write_text(WIDE, "utf-8")
    units = "unit: {2019: thousands, 2020: as written}"
    (tmp_path / "data.columns.yaml").write_text(MAPPING.replace("unit: thousands", units), "utf-8")
    assert (
        "Cost (1000) -> cost, thousands 2019, as written 2020\n"
        in alliance("data", contract, tmp_path / "data.csv").out
    )
    found = as_data(alliance("data", contract, tmp_path / "data.csv", "-f", "json"))
    cost = next(each for each in found["columns"] if each["becomes"] == "cost")
    assert cost["unit"] == {"2019": "thousands", "2020": "as written"}


def test_a_constant_of_a_mapping_is_shown(tmp_path: Path) -> None:
    """What every row has without a column is said."""
    (tmp_path / "data.columns.yaml").write_text(
        "period: {constant: 2020}\nparty: party\nvalues: {cost: kulut}\n", "utf-8"
    )
    run = looked(tmp_path, "party;kulut\nfirm;5\n")
    assert "  2020 (for every row) -> period\n" in run.out
    assert "AO505 visits for 2020 is missing" in run.err
    assert run.code == 1


def test_rows_that_nothing_reads_are_shown(tmp_path: Path) -> None:
    """Rows of a year before the contract are no fault, and would decide nothing."""
    found = as_data(looked(tmp_path, DATA + ",2018,visits,45\n,2019,visits,45\n", "-f", "json"))
    assert found["unread"] == [{"id": "visits", "periods": ["2018", "2019"], "rows": 2}]
    assert "visits: 2 (2018 ... 2019 (2))" in looked(tmp_path, DATA + ",2018,visits,45\n,2019,visits,45\n").out


def test_problems_are_told_beside_what_was_found(tmp_path: Path) -> None:
    """What a settlement would end with: exit 1, each problem once, in the JSON too."""
    data = DATA.replace("plan,60 %", "plan,60").replace("visits,45", "visits,many") + ",2020,visit,1\n"
    run = looked(tmp_path, data, "-f", "json")
    found = as_data(run, code=1)
    assert sorted(each["code"] for each in found["problems"]) == ["AO504", "AO509", "AO510"]
    assert all(f"{each['place']}: {each['code']} {each['sentence']}" in run.err for each in found["problems"])
    assert "Problems: 3" in looked(tmp_path, data).out


def test_an_earlier_settlement_is_no_fault_of_the_data(tmp_path: Path) -> None:
    """A formula that reads the last settlement asks for it when settling, not here."""
    contract = CONTRACT.replace("      pool: pool\n", "      pool: pool - settled(costs, 1)\n")
    (tmp_path / "data.csv").write_text(DATA.replace("2020", "2021"), "utf-8")
    file = written(tmp_path, contract.replace("{2020: 400 000}", "{2020: 400 000, 2021: 400 000}"))
    run = alliance("data", file, tmp_path / "data.csv")
    assert (run.code, run.err) == (0, "")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """As every command does, with nothing on stdout."""
    run = looked(tmp_path, DATA + "1,2\n")
    assert (run.code, run.out) == (1, "")
    assert "AO502" in run.err
    assert alliance("data", *TESOMA, "--period", "1999").code == 2


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "  Laji: Excel, taulukko Data, desimaalipiste\n"), ("sv", "  Slag: Excel, blad Data, decimalpunkt\n")],
)
def test_it_speaks(language: str, said: str, tmp_path: Path) -> None:
    """Finnish and Swedish; a workbook is shown by its sheet and the address of its header."""
    lines = [dict(zip("ABCD", line.split(","), strict=True)) for line in DATA.splitlines()]
    file = workbook(tmp_path / "data.xlsx", {"Data": sheet(rows(*lines))})
    run = alliance("data", written(tmp_path, CONTRACT), file, "--lang", language)
    assert said in run.out
    assert "Data!A1: party, period, indicator, value" in run.out
    assert (run.code, run.err) == (0, "")


@pytest.mark.parametrize("block", [each for each in blocks(ROOT / "docs" / "data.md") if "query" in each.words])
def test_queries_on_the_page_are_right(block: Block, tmp_path: Path) -> None:
    """The files of queries that are shown read as such, and every key there is stands on the page."""
    (tmp_path / "measured.sql.yaml").write_text(block.text, "utf-8")
    assert read_query(tmp_path / "measured.sql.yaml").stated.select.startswith("SELECT")
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    assert {name for name in Stated.model_fields if name not in Part.model_fields} <= code_words(page)


def test_every_ending_is_on_the_page() -> None:
    """The table of kinds of files is whole."""
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    assert all(f"`{each}`" in page for each in (*endings(), *known_databases()))


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    """-o FILE.json is JSON."""
    assert alliance("data", *TESOMA, "-o", tmp_path / "read.json").out == ""
    assert json.loads((tmp_path / "read.json").read_text("utf-8"))["contract"] == "tesoma"
