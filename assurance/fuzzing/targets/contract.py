"""Contract files: YAML to a contract, to the calculation of its first and last period, to what lint says of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.checks.lint import lint
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.evidence.contract_hash import contract_hash
from alliance_outcomes.formula.parse import FUNCTIONS
from assurance.promise import ROOT
from tests.faulty import CONTRACT

from ..form import Run
from ._pieces import keys_of_contracts

_WORDS = "{ } [ ] : , & * !! << --- % ? | > ' # 1/3 .5 -0"
WORDS = (
    *keys_of_contracts(),
    *(f"{each}(" for each in FUNCTIONS),
    *_WORDS.split(),
)


def seeds() -> Sequence[bytes]:
    """The small contract of the tests, and every contract of the repository."""
    return [CONTRACT.encode(), *(each.read_bytes() for each in sorted((ROOT / "contracts").glob("*.yaml")))]


def ready(folder: Path) -> Run:
    """Read, compile, lint."""
    file, definitions = str(folder / "care.yaml"), [ROOT / "indicators"]

    def run(data: bytes) -> object:
        contract = build_contract(parse_document(data, file), definitions)
        contract_hash(contract)
        labels = [each.label for each in periods_of(contract.periods)]
        return lint(contract, [compile_contract(contract, label) for label in dict.fromkeys((labels[0], labels[-1]))])

    return run
