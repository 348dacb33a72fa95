"""Another process for what may end the one it runs in: of broken Parquet, the library that unpacks it may ask for more memory
than there is, and then no exception comes, but the process ends.

It is started when it is first needed and stays for what is asked next, since the libraries take their time to load.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from io import BufferedReader
from pathlib import Path
from threading import Lock
from traceback import format_exception
from typing import IO, Any

from ..problems import AllianceError, DataError, Place, Problem

_ANSWERING = f"import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); import {__name__} as a; a.answering()"
_others: dict[int, subprocess.Popen[bytes]] = {}
"""By the process that started it: one that was forked from that has none yet."""
_answering: set[int] = set()
"""The other process, as it knows itself."""
_turn = Lock()


def apart(file: Path, function: Callable[..., Any], *given: object) -> Any:
    """What ``function(*given)`` returns or raises, called in another process, which reads ``file``.

    The function is one of a module; what it takes and returns goes through pickle, between two processes of ours. Raises
    DataError (AO533) where the other one ended before it answered, and RuntimeError with its words where an exception that
    is no refusal ended it. Where no Python can be started, the function is called here.
    """
    if os.getpid() in _answering or not sys.executable:
        return function(*given)
    with _turn, ExitStack() as unanswered:
        unanswered.callback(end)  # also where this one is interrupted: the answer would be taken for the next one
        asks, answers = _pipes(_others.get(os.getpid()) or _started())
        try:
            _tell(asks, (Path.cwd(), function, given))
            raised, found = pickle.load(answers)
        except (BrokenPipeError, EOFError, pickle.UnpicklingError):
            sentence = (
                f"Reading {file} ended the process that read it: it is broken, or needs more memory than there is."
            )
            hint = "Write it anew, by the program it comes from."
            raise DataError(Problem("AO533", sentence, hint, Place(str(file)))) from None
        if raised is not RuntimeError:
            unanswered.pop_all()
    if raised is not None:
        raise raised(found)
    return found


def end() -> None:
    """End the other process, if there is one; the next call starts another."""
    if other := _others.pop(os.getpid(), None):
        other.kill()
        with suppress(BrokenPipeError), other:  # it was not told everything; waits for it
            pass


atexit.register(end)


def answering() -> None:
    """Be the other process: call what is asked for, until nothing more is."""
    _answering.add(os.getpid())
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    assert isinstance(asked, BufferedReader)  # a pipe
    os.dup2(2, 1)  # what libraries print is no answer
    sys.excepthook = lambda *error: _tell(answers, (RuntimeError, "".join(format_exception(*error))))
    while asked.peek(1):
        folder, function, given = pickle.load(asked)
        os.chdir(folder)
        try:
            answer: tuple[type[AllianceError] | None, Any] = (None, function(*given))
        except AllianceError as refusal:
            answer = (type(refusal), refusal.problems)
        _tell(answers, answer)


def _started() -> subprocess.Popen[bytes]:
    """The process, which looks for modules where this one does. What a panic says in it is not shown."""
    words = [sys.executable, "-P", "-c", _ANSWERING]
    other = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    _others[os.getpid()] = other
    _tell(_pipes(other)[0], sys.path)
    return other


def _pipes(other: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What it is asked by and what it answers by."""
    assert other.stdin is not None  # a pipe
    assert other.stdout is not None  # a pipe
    return other.stdin, other.stdout


def _tell(pipe: IO[bytes], what: object) -> None:
    pipe.write(pickle.dumps(what))
    pipe.flush()
