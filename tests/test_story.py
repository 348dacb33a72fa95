"""The story of five years in docs/story.md, through the command line: settled, verified, disputed, amended, restated, reconciled."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import read_csv
from alliance_outcomes.statements.telling import statement
from tests.running import alliance
from tests.tree import ROOT

pytestmark = pytest.mark.untraced

STORY = ROOT / "examples" / "tesoma" / "story"
PAGE = ROOT / "docs" / "story.md"


@dataclass(frozen=True)
class Chapter:
    """A settlement of the story: its bundle, the contract file, the data, the period, the day; or what it restates, and why."""

    bundle: str
    contract: str
    data: str
    period: str
    as_of: str
    restates: str = ""
    reason: str = ""
    paid: str = ""


CHAPTERS = (
    Chapter("2019", "contract", "2019", "2019", "2020-05-29"),
    Chapter("2020", "contract", "2020", "2020", "2021-05-28"),
    Chapter("2020-2", "contract", "2020-audited", "2020", "2021-11-30", "2020", "dispute_ended"),
    Chapter("2021", "amendment-2021", "2021", "2021", "2022-05-31"),
    Chapter("2022", "amendment-2022", "2022", "2022", "2023-05-31"),
    Chapter("2023", "amendment-2023", "2023-interim", "2023", "2023-08-31"),
    Chapter("2023-2", "amendment-2023", "2023", "2023", "2024-05-31", "2023", "year_end", "on_account"),
    Chapter("2023-3", "amendment-2023", "2023-late", "2023", "2024-11-29", "2023-2", "late_data"),
)
FINAL = ("2019", "2020-2", "2021", "2022", "2023-3")


@dataclass(frozen=True)
class Story:
    """The whole story, told in a folder: every bundle, what was said of it as JSON, and the register."""

    folder: Path

    def tell(self) -> None:
        """Run every chapter through the command line."""
        for each in CHAPTERS:
            keeping = ("--bundle", self.folder / each.bundle, "--register", self.register, "--as-of", each.as_of)
            output = ("-f", "json", "-o", self.folder / f"{each.bundle}.json")
            data = STORY / f"{each.data}.csv"
            asked: tuple[str | Path, ...] = ("settle", STORY / f"{each.contract}.yaml", data, "--period", each.period)
            if each.restates:
                asked = ("restate", self.folder / each.restates, "--data", data, "--reason", each.reason)
                asked += ("--paid", each.paid) if each.paid else ()
            run = alliance(*asked, *keeping, *output)
            assert run.code == 0, run.err

    @property
    def register(self) -> Path:
        """The register that all of them stand in."""
        return self.folder / "register"

    @property
    def history(self) -> list[Mapping[str, Any]]:
        """The entries of the register."""
        found: list[Mapping[str, Any]] = json.loads(alliance("history", self.register, "-f", "json").out)["entries"]
        return found

    def settled(self, bundle: str) -> Mapping[str, Any]:
        """The one payee of a kept settlement."""
        (payee,) = json.loads((self.folder / bundle / "settlement.json").read_bytes())["payees"]
        found: Mapping[str, Any] = payee
        return found

    def restated(self, bundle: str) -> Mapping[str, Any]:
        """What a restatement says."""
        found: Mapping[str, Any] = json.loads((self.folder / f"{bundle}.json").read_bytes())
        return found

    def lines(self, bundle: str) -> dict[tuple[str, str], int]:
        """The lines of a settlement by clause and party, in cents."""
        return {(each["clause"], each["party"]): cents(each["amount"]) for each in self.settled(bundle)["lines"]}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Told once for all tests."""
    found = Story(tmp_path_factory.mktemp("story"))
    found.tell()
    return found


def cents(amount: str) -> int:
    """An amount of money in whole cents."""
    exact = Fraction(amount) * 100
    assert exact.denominator == 1
    return int(exact)


def measured(data: str) -> dict[tuple[str, str], Fraction]:
    """Values of a data file by name and party, for the year that the file is of."""
    rows = [
        row
        for row in csv.DictReader((STORY / f"{data}.csv").read_text("utf-8").splitlines())
        if row["period"] == data[:4]
    ]
    return {(row["indicator"], row["party"]): number(row["value"]) for row in rows if row["value"]}


def number(text: str) -> Fraction:
    """A number as the data file writes it."""
    return Fraction(text.removesuffix(" %")) / (100 if text.endswith("%") else 1)


def half_up(amount: Fraction) -> int:
    """Cents of an amount that is not negative, halves away from zero."""
    return int(amount * 100 + Fraction(1, 2))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda each: each.bundle)
