"""What is kept of mutants: that it fits the sources, and that a survivor without a reason, or a reason without one, is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from assurance.mutants import kept
from assurance.mutants.kept import (
    Change,
    Explanation,
    Module,
    Tried,
    faults,
    hash_of,
    mutated_files,
    read_results,
    write_results,
)
from tests.tree import ROOT

NUMBERS = "alliance_outcomes/numbers.py"
CHANGE = Change("sign = -1 if units < 0 else 1", "sign = -1 if units <= 0 else 1")
REASON = Explanation(NUMBERS, CHANGE, "Nothing is shared in parts of nothing.")
CAUGHT = Tried("killed", "0" * 8)
SURVIVOR = Tried("survived", CHANGE.hash, CHANGE)


@pytest.fixture
def only_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if one module alone were to be tried."""
    monkeypatch.setattr(kept, "mutated_files", lambda: [NUMBERS])


def of(**mutants: Tried) -> dict[str, Module]:
    """Results of the module as it is."""
    return {NUMBERS: Module(hash_of(NUMBERS), mutants)}


@pytest.mark.usefixtures("only_numbers")
def test_what_was_noticed_or_explained_holds() -> None:
    """Nothing is said against it."""
    assert not list(faults(of(f_1=CAUGHT, f_2=Tried("timeout", "0" * 8)), []))
    assert not list(faults(of(f_1=CAUGHT, f_2=SURVIVOR), [REASON]))


@pytest.mark.usefixtures("only_numbers")
@pytest.mark.parametrize(
    ("results", "explained", "said"),
    [
        ({}, [], "was never tried"),
        ({NUMBERS: Module("0" * 64, {"f_1": CAUGHT})}, [], "has changed since it was tried"),
        (
            of(f_1=CAUGHT, f_2=Tried("not tried", "0" * 8)),
            [],
            "1 mutants of alliance_outcomes/numbers.py were not tried",
        ),
        ({**of(f_1=CAUGHT), "gone.py": Module("", {})}, [], "gone.py is not to be tried, and has results"),
        (of(f_1=SURVIVOR), [], "nobody noticed, and nobody said why: f_1"),
        (of(f_1=Tried("no tests", CHANGE.hash, CHANGE)), [], "nobody noticed, and nobody said why: f_1"),
        (of(f_1=CAUGHT), [REASON], "explained, and no such mutant survives\n- sign = -1 if units < 0 else 1"),
        (of(f_1=SURVIVOR), [Explanation("other.py", CHANGE, "No.")], "nobody said why"),
        (of(f_1=SURVIVOR), [Explanation(NUMBERS, CHANGE, "")], "no reason is given"),
    ],
)
def test_what_does_not_hold_is_told(results: dict[str, Module], explained: list[Explanation], said: str) -> None:
    """A module that changed or was forgotten, a survivor nobody explained, an explanation that outlived its mutant."""
    assert any(said in fault for fault in faults(results, explained))


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    """In the order of their numbers; only of a survivor is the change kept."""
    mutants = {"f_10": CAUGHT, "f_9": SURVIVOR, "f_2": Tried("not tried", CHANGE.hash, CHANGE)}
    file = tmp_path / "results.json"
    write_results(of(**mutants), file)
    found = read_results(file)[NUMBERS]
    assert list(found.mutants) == ["f_2", "f_9", "f_10"]
    assert found.mutants == {**mutants, "f_2": Tried("not tried", CHANGE.hash)}
    assert not found.whole
    write_results(read_results(file), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()


def test_every_module_to_be_tried_is_there() -> None:
    """The patterns of pyproject.toml find the numbers, the exact reader, the ledger, settle, clauses and rules."""
    found = mutated_files()
    assert {NUMBERS, "alliance_outcomes/formula/exact.py", "alliance_outcomes/ledger.py"} < set(found)
    for folder in ("payments", "scoring"):
        assert {str(path.relative_to(ROOT)) for path in (ROOT / "alliance_outcomes" / folder).glob("*.py")} < set(found)
