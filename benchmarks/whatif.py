"""How fast the what-if page opens and settles anew, in a browser, for the contract with most formulas and for Tesoma."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from random import Random

from .harness import Figure, verdict

ROOT = Path(__file__).parent.parent
OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
SETTLED = """() => {
  const start = performance.now();
  for (let index = 0; index < 50; index += 1) window.whatIf.settle({});
  return (performance.now() - start) / 50;
}"""


def _pages() -> dict[str, str]:
    """The pages, by what they are called."""
    from alliance_outcomes.calculation.compile import compile_contract
    from alliance_outcomes.contract.loading import load_contract
    from alliance_outcomes.scenarios.whatif import what_if
    from alliance_outcomes.settlement import settle, settle_calculation
    from alliance_outcomes.sources.csv import read_csv
    from alliance_outcomes.statements.whatif_page import write_page
    from tests.payees import Payees

    tesoma = load_contract(ROOT / "contracts" / "tesoma.yaml")
    settled = settle(tesoma, read_csv(ROOT / "examples" / "tesoma" / "measured.csv"), "2023")
    hospital = load_contract(ROOT / "contracts" / "hvbp.yaml")
    whole = compile_contract(hospital, "2024")
    scored = settle_calculation(hospital, whole, Payees(whole, Random(2), gaps=0.1).measured(["p0"]))
    return {"Tesoma": write_page(what_if(settled, [])), "hospitals (HVBP)": write_page(what_if(scored, []))}


def run() -> list[Figure]:
    """Seconds from the address to the finished page, median of nine; kilobytes; milliseconds of one settlement."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return [Figure("the what-if page in Chromium", "at most 1 s", "-", "not measured: Chromium is not installed")]
    from playwright.sync_api import sync_playwright

    figures = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, text in _pages().items():
            file = Path(folder) / "whatif.html"
            file.write_text(text, "utf-8")
            seconds = []
            for _ in range(9):
                page = browser.new_page()
                page.goto(file.as_uri())
                seconds.append(page.evaluate(OPENED) / 1000)
                settled = page.evaluate(SETTLED)
                page.close()
            kilobytes = len(text.encode()) / 1000
            figures += [
                Figure(
                    f"what-if page, {name}: seconds to open", "at most 1", *verdict(statistics.median(seconds), most=1)
                ),
                Figure(f"what-if page, {name}: kilobytes", "below 150", *verdict(kilobytes, most=150)),
                Figure(f"what-if page, {name}: ms to settle anew", "at most 50", *verdict(settled, most=50)),
            ]
        browser.close()
    return figures
