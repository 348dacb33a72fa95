"""What lint doubts of rates, of limits on what is carried, and of minimum_n: each fault with its line, its twin without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.checks.lint import lint
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from tests.documents import LANGUAGE, blocks, framed
from tests.settling import settle_all

FRAME = next(block.text for block in blocks(LANGUAGE) if block.words == ("yaml", "frame"))
SHARE = """\
facts: {cost: {unit: EUR, least: 0}, quality: {unit: share}, volume: {unit: share, least: 90 %, most: 1}}
amounts:
  before: {unit: share, values: {2018: 60 %, 2021: LATER}}
figures:
  both: {formula: before + 50 %}
  grown: {formula: (before + 20 %) * (1 + quality)}
  gated: {formula: 80 % * quality / quality if quality > 10 % else 0 %}
settlement:
  - sharing:
      kind: gain_share
      target: 1 000 000
      actual: cost
      SIDES
"""
CARRIED = """\
periods: {length: year, from: 2019-01-01, to: 2021-12-31}
facts: {earned: {unit: EUR, least: 100, most: 900}, outturn: {unit: EUR, least: 0, most: 1 500}}
settlement:
  - bonus: {kind: formula, amount: earned, to: payee}
  - limit: {kind: cap, of: [bonus], most: 400, carry: {CARRY}}
  - sharing:
      kind: gain_share
      target: 1 000
      actual: outturn
      gain: {rate: 50 %, to: benefit}
      pain: {rate: 50 %, most: 200, carry: {LOSSES}, to: benefit}
"""
COUNTED = """\
result_areas:
  care:
    indicators:
      groups: {INDICATOR, minimum_n: MINIMUM, when_small: {score: 0}, score: {kind: linear, zero_at: 0, full_at: 100}}
