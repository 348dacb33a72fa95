"""The modules that decide amounts and keep evidence: every branch of them is run by the tests.

``python -m tests.covered`` reads what the run of the tests before it left, prints what a module misses, and then ends with
exit code 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

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


def main() -> int:
    """Print how many branches there are and what is missed of them; 1 where something is."""
    coverage = Coverage()
    coverage.load()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        coverage.json_report(include=[str(each) for each in files().values()], outfile=str(file))
        found = json.loads(file.read_text("utf-8"))
    missed = [path for path, each in found["files"].items() if each["missing_lines"] or each["missing_branches"]]
    if missed:
        coverage.report(include=missed, show_missing=True)
    branches, open_ = (found["totals"][each] for each in ("num_branches", "missing_branches"))
    print(f"{len(files())} modules, {branches:,} branches: {open_:,} missed, in {len(missed):,} modules")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
