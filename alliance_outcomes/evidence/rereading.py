"""Settles again from the files of a bundle alone: its contract, its definitions, its data, and nothing beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..calculation.binding import Bound
from ..calculation.compile import compile_contract
from ..contract.loading import build_contract
from ..contract.reading import read_document
from ..problems import Place
from ..settlement import Settlement, bind_payees, settle_bound
from ..sources.mapping import read_measured
from ..statements.json import as_data, read_settled
from .canonical import canonical
from .recomputation import calculation_as_bytes

CONTRACT_FOLDER, DEFINITIONS = "contract", "contract/indicators"
EARLIER, QUERIES = "data/earlier", "data/query"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bundle settles: the names of the contract's and the data's file in it, the period, the payees (None: all)."""

    contract: str
    data: str
    period: str
    payees: tuple[str, ...] | None
    language: str


@dataclass(frozen=True, slots=True)
class Reread:
    """A settlement made from a bundle's files in ``folder``, with the inputs of every payee that it reads."""

    folder: Path
    asked: Asked
    settlement: Settlement
    bound: tuple[Bound, ...]

    @property
    def calculation(self) -> bytes:
        """``calculation.json`` as it follows from the contract and the data."""
        settled = [each.payee for each in self.settlement.payees]
        return self._from_folder(calculation_as_bytes(self.settlement.calculation, self.bound, settled))

    @property
    def record(self) -> bytes:
        """``settlement.json`` as it follows from the contract and the data."""
        return self._from_folder(canonical(as_data(self.settlement, self.asked.language)))

    def _from_folder(self, written: bytes) -> bytes:
        """JSON with its places named from the bundle's folder on, wherever that stands."""
        folder = canonical(f"{self.folder}/").strip(b'"')
        for key in (b'"at":"', b'"place":"'):
            written = written.replace(key + folder, key)
        return written


def reread(folder: Path, asked: Asked) -> Reread:
    """The settlement of the files in ``folder``. Raises what reading and settling them raises (AO0xx to AO5xx)."""
    contract = build_contract(read_document(folder / asked.contract, folder), [folder / DEFINITIONS])
    calculation = compile_contract(contract, asked.period)
    measured = read_measured(folder / asked.data, contract, folder / asked.contract)
    settled = read_settled(sorted((folder / EARLIER).glob("*.json")), contract)
    bound, chosen = bind_payees(contract, calculation, measured, asked.payees, settled)
    return Reread(folder, asked, settle_bound(contract, calculation, bound, chosen), tuple(bound))


def place_in(data: Any, folder: Path) -> Place | None:
    """The place that plain data of a calculation tells, as a place in the files of ``folder``; see plain.to_plain."""
    text = (
        data.get("place", {}).get("at")
        if isinstance(data, Mapping) and isinstance(data.get("place"), Mapping)
        else None
    )
    if not isinstance(text, str) or text.count(":") < 2:
        return None
    file, line, column = text.rsplit(":", 2)
    return Place(str(folder / file), int(line), int(column)) if line.isdecimal() and column.isdecimal() else None
