"""Planted mistakes: each one, made in a copy of the package, must break a law; the copy as it is must break none.

A law test that no mistake can fail is decoration. The cases are drawn and answered by the oracle once; each copy then
settles them in a process of its own (tests/lawrun.py), which must end with a broken law and not with an error.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drawing import Case, to_csv, to_yaml
from tests.drawing_scores import RULES
from tests.lawrun import FAILED, REFUSED
from tests.mutants import MUTANTS, Mutant
from tests.strategies import CLAUSES, cases, many_payees, scorecards
from tests.tree import PACKAGE, ROOT

pytestmark = pytest.mark.untraced
OF_ALL, OF_EACH_KIND = 60, 20
LAWRUN = Path(__file__).with_name("lawrun.py")


def drawn_from(strategy: st.SearchStrategy[Case], count: int) -> list[Case]:
    """So many cases of a kind: the same in every run, until the strategies change."""
    found: list[Case] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def drawn_cases() -> list[Case]:
    """Cases of every kind, and some of each rule and clause by itself."""
    found = drawn_from(st.one_of(cases(), cases(), scorecards(), many_payees()), OF_ALL)
    for rule in RULES:
        found += drawn_from(cases(most_areas=1, rule=rule), OF_EACH_KIND)
    for clause in CLAUSES:
        found += drawn_from(cases(most_areas=1, clause=clause), OF_EACH_KIND)
    return found


def without_a_score(case: Case) -> Iterator[Case]:
    """The same case without the rows of an indicator that must be there."""
    for area in case.contract["result_areas"].values():
        for id_, about in area["indicators"].items():
            if "when_missing" not in {**area.get("defaults", {}), **about} and "value" not in about:
                rows = [each for each in case.rows if each["indicator"].partition(".")[0] != id_]
                yield replace(case, rows=rows)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn cases with the oracle's answers, and some that must be refused, in a file."""
    found = drawn_cases()
    answers: list[tuple[str, str, str, object]] = [
        (to_yaml(case.contract), to_csv(case.rows), case.period, {payee: case.expected(payee) for payee in case.payees})
        for case in found
    ]
    refused = islice((gone for case in found for gone in without_a_score(case)), 10)
    answers += [(to_yaml(case.contract), to_csv(case.rows), case.period, REFUSED) for case in refused]
    file = tmp_path_factory.mktemp("answered") / "cases.pickle"
    file.write_bytes(pickle.dumps(answers))
    return file


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the package."""
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def plant(folder: Path, mutant: Mutant) -> None:
    """Make the mistake in the copy."""
    module = folder / PACKAGE / mutant.module
    source = module.read_text(encoding="utf-8")
    times = source.count(mutant.snippet)
    assert times == 1, f"the snippet of {mutant.name!r} stands {times} times in {mutant.module}: it moved, mend it"
    module.write_text(source.replace(mutant.snippet, mutant.replacement), encoding="utf-8")


def run_laws(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    """Try the laws on the copy, in a process that finds the copy first."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, str(LAWRUN), str(file), str(folder)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_copy_as_it_is_breaks_no_law(copy: Path, answered: Path) -> None:
    """Without a mistake every law holds: what fails below fails because of the mistake."""
    run = run_laws(copy, answered)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith("laws hold: ")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_planted_mistake_breaks_a_law(mutant: Mutant, copy: Path, answered: Path) -> None:
    """The mistake is found by a law, not by an error of its own."""
    plant(copy, mutant)
    run = run_laws(copy, answered)
    assert run.returncode == FAILED, f"{mutant.name}: nothing noticed\n{run.stdout}{run.stderr}"
    assert run.stdout.startswith("law failed: case ")
    assert "it ends with" not in run.stdout


def test_a_mistake_that_moved_is_told(copy: Path) -> None:
    """A snippet that stands in its module no more fails the test by name, instead of testing nothing."""
    with pytest.raises(AssertionError, match="it moved, mend it"):
        plant(copy, Mutant("moved", "numbers.py", "this stands nowhere", ""))
