"""Published series: read exactly from what Sotkanet and Statistics Finland give out, and used to index and to scale amounts."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.problems import ContractError, DataError
from alliance_outcomes.series import Choice, kinds, label_of
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from tests.running import alliance

# Figures are invented; the forms are those of the two services.
SOTKANET_CSV = """\
"indicator";"region";"year";"gender";"primary.value";"absolute.value"
127;837;2021;total;244223.0;244223.0
127;837;2022;total;249009.0;249009.0
127;837;2023;total;255050.0;255050.0
127;91;2023;total;674500.0;674500.0
127;837;2023;female;130000.5;130000.5
"""
SOTKANET_JSON = json.dumps(
    [
        {"indicator": 127, "region": 837, "year": 2022, "gender": "total", "value": 12.5, "absValue": 249009},
        {
            "indicator": {"id": 127},
            "region": {"id": 837},
            "year": 2023,
            "gender": "total",
            "value": 12.75,
            "absValue": 255050,
        },
        {"indicator": 127, "region": 837, "year": 2024, "gender": "total", "value": None},
    ]
)
JSON_STAT = """
{"version": "2.0", "class": "dataset", "label": "Price index",
 "id": ["Vuosi", "Menolaji", "Tiedot"], "size": [3, 2, 1],
 "role": {"time": ["Vuosi"], "metric": ["Tiedot"]},
 "dimension": {
  "Vuosi": {"label": "Vuosi", "category": {"index": ["2021", "2022", "2023"]}},
  "Menolaji": {"category": {"index": {"health": 1, "all": 0}, "label": {"all": "Kaikki", "health": "Terveys"}}},
  "Tiedot": {"category": {"label": {"index": "Indeksi"}}}},
 "value": [100.0, 100.0, 104.25, 103.1, 108.5, null]}
"""
OLDER = """
{"dataset": {"dimension": {"id": ["time", "info"], "size": [2, 1], "role": {"time": ["time"]},
  "time": {"category": {"index": {"2022M12": 0, "2023M01": 1}}}, "info": {"category": {"label": {"x": "x"}}}},
 "value": {"0": 1, "1": 2.5}}}
