"""Lint beyond form: each file of this folder that has ``findings`` is a check, found by looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ...calculation.form import Calculation
from ...contract.model import Contract
from ...contract.validating import in_order
from ...problems import Problem
from .base import Finding, Linted

Check = Callable[[Linted], Iterator[Finding]]


@cache
def checks() -> tuple[Check, ...]:
    """Every check, in the order of the files."""
    names = sorted(each.name for each in iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(module.findings for module in modules if hasattr(module, "findings"))


def lint(contract: Contract, calculations: Iterable[Calculation]) -> list[Problem]:
    """What the checks find in a contract that compiles, by place; ``calculations`` are its periods that can differ.

    What stands under an ``intended`` is left out.
    """
    linted = Linted(contract, tuple(calculations))
    found = [finding for check in checks() for finding in check(linted)]
    return in_order(linted.problem(each) for each in found if not linted.intended(each))
