"""The form of a promise, what a run of it found, and the promises in this folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from os import environ, pathsep
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
MARK = "\nPROMISE = Promise("
HOLDS, SHORT, NOT_TRIED = "holds", "FALLS SHORT", "not tried"


@dataclass(frozen=True)
class Promise:
    """What is promised, and how it is tried. ``budget`` is in seconds; ``command`` is for whoever wants to try it alone."""

    title: str
    made: str
    budget: int
    command: str = ""
    programs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    cores: int = 1

    def missing(self) -> list[str]:
        """The programs and packages it needs that are not on this machine."""
        programs = [each for each in self.programs if not shutil.which(each, path=paths())]
        return programs + [each for each in self.packages if find_spec(each) is None]


@dataclass(frozen=True)
class Found:
    """What a run found: the figure, whether the promise holds, and what is to be told where it does not."""

    figure: str
    holds: bool
    told: str = ""
    tried: bool = True

    @property
    def verdict(self) -> str:
        """In one word; what was not tried does not hold."""
        return NOT_TRIED if not self.tried else HOLDS if self.holds else SHORT


class NotTried(Exception):
    """Something that a promise needs is not on this machine: what, as a sentence."""


def promises() -> dict[str, Promise]:
    """Every promise of this folder by its name, in the order of the names."""
    files = sorted(file for file in HERE.glob("*.py") if MARK in file.read_text("utf-8"))
    return {file.stem: import_module(f"assurance.{file.stem}").PROMISE for file in files}


def keep(name: str, quick: bool) -> Found:
    """Try a promise, in this process."""
    promise: Promise = import_module(f"assurance.{name}").PROMISE
    run: Callable[[bool], Found] = import_module(f"assurance.{name}").run
    if missing := promise.missing():
        return Found(f"{' and '.join(missing)} not on this machine", holds=False, tried=False)
    try:
        return run(quick)
    except NotTried as reason:
        return Found(str(reason), holds=False, tried=False)


def command(name: str, promise: Promise) -> str:
    """What to run to try a promise alone."""
    return promise.command or f"python -m assurance {name}"


def counts(pattern: str, said: str) -> list[int]:
    """The numbers that a pattern finds in what a program said, `1,000` as 1000; none where it finds nothing."""
    found = re.search(pattern, said)
    return [int(each.replace(",", "")) for each in found.groups()] if found else []


def passed(
    tests: Sequence[str], settings: Mapping[str, str] | None = None, options: Sequence[str] = ()
) -> tuple[int, int, str]:
    """How many tests were run, how many of them failed or skipped themselves, and what pytest said; named below ``tests/``."""
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *(f"tests/{test}" for test in tests)]
    tried = python(*words, settings={"ALLIANCE_NO_SKIP": "1", **(settings or {})})
    told = tried.stdout + tried.stderr
    good, wrong, broken = (sum(counts(rf"(\d+) {each}", told)) for each in ("passed", "failed", "errors?\\b"))
    return good + wrong, max(wrong + broken, int(tried.returncode != 0)), told


def paths() -> str:
    """Where programs are looked for: beside this Python first."""
    return str(Path(sys.executable).parent) + pathsep + environ.get("PATH", "")


def python(*words: str | Path, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A run of this Python at the root of the repository, its output caught; ``settings`` of the environment on top."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env={**environ, "PATH": paths(), **(settings or {})},
        capture_output=True,
        text=True,
        check=False,
    )
