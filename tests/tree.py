"""The files of this repository, as the tests on its own house read them."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "alliance_outcomes"
NOT_OURS = {
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "_build",
    "build",
    "dist",
    "htmlcov",
}


@dataclass(frozen=True)
class Module:
    """One module of the package: its dotted name, its text and its syntax tree."""

    name: str
    source: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        """The syntax tree of the text."""
        return ast.parse(self.source)

    @property
    def room(self) -> str:
        """The part directly below the package; the package's own module is the room `__init__`."""
        return [*self.name.split("."), "__init__"][1]

    def within(self, *places: str) -> bool:
        """Is this module one of the places, or below one? A place is a dotted name below the package."""
        return any(f"{self.name}.".startswith(f"{PACKAGE}.{place}.") for place in places)


def files() -> list[Path]:
    """Every file tracked or about to be; without git (a source package), every file but the caches."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listing = ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"]
        listed = subprocess.run(listing, capture_output=True, check=True, encoding="utf-8").stdout
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = list(walk(ROOT))
    return sorted(path for path in found if path.is_file())


def walk(folder: Path) -> Iterator[Path]:
    """Files below a folder, leaving out environments, caches and what was built."""
    for path in folder.iterdir():
        if path.is_file():
            yield path
        elif path.name not in NOT_OURS and not (path / "pyvenv.cfg").exists():
            yield from walk(path)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, in the order of their names."""
    folder = ROOT / PACKAGE
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found.append(Module(name, path.read_text(encoding="utf-8"), is_package))
    return tuple(found)
