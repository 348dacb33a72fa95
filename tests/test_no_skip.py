"""A skip that nobody sees is a test that does not exist: conftest makes it a failure when asked to."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")

SKIPS = """
import pytest

@pytest.mark.skip(reason="marked so")
def test_marked():
    pass

def test_while_running():
    pytest.skip("no data here")

@pytest.mark.xfail(reason="known")
def test_expected():
    assert False
"""

SKIPPED_MODULE = """
import pytest

pytest.importorskip("no_such_module_anywhere", reason="extra not installed")
"""


def test_skips_fail_where_forbidden(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marked or while running, a skip fails with its reason; an expected failure stays one."""
    monkeypatch.setenv("ALLIANCE_NO_SKIP", "1")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(SKIPS)
    result = pytester.runpytest()
    assert result.parseoutcomes() == {"failed": 1, "errors": 1, "xfailed": 1}
    result.stdout.fnmatch_lines_random(["*ALLIANCE_NO_SKIP=1 forbids*marked so", "*forbids*no data here"])


def test_a_module_that_skips_itself_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra cannot empty a whole module in silence."""
    monkeypatch.setenv("ALLIANCE_NO_SKIP", "1")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(SKIPPED_MODULE)
    result = pytester.runpytest()
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*ALLIANCE_NO_SKIP=1 forbids*extra not installed"])


def test_skips_are_fine_elsewhere(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a person's own machine a skip is a skip."""
    monkeypatch.delenv("ALLIANCE_NO_SKIP", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(SKIPS)
    assert pytester.runpytest().parseoutcomes() == {"skipped": 2, "xfailed": 1}
