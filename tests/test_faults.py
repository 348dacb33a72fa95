"""Nothing on the disk is ever torn, lost or half kept: whatever fails, and whoever else writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from alliance_outcomes.evidence import register
from alliance_outcomes.evidence.chain import Entry
from alliance_outcomes.evidence.register import entered, read_register
from alliance_outcomes.files import file_claimed, file_put, folder_put, write_whole
from alliance_outcomes.problems import UsageError
from assurance.promise import NotTried
from assurance.side_by_side import unprivileged
from tests.conftest import EXAMPLES
from tests.faulting import FIRST, NEXT, races, unsynced
from tests.faulty import CONTRACT, DATA
from tests.running import alliance
from tests.tree import ROOT


def can_trace() -> bool:
    """Whether strace is there and may hold a program."""
    return bool(shutil.which("strace")) and not subprocess.run(["strace", "-q", "true"], check=False).returncode


@pytest.mark.skipif(sys.platform != "linux" or not can_trace(), reason="strace is not installed or may hold no program")
def test_whatever_call_fails_the_disk_holds_the_old_or_the_new() -> None:
    """Kills, I/O errors, a full disk and short writes at every call of every writer; without ALLIANCE_EXAMPLES at some."""
    command = [sys.executable, "-m", "tests.faulting", "--every", "1" if EXAMPLES else "13"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "races" in run.stdout


SYNCED = """\
7 openat(AT_FDCWD</x>, "/x/.new", O_RDWR|O_CREAT|O_EXCL, 0600) = 3</x/.new>
7 write(3</x/.new>, "new"..., 3) = 3
7 fsync(3</x/.new>) = 0
7 rename("/x/.new", "/x/new") = 0
7 fsync(4</x>) = 0
"""


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("", []),
        ("fsync(3", ["/x/.new was put in place and not synced", "/x/.new was not synced in the end"]),
        ("fsync(4", ["/x was not synced in the end"]),
    ],
)
def test_what_a_power_cut_could_lose_is_told(call: str, said: list[str]) -> None:
    """A file is synced before it gets its name, and its folder after."""
    log = "".join(line for line in SYNCED.splitlines(keepends=True) if not call or call not in line)
    assert list(unsynced(log, Path("/x"))) == said


def test_a_read_only_folder_keeps_what_it_holds(tmp_path: Path) -> None:
    """Nothing in it is changed, nothing is added, and why has a code (AO030)."""
    (tmp_path / "care.yaml").write_text(CONTRACT, "utf-8")
    (tmp_path / "data.csv").write_text(DATA, "utf-8")
    place = tmp_path / "kept"
    place.mkdir()
    (place / "statement.txt").write_text("old", "utf-8")
    try:
        command = [*unprivileged(), sys.executable, "-m", "alliance_outcomes", "settle", "care.yaml", "data.csv"]
    except NotTried as reason:
        pytest.skip(str(reason))
    place.chmod(0o555)
    try:
        options = ["--period", "2020", "-o", "kept/statement.txt"]
        run = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    finally:
        place.chmod(0o755)
    assert (run.returncode, run.stdout) == (2, ""), run.stderr
    assert run.stderr.startswith("AO030 ")
    assert [each.name for each in place.iterdir()] == ["statement.txt"]
    assert (place / "statement.txt").read_text("utf-8") == "old"


def test_of_two_writers_exactly_one_wins(tmp_path: Path) -> None:
    """One number of a register, one folder: one gets it, the other is told, and nothing of the other stays."""
    assert list(races(tmp_path, 5)) == []


def test_who_comes_too_late_is_told(tmp_path: Path) -> None:
    """An entry that follows one which is no longer the last (AO075)."""
    with entered(tmp_path / "register", FIRST):
        pass
    with pytest.raises(UsageError, match="AO075 Somebody else"), entered(tmp_path / "register", FIRST):
        pytest.fail("it was entered")
    assert read_register(tmp_path / "register") == [FIRST]


def test_who_finds_the_number_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where the other one waits for no lock, as on a shared disk without locks (AO075)."""
    folder = tmp_path / "register"
    with entered(folder, FIRST):
        pass
    other = replace(NEXT, bundle="other")

    def meanwhile(entries: Sequence[Entry]) -> str:
        write_whole(folder / "000002.json", other.as_bytes())
        return entries[-1].hash

    monkeypatch.setattr(register, "_last", meanwhile)
    with pytest.raises(UsageError, match="AO075 Somebody else"), entered(folder, NEXT):
        pytest.fail("it was entered")
    assert read_register(folder) == [FIRST, other]


def test_what_belongs_together_is_taken_back_together(tmp_path: Path) -> None:
    """A failure in the last of several puts the first ones back: the old file, no folder, no entry."""
    write_whole(tmp_path / "old.txt", b"old")
    first = [
        file_put(tmp_path / "old.txt", b"new"),
        file_put(tmp_path / "more.txt", b"new"),
        folder_put(tmp_path / "folder", {"a/b.txt": b"new"}),
        file_claimed(tmp_path / "claimed", b"new"),
    ]
    with ExitStack() as together:
        together.enter_context(pytest.raises(UsageError, match="AO030"))
        for each in first:
            together.enter_context(each)
        assert {"claimed", "folder", "more.txt"} <= set(os.listdir(tmp_path))
        together.enter_context(file_put(tmp_path / "no" / "such.txt", b"new"))
    assert sorted(os.listdir(tmp_path)) == ["old.txt"]
    assert (tmp_path / "old.txt").read_bytes() == b"old"


def test_a_claimed_file_is_claimed_once(tmp_path: Path) -> None:
    """The second is told, and what the first wrote stays."""
    with file_claimed(tmp_path / "number", b"first"):
        pass
    with pytest.raises(FileExistsError), file_claimed(tmp_path / "number", b"second"):
        pytest.fail("it was claimed twice")
    assert (tmp_path / "number").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["number"]


def test_a_file_system_without_second_names_still_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can have two names, a file is put in place whole all the same."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    write_whole(tmp_path / "old.txt", b"old")
    monkeypatch.setattr(os, "link", refuse)
    write_whole(tmp_path / "old.txt", b"new")
    assert (tmp_path / "old.txt").read_bytes() == b"new"
    with pytest.raises(UsageError, match="AO030"), file_claimed(tmp_path / "number", b"first"):
        pytest.fail("it cannot be claimed")


def test_a_failure_of_the_system_has_a_code(tmp_path: Path) -> None:
    """What no reader expects is told in a sentence too (AO076): here a name that is too long for the system."""
    run = alliance("history", tmp_path / ("a" * 300))
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("AO076 The system failed")
