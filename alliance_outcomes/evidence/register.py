"""A register of settlements: a folder of numbered files, each made once and chained to the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..files import file_claimed, locked, read_regular
from ..problems import DataError, Place, Problem, UsageError
from .canonical import parsed
from .chain import Link, broken_links, link_of

_NAME = re.compile(r"\d{6}\.json", re.ASCII)


def read_register(folder: Path) -> list[Link]:
    """The entries of the register in ``folder``, in order; none where there is no such folder.

    Raises DataError where a file is no entry (AO809) or does not follow the one before it (AO808).
    """
    entries, found = examine_register(folder)
    if found:
        raise DataError(found)
    return entries


def examine_register(folder: Path) -> tuple[list[Link], list[Problem]]:
    """The entries of a register that can be read, and all that is wrong with them; see read_register."""
    try:
        names = sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name)) if folder.is_dir() else []
    except OSError as error:
        sentence = f"{folder} cannot be read: {error.strerror}."
        return [], [Problem("AO809", sentence, "Check the disk.", Place(str(folder)))]
    entries: list[Link] = []
    found: list[Problem] = []
    read: list[str] = []
    for name in names:
        file = str(folder / name)
        try:
            entry = link_of(parsed(read_regular(folder / name), file), file)
        except DataError as error:
            found += error.problems
        except OSError as error:
            found.append(Problem("AO809", f"{file} cannot be read: {error.strerror}.", "Copy it anew.", Place(file)))
        else:
            entries.append(entry)
            read.append(file)
            if name != f"{entry.number:06}.json":
                sentence = f"{file} holds the number {entry.number}."
                found.append(Problem("AO808", sentence, "The file was renamed.", Place(file)))
    return entries, found or broken_links(entries, read)


@contextmanager
def entered(folder: Path, entry: Link) -> Iterator[None]:
    """``entry`` stands at the end of the register in ``folder``, within and after; after an error it does not.

    Exactly one of several writers gets a number: the others raise UsageError (AO075), and can settle again after it.
    """
    with locked(folder):
        if _last(read_register(folder)) != entry.previous:
            raise _too_late(folder, entry)
        try:
            claim = file_claimed(folder / f"{entry.number:06}.json", entry.as_bytes())
            with claim:
                yield
        except FileExistsError:
            raise _too_late(folder, entry) from None


def _last(entries: Sequence[Link]) -> str | None:
    return entries[-1].hash if entries else None


def _too_late(folder: Path, entry: Link) -> UsageError:
    sentence = f"Somebody else entered a settlement in {folder} meanwhile, so {entry.number} is no longer the next."
    return UsageError(Problem("AO075", sentence, "Run again: this settlement then follows that one."))
