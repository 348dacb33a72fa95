"""Verifies a bundle: its hashes, the contract compiled and the data read anew, every amount computed again, the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..explain import LANGUAGES
from ..problems import AllianceError, Place, Problem
from .alone import read_bundle, unexpected
from .canonical import digest, parsed
from .chain import Entry, Link, broken_chain
from .contract_hash import contract_hash
from .course import entry_of, settlements
from .manifest import CALCULATION, MANIFEST, RULES, SETTLEMENT, VERIFIER, Manifest, changed_files, read_manifest
from .recomputation import differences, shown, wrong_amounts
from .register import examine_register
from .rereading import Asked, Reread, place_in, reread
from .verifier import verifier

CHECKS = ("manifest", "files", "program", "contract", "inputs", "amounts", "chain")
MOST_TOLD = 10
_CHANGED = "One of the two was changed."


@dataclass(frozen=True, slots=True)
class Check:
    """One of CHECKS, with what it found; not ``done`` where what is wrong elsewhere left nothing to check."""

    name: str
    found: tuple[Problem, ...]
    done: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a bundle came to; ``hash`` is that of its manifest, empty where there is none."""

    checks: tuple[Check, ...]
    manifest: Manifest | None
    hash: str

    @property
    def problems(self) -> list[Problem]:
        """All that was found, in the order of the checks."""
        return [problem for check in self.checks for problem in check.found]


def verify(folder: Path, expected: str | None = None, register: Path | None = None) -> Verdict:
    """Verify the bundle in ``folder``, against the hash of its manifest and its register where they are given.

    Raises DataError where it holds what is no plain file (AO804); all else is in the verdict's checks.
    """
    files = read_bundle(folder)
    stated = digest(files[MANIFEST]) if MANIFEST in files else ""
    try:
        manifest = read_manifest(files)
    except AllianceError as error:
        return Verdict((Check("manifest", (*unexpected(files, expected), *error.problems)),), None, stated)
    again, unread = _again(folder, files, manifest)
    found = {
        "manifest": unexpected(files, expected),
        "files": changed_files(files, manifest),
        "program": _other_program(files, manifest),
        "contract": [*unread, *(_other_contract(files, manifest, again) if again else ())],
        "inputs": list(_other_inputs(files, again)) if again else [],
        "amounts": [*wrong_amounts(files), *(_other_record(files, again) if again else ())],
        "chain": broken_chain(files, manifest) + _unregistered(stated, manifest, register, again),
    }
    checks = (Check(name, tuple(found[name]), name != "inputs" or again is not None) for name in CHECKS)
    return Verdict(tuple(checks), manifest, stated)


def _again(folder: Path, files: Mapping[str, bytes], manifest: Manifest) -> tuple[Reread | None, list[Problem]]:
    """The settlement made again from the contract and the data, or why it cannot be."""
    if manifest.rules != RULES:
        sentence = (
            f"It was settled by rules {manifest.rules}; this version, {version('alliance-outcomes')}, reads {RULES}."
        )
        hint = f"Verify the contract with alliance-outcomes {manifest.package}; verify.py tells the rest."
        return None, [Problem("AO812", sentence, hint, Place(MANIFEST))]
    if not {manifest.contract, manifest.data} <= set(files) or manifest.language not in LANGUAGES:
        sentence = f"{MANIFEST} names a contract, data or a language that is not there."
        return None, [Problem("AO805", sentence, "Take the files as they were handed over.", Place(MANIFEST))]
    asked = Asked(manifest.contract, manifest.data, manifest.period, manifest.payees, manifest.language)
    try:
        return reread(folder.resolve(), asked), []
    except AllianceError as error:
        return None, list(error.problems)


def _other_program(files: Mapping[str, bytes], manifest: Manifest) -> list[Problem]:
    """That verify.py is not what this version of the package writes, where it says that this version wrote it."""
    if VERIFIER not in files or manifest.package != version("alliance-outcomes") or files[VERIFIER] == verifier():
        return []
    sentence = f"{VERIFIER} is not the program that alliance-outcomes {manifest.package} writes."
    return [Problem("AO813", sentence, "Trust no word of it; this verification does not use it.", Place(VERIFIER))]


def _recorded(files: Mapping[str, bytes], name: str) -> Any:
    """What a file of the bundle holds, or nothing where that is told already."""
    try:
        return parsed(files.get(name, b"null"), name)
    except AllianceError:
        return None


def _other_contract(files: Mapping[str, bytes], manifest: Manifest, again: Reread) -> list[Problem]:
    """Each part of ``calculation.json`` that is not what the contract says (AO805)."""
    found: list[Problem] = []
    contract = Place(str(again.folder / manifest.contract))
    if contract_hash(again.settlement.contract) != manifest.contract_hash:
        sentence = f"The contract as it is understood does not have the hash in {MANIFEST}."
        found.append(Problem("AO805", sentence, _CHANGED, contract))
    recorded, compiled = _recorded(files, CALCULATION), parsed(again.calculation, CALCULATION)
    if isinstance(recorded, dict):
        for what, place in _parts(recorded.get("calculation"), compiled["calculation"], again.folder):
            sentence = f"{what} in {CALCULATION} is not what the contract says."
            found.append(Problem("AO805", sentence, _CHANGED, place or contract))
    return found[:MOST_TOLD]


