"""The public names with their signatures, as ``tests/api.txt`` holds them: ``python -m tests.api > tests/api.txt``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import FunctionType

from pydantic import BaseModel

import alliance_outcomes


def told() -> str:
    """Every name that others may rely on, what it takes and what it gives."""
    return "\n".join(line for name in sorted(alliance_outcomes.__all__) for line in _lines(name)) + "\n"


def _lines(name: str) -> Iterator[str]:
    public = getattr(alliance_outcomes, name)
    if isinstance(public, FunctionType):
        yield f"{name}{_signature(public)}"
        return
    bases = [base.__name__ for base in public.__bases__ if base is not object]
    yield f"class {name}{f'({bases[0]})' if bases else ''}"
    if issubclass(public, BaseModel):  # its fields are the keys of the language, which has a page of its own
        return
    if is_dataclass(public):
        yield from (f"    {each.name}: {each.type}" for each in fields(public))
    for inner, member in sorted(vars(public).items()):
        if inner == "__init__" and isinstance(member, FunctionType) and not is_dataclass(public):
            yield f"    {inner}{_signature(member)}"
        elif inner.startswith("_"):
            continue
        elif isinstance(member, property) and member.fget is not None:
            yield f"    {inner}: {inspect.signature(member.fget).return_annotation}"
        elif isinstance(member, FunctionType):
            yield f"    {inner}{_signature(member)}"


class _Written(str):
    """An annotation, shown as it is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _signature(function: FunctionType) -> str:
    found = inspect.signature(function)
    taken = [each.replace(annotation=_Written(each.annotation)) for each in found.parameters.values()]
    own = [each for each in taken if each.name != "self"]
    return str(found.replace(parameters=own, return_annotation=_Written(found.return_annotation)))


if __name__ == "__main__":
    print(told(), end="")
