"""Chromium without a window, for the tests of pages; they skip, with the reason, where it is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = ROOT / "tests" / "web" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own, closed in the end."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def hinders_nobody(pages: Iterable[Path]) -> None:
    """Each page opened, and looked through by axe: whoever reads with a keyboard or by ear is not left out."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    with chromium() as browser:
        opened = browser.new_context(bypass_csp=True).new_page()  # or no page would let axe in
        for file in pages:
            opened.goto(file.as_uri())
            opened.add_script_tag(path=AXE)
            found = opened.evaluate("axe.run()")["violations"]
            assert not found, (file.name, [(each["id"], each["nodes"][0]["html"]) for each in found])
