"""``alliance prove``: what a contract can pay, over all inputs within their ranges."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import ContractFiles, Output, Periods, Speaking, TableOrData, contract_files, is_json, language_of
from .terminal import progress, put

if TYPE_CHECKING:
    from fractions import Fraction


class ProofFails(StrEnum):
    """What ends with exit code 1."""

    refuted = "refuted"
    undecided = "undecided"
    never = "never"


Failing = Annotated[ProofFails, typer.Option("--fail-on", help="What ends with exit code 1.")]
Cliff = Annotated[
    Optional[str],
    typer.Option("--cliff", metavar="SUM", help="The most that an arbitrarily small change may move; else the contract's largest_cliff, else 1000."),
]  # fmt: skip


def run(
    contracts: ContractFiles,
    period: Periods = None,
    cliff: Cliff = None,
    fail_on: Failing = ProofFails.refuted,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Prove six things of contracts over all inputs within their ranges, or refute them with inputs that show it.

    Example: alliance prove demo/contract.yaml
    """
    from ..checks.proofs.proving import check_solver, prove
    from ..contract.loading import load_contract
    from ..statements.proofs import write_proofs, write_proofs_json

    check_solver()
    language, as_json = language_of(lang), is_json(format_, output)
    found = []
    files = contract_files(contracts)
    for at, path in enumerate(files, 1):
        progress(f"{at}/{len(files)} {path}")
        contract = load_contract(path)
        found += [(str(path), proof) for proof in prove(contract, period or (), _sum(cliff))]
    progress("")
    if as_json:
        put(write_proofs_json(found), output)
    else:
        put(write_proofs((proof for _, proof in found), language), output)
    failing = {ProofFails.refuted: ["refuted"], ProofFails.undecided: ["refuted", "undecided"], ProofFails.never: []}
    if any(verdict.outcome in failing[fail_on] for _, proof in found for verdict in proof.verdicts):
        raise typer.Exit(1)


def _sum(text: str | None) -> Fraction | None:
    """The sum of --cliff (AO701)."""
    from ..numbers import parse_number

    if text is None:
        return None
    try:
        return parse_number(text)
    except ValueError as error:
        raise UsageError(Problem("AO701", f"--cliff: {error}.", "Write an amount, such as 1000.")) from None
