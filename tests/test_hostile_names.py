"""Names that try to be formulas, links or markup are text in every kind of file and on every page (and come back as written)."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from alliance_outcomes.measured import COLUMNS, NUMBERS, guarded, unguarded
from alliance_outcomes.notebook import Settled
from alliance_outcomes.scenarios.whatif import what_if
from alliance_outcomes.scores import score_rows
from alliance_outcomes.settlement import Settlement
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.statements.csv import table_as_csv
from alliance_outcomes.statements.documents import Asked, endings, write
from alliance_outcomes.statements.measuring import write_rows_csv
from alliance_outcomes.statements.residents import write_residents
from alliance_outcomes.statements.whatif_page import write_page
from alliance_outcomes.statements.yearly import write_yearly
from tests.drawing import row, to_csv
from tests.settling import settled

NAMES = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@x",
    "\t=1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&A&P {=1} http://x",
]
IDS = ["link", "plus", "minus", "at", "tab", "script", "image", "header"]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CONTRACT = """
contract: hostile
status: draft
assumed: an example
currency: EUR
title: NAME
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
scores: {least: 0, most: 100}
weights: equal
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: NAME}, other: {role: provider, title: Other}}
splits: {all: {shares: [{from: 2020-01-01, firm: 50 %, other: 50 %}]}}
facts: {cost: {unit: EUR, least: 0, title: NAME}}
result_areas:
  care:
    title: NAME
    indicators:
      nps: {unit: points -100 to 100, title: NAME, score: {kind: linear, zero_at: 0, full_at: 100}}
settlement:
  - costs: {kind: formula, amount: cost, to: all, title: NAME}
  - bonus: {kind: formula, amount: cost * nps.score / 100, to: all, title: NAME}
"""


def named_so(name: str) -> Settlement:
    """A settlement in which everything that can be named is called ``name``, its payee and source too."""
    rows = [
        {**row("2020", "cost", "1000.10"), "payee": name.strip()},
        {**row("2020", "nps", "61"), "payee": name.strip(), "source": name.strip()},
    ]
    return settled(CONTRACT.replace("NAME", json.dumps(name)), to_csv(rows), "2020")


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text, scripts and styles left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.links, self.texts = list[str](), list[str](), list[str]()
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remembers the element and what would run or be loaded."""
        self.tags.append(tag)
        self.links += [f"{key}={value}" for key, value in attrs if key.startswith("on") or key in {"href", "src"}]
        self.inside = tag

    def handle_data(self, data: str) -> None:
        """Remembers what is shown."""
        if self.inside not in {"script", "style"}:
            self.texts.append(data)


def is_plain_page(page: str, name: str, scripts: int = 0, shown: bool = True) -> None:
    """Nothing that the name brought runs, is loaded or is an element; the name itself is read on the page."""
    found = Elements(page)
    assert found.tags.count("script") == scripts
    assert "img" not in found.tags
    assert "a" not in found.tags
    assert not found.links
    assert not shown or name.strip() in " ".join(found.texts)


def is_plain_table(text: str, name: str, delimiter: str) -> None:
    """No cell but a number begins as a formula does; the name stands in the table behind its apostrophe, if it needs one."""
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
    amounts = {at for at, head in enumerate(table[0]) if head == "amount"}
    cells = [cell for line in table[1:] for at, cell in enumerate(line) if at not in amounts]
    assert not [cell for cell in cells if cell.startswith(STARTS)]
    assert guarded(name.strip()) in cells


