"""Settles a kept settlement again with other data, and keeps what comes of it in the settlement's chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..calculation.compile import compile_contract
from ..calculation.result import Given
from ..contract.loading import build_contract, load_contract
from ..contract.model import Contract
from ..contract.parts import is_id
from ..contract.reading import read_document
from ..folders import read_given
from ..problems import DataError, Problem, UsageError
from ..settlement import Settlement, bind_payees, settle_bound
from ..sources.mapping import find_columns
from ..statements.json import read_settled
from .alone import read_bundle
from .bundle import Made
from .canonical import canonical, parsed
from .chain import Entry, Link, link_of
from .course import check_open, check_term, numbered
from .keeping import Keeping, check_day, keep
from .later import check_materiality, resting
from .manifest import CHAIN, Manifest
from .recomputation import calculation_as_bytes
from .register import read_register
from .rereading import DEFINITIONS, EARLIER
from .restatement import Restated, restatement_as_data
from .restating import RESTATEMENT, Kept, check_paid, kept_settlement, restated, same_terms
from .verifying import verify


@dataclass(frozen=True, slots=True)
class Again:
    """A settlement made again with other data: the restatement, the new settlement, and what it was made from."""

    restated: Restated
    settlement: Settlement
    made: Made
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a settlement is made again with, and for which reason, in a word.

    ``columns`` is the mapping of the data (None: the one beside them, else the one that was kept), ``contract`` a file to
    settle by and ``earlier`` settlements to read instead of those that were kept; ``paid``: see restated.
    """

    data: Path
    reason: str
    columns: Path | None = None
    engine: str = "polars"
    contract: Path | None = None
    paid: str | None = None
    earlier: tuple[Path, ...] = ()


def settle_again(folder: Path, asked: Asked, register: Path | None = None, as_of: str | None = None) -> Again | None:
    """The bundle in ``folder`` settled again; None where no value differs, nor the contract.

    Raises DataError with all that verifying the bundle finds (AO8xx), and what settling raises. It refuses a settlement
    that was restated already (AO824) or is closed (AO851), a day after the contract's term (AO822), a change that is too
    small (AO823), a reason that is no word (AO826), payments that may count twice (AO853), another contract (AO854).
    """
    if not is_id(asked.reason):
        sentence = f"{asked.reason!r} cannot be a reason."
        raise UsageError(Problem("AO826", sentence, "Use one word of small letters, digits and _: late_data."))
    check_day(as_of)
    verdict = verify(folder, None, register)
    if verdict.manifest is None or verdict.problems:
        raise DataError(verdict.problems)
    manifest, root, files = verdict.manifest, folder.resolve(), read_bundle(folder)
    settled_by = build_contract(read_document(root / manifest.contract, root), [root / DEFINITIONS])
    contract = settled_by if asked.contract is None else _agreed(asked.contract, settled_by)
    entry, before = _entry_of(files, manifest, verdict.hash)
    if register is not None:
        before = read_register(register)
        entry = numbered(manifest.number or 0, before)
        check_open(entry, before)
    if register is not None or as_of is not None:
        check_term(contract, entry, before, as_of)
    calculation = compile_contract(contract, manifest.period)
    made = _made(root, manifest, contract, asked)
    bound, chosen = bind_payees(contract, calculation, made.measured, made.payees, read_settled(made.earlier, contract))
    kept = kept_settlement(compile_contract(settled_by, manifest.period), files, manifest.supersedes is not None)
    if same_terms(calculation, kept.calculation) and _same(kept, bound, chosen):
        return None
    found = restated(calculation, kept, (bound, chosen), asked.paid)
    later = tuple(resting(contract, found, entry, before))
    result = Restated(found, calculation, manifest.number, asked.reason, asked.paid, later)
    check_paid(contract, found, asked.paid, kept.paid, result.places)
    check_materiality(contract, manifest.period, found)
    return Again(result, settle_bound(contract, calculation, bound, chosen), made, manifest.language)


def _made(root: Path, manifest: Manifest, contract: Contract, asked: Asked) -> Made:
    """What a bundle's settlement is made from, made again."""
    file = root / manifest.contract if asked.contract is None else asked.contract
    mapping = asked.columns
    if mapping is None and not asked.data.is_dir():
        mapping = find_columns(asked.data) or find_columns(root / manifest.data)
    measured = read_given(asked.data, contract, file, mapping, [manifest.period], asked.engine)
    earlier = asked.earlier or tuple(sorted((root / EARLIER).glob("*.json")))
    return Made(file, asked.data, measured, manifest.payees, mapping, earlier)


def _agreed(file: Path, kept: Contract) -> Contract:
    """The contract in ``file``, to restate what was settled by the ``kept`` one. Raises UsageError for another one (AO854)."""
    contract = load_contract(file)
    if (contract.contract, contract.currency) != (kept.contract, kept.currency):
        sentence = f"{file} is {contract.contract}, paid in {contract.currency}; settled was {kept.contract}, in {kept.currency}."
        place = contract.place("contract")
        raise UsageError(Problem("AO854", sentence, "Name that contract, as it is amended or corrected.", place))
    return contract


def _entry_of(files: Mapping[str, bytes], manifest: Manifest, stated: str) -> tuple[Entry, list[Link]]:
    """The entry that a bundle has or could have, and those before it, as the bundle itself tells them."""
    before = [link_of(each, CHAIN) for each in parsed(files[CHAIN], CHAIN)] if CHAIN in files else []
    entry = Entry(
        number=len(before) + 1,
        contract=manifest.contract_id,
        period=manifest.period,
        manifest=stated,
        bundle="",
        total="",
        currency="",
        previous=manifest.previous,
        as_of=manifest.as_of,
        supersedes=manifest.supersedes,
        reason=manifest.reason,
    )
    return entry, before


def _same(kept: Kept, bound: Sequence[Given], chosen: Sequence[str]) -> bool:
    """Whether the data give the very inputs that were settled."""
    new = calculation_as_bytes(kept.calculation, bound, chosen)
    return new == calculation_as_bytes(kept.calculation, *kept.side)


def keep_again(
    again: Again, folder: Path, register: Path, as_of: str | None, statements: Callable[[str], Mapping[Path, bytes]]
) -> str:
    """Keep a settlement made again, as ``keep`` does: a new number in the chain, which supersedes the old one."""
    found = again.restated
    document = {RESTATEMENT: canonical(restatement_as_data(found))}
    keeping = Keeping(folder, register, as_of, found.number, found.reason, document)
    return keep(again.settlement, again.made, keeping, again.language, statements)
