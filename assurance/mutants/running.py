"""Runs mutmut on a copy of the repository, and reads what it found. Only the environment of `make mutate` has mutmut.

mutmut writes a file beside each module that it changed, NAME.py.meta, with the exit code of the tests for each mutant so
far; null stands for one not tried. So a run that was stopped is gone on with.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from textwrap import dedent

from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code

from tests.tree import files

from ..promise import ROOT
from .kept import NOT_TRIED, Change, Module, Tried, hash_of, mutated_files

WORK = ROOT / "build" / "mutation"


def mutants_of(file: str, root: Path = ROOT) -> Module:
    """Every mutant of a module, none tried yet."""
    text = (root / file).read_text("utf-8")
    mutated = mutate_file_contents(file, text)
    lines = mutated.code.splitlines()
    spans = mutated.line_span_by_function_name
    of = {name: lines[span.start - 1 : span.end] for name, span in spans.items()}
    found = {}
    for name in mutated.mutant_names:
        function = name.rpartition("__mutmut_")[0] + "__mutmut"
        change = _change(
            [line.replace(f"{function}_orig", "f") for line in of[f"{function}_orig"]],
            [line.replace(name, "f") for line in of[name]],
        )
        found[name] = Tried(NOT_TRIED, change.hash, change)
    return Module(sha256(text.encode()).hexdigest(), found)


def _change(was: list[str], is_: list[str]) -> Change:
    lines = list(unified_diff(was, is_, n=0, lineterm=""))[3:]
    sides = (dedent("\n".join(line[1:] for line in lines if line[0] == side)).strip() for side in "-+")
    return Change(*sides)


def known(results: Mapping[str, Module]) -> dict[str, Module]:
    """Every mutant there is, with what was found of those whose module has not changed since."""
    found = {}
    for file in mutated_files():
        before = results.get(file)
        if before is None or before.sha256 != hash_of(file):
            found[file] = mutants_of(file)
        elif before.whole:
            found[file] = before
        else:
            mutants = {
                name: each.with_verdict(before.mutants[name].verdict) if name in before.mutants else each
                for name, each in mutants_of(file).mutants.items()
            }
            found[file] = replace(before, mutants=mutants)
    return found


def run(names: Iterable[str], jobs: int) -> None:
    """Copy the repository and let mutmut try these mutants; exits where mutmut cannot."""
    shutil.rmtree(WORK, ignore_errors=True)
    for path in files():
        copy = WORK / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    subprocess.run([sys.executable, "-m", "tests.drawn_laws"], cwd=WORK, check=True)
    program = Path(sys.executable).with_name("mutmut")
    log = WORK / "mutmut.log"
    with log.open("w") as out:
        command = [str(program), "run", "--max-children", str(jobs), *names]
        ended = subprocess.run(command, cwd=WORK, stdout=out, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        sys.exit(f"mutmut ended with {ended.returncode}: {log.read_text('utf-8', 'replace')[-3000:]}")


def found_so_far() -> dict[str, dict[str, str]]:
    """The verdicts of the copy, by module and mutant, of modules that have not changed since it was made."""
    found = {}
    for file in mutated_files():
        meta, source = WORK / "mutants" / f"{file}.meta", WORK / file
        if meta.exists() and source.read_bytes() == (ROOT / file).read_bytes():
            codes = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
            found[file] = {
                key.rpartition(".")[2]: status_by_exit_code[code] for key, code in codes.items() if code is not None
            }
    return found


def taken_in(results: Mapping[str, Module]) -> dict[str, Module]:
    """What is known, with what the copy says on top."""
    found, verdicts = known(results), found_so_far()
    for file, said in verdicts.items():
        mutants = {
            name: each.with_verdict(said[name]) if name in said else each for name, each in found[file].mutants.items()
        }
        found[file] = replace(found[file], mutants=mutants)
    return found


def full_name(file: str, name: str) -> str:
    """mutmut's name for a mutant of a module."""
    return f"{file.removesuffix('.py').replace('/', '.')}.{name}"
