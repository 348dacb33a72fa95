"""Settles a kept settlement again with other data, and keeps what comes of it in the settlement's chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..calculation.compile import compile_contract
from ..calculation.form import Calculation
from ..calculation.result import Given, Inputs
from ..contract.loading import build_contract
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
from .manifest import CHAIN, Manifest
from .recomputation import calculation_as_bytes
from .register import read_register
from .rereading import DEFINITIONS, EARLIER
from .restatement import Restated, restatement_as_data
from .restating import check_materiality, kept_inputs, restated
from .verifying import verify


@dataclass(frozen=True, slots=True)
class Again:
    """A settlement made again with other data: the restatement, the new settlement, and what it was made from."""

    restated: Restated
    settlement: Settlement
    made: Made
    language: str


def settle_again(
    folder: Path,
    data: Path,
    reason: str,
    columns: Path | None = None,
    engine: str = "polars",
    register: Path | None = None,
    as_of: str | None = None,
) -> Again | None:
    """The bundle in ``folder`` settled again with ``data``, by the contract it holds; None where no value differs.

    Raises DataError with all that verifying the bundle finds (AO8xx), and what settling raises. It refuses a settlement
    that was restated already (AO824), a day after the contract's term (AO822), a change that is too small (AO823), and a
    reason that is no word (AO826).
    """
    if not is_id(reason):
        sentence = f"{reason!r} cannot be a reason."
        raise UsageError(Problem("AO826", sentence, "Use one word of small letters, digits and _: late_data."))
    check_day(as_of)
    verdict = verify(folder, None, register)
    if verdict.manifest is None or verdict.problems:
        raise DataError(verdict.problems)
    manifest = verdict.manifest
    root = folder.resolve()
    contract = build_contract(read_document(root / manifest.contract, root), [root / DEFINITIONS])
    files = read_bundle(folder)
    entry, before = _entry_of(files, manifest, verdict.hash)
    if register is not None:
        before = read_register(register)
        entry = numbered(manifest.number or 0, before)
        check_open(entry, before)
    if register is not None or as_of is not None:
        check_term(contract, entry, before, as_of)
    calculation = compile_contract(contract, manifest.period)
    mapping = columns
    if mapping is None and not data.is_dir():
        mapping = find_columns(data) or find_columns(root / manifest.data)
    earlier = tuple(sorted((root / EARLIER).glob("*.json")))
    measured = read_given(data, contract, root / manifest.contract, mapping, [manifest.period], engine)
    settled = read_settled(earlier)
    bound, chosen = bind_payees(contract, calculation, measured, manifest.payees, settled)
    old = kept_inputs(files)
    if _same(old, bound, calculation, chosen):
        return None
    found = restated(calculation, old, (bound, chosen))
    check_materiality(contract, found)
    settlement = settle_bound(contract, calculation, bound, chosen)
    made = Made(root / manifest.contract, data, measured, manifest.payees, mapping, earlier)
    return Again(Restated(found, calculation, manifest.number, reason), settlement, made, manifest.language)


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


def _same(
    old: tuple[Sequence[Inputs], Sequence[str]], bound: Sequence[Given], calculation: Calculation, chosen: Sequence[str]
) -> bool:
    """Whether the data give the very inputs that were settled."""
    new = calculation_as_bytes(calculation, bound, chosen)
    return new == calculation_as_bytes(calculation, *old)


def keep_again(
    again: Again, folder: Path, register: Path, as_of: str | None, statements: Callable[[str], Mapping[Path, bytes]]
) -> str:
    """Keep a settlement made again, as ``keep`` does: a new number in the chain, which supersedes the old one."""
    found = again.restated
    document = {"restatement.json": canonical(restatement_as_data(found))}
    keeping = Keeping(folder, register, as_of, found.number, found.reason, document)
    return keep(again.settlement, again.made, keeping, again.language, statements)
