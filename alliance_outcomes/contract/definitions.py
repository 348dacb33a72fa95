"""Definitions of indicators: what is measured, of whom, from which records, and how."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from ..problems import ContractError, Problem, UsageError, did_you_mean
from .catalogue import members, one_of
from .located import Table
from .outcomes import Defined
from .parts import as_said, refuse
from .reading import find_file, read_document, stems_in
from .validating import in_order, validated


def to_measure(value: object) -> object:
    """A measure, told by its kind (AO102, AO103)."""
    known = list(members("measures"))
    kind = value.get("kind") if isinstance(value, Table) else None
    if kind is None:
        raise refuse("AO102", "kind is missing here.", f"Add kind: {' | '.join(known)}.")
    if kind not in known:
        raise refuse("AO103", f"{as_said(kind)} is not a kind of measure.", did_you_mean(str(kind), known))
    return value


class Definition(Defined):
    """An indicator's definition file; ``measure`` says how it is computed from records, where it can be."""

    measure: Annotated[one_of("measures"), BeforeValidator(to_measure)] | None = Field(  # type: ignore[valid-type]  # built from the folder
        default=None, description="How the value is computed from records."
    )


def load_definition(name: str, folders: Iterable[Path]) -> Definition:
    """The definition called ``name``, from the first of ``folders`` that has one.

    Raises UsageError (AO029) where none has, and ContractError with every problem of the file.
    """
    known = list(folders)
    found = find_file(known, f"{name}.yaml")
    if found is None:
        hint = did_you_mean(name, stems_in(known)) or "See alliance indicators for those there are."
        raise UsageError(Problem("AO029", f"There is no definition {name}.", hint))
    folder, file = found
    document = read_document(file, folder)
    problems = list(document.problems)
    definition = validated(Definition, document.root, problems)
    if definition is None or problems:
        raise ContractError(in_order(problems))
    return definition


def definition_names(folders: Iterable[Path]) -> list[str]:
    """The names of all definitions in ``folders``, in order."""
    return sorted(stems_in(folders))


def title_in(title: dict[str, str] | None, language: str) -> str:
    """A text in ``language``, else in English, else in any."""
    texts = title or {}
    return texts.get(language) or texts.get("en") or texts.get("") or next(iter(texts.values()), "")


Definition.model_rebuild()
