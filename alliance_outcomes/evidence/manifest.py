"""The manifest of a bundle: what was settled, by which rules, and the hash of every file. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..problems import DataError, Place, Problem
from .canonical import canonical, digest, parsed, salted_digest

MANIFEST, CALCULATION, SETTLEMENT, CHAIN = "manifest.json", "calculation.json", "settlement.json", "chain.json"
VERIFIER, SALT = "verify.py", "data/salt"
FORMAT = 1
RULES = 1
"""The version of what a contract means: it rises when the same contract and data would come to another amount."""
_PLAIN, _SALTED = "sha256:", "hmac-sha256:"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds. ``files`` has the hash of each file by name; ``previous`` that of the register's entry before.

    ``contract`` and ``data`` name the contract's and the data's file, ``contract_hash`` is that of the contract as it was
    understood. ``payees`` are those that were asked for, None for all. ``package``, ``python`` and ``platform`` made it.
    """

    contract_id: str
    period: str
    contract: str
    contract_hash: str
    data: str
    payees: tuple[str, ...] | None
    language: str
    as_of: str | None
    rules: int
    package: str
    python: str
    platform: str
    files: Mapping[str, str]
    number: int | None = None
    previous: str | None = None
    supersedes: int | None = None
    reason: str | None = None

    def as_bytes(self) -> bytes:
        """The manifest as its file holds it; its SHA-256 is what stands on the statement and in the register."""
        data: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        data["payees"] = None if self.payees is None else list(self.payees)
        return canonical({"format": FORMAT, **data})


def read_manifest(files: Mapping[str, bytes]) -> Manifest:
    """The manifest among the files of a bundle. Raises DataError where there is none (AO800) or it is no manifest (AO809)."""
    if MANIFEST not in files:
        hint = "Name a folder that settle --bundle made."
        raise DataError(Problem("AO800", f"{MANIFEST} is missing: this is no bundle.", hint, Place(MANIFEST)))
    data = parsed(files[MANIFEST], MANIFEST)
    names = {each.name for each in fields(Manifest)} | {"format"}
    if not isinstance(data, dict) or set(data) != names or not _is_manifest(data):
        hint = "Take the file as it was handed over."
        raise DataError(Problem("AO809", f"{MANIFEST} is not a manifest of format {FORMAT}.", hint, Place(MANIFEST)))
    payees = None if data["payees"] is None else tuple(data["payees"])
    return Manifest(**{key: value for key, value in data.items() if key != "format"} | {"payees": payees})


def _is_manifest(data: Mapping[str, Any]) -> bool:
    """Whether every entry is of its kind."""
    texts = ("contract_id", "period", "contract", "contract_hash", "data", "language", "package", "python", "platform")
    kinds = {**dict.fromkeys(texts, str), "rules": int, "files": dict}
    optional = {"payees": list, "as_of": str, "number": int, "previous": str, "supersedes": int, "reason": str}
    return (
        data["format"] == FORMAT
        and all(type(data[key]) is kind for key, kind in kinds.items())
        and all(data[key] is None or type(data[key]) is kind for key, kind in optional.items())
        and all(isinstance(each, str) for each in (*data["files"].values(), *(data["payees"] or ())))
    )


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The hash of each file by name: salted where the file holds measured data, or what follows from them."""
    return {name: _hash(name, data, files[SALT]) for name, data in files.items()}


def _hash(name: str, data: bytes, salt: bytes) -> str:
    return _SALTED + salted_digest(data, salt) if _of_data(name) else _PLAIN + digest(data)


def _of_data(name: str) -> bool:
    """Whether a file holds measured data or what follows from them: all but the contract's, the programs and the chain."""
    return not name.startswith("contract/") and name not in (VERIFIER, SALT, CHAIN)


def changed_files(files: Mapping[str, bytes], manifest: Manifest) -> list[Problem]:
    """Each file that is not the one the manifest was made for (AO801), is missing (AO802), or is not in it (AO803)."""
    found: list[Problem] = []
    listed = manifest.files
    salted = SALT in listed and SALT in files and listed[SALT] == _PLAIN + digest(files[SALT])
    if not salted:
        sentence = f"{SALT} is missing or changed, so the hashes of files with data cannot be checked."
        found.append(Problem("AO801" if SALT in files else "AO802", sentence, _AS_HANDED, Place(SALT)))
    for name in sorted({*listed, *files} - {MANIFEST, SALT}):
        if name not in files:
            found.append(Problem("AO802", f"{name} is missing.", _AS_HANDED, Place(name)))
        elif name not in listed:
            sentence = f"{name} is not in the manifest: it was added later."
            found.append(Problem("AO803", sentence, "Take it out of the folder.", Place(name)))
        elif (salted or not _of_data(name)) and listed[name] != _hash(name, files[name], files.get(SALT, b"")):
            found.append(Problem("AO801", f"{name} is not the file that was hashed.", _AS_HANDED, Place(name)))
    return found


_AS_HANDED = "Take the file as it was handed over."
