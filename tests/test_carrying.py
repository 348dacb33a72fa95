"""What is carried from period to period: unused limits, losses, and limits over all periods together."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from alliance_outcomes.numbers import to_decimal
from alliance_outcomes.settlement import PayeeSettlement, Settled, settle
from alliance_outcomes.sources.csv import parse_csv
from tests.documents import LANGUAGE, blocks, framed, read_contract
from tests.faulty import written
from tests.running import alliance
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
    read, measured = read_contract(contract), parse_csv(data.encode(), "example.csv")
    head, *rows = (line.split() for line in table.splitlines())
    stated: Settled = {}
    for row in rows:
        settlement = settle(read, measured, row[0], None, stated)
        assert dict(zip(head, row, strict=True)) == {"period": row[0]} | {
            name: shown(settlement.only(), name) for name in head[1:]
        }
        stated = settlement.stated


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


def test_a_clause_that_pays_at_the_end_counts_in_every_year() -> None:
    """A cap over the contract with a condition leaves every year alone but the last, in which it settles all of them."""
    text = CONTRACT + "  - limit: {kind: cap, of: [bonus], over: contract, most: 1 000, when: open == 1}\n"
    contract = read_contract(text)
    data = parse_csv(rows(earned=[700, 900, -200], spent=[0, 0, 0], open=[0, 0, 1]).encode(), "data.csv")
    stated: Settled = {}
    paid = []
    for period in ("2019", "2020", "2021"):
        settlement = settle(contract, data, period, None, stated)
        stated = settlement.stated
        paid.append(settlement.total)
    assert paid == [700, 900, -600]
    assert stated["", "2021", "limit.to_date"] == Fraction(1000)
