"""Statements as documents: a page and a paper that hold the ledger's amounts, can be read by all, and hide nothing in a name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.settlement import Settlement, settle
from alliance_outcomes.sources.mapping import read_measured
from alliance_outcomes.statements.documents import Asked, write
from alliance_outcomes.statements.formats import Formats
from tests.browser import hinders_nobody
from tests.drawing import row, to_csv
from tests.running import alliance
from tests.settling import settled
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
LANGUAGES = ("en", "fi", "sv")
GAIN, LOSS = "2023", "2021"

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def tesoma(period: str) -> Settlement:
    """A year of the example."""
    contract = load_contract(TESOMA[0])
    return settle(contract, read_measured(TESOMA[1], contract, TESOMA[0], None), period)


def pdf_text(document: bytes) -> str:
    """The text of a PDF, as poppler extracts it."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def amounts_in(text: str) -> list[str]:
    """Every amount of euros of a text, in order, with plain spaces and signs."""
    plain = re.sub("[\u00a0\u202f]", " ", text).replace("\u2212", "-")
    return re.findall(r"-?€[\d,]+\.\d\d|-?\d{1,3}(?: \d{3})*,\d\d €", plain)


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("period", [GAIN, LOSS])
def test_a_paper_has_exactly_the_ledgers_amounts(period: str, language: str) -> None:
    """The clauses' table holds each line once, in order, then the total; nothing else in it looks like money."""
    settlement = tesoma(period)
    payee = settlement.only()
    formats = Formats(language, "EUR", 2)
    text = pdf_text(write(settlement, ".pdf", Asked(language)))
    amounts = amounts_in(text)
    lines = [line.amount for line in payee.lines] + [payee.total]
    expected = amounts_in(" ".join(formats.money(amount) for amount in lines))
    assert len(expected) == len(lines)
    # The first amount is the total at the head; the clauses' table follows.
    assert amounts[: len(expected) + 1] == [expected[-1], *expected]
    balance = [
        amount for each in payee.balance.values() for amount in (each.earned, each.held, each.paid, each.payable)
    ]
    said = amounts_in(" ".join(formats.money(amount) for amount in balance))
    assert amounts[len(expected) + 1 : len(expected) + 1 + len(said)] == said


@needs_poppler
def test_a_paper_carries_contract_and_settlement(tmp_path: Path) -> None:
    """pdfdetach lists both; the contract is the file's text, the settlement is what settle -f json writes."""
    file = tmp_path / "statement.pdf"
    run = alliance("settle", *TESOMA, "--period", GAIN, "--as-of", "2024-05-31", "-o", file)
    assert run.code == 0, run.err
    listed = subprocess.run(["pdfdetach", "-list", file], capture_output=True, text=True, check=True).stdout
    assert {"settlement.json", "tesoma.yaml"} <= set(re.findall(r"\d+: (.+)", listed))
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, file], check=True)
    assert (tmp_path / "tesoma.yaml").read_text("utf-8").split() == TESOMA[0].read_text("utf-8").split()
    data = json.loads((tmp_path / "settlement.json").read_text("utf-8"))
    assert data == json.loads(alliance("settle", *TESOMA, "--period", GAIN, "-f", "json").out)


def test_another_library_reads_tags_standards_and_attachments() -> None:
    """Tagged, in a language, titled; PDF/A-3a and PDF/UA-1 stand in its metadata; the attachments come out."""
    import io

    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(write(tesoma(GAIN), ".pdf", Asked("fi", as_of=date(2024, 5, 31)))))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert str(root["/Lang"]).startswith("fi")
    metadata = root["/Metadata"].get_data().decode("utf-8")
    assert re.search(r"pdfaid:part>\s*3\b", metadata)
    assert re.search(r"pdfaid:conformance>\s*A\b", metadata)
    assert re.search(r"pdfuaid:part>\s*1\b", metadata)
    assert set(reader.attachments) == {"settlement.json", "tesoma.yaml"}
    assert reader.metadata is not None
    assert "Tesoma" in str(reader.metadata.title)
    assert "2024-05-31" in metadata


@pytest.mark.parametrize("ending", [".html", ".pdf"])
def test_two_runs_give_the_same_bytes(ending: str) -> None:
    """The same settlement on the same day is the same file."""
    asked = Asked("sv", as_of=date(2024, 5, 31))
    assert write(tesoma(GAIN), ending, asked) == write(tesoma(GAIN), ending, asked)


HOSTILE = {
    "title": '<script>alert(1)</script> & "quotes" {{ 7*7 }} #set text',
    "party": '=HYPERLINK("http://x") <img src=x onerror=alert(1)> $x$ *bold* @ref',
}
CONTRACT = """
contract: hostile
status: draft
assumed: an example
currency: EUR
title: TITLE
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: PARTY}}
splits: {all: {shares: [{from: 2020-01-01, firm: 100 %}]}}
facts:
  cost: {unit: EUR, least: 0, title: Open costs}
  wages: {unit: EUR, least: 0, title: Hidden wages, confidential: true}
figures:
  spent: {unit: EUR, formula: cost + wages}
settlement:
  - all_costs: {kind: formula, amount: spent, to: all}
"""


def hostile() -> Settlement:
    """A settlement whose names try to be markup, formulas and templates."""
    text = CONTRACT.replace("TITLE", json.dumps(HOSTILE["title"])).replace("PARTY", json.dumps(HOSTILE["party"]))
    rows = [row("2020", "cost", "1000.10"), row("2020", "wages", "4242.42")]
    return settled(text, to_csv(rows), "2020")


