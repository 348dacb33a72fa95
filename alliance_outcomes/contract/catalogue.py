"""Finds the members of a family (scoring rules, payment clauses, ...) by looking in its folder: one class a file."""

from __future__ import annotations

from functools import cache, reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import Annotated, Any

from pydantic import Field

from .parts import Part


@cache
def members(family: str) -> dict[str, type[Part]]:
    """The classes of ``family`` (a folder of this package) by their ``kind``, in the order of their files."""
    package = import_module(f"{__package__.rpartition('.')[0]}.{family}")
    found: dict[str, type[Part]] = {}
    for name in sorted(module.name for module in iter_modules(package.__path__)):
        module = import_module(f"{package.__name__}.{name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Part)
                and value.__module__ == module.__name__
                and "kind" in value.model_fields
            ):
                found[value.model_fields["kind"].default] = value
    return found


def one_of(family: str) -> Any:
    """The type of a field that holds any member of ``family``, told apart by ``kind``."""
    return Annotated[reduce(or_, members(family).values()), Field(discriminator="kind")]
