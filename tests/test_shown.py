"""What people are shown: nothing is cut, covered, turned around, or untrue of the year, whatever the names and numbers are."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.cli.terminal import full
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.notebook import Settled
from alliance_outcomes.problems import Problem
from alliance_outcomes.scores import score_rows
from alliance_outcomes.settlement import Settlement, settle
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.statements.documents import Asked, write
from alliance_outcomes.statements.legible import legible, legible_lines
from alliance_outcomes.statements.residents import write_residents
from alliance_outcomes.statements.yearly import write_yearly
from tests.browser import chromium
from tests.documents import read_contract
from tests.settling import settled

LONG = "Lapsiperheiden monialaisten hyvinvointipalvelukokonaisuuksien kehittämiskuntayhtymä"
WORD = "Epäjärjestelmällistyttämättömyydelläänsäkäänköhänkinpalveluyhtymä"
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def quoted(name: str) -> str:
    """A name as YAML holds it, whatever its letters are."""
    return '"' + "".join(each if each.isalnum() or each == " " else f"\\U{ord(each):08x}" for each in name) + '"'


def contract(names: tuple[str, str, str]) -> str:
    """A contract of three parties of these names; the second leaves in 2021, the third is the only one from 2022 on."""
    one, two, three = map(quoted, names)
    return f"""
contract: shown
status: draft
assumed: an example
currency: EUR
title: {{fi: {one}, en: {one}}}
periods: {{length: year, from: 2019-01-01, to: 2024-12-31}}
rounding: {{lines: half_away_from_zero to 0.01}}
scores: {{least: 0, most: 100}}
weights: equal
terms: {{due_days: 30, reopen_within: 24 months, vat: ALV 24 %}}
parties:
  city: {{role: commissioner, title: City, business_id: 0211675-2}}
  one: {{role: provider, title: {one}}}
  two: {{role: provider, title: {two}, to: 2021-12-31}}
  three: {{role: provider, title: {three}, from: 2022-01-01}}
splits:
  all:
    shares: [{{from: 2019-01-01, one: 50 %, two: 50 %}}, {{from: 2022-01-01, one: 50 %, three: 50 %}}]
facts:
  cost: {{unit: EUR, least: 0}}
  paid: {{unit: EUR, per: party, least: 0, when_missing: 0, confidential: true}}
result_areas:
  open:
    title: {one}
    indicators:
      grade: {{unit: points, range: [0, 100], owner: two, schedule: year, goal: 80, direction: higher, title: {two},
        score: {{kind: linear, zero_at: 0, full_at: 100}}}}
  mixed:
    title: {two}
    indicators:
      known: {{unit: points, range: [0, 100], title: {three}, score: {{kind: linear, zero_at: 0, full_at: 100}}}}
      secret: {{unit: points, range: [0, 100], confidential: true, score: {{kind: linear, zero_at: 0, full_at: 100}}}}
settlement:
  - costs: {{kind: formula, amount: cost, to: all, title: {one}}}
  - bonus: {{kind: formula, amount: score / 100 * cost, to: all, title: Bonus}}
