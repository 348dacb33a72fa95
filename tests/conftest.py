"""What every test shares: how many examples are tried, that nothing is skipped unseen, and what coverage counts.

ALLIANCE_NO_SKIP=1 makes a skipped test fail with the reason it gave. ALLIANCE_EXAMPLES=5000 tries that many
random examples a property; without it each run tries the same few.

Tracing nearly doubles the time of a test. Those that do the same many times over, as for many random cases, or go a long
way that others go part by part, are marked `untraced` and run without: what only draws reach would come and go with them,
so coverage counts what the others reach.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from functools import cache
from importlib import import_module

import pytest
from coverage import Coverage
from hypothesis import settings

from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.evidence.verifier import verifier
from alliance_outcomes.scoring import base
from tests.covered import files
from tests.tree import PACKAGE

pytest_plugins = ["pytester", "tests.postgres"]

EXAMPLES = os.environ.get("ALLIANCE_EXAMPLES", "")
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=int(EXAMPLES or 1000), print_blob=True)
settings.load_profile("thorough" if EXAMPLES else "ci")

# The files that take longest begin first, so that in the end no worker waits for another.
LONGEST = (
    *("test_laws", "test_workbook", "test_mutants", "test_prove", "test_records", "test_systems", "test_measure"),
    *("test_whatif_page", "test_whatif_use", "test_recipes", "test_wheel", "test_terminal", "test_gaps", "test_vector"),
    *(
        "test_evidence",
        "test_documents",
        "test_javascript",
        "test_whatif",
        "test_batch",
        "test_schemas",
        "test_interface",
    ),
    *("test_pages", "test_story", "test_measure_kinds", "test_scenario_records", "test_restating", "test_course"),
    *(
        "test_extracts",
        "test_notebook",
        "test_vector_law",
        "test_few_people",
        "test_faults",
        "test_house",
        "test_assurance",
    ),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others in their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@cache
def begun() -> None:
    """What a process does once, it does here, traced: it imports the modules that are held whole, and fills their caches."""
    for name in files():
        import_module(f"{PACKAGE}.{name.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}")
    base._adapter()
    members("scoring"), members("payments"), verifier()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that is marked so, from its first fixture to its last without the tracer."""
    tracing = Coverage.current()
    if tracing is None or not item.get_closest_marker("untraced"):
        return (yield)
    begun()
    tracing.stop()
    try:
        return (yield)
    finally:
        tracing.start()


def forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that carries its reason. An expected failure is no skip."""
    if os.environ.get("ALLIANCE_NO_SKIP") != "1" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, and ALLIANCE_NO_SKIP=1 forbids it. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips itself, or is marked to be skipped."""
    report = yield
    forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself while it is imported."""
    report = yield
    forbid_skip(report)
    return report
