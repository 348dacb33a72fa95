"""Bundles of every contract in the repository: with its example data, or with data drawn for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.evidence.bundle import Made, Standing, bundle_of, values_as_csv
from alliance_outcomes.problems import AllianceError
from alliance_outcomes.settlement import Settlement, settle
from alliance_outcomes.sources.mapping import read_measured
from alliance_outcomes.statements.json import read_settled
from tests.payees import Payees, Settled
from tests.tree import ROOT

CONTRACTS = sorted(each.stem for each in (ROOT / "contracts").glob("*.yaml"))
DRAWN_PAYEES = ("north", "south", "west")


@cache
def bundle(name: str) -> Mapping[str, bytes]:
    """The files of the bundle of a contract's last period that there is data for, or can be drawn for."""
    contract_file = ROOT / "contracts" / f"{name}.yaml"
    contract = load_contract(contract_file)
    data = ROOT / "examples" / name / "measured.csv"
    with TemporaryDirectory() as folder:
        settlement, made = next(
            _of_example(contract, contract_file, data)
            if data.exists()
            else _of_drawn(contract, contract_file, Path(folder))
        )
        return bundle_of(settlement, made, Standing(as_of="2024-05-31"))


def _of_example(contract: Contract, file: Path, data: Path) -> Iterator[tuple[Settlement, Made]]:
    measured = read_measured(data, contract, file)
    held = [each.label for each in periods_of(contract.periods) if each.label in measured.periods()]
    yield settle(contract, measured, held[-1]), Made(file, data, measured)


def _of_drawn(contract: Contract, file: Path, folder: Path) -> Iterator[tuple[Settlement, Made]]:
    """Settlements of data drawn on the edges of the contract's formulas, as a folder's CSV file gives it."""
    calculation = compile_contract(contract, periods_of(contract.periods)[-1].label)
    data = folder / "drawn.csv"
    for seed in range(200):
        draw = Payees(calculation, Random(seed))
        data.write_bytes(values_as_csv(draw.measured(DRAWN_PAYEES)))
        earlier = list(_earlier(contract, draw.settled, folder))
        try:
            measured = read_measured(data, contract, file)
            settlement = settle(contract, measured, calculation.period, None, read_settled(earlier, contract))
        except AllianceError:
            continue  # no such payees could be: a budget that nobody shares, a division by zero
        yield settlement, Made(file, data, measured, earlier=earlier)


def _earlier(contract: Contract, settled: Settled, folder: Path) -> Iterator[Path]:
    """Files of earlier settlements that hold these amounts."""
    for period in sorted({period for _, period, _ in settled}):
        payees = [
            {"payee": payee, "lines": [{"clause": clause, "amount": str(float(amount))}]}
            for (payee, of, clause), amount in settled.items()
            if of == period
        ]
        file = folder / f"earlier-{period}.json"
        file.write_text(json.dumps({"contract": contract.contract, "period": period, "payees": payees}), "utf-8")
        yield file


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """The folder, with these files in it."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
