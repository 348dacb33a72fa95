"""Charts drawn by a real browser: whatever is written and however large it is, nothing leaves the picture or covers another."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from alliance_outcomes.formula.text import show_number
from alliance_outcomes.statements import charts
from alliance_outcomes.statements.charts import Bar
from tests.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.untraced
NAMES = ["Care", "Very long name " * 20, "W" * 60, "שלום עולם " * 9, "長い名前" * 20, "<script>alert(1)</script>\"&'"]
LARGE = Fraction(10**11)
AMOUNTS: list[list[Fraction]] = [
    [Fraction(0)],
    [Fraction(0), Fraction(0)],
    [Fraction(1, 3), -LARGE],
    [LARGE, 1 - LARGE],
    [Fraction((-1) ** at * at * 100_000) for at in range(40)],
]
# What stands out of the picture, and which texts lie on one another.
FAULTS = """(drawn) => {
  document.body.innerHTML = drawn;
  const svg = document.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal;
  const box = (each) => each.getBBox();
  const out = [...svg.querySelectorAll("text, circle, polyline, :scope > rect, :scope > line")].filter((each) => {
    const b = box(each);
    return b.x < -1 || b.y < -1 || b.x + b.width > width + 1 || b.y + b.height > height + 1;
  });
  const texts = [...svg.querySelectorAll("text")].filter((each) => each.textContent);
  const covered = texts.filter((one, at) => texts.slice(at + 1).some((other) => {
    const [a, b] = [box(one), box(other)];
    return a.x + a.width > b.x + 1 && b.x + b.width > a.x + 1 && a.y + a.height > b.y + 3 && b.y + b.height > a.y + 3;
  }));
  return [...out, ...covered].map((each) => each.outerHTML);
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page with the style of the charts."""
    with chromium() as browser:
        found = browser.new_page()
        found.set_content(f"<style>{charts.STYLE}</style><body></body>")
        yield found


def written(value: Fraction) -> str:
    """An amount as a statement has it."""
    return show_number(value, "sv", 2)


def faults(page: Page, drawn: str) -> list[str]:
    """What is wrong with a chart; a number that is none is, too."""
    assert "nan" not in drawn.lower()
    assert "inf" not in drawn.lower()
    found: list[str] = page.evaluate(FAULTS, drawn)
    return found


def test_bars_and_waterfalls_keep_within_the_picture(page: Page) -> None:
    """Short names, long ones, wide ones and hostile ones; nothing, one amount, forty, and more than any budget."""
    for name in NAMES:
        for amounts in AMOUNTS:
            rows = [Bar(name, each, "stale") for each in amounts]
            total = Bar("Total", sum(amounts, Fraction(0)))
            assert not faults(page, charts.waterfall(name, rows, total, written)), name
            assert not faults(page, charts.bars(name, rows, Fraction(-100), Fraction(100), written)), name


@pytest.mark.parametrize("here", [(0, 0), (100, 18_500_451), (0, -(10**9)), (50, 10**9)], ids=str)
def test_a_payoff_keeps_within_the_picture(page: Page, here: tuple[int, int]) -> None:
    """The dot and what is written below it, at either end and where the amount is only that of the very place."""
    at = Fraction(here[0]), Fraction(here[1])
    stretch = [(Fraction(0), Fraction(0)), (Fraction(100), Fraction(18_500_451))]
    assert not faults(page, charts.curve("Payoff", [stretch], at, (written, written)))


def test_nothing_to_show() -> None:
    """A curve without a point is no picture, and so are no years."""
    assert charts.curve("Payoff", [], None, (written, written)) == ""
    assert charts.over_years("Years", [], [], None, written) == ""
