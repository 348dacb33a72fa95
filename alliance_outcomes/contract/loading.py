"""From a file to a Contract: read, fill in definitions and defaults, validate, tell every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ..problems import ContractError, Place, Problem, did_you_mean
from .catalogue import members
from .consistency import inconsistencies
from .located import Document, Table, Text, child, find, place_of
from .model import Contract
from .outcomes import Defined
from .parts import Part, as_said, is_id
from .reading import find_file, read_document, stems_in
from .series import with_series

Whole = TypeVar("Whole", bound=Part)


def load_contract(path: str | Path) -> Contract:
    """The contract in the file at ``path``.

    Definitions are looked for in ``indicators/`` beside the contract's folder, then in the package. Raises
    ContractError with every problem of the file, in the order of its lines, and UsageError for a missing file.
    """
    location = Path(path)
    return build_contract(read_document(location), definition_folders(location))


def examine_contract(path: str | Path) -> tuple[Contract | None, list[Problem]]:
    """What can be made of the file at ``path``, and everything that is wrong with it; see load_contract.

    A contract is there wherever each part can be read by itself, so that its formulas can be checked too.
    """
    location = Path(path)
    try:
        document = read_document(location)
    except ContractError as error:
        return None, list(error.problems)
    return _examined(document, definition_folders(location))


def definition_folders(contract_file: Path) -> list[Path]:
    """Where indicator definitions of this contract are looked for, nearest first."""
    beside = contract_file.resolve().parent.parent / "indicators"
    here = Path(__file__).parents[1]
    return [beside, here / "indicators", here.parent / "indicators"]


def build_contract(document: Document, folders: Iterable[Path] = ()) -> Contract:
    """The contract of a document already read; see load_contract."""
    contract, problems = _examined(document, folders)
    if contract is None or problems:
        raise ContractError(problems)
    return contract


def _examined(document: Document, folders: Iterable[Path]) -> tuple[Contract | None, list[Problem]]:
    problems = list(document.problems)
    given = _Definitions(list(folders), problems)
    root = with_series(_filled(document.root, given), document.file, problems)
    contract = validated(Contract, root, problems)
    if contract is not None:
        contract._document = Document(document.file, document.lines, root, (), document.root)
        contract._assumed = given.assumed
        problems += inconsistencies(contract)
    return contract, in_order(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems once each, by line and column."""

    def position(problem: Problem) -> tuple[str, int, int, str]:
        place = problem.place or Place("")
        return (place.file, place.line, place.column, problem.code)

    return sorted(dict.fromkeys(problems), key=position)


def validated(model: type[Whole], root: Table, problems: list[Problem]) -> Whole | None:
    """The model of ``root``, or None; what pydantic and the parts found is added to ``problems``."""
    try:
        return model.model_validate(root, context=problems)
    except ValidationError as error:
        problems += [found for each in error.errors(include_url=False) if (found := _problem(root, each))]
        return None


def _problem(root: Table, error: Any) -> Problem | None:
    """A pydantic error as a Problem in the contract's own words."""
    kind, path = error["type"], _without_tags(root, error["loc"])
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
        return Problem("AO102", f"{key} is missing here.", f"Add {key}: ...", find(root, path[:-1], key=True))
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(root, error)
    if kind == "literal_error" and not isinstance(error["input"], str):
        return None  # one of several shapes; the problem is told of the one that was meant
    if kind == "literal_error":
        known = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        sentence, hint = f"{as_said(error['input'])} cannot stand here.", did_you_mean(str(error["input"]), known)
        return Problem("AO103", sentence, hint, place)
    if kind == "string_pattern_mismatch":
        sentence = f"{as_said(error['input'])} cannot stand here."
        return Problem("AO104", sentence, "Write three capital letters, such as EUR.", place)
    wanted = {
        "dict_type": ("keys and values are", "Write key: value, one below the other."),
        "model_type": ("keys and values are", "Write key: value, one below the other."),
        "tuple_type": ("a list is", "Write [..., ...], or an entry a line, each after a hyphen."),
        "string_type": ("a text is", "Write one value."),
        "too_short": ("at least one entry is", "Add one, or take the key out."),
    }
    needed, instead = wanted.get(kind, ("something else is", f"{error['msg']}."))
    return Problem("AO104", f"Here {needed} needed.", instead, place)


