"""From a file to a Contract: read, fill in definitions and defaults, validate, tell every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..problems import ContractError, Place, Problem, did_you_mean
from .catalogue import members
from .consistency import inconsistencies
from .located import Document, Table, find
from .model import Contract
from .outcomes import Defined
from .reading import read_document


def load_contract(path: str | Path) -> Contract:
    """The contract in the file at ``path``.

    Definitions are looked for in ``indicators/`` beside the contract's folder, then in the package. Raises
    ContractError with every problem of the file, in the order of its lines, and UsageError for a missing file.
    """
    location = Path(path)
    return build_contract(read_document(location), definition_folders(location))


def definition_folders(contract_file: Path) -> list[Path]:
    """Where indicator definitions of this contract are looked for, nearest first."""
    beside = contract_file.resolve().parent.parent / "indicators"
    here = Path(__file__).parents[1]
    return [beside, here / "indicators", here.parent / "indicators"]


def build_contract(document: Document, folders: Iterable[Path] = ()) -> Contract:
    """The contract of a document already read; see load_contract."""
    problems = list(document.problems)
    root = _filled(document.root, list(folders), problems)
    contract = _validated(Contract, root, problems)
    if contract is not None:
        contract._document = Document(document.file, document.lines, root, (), document.root)
        problems += inconsistencies(contract)
    if contract is None or problems:
        raise ContractError(in_order(problems))
    return contract


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems once each, by line and column."""

    def position(problem: Problem) -> tuple[str, int, int, str]:
        place = problem.place or Place("")
        return (place.file, place.line, place.column, problem.code)

    return sorted(dict.fromkeys(problems), key=position)


def _validated(model: type[Contract], root: Table, problems: list[Problem]) -> Contract | None:
    """The model of ``root``, or None; what pydantic and the parts found is added to ``problems``."""
    try:
        return model.model_validate(root, context=problems)
    except ValidationError as error:
        problems += [found for each in error.errors(include_url=False) if (found := _problem(root, each))]
        return None


def _problem(root: Table, error: Any) -> Problem | None:
    """A pydantic error as a Problem in the contract's own words."""
    kind, path = error["type"], error["loc"]
    place = find(root, path)
    key = str(path[-1]) if path else ""
    if kind == "reported":
        return None
    if kind.startswith("AO"):
        return Problem(
            kind,
            error["ctx"]["sentence"],
            error["ctx"]["instead"],
            getattr(error["input"], "place", None) or place,
        )
    if kind == "missing":
        return Problem("AO102", f"{key} is missing here.", f"Add {key}: ...", place)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(error, find(root, (*path, "kind")))
    if kind == "literal_error":
        known = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        return Problem("AO103", f"{error['input']} cannot stand here.", did_you_mean(str(error["input"]), known), place)
    wanted = {
        "dict_type": "keys and values",
        "model_type": "keys and values",
        "tuple_type": "a list",
        "string_type": "a text",
    }
    if kind in wanted:
        return Problem("AO104", f"Here {wanted[kind]} {'are' if 'keys' in wanted[kind] else 'is'} needed.", "", place)
    return Problem("AO104", f"This cannot stand here: {error['msg']}.", "", place)


def _unknown_kind(error: Any, place: Place | None) -> Problem:
    given = error["input"].get("kind") if isinstance(error["input"], dict) else None
    family = (
        "payments"
        if "amount" in str(error["ctx"]) or "pool" in str(error["ctx"].get("expected_tags", ""))
        else "scoring"
    )
    known = (
        [tag.strip("' ") for tag in error["ctx"].get("expected_tags", "").split(",")]
        if "expected_tags" in error["ctx"]
        else list(members(family))
    )
    if given is None:
        return Problem("AO102", "kind is missing here.", f"Add kind: {' | '.join(known)}.", place)
    return Problem("AO103", f"{given} is not a kind that can stand here.", did_you_mean(str(given), known), place)


def _filled(root: Table, folders: list[Path], problems: list[Problem]) -> Table:
    """``root`` with each indicator over its area's defaults, and those over its definition."""
    areas = root.get("result_areas")
    if not isinstance(areas, Table):
        return root
    filled = Table(
        areas.place,
        {name: _filled_area(area, folders, problems) for name, area in areas.items()},
        areas.keys_at,
    )
    return Table(root.place, {**root, "result_areas": filled}, root.keys_at)


def _filled_area(area: object, folders: list[Path], problems: list[Problem]) -> object:
    if not isinstance(area, Table) or not isinstance(area.get("indicators"), Table):
        return area
    defaults, indicators = area.get("defaults"), area["indicators"]
    assert isinstance(indicators, Table)
    full = Table(indicators.place, {}, indicators.keys_at)
    for name, written in indicators.items():
        own = written if isinstance(written, Table) else Table(indicators.keys_at[name])
        own = own.over(defaults) if isinstance(defaults, Table) else own
        full[name] = _defined(name, own, folders, indicators.keys_at[name], problems)
    return Table(area.place, {**area, "indicators": full}, area.keys_at)


def _defined(name: str, own: Table, folders: list[Path], place: Place, problems: list[Problem]) -> Table:
    """The indicator over its definition file; one that has neither a file nor a unit is a problem (AO201)."""
    wanted = own.get("definition", name)
    if isinstance(wanted, str):
        for folder in folders:
            file = folder / f"{wanted}.yaml"
            if file.is_file():
                document = read_document(file, folder)
                problems += document.problems
                known = {key: value for key, value in document.root.items() if key in Defined.model_fields}
                return own.over(Table(own.place, known, document.root.keys_at))
    if "unit" not in own and "value" not in own and not _has_unit(own):
        there = {file.stem for folder in folders if folder.is_dir() for file in folder.glob("*.yaml")}
        hint = did_you_mean(str(wanted), there) or f"Add indicators/{wanted}.yaml, or say its unit here."
        problems.append(Problem("AO201", f"No indicator {wanted} is defined, and no unit is stated here.", hint, place))
    return own


def _has_unit(own: Table) -> bool:
    inputs = own.get("inputs")
    value = inputs.get("value") if isinstance(inputs, Table) else None
    return isinstance(value, Table) and "unit" in value


def packaged(folder: str) -> Path:
    """A folder of contracts or indicators that the package carries, or that stands beside it in a checkout."""
    inside = Path(str(files("alliance_outcomes"))) / folder
    return inside if inside.is_dir() else inside.parents[1] / folder
