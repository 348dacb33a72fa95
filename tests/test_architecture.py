"""The plan of the house, held by reading the source: who may import whom, and who may touch the world.

The plan is the data at the top. A new room, a new dependency or a new exception is one line there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.tree import PACKAGE, ROOT, Module, modules

# Top to bottom: a room may import the rooms above it, never one below.
ROOMS = (
    "problems",
    "numbers",
    "files",
    "formula",
    "ledger",
    "series",
    "contract",
    "scoring",
    "payments",
    "measured",
    "calculation",
    "settlement",
    "scores",
    "batch",
    "reconcile",
    "sources",
    "measures",
    "disclosure",
    "measuring",
    "recorded",
    "folders",
    "survey",
    "checks",
    "comparison",
    "explain",
    "simulate",
    "scenarios",
    "statements",
    "evidence",
    "notebook",
    "cli",
    "__init__",
    "__main__",
)

# The verifier that a bundle carries: the standard library, and each other.
KERNEL = (
    "problems",
    "numbers",
    "formula.nodes",
    "formula.exact",
    "formula.across",
    "formula.steps",
    "formula.taken",
    "ledger",
    "calculation.form",
    "calculation.result",
    "calculation.plain",
    "statements.amounts",
    "evidence.canonical",
    "evidence.manifest",
    "evidence.chain",
    "evidence.recomputation",
    "evidence.alone",
)

# Where the world is read or written: files, the clock, the terminal, the environment, the network.
WORLD_ROOMS = (
    "cli",
    "files",
    "folders",
    "recorded",
    "sources",
    "contract.reading",
    "contract.loading",
    "contract.catalogue",
    "statements",
    "evidence",
)
# A module outside these rooms that needs one thing of the world: (place, what): why.
WORLD_EXCEPTIONS: dict[tuple[str, str], str] = {
    ("formula.proof.solver", "time"): "how long the slowest query took is told",
}
WORLD_MODULES = {
    "fileinput",
    "getpass",
    "glob",
    "http",
    "locale",
    "os",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "time",
    "urllib",
    "uuid",
    "webbrowser",
}
WORLD_CALLS = {"breakpoint", "input", "open", "print"}
WORLD_METHODS = {
    "cwd",
    "exists",
    "expanduser",
    "home",
    "iterdir",
    "is_dir",
    "is_file",
    "glob",
    "mkdir",
    "now",
    "open",
    "read_bytes",
    "read_text",
    "rglob",
    "rmdir",
    "today",
    "touch",
    "unlink",
    "utcnow",
    "write_bytes",
    "write_text",
}
WORLD_SYS = {"argv", "stderr", "stdin", "stdout"}

# Third-party packages, and where each may be imported at module level; () is nowhere, only inside a function.
THIRD_PARTY: dict[str, tuple[str, ...]] = {
    "altair": (),
    "babel": (),
    "duckdb": (),
    "jinja2": (),
    "markupsafe": (),
    "narwhals": (),
    "numpy": ("batch", "formula.vector", "notebook", "simulate"),
    "pandas": ("formula.vector", "notebook"),
    "polars": (),
    "psycopg": (),
    "pydantic": ("contract", "measures", "payments", "scoring", "sources"),
    "pydantic_core": ("contract", "measures", "payments", "scoring"),
    "py4j": (),
    "pyspark": (),
    "python_calamine": (),
    "rich": (),
    "typer": ("cli",),
    "typst": (),
    "xlsxwriter": (),
    "yaml": ("contract.reading", "sources"),
    "z3": (),
}


@dataclass(frozen=True)
class Import:
    """One imported module, by its full dotted name; `inside` a function, it costs nothing at start."""

    line: int
    target: str
    inside: bool

    @property
    def root(self) -> str:
        """The first part of the name."""
        return self.target.partition(".")[0]


def for_types_only(node: ast.AST) -> bool:
    """Is this `if TYPE_CHECKING:`, whose body never runs?"""
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def nodes(node: ast.AST, inside: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node that can run, and whether it stands inside a function."""
    yield node, inside
    inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    children = node.orelse if isinstance(node, ast.If) and for_types_only(node) else ast.iter_child_nodes(node)
    for child in children:
        yield from nodes(child, inside)


