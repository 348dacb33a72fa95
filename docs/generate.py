"""Writes the pages that are generated: ``python -m docs.generate``, or ``make reference``. The tests hold them current."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from alliance_outcomes.files import write_whole
from alliance_outcomes.statements.rules import all_pages
from docs.commands import commands_page
from docs.keys import keys_page

FOLDER = Path(__file__).resolve().parent
PAGES: Mapping[str, Callable[[], str]] = {
    "rules.md": all_pages,
    "reference/keys.md": keys_page,
    "reference/cli.md": commands_page,
}


def main() -> None:
    """Writes each page anew."""
    for name, page in PAGES.items():
        write_whole(FOLDER / name, page().encode("utf-8"))


if __name__ == "__main__":
    main()
