"""Measured data in whatever shape it comes: tidy, or wide with a mapping that says which column is what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..calculation.fitting import known_ids
from ..contract.columns import Column, Columns
from ..contract.located import find
from ..contract.model import Contract
from ..contract.reading import find_file, read_document
from ..contract.validating import in_order, validated
from ..measured import Measured
from ..problems import ContractError, Place, Problem, UsageError, did_you_mean
from .kinds import read_table, stem_of
from .tidy import read_tidy
from .wide import Wide, ids_of, stated

Places = Mapping[tuple[str, ...], Place | None]


def find_columns(data: Path, contract_file: Path | None = None) -> Path | None:
    """The mapping of a data file: ``STEM.columns.yaml`` beside it, else ``columns/STEM.yaml`` beside the contract."""
    stem = stem_of(data)
    if beside := find_file([data.parent], f"{stem}.columns.yaml"):
        return beside[1]
    folders = [contract_file.parent / "columns"] if contract_file else []
    found = find_file(folders, f"{stem}.yaml")
    return found[1] if found else None


def read_measured(
    data: str | Path, contract: Contract, contract_file: str | Path | None = None, columns: str | Path | None = None
) -> Measured:
    """The measured data in ``data``, by the mapping ``columns`` or the one that find_columns finds; else tidy.

    Raises ContractError for a faulty mapping (AO1xx, AO516), DataError for faulty data, UsageError for a missing file.
    """
    wide = read_wide(data, contract, contract_file, columns)
    return read_tidy(data) if wide is None else wide.measured()


def read_wide(
    data: str | Path, contract: Contract, contract_file: str | Path | None = None, columns: str | Path | None = None
) -> Wide | None:
    """The wide file ``data`` with its mapping, or None where it has none; see read_measured."""
    path = Path(data)
    mapping = Path(columns) if columns else find_columns(path, Path(contract_file or contract.document.file))
    if mapping is None:
        return None
    spec, places = read_columns(mapping, contract)
    named = {each.column for _, each in stated(spec) if each.column is not None}
    return Wide(read_table(path, named, 1, f"{mapping} says which columns are read."), spec, places)


def read_columns(file: Path, contract: Contract) -> tuple[Columns, Places]:
    """The mapping in ``file`` and where its entries stand; every name in it is one that ``contract`` knows (AO516)."""
    if not file.exists():
        raise UsageError(Problem("AO001", f"There is no file {file}.", "Check the name and the folder."))
    document = read_document(file)
    problems = list(document.problems)
    columns = validated(Columns, document.root, problems)
    if columns is None or problems:
        raise ContractError(in_order(problems))
    known = known_ids(contract)
    for id_, entry in ids_of(columns):
        if id_ not in known:
            place = find(document.root, ("values", entry), key=True)
            sentence = f"{id_} is not a fact, indicator or attribute of {contract.contract}."
            problems.append(Problem("AO516", sentence, did_you_mean(id_, known), place))
    if problems:
        raise ContractError(in_order(problems))
    return columns, {path: find(document.root, path) for path, _ in stated(columns)}


def read_amounts(data: str | Path, period: str, names: Iterable[str]) -> Wide:
    """A file of amounts by payee: a column ``payee`` (or none, for one payee), ``period`` if it has one, and ``names``."""
    table = read_table(Path(data), {"payee", "period", *names}, 1, "Name its columns first.")
    has = set(table.header)
    label = Column(column="period") if "period" in has else Column(constant=period)
    payee = Column(column="payee") if "payee" in has else None
    return Wide(table, Columns.model_construct(payee=payee, period=label, values={}, published={}), {})
