"""Published series of every kind: an amount's choice and a file, a NUL between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from tests.faulty import spoiled

from ..form import Run
from ._pieces import joined, parted

CUBE = """{"version": "2.0", "class": "dataset", "id": ["m", "v"], "size": [1, 2], "role": {"time": ["v"]},
"dimension": {"m": {"category": {"index": ["x"]}}, "v": {"category": {"index": {"2020": 0, "2021": 1}}}}, "value": [1.5, 2]}"""
OLDER = """{"dataset": {"dimension": {"id": ["v"], "size": [2], "role": {"time": ["v"]},
"v": {"category": {"index": {"2020": 0, "2021": 1}, "label": {"2020": "a"}}}}, "value": {"0": 1.5, "1": null}}}"""
SOTKANET = (
    "indicator;region;gender;year;primary.value;absolute.value\n127;837;total;2020;1.5;15\n127;837;total;2021;2;20\n"
)
AS_JSON = '[{"indicator": {"id": 127}, "region": 837, "gender": "total", "year": 2020, "value": 1.5, "absValue": 15}]'
TABLE = "period;place;value\n2020;a;1,5\n2021;a;2\n2020;b;3\n"
_WORDS = '"version" "id": "size": "dimension": "category": "index": "role": "time": "value": "dataset" "label" null NaN true -1 1e9'
_WORDS_2 = "json-stat sotkanet table pick: time: value: base: 2020 2021 2020M01 2020Q1 primary.value absolute.value year gender"
WORDS = (
    *_WORDS.split(),
    *_WORDS_2.split(),
    "\x00",
    "\\ud800",
    "\ufeff",
)


def seeds() -> Sequence[bytes]:
    """One of each form of each kind."""
    return [
        joined("{kind: json-stat, base: 2020, pick: {m: x}", CUBE),
        joined("{kind: json-stat", OLDER),
        joined("{kind: sotkanet, pick: {indicator: 127, region: 837, gender: total}", SOTKANET),
        joined("{kind: sotkanet, value: absolute.value", AS_JSON),
        joined("{kind: table, pick: {place: a}", TABLE),
        joined("{kind: table, time: b, value: a", "a,b\n1.5,2020-Q1\n"),
    ]


def ready(folder: Path) -> Run:
    """Read a contract with an amount of that series, and compile it."""
    contract, file = folder / "care.yaml", folder / "figures"

    def run(data: bytes) -> object:
        choice, figures = parted(data, 2)
        file.write_bytes(figures)
        shown = choice.decode("utf-8", "replace").replace("\n", " ")
        text = spoiled(
            "2020: 400 000}}", f"2020: 400 000}}}}\n  index: {{unit: index, series: {shown}, file: figures}}}}"
        )
        return compile_contract(build_contract(parse_document(text.encode(), str(contract))), "2020")

    return run