def _without_tags(root: Table, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path of pydantic's without the kinds it names on the way, since some kinds are called as a key is."""
    found: list[str | int] = []
    here: object = root
    tagged = root
    for step in path:
        if isinstance(here, Table) and here is not tagged and here.get("kind") == step:
            tagged = here
            continue
        found.append(step)
        here = child(here, step)
    return tuple(found)


def _unknown_kind(root: Table, error: Any) -> Problem:
    path = _without_tags(root, error["loc"])
    given = error["input"].get("kind") if isinstance(error["input"], dict) else None
    known = list(members("payments" if path[0] == "settlement" else "scoring"))
    if given is None:
        return Problem("AO102", "kind is missing here.", f"Add kind: {' | '.join(known)}.", find(root, path, key=True))
    place, hint = find(root, (*path, "kind")), did_you_mean(str(given), known)
    return Problem("AO103", f"{as_said(given)} is not a kind that can stand here.", hint, place)


class _Definitions:
    """The definitions that a contract leads to, and what they assume by the path of what they define."""

    def __init__(self, folders: list[Path], problems: list[Problem]) -> None:
        self.folders, self.problems = folders, problems
        self.assumed: dict[tuple[str, ...], Text] = {}

    def over(self, path: tuple[str, ...], own: Table, place: Place) -> Table:
        """The indicator over its definition file; one that has neither a file nor a unit is a problem (AO201)."""
        wanted = own.get("definition", path[-1])
        if not isinstance(wanted, str) or not is_id(wanted):
            return own  # told where ids are checked; what is no id names no file
        if found := find_file(self.folders, f"{wanted}.yaml"):
            return own.over(self._read(path, *found, place))
        if "unit" not in own and "value" not in own and not _has_unit(own):
            hint = (
                did_you_mean(wanted, stems_in(self.folders)) or f"Add indicators/{wanted}.yaml, or say its unit here."
            )
            sentence = f"No indicator {wanted} is defined, and no unit is stated here."
            self.problems.append(Problem("AO201", sentence, hint, place_of(own.get("definition")) or place))
        return own

    def _read(self, path: tuple[str, ...], folder: Path, file: Path, place: Place) -> Table:
        """What a definition file says of an indicator that stands at ``place``."""
        try:
            document = read_document(file, folder)
        except ContractError as error:
            # A file that is not to be read is told where the contract leads to it.
            self.problems += [replace(each, place=place) if each.code == "AO002" else each for each in error.problems]
            return Table(place, {"unit": Text("unknown", place)})
        self.problems += document.problems
        if isinstance(stated := document.root.get("assumed"), Text):
            # Named from the contract's side: where the package lies on a machine is nothing to print.
            self.assumed[path] = Text(stated, replace(stated.place, file=f"{folder.name}/{file.name}"))
        known = {key: value for key, value in document.root.items() if key in Defined.model_fields and key != "assumed"}
        return Table(place, known, document.root.keys_at)


def _filled(root: Table, definitions: _Definitions) -> Table:
    """``root`` with each indicator over its area's defaults, and those over its definition."""
    areas = root.get("result_areas")
    if not isinstance(areas, Table):
        return root
    filled = Table(
        areas.place,
        {name: _filled_area(name, area, definitions) for name, area in areas.items()},
        areas.keys_at,
    )
    return Table(root.place, {**root, "result_areas": filled}, root.keys_at)


def _filled_area(id_: str, area: object, definitions: _Definitions) -> object:
    if not isinstance(area, Table) or not isinstance(area.get("indicators"), Table):
        return area
    defaults, indicators = area.get("defaults"), area["indicators"]
    assert isinstance(indicators, Table)
    full = Table(indicators.place, {}, indicators.keys_at)
    for name, written in indicators.items():
        own = written if isinstance(written, Table) else Table(indicators.keys_at[name])
        own = own.over(defaults) if isinstance(defaults, Table) else own
        full[name] = definitions.over(("result_areas", id_, "indicators", name), own, indicators.keys_at[name])
    return Table(area.place, {**area, "indicators": full}, area.keys_at)


def _has_unit(own: Table) -> bool:
    inputs = own.get("inputs")
    value = inputs.get("value") if isinstance(inputs, Table) else None
    return isinstance(value, Table) and "unit" in value


def packaged(folder: str) -> Path:
    """A folder of contracts or indicators that the package carries, or that stands beside it in a checkout."""
    inside = Path(str(files("alliance_outcomes"))) / folder
    return inside if inside.is_dir() else inside.parents[1] / folder
