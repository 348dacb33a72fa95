"""Tesoma's indicators of a year, measured on Spark: the same definitions, the same exact values as on one machine.

    python -m examples.on_spark [FOLDER]

FOLDER holds records as CSV or Parquet, those of `examples/tesoma/records` where none is named. The session below runs on
two threads of this machine; on a cluster start yours first, and the package takes the one that runs. It needs Java and
the extra `spark`.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

from pyspark.sql import SparkSession

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.measuring import measure, wanted_of

ROOT = Path(__file__).resolve().parent.parent


def values(folder: Path, engine: str) -> dict[str, Fraction | None]:
    """The value of each indicator that has a definition, exact."""
    contract = load_contract(ROOT / "contracts" / "tesoma.yaml")
    wanted, _ = wanted_of(contract, [ROOT / "indicators"])
    return {each.id: each.found.value for each in measure(contract, wanted, folder, "2023", engine)}


def main(folder: Path) -> None:
    """Print each indicator as Spark counts it."""
    builder = SparkSession.builder.master("local[2]").appName("alliance").config("spark.ui.enabled", "false")
    with builder.getOrCreate():
        for name, value in values(folder, "spark").items():
            print(f"{name:32} {'-' if value is None else f'{float(value):.6g}':>12}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "tesoma" / "records")
