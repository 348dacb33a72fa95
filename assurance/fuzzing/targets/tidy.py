"""Tidy data as CSV, in all of its dialects: bytes to a settlement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.faulty import DATA

from ..form import Run
from ._settling import contract_in, settled

_WORDS = "payee party period indicator value numerator denominator n status source firm cost plan balance visits"
WORDS = (
    *_WORDS.split(),
    *(
        "2020",
        "2021",
        "provisional",
        "final",
        "missing",
        "NA",
        "..",
        "60 %",
        "0,5",
        "\u22121",
        "1\u202f000",
        "1e5",
        '"',
        "\r\n",
        "\ufeff",
        ";",
        "\t",
    ),
)


def seeds() -> Sequence[bytes]:
    """The small data of the tests in the dialects that users meet."""
    finnish = DATA.replace(",", "\t").replace("0.5", "0,5").replace("1000", "1\u00a0000")
    counts = "period;indicator;numerator;denominator;n\n2020;plan;3;5;5\n2020;balance;1;2;2\n2020;visits;45;1;\n"
    return [
        DATA.encode(),
        DATA.replace(",", ";").replace("0.5", "0,5").replace("\n", "\r\n").encode("utf-8-sig"),
        finnish.encode("cp1252"),
        counts.encode(),
    ]


def ready(folder: Path) -> Run:
    """Read by its name, settle, survey."""
    contract, file = contract_in(folder), folder / "measured.csv"

    def run(data: bytes) -> object:
        file.write_bytes(data)
        return settled(contract, file)

    return run
