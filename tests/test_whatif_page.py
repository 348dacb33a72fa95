"""The what-if page in a real browser: it settles as the package does, to the cent, and anyone can use it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.javascript import value_as_json
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.formula.nodes import Across
from alliance_outcomes.problems import DataError
from alliance_outcomes.scenarios.whatif import WhatIf, what_if
from alliance_outcomes.settlement import PayeeSettlement, Settlement, settle_calculation, settle_payee
from alliance_outcomes.statements.whatif_page import write_page
from tests.browser import chromium
from tests.conftest import EXAMPLES
from tests.on_edges import Inputs, Settings
from tests.payees import Payees
from tests.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.untraced
CONTRACTS = sorted((ROOT / "contracts").glob("*.yaml"))
SETTINGS = int(EXAMPLES or 250)
MOST_PAYEES = 25
MOST_BYTES = 150_000
# As one text each way: the browser's driver is slow with many small values.
ALL = "(text) => JSON.stringify(JSON.parse(text).map((each) => window.whatIf.settle(each)))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for every page."""
    with chromium() as found:
        yield found


def drawn(contract: Contract, chance: Random) -> Settlement:
    """A settlement of the contract's last period on invented data: of one alliance, or of 25 payees."""
    whole = compile_contract(contract, periods_of(contract.periods)[-1].label)
    many = contract.payees is not None or any(isinstance(step.formula, Across) for step in whole.steps)
    payees = [f"p{number}" for number in range(MOST_PAYEES)] if many else [""]
    for _ in range(200):
        data = Payees(whole, chance, gaps=0.1)
        try:
            return settle_calculation(contract, whole, data.measured(payees), settled=data.settled)
        except DataError:
            continue
    raise AssertionError("no data was drawn that settles")


def opened(browser: Browser, what: WhatIf, folder: Path) -> Page:
    """The page in the browser, opened from a file."""
    file = folder / "whatif.html"
    text = write_page(what)
    assert len(text.encode()) < MOST_BYTES
    file.write_text(text, "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    return page


def said(payee: PayeeSettlement) -> dict[str, Any]:
    """What the page should say of a settlement: exact numbers as text, in the order of the settlement."""
    text = value_as_json
    return {
        "values": {name: text(value) for name, value in payee.values.items()},
        "score": text(payee.score),
        "areas": {each.id: text(each.score) for each in payee.areas},
        "indicators": {each.id: text(each.score) for each in payee.indicators},
        "lines": [[line.clause, line.party, str(line.amount)] for line in payee.lines],
        "balance": [
            [party, *(str(amount) for amount in (each.earned, each.held, each.paid, each.payable))]
            for party, each in payee.balance.items()
        ],
        "total": str(payee.total),
    }


def settled(what: WhatIf, values: Inputs | None) -> dict[str, Any]:
    """What the package says of a setting; its code where it cannot be settled."""
    if values is None:
        return {"cannot": "AO506"}
    try:
        return said(settle_payee(what.calculation, values, what.before.bound))
    except DataError as error:
        return {"cannot": error.problems[0].code}


CODES = {
    "divides_by_zero": "AO506",
    "missing": "AO505",
    "outside": "AO510",
    "nothing_to_share": "AO507",
    "no_amount": "AO513",
}


@dataclass
class Tried:
    """The settings of a contract that were tried, and on which kinds of edge they lay."""

    settings: int = 0
    on_edge: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


def chosen(settings: Settings, wanted: int, tried: Tried) -> list[tuple[Inputs, Inputs | None]]:
    """Settings, three of four on an edge where there are edges; those between two are looked for first.

    Each with all its values, None where something divides by zero.
    """
    found: list[tuple[Inputs, Inputs | None]] = []
    off = 0
    for attempt in range(30 * wanted):
        candidates = [*settings.between()] if settings.free and settings.found else []
        for inputs in [*candidates, settings.drawn()]:
            values = settings.all_values(inputs)
            edge = settings.edge(values) if values is not None else ""
            if edge or not settings.found or off < wanted // 4 or attempt > 3 * wanted:
                found.append((inputs, values))
                off += not edge
                tried.kinds[edge] += 1
        if len(found) >= wanted:
            break
    tried.settings += len(found)
    tried.on_edge += len(found) - off
    return found


@pytest.mark.parametrize("file", CONTRACTS, ids=lambda file: file.stem)
def test_the_page_settles_as_the_package_does(file: Path, browser: Browser, tmp_path: Path) -> None:
    """250 settings a contract, or as many as ALLIANCE_EXAMPLES says, at least half of them exactly where something is decided:
    every value, score, line, balance and total is the same, and what cannot be settled is refused for the same reason."""
    contract, chance = load_contract(file), Random(file.stem)
    settlement = drawn(contract, chance)
    tried, decides = Tried(), False
    first = what_if(settlement, [], settlement.payees[0].payee)
    page = opened(browser, first, tmp_path)
    assert page.evaluate("window.whatIf.settle({})") == said(first.after)
    for payee in settlement.payees:
        what = what_if(settlement, [], payee.payee)
        measured = {each.name: payee.values[each.name] for each in what.calculation.inputs}
        settings = Settings(what.calculation, measured, chance)
        decides = decides or bool(settings.found)
        inputs = chosen(settings, -(-SETTINGS // len(settlement.payees)), tried)
        texts = [{name: value_as_json(value) for name, value in each.items()} for each, _ in inputs]
        answers = json.loads(page.evaluate(ALL, json.dumps(texts)))
        for (each, values), answer in zip(inputs, answers, strict=True):
            coded = {"cannot": CODES[answer["cannot"]]} if "cannot" in answer else answer
            assert coded == settled(what, values), each
    page.close()
    assert tried.settings >= SETTINGS
    assert tried.on_edge >= SETTINGS // 2 or not decides, tried
    print(file.stem, tried)
