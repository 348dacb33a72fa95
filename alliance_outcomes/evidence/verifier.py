"""Writes verify.py: the exact reader, the ledger and the comparison, carried as their own source in one file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = "alliance_outcomes"
# What the program imports first; all else that it needs follows from the imports of these.
_START = f"{PACKAGE}.evidence.alone"
_HEAD = '''\
"""Verifies the bundle beside it with nothing but the Python standard library (3.11 or newer):

    python -I -S verify.py [HASH]

It checks every file against manifest.json (and manifest.json against HASH, where given), computes every amount of
settlement.json again from calculation.json, and follows the chain. It does not read the contract again.

Below stand modules of alliance_outcomes {version}, word for word: the same that settled. This file was written by
a program; the modules' own tests are in the project.
"""

import sys
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.util import spec_from_loader
from pathlib import Path

SOURCES = {{}}


class Carried(MetaPathFinder, InspectLoader):
    """Imports the modules that this file carries, and no other module of their name."""

    def find_spec(self, name, path=None, target=None):
        return spec_from_loader(name, self) if name in SOURCES else None

    def is_package(self, name):
        return any(other.startswith(name + ".") for other in SOURCES)

    def get_source(self, name):
        return SOURCES[name]

'''
_FOOT = """
if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("verify.py needs Python 3.11 or newer.")
    sys.meta_path.insert(0, Carried())
    from alliance_outcomes.evidence.alone import main

    sys.exit(main(Path(__file__).resolve().parent, sys.argv[1:]))
"""


@cache
def verifier() -> bytes:
    """The text of verify.py; always the same for one version of the package."""
    root = Path(__file__).parents[1]
    found: dict[str, str] = {}
    waiting = [_START]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _source(root, name)
            waiting += _imported(name, found[name], root)
    for name in list(found):
        parts = name.split(".")
        found |= {".".join(parts[:n]): "" for n in range(1, len(parts)) if ".".join(parts[:n]) not in found}
    from importlib.metadata import version

    modules = "".join(f"\nSOURCES[{name!r}] = {_quoted(found[name])}\n" for name in sorted(found))
    return (_HEAD.format(version=version("alliance-outcomes")) + modules + _FOOT).encode("utf-8")


def _source(root: Path, name: str) -> str:
    return root.joinpath(*name.split(".")[1:]).with_suffix(".py").read_text("utf-8")


def _imported(name: str, source: str, root: Path) -> Iterator[str]:
    """The modules of this package that a module imports, as it is written."""
    here = name.split(".")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*here[: -node.level], *(node.module or "").split(".")] if node.module else here[: -node.level]
            if root.joinpath(*base[1:]).with_suffix(".py").is_file():
                yield ".".join(base)
            else:
                yield from (".".join([*base, alias.name]) for alias in node.names)


def _quoted(source: str) -> str:
    """A literal of the source that shows it word for word, wherever it can."""
    return repr(source) if "'''" in source else f"r'''{source}'''"
