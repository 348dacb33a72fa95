"""How fast a command answers: lint against the import of what it cannot do without, settle against lint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .harness import Figure, interleaved, verdict

HERE = Path(__file__).parent
ROOT = HERE.parent
CONTRACT, DATA = HERE / "contract_195.yaml", HERE / "contract_195.csv"
# Bytecode is written as an installed package has it, whatever the environment asks for.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
IMPORTS = "import typer, yaml, alliance_outcomes.contract.model"


def _command(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)


def run() -> list[Figure]:
    """Ratios of whole processes, median against median of interleaved runs."""
    alliance = ("-m", "alliance_outcomes")
    lines = len(CONTRACT.read_text("utf-8").splitlines())
    imports, lint, settle = interleaved(
        lambda: _command("-c", IMPORTS),
        lambda: _command(*alliance, "lint", str(CONTRACT)),
        lambda: _command(*alliance, "settle", str(CONTRACT), str(DATA), "--period", "2023", "-f", "json"),
        repeats=15,
    )
    return [
        Figure(
            f"lint of {lines} lines / importing typer, yaml and the models",
            "at most 1.15",
            *verdict(lint / imports, most=1.15),
        ),
        Figure("settle of aggregated values / lint", "at most 1.3", *verdict(settle / lint, most=1.3)),
    ]
