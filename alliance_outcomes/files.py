"""Files are written whole or not at all: a temporary file, synced, put in place, the folder synced."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from .problems import Problem, UsageError


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: afterwards the file is the new one, whole, or what it was before.

    Raises UsageError (AO030) with the system's reason where it cannot be written.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
        raise UsageError(
            Problem(
                "AO030",
                f"{path} cannot be written: {error.strerror}.",
                "What stood there before is untouched.",
            )
        ) from None


def _sync_folder(folder: Path) -> None:
    """Make the new name last; systems that cannot sync a folder keep it anyway."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