def test_every_settlement_of_the_story_is_verified(story: Story, chapter: Chapter) -> None:
    """Against its register and the hash in it; the lines sum to the total, and so do the parties, to 0 cents (law 1)."""
    entry = story.history[CHAPTERS.index(chapter)]
    run = alliance("verify", story.folder / chapter.bundle, "--register", story.register, "--expect", entry["manifest"])
    assert (run.code, run.err) == (0, "")
    payee = story.settled(chapter.bundle)
    total = cents(payee["total"])
    assert sum(story.lines(chapter.bundle).values()) == total == cents(entry["total"])
    assert sum(map(cents, payee["parties"].values())) == total
    for party, each in payee["balance"].items():
        assert cents(each["earned"]) == cents(payee["parties"][party])
        assert cents(each["payable"]) == cents(each["earned"]) - cents(each["held"]) - cents(each["paid"])


def test_the_register_tells_the_course(story: Story) -> None:
    """Eight settlements in one chain, each restatement with what it supersedes; a changed byte of any bundle is found (law 10)."""
    names = {each.bundle: at for at, each in enumerate(CHAPTERS, 1)}
    assert [(each["number"], each["period"], each["supersedes"], each["reason"]) for each in story.history] == [
        (names[each.bundle], each.period, names.get(each.restates), each.reason or None) for each in CHAPTERS
    ]
    for each in CHAPTERS:
        file = story.folder / each.bundle / "contract" / "contract.yaml"
        whole = file.read_bytes()
        file.write_bytes(whole.replace(b"12 000 000", b"12 000 001"))
        try:
            run = alliance("verify", story.folder / each.bundle)
        finally:
            file.write_bytes(whole)
        assert run.code == 1
        assert "contract.yaml" in run.err


def test_years_are_closed_by_their_term_and_by_a_decision(story: Story, tmp_path: Path) -> None:
    """24 months after the first settlement of each, by the latest day there is; 2023 by the leadership team."""
    states = [each["state"] for each in story.history]
    assert states == ["closed", "superseded", "closed", "closed", "final", "superseded", "superseded", "final"]
    asked = ("--as-of", "2025-01-31", "--decision", "Leadership team, 31 January 2025, section 3")
    register = tmp_path / "register"
    shutil.copytree(story.register, register)
    assert alliance("close", register, "8", *asked).code == 0
    assert json.loads(alliance("history", register, "-f", "json").out)["entries"][7]["closed_by"] == 9
    data = (
        "--data",
        STORY / "2023.csv",
        "--reason",
        "late_data",
        "--bundle",
        tmp_path / "late",
        "--as-of",
        "2025-02-28",
    )
    run = alliance("restate", story.folder / "2023-3", *data, "--register", register)
    assert (run.code, run.out, "AO851" in run.err) == (2, "", True)
    assert not (tmp_path / "late").exists()


@pytest.mark.parametrize("bundle", [each.bundle for each in CHAPTERS if each.restates])
def test_a_restatement_sums_to_new_minus_old(story: Story, bundle: str) -> None:
    """Over its lines and over its causes; what is due now is the new payable less the old (law 10)."""
    chapter = next(each for each in CHAPTERS if each.bundle == bundle)
    said, old, new = story.restated(bundle), story.settled(chapter.restates), story.settled(bundle)
    difference = cents(new["total"]) - cents(old["total"])
    assert cents(said["total"]["difference"]) == difference
    assert sum(cents(each["difference"]) for each in said["lines"]) == difference
    assert sum(cents(each["amount"]) for cause in said["causes"] for each in cause["moved"]) == difference
    for due in said["due"]:
        before, after = (each["balance"].get(due["party"], {"payable": "0"})["payable"] for each in (old, new))
        assert (due["before"], due["after"]) == (before, after)
        assert cents(due["now"]) == cents(after) - cents(before)


def test_the_dispute_is_held_and_then_ends(story: Story) -> None:
    """84,200.50 of 2020 is held and the rest is payable; when 31,200.50 of it is disallowed, the held part is paid or gone."""
    first, second = (story.settled(each)["balance"]["first_provider"] for each in ("2020", "2020-2"))
    assert (first["held"], second["held"]) == ("84200.50", "0.00")
    assert story.lines("2020")["costs", "first_provider"] - story.lines("2020-2")["costs", "first_provider"] == 3120050


