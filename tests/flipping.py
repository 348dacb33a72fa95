"""One byte of a bundle flipped: is it caught, and is the file named?

``python -m tests.flipping`` tries every byte of files up to 4,096 bytes and 2,000 random ones of larger files, of the bundle
of every contract, and prints what it tried. ``python -m tests.flipping tesoma`` tries those of one contract.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from alliance_outcomes.evidence.alone import faults_alone, unexpected
from alliance_outcomes.evidence.canonical import digest
from alliance_outcomes.evidence.manifest import MANIFEST, VERIFIER, changed_files, read_manifest
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import Problem
from tests.bundles import CONTRACTS, bundle, written

SMALL, MOST = 4096, 2000


@dataclass(frozen=True)
class Flip:
    """One byte of a file, and what it becomes."""

    file: str
    at: int
    to: int

    def of(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files with the byte flipped."""
        data = files[self.file]
        return {**files, self.file: data[: self.at] + bytes([self.to]) + data[self.at + 1 :]}


def flips(files: Mapping[str, bytes], chance: Random, small: int = SMALL, most: int = MOST) -> Iterator[Flip]:
    """Every byte of files up to ``small`` bytes, ``most`` random ones of larger files, each to some other byte."""
    for name, data in files.items():
        everywhere = range(len(data))
        for at in everywhere if len(data) <= small else sorted(chance.sample(everywhere, min(most, len(data)))):
            yield Flip(name, at, (data[at] + chance.randrange(1, 256)) % 256)


def missed(files: Mapping[str, bytes], flip: Flip) -> str:
    """What a flip shows to be wrong with verifying; nothing where it is caught and its file is named.

    By the hashes alone, which every way to verify begins with. A changed manifest is caught by its hash on the statement.
    """
    flipped = flip.of(files)
    if flip.file == MANIFEST:
        caught: list[Problem] = unexpected(flipped, digest(files[MANIFEST]))
    else:
        caught = changed_files(flipped, read_manifest(files))
    return "" if names(caught, flip.file) else f"{flip} is not caught: {caught}"


def names(problems: list[Problem], file: str) -> bool:
    """Whether the first problem names the file."""
    return bool(problems) and problems[0].place is not None and problems[0].place.file == file


def missed_by_verifying(files: Mapping[str, bytes], flip: Flip, folder: Path) -> str:
    """The same by everything that verifying does, of both ways, in this process: it finds, names, and never breaks down."""
    flipped = flip.of(files)
    written({flip.file: flipped[flip.file]}, folder)
    try:
        ways = {"verify": verify(folder, digest(files[MANIFEST])).problems}
        if flip.file not in (MANIFEST, VERIFIER):
            ways["verify.py"] = faults_alone(flipped)
    finally:
        written({flip.file: files[flip.file]}, folder)
    return "".join(
        f"{flip} is not caught by {way}: {found}\n" for way, found in ways.items() if not _named(found, flip)
    )


def _named(problems: list[Problem], flip: Flip) -> bool:
    return any(each.place is not None and each.place.file == flip.file for each in problems)


def missed_by_programs(files: Mapping[str, bytes], flip: Flip, folder: Path) -> str:
    """The same by the two programs, run as anyone runs them."""
    written(flip.of(files), folder)
    expect = ["--expect", digest(files[MANIFEST])]
    programs = {"alliance verify": [sys.executable, "-m", "alliance_outcomes", "verify", str(folder), *expect]}
    if flip.file not in (MANIFEST, VERIFIER):
        programs["verify.py"] = [sys.executable, "-I", "-S", str(folder / VERIFIER)]
    wrong = ""
    for program, command in programs.items():
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 1 or flip.file not in run.stderr or "Traceback" in run.stderr:
            wrong += f"{flip} by {program}: exit {run.returncode}, {run.stderr}\n"
    written({flip.file: files[flip.file]}, folder)
    return wrong


def main(*names: str) -> int:
    """Every flip there is to try, of the named contracts or of all, with figures; 1 where one was missed."""
    wrong: list[str] = []
    for name in names or CONTRACTS:
        files, chance = bundle(name), Random(name)
        tried = {"by hashes": 0, "by verifying": 0, "by the programs": 0}
        for flip in flips(files, chance):
            wrong += filter(None, [missed(files, flip)])
            tried["by hashes"] += 1
        with TemporaryDirectory() as folder:
            here = written(files, Path(folder))
            for flip in flips(files, chance, small=0, most=20):
                wrong += filter(None, [missed_by_verifying(files, flip, here)])
                tried["by verifying"] += 1
            for flip in flips(files, chance, small=0, most=1):
                wrong += filter(None, [missed_by_programs(files, flip, here)])
                tried["by the programs"] += 1
        said = ", ".join(f"{count:,} {how}" for how, count in tried.items())
        sys.stdout.write(f"{name}: {len(files)} files, {said}, {len(wrong)} missed\n")
        sys.stdout.flush()
    sys.stdout.write("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
