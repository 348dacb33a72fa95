"""The chain of settlements: numbered entries and closings, each with the hash of the one before. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..problems import DataError, Place, Problem
from .canonical import canonical, digest, parsed
from .manifest import CHAIN, Manifest

_AS_HANDED = "Take the file as it was handed over."


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One file of a register: its number, the hash of the one before it, and the day it is as of, if one was given."""

    number: int
    previous: str | None
    as_of: str | None = None

    def as_bytes(self) -> bytes:
        """The entry as its file holds it."""
        return canonical({"format": 1, **{key: _plain(value) for key, value in asdict(self).items()}})

    @property
    def hash(self) -> str:
        """The SHA-256 of its file, which the next one carries."""
        return digest(self.as_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Link):
    """One settlement in a register: what it settled, and the hash of its bundle's manifest.

    ``bundle`` is the name of its folder, ``payees`` are those that were asked for (None: all), ``total`` is the sum of its
    lines, ``held`` what of that is not payable yet. ``provisional`` and ``disputed`` say whether anything of it rests on
    values that may still change or is contested, ``reopen_until`` the last day on which the contract lets it be restated.
    A restatement ``supersedes`` an earlier number, for a ``reason``.
    """

    contract: str
    period: str
    manifest: str
    bundle: str
    total: str
    currency: str
    payees: tuple[str, ...] | None = None
    held: str = "0"
    provisional: bool = False
    disputed: bool = False
    reopen_until: str | None = None
    supersedes: int | None = None
    reason: str | None = None

    @property
    def holds(self) -> bool:
        """Whether anything of it is held."""
        return any(digit in "123456789" for digit in self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Link):
    """That the settlement of the number ``closes`` is closed, by a ``decision``: it is not restated any more."""

    closes: int
    decision: str


_TEXTS = ("contract", "period", "manifest", "bundle", "total", "currency", "held", "decision")
_KINDS: dict[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    "number": int,
    "closes": int,
    "provisional": bool,
    "disputed": bool,
}
_OPTIONAL = {"previous": str, "as_of": str, "supersedes": int, "reason": str, "payees": list, "reopen_until": str}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def link_of(data: Any, file: str) -> Link:
    """The entry or closing that plain data holds. Raises DataError (AO809)."""
    kind = Closing if isinstance(data, dict) and "closes" in data else Entry
    if (
        not isinstance(data, dict)
        or set(data) != {each.name for each in fields(kind)} | {"format"}
        or data["format"] != 1
        or any(type(data[key]) is not is_ for key, is_ in _KINDS.items() if key in data)
        or any(data[key] is not None and type(data[key]) is not is_ for key, is_ in _OPTIONAL.items() if key in data)
        or any(type(each) is not str for each in data.get("payees") or ())
    ):
        raise DataError(Problem("AO809", f"{file} is not an entry of a register.", _AS_HANDED, Place(file)))
    found: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    del found["format"]
    return kind(**found)


def broken_links(links: Sequence[Link], names: Sequence[str]) -> list[Problem]:
    """Each entry that does not follow the one before it by number and hash (AO808); ``names`` are their files."""
    found: list[Problem] = []
    before: Link | None = None
    for at, (link, name) in enumerate(zip(links, names, strict=True), 1):
        of = link.supersedes if isinstance(link, Entry) else link.closes if isinstance(link, Closing) else None
        if link.number != at:
            sentence = f"{name} has the number {link.number}, where {at} follows."
            found.append(Problem("AO808", sentence, "An entry is missing, or was put in later.", Place(name)))
        elif link.previous != (before.hash if before else None):
            sentence = f"{name} does not carry the hash of the entry before it."
            found.append(Problem("AO808", sentence, "It, or the one before it, was changed.", Place(name)))
        elif of is not None and not (0 < of < at and isinstance(links[of - 1], Entry)):
            sentence = f"{name} is about settlement {of}, which does not stand before it."
            found.append(Problem("AO808", sentence, "The entry was changed.", Place(name)))
        before = link
    return found


def chain_as_bytes(links: Sequence[Link]) -> bytes:
    """``chain.json``: the entries before a settlement, as its register held them."""
    return b"[" + b",".join(each.as_bytes() for each in links) + b"]"


def broken_chain(files: Mapping[str, bytes], manifest: Manifest) -> list[Problem]:
    """Why the chain in a bundle does not lead to it (AO808); nothing where it stands in no register."""
    if manifest.number is None or CHAIN not in files:
        return []
    try:
        data = parsed(files[CHAIN], CHAIN)
        links = [link_of(each, CHAIN) for each in (data if isinstance(data, list) else [None])]
    except DataError as error:
        return list(error.problems)
    found = broken_links(links, [CHAIN] * len(links))
    last = links[-1].hash if links else None
    if manifest.previous != last or manifest.number != len(links) + 1:
        sentence = f"The last entry of {CHAIN} is not the one that the manifest follows."
        found.append(Problem("AO808", sentence, "One of the two was changed.", Place(CHAIN)))
    return found
