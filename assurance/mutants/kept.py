"""What was found of each mutant, as it is kept: results.json, explained.yaml, and whether they still fit the sources."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

from ..promise import ROOT

HERE = Path(__file__).parent
RESULTS, EXPLAINED = HERE / "results.json", HERE / "explained.yaml"
CAUGHT = ("killed", "timeout")
NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Change:
    """What a mutant changes: the lines that were, and the lines that are instead, without their indentation."""

    was: str
    is_: str

    @property
    def hash(self) -> str:
        """Eight letters that tell this change from another."""
        return sha256(f"{self.was}\0{self.is_}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Tried:
    """What came of a mutant: killed (a test failed), timeout, survived, or not tried yet; a survivor's ``change`` is kept."""

    verdict: str
    hash: str
    change: Change | None = None

    @property
    def caught(self) -> bool:
        """Whether the tests noticed."""
        return self.verdict in CAUGHT

    def with_verdict(self, verdict: str) -> Tried:
        """The same mutant, tried."""
        return Tried(verdict, self.hash, self.change)


@dataclass(frozen=True)
class Module:
    """The mutants of one module, by mutmut's names for them, and the hash of the text they were made of."""

    sha256: str
    mutants: Mapping[str, Tried] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every mutant was tried."""
        return all(each.verdict != NOT_TRIED for each in self.mutants.values())


@dataclass(frozen=True)
class Explanation:
    """Why no test can notice a change in a module."""

    file: str
    change: Change
    why: str


def hash_of(file: str) -> str:
    """The SHA-256 of a module's text."""
    return sha256((ROOT / file).read_bytes()).hexdigest()


def mutated_files() -> list[str]:
    """The modules that mutmut is to change, by their paths from the root."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    package = [str(path.relative_to(ROOT)) for path in (ROOT / "alliance_outcomes").rglob("*.py")]
    return sorted(path for path in package if any(fnmatch(path, each) for each in settings["only_mutate"]))


def read_results(file: Path = RESULTS) -> dict[str, Module]:
    """What is kept, by module."""
    if not file.exists():
        return {}
    return {
        path: Module(about["sha256"], {name: _tried(each) for name, each in about["mutants"].items()})
        for path, about in json.loads(file.read_text("utf-8")).items()
    }


def _tried(kept: Mapping[str, str]) -> Tried:
    change = Change(kept["was"], kept["is"]) if "was" in kept else None
    return Tried(kept["verdict"], kept["hash"], change)


def write_results(results: Mapping[str, Module], file: Path = RESULTS) -> None:
    """Keep what was found: a line a mutant, in the order of their names."""
    modules = []
    for path, module in sorted(results.items()):
        lines = ",\n".join(
            f"      {_json(name)}: {_json(_kept(each))}" for name, each in sorted(module.mutants.items(), key=_in_order)
        )
        modules.append(
            f'  {_json(path)}: {{\n    "sha256": "{module.sha256}",\n    "mutants": {{\n{lines}\n    }}\n  }}'
        )
    file.write_text("{\n" + ",\n".join(modules) + "\n}\n", "utf-8")


def _kept(each: Tried) -> dict[str, str]:
    told = {"verdict": each.verdict, "hash": each.hash}
    if each.caught or each.verdict == NOT_TRIED or each.change is None:
        return told
    return {**told, "was": each.change.was, "is": each.change.is_}


def _in_order(item: tuple[str, Tried]) -> tuple[str, int]:
    function, _, number = item[0].rpartition("_")
    return function, int(number)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_explained(file: Path = EXPLAINED) -> list[Explanation]:
    """Every explanation that was written."""
    import yaml

    rows = yaml.safe_load(file.read_text("utf-8")) or []
    return [Explanation(row["file"], Change(row["was"].strip(), row["is"].strip()), row["why"].strip()) for row in rows]


def faults(results: Mapping[str, Module], explained: list[Explanation]) -> Iterator[str]:
    """Where what is kept does not fit the sources, and every survivor or explanation that stands alone."""
    files = mutated_files()
    for path in files:
        if path not in results:
            yield f"{path} was never tried"
        elif results[path].sha256 != hash_of(path):
            yield f"{path} has changed since it was tried"
        elif left := sum(each.verdict == NOT_TRIED for each in results[path].mutants.values()):
            yield f"{left} mutants of {path} were not tried"
    for path in sorted(set(results) - set(files)):
        yield f"{path} is not to be tried, and has results"
    survivors = {(path, each.change): name for path, name, each in _survivors(results)}
    for path, name in sorted(unexplained(results, explained)):
        change = results[path].mutants[name].change
        yield f"{path}: nobody noticed, and nobody said why: {name}{_shown(change)}"
    for each in explained:
        if (each.file, each.change) not in survivors:
            yield f"{each.file}: explained, and no such mutant survives{_shown(each.change)}"
        if not each.why:
            yield f"{each.file}: no reason is given{_shown(each.change)}"


def unexplained(results: Mapping[str, Module], explained: list[Explanation]) -> set[tuple[str, str]]:
    """The survivors that nobody gave a reason for, by module and name."""
    reasons = {(each.file, each.change) for each in explained}
    return {(path, name) for path, name, each in _survivors(results) if (path, each.change) not in reasons}


def _survivors(results: Mapping[str, Module]) -> Iterator[tuple[str, str, Tried]]:
    for path, module in results.items():
        for name, each in module.mutants.items():
            if not each.caught and each.verdict != NOT_TRIED:
                yield path, name, each


def _shown(change: Change | None) -> str:
    return "" if change is None else f"\n- {change.was}\n+ {change.is_}"
