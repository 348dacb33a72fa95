"""The chain of settlements: numbered entries, each with the hash of the one before. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..problems import DataError, Place, Problem
from .canonical import canonical, digest, parsed
from .manifest import CHAIN, Manifest

_AS_HANDED = "Take the file as it was handed over."


@dataclass(frozen=True, slots=True)
class Entry:
    """One settlement in a register: its number, what it settled, the hash of its bundle's manifest and of the entry before.

    ``total`` is the sum of its lines, ``bundle`` the name of its folder; a restatement ``supersedes`` an earlier number.
    """

    number: int
    contract: str
    period: str
    manifest: str
    bundle: str
    total: str
    currency: str
    previous: str | None
    as_of: str | None = None
    supersedes: int | None = None
    reason: str | None = None

    def as_bytes(self) -> bytes:
        """The entry as its file holds it."""
        return canonical({"format": 1, **asdict(self)})

    @property
    def hash(self) -> str:
        """The SHA-256 of its file, which the next entry carries."""
        return digest(self.as_bytes())


_TEXTS = ("contract", "period", "manifest", "bundle", "total", "currency")
_OPTIONAL = {"previous": str, "as_of": str, "supersedes": int, "reason": str}


def entry_of(data: Any, file: str) -> Entry:
    """The entry that plain data holds. Raises DataError (AO809)."""
    names = {each.name for each in fields(Entry)} | {"format"}
    if (
        not isinstance(data, dict)
        or set(data) != names
        or data["format"] != 1
        or type(data["number"]) is not int
        or any(type(data[key]) is not str for key in _TEXTS)
        or any(data[key] is not None and type(data[key]) is not kind for key, kind in _OPTIONAL.items())
    ):
        raise DataError(Problem("AO809", f"{file} is not an entry of a register.", _AS_HANDED, Place(file)))
    return Entry(**{key: value for key, value in data.items() if key != "format"})


def broken_links(entries: Sequence[Entry], names: Sequence[str]) -> list[Problem]:
    """Each entry that does not follow the one before it by number and hash (AO808); ``names`` are their files."""
    found: list[Problem] = []
    before: Entry | None = None
    for at, (entry, name) in enumerate(zip(entries, names, strict=True), 1):
        if entry.number != at:
            sentence = f"{name} has the number {entry.number}, where {at} follows."
            found.append(Problem("AO808", sentence, "An entry is missing, or was put in later.", Place(name)))
        elif entry.previous != (before.hash if before else None):
            sentence = f"{name} does not carry the hash of the entry before it."
            found.append(Problem("AO808", sentence, "It, or the one before it, was changed.", Place(name)))
        elif entry.supersedes is not None and not 0 < entry.supersedes < at:
            sentence = f"{name} supersedes {entry.supersedes}, which does not stand before it."
            found.append(Problem("AO808", sentence, "The entry was changed.", Place(name)))
        before = entry
    return found


def chain_as_bytes(entries: Sequence[Entry]) -> bytes:
    """``chain.json``: the entries before a settlement, as its register held them."""
    return canonical([{"format": 1, **asdict(each)} for each in entries])


def broken_chain(files: Mapping[str, bytes], manifest: Manifest) -> list[Problem]:
    """Why the chain in a bundle does not lead to it (AO808); nothing where it stands in no register."""
    if manifest.number is None or CHAIN not in files:
        return []
    try:
        data = parsed(files[CHAIN], CHAIN)
        entries = [entry_of(each, CHAIN) for each in (data if isinstance(data, list) else [None])]
    except DataError as error:
        return list(error.problems)
    found = broken_links(entries, [CHAIN] * len(entries))
    last = entries[-1].hash if entries else None
    if manifest.previous != last or manifest.number != len(entries) + 1:
        sentence = f"The last entry of {CHAIN} is not the one that the manifest follows."
        found.append(Problem("AO808", sentence, "One of the two was changed.", Place(CHAIN)))
    return found
