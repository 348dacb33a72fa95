"""Accruals: what is earned by a day and not paid, booked once, to the cent; nothing of it is left to guess at the end."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.scenarios.accrual import Accrual, accrue
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from tests.documents import read_contract
from tests.faulty import written
from tests.running import alliance
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
CONTRACT = """\
contract: year
currency: EUR
periods: {length: year, from: 2021-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
parties:
  city: {role: commissioner, title: City}
  north: {role: provider, title: North}
  south: {role: provider, title: South}
splits: {all: {shares: [{from: 2021-01-01, north: 1/3, south: 2/3}]}}
facts:
  cost: {unit: EUR, per: party, least: 0}
  advance: {unit: EUR, per: party, least: 0}
  visits: {unit: EUR per client}
payments: {paid: advance}
settlement:
  - costs: {kind: reimbursable, amount: cost, to: each}
  - bonus: {kind: formula, amount: visits * 1 000, to: all}
"""
COSTS = [(100, 7), (120, 9), (80, 3), (100, 1)]
ENDS = [date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31)]
ATTRIBUTE = """\
payees: {attributes: {track: [a, b]}}
settlement:
  - bonus: {kind: formula, amount: 'spent if track == "a" else 0', to: payee}
facts: {spent: {unit: EUR}}
contract: tracks
currency: EUR
periods: {length: year, from: 2021-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01}
"""


def quarters(count: int) -> str:
    """The first quarters of 2021: costs of each party, half of them paid on account, and three visits a client."""
    lines = ["party,period,indicator,value"]
    for number, (north, south) in enumerate(COSTS[:count], 1):
        for party, cost in (("north", north), ("south", south)):
            lines += [f"{party},2021Q{number},cost,{cost}", f"{party},2021Q{number},advance,{Fraction(cost, 2)}"]
        lines.append(f",2021Q{number},visits,3")
    return "\n".join(lines).replace("7/2", "3.5").replace("9/2", "4.5").replace("3/2", "1.5").replace("1/2", "0.5")


def accrued(count: int, booked: dict[tuple[str, str], Fraction] | None = None) -> Accrual:
    """The accrual at the end of a quarter."""
    data = parse_csv(quarters(count).encode(), "data.csv")
    return accrue(read_contract(CONTRACT), data, "2021", None, booked)


def test_worked_by_hand() -> None:
    """Through September 300 is spent: all of it is earned, and 273 of 365 days of a bonus of 3,000; half the cost is paid."""
    found = accrued(3)
    assert (found.through, found.share) == (date(2021, 9, 30), Fraction(273, 365))
    north, south = found.parties
    assert (north.expected, north.paid) == (Fraction("1401.10"), Fraction(150))
    assert north.earned == Fraction("1047.95")  # 1,401.10 * 273 / 365
    assert north.to_book == Fraction("897.95")
    assert (south.paid, south.earned) == (Fraction("9.5"), Fraction("1514.89"))  # of 2,025.40


def test_at_the_end_it_is_the_settlement() -> None:
    """On the last day of the period what is earned and not paid is what the settlement says."""
    whole = accrued(4)
    rows = quarters(4).splitlines()
    year = "\n".join([rows[0], *(each for each in rows if "visits" in each)][:2]).replace("2021Q1", "2021")
    sums = {(party, name): Fraction(0) for party in ("north", "south") for name in ("cost", "advance")}
    for each in rows[1:]:
        party, _, name, value = each.split(",")
        if party:
            sums[party, name] += Fraction(value)
    year += "".join(f"\n{party},2021,{name},{float(value)}" for (party, name), value in sums.items())
    settled = settle(read_contract(CONTRACT), parse_csv(year.encode(), "year.csv"), "2021").only()
    assert {each.party: (each.earned, each.accrued) for each in whole.parties} == {
        party: (balance.earned, balance.payable) for party, balance in settled.balance.items()
    }


def test_what_is_booked_is_booked_once() -> None:
    """Booked quarter after quarter, what was booked in all is what stands in the books at the end."""
    booked: dict[tuple[str, str], Fraction] = {}
    in_all: dict[tuple[str, str], Fraction] = {}
    for count in range(1, 5):
        found = accrued(count, booked)
        for each in found.parties:
            who = (each.payee, each.party)
            in_all[who] = in_all.get(who, Fraction(0)) + each.to_book
            booked[who] = each.accrued
    assert in_all == booked == {(each.payee, each.party): each.accrued for each in accrued(4).parties}
    gone = accrued(4, booked | {("", "west"): Fraction(5)})
    assert [each.to_book for each in gone.parties] == [0, 0, -5]


def command(folder: Path, count: int, *more: str | Path) -> Any:
    """What ``alliance accrual -f json`` says at the end of a quarter."""
    data = folder / f"{count}.csv"
    data.write_text(quarters(count))
    run = alliance("accrual", written(folder, CONTRACT), data, "--period", "2021", "-f", "json", *more)
    assert run.code == 0, run.err
    return json.loads(run.out)


def test_the_command_reads_what_it_wrote(tmp_path: Path) -> None:
    """The JSON keeps to its schema, and is taken for what was booked by the next."""
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for file, count, more in ((first, 2, ()), (second, 3, ("--booked", first))):
        found = command(tmp_path, count, *more)
        holds("accrual", found)
        file.write_text(json.dumps(found))
    then, now = json.loads(first.read_text()), json.loads(second.read_text())
    assert now["total"]["booked"] == then["total"]["accrued"]
    assert Fraction(now["total"]["to_book"]) == Fraction(now["total"]["accrued"]) - Fraction(then["total"]["accrued"])
    assert command(tmp_path, 3, "--booked", second)["total"]["to_book"] == "0.00"


def test_it_is_told_in_three_languages() -> None:
    """A table of at most 80 columns, with its basis."""
    for language, word in (("en", "to accrue"), ("fi", "jaksotetaan"), ("sv", "periodiseras")):
        run = alliance("accrual", *TESOMA, "--period", "2023", "--through", "2023-12-31", "--lang", language)
        assert word in run.out
        assert max(map(len, run.out.splitlines())) <= 80


def test_an_attribute_of_a_payee_is_no_number() -> None:
    """What is known of a payee without being measured holds for the whole period."""
    rows = "payee,period,indicator,value\n" + "".join(
        f"{payee},2021H1,{name},{value}\n" for payee in "pq" for name, value in (("track", "a"), ("spent", "181"))
    )
    found = accrue(
        read_contract(ATTRIBUTE),
        parse_csv(rows.replace("q,2021H1,track,a", "q,2021H1,track,b").encode(), "data.csv"),
        "2021",
        None,
    )
    assert [(each.payee, each.expected, each.earned) for each in found.parties] == [
        ("p", Fraction(365), Fraction(181)),
        ("q", Fraction(0), Fraction(0)),
    ]


@pytest.mark.parametrize("wrong", ["no accrual", "another period", "another contract", "a later day", "no file"])
def test_what_was_not_booked_last(wrong: str, tmp_path: Path) -> None:
    """A file that cannot be what stands in the books is refused (AO567)."""
    booked, there = tmp_path / "booked.json", command(tmp_path, 2)
    changes = {
        "no accrual": {"parties": None},
        "another period": {"period": "2022"},
        "another contract": {"contract": "other"},
        "a later day": {"through": "2021-12-31"},
    }
    if wrong in changes:
        booked.write_text(json.dumps(there | changes[wrong]))
    run = alliance("accrual", written(tmp_path, CONTRACT), tmp_path / "2.csv", "--period", "2021", "--booked", booked)
    assert run.code == 1
    assert "AO567" in run.err


def test_a_scorecard_accrues_nothing() -> None:
    """Who asks what to book of a scorecard is told so (AO082)."""
    card = ROOT / "contracts" / "rantakyla.yaml"
    run = alliance("accrual", card, TESOMA[1], "--period", "2020", "--through", "2020-12-31")
    assert run.code == 2
    assert "AO082 " in run.err
