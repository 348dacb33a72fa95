"""Files and folders are put in place whole or not at all: hidden and synced first, then moved, then the folder synced.

``file_put``, ``folder_put`` and ``file_claimed`` hold for what happens inside their ``with``: an error there, such as in
putting the next thing in place, takes theirs back. So what belongs together comes together.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from .problems import Problem, UsageError

# Where a file system has no hard links, what stood there before cannot be put back.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY}


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError for what is none: a pipe that nobody writes to would be waited for."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return path.read_bytes()


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: afterwards the file is the new one, whole, or what it was before.

    Raises UsageError (AO030) with the system's reason where it cannot be written.
    """
    with file_put(path, data):
        pass


def write_all(files: Mapping[Path, bytes]) -> None:
    """Put several files in place, all of them or none; see write_whole."""
    with ExitStack() as together:
        for path, data in files.items():
            together.enter_context(file_put(path, data))


@contextmanager
def file_put(path: Path, data: bytes) -> Iterator[None]:
    """``path`` holds ``data``, within and after; after an error it is what it was before. Raises UsageError (AO030)."""
    with ExitStack() as undo:
        try:
            temporary = _hidden(path, data, undo)
            before = _second_name(path, undo)
            os.replace(temporary, path)
            _on_error(undo, lambda: _put_back(before, path))
            _sync_folder(path.parent)
        except OSError as error:
            raise _unwritten(path, error) from None
        yield


@contextmanager
def file_claimed(path: Path, data: bytes) -> Iterator[None]:
    """``path`` is a new file that holds ``data``, within and after; after an error there is none.

    Raises FileExistsError where somebody has it: of several writers exactly one gets it. Raises UsageError (AO030).
    """
    with ExitStack() as undo:
        try:
            temporary = _hidden(path, data, undo)
            os.link(temporary, path)
            _on_error(undo, lambda: os.unlink(path))
            _sync_folder(path.parent)
        except FileExistsError:
            raise
        except OSError as error:
            raise _unwritten(path, error) from None
        yield


@contextmanager
def folder_put(path: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """``path`` is a new folder of these files, by their names below it; after an error there is none.

    Raises FileExistsError where something stands there already, UsageError (AO030) where it cannot be written.
    """
    with ExitStack() as undo:
        try:
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
            undo.callback(shutil.rmtree, temporary, ignore_errors=True)
            _fill(temporary, files)
            os.rename(temporary, path)
            _on_error(undo, lambda: os.rename(path, temporary))
            _sync_folder(path.parent)
        except OSError as error:
            if error.errno in _TAKEN:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            raise _unwritten(path, error) from None
        yield


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One at a time within ``folder``, made where there is none; what others see there does not change meanwhile.

    Where the system has no such locks, nothing waits. Raises UsageError (AO030).
    """
    with ExitStack() as undo:
        try:
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)
                _on_error(undo, folder.rmdir)
                _sync_folder(folder.parent)
            if os.name == "posix":
                import fcntl

                handle = os.open(folder, os.O_RDONLY)
                undo.callback(_unlock, handle)
                fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _unwritten(folder, error) from None
        yield


def _unlock(handle: int) -> None:
    with suppress(OSError):  # nothing was written by it, and the system lets go of it in any case
        os.close(handle)


def _unwritten(path: Path, error: OSError) -> UsageError:
    sentence = f"{path} cannot be written: {error.strerror}."
    hint = "What stood there before is untouched." if path.parent.is_dir() else f"Make the folder {path.parent} first."
    return UsageError(Problem("AO030", sentence, hint))


def _on_error(undo: ExitStack, back: Callable[[], object]) -> None:
    """Have ``back`` run on the way out if there is an error; what it cannot do either it leaves."""

    def leave(kind: object, *_: object) -> None:
        if kind is not None:
            with suppress(OSError):
                back()

    undo.push(leave)


def _hidden(path: Path, data: bytes, undo: ExitStack) -> str:
    """A hidden, synced file of ``data`` beside ``path``, which is gone in the end."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    undo.callback(_unlink, temporary)
    _write(handle, data)
    return temporary


def _unlink(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def _write(handle: int, data: bytes) -> None:
    """All of ``data`` to an open file, made to last, and the file closed."""
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) or _fail() :]
        if os.fstat(handle).st_size != len(data):
            _fail()
        if os.name == "posix":
            os.fchmod(handle, 0o644)
        os.fsync(handle)
    finally:
        os.close(handle)


def _fail() -> int:
    """The system says that all went well, and the file shows that it did not."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _second_name(path: Path, undo: ExitStack) -> str | None:
    """A hidden second name of what stands at ``path``, to put it back by; None where nothing does."""
    name = tempfile.mktemp(prefix=f".{path.name}.", suffix=".before", dir=path.parent)
    try:
        os.link(path, name, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _NO_LINKS:
            return ""
        raise
    undo.callback(_unlink, name)
    return name


def _put_back(before: str | None, path: Path) -> None:
    if before is None:
        os.unlink(path)
    elif before:
        os.replace(before, path)
    _sync_folder(path.parent)


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a new folder, everything in it made to last."""
    os.chmod(folder, 0o755)
    inner = {folder}
    for name, data in files.items():
        target = folder / name
        for parent in reversed(target.relative_to(folder).parents[:-1]):
            (folder / parent).mkdir(exist_ok=True)
            inner.add(folder / parent)
        _write(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), data)
    for each in sorted(inner, reverse=True):
        _sync_folder(each)


def _sync_folder(folder: Path) -> None:
    """Make the new name last; systems that cannot sync a folder keep it anyway."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
