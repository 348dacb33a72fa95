"""The page of the figures, docs/assurance.md: what is promised, what runs of the commands came to, and how each is made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tests.hostile.rows import SECTIONS
from tests.laws import LAWS

from .promise import ROOT, Found, Promise, command

ROW = re.compile(r"^\| `(\w+)` \| .* \| (.*) \| (.*) \|$", re.MULTILINE)
OPENING = """\
# Assurance

How this project tests itself, with figures that anyone can make again: `make assure` tries every promise below, prints this
table, writes this page and exits 1 if any promise falls short. `python -m assurance NAME` tries one. It takes less than 30
minutes on two cores, and exits 1 where it takes longer. Seeds are fixed, so the same sources come to the same figures on any
machine; only `fuzz` and `laws` draw anew each time. A promise whose tool is missing on the machine is not tried, and counts as
short.

`make test` tries a part of each, besides some thousands of examples, cases and rules of the house.

## Promises

| name | promise | figure | verdict |
|---|---|---|---|
"""
MADE = """
## How each is made

"""
LAWS_OPENING = """
## The laws

What every settlement obeys, and the property tests that hold it (below `tests/`). Each draws contracts and data at random,
most values exactly on a level, a gate, a limit or half a cent.

| law | tests |
|---|---|
"""
ROWS_OPENING = """
## Bad inputs

What happens where an input is used naively was measured with the libraries that are used here. Each row has tests of its
name (below `tests/`); one more row in `tests/hostile/rows.py` is one more line here, and needs its test.
"""
FOUND = """
## What was found and mended

What runs of these commands, and the tests that grew out of them, brought to light. From the [changelog](../CHANGELOG.md).

"""
HEADING = "### Found and mended by assurance"


def page(promises: Mapping[str, Promise], found: Mapping[str, Found], kept: str = "") -> str:
    """The whole page. A promise that was not tried now keeps the figure and the verdict that ``kept``, the page so far, has."""
    return "".join([OPENING, *_figures(promises, found, kept), MADE, *_made(promises), *_laws(), *_rows(), *_found()])


def _figures(promises: Mapping[str, Promise], found: Mapping[str, Found], kept: str) -> Iterator[str]:
    figures = {name: (figure, verdict) for name, figure, verdict in ROW.findall(kept)}
    figures |= {name: (each.figure, each.verdict) for name, each in found.items()}
    for name, promise in promises.items():
        yield f"| `{name}` | {promise.title} | {' | '.join(figures.get(name, ('', 'not tried')))} |\n"


def _made(promises: Mapping[str, Promise]) -> Iterator[str]:
    for name, promise in promises.items():
        yield f"- `{name}`: {promise.made} By `{command(name, promise)}`.\n"


def _laws() -> Iterator[str]:
    yield LAWS_OPENING
    for number, law in LAWS.items():
        yield f"| {number}. {law.sentence} | {_tests(law.tests)} |\n"


def _rows() -> Iterator[str]:
    yield ROWS_OPENING
    for section, rows in SECTIONS.items():
        yield f"\n### {section}\n\n| input | used naively | here | tests |\n|---|---|---|---|\n"
        for row in rows:
            cells = (_cell(each) for each in (row.input, row.naively, row.required))
            yield f"| {' | '.join(cells)} | {_tests(row.tests)} |\n"


def _tests(tests: Sequence[str]) -> str:
    """The names of tests, those of one function together."""
    return "<br>".join(f"`{each}`" for each in dict.fromkeys(test.partition("[")[0] for test in tests))


def _cell(text: str) -> str:
    """A text as a cell of a table, in which a bar would end it."""
    return text.replace("|", "\\|")


def _found() -> Iterator[str]:
    """The list in the changelog under the heading for it."""
    _, _, below = (ROOT / "CHANGELOG.md").read_text("utf-8").partition(f"{HEADING}\n\n")
    if below:
        yield FOUND
        yield below.partition("\n#")[0].strip() + "\n"