"""
CITY = {"indicator": "127", "region": "837", "gender": "total"}


def read(kind: str, text: str, pick: dict[str, str] | None = None, time: str = "", value: str = "") -> dict[str, str]:
    """The figures that are picked."""
    return kinds()[kind].read(text.encode(), Choice(pick or {}, time, value))


def test_sotkanet_in_both_of_its_forms() -> None:
    """Semicolons with a decimal point, its own number of a region; in JSON numbers stay as written, and null is nothing."""
    assert read("sotkanet", SOTKANET_CSV, CITY) == {"2021": "244223.0", "2022": "249009.0", "2023": "255050.0"}
    assert read("sotkanet", SOTKANET_JSON, CITY) == {"2022": "12.5", "2023": "12.75"}
    assert read("sotkanet", SOTKANET_JSON, CITY, value="absolute.value") == {"2022": "249009", "2023": "255050"}


def test_json_stat_in_both_of_its_forms() -> None:
    """A cube, one dimension of which is time; what is not there is left out; months are called as contracts call them."""
    assert read("json-stat", JSON_STAT, {"Menolaji": "all"}) == {"2021": "100.0", "2022": "104.25", "2023": "108.5"}
    assert read("json-stat", JSON_STAT, {"Menolaji": "health"}) == {"2021": "100.0", "2022": "103.1"}
    assert read("json-stat", OLDER) == {"2022-12": "1", "2023-01": "2.5"}


def test_a_table_of_figures() -> None:
    """A CSV with columns to pick by; with semicolons a decimal comma."""
    text = "vuosi;alue;luku\n2022;A;1,5\n2023;A;2\n2023;B;9\n2024;A;\n"
    assert read("table", text, {"alue": "A"}, "vuosi", "luku") == {"2022": "1.5", "2023": "2"}


@pytest.mark.parametrize(
    ("kind", "text", "pick", "says"),
    [
        ("sotkanet", SOTKANET_CSV, {"indicator": "127"}, "several figures"),
        ("sotkanet", SOTKANET_CSV, {"municipality": "837"}, "nothing to pick by"),
        ("sotkanet", "year;value\n2023;1\n", {}, "primary.value"),
        ("sotkanet", '[{"year": 2023, "value": NaN}]', {}, "no number"),
        ("sotkanet", '[{"year": 2023, "year": 2024, "value": 1}]', {}, "twice"),
        ("sotkanet", "[1]", {}, "no list of figures"),
        ("json-stat", JSON_STAT, {}, "pick one of all, health"),
        ("json-stat", JSON_STAT, {"Menolaji": "rent"}, "no category"),
        ("json-stat", JSON_STAT, {"Menolaji": "all", "Alue": "1"}, "no dimension"),
        ("json-stat", JSON_STAT.replace("[3, 2, 1]", "[4, 2, 1]"), {"Menolaji": "all"}, "a size of 4"),
        ("json-stat", JSON_STAT.replace('"time": ["Vuosi"], ', ""), {"Menolaji": "all"}, "which dimension is time"),
        ("json-stat", JSON_STAT.replace("104.25", "1e999999999"), {"Menolaji": "all"}, "write"),
        ("json-stat", JSON_STAT.replace("104.25", "[1]"), {"Menolaji": "all"}, "no number"),
        (
            "json-stat",
            JSON_STAT.replace('"health": 1', '"health": 0'),
            {"Menolaji": "all"},
            "does not number its categories",
        ),
        (
            "json-stat",
            JSON_STAT.replace('"health": 1', '"health": -1'),
            {"Menolaji": "all"},
            "does not number its categories",
        ),
        ("json-stat", JSON_STAT.replace("104.25, ", ""), {"Menolaji": "all"}, "not as many as the sizes say"),
        ("json-stat", "{", {}, "not JSON"),
        ("json-stat", "[" * 100_000, {}, "not JSON"),
        ("json-stat", '{"a": 1}', {}, "no JSON-stat"),
        ("table", "period,value\n2023,1,2\n", {}, "as many fields"),
        ("table", "period,period\n", {}, "twice"),
        ("table", "year,value\n2023,1\n", {}, "no column period"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(kind: str, text: str, pick: dict[str, str], says: str) -> None:
    """Refused with a sentence; no figure is guessed, rounded or taken twice."""
    with pytest.raises(ValueError, match=says):
        read(kind, text, pick)


@pytest.mark.parametrize(
    ("text", "label"), [("2023", "2023"), ("2023M04", "2023-04"), ("2023-Q2", "2023Q2"), ("2023Q2", "2023Q2"), (" 2023H1 ", "2023H1")]
)  # fmt: skip
def test_periods_as_contracts_call_them(text: str, label: str) -> None:
    """Months, quarters and halves as the services write them."""
    assert label_of(text) == label


CONTRACT = """
contract: indexed
status: draft
assumed: an example
currency: EUR
periods: {length: year, from: 2021-01-01, to: 2026-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: Firm}}
splits: {all: {shares: [{from: 2021-01-01, firm: 100 %}]}}
facts: {cost: {unit: EUR, least: 0}}
amounts:
  target: {unit: EUR, values: {2021: 1 000 000}}
  a_head: {unit: EUR per client, values: {2021: 2}}
  price_index:
    unit: index
    series: {file: statistics/prices.json, kind: json-stat, pick: {Menolaji: all}, base: 2021}
  population:
    unit: persons
    series: {file: population.csv, kind: sotkanet, pick: {indicator: 127, region: 837, gender: total}}
figures:
  indexed_target: {unit: EUR, formula: target * price_index}
settlement:
  - saved: {kind: formula, amount: indexed_target - cost, to: all}
  - sized: {kind: formula, amount: a_head * population, to: all}
  - grown: {kind: formula, amount: "a_head * (population - earlier(population, 1))", to: all}