def _parts(old: Any, new: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, Place | None]]:
    """The named parts of a calculation in which two differ, each with its place in the contract."""
    if not isinstance(old, dict):
        yield "The calculation", None
        return
    for key in sorted({*old, *new}):
        one, other = old.get(key), new.get(key)
        if not (isinstance(one, list) and isinstance(other, list)):
            if one != other:
                yield key.capitalize(), None
            continue
        sides = [{_name(each, at): each for at, each in enumerate(side, 1)} for side in (one, other)]
        differing = [name for name in {**sides[0], **sides[1]} if sides[0].get(name) != sides[1].get(name)]
        yield from (
            (f"{key.capitalize()}: {name}", place_in(sides[1].get(name) or sides[0].get(name), folder))
            for name in differing
        )
        if not differing and one != other:
            yield f"The order of {key}", None


def _name(entry: Any, at: int) -> str:
    names = [entry.get(key) for key in ("name", "clause", "id")] if isinstance(entry, dict) else []
    return next((str(each) for each in names if each), str(at))


def _other_inputs(files: Mapping[str, bytes], again: Reread) -> Iterator[Problem]:
    """Each input in ``calculation.json`` that is not what the data says (AO806)."""
    recorded, read = _recorded(files, CALCULATION), parsed(again.calculation, CALCULATION)
    if not isinstance(recorded, dict):
        return
    old = {str(each.get("payee")): each for each in recorded.get("payees") or () if isinstance(each, dict)}
    for bound, new in zip(again.bound, read["payees"], strict=True):
        there = old.pop(bound.payee, None)
        whose = f" of {bound.payee}" if bound.payee else ""
        if there is None or there.get("provisional") != new.get("provisional"):
            sentence = f"The inputs{whose} in {CALCULATION} are not those that the data gives."
            yield Problem("AO806", sentence, _CHANGED, Place(str(again.folder / again.asked.data)))
            continue
        for name, was, now in differences("", _by(there), _by(new)):
            row = bound.rows.get(name.removeprefix(".").removesuffix(".="))
            sentence = f"{name.removeprefix('.')}{whose} is {shown(was)} in {CALCULATION}; the data gives {shown(now)}."
            place = row.place if row and row.place else Place(str(again.folder / again.asked.data))
            yield Problem("AO806", sentence, _CHANGED, place)
    for payee in [*old, *([] if recorded.get("settled") == read["settled"] else ["settled"])]:
        sentence = f"{payee} in {CALCULATION} is not what the data and the question come to."
        yield Problem("AO806", sentence, _CHANGED, Place(CALCULATION))


def _by(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a payee's inputs, by name."""
    pairs = given.get("values", {}).get("by", []) if isinstance(given.get("values"), dict) else []
    return {str(pair[0]): pair[1] for pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _other_record(files: Mapping[str, bytes], again: Reread) -> list[Problem]:
    """Where ``settlement.json`` is not what the contract and the data come to (AO807)."""
    old, new = _recorded(files, SETTLEMENT), parsed(again.record, SETTLEMENT)
    return [
        Problem(
            "AO807",
            f"{where.removeprefix('.')} is {shown(was)} in {SETTLEMENT}; the contract and the data give {shown(now)}.",
            _CHANGED,
            Place(SETTLEMENT),
        )
        for where, was, now in differences("", old, new)
    ][:MOST_TOLD]


def _unregistered(stated: str, manifest: Manifest, register: Path | None, again: Reread | None) -> list[Problem]:
    """That a register does not hold the bundle, says other things of it than it holds, or is itself broken (AO808)."""
    if register is None:
        return []
    links, found = examine_register(register)
    at = manifest.number or 0
    entry = next((each for each in settlements(links) if each.number == at and each.manifest == stated), None)
    sentence = ""
    if entry is None:
        sentence = f"The register {register} holds no settlement {at} with the hash of this manifest."
    elif again and not found and not _holds(again, manifest, links[: at - 1], entry):
        sentence = f"The register {register} says other things of settlement {at} than the bundle holds."
    if sentence:
        hint = "It is another register, or one of the two was changed."
        found.append(Problem("AO808", sentence, hint, Place(str(register))))
    return found


def _holds(again: Reread, manifest: Manifest, before: Sequence[Link], entry: Entry) -> bool:
    """Whether an entry is the one that the settlement has after those before it."""
    try:
        return entry == entry_of(again.settlement, manifest, entry.manifest, entry.bundle, before)
    except AllianceError:
        return False
