"""One work in a process of its own: ``python -m benchmarks.big.work WORK FOLDER`` prints what it came to as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from alliance_outcomes.sources.apart import end

from . import by_hand

ROOT = Path(__file__).resolve().parents[2]
SUMMING = "specialist_cost_growth_gap"
"""The indicator of the nine that adds up what every person costs."""


def nine(folder: str, engine: str, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, float]:
    """Tesoma's nine indicators by their definitions."""
    from alliance_outcomes.contract.loading import load_contract
    from alliance_outcomes.measuring import measure, wanted_of

    contract = load_contract(ROOT / "contracts" / "tesoma.yaml")
    known = set(contract.indicators)
    asked = [each for each in wanted_of(contract, [ROOT / "indicators"])[0] if each.id in known and wanted(each.id)]
    results = measure(contract, asked, Path(folder), str(by_hand.YEAR), engine)
    return {each.id: float(each.found.value) for each in results if each.found.value is not None}


def areas(folder: str, engine: str) -> dict[str, list[int]]:
    """Seventy rates of every area in one pass: of each how many are counted, and how many meet it."""
    from datetime import date

    from alliance_outcomes.contract.periods import Period
    from alliance_outcomes.formula.parse import parse
    from alliance_outcomes.measures.passes import Table
    from alliance_outcomes.measures.query import Query, Question
    from alliance_outcomes.measures.tally import count_all
    from alliance_outcomes.sources.records import opened, sheet_of

    period = Period(str(by_hand.YEAR), date(by_hand.YEAR, 1, 1), date(by_hand.YEAR, 12, 31))
    questions = [
        Question(
            Query("residents", period="year", population=parse(f"age >= {age}"), holds=parse(f"{mark} < {limit}")),
            period,
        )
        for mark, limit, age in by_hand.RATES
    ]
    sheet = sheet_of(Path(folder), "residents")
    columns = {name for each in questions for name in each.query.roles.all} | {"area"}
    with opened(sheet, engine, columns) as frame:
        counted = count_all(questions, Table(frame, sheet.decimal_comma, sheet.by_parts), "area")
    return {area: [n for c in each for n in (c.counted.n, c.counted.hits)] for area, each in counted.items()}


def small_spark() -> AbstractContextManager[Any]:
    """Spark on two threads of this machine, stopped in the end."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "4g",
        "spark.sql.shuffle.partitions": "4",
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        "spark.log.level": "OFF",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("bench")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()  # type: ignore[no-any-return]  # a session closes itself as a file does


WORKS: dict[str, Callable[[str], Any]] = {
    "nine polars": lambda folder: nine(folder, "polars"),
    "nine duckdb": lambda folder: nine(folder, "duckdb"),
    "nine spark": lambda folder: nine(folder, "spark"),
    "eight polars": lambda folder: nine(folder, "polars", lambda name: name != SUMMING),
    "eight duckdb": lambda folder: nine(folder, "duckdb", lambda name: name != SUMMING),
    "nine polars by hand": by_hand.nine_on_polars,
    "nine duckdb by hand": by_hand.nine_by_sql,
    "nine pandas by hand": by_hand.nine_on_pandas,
    "nine spark by hand": by_hand.nine_on_spark,
    "areas polars": lambda folder: areas(folder, "polars"),
    "areas polars by hand": by_hand.areas_on_polars,
}
"""What is timed, by name; everything of a name without "by hand" is this package's."""


def main(name: str, folder: str, repeats: int) -> None:
    """Run a work so many times; what it came to, its seconds each time and the most memory it held (MB)."""
    seconds: list[float] = []
    with small_spark() if "spark" in name else nullcontext():
        for _ in range(repeats):
            start = time.perf_counter()
            values = WORKS[name](folder)
            seconds.append(time.perf_counter() - start)
    end()  # the process that read Parquet for this one counts too
    each = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    resident = sum(each) // 1024
    print(json.dumps({"values": values, "seconds": seconds, "resident": resident}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
