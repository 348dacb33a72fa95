"""Keeps a settlement: its bundle, its entry in the register and its statement, together or not at all; and closes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..files import file_put, folder_put
from ..problems import Problem, UsageError
from ..settlement import Settlement
from .bundle import Made, Standing, bundle_of
from .canonical import digest
from .chain import Closing
from .course import check_next, closing_of, entry_of
from .manifest import MANIFEST, read_manifest
from .register import entered, read_register


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a settlement is kept: the folder of its bundle, and its register where it has one; ``as_of`` is a day.

    ``statements`` are kept in the bundle beside those that are written to files.
    """

    bundle: Path
    register: Path | None = None
    as_of: str | None = None
    supersedes: int | None = None
    reason: str | None = None
    statements: Mapping[str, bytes] = field(default_factory=dict)


def check_keeping(keeping: Keeping) -> None:
    """Refuse what can be told before anything is settled: a day that is none (AO073), a folder that is there (AO074)."""
    check_day(keeping.as_of)
    if keeping.bundle.exists():
        raise _taken(keeping.bundle)


def check_day(as_of: str | None) -> None:
    """Refuse what is no day of the calendar (AO073)."""
    try:
        if as_of is None or date.fromisoformat(as_of).isoformat() == as_of:
            return
    except ValueError:
        pass
    raise UsageError(Problem("AO073", f"--as-of {as_of} is not a day of the calendar.", "Write it as 2024-05-31."))


def _taken(bundle: Path) -> UsageError:
    sentence = f"{bundle} is there already, and a bundle is never written over."
    hint = "Name a new folder. One that a broken run left, and no register holds, may be taken away."
    return UsageError(Problem("AO074", sentence, hint))


def keep(
    settlement: Settlement,
    made: Made,
    keeping: Keeping,
    language: str,
    statements: Callable[[str], Mapping[Path, bytes]],
) -> str:
    """Keep ``settlement`` and give the hash of its manifest, which ``statements`` is given too: the files to write beside it.

    They stand in the bundle as well, without that hash. Raises UsageError where something cannot be written
    (AO030), the folder is there (AO074), another settlement took the number (AO075), or it cannot follow those in the
    register (see check_next): nothing is kept then.
    """
    check_keeping(keeping)
    before = None if keeping.register is None else read_register(keeping.register)
    copies = dict(keeping.statements)
    for path, data in statements("").items():
        taken = sum(name.endswith(path.name) for name in copies)
        copies[f"{taken}-{path.name}" if taken else path.name] = data
    standing = Standing(keeping.as_of, before, keeping.supersedes, keeping.reason, copies)
    files = bundle_of(settlement, made, standing, language)
    stated = digest(files[MANIFEST])
    entry = None
    if before is not None:
        entry = entry_of(settlement, read_manifest(files), stated, keeping.bundle.name, before)
        check_next(entry, before)
    with ExitStack() as together:
        try:
            together.enter_context(folder_put(keeping.bundle, files))
        except FileExistsError:
            raise _taken(keeping.bundle) from None
        if keeping.register is not None and entry is not None:
            together.enter_context(entered(keeping.register, entry))
        for path, data in statements(stated).items():
            together.enter_context(file_put(path, data))
    return stated


def close(register: Path, number: int, as_of: str, decision: str) -> Closing:
    """Enter in ``register`` that the settlement of this number is closed, as of a day, by a decision; see closing_of.

    Raises UsageError also for a day that is none (AO073) and where another entry took the number (AO075).
    """
    check_day(as_of)
    found = closing_of(number, as_of, decision, read_register(register))
    with entered(register, found):
        return found
