"""The readers agree on whole settlements: a share of what ``python -m tests.vector_law`` tries (law 8)."""

from __future__ import annotations

import pytest

from tests.conftest import EXAMPLES
from tests.vector_law import agree


@pytest.mark.untraced
def test_the_vector_reader_agrees_with_the_exact_one() -> None:
    """Each value within the bound stated beside it, each certified line the exact one; with ALLIANCE_EXAMPLES 100,000."""
    tried = agree(100_000 if EXAMPLES else 1_500)
    assert not tried.wrong
    assert tried.settlements >= 1_500
    assert tried.values > 10 * tried.settlements
    assert tried.certified > tried.undecided