def test_the_index_and_the_amended_pool_by_hand(story: Story) -> None:
    """The gain share of 2021 and the bonus of 2022, from the files by another way than the formulas."""
    index = json.loads((STORY / "index.json").read_text("utf-8"), parse_float=Fraction)["value"]
    data = measured("2021")
    parties = ("first_provider", "associations")
    outturn = sum((data["cost", each] - data["disallowed", each] for each in parties), Fraction(0))
    target = 12_000_000 * index[2] / index[0]
    shared = half_up(min((target - outturn) / 2, target * 3 / 100))
    assert sum(story.lines("2021")["gain_share", each] for each in parties) == shared > 0
    bonus = {party: amount for (clause, party), amount in story.lines("2022").items() if clause == "incentive"}
    score = Fraction(story.settled("2022")["score"])
    assert sum(bonus.values()) == half_up(360_000 * score / 100)
    weights = {"first_provider": 257 * 80, "second_provider": 108 * 75, "associations": 257 * 20 + 108 * 25}
    assert sum(weights.values()) == 365 * 100
    for party, days in weights.items():
        assert abs(bonus[party] - Fraction(sum(bonus.values()) * days, 36500)) < 1


def test_each_year_is_settled_by_the_terms_of_its_time() -> None:
    """No later amendment settles an earlier year; the file that does is named, down the whole chain (AO148)."""
    files = {
        "2019": "contract",
        "2020": "contract",
        "2021": "amendment-2021",
        "2022": "amendment-2022",
        "2023": "amendment-2023",
    }
    newest = STORY / "amendment-2023.yaml"
    for year, file in list(files.items())[:-1]:
        run = alliance("settle", newest, STORY / f"{year}.csv", "--period", year)
        assert (run.code, run.out) == (2, "")
        assert re.search(rf"AO148 {year} ends before .*\n(.*\n)*  Settle it by \S*{file}\.yaml\.", run.err)


def test_the_commissioner_changes_with_2023(story: Story) -> None:
    """Who pays for 2022 is the city, for 2023 the wellbeing services county; whose rights were paid by the one are by the other."""
    payers = {"2022": "City of Tampere", "2023": "Wellbeing services county of Pirkanmaa"}
    for year, payer in payers.items():
        contract = load_contract(STORY / f"amendment-{year}.yaml")
        settlement = settle(contract, read_csv(STORY / f"{year}.csv"), year)
        payments = statement(settlement, settlement.only()).payments
        assert {each.payer for each in payments} == {payer}
    assert set(story.settled("2022")["balance"]) == {"first_provider", "second_provider", "associations"}
    assert set(story.settled("2023-3")["balance"]) == {"second_provider", "associations"}


def test_the_interim_is_trued_up_by_the_year_end(story: Story) -> None:
    """Half a year against half the indexed target; what was paid because of all three settlements of 2023 is what is payable."""
    interim = story.settled("2023")
    assert {each["status"] for each in interim["indicators"]} == {"provisional"}
    for party in story.settled("2023-3")["balance"]:
        steps = [cents(interim["balance"][party]["payable"])]
        steps += [
            cents(due["now"])
            for each in ("2023-2", "2023-3")
            for due in story.restated(each)["due"]
            if due["party"] == party
        ]
        assert sum(steps) == cents(story.settled("2023-3")["balance"][party]["payable"])


def test_five_years_are_reconciled(story: Story) -> None:
    """What every party earned in five years is what it was paid: on account, by settlements, and by restatements."""
    earned: dict[str, int] = {}
    paid: dict[str, int] = {}
    for bundle in FINAL:
        for party, each in story.settled(bundle)["balance"].items():
            earned[party] = earned.get(party, 0) + cents(each["earned"])
            paid[party] = paid.get(party, 0) + cents(each["paid"])
            assert each["held"] == "0.00"
    for each in CHAPTERS:
        if each.restates:
            for due in story.restated(each.bundle)["due"]:
                paid[due["party"]] += cents(due["now"])
        else:
            for party, balance in story.settled(each.bundle)["balance"].items():
                paid[party] += cents(balance["payable"])
    assert paid == earned
    assert sum(earned.values()) == sum(cents(story.settled(bundle)["total"]) for bundle in FINAL)


def test_the_page_tells_these_figures(story: Story) -> None:
    """Every amount of money on the page is one of these settlements, of their sums, or of their terms."""
    found = {each.replace(",", "") for each in re.findall(r"\d[\d,]*\.\d\d\b", PAGE.read_text("utf-8"))}
    known = {each["amount"].lstrip("-") for chapter in CHAPTERS for each in story.settled(chapter.bundle)["lines"]}
    for chapter in CHAPTERS:
        payee = story.settled(chapter.bundle)
        known |= {payee["total"]} | {value.lstrip("-") for each in payee["balance"].values() for value in each.values()}
        if chapter.restates:
            said = story.restated(chapter.bundle)
            known |= {said["total"]["difference"].lstrip("-")} | {each["now"].lstrip("-") for each in said["due"]}
    five = sum(cents(story.settled(bundle)["total"]) for bundle in FINAL)
    known |= {f"{five // 100}.{five % 100:02}", "31200.50", "53000.00"}
    assert len(found) > 15
    assert not found - known
