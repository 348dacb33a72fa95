"""Runs targets under atheris, each in a process with limits of its own; see the folder's own words for how it is called."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from alliance_outcomes.problems import AllianceError
from assurance.promise import ROOT

from .fewest import fewest
from .form import attempt, called, corpus, keep, names, target

PYTHON = ROOT / ".venv-fuzz" / "bin" / "python"
LANES = 2
SECONDS_AN_INPUT, MEGABYTES, LONGEST = 5, 1500, 8192
_ROOM = 12 * 1024**3  # of addresses; polars and libFuzzer reserve more than they use


@dataclass(frozen=True)
class Fuzzed:
    """What a target came to: how many inputs, and the words and input of the finding that ended it, if there was one."""

    name: str
    inputs: int
    told: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing but results and coded refusals came out."""
        return not self.told


def fuzzed(name: str, seconds: int, kept: bool = False) -> Fuzzed:
    """Fuzz a target for some seconds. Where ``kept``, its corpus becomes what reaches most of the package in few bytes."""
    with TemporaryDirectory(prefix="fuzzing-") as temporary:
        folder = Path(temporary)
        for each in ("own", "inputs", "found"):
            (folder / each).mkdir()
        _fill(folder / "inputs", [*target(name).seeds(), *corpus(name)])
        (folder / "words").write_text("".join(f"{_quoted(word)}\n" for word in target(name).WORDS), "ascii")
        run = _libfuzzer(
            name, folder, f"-max_total_time={seconds}", f"-dict={folder / 'words'}", str(folder / "inputs")
        )
        found = [each.read_bytes() for each in sorted((folder / "found").iterdir())]
        told = "" if run.returncode == 0 else _told(name, run, found)
        if kept and not told:
            keep(name, fewest(name, {*corpus(name), *_read(folder / "inputs")}))
        return Fuzzed(name, _count(run.stderr), told)


def _libfuzzer(name: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """One run of libFuzzer in the environment that has atheris; time and memory are bounded for every input."""
    limits = [
        f"-timeout={SECONDS_AN_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LONGEST}",
        "-print_final_stats=1",
    ]
    command = [
        PYTHON,
        "-m",
        "assurance.fuzzing.one",
        name,
        folder / "own",
        *limits,
        f"-artifact_prefix={folder / 'found'}/",
    ]
    return subprocess.run(
        [*map(str, command), *options],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM)),
    )


def _told(name: str, run: subprocess.CompletedProcess[str], found: list[bytes]) -> str:
    """The end of what was said, and the input, as a line that makes it again."""
    lines = [
        line for line in run.stderr.splitlines() if line and not line.startswith(("#", "INFO", "WARNING", "stat::"))
    ]
    shown = "\n".join(line[:300] for line in lines[-40:])
    return f"{name}: ended with {run.returncode}\n{shown}\n" + "".join(f"input: {data!r}\n" for data in found)


def _count(said: str) -> int:
    mark = "stat::number_of_executed_units:"
    return sum(int(line.removeprefix(mark)) for line in said.splitlines() if line.startswith(mark))


def _quoted(word: str) -> str:
    """A word of libFuzzer's dictionary."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode()) + '"'


def _fill(folder: Path, inputs: list[bytes]) -> None:
    for data in inputs:
        (folder / called(data)).write_bytes(data)


def _read(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in sorted(folder.iterdir())]


def again(name: str, file: Path) -> int:
    """One input, with this Python: what it is refused with, or its traceback."""
    with TemporaryDirectory(prefix="fuzzing-") as temporary:
        refusal: AllianceError | None = attempt(target(name).ready(Path(temporary)), file.read_bytes())
    sys.stdout.write(f"{refusal or 'read'}\n")
    return 0


def main(words: list[str]) -> int:
    """Fuzz what was asked for; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m assurance.fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"Of these only: {', '.join(names())}.")
    parser.add_argument("--seconds", type=int, default=60, help="How long each; 60 where it is left out.")
    parser.add_argument("--keep", action="store_true", help="Keep inputs that reach something new.")
    parser.add_argument("--input", type=Path, metavar="FILE", help="Only this input, with this Python.")
    asked = parser.parse_args(words)
    if unknown := set(asked.targets) - set(names()):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    if asked.input:
        return again(asked.targets[0], asked.input)
    if not PYTHON.exists():
        parser.error("there is no .venv-fuzz; make fuzz builds it")
    with ThreadPoolExecutor(LANES) as lanes:
        found = lanes.map(lambda name: fuzzed(name, asked.seconds, asked.keep), asked.targets or names())
        clean = True
        for each in found:
            sys.stdout.write(
                f"{each.name}: {each.inputs:,} inputs, {'nothing found' if each.clean else 'FOUND'}\n{each.told}"
            )
            sys.stdout.flush()
            clean &= each.clean
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
