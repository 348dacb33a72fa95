"""What a target is, and what may come out of it: a result, or a refusal with a code that has a page and can be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from alliance_outcomes.cli.terminal import WORDS, full
from alliance_outcomes.contract.loading import packaged
from alliance_outcomes.problems import AllianceError

from . import targets

CORPUS = Path(__file__).parent / "corpus"
Run = Callable[[bytes], object]
_CODE = re.compile(r"AO\d{3}", re.ASCII)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class Target(Protocol):
    """A reader that is fuzzed."""

    WORDS: Sequence[str]

    def seeds(self) -> Sequence[bytes]:
        """Inputs that are right, or nearly."""

    def ready(self, folder: Path) -> Run:
        """A function of one input, which may write to ``folder``."""


class NotCoded(Exception):
    """A refusal that says too little, or cannot be shown."""


def names() -> list[str]:
    """Every target by name."""
    return sorted(each.name for each in iter_modules(targets.__path__) if not each.name.startswith("_"))


def target(name: str) -> Target:
    """The target of this name."""
    found: Target = import_module(f"{targets.__name__}.{name}")
    return found


def attempt(run: Run, data: bytes) -> AllianceError | None:
    """What ``run`` refuses ``data`` with, if it does. Anything but a coded refusal comes through (NotCoded among it)."""
    try:
        run(data)
    except AllianceError as refusal:
        check(refusal)
        return refusal
    return None


def check(refusal: AllianceError) -> None:
    """Raises NotCoded for a refusal without problems, and for a problem that has no code, no sentence or no way to be shown."""
    if not refusal.problems:
        raise NotCoded("a refusal without problems") from refusal
    for problem in refusal.problems:
        if not _CODE.fullmatch(problem.code) or problem.code not in _codes() or not problem.sentence:
            raise NotCoded(f"no code, or one without a page: {problem!r}") from refusal
        try:
            full(problem, WORDS["en"]).encode("utf-8")
        except (UnicodeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise NotCoded(f"{problem!r} cannot be shown") from error


@cache
def _codes() -> frozenset[str]:
    return frozenset(each.stem for each in packaged("rules").glob("AO*.md"))


def called(data: bytes) -> str:
    """What an input is called."""
    return sha256(data).hexdigest()[:16]


def corpus(name: str) -> list[bytes]:
    """The inputs that are kept of a target, in the order of their names."""
    file = CORPUS / f"{name}.zip"
    if not file.exists():
        return []
    with ZipFile(file) as archive:
        return [archive.read(each) for each in sorted(archive.namelist())]


def keep(name: str, inputs: Iterable[bytes]) -> None:
    """Make these inputs the corpus of a target; the same inputs give the same bytes."""
    CORPUS.mkdir(exist_ok=True)
    with ZipFile(CORPUS / f"{name}.zip", "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for each, data in sorted((called(data), data) for data in inputs):
            entry = ZipInfo(each, _FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, data)