"""


def doubts(part: str, code: str, folder: Path | None = None) -> list[tuple[str, str]]:
    """The line and sentence of each finding of one code, in a contract under the frame of the language page."""
    document = parse_document(framed(FRAME, part).encode(), "contract.yaml")
    assert not document.problems
    contract = build_contract(document, [folder] if folder else [])
    calculations, faults = compile_periods(contract)
    assert not faults
    found = [each for each in lint(contract, calculations) if each.code == code]
    return [(document.lines[each.place.line - 1].strip(), each.sentence) for each in found if each.place]


@pytest.mark.parametrize(
    ("sides", "later", "said"),
    [
        ("gain: {rate: 120 %, to: benefit}", "60 %", "sharing shares 120 % of a saving in 2019, more than there is."),
        ("gain: {rate: before, to: benefit}", "110 %", "sharing shares 110 % of a saving in 2021, more than there is."),
        ("gain: {rate: both, to: benefit}", "40 %", "sharing shares 110 % of a saving in 2019, more than there is."),
        ("pain: {rate: both, to: benefit}", "40 %", "sharing shares 110 % of an overrun in 2019, more than there is."),
        (
            "gain: {rate: grown, to: benefit}",
            "1",
            "sharing shares up to 160 % of a saving in 2019, more than there is.",
        ),
        (
            "bands: [[90 %, 50 %], [none, 101 %]]\n      pain: {to: benefit}",
            "1",
            "sharing shares 101 % of what lies in this band, more than there is.",
        ),
    ],
)
def test_more_is_shared_than_there_is(sides: str, later: str, said: str) -> None:
    """A rate above 100 %, as written, or by an amount or figure, in whichever period (AO619); at its line."""
    (line, sentence), *more = doubts(SHARE.replace("SIDES", sides).replace("LATER", later), "AO619")
    assert (sentence, more) == (said, [])
    assert line in sides
    intended = sides.replace("to: benefit", "to: benefit, intended: agreed").replace(
        "bands", "intended: agreed\n      bands"
    )
    assert not doubts(SHARE.replace("SIDES", intended).replace("LATER", later), "AO619")


@pytest.mark.parametrize(
    "sides",
    [
        "gain: {rate: 100 %, to: benefit}",
        "gain: {rate: before, to: benefit}",
        "gain: {rate: both - 10 %, to: benefit}",
        "gain: {rate: gated, to: benefit}",  # its range is wider than what it can come to
        "gain: {rate: cost / cost, to: benefit}",  # open
        "gain: {rate: both - 50 %, to: benefit}\n      pain: {rate: 1 if grown > 1 else grown, to: benefit}",
        "bands: [[90 %, 50 %], [none, 100 %]]\n      pain: {to: benefit}",
    ],
)
def test_all_or_less_is_shared(sides: str) -> None:
    """A rate of 100 % or less is none, nor is one whose range is wider than what is certain to be reached."""
    assert not doubts(SHARE.replace("SIDES", sides).replace("LATER", "60 %"), "AO619")


@pytest.mark.parametrize(
    ("carry", "losses", "most"),
    [
        ("most: 601", "", 600),  # 300 of each year
        ("periods: 2, most: 601", "", 600),
        ("periods: 1, most: 301", "", 300),
        ("most: 301, since: 2020", "", 300),
        ("", "most: 101", 100),  # of 250 a year 200 are borne
        ("", "periods: 1, most: 101", 100),
    ],
)
def test_more_may_be_carried_than_can_be_left(carry: str, losses: str, most: int) -> None:
    """A limit on what is carried above what any period can leave (AO611), at its line; the limit one lower is none."""
    part = CARRIED.replace("CARRY", carry).replace("LOSSES", losses)
    (line, sentence), *more = doubts(part, "AO611")
    assert sentence == f"This limit cannot bind: it is {most + 1}, and what it limits is at most {most}."
    assert not more
    assert f"most: {most + 1}" in line
    assert not doubts(part.replace(f"most: {most + 1}", f"most: {most}"), "AO611")


@pytest.mark.parametrize(("earned", "outturn"), [(100, 1500), (900, 0)])
def test_a_limit_that_is_told_changes_no_settlement(earned: int, outturn: int) -> None:
    """Where least is paid and most is lost, a limit that lint tells changes nothing, and a lower one does."""
    rows = [
        f"{year},{name},{value}\n"
        for year in (2019, 2020, 2021)
        for name, value in (("earned", earned), ("outturn", outturn))
    ]
    data = "period,indicator,value\n" + "".join(rows)

    def carried(carry: str, losses: str) -> Sequence[object]:
        part = CARRIED.replace("CARRY", carry).replace("LOSSES", losses)
        contract = build_contract(parse_document(framed(FRAME, part).encode(), "contract.yaml"))
        return [(each.total, each.carried) for each in settle_all(contract, data)][:-1]

    free = carried("", "")
    assert carried("most: 601", "most: 101") == free
    assert (carried("most: 599", "most: 99") == free) == (outturn == 0)


def test_what_cannot_be_followed_is_not_told() -> None:
    """Where what is spent is open, and a cap with it, no limit on what is carried is doubted."""
    part = CARRIED.replace("CARRY", "most: 10 000").replace("LOSSES", "most: 10 000")
    assert len(doubts(part, "AO611")) == 2
    assert not doubts(
        part.replace("most: 1 500", "direction: lower").replace("most: 400", "most: 400 + outturn"), "AO611"
    )


@pytest.mark.parametrize(
    ("indicator", "minimum", "said"),
    [
        (
            "unit: count, weight: 100 %",
            "30",
            "groups is a count, so its n is its own value: below 30 it is not scored low",
        ),
        ("unit: persons, definition: reached, weight: 100 %", "30", "groups is a count, so its n is its own value"),
        (
            "unit: share, weight: 100 %",
            "0",
            "Nothing is measured on fewer than none, so when_small of groups never holds.",
        ),
    ],
)
def test_a_minimum_n_that_does_not_do_its_work(indicator: str, minimum: str, said: str, tmp_path: Path) -> None:
    """Of a count, by its unit or its definition, and of 0 (AO620)."""
    (tmp_path / "reached.yaml").write_text("unit: persons\nmeasure: {kind: count, table: reached}\n", "utf-8")
    part = COUNTED.replace("INDICATOR", indicator).replace("MINIMUM", minimum)
    ((line, sentence),) = doubts(part, "AO620", tmp_path)
    assert sentence.startswith(said)
    assert "minimum_n" in line


@pytest.mark.parametrize("kind", ["ratio", "rate", "mean", "total"])
def test_a_minimum_n_that_does(kind: str, tmp_path: Path) -> None:
    """Whatever is measured on people or rows that are not the value itself: a ratio has the n of what it is divided by."""
    (tmp_path / "reached.yaml").write_text(f"unit: visits\nmeasure: {{kind: {kind}, table: reached}}\n", "utf-8")
    part = COUNTED.replace("INDICATOR", "definition: reached, weight: 100 %").replace("MINIMUM", "30")
    assert not doubts(part, "AO620", tmp_path)


def test_a_minimum_n_of_what_is_not_scored() -> None:
    """Of a scorecard's indicator without a rule (AO620)."""
    part = "kind: scorecard\nresult_areas:\n  care:\n    indicators:\n      plan: {unit: share, weight: 100 %, minimum_n: 30, when_small: {score: 0}}\n"
    ((_, sentence),) = doubts(part, "AO620")
    assert sentence == "plan is not scored, so its minimum_n keeps nothing from being scored."
