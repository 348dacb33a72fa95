"""Settings of a what-if, as the command line takes them, one a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_outcomes.scenarios.whatif import read_setting, what_if
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.statements.whatif import write_what_if, write_what_if_json
from tests.faulty import DATA

from ..form import Run
from ._settling import contract_in

WORDS = (
    "plan",
    "balance=",
    "visits:=",
    "cost@firm",
    "=+5",
    "=-2 %",
    "=none",
    ".n=",
    "@",
    "\n",
    "1/3",
    "\u2212",
    "pool",
    "score",
)


def seeds() -> Sequence[bytes]:
    """One of each form."""
    return [b"plan=50 %\nvisits=+5", b"cost@firm=-2%\nbalance:=0.5", b"visits=none", b"cost=1 000"]


def ready(folder: Path) -> Run:
    """Settle once more with the settings, and write what differs."""
    settlement = settle(contract_in(folder), parse_csv(DATA.encode(), "measured.csv"), "2020")

    def run(data: bytes) -> object:
        found = what_if(settlement, [read_setting(each) for each in data.decode("utf-8", "replace").splitlines()])
        return write_what_if(found, "fi"), write_what_if_json(found)

    return run
