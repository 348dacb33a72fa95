"""The pictures in docs/pictures: drawn from the example as it stands, shown on a page, and light."""

from __future__ import annotations

import re
import shutil

import pytest

from docs.draw import FOLDER, SCREENSHOT, drawings, drawn_from, pages, paper
from tests.tree import ROOT

PICTURES = ROOT / FOLDER
HEAVIEST = 1_500_000


@pytest.fixture(autouse=True)
def _at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures tell the places of files from the top of the repository."""
    monkeypatch.chdir(ROOT)


def test_the_pictures_show_what_is_settled_now() -> None:
    """Each chart is the committed one, byte for byte, and the pages were drawn from the paper that is written now."""
    made = drawings() | drawn_from(paper())
    stale = [name for name, content in made.items() if (PICTURES / name).read_bytes() != content]
    assert not stale, f"run make pictures: {', '.join(stale)}"


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_the_pages_are_drawn_the_same_twice() -> None:
    """As many pages as are committed; poppler draws the same bytes again."""
    document = paper()
    drawn = pages(document)
    assert {*drawn, SCREENSHOT} == {path.name for path in PICTURES.glob("*.png")}
    assert pages(document) == drawn


def test_every_picture_is_shown_somewhere() -> None:
    """A page of the docs or the README links to each; together they are light, and each is described where it is shown."""
    text = {page: page.read_text("utf-8") for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]}
    linked = {name for each in text.values() for name in re.findall(r"\]\([^)]*pictures/([^)]+)\)", each)}
    there = {path.name for path in PICTURES.iterdir() if path.suffix in {".png", ".svg"}}
    assert there
    assert linked == there
    assert not [name for name, each in text.items() if re.search(r"!\[\s*\]", each)]
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < HEAVIEST
