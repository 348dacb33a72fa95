"""Makes docs/pictures/whatif.png, the what-if page of Tesoma as Chromium shows it: ``python -m docs.screenshot``.

A browser draws the same page in other bytes on another machine, so this picture is made by hand, and no test compares it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from alliance_outcomes.scenarios.whatif import read_setting, what_if
from alliance_outcomes.statements.whatif_page import write_page
from tests.browser import chromium

from .draw import FOLDER, SCREENSHOT, example

SETTING = "client_nps=45"
WIDTH, HEIGHT = 1000, 760


def main() -> None:
    """Opens the page in a browser and keeps what it shows first."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "whatif.html"
        file.write_text(write_page(what_if(example(), [read_setting(SETTING)])), "utf-8")
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(file.as_uri())
        page.screenshot(path=FOLDER / SCREENSHOT)


if __name__ == "__main__":
    main()
