"""Measured data all the way: read, settled by a small contract, surveyed, and what came out written."""

from __future__ import annotations

from pathlib import Path

from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.problems import AllianceError
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.mapping import read_measured
from alliance_outcomes.statements.json import as_data
from alliance_outcomes.statements.survey import write_survey
from alliance_outcomes.survey import survey
from tests.faulty import CONTRACT, DATA

from ..form import check

HEADER, *ROWS = (line.split(",") for line in DATA.splitlines())


def contract_in(folder: Path, text: str = CONTRACT) -> Contract:
    """The contract that fuzzed data is settled by."""
    return build_contract(parse_document(text.encode(), str(folder / "care.yaml")))


def settled(contract: Contract, data: Path, columns: Path | None = None) -> object:
    """Read and settle ``data``, and survey it, which may refuse it too."""
    try:
        write_survey(survey(contract, data, data.parent / "care.yaml", columns), "fi")
    except AllianceError as refusal:
        check(refusal)
    measured = read_measured(data, contract, columns=columns)
    return as_data(settle(contract, measured, "2020"), "en")