payments: {{paid: paid}}
"""


DATA = "period,party,indicator,value\n" + "".join(
    f"{year},,cost,{cost}\n{year},one,paid,777.25\n{year},,grade,{grade}\n{year},,known,40\n{year},,secret,13.5\n"
    for year, cost, grade in ((2020, "1000.01", 50), (2022, "1000.01", 70), (2023, "1234567890123.45", 60))
)


def shown(names: tuple[str, str, str] = (LONG, WORD, LONG + " II"), period: str = "2020") -> Settlement:
    """A settlement of the contract above."""
    return settled(contract(names), DATA, period)


@given(st.text())
def test_a_legible_text_steers_nothing(text: str) -> None:
    """No control character, no turning mark and no half of a letter is left; a text without any is as it was."""
    once = legible(text)
    assert legible(once) == once
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", once)
    assert legible_lines(text).count("\n") == text.count("\n")
    if text.isprintable():
        assert once == text


def test_every_hidden_letter_is_shown_as_its_number() -> None:
    """In names, in problems, wherever: the same way of showing, so that two names that differ look different."""
    assert legible("a\u202eb\x1b[2J\ufeff\ufffe\ud800c\td") == "a[U+202E]b[U+001B][2J[U+FEFF][U+FFFE][U+D800]c d"
    told = full(Problem("AO001", "There is no file a\u202eb\x1b.", "Look\r."), {"warning": "", "also": ""})
    assert told == "AO001 There is no file a[U+202E]b[U+001B].\n  Look ."


def test_a_title_is_one_line() -> None:
    """A line break in a title writes no line of its own among the amounts, in no document."""
    text = write(shown(("One\nTotal  999 999.00", "Two", "Three")), ".txt", Asked()).decode("utf-8")
    assert "One Total" in text
    assert not [line for line in text.splitlines() if line.startswith("Total  999")]


HOSTILE = ("\u202eabc", "Nice 😀 北京 شركة", "line\x1b[31m\r\nbreak\x00\ue000|#show: none $x$ @ref \\")


@needs_poppler
@pytest.mark.parametrize("ending", [".txt", ".html", ".pdf", ".xlsx"])
def test_letters_that_steer_turn_or_have_no_picture(ending: str) -> None:
    """Every kind of document is written; an amount beside a turning mark keeps its order, a letter without a glyph is spelled."""
    settlement = shown(HOSTILE)
    document = write(settlement, ending, Asked())
    if ending == ".pdf":
        text = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True).stdout.decode()
        assert "Nice [U+1F600] [U+5317][U+4EAC]" in text
        assert "#show: none $x$ @ref \\" in " ".join(text.split())
    elif ending == ".xlsx":
        from openpyxl import load_workbook

        cells = [
            cell.value for sheet in load_workbook(io.BytesIO(document)) for row in sheet.iter_rows() for cell in row
        ]
        text = "\n".join(cell for cell in cells if isinstance(cell, str))
        assert HOSTILE[1] in text
    else:
        text = html.unescape(document.decode("utf-8"))
        assert HOSTILE[1] in text
    assert not re.search("[\x00-\x09\x0b\x0e-\x1f\x7f-\x9f\u202e]", text)


@dataclass(frozen=True)
class Word:
    """A word on a page and where it stands, in points."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str

    def covers(self, other: Word) -> bool:
        """Whether both stand in the same place, by more than their lines touch."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return (
            self.page == other.page
            and across > 1
            and down > 0.5 * min(self.bottom - self.top, other.bottom - other.top)
        )


def words(document: bytes) -> Iterator[Word]:
    """The words of a PDF."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=document, capture_output=True, check=True)
    pattern = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>'
    for number, page in enumerate(done.stdout.decode("utf-8").split("<page ")[1:]):
        for *box, text in re.findall(pattern, page):
            left, top, right, bottom = map(float, box)
            yield Word(number, left, top, right, bottom, text)


@needs_poppler
@pytest.mark.parametrize(("period", "language"), [("2020", "fi"), ("2023", "sv")])
def test_no_word_on_paper_is_cut_or_covered(period: str, language: str) -> None:
    """Names of any length and amounts of thirteen digits: each word within the margins, none over another."""
    found = list(words(write(shown(period=period), ".pdf", Asked(language))))
    assert len(found) > 150
    assert not [word for word in found if word.left < 50 or word.right > 595 - 50]
    assert not [(one.text, other.text) for one, other in combinations(found, 2) if one.covers(other)]


@pytest.mark.parametrize("period", ["2020", "2023"])
def test_a_terminal_is_not_too_narrow(period: str) -> None:
    """At most 80 columns, and every letter of every party, however long, in its order."""
    text = write(shown(period=period), ".txt", Asked("fi")).decode("utf-8")
    assert max(map(len, text.splitlines())) <= 80
    balance = "".join(re.sub(r"[\d\s,-]+(\n|$)", "", text[text.index("Saldo") :]).split())
    for who in (LONG, WORD) if period == "2020" else (LONG, LONG + " II"):
        assert "".join(who.split()) in balance


def test_pages_fit_a_telephone(tmp_path: Path) -> None:
    """At 360 dots nothing stands outside the page but what a table or chart scrolls to."""
    settlement = shown()
    rows = score_rows(settlement.contract, parse_csv(DATA.encode(), "data.csv"))
    pages = {
        "statement": write(settlement, ".html", Asked("fi")),
        "residents": write_residents(settlement, "fi"),
        "yearly": write_yearly(settlement.contract, rows, "fi"),
    }
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 360, "height": 800})
        for name, page in pages.items():
            file = tmp_path / f"{name}.html"
            file.write_bytes(page)
            opened.goto(file.as_uri())
            assert opened.evaluate("document.documentElement.scrollWidth") <= 360, name


def test_what_tells_of_the_confidential_is_left_out_too() -> None:
    """The score of an area with a confidential indicator, the score of the contract, and balances of confidential payments."""
    settlement = shown(("One", "Two", "Three"))
    whole, public = (write(settlement, ".html", Asked(public=each)).decode("utf-8") for each in (False, True))
    known = settlement.only()
    areas = {each.id: each.score for each in known.areas}
    assert known.score is not None
    assert areas == {"open": 50, "mixed": Fraction(107, 4)}
    for number in ("26.75", "38.375", "13.5", "777.25", "85.36"):
        page = whole if number != "38.375" else whole.replace("38.38", "38.375")
        assert number in page, number
        assert number not in public, number
    assert "€1,000.01" in whole
    assert re.search("[0-9a-f]{64}", whole)
    assert not re.search("[0-9a-f]{64}", public), "numbers could be tried until the hash fits"
    assert "50" in public
    residents = write_residents(settlement, "en").decode("utf-8")
    assert "How this went is not public." in residents
    assert "26.75" not in residents
    assert "This went partly well." in residents


