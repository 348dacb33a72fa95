"""From a file to a Contract: read, fill in definitions and defaults, validate, tell every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from ..problems import ContractError, Place, Problem, did_you_mean
from .amending import amended, amendments
from .consistency import inconsistencies
from .located import Document, Table, Text, place_of
from .model import Contract
from .outcomes import Defined
from .parts import is_id, unknown_keys
from .reading import find_file, read_document, stems_in
from .series import with_series
from .validating import in_order, validated


def load_contract(path: str | Path) -> Contract:
    """The contract in the file at ``path``.

    A file that amends another gives that one's contract with its changes. Definitions are looked for in ``indicators/``
    beside the contract's folder, then in the package. Raises
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
    problems: list[Problem] = []
    whole = amended(document, problems)
    if whole is None:
        return None, in_order(problems)
    given = _Definitions(list(folders), problems)
    root = with_series(_filled(whole.root, given), problems)
    contract = validated(Contract, root, problems)
    if contract is not None:
        contract._document = Document(document.file, document.lines, root, (), whole.root, whole.layers)
        contract._assumed, contract._amended, contract._amendments = given.assumed, whole.amended, amendments(whole)
        contract._measures = given.measures
        problems += inconsistencies(contract)
    return contract, in_order(problems)


class _Definitions:
    """The definitions that a contract leads to: what they assume, and how they measure from records."""

    def __init__(self, folders: list[Path], problems: list[Problem]) -> None:
        self.folders, self.problems = folders, problems
        self.assumed: dict[tuple[str, ...], Text] = {}
        self.measures: dict[str, object] = {}

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
        # How it is measured from records is read where it is measured.
        self.measures[path[-1]] = document.root.get("measure")
        self.problems += unknown_keys(document.root, {*Defined.model_fields, "measure"})
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
