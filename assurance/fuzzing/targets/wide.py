"""Wide data: a mapping of columns and a CSV file, a NUL between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.faulty import spoiled

from ..form import Run
from ._pieces import joined, parted
from ._settling import contract_in, settled

MAPPING = """\
period: year
missing: ["-"]
values:
  cost: {column: cost, unit: thousands}
  plan: {numerator: plan, denominator: patients, n: patients}
  balance: {column: balance, unit: {2020: percent, 2021: share}, precision: 0.1}
  visits: {value: {column: visits, missing: [none]}}
"""
ROWS = "year;cost;plan;patients;balance;visits\n2020;1,5;3;5;50;45\n2021;2;-;5;0,7;none\n"
_WORDS = "title: payee: party: period: missing: values: published: column: constant: unit: codes: precision: value: numerator:"
_WORDS_2 = (
    "denominator: n: percent share thousands millions exact baseline {column: } [ ] 2020 cost plan balance visits firm"
)
WORDS = (
    *_WORDS.split(),
    *_WORDS_2.split(),
    "as written",
    "\x00",
)


def seeds() -> Sequence[bytes]:
    """A mapping with everything in it, and a plain one."""
    plain = "period: {constant: 2020}\nvalues: {cost: a, plan: b, balance: b, visits: c}\n"
    return [joined(MAPPING, ROWS), joined(plain, "a,b,c\n1,0.5,45\n")]


def ready(folder: Path) -> Run:
    """Read by the mapping beside the file, settle, survey."""
    contract, file, mapping = (
        contract_in(folder, spoiled("per: party, ", "").replace("cost, to: each", "cost, to: all")),
        folder / "measured.csv",
        folder / "measured.columns.yaml",
    )

    def run(data: bytes) -> object:
        columns, rows = parted(data, 2)
        mapping.write_bytes(columns)
        file.write_bytes(rows)
        return settled(contract, file, mapping)

    return run
