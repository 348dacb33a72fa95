"""What is carried from period to period: unused limits, losses, and limits over all periods together."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_outcomes as ao
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.numbers import to_decimal
from alliance_outcomes.scenarios.backtest import backtest
from alliance_outcomes.settlement import PayeeSettlement, settle
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.statements.telling import statement
from alliance_outcomes.statements.text import write_text
from tests.documents import LANGUAGE, blocks, framed, read_contract
from tests.faulty import written
from tests.running import alliance
from tests.settling import settle_all
from tests.test_schemas import holds

CONTRACT = """\
contract: years
currency: EUR
periods: {length: year, from: 2019-01-01, to: 2023-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
facts: {earned: {unit: EUR}, spent: {unit: EUR}, open: {unit: flag}}
settlement:
  - bonus: {kind: formula, amount: earned, to: payee}
"""
CAP = "  - limit: {kind: cap, of: [bonus], most: 1 000, carry: {periods: 2}}\n"
SHARE = (
    "  - share: {kind: gain_share, target: 1 000, actual: spent, pain: {rate: 1, most: 100, to: payee, carry: {}}}\n"
)
WRONG = {
    "no period": CAP.replace("periods: 2", "periods: 0"),
    "half a period": CAP.replace("periods: 2", "periods: 1.5"),
    "too many": CAP.replace("periods: 2", "periods: 11"),
    "since when": CAP.replace("periods: 2", "since: 2031"),
    "nothing to be left": CAP.replace("most: 1 000", "least: 5"),
    "no limit of losses": SHARE.replace("most: 100, ", ""),
    "both": CAP.replace("most: 1 000", "over: contract, most: 1 000"),
    "both of losses": SHARE.replace("actual: spent", "actual: spent, over: contract"),
    "over what": CAP.replace("carry: {periods: 2}", "over: all"),
    "over since when": CAP.replace("carry: {periods: 2}", "over: since 2031"),
}


def examples() -> list[tuple[str, str, str]]:
    """The examples of the language page over several periods: contract, data, and the table of what comes of them."""
    found = list(blocks(LANGUAGE))
    frame = next(each.text for each in found if each.words == ("yaml", "frame"))
    at = [index for index, each in enumerate(found) if each.words == ("text", "periods")]
    return [(framed(frame, found[index - 2].text), found[index - 1].text, found[index].text) for index in at]


def shown(payee: PayeeSettlement, column: str) -> str:
    """What a table of periods says of a settlement: its total, or a value by its name."""
    value = payee.total if column == "total" else payee.values[column]
    assert value is not None
    assert not isinstance(value, str)
    return to_decimal(value, 2)


@pytest.mark.parametrize(("contract", "data", "table"), examples())
def test_each_period_reads_what_the_one_before_states(contract: str, data: str, table: str) -> None:
    """The tables of the language page come out when period after period is settled with the one before."""
    head, *table_rows = (line.split() for line in table.splitlines())
    for row, payee in zip(table_rows, settle_all(read_contract(contract), data), strict=True):
        assert row[1:] == [shown(payee, name) for name in head[1:]]


def chain(folder: Path, contract: Path, data: Path, *periods: str) -> list[Path]:
    """Bundles of the periods, each settled with the settlement of the one before."""
    made: list[Path] = []
    for period in periods:
        earlier = ("--earlier", made[-1] / "settlement.json") if made else ()
        bundle = folder / period
        kept = ("--bundle", bundle, "--register", folder / "register", "--as-of", f"{period}-12-31")
        run = alliance("settle", contract, data, "--period", period, *earlier, *kept)
        assert run.code == 0, run.err
        made.append(bundle)
    return made


def rows(**values: list[int]) -> str:
    """Data with a value a year from 2019 on."""
    cells = [f"{2019 + year},{name},{value}\n" for name, each in values.items() for year, value in enumerate(each)]
    return "period,indicator,value\n" + "".join(cells)


def test_what_is_carried_is_kept_and_verified(tmp_path: Path) -> None:
    """A bundle holds the earlier settlement, states what is carried, and both verifiers compute it again."""
    contract = written(tmp_path, CONTRACT + CAP + SHARE)
    data = tmp_path / "data.csv"
    data.write_text(rows(earned=[700, 900, 1300, 0], spent=[1500, 1050, 700, 0], open=[0, 0, 0, 0]))
    bundles = chain(tmp_path, contract, data, "2019", "2020", "2021")
    whole = [json.loads((each / "settlement.json").read_text()) for each in bundles]
    assert [each["payees"][0]["carried"] for each in whole] == [
        {"limit.unused": "300.00", "limit.unused@-1": "0.00", "share.losses": "400.00"},
        {"limit.unused": "100.00", "limit.unused@-1": "300.00", "share.losses": "350.00"},
        {"limit.unused": "0.00", "limit.unused@-1": "100.00", "share.losses": "250.00"},
    ]
    for bundle, each in zip(bundles, whole, strict=True):
        holds("settlement", each)
        run = alliance("verify", bundle, "--register", tmp_path / "register")
        assert run.code == 0, run.err
    assert (bundles[2] / "data" / "earlier").is_dir()
    verifier = [sys.executable, "-I", "-S", str(bundles[2] / "verify.py")]
    assert subprocess.run(verifier, capture_output=True, check=False).returncode == 0
    changed = (bundles[2] / "settlement.json").read_text().replace('"share.losses":"250.00"', '"share.losses":"25.00"')
    (bundles[2] / "settlement.json").write_text(changed)
    done = subprocess.run(verifier, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 1
    assert "carried.share.losses is 25.00 in settlement.json; computed again it is 250.00" in done.stderr


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_carried(wrong: str, tmp_path: Path) -> None:
    """Each way of not saying how it is carried is refused at its place (AO149)."""
    found = json.loads(alliance("lint", written(tmp_path, CONTRACT + WRONG[wrong]), "-f", "json").out)["problems"]
    assert [each["code"] for each in found if each["severity"] == "error"] == ["AO149"]
    assert all(each["line"] > 7 for each in found)


def test_an_earlier_settlement_that_says_nothing(tmp_path: Path) -> None:
    """A clause that came later is refused (AO565), until it says since when it carries; two of a period are (AO566)."""
    data = tmp_path / "data.csv"
    data.write_text(rows(earned=[700, 1200, 1200], spent=[0, 0, 0], open=[0, 0, 0]))
    before, after = written(tmp_path, CONTRACT, "before.yaml"), written(tmp_path, CONTRACT + CAP, "after.yaml")
    earlier, twice = tmp_path / "2019.json", tmp_path / "2019-2.json"
    for file in (earlier, twice):
        assert not alliance("settle", before, data, "--period", "2019", "-o", file).code
    asked = ("settle", after, data, "--period", "2020", "--earlier", earlier)
    assert "AO565 The settlement of 2019 that was given says nothing of limit.unused." in alliance(*asked).err
    both = " ".join(alliance(*asked, "--earlier", twice).err.split())
    assert f"{twice}:1:1: AO566 The settlement for 2019 stands in {earlier} too." in both
    since = written(tmp_path, CONTRACT + CAP.replace("periods: 2", "periods: 2, since: 2020"), "after.yaml")
    assert alliance(*asked).code == 0, since
    assert "limit.unused" in alliance("settle", after, data, "--period", "2021").err


def test_an_earlier_settlement_of_another_contract(tmp_path: Path) -> None:
    """Its clauses may have the same names: it is refused (AO568), and so is what says no contract (AO512)."""
    data, earlier = tmp_path / "data.csv", tmp_path / "2019.json"
    data.write_text(rows(earned=[700, 1200, 1200], spent=[0, 0, 0], open=[0, 0, 0]))
    agreed = written(tmp_path, CONTRACT + CAP)
    other = written(tmp_path, re.sub("^contract: .*", "contract: another", CONTRACT + CAP, flags=re.M), "other.yaml")
    assert not alliance("settle", other, data, "--period", "2019", "-o", earlier).code
    asked = ("settle", agreed, data, "--period", "2020", "--earlier", earlier)
    refused = alliance(*asked)
    assert refused.code == 1
    assert f"{earlier}:1:1: AO568 {earlier} settles the contract another, not " in " ".join(refused.err.split())
    earlier.write_text(earlier.read_text("utf-8").replace('"contract":"another",', ""), "utf-8")
    assert "AO512" in alliance(*asked).err


def test_an_earlier_amount_of_any_length_is_read(tmp_path: Path) -> None:
    """A product may have more digits than data may: the next period reads it, and so does an accrual what was booked."""
    text = CONTRACT.replace("amount: earned", "amount: earned * earned / spent")
    contract = written(tmp_path, text + "  - limit: {kind: cap, of: [bonus], over: contract, most: 1 000}\n")
    data, before, booked = tmp_path / "data.csv", tmp_path / "2019.json", tmp_path / "booked.json"
    data.write_text(rows(earned=[10**13, 1], spent=[1, 1], open=[0, 0]))
    assert not alliance("settle", contract, data, "--period", "2019", "-o", before).code
    after = json.loads(alliance("settle", contract, data, "--period", "2020", "--earlier", before, "-f", "json").out)
    assert after["payees"][0]["carried"] == {"limit.sum_to_date": "1" + 25 * "0" + "1.00", "limit.to_date": "1000.00"}
    capless = written(tmp_path, text, "capless.yaml")
    asked = ("accrual", capless, data, "--period", "2019", "--through", "2019-12-31")
    assert not alliance(*asked, "-o", booked).code
    assert not alliance(*asked, "--booked", booked).code


def test_a_clause_that_pays_at_the_end_counts_in_every_year() -> None:
    """A cap over the contract with a condition leaves every year alone but the last, in which it settles all of them."""
    text = CONTRACT + "  - limit: {kind: cap, of: [bonus], over: contract, most: 1 000, when: open == 1}\n"
    data = rows(earned=[700, 900, -200], spent=[0, 0, 0], open=[0, 0, 1])
    found = settle_all(read_contract(text), data)
    assert [each.total for each in found] == [700, 900, -600]
    assert found[-1].carried["limit.to_date"] == 1000


def test_other_commands_read_what_is_carried(tmp_path: Path) -> None:
    """Explain, what if and gaps read the earlier settlement; a back-test settles one period after the other."""
    contract, data = written(tmp_path, CONTRACT + CAP), tmp_path / "data.csv"
    data.write_text(rows(earned=[700, 900, 1600], spent=[0, 0, 0], open=[0, 0, 0]))
    kept = chain(tmp_path, contract, data, "2019", "2020")
    asked = ("--period", "2021", "--earlier", kept[-1] / "settlement.json")
    told = alliance("explain", contract, data, "limit", *asked, "--lang", "fi").out
    assert "luvuin: 100 + 300" in " ".join(told.split())
    assert alliance("gaps", contract, data, *asked).code == 0
    moved = alliance("whatif", contract, data, *asked, "--set", "limit.unused@settled-1=0", "-f", "json")
    assert json.loads(moved.out)["total"]["delta"] == "-100.00"
    agreed, measured = load_contract(contract), parse_csv(data.read_bytes(), "data.csv")
    one_by_one = [each.total for each in settle_all(agreed, data.read_text())]
    assert one_by_one == [700, 900, 1400]
    for terms in (None, "2023"):
        assert [
            each.settlement and each.settlement.total for each in backtest(agreed, measured, None, terms)
        ] == one_by_one


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["limit: Left unused of the limit 100.00", "limit: Left unused of the limit (2019) 300.00"]),
        ("fi", ["limit: Rajasta käyttämättä 100,00", "limit: Rajasta käyttämättä (2019) 300,00"]),
        ("sv", ["limit: Outnyttjat av gränsen 100,00", "limit: Outnyttjat av gränsen (2019) 300,00"]),
    ],
)
def test_a_statement_says_what_is_carried(language: str, said: list[str]) -> None:
    """Each balance with its clause, what it is and the period it came from."""
    contract = read_contract(CONTRACT + CAP)
    data = parse_csv(rows(earned=[700, 900], spent=[0, 0], open=[0, 0]).encode(), "data.csv")
    settlement = settle(contract, data, "2020", None, settle(contract, data, "2019").stated)
    *_, first, second = (" ".join(line.split()) for line in write_text(settlement, language).splitlines())
    assert [first, second] == said
    page = statement(settlement, settlement.only(), language)
    assert [amount for _, amount in page.carried] == [100, 300]


@pytest.mark.parametrize("earned", [400, 2000])
def test_a_year_in_which_the_clause_does_not_hold_keeps_what_was_carried(earned: int) -> None:
    """Nothing is used and nothing is new, whatever is paid or lost; what was carried is a year older."""
    when = "when: open == 1"
    clauses = CAP.replace("carry:", f"{when}, carry:") + SHARE.replace("target:", f"{when}, target:")
    data = rows(earned=[700, earned, 1400, 1400], spent=[1500, 1500, 1000, 1000], open=[1, 0, 1, 1])
    found = settle_all(read_contract(CONTRACT + clauses), data)
    assert [each.carried for each in found[:2]] == [
        {"limit.unused": 300, "limit.unused@-1": 0, "share.losses": 400},
        {"limit.unused": 0, "limit.unused@-1": 300, "share.losses": 400},
    ]
    assert [each.total for each in found] == [600, earned, 1200, 900]


def test_no_more_is_carried_than_agreed() -> None:
    """What lies above the most that is carried lapses at once."""
    data = rows(earned=[0, 2000], spent=[0, 0], open=[0, 0])
    first, second = settle_all(read_contract(CONTRACT + CAP.replace("periods: 2", "most: 250.509")), data)
    assert (first.carried, second.total) == ({"limit.unused": Fraction("250.50")}, Fraction("1250.50"))


def test_in_a_notebook_one_settlement_reads_another() -> None:
    """From Python the earlier settlement is given as it is."""
    contract = read_contract(CONTRACT + CAP)
    data = parse_csv(rows(earned=[700, 1200], spent=[0, 0], open=[0, 0]).encode(), "data.csv")
    first = ao.settle(contract, data, "2019")
    assert ao.settle(contract, data, "2020", earlier=[first]).settlement.total == 1200


# -- laws of several years --------------------------------------------------------------------------------------------

YEARS = st.lists(st.tuples(st.integers(-30, 250), st.integers(0, 100)), min_size=1, max_size=5)
PERIODS = st.sampled_from([1, 2, 3, None])


def carrying(periods: int | None) -> str:
    """``carry`` as a contract writes it."""
    return "carry: {}" if periods is None else f"carry: {{periods: {periods}}}"


def limited(limit: str, years: list[tuple[int, int]]) -> list[PayeeSettlement]:
    """Years of a clause that earns so much, under a limit of so much, in whole euros; each settled after the other."""
    text = CONTRACT.replace("open: {unit: flag}", "limited: {unit: EUR}")
    earned, most = ([pair[at] for pair in years] for at in (0, 1))
    data = rows(earned=earned, spent=[0] * len(years), limited=most)
    return settle_all(read_contract(f"{text}  - limit: {limit}\n"), data)


@given(YEARS, PERIODS)
def test_no_more_is_paid_than_all_limits_and_no_room_is_used_twice(
    years: list[tuple[int, int]], periods: int | None
) -> None:
    """Caps are never passed over the years: what goes beyond a year's own limit was left not longer ago than agreed."""
    found = limited(f"{{kind: cap, of: [bonus], most: limited, {carrying(periods)}}}", years)
    limits = [Fraction(most) for _, most in years]
    beyond = [each.total - most for each, most in zip(found, limits, strict=True)]
    left = [max(Fraction(0), most - max(Fraction(0), each.total)) for each, most in zip(found, limits, strict=True)]
    for end in range(1, len(years) + 1):
        assert sum(each.total for each in found[:end]) <= sum(limits[:end])
        for start in range(end):
            back = 0 if periods is None else max(0, start - periods)
            assert sum(each for each in beyond[start:end] if each > 0) <= sum(left[back : end - 1])
    if periods is None:
        used = sum(each for each in beyond if each > 0)
        assert found[-1].carried["limit.unused"] == sum(left) - used


@given(YEARS, PERIODS, st.integers(0, 60))
def test_losses_are_set_off_once(years: list[tuple[int, int]], periods: int | None, most: int) -> None:
    """What is borne, set against gains or still carried is all of the losses; what has lapsed is never asked for again."""
    pain = f"pain: {{rate: 1, most: {most}, {carrying(periods)}, to: payee}}"
    share = f"{{kind: gain_share, target: limited, actual: spent, gain: {{rate: 1, to: payee}}, {pain}}}"
    text = CONTRACT.replace("open: {unit: flag}", "limited: {unit: EUR}")
    spent, targets = ([pair[at] for pair in years] for at in (0, 1))
    data = rows(earned=[0] * len(years), spent=spent, limited=targets)
    found = settle_all(read_contract(f"{text}  - share: {share}\n"), data)
    saved = [target - cost for target, cost in zip(targets, spent, strict=True)]
    paid = sum(each.total for each in found)
    still = sum(amount for name, amount in found[-1].carried.items() if name.startswith("share.losses"))
    assert all(-most <= each.total <= max(0, year) for each, year in zip(found, saved, strict=True))
    assert paid - still == sum(saved) if periods is None else paid - still >= sum(saved)


@given(YEARS, st.permutations(range(5)), st.integers(0, 200), st.integers(-100, 0))
def test_the_final_reckoning_does_not_depend_on_the_order_of_the_years(
    years: list[tuple[int, int]], order: list[int], most: int, least: int
) -> None:
    """A limit over the contract holds at the end of every year, and pays in the end what the sum of all years comes to."""
    limit = f"{{kind: cap, of: [bonus], over: contract, most: {most}, least: {least}, to: payee}}"
    found = limited(limit, years)
    to_date = [sum(each.total for each in found[:end]) for end in range(1, len(years) + 1)]
    assert all(least <= each <= most for each in to_date)
    assert to_date[-1] == max(min(sum(earned for earned, _ in years), most), least)
    assert found[-1].carried["limit.to_date"] == to_date[-1]
    other = limited(limit, [years[at] for at in order if at < len(years)])
    assert sum(each.total for each in other) == to_date[-1]
