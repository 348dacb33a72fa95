"""What every test shares: how many examples are tried, and that nothing is skipped unseen.

ALLIANCE_NO_SKIP=1 makes a skipped test fail with the reason it gave. ALLIANCE_EXAMPLES=5000 tries that many
random examples a property; without it each run tries the same few.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

pytest_plugins = ["pytester", "tests.postgres"]

EXAMPLES = os.environ.get("ALLIANCE_EXAMPLES", "")
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=int(EXAMPLES or 1000), print_blob=True)
settings.load_profile("thorough" if EXAMPLES else "ci")


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
