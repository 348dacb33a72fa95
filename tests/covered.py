"""The modules that decide amounts and keep evidence: every branch of them is run by the tests.

``python -m tests.covered`` reads what the run of the tests before it left, prints what a module misses, and then ends with
exit code 1.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from coverage import Coverage

from tests.tree import PACKAGE, ROOT

ROOMS = (
    *("numbers.py", "ledger.py", "measured.py", "scores.py", "settlement.py"),
    *("formula/", "contract/", "calculation/", "payments/", "scoring/", "evidence/"),
)


def files() -> dict[str, Path]:
    """The modules of the rooms, by their name in the package."""
    found = ((file.relative_to(ROOT / PACKAGE).as_posix(), file) for file in ROOT.joinpath(PACKAGE).rglob("*.py"))
    return {name: file for name, file in sorted(found) if name.startswith(ROOMS)}


def whole(coverage: Coverage, file: Path) -> bool:
    """Whether nothing of a module is missed."""
    with redirect_stdout(StringIO()):
        return coverage.report(include=[str(file)]) == 100


def main() -> int:
    """Print what is missed by modules that are to miss nothing; 1 where something is."""
    coverage = Coverage()
    coverage.load()
    missed = [file for file in files().values() if not whole(coverage, file)]
    if missed:
        coverage.report(include=list(map(str, missed)), show_missing=True)
    print(f"{len(files()) - len(missed)} of {len(files())} modules miss no branch.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
