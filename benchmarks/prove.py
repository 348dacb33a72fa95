"""How long the proofs of each contract take, and the slowest query of the solver."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from alliance_outcomes.checks.proofs.proving import prove
from alliance_outcomes.contract.loading import load_contract

from .harness import Figure

CONTRACTS = Path(__file__).parents[1] / "contracts"
MOST_SECONDS, MOST_OF_A_QUERY = 5.0, 2.0


def run() -> list[Figure]:
    """Seconds of all six verdicts over every calculation among a contract's periods."""
    figures = []
    slowest = 0.0
    for file in sorted(CONTRACTS.glob("*.yaml")):
        contract = load_contract(file)
        began = perf_counter()
        proofs = prove(contract)
        seconds = perf_counter() - began
        slowest = max(slowest, *(proof.slowest for proof in proofs))
        count = len(proofs)
        what = f"prove {file.stem}, {count} calculation{'s' if count > 1 else ''}"
        met = "met" if seconds < MOST_SECONDS else "MISSED"
        figures.append(Figure(what, "under 5 s", f"{seconds:.2f} s", met))
    met = "met" if slowest < MOST_OF_A_QUERY else "MISSED"
    figures.append(Figure("the slowest query of the solver", "under 2 s", f"{slowest:.2f} s", met))
    return figures
