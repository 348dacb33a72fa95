"""A fixed set of drawn contracts against the oracle and the laws, a test a kind: for mutants, which are many.

``make mutate`` names this file, and no test run finds it by itself: test_laws.py draws its contracts anew. To draw takes
longer than to settle, so ``python -m tests.drawn_laws`` does it once, into a file that the tests read.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import strategies as st

from alliance_outcomes.settlement import Settled
from tests.drawing import Case, to_csv, to_yaml
from tests.drawing_scores import RULES
from tests.lawrun import REFUSED, faults
from tests.strategies import CLAUSES, cases, many_payees, scorecards
from tests.test_mutants import drawn_from, without_a_score
from tests.tree import ROOT

FILE = ROOT / "drawn_laws.pickle"
KINDS: dict[str, tuple[st.SearchStrategy[Case], int]] = {
    "any": (cases(), 20),
    "scorecard": (scorecards(), 10),
    "many": (many_payees(), 10),
    **{f"rule {rule}": (cases(most_areas=1, rule=rule), 10) for rule in RULES},
    **{f"clause {clause}": (cases(most_areas=1, clause=clause), 10) for clause in CLAUSES},
    **{f"{each} carrying": (cases(most_areas=1, clause=each, carrying=True), 25) for each in ("limit", "sharing")},
}


def answered(drawn: list[Case]) -> Iterator[tuple[str, str, str, Any, Settled | None]]:
    """The cases with the oracle's answers and what was stated before, and two that must be refused."""
    for case in drawn:
        outcomes = {payee: case.expected(payee) for payee in case.payees}
        yield to_yaml(case.contract), to_csv(case.rows), case.period, outcomes, case.earlier
    for spoiled in islice((each for case in drawn for each in without_a_score(case)), 2):
        yield to_yaml(spoiled.contract), to_csv(spoiled.rows), spoiled.period, REFUSED, spoiled.earlier


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawn_case_comes_to_what_the_oracle_says(kind: str) -> None:
    """Every amount is the oracle's, and every law holds."""
    for *case, earlier in pickle.loads(FILE.read_bytes())[kind]:
        assert not list(faults(tuple(case), earlier))


if __name__ == "__main__":
    FILE.write_bytes(pickle.dumps({kind: list(answered(drawn_from(*about))) for kind, about in KINDS.items()}))