def test_a_name_is_text_on_a_page() -> None:
    """Escaped wherever it stands; no script, no link, and the policy lets nothing load."""
    page = write(hostile(), ".html", Asked()).decode("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "<a " not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


@needs_poppler
def test_a_name_is_text_on_paper() -> None:
    """No markup of the typesetter, no formula: the letters themselves."""
    text = " ".join(pdf_text(write(hostile(), ".pdf", Asked())).split())
    assert '<script>alert(1)</script> & "quotes" {{ 7*7 }} #set text' in text
    assert "$x$ *bold* @ref" in text


def test_a_public_page_leaves_out_what_is_confidential() -> None:
    """Neither the confidential number nor one that tells of it by subtraction, but for the line, which is what is paid."""
    whole = write(hostile(), ".html", Asked()).decode("utf-8")
    public = write(hostile(), ".html", Asked(public=True)).decode("utf-8")
    assert "4,242.42" in whole
    assert "4,242.42" not in public
    assert "4242.42" not in public
    assert public.count("5,242.52") < whole.count("5,242.52")
    assert "€5,242.52" in public


def test_axe_finds_nothing_on_a_page(tmp_path: Path) -> None:
    """In three languages, of a gain and a loss year, of a scorecard, and of hostile names; each page is small."""
    files = []
    for language in LANGUAGES:
        for name, settlement in (("gain", tesoma(GAIN)), ("loss", tesoma(LOSS)), ("hostile", hostile())):
            file = tmp_path / f"{name}.{language}.html"
            file.write_bytes(write(settlement, ".html", Asked(language)))
            assert file.stat().st_size < 150_000
            files.append(file)
    hinders_nobody(files)


def test_money_is_rounded_before_it_is_written() -> None:
    """Half a cent goes away from zero, as in the contract, not to the even cent as formats do."""
    formats = Formats("en", "EUR", 2)
    assert [formats.money(Fraction(n, 1000)) for n in (5, 15, 25, -5)] == ["€0.01", "€0.02", "€0.03", "-€0.01"]
    assert formats.share(Fraction(125, 1000)) == "12.5%"
    assert Formats("fi", "EUR", 2).money(Fraction(-1234567)).replace("\u2212", "-") == "-1\u00a0234\u00a0567,00\u00a0€"


def test_only_one_payee_fits_on_paper(tmp_path: Path) -> None:
    """A document of many payees is refused, and nothing is written."""
    data = tmp_path / "data.csv"
    rows = [{**row("2020", name, "1"), "payee": payee} for payee in ("a", "b") for name in ("cost", "wages")]
    data.write_text(to_csv(rows), "utf-8")
    contract = tmp_path / "hostile.yaml"
    contract.write_text(CONTRACT.replace("TITLE", "T").replace("PARTY", "P"), "utf-8")
    for ending in ("pdf", "html"):
        run = alliance("settle", contract, data, "--period", "2020", "-o", tmp_path / f"out.{ending}")
        assert (run.code, "AO021" in run.err) == (2, True)
        assert not (tmp_path / f"out.{ending}").exists()


REPORTS: list[tuple[str, str, tuple[str, ...]]] = [
    ("tesoma", "measured.csv", ("--for", "residents", "--period", GAIN)),
    ("tesoma", "measured.csv", ("--for", "residents", "--period", LOSS)),
    ("tesoma", "measured.csv", ()),
    ("omatori", "measured.csv", ()),
    ("lahitori", "records", ()),
]


@pytest.mark.untraced
def test_reports_and_the_page_for_residents(tmp_path: Path) -> None:
    """In three languages: small, the same bytes twice, without a script, and axe finds nothing."""
    files = []
    for number, (name, data, options) in enumerate(REPORTS):
        for language in LANGUAGES:
            file = tmp_path / f"{number}.{language}.html"
            where: tuple[str | Path, ...] = (
                ROOT / "contracts" / f"{name}.yaml",
                ROOT / "examples" / name / data,
                *options,
                "--lang",
                language,
            )
            assert alliance("report", *where, "-o", file).code == 0
            again = tmp_path / "again.html"
            assert alliance("report", *where, "-o", again).code == 0
            assert again.read_bytes() == file.read_bytes()
            assert b"<script" not in file.read_bytes()
            files.append(file)
    hinders_nobody(files)


def test_a_page_for_residents_says_what_was_paid(tmp_path: Path) -> None:
    """In plain words: each party's amount; of a scorecard, that nothing is paid by results."""
    file = tmp_path / "page.html"
    alliance("report", *TESOMA, "--for", "residents", "--period", GAIN, "-o", file)
    payee = tesoma(GAIN).only()
    money = Formats("en", "EUR", 2).money
    text = file.read_text("utf-8")
    assert all(f"gets {money(each.earned)}." in text for each in payee.balance.values())
    scorecard = (ROOT / "contracts" / "omatori.yaml", ROOT / "examples" / "omatori" / "measured.csv")
    alliance("report", *scorecard, "--for", "residents", "--period", "2019H1", "-o", file)
    assert "Nothing is paid by results." in file.read_text("utf-8")


def test_a_report_tells_results_against_goals(tmp_path: Path) -> None:
    """The seed's goal of 150 clients of remote care, about 100 of whom there were: on the way, not reached."""
    file = tmp_path / "report.html"
    scorecard = (ROOT / "contracts" / "omatori.yaml", ROOT / "examples" / "omatori" / "measured.csv")
    assert alliance("report", *scorecard, "-o", file).code == 0
    text = " ".join(file.read_text("utf-8").split())
    assert "100 persons" in text or "100 clients" in text or ">100 " in text
    assert "on the way" in text
    assert "What is planned next" in text