"""


def written(folder: Path, contract: str = CONTRACT) -> Path:
    """The contract with its two files of figures."""
    (folder / "statistics").mkdir(parents=True)
    (folder / "statistics" / "prices.json").write_text(JSON_STAT, "utf-8")
    (folder / "population.csv").write_text(SOTKANET_CSV, "utf-8")
    (folder / "indexed.yaml").write_text(contract, "utf-8")
    return folder / "indexed.yaml"


def test_a_target_indexed_by_prices_and_an_amount_scaled_by_population(tmp_path: Path) -> None:
    """Worked by hand for 2022: 1,042,500 less 1,000,000; 2 a head of 249,009; 2 a head of 4,786 more than the year before."""
    contract = load_contract(written(tmp_path / "contracts"))
    data = parse_csv(b"period,indicator,value\n2022,cost,1000000\n2023,cost,1000000\n", "data.csv")
    lines = {line.clause: line.amount for line in settle(contract, data, "2022").only().lines}
    assert lines == {"saved": Fraction(42_500), "sized": Fraction(498_018), "grown": Fraction(9_572)}
    lines = {line.clause: line.amount for line in settle(contract, data, "2023").only().lines}
    assert lines["saved"] == Fraction(85_000)


def test_a_figure_that_is_not_published_yet(tmp_path: Path) -> None:
    """The contract is right all the same; the year is refused when it is settled, and no older figure stands in for it."""
    contract = load_contract(written(tmp_path / "contracts"))
    data = parse_csv(b"period,indicator,value\n2024,cost,1\n", "data.csv")
    with pytest.raises(DataError, match=r"AO518 The series of population has no figure for 2024") as error:
        settle(contract, data, "2024")
    assert {problem.code for problem in error.value.problems} == {"AO518"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("file: population.csv", "file: ../secret.csv", "AO002"),
        ("file: population.csv", "file: /etc/passwd", "AO002"),
        ("file: population.csv", "file: nowhere.csv", "AO001"),
        ("file: population.csv, kind: sotkanet", "file: indexed.yaml, kind: sotkanet", "AO141"),
        ("base: 2021", "base: 1999", "AO141"),
        ("region: 837, ", "", "AO141"),
        ("region: 837", "region: 1", "AO141"),
        ("unit: persons\n", "unit: persons\n    values: {2021: 1}\n", "AO141"),
        ("values: {2021: 2}", "title: Per head", "AO141"),
        ("kind: sotkanet", "kind: sotka", "AO103"),
        ("kind: sotkanet, ", "", "AO102"),
    ],
)
def test_a_series_that_cannot_be_read(tmp_path: Path, old: str, new: str, code: str) -> None:
    """Refused where the contract names it, with what to do instead; nothing outside the contract's folder is read."""
    (tmp_path / "secret.csv").write_text(SOTKANET_CSV, "utf-8")
    assert CONTRACT.count(old) == 1
    with pytest.raises(ContractError) as error:
        load_contract(written(tmp_path / "contracts", CONTRACT.replace(old, new)))
    assert code in {problem.code for problem in error.value.problems}
    assert all(problem.place and problem.place.file.endswith("indexed.yaml") for problem in error.value.problems)


def test_a_bundle_keeps_the_figures(tmp_path: Path) -> None:
    """Evidence of a settlement holds the files of figures too, and a changed figure is found."""
    contract = written(tmp_path / "contracts")
    (tmp_path / "data.csv").write_text("period,indicator,value\n2022,cost,1000000\n", "utf-8")
    bundle = tmp_path / "bundle"
    assert alliance("settle", contract, tmp_path / "data.csv", "--period", "2022", "--bundle", bundle).code == 0
    assert alliance("verify", bundle).code == 0
    figures = bundle / "contract" / "population.csv"
    figures.write_text(figures.read_text("utf-8").replace("249009.0;2", "249008.0;2"), "utf-8")
    spoiled = alliance("verify", bundle)
    assert spoiled.code == 1
    assert "population.csv" in spoiled.out + spoiled.err
