"""What others may rely on: the names of the package and their signatures, and that types are shipped."""

from __future__ import annotations

import subprocess
import sys

import pytest

import alliance_outcomes
from tests.api import told
from tests.running import alliance
from tests.tree import PACKAGE, ROOT


def test_the_public_names_are_those_of_the_committed_list() -> None:
    """A change of a name or a signature is one line of a committed file; ``python -m tests.api`` writes it anew."""
    assert told() == (ROOT / "tests" / "api.txt").read_text("utf-8"), "python -m tests.api > tests/api.txt"


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    """Each can be imported by itself, has a docstring and is offered to the tab key; others are refused."""
    assert dir(alliance_outcomes) == sorted(alliance_outcomes.__all__)
    assert all(getattr(alliance_outcomes, name).__doc__ for name in alliance_outcomes.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'setle'"):
        _ = alliance_outcomes.setle
    assert (ROOT / PACKAGE / "py.typed").exists()


def test_a_public_name_imports_no_more_than_it_needs() -> None:
    """The package itself, an error or a contract costs no pandas."""
    program = f"import sys; from {PACKAGE} import DataError, load_contract; print('pandas' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_the_version_is_told() -> None:
    """That of the installed package."""
    from importlib.metadata import version

    run = alliance("--version")
    assert (run.code, run.out) == (0, f"alliance {version('alliance-outcomes')}\n")