def imports(module: Module, known: frozenset[str]) -> Iterator[Import]:
    """What a module imports. `from package import name` is the module of that name, if there is one."""
    for node, inside in nodes(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(node.lineno, inner if inner in known else base, inside)


def absolute(module: Module, node: ast.ImportFrom) -> str:
    """The full name of the module in `from ... import`."""
    if not node.level:
        return node.module or ""
    up = node.level - 1 if module.is_package else node.level
    parts = module.name.split(".")
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def inner_imports(module: Module, known: frozenset[str]) -> Iterator[tuple[Import, Module]]:
    """Imports of this package's own modules, each with the module it means."""
    for item in imports(module, known):
        if item.root == PACKAGE:
            yield item, Module(item.target, "")


def names(house: Iterable[Module]) -> frozenset[str]:
    """The dotted names of the modules."""
    return frozenset(module.name for module in house)


def unknown_rooms(house: Iterable[Module]) -> list[str]:
    """Modules that stand in no room of the plan."""
    return [f"{m.name}: {m.room!r} is not in ROOMS: add it where it belongs" for m in house if m.room not in ROOMS]


def upward_imports(house: tuple[Module, ...]) -> list[str]:
    """Imports that go against the order of the rooms."""
    return [
        f"{module.name}:{item.line}: {module.room} may not import {item.target} from below"
        for module in house
        for item, target in inner_imports(module, names(house))
        if module.room in ROOMS and target.room in ROOMS[ROOMS.index(module.room) + 1 :]
    ]


def cycles(house: tuple[Module, ...]) -> list[str]:
    """Rings of modules that import each other."""
    known = names(house)
    graph = {module.name: {item.target for item, _ in inner_imports(module, known)} - {module.name} for module in house}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def kernel_leaks(house: tuple[Module, ...]) -> list[str]:
    """What the kernel imports beyond the standard library and itself."""
    known = names(house)
    return [
        f"{module.name}:{item.line}: the kernel may not import {item.target}"
        for module in house
        if module.within(*KERNEL)
        for item in imports(module, known)
        if item.root not in sys.stdlib_module_names and not Module(item.target, "").within(*KERNEL)
    ]


def worldly(module: Module) -> Iterator[tuple[int, str]]:
    """Each use of a file, the clock, the terminal, the environment, the network or chance."""
    for item in imports(module, frozenset()):
        if item.root in WORLD_MODULES:
            yield item.line, item.root
    for node, _ in nodes(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in WORLD_CALLS:
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr=name)) if name in WORLD_METHODS:
                yield node.lineno, name
            case ast.Attribute(value=ast.Name(id="sys"), attr=name) if name in WORLD_SYS:
                yield node.lineno, f"sys.{name}"
            case _:
                pass


def worldly_outside(house: Iterable[Module]) -> list[str]:
    """Uses of the world outside the rooms for it."""
    return [
        f"{module.name}:{line}: {what} belongs to {', '.join(WORLD_ROOMS)}"
        for module in house
        if not module.within(*WORLD_ROOMS)
        for line, what in worldly(module)
        if not any(module.within(place) and what == thing for place, thing in WORLD_EXCEPTIONS)
    ]


def blunt_places(module: Module) -> Iterator[tuple[int, str]]:
    """Each evaluation of text, and each handler that swallows every error."""
    for node, _ in nodes(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="eval" | "exec" as name)):
                yield node.lineno, name
            case ast.ExceptHandler(type=None):
                yield node.lineno, "a bare except"
            case ast.ExceptHandler(type=ast.expr() as caught):
                caught_names = {part.id for part in ast.walk(caught) if isinstance(part, ast.Name)}
                if caught_names & {"Exception", "BaseException"}:
                    yield node.lineno, f"except {ast.unparse(caught)}"
            case _:
                pass


def blunt(house: Iterable[Module]) -> list[str]:
    """Evaluated text and caught-all errors, anywhere."""
    return [f"{module.name}:{line}: {what}" for module in house for line, what in blunt_places(module)]


def misplaced_dependencies(house: tuple[Module, ...]) -> list[str]:
    """Third-party packages nobody declared, or imported at module level where that costs every start."""
    found = []
    for module in house:
        for item in imports(module, frozenset()):
            if item.root == PACKAGE or item.root in sys.stdlib_module_names:
                continue
            if item.root not in THIRD_PARTY:
                found.append(f"{module.name}:{item.line}: {item.root} is not in THIRD_PARTY: declare it there")
            elif not item.inside and not module.within(*THIRD_PARTY[item.root]):
                found.append(f"{module.name}:{item.line}: import {item.root} inside the function that uses it")
    return found


def undocumented(house: Iterable[Module]) -> list[str]:
    """Modules that do not begin by saying what they are."""
    return [f"{module.name} has no docstring" for module in house if not ast.get_docstring(module.tree)]


