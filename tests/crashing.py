"""A command in a process of its own that is killed, or fails, at the nth call that writes: for walks with crashes in them."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.running import Run, alliance

WRITES = ("open", "write", "fsync", "fchmod", "chmod", "link", "rename", "replace", "mkdir", "rmdir", "unlink", "close")
FAULTS = {"kill": 0, "no space": errno.ENOSPC, "a bad disk": errno.EIO}


def crashed(folder: Path, fault: str, nth: int, arguments: tuple[str | Path, ...]) -> Run | None:
    """The command, of which the nth call that writes fails; None where that killed it. What it writes elsewhere is in ``folder``."""
    said, saying = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        tempfile.tempdir = str(folder)
        with _failing(fault, nth):
            run = alliance(*arguments)
        os.write(saying, run.err.encode())
        os._exit(run.code)
    os.close(saying)
    with os.fdopen(said, "rb") as words:
        err = words.read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code >= 0 or (fault, code) == ("kill", -signal.SIGKILL), (fault, code, err)
    return None if code < 0 else Run(code, "", err)


@contextmanager
def _failing(fault: str, nth: int) -> Iterator[None]:
    """Within, the nth call that writes fails; a write that does has written half of its bytes by then."""
    left = nth
    there = {name: getattr(os, name) for name in WRITES}

    def failing(name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left:
                return there[name](*given, **named)
            if name == "write":
                there[name](given[0], bytes(given[1])[: len(given[1]) // 2])
            if name == "close":
                there[name](*given)
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(FAULTS[fault], os.strerror(FAULTS[fault]))

        return call

    for name in WRITES:
        setattr(os, name, failing(name))
    try:
        yield
    finally:
        for name, call in there.items():
            setattr(os, name, call)
