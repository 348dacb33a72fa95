"""Each system call of each writer made to fail in turn: what is on the disk afterwards is whole, and the failure has a code.

``python -m tests.faulting`` tries every call with every fault; ``--every 9`` only one in nine. It forks a writer, holds it,
has ``strace`` inject the fault into it and lets it go: the counts of its calls then begin with its own.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from alliance_outcomes.evidence.chain import Entry
from alliance_outcomes.evidence.course import settlements
from alliance_outcomes.evidence.register import entered, read_register
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.files import file_put, folder_put, write_whole
from alliance_outcomes.problems import AllianceError, Problem, UsageError
from tests.faulty import CONTRACT, DATA
from tests.running import alliance

OLD, NEW = b"old\n" * 3000, b"new\n" * 5000
FILES = {"manifest.json": b"{}", "contract/a.yaml": b"a: 1\n" * 100, "contract/indicators/b.yaml": b"b: 2\n"}
FIRST = Entry(
    number=1, previous=None, contract="care", period="2021", manifest="0" * 64, bundle="kept", total="1", currency="EUR"
)
NEXT = replace(FIRST, number=2, period="2022", previous=FIRST.hash)
# Calls that name or change files: these fail with an error of the disk; a kill may come at any call.
OF_FILES = re.compile(
    r"open|write|sync|link|rename|mkdir|rmdir|unlink|chmod|stat|close|getdents|flock|lseek|access|readlink|fcntl|ioctl"
)
FAILED = 7


@dataclass(frozen=True)
class Writer:
    """Something that writes into a folder: what is there before, what it does, and what may be wrong afterwards."""

    before: Callable[[Path], object]
    write: Callable[[Path], object]
    wrong: Callable[[Path, int], str]


def _files_below(folder: Path) -> dict[str, bytes]:
    """What a folder holds, without what is hidden."""
    found = (each for each in folder.rglob("*") if each.is_file())
    named = ((each.relative_to(folder), each) for each in found)
    return {
        name.as_posix(): each.read_bytes()
        for name, each in named
        if not any(part.startswith(".") for part in name.parts)
    }


def _file_is_wrong(folder: Path, code: int) -> str:
    data = (folder / "statement.txt").read_bytes() if (folder / "statement.txt").exists() else b""
    if code == 0 and data != NEW:
        return "it ended well, and the new file is not there"
    if code > 0 and data not in (OLD, b""):
        return "it failed, and the old file is not there"
    return "" if data in (OLD, NEW, b"") else "the file is torn"


def _old_is_lost(folder: Path, code: int) -> str:
    lost = not (folder / "statement.txt").exists()
    return "the old file is gone" if lost else _file_is_wrong(folder, code)


def _new_is_left(folder: Path, code: int) -> str:
    left = code > 0 and (folder / "statement.txt").exists()
    return "it failed, and left a file" if left else _file_is_wrong(folder, code)


def _folder_is_wrong(folder: Path, code: int) -> str:
    there = _files_below(folder / "kept") if (folder / "kept").exists() else None
    if there not in (None, FILES):
        return f"the folder is torn: {sorted(there or ())}"
    if (there is None) != (code > 0) and code >= 0:
        return f"exit {code}, and the folder is {'not ' if there is None else ''}there"
    return ""


def _register_is_wrong(folder: Path, code: int) -> str:
    try:
        entries = read_register(folder / "register")
    except AllianceError as error:
        return f"the register is broken: {error}"
    if entries not in ([FIRST], [FIRST, NEXT]):
        return f"the register holds {entries}"
    if (len(entries) == 1) != (code > 0) and code >= 0:
        return f"exit {code}, and the register holds {len(entries)}"
    return ""


def _together_is_wrong(folder: Path, code: int) -> str:
    """All three or none; after a kill each is whole, and what the register holds is there."""
    found = _old_is_lost(folder, code) or _folder_is_wrong(folder, code) or _register_is_wrong(folder, code)
    if not found and len(read_register(folder / "register")) == 2 and not (folder / "kept").exists():
        return "the register holds a settlement that is not there"
    return found


def _enter_first(folder: Path) -> None:
    with entered(folder / "register", FIRST):
        pass


def _enter_next(folder: Path) -> None:
    with entered(folder / "register", NEXT):
        pass


def _keep_folder(folder: Path) -> None:
    with folder_put(folder / "kept", FILES):
        pass


def _keep_together(folder: Path) -> None:
    """As evidence.keeping does."""
    with ExitStack() as together:
        together.enter_context(folder_put(folder / "kept", FILES))
        together.enter_context(entered(folder / "register", NEXT))
        together.enter_context(file_put(folder / "statement.txt", NEW))


def _before_together(folder: Path) -> None:
    write_whole(folder / "statement.txt", OLD)
    _enter_first(folder)


def _before_command(folder: Path) -> None:
    for name, text in (("care.yaml", CONTRACT), ("data.csv", DATA)):
        (folder / name).write_text(text, "utf-8")
    _before_together(folder)


def _command(folder: Path) -> None:
    """``alliance settle`` with everything it can keep; a refusal is raised with what it said."""
    options = ("--period", "2020", "--bundle", folder / "kept", "--register", folder / "register")
    run = alliance("settle", folder / "care.yaml", folder / "data.csv", *options, "-o", folder / "statement.txt")
    if run.code:
        raise AllianceError(Problem("", run.err[run.err.index("AO") :] if "AO" in run.err else f"not coded: {run.err}"))


def _command_is_wrong(folder: Path, code: int) -> str:
    """All three or none; after a kill each is whole, and what the register holds is there, and can be verified."""
    statement = (folder / "statement.txt").read_bytes() if (folder / "statement.txt").exists() else b""
    try:
        entries = read_register(folder / "register")
        there = (folder / "kept").exists()
        found = (
            verify(folder / "kept", None, folder / "register" if len(entries) > 1 else None).problems if there else []
        )
    except AllianceError as error:
        found, there, entries = list(error.problems), False, []
    if found:
        return f"the bundle or the register is wrong: {found}"
    if len(entries) == 2 and not there:
        return "the register holds a settlement that is not there"
    new = statement != OLD
    if (new and not statement.endswith(b"\n")) or not statement:
        return "the statement is torn"
    expected = {0: (True, 2, True), FAILED: (False, 1, False)}.get(code)
    state = (there, len(entries), new)
    return f"exit {code}: bundle, entries, statement are {state}" if expected and state != expected else ""


WRITERS = {
    "a file over another": Writer(
        lambda folder: write_whole(folder / "statement.txt", OLD),
        lambda folder: write_whole(folder / "statement.txt", NEW),
        _old_is_lost,
    ),
    "a new file": Writer(lambda _: None, lambda folder: write_whole(folder / "statement.txt", NEW), _new_is_left),
    "a bundle": Writer(lambda _: None, _keep_folder, _folder_is_wrong),
    "an entry": Writer(_enter_first, _enter_next, _register_is_wrong),
    "all together": Writer(_before_together, _keep_together, _together_is_wrong),
    "the command": Writer(_before_command, _command, _command_is_wrong),
}


@dataclass(frozen=True)
class Fault:
    """What strace does to the nth call of its name."""

    call: str
    nth: int
    what: str

    def __str__(self) -> str:
        return f"{self.call} {self.nth}: {self.what}"

    @property
    def option(self) -> str:
        """As strace is told."""
        return f"inject={self.call}:{self.what}:when={self.nth}"


def _run(writer: Writer, folder: Path, log: Path, *options: str) -> tuple[int, str]:
    """Fork the writer, let strace hold it with ``options``, and give its exit code (below 0: killed) and what it said."""
    said, saying = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        _write_and_leave(writer, folder, saying)
    os.close(saying)
    os.waitpid(child, os.WUNTRACED)
    command = ["strace", "-f", "-q", "-o", str(log), *options, "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
        _until_traced(child, tracer)
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
    with os.fdopen(said) as words:
        return os.waitstatus_to_exitcode(status), words.read()


def _write_and_leave(writer: Writer, folder: Path, saying: int) -> None:
    """What the child does once it is let go on."""
    os.kill(os.getpid(), signal.SIGSTOP)
    code = 0
    try:
        writer.write(folder)
    except AllianceError as error:
        os.write(saying, "\n".join(f"{each.code} {each.sentence}".strip() for each in error.problems).encode())
        code = FAILED
    except BaseException as error:  # whatever else comes is what the test is for
        os.write(saying, f"not coded: {error!r}".encode())
        code = FAILED + 1
    finally:
        os._exit(code)


def _until_traced(child: int, tracer: subprocess.Popen[bytes]) -> None:
    """Wait until the child has a tracer."""
    for _ in range(2000):
        status = Path(f"/proc/{child}/status").read_text("ascii", "replace")
        if not re.search(r"^TracerPid:\s+0$", status, re.MULTILINE):
            return
        if tracer.poll() is not None:
            os.kill(child, signal.SIGKILL)
            assert tracer.stderr is not None
            raise UsageError(Problem("AO030", f"strace cannot hold a program: {tracer.stderr.read().decode()}"))
        time.sleep(0.001)


def calls(writer: Writer, folder: Path) -> list[tuple[str, int]]:
    """Each system call of a run without a fault, with which of its name it is."""
    log = folder / "calls.txt"
    place = folder / "unfaulted"
    place.mkdir()
    writer.before(place)
    code, said = _run(writer, place, log, "-y")
    assert (code, said, writer.wrong(place, code)) == (0, "", ""), (code, said)
    seen: Counter[str] = Counter()
    found: list[tuple[str, int]] = []
    for line in log.read_text("utf-8", "replace").splitlines():
        if match := re.match(r"(?:\d+ +)?(\w+)\(", line):
            seen[match[1]] += 1
            found.append((match[1], seen[match[1]]))
    return found


def unsynced(log: str, below: Path) -> Iterator[str]:
    """What a power cut could lose, by the calls of a run: what got its name before it was synced, and folders that were not."""
    waiting: set[str] = set()
    for line in log.splitlines():
        match = re.match(r"(?:\d+ +)?(\w+)\((.*)", line)
        if match is None or " = -1 " in line:
            continue
        call, said = match.groups()
        opened, named = re.findall(r"^\d+<([^>]*)>", said), re.findall(r'"((?:[^"\\]|\\.)*)"', said)
        if call.startswith("write"):
            waiting |= {each for each in opened if each.startswith(str(below))}
        elif call == "fsync":
            waiting -= set(opened)
        elif call.startswith("unlink"):
            waiting -= set(named)
        elif call.startswith(("rename", "link")):
            early = [each for each in waiting if f"{each}/".startswith(f"{named[0]}/")]
            yield from (f"{each} was put in place and not synced" for each in sorted(early))
        if (call.startswith(("rename", "link", "mkdir")) or "O_CREAT" in said) and named[-1].startswith(str(below)):
            waiting.add(str(Path(named[-1]).parent))
    yield from (f"{each} was not synced in the end" for each in sorted(waiting))


def faults(found: list[tuple[str, int]]) -> Iterator[Fault]:
    """Every fault of every call."""
    for call, nth in found:
        if call in ("exit_group", "restart_syscall"):
            continue
        yield Fault(call, nth, "signal=KILL")
        if OF_FILES.search(call):
            yield Fault(call, nth, "error=EIO")
            yield Fault(call, nth, "error=ENOSPC")
        if call.startswith(("write", "pwrite")):
            yield Fault(call, nth, "retval=1")


def try_fault(writer: Writer, fault: Fault, folder: Path) -> str:
    """What is wrong after a fault; nothing where all is as it must be."""
    place = folder / "faulted"
    place.mkdir()
    try:
        writer.before(place)
        code, said = _run(writer, place, folder / "log.txt", "-e", f"trace={fault.call}", "-e", fault.option)
        problems = [writer.wrong(place, code)]
        if code > 0 and not re.match(r"AO\d{3} ", said):
            problems.append(f"exit {code} without a code: {said}")
        if code < 0 and "KILL" not in fault.what:
            problems.append(f"it was killed by signal {-code}")
        if code >= 0 and not fault.call.startswith(("unlink", "rmdir")):
            hidden = [each.name for each in place.rglob(".*")]
            problems += [f"it left {hidden}"] if hidden and not _is_of_cleaning(fault) else []
        return "; ".join(each for each in problems if each)
    finally:
        subprocess.run(["rm", "-rf", str(place)], check=True)


def _is_of_cleaning(fault: Fault) -> bool:
    """Whether the fault may have hit the taking away of what was hidden, which then stays: hidden, and harmless."""
    return fault.call in ("newfstatat", "openat", "getdents64", "close", "fstat", "lstat")


def try_shortage(writer: Writer, folder: Path, most: int) -> str:
    """What is wrong where no file may be longer than ``most`` bytes, so that writes come out short and then fail."""
    place = folder / "short"
    place.mkdir()
    try:
        writer.before(place)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            code = 0
            try:
                writer.write(place)
            except AllianceError:
                code = FAILED
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return writer.wrong(place, os.waitstatus_to_exitcode(status))
    finally:
        subprocess.run(["rm", "-rf", str(place)], check=True)


def race(folder: Path, write: Callable[[Path, int], object]) -> list[int]:
    """Two writers let go at once: their exit codes."""
    gate, opened = os.pipe()
    children = []
    for number in (1, 2):
        child = os.fork()
        if child == 0:
            os.close(opened)
            os.read(gate, 1)
            code = 0
            try:
                write(folder, number)
            except (AllianceError, FileExistsError):
                code = FAILED
            finally:
                os._exit(code)
        children.append(child)
    os.close(gate)
    os.close(opened)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _race_for_number(folder: Path, number: int) -> None:
    with (
        folder_put(folder / f"kept{number}", FILES),
        entered(folder / "register", replace(NEXT, bundle=f"kept{number}")),
    ):
        pass


def _race_for_folder(folder: Path, number: int) -> None:
    with folder_put(folder / "kept", {**FILES, "who": str(number).encode()}):
        pass


def _race_of_commands(folder: Path, number: int) -> None:
    """Two settlements of the whole command, each into a bundle of its own, in one register."""
    options = ("--period", "2020", "--bundle", folder / f"kept{number}", "--register", folder / "register")
    run = alliance("settle", folder / "care.yaml", folder / "data.csv", *options)
    if run.code:
        told = re.search("AO075|AO850", run.err)
        raise AllianceError(Problem("", run.err)) if told else AssertionError(run.err)


def races_of_commands(folder: Path, many: int) -> Iterator[str]:
    """What is wrong after races of two whole commands that settle the same: one wins, the other is told of it or of its number."""
    for at in range(many):
        place = folder / f"commands{at}"
        place.mkdir()
        _before_command(place)
        codes = race(place, _race_of_commands)
        entries = read_register(place / "register")
        kept = sorted(each.name for each in place.glob("kept*"))
        found = [problem for name in kept for problem in verify(place / name, None, place / "register").problems]
        bundles = [each.bundle for each in settlements(entries)]
        if sorted(codes) != [0, FAILED] or bundles != ["kept", *kept] or len(kept) != 1 or found:
            yield f"race {at} of commands: exits {codes}, {len(entries)} entries, {kept}, {found}"
        if hidden := list(place.rglob(".*")):
            yield f"race {at} of commands left {hidden}"


def races(folder: Path, many: int) -> Iterator[str]:
    """What is wrong after races for a number in a register, and for a folder."""
    for at in range(many):
        place = folder / f"race{at}"
        place.mkdir()
        _enter_first(place)
        codes = race(place, _race_for_number)
        entries = read_register(place / "register")
        kept = [each.name for each in place.glob("kept*")]
        if sorted(codes) != [0, FAILED] or ["kept", *kept] != [each.bundle for each in settlements(entries)]:
            yield f"race {at} for a number: exits {codes}, {len(entries)} entries, {kept}"
        codes = race(place, _race_for_folder)
        winner = codes.index(0) + 1 if 0 in codes else 0
        there = _files_below(place / "kept")
        if sorted(codes) != [0, FAILED] or there != {**FILES, "who": str(winner).encode()}:
            yield f"race {at} for a folder: exits {codes}, {sorted(there)}"
        if hidden := list(place.rglob(".*")):
            yield f"race {at} left {hidden}"


def main() -> int:
    """Every fault, shortage and race there is to try, with figures; 1 where something was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--every", type=int, default=1, help="Try one in so many; of the whole command one in ten times."
    )
    asked = parser.parse_args().every
    wrong: list[str] = []
    with TemporaryDirectory() as temporary:
        for at, (name, writer) in enumerate(WRITERS.items()):
            folder = Path(temporary, str(at))
            warm = folder / "warm"
            warm.mkdir(parents=True)
            writer.before(warm)
            writer.write(warm)  # what is imported only now would count as the writer's calls
            every = asked if asked == 1 or writer.write is not _command else 10 * asked
            found = calls(writer, folder)
            log = (folder / "calls.txt").read_text("utf-8", "replace")
            wrong += [f"{name}: {each}" for each in unsynced(log, folder / "unfaulted")]
            tried = list(faults(found))[at % every :: every]
            outcomes = [(fault, try_fault(writer, fault, folder)) for fault in tried]
            wrong += [f"{name}, {fault}: {said}" for fault, said in outcomes if said]
            lengths = range(0, 21000, 700 * every)
            wrong += [
                f"{name}, at most {most}: {said}" for most in lengths if (said := try_shortage(writer, folder, most))
            ]
            sys.stdout.write(
                f"{name}: {len(found)} calls, {len(tried)} faults, {len(lengths)} shortages, {len(wrong)} wrong\n"
            )
            sys.stdout.flush()
        wrong += races(Path(temporary), 20)
        commands = 20 if asked == 1 else 2
        wrong += races_of_commands(Path(temporary), commands)
        told = f"20 races for a number, 20 for a folder, {commands} of whole commands, {len(wrong)} wrong\n"
        sys.stdout.write(told)
    sys.stdout.write("\n".join(wrong[:40]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