Rule = Callable[[tuple[Module, ...]], list[str]]
RULES: list[Rule] = [
    unknown_rooms,
    upward_imports,
    cycles,
    kernel_leaks,
    worldly_outside,
    blunt,
    misplaced_dependencies,
    undocumented,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_to_the_plan(rule: Rule) -> None:
    """Every rule holds over every module there is."""
    found = rule(modules())
    assert not found, "\n".join(found)


def test_the_package_was_read() -> None:
    """Where there is a package, its modules were found: no rule passes on nothing."""
    if (ROOT / PACKAGE / "__init__.py").exists():
        assert {PACKAGE, f"{PACKAGE}.numbers"} <= names(modules())


def house_of(sources: dict[str, str]) -> tuple[Module, ...]:
    """A small package to try a rule on; a name that ends with a slash is a package of its own."""
    return tuple(
        Module(f"{PACKAGE}.{name.rstrip('/')}", text, is_package=name.endswith("/")) for name, text in sources.items()
    )


BREACHES: list[tuple[Rule, dict[str, str]]] = [
    (unknown_rooms, {"helpers": ""}),
    (upward_imports, {"numbers": "from .contract import model"}),
    (upward_imports, {"numbers": "from . import cli", "cli": ""}),
    (upward_imports, {"numbers": "def f():\n    import alliance_outcomes.settlement"}),
    (upward_imports, {"settlement": "from alliance_outcomes import __version__"}),
    (upward_imports, {"formula.nodes": "from ..contract.model import Contract", "contract.model": ""}),
    (upward_imports, {"formula/": "from ..ledger import Line"}),
    (upward_imports, {"numbers": "if TYPE_CHECKING:\n    pass\nelse:\n    from . import cli", "cli": ""}),
    (cycles, {"formula.a": "from .b import x", "formula.b": "from . import a"}),
    (cycles, {"formula/": "from .a import x", "formula.a": "from . import x"}),
    (
        cycles,
        {"formula.a": "from . import b", "formula.b": "from . import c", "formula.c": "from . import a"},
    ),
    (kernel_leaks, {"formula.exact": "import numpy"}),
    (kernel_leaks, {"formula.exact": "def f():\n    from .parse import parse", "formula.parse": ""}),
    (kernel_leaks, {"ledger": "from .contract import model"}),
    (worldly_outside, {"settlement": "import os.path"}),
    (worldly_outside, {"settlement": "from time import monotonic"}),
    (worldly_outside, {"settlement": "def f():\n    import random"}),
    (worldly_outside, {"settlement": "print('x')"}),
    (worldly_outside, {"settlement": "open('x')"}),
    (worldly_outside, {"settlement": "datetime.now()"}),
    (worldly_outside, {"settlement": "datetime.date.today()"}),
    (worldly_outside, {"settlement": "Path('x').read_text()"}),
    (worldly_outside, {"settlement": "import sys\nsys.stderr.write('x')"}),
    (worldly_outside, {"contract.model": "open('x')"}),
    (blunt, {"cli": "eval('1')"}),
    (blunt, {"cli": "exec('1')"}),
    (blunt, {"cli": "try:\n    f()\nexcept:\n    pass"}),
    (blunt, {"cli": "try:\n    f()\nexcept (ValueError, Exception):\n    pass"}),
    (blunt, {"cli": "try:\n    f()\nexcept BaseException as error:\n    raise"}),
    (misplaced_dependencies, {"settlement": "import pandas as pd"}),
    (misplaced_dependencies, {"settlement": "class A:\n    import numpy"}),
    (misplaced_dependencies, {"settlement": "try:\n    import polars\nexcept ImportError:\n    polars = None"}),
    (misplaced_dependencies, {"settlement": "def f():\n    import click"}),
    (misplaced_dependencies, {"contract.model": "import yaml"}),
    (undocumented, {"settlement": "x = 1"}),
]

KEPT: list[tuple[Rule, dict[str, str]]] = [
    (unknown_rooms, {"numbers": "", "formula.nodes": "", "__main__": ""}),
    (upward_imports, {"cli": "from alliance_outcomes.settlement import settle\nfrom .numbers import percent"}),
    (upward_imports, {"numbers": "if TYPE_CHECKING:\n    from .contract import Contract"}),
    (upward_imports, {"numbers": "import numbers\nfrom .problems import Problem"}),
    (cycles, {"formula/": "from .a import x", "formula.a": "from . import b", "formula.b": ""}),
    (kernel_leaks, {"formula.exact": "from fractions import Fraction\nfrom .nodes import Number"}),
    (
        worldly_outside,
        {"settlement": "from datetime import date\nfrom pathlib import Path\nx: Path\ndate(2023, 1, 1)"},
    ),
    (
        worldly_outside,
        {"contract.reading": "open('x')", "cli.settle": "print('x')", "statements/": "import os"},
    ),
    (blunt, {"cli": "try:\n    f()\nexcept (ValueError, KeyError):\n    pass\nre.compile('x')"}),
    (
        misplaced_dependencies,
        {"settlement": "def f():\n    import pandas", "formula.vector.tape": "import numpy"},
    ),
    (misplaced_dependencies, {"settlement": "if typing.TYPE_CHECKING:\n    import pandas"}),
    (undocumented, {"settlement": '"""What is due."""'}),
]


@pytest.mark.parametrize(("rule", "sources"), BREACHES)
def test_a_breach_is_found(rule: Rule, sources: dict[str, str]) -> None:
    """Every rule bites: one finding for one planted breach."""
    assert len(rule(house_of(sources))) == 1


@pytest.mark.parametrize(("rule", "sources"), KEPT)
def test_what_the_plan_allows_passes(rule: Rule, sources: dict[str, str]) -> None:
    """No rule finds fault with what is meant to be there."""
    assert not rule(house_of(sources))


def test_an_exception_is_for_one_place_and_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception opens one thing to one module, and nothing else."""
    monkeypatch.setitem(WORLD_EXCEPTIONS, ("simulate", "random"), "chance is what it is about")
    assert not worldly_outside(house_of({"simulate": "import random"}))
    assert worldly_outside(house_of({"simulate": "import time"}))
    assert worldly_outside(house_of({"scenarios": "import random"}))