def is_plain_workbook(document: bytes, name: str) -> None:
    """Every cell with the name is a string; no formula holds it, nothing is a link."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(document))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells if str(cell.value).strip() == name.strip()} == {"s"}
    assert not [
        cell for cell in cells if cell.data_type == "f" and ("HYPERLINK" in str(cell.value) or cell.value == "+1")
    ]
    assert not [cell for cell in cells if cell.hyperlink]


def is_plain_paper(document: bytes, name: str) -> None:
    """The letters of the name stand on the paper, which has no link and no action."""
    import pypdf

    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True)
        assert "".join(name.split()) in "".join(done.stdout.decode("utf-8").split())
    reader = pypdf.PdfReader(io.BytesIO(document))
    actions = [
        note.get_object()["/A"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    ]
    assert not [action for action in actions if action["/S"] in {"/URI", "/JavaScript", "/Launch"}]
    root: Any = reader.trailer["/Root"]
    assert "/OpenAction" not in root


def check_json(document: bytes, name: str) -> None:
    """It is JSON, and the name comes back as it was."""
    (payee,) = json.loads(document)["payees"]
    assert payee["payee"] == name.strip()


def check_csv(document: bytes, name: str) -> None:
    """The plain dialect; the Finnish one has a test of its own below."""
    is_plain_table(document.decode("utf-8"), name, ",")


def check_text(document: bytes, name: str) -> None:
    """The name as it is; what would steer a terminal is not in it."""
    text = document.decode("utf-8")
    assert name.split(maxsplit=1)[0][:20] in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)


CHECKS: dict[str, Callable[[bytes, str], None]] = {
    ".csv": check_csv,
    ".html": lambda document, name: is_plain_page(document.decode("utf-8"), name),
    ".json": check_json,
    ".pdf": is_plain_paper,
    ".txt": check_text,
    ".xlsx": is_plain_workbook,
}


@pytest.mark.parametrize("name", NAMES, ids=IDS)
@pytest.mark.parametrize("ending", endings())
def test_a_name_is_text_in_every_kind_of_file(ending: str, name: str) -> None:
    """A kind of file without a check of its own fails here."""
    CHECKS[ending](write(named_so(name), ending, Asked("fi")), name)


@pytest.mark.parametrize("name", NAMES, ids=IDS)
def test_a_name_is_text_in_finnish_csv(name: str) -> None:
    """In the dialect made for spreadsheets no text is a formula, and none is taken for a number: 1.5 stays 1.5."""
    document = write(named_so(name), ".csv", Asked("fi", "fi")).decode("utf-8")
    is_plain_table(document, name, ";")
    assert table_as_csv(["payee", "amount"], [["1.5", "1.5"]], "fi", numbers=["amount"]).splitlines()[1] == "1.5;1,5"


def pages(name: str) -> Iterator[tuple[str, str, int, bool]]:
    """Every page that is made of a settlement: what it is, its text, its own scripts, whether it names things as text."""
    settlement = named_so(name)
    notebook = Settled(settlement)
    yield "residents", write_residents(settlement, "fi").decode("utf-8"), 0, True
    rows = score_rows(settlement.contract, parse_csv(to_csv(_rows()).encode(), "data.csv"))
    yield "yearly", write_yearly(settlement.contract, rows, "fi").decode("utf-8"), 0, True
    # Its own two: the data, and what computes. What it shows is written by its script, as text.
    yield "what-if", write_page(what_if(settlement, []), "fi"), 2, False
    yield "notebook: settlement", notebook._repr_html_(), 0, True
    yield "notebook: explanation", notebook.explain("bonus")._repr_html_(), 0, False


def _rows() -> list[dict[str, str]]:
    return [row("2020", "cost", "1000.10"), row("2020", "nps", "61")]


@pytest.mark.parametrize("name", NAMES, ids=IDS)
def test_a_name_is_text_on_every_page(name: str) -> None:
    """The pages for residents, of the years, of scenarios and in notebooks."""
    for _, page, scripts, shown in pages(name):
        is_plain_page(page, html.unescape(name), scripts, shown)


def test_measured_data_comes_back_from_its_file() -> None:
    """An apostrophe that keeps a payee from being a formula is taken off where the file is read again."""
    names = [*(name.strip() for name in NAMES), "''=x", "'quoted'", "1.5"]
    rows = [{**row("2020", "cost", "-7.5"), "payee": name} for name in names]
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    for dialect in ("plain", "fi"):
        text = write_rows_csv(measured.rows, dialect)
        again = parse_csv(text.encode("utf-8"), "again.csv")
        assert [each.payee for each in again.rows] == [each.payee for each in measured.rows]
        assert [again.number(each.value) for each in again.rows] == [measured.number("-7.5")] * len(names)
    assert all(unguarded(guarded(name)) == name for name in names)
    assert set(NUMBERS) <= set(COLUMNS)


def test_a_page_that_names_an_element_is_found() -> None:
    """The check bites: a page that wrote a name as it is would fail."""
    with pytest.raises(AssertionError):
        is_plain_page(f"<p>{NAMES[5]}</p>", NAMES[5])
    with pytest.raises(AssertionError):
        is_plain_table("payee,amount\n=1+1,2\n", "=1+1", ",")