def test_a_statement_knows_who_is_there() -> None:
    """A page for residents names who worked together in that year; a statement says from when to when the others did."""
    names = ("Eka", "Toka", "Kolmas")
    early, late = (write_residents(shown(names, period), "fi").decode("utf-8") for period in ("2020", "2022"))
    assert "City, Eka, Toka tekevät" in early
    assert "City, Eka, Kolmas tekevät" in late
    page = write(shown(names), ".html", Asked("fi")).decode("utf-8")
    assert "Toka (–31.12.2021)" in page
    assert "Kolmas (1.1.2022–)" in page
    assert "24 kuukautta" in page
    assert "vuosittain" in page


def test_a_report_keeps_a_missing_year_in_its_place() -> None:
    """2021 has no data: its place stays empty, no line runs over it; a result that came no nearer its goal is not on the way."""
    agreed = read_contract(contract(("One", "Two", "Three")))
    for last, verdict in (("2022", "on the way"), ("2023", "not reached")):
        text = "".join(line for line in DATA.splitlines(keepends=True) if not line[:4].isdigit() or line[:4] <= last)
        page = write_yearly(agreed, score_rows(agreed, parse_csv(text.encode(), "data.csv"))).decode("utf-8")
        figure = next(each for each in page.split("<figure>") if "Two</figcaption>" in each)
        assert "2020: 50; 2021: –; 2022: 70" in figure
        assert figure.count('class="course"') == (1 if last == "2023" else 0)
        assert f"<strong>{verdict}</strong>" in figure
        assert "secret" not in page
        assert "13.5" not in page


def test_a_notebook_sets_no_name_as_mathematics() -> None:
    """Notebooks read what stands between dollar signs as mathematics, unless told to leave it."""
    settlement = shown(("$x$", "costs $1 or $2", "Three"))
    views = (settlement.contract, Settled(settlement), Settled(settlement).explain("bonus"))
    assert all(each._repr_html_().startswith('<div class="tex2jax_ignore mathjax_ignore">') for each in views)


def test_an_amendment_is_attached_with_what_it_amends(tmp_path: Path) -> None:
    """A paper carries every file of its contract, each under a name of its own, be it that of the settlement."""
    from pypdf import PdfReader

    whole, amendment = tmp_path / "terms" / "settlement.json", tmp_path / "settlement.json"
    whole.parent.mkdir()
    whole.write_text(contract(("One", "Two", "Three")), "utf-8")
    amendment.write_text(
        "amends: terms/settlement.json\neffect: 2022-01-01\nassumed: an example\n"
        "decision: {day: 2021-12-01, by: city, what: A longer term}\nterms: {due_days: 60}\n",
        "utf-8",
    )
    agreed = load_contract(amendment)
    paper = write(settle(agreed, parse_csv(DATA.encode(), "data.csv"), "2022"), ".pdf", Asked())
    attached = PdfReader(io.BytesIO(paper)).attachments
    assert set(attached) == {"settlement.json", "2-settlement.json", "3-settlement.json"}
    texts = [attached[name][0].decode("utf-8") for name in ("2-settlement.json", "3-settlement.json")]
    assert [text.strip() for text in texts] == [file.read_text("utf-8").strip() for file in (amendment, whole)]


@pytest.mark.parametrize(("sum_to", "shown"), [("100 %", "40 %"), ("1000", "400"), ("10", "4")])
def test_weights_are_shown_as_the_contract_writes_them(sum_to: str, shown: str) -> None:
    """A weight of 4 of 10 is no 400 %: only what sums to 100 % is shown in percent, in every table."""
    agreed = settled(
        f"""
contract: shown
currency: EUR
periods: {{length: year, from: 2022-01-01, to: 2022-12-31}}
rounding: {{lines: half_away_from_zero to 0.01}}
scores: {{least: 0, most: 100}}
weights: sum to {sum_to}
result_areas:
  care:
    indicators:
      alpha: {{unit: points, weight: {shown}, score: {{kind: linear, zero_at: 0, full_at: 100}}}}
      b: {{unit: points, weight: {shown.replace("4", "6")}, score: {{kind: linear, zero_at: 0, full_at: 100}}}}
settlement: [{{bonus: {{kind: formula, amount: 0, to: payee}}}}]
""",
        "period,payee,indicator,value\n2022,north,alpha,50\n2022,north,b,70\n",
        "2022",
    )
    row = next(line for line in write(agreed, ".txt", Asked()).decode("utf-8").splitlines() if "alpha" in line)
    cells = re.findall(
        "<td[^>]*>(.*?)</td>", write(agreed, ".html", Asked()).decode("utf-8").split('<th scope="row">alpha')[1]
    )
    assert re.search(rf"alpha +50 +{shown} +50", row)
    assert html.unescape(cells[2]).replace(" ", "") == shown.replace(" ", "")
