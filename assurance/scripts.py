"""Scripts: the page that computes a settlement in a browser says what the package says."""

from __future__ import annotations

import re

from .promise import Found, Promise, python

PROMISE = Promise(
    title="The page that settles in a browser comes to every value, score, line, balance and total of the package.",
    made="In Chromium the page of each contract is given a thousand settings, at least half of them exactly where something is "
    "decided; then random formulas, exponentials and splits of lines are read by both.",
    command="ALLIANCE_EXAMPLES=1000 python -m pytest -s tests/test_whatif_page.py tests/test_javascript.py",
    budget=300,
    programs=("chromium",),
)
EXAMPLES = "1000"
TRIED = re.compile(r"Tried\(.*\bsettings=(\d+), on_edge=(\d+)")


def run(quick: bool) -> Found:
    """All of it; quickly, without the contracts."""
    files = [] if quick else ["tests/test_whatif_page.py::test_the_page_settles_as_the_package_does"]
    words = ["-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *files, "tests/test_javascript.py"]
    many = {} if quick else {"ALLIANCE_EXAMPLES": EXAMPLES}
    tried = python(*words, settings={"ALLIANCE_NO_SKIP": "1", **many})
    rows = [(int(settings), int(edges)) for settings, edges in TRIED.findall(tried.stdout)]
    settings, edges = (sum(row[at] for row in rows) for at in (0, 1))
    holds = tried.returncode == 0 and (quick or bool(rows))
    figure = (
        f"{len(rows)} contracts, {settings:,} settlements, {edges:,} on an edge: {'none' if holds else 'some'} differ"
    )
    return Found(figure, holds, tried.stdout + tried.stderr)
