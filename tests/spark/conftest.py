"""One small Spark for all tests here: two threads, no pages, nothing written outside a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

# Elsewhere there is no pyspark to import: these tests are then no part of the run, rather than skipped in it.
collect_ignore_glob = [] if os.environ.get("ALLIANCE_SPARK") == "1" else ["test_*.py"]


@pytest.fixture(scope="session", autouse=True)
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The session that the engine finds running."""
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.log.level": "OFF",
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        # Records here are few: to compile each plan would take longer than to run it.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    running = builder.getOrCreate()
    yield running
    running.stop()
