"""A plugin of pytest for runs on mutants: the first failure is enough, a slow machine is none, and what is quick goes first."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, Phase, settings

LAST = ("drawn_laws.py", "test_carrying.py")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """The same few examples in every run, and no search for the smallest that fails."""
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile(
        "mutants", settings.get_profile("ci"), phases=phases, suppress_health_check=list(HealthCheck), database=None
    )
    settings.load_profile("mutants")
    gc.freeze()  # what this process has from the one it was forked from stays shared, and is not looked through for waste


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Most mutants fail a test of a moment; whole settlements of drawn contracts are for the rest."""
    items.sort(key=lambda item: (item.path.name in LAST, item.nodeid))
