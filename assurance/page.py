"""The page of the figures, docs/assurance.md: what is promised, what runs of the commands came to, and how each is made."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .promise import Found, Promise, command

ROW = re.compile(r"^\| `(\w+)` \| .* \| (.*) \| (.*) \|$", re.MULTILINE)
OPENING = """\
# Assurance

How this project tests itself, with figures that anyone can make again: `make assure` tries every promise below, prints this
table, writes this page and exits 1 if any promise falls short. `python -m assurance NAME` tries one. It takes less than 30
minutes on two cores. Seeds are fixed, so the same sources come to the same figures; a promise whose tool is missing on the
machine is not tried, and counts as short.

## Promises

| name | promise | figure | verdict |
|---|---|---|---|
"""


def page(promises: Mapping[str, Promise], found: Mapping[str, Found], kept: str = "") -> str:
    """The whole page. A promise that was not tried now keeps the figure and the verdict that ``kept``, the page so far, has."""
    figures = {name: (figure, verdict) for name, figure, verdict in ROW.findall(kept)}
    figures |= {name: (each.figure, each.verdict) for name, each in found.items()}
    rows = [
        f"| `{name}` | {promise.title} | {' | '.join(figures.get(name, ('', 'not tried')))} |\n"
        for name, promise in promises.items()
    ]
    made = [f"- `{name}`: {promise.made} By `{command(name, promise)}`.\n" for name, promise in promises.items()]
    return "".join([OPENING, *rows, "\n## How each is made\n\n", *made])
