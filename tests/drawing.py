"""What random contracts are drawn with: a case, a draft of one, exact numbers as text, and the frame of a contract."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any

import yaml
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests import oracle
from tests.oracle_language import Calendar, number
from tests.oracle_scores import Names, calendar
from tests.oracle_years import Earlier

COLUMNS = ("payee", "party", "period", "indicator", "value", "numerator", "denominator", "n", "status", "source")
Written = dict[str, Any]
Rows = list[dict[str, str]]


class _Plain(yaml.CSafeDumper):
    """Writes a value out wherever it stands: contracts hold no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(contract: Written) -> str:
    """A contract as the text of its file."""
    return yaml.dump(contract, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000)


def to_csv(rows: Rows) -> str:
    """Measured data as the text of its file."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Case:
    """A contract, measured data, and the period to settle."""

    contract: Written
    rows: Rows
    period: str
    # What earlier settlements state, by (payee, period, name).
    earlier: Earlier = field(default_factory=dict)

    @property
    def payees(self) -> list[str]:
        """The payees of the period; a blank one is the alliance."""
        return sorted({row["payee"] for row in self.rows if row["period"] == self.period}) or [""]

    def expected(self, payee: str = "") -> oracle.Outcome:
        """What the oracle says."""
        return oracle.settle(self.contract, list(self.rows), self.period, payee, self.earlier)

    def __repr__(self) -> str:
        return f"period {self.period}\n{to_yaml(self.contract)}\n{to_csv(self.rows)}{shown_earlier(self.earlier)}"


def shown_earlier(earlier: Earlier) -> str:
    """What earlier settlements state, a balance on a line."""
    return "".join(f"\n{payee} {period} states {name} = {value}" for (payee, period, name), value in earlier.items())


def row(period: str, indicator: str, value: str = "", party: str = "", **cells: str) -> dict[str, str]:
    """A row of measured data."""
    blank = dict.fromkeys(COLUMNS, "")
    return {**blank, "party": party, "period": period, "indicator": indicator, "value": value, **cells}


# -- numbers ----------------------------------------------------------------------------------------------------


def text(value: Fraction | int) -> str:
    """An exact number as a contract writes it: a decimal where there is one of at most 12 places, else p/q."""
    exact = Fraction(value)
    scaled = exact * 10**12
    if scaled.denominator != 1:
        return f"{exact.numerator}/{exact.denominator}"
    digits = str(abs(scaled.numerator)).rjust(13, "0")
    decimals = digits[-12:].rstrip("0")
    return ("-" if exact < 0 else "") + digits[:-12] + (f".{decimals}" if decimals else "")


def writable(value: Fraction) -> bool:
    """Whether a contract can write the number exactly (at most 15 digits on either side)."""
    return abs(value.numerator) < 10**15 and value.denominator < 10**12 and abs(value) < 10**12


def in_formula(value: Fraction) -> str:
    """An exact number as a formula writes it."""
    return f"({text(value)})" if value < 0 or "/" in text(value) else text(value)


@st.composite
def written(draw: DrawFn, value: Fraction) -> str:
    """An exact number written in one of the ways people write it."""
    percent = text(value * 100)
    ways = [text(value)] + ([f"{percent} %"] if "/" not in percent else [])
    return draw(st.sampled_from(ways))


def grid(least: int, most: int, steps: int) -> st.SearchStrategy[Fraction]:
    """Multiples of 1/steps from least to most."""
    return st.integers(least * steps, most * steps).map(lambda n: Fraction(n, steps))


@st.composite
def placed(draw: DrawFn, edges: Sequence[Fraction], least: Fraction, most: Fraction) -> Fraction:
    """A value exactly on an edge in half of the draws (the latest edge most often), else a hair beside one, between
    two, or anywhere."""
    known = sorted({min(max(edge, least), most) for edge in edges})
    way = draw(st.integers(0, 5))
    latest = min(max(edges[-1], least), most)
    edge = draw(st.sampled_from([*known, latest, latest]))
    if way == 4:
        edge += draw(st.sampled_from([-1, 1])) * Fraction(1, 1000)
    elif way == 5:
        edge = least + (most - least) * Fraction(draw(st.integers(0, 24)), 24)
    elif way == 3:
        edge = (edge + draw(st.sampled_from(known))) / 2
    return min(max(edge, least), most)


CENT = Fraction(1, 100)
MONEY = st.one_of(
    st.sampled_from([Fraction(1, 100), Fraction(10001, 100), Fraction(20001, 200), Fraction(3333, 100), Fraction(0)]),
    st.integers(1, 2_000_000).map(lambda cents: Fraction(2 * cents + 1, 100)),
    st.integers(1, 300).map(lambda thousands: Fraction(1000 * thousands)),
)
SHARES = st.sampled_from([Fraction(1, 2), Fraction(1, 8), Fraction(1, 4), Fraction(3, 10), Fraction(1), Fraction(1, 3)])


# -- the frame --------------------------------------------------------------------------------------------------

LENGTHS = {
    "year": ("2019-01-01", "2022-12-31", ["2019", "2020", "2022"], ("2015", "2017")),
    "fiscal_year": ("2018-10-01", "2021-09-30", ["2019", "2020", "2021"], ("2014", "2016")),
    "half_year": ("2019-04-01", "2020-12-31", ["2019H1", "2019H2", "2020H2"], ("2017H2", "2018H1")),
    "quarter": ("2019-02-01", "2020-06-30", ["2019Q1", "2019Q2", "2020Q2"], ("2017Q4", "2018Q4")),
    "month": ("2019-01-01", "2019-06-30", ["2019-01", "2019-02", "2019-06"], ("2017-12", "2018-11")),
}
PROVIDERS = ["mehilainen", "abc", "b-co", "zeta", "a2", "a10"]


@dataclass
class Draft:
    """A contract while it is drawn: what was written so far, the rows for it, and where clauses may aim."""

    contract: Written
    rows: Rows
    period: str
    calendar: Calendar
    sure_score: bool = False
    score: Fraction = Fraction(0)
    # Whether the area that is drawn keeps its whole weight, as one that counts a share of points must.
    closed: bool = False
    long_before: tuple[str, str] = ("", "")
    # The one scoring rule that all indicators have, where one is asked for.
    rule: str = ""
    # Whether clauses may carry from period to period, and what the settlement before is taken to state.
    carrying: bool = False
    earlier: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)

    def case(self) -> Case:
        """The contract as far as it was drawn."""
        return Case(self.contract, self.rows, self.period, self.earlier)

    def outcome(self) -> oracle.Outcome:
        """What the contract comes to as far as it was drawn."""
        return self.case().expected()

    def measure(self, id_: str, value: Fraction, party: str = "") -> None:
        """Measure a fact in the period that is settled."""
        self.rows.append(row(self.period, id_, text(value), party))

    def paid(self) -> list[str]:
        """The parties that are paid in the period."""
        return Names(self.contract, [], self.period, "").parties


@st.composite
def frames(draw: DrawFn) -> Draft:
    """Periods, rounding, the range of scores, parties and splits."""
    length = draw(st.sampled_from(["year", "year", *LENGTHS]))
    first, last, labels, before = LENGTHS[length]
    least, most = draw(st.sampled_from([("0", "100"), ("-100", "100"), ("0", "1"), ("-50", "10"), ("0", "100")]))
    unit = draw(st.sampled_from(["0.01", "0.01", "0.01", "1", "0.05"]))
    lines = draw(st.sampled_from(["half_away_from_zero", "half_away_from_zero", "half_even", "floor", "ceil"]))
    contract: Written = {
        "contract": "drawn",
        "currency": "EUR",
        "periods": {"length": length, "from": first, "to": last},
        "rounding": {"lines": f"{lines} to {unit}", "limits": f"toward_zero to {unit}"},
        "scores": {"least": least, "most": most},
        "parties": {"city": {"role": "commissioner", "title": "City"}},
    }
    names = draw(st.permutations(PROVIDERS))[: draw(st.integers(1, 4))]
    for name in names:
        contract["parties"][name] = {"role": "provider", "title": name.title()}
    period = draw(st.sampled_from(labels))
    draft = Draft(contract, [], period, calendar(*contract["periods"].items()))
    contract["splits"] = {name: draw(splits(draft, names)) for name in ("benefit", "burden")}
    if len(names) > 1 and draw(st.integers(0, 3)) == 0:
        draw(departures(draft, names))
    draft.long_before = before
    return draft


@st.composite
def shares(draw: DrawFn, names: Sequence[str]) -> Written:
    """Shares of some of the parties that sum to 1."""
    holders = draw(st.permutations(names))[: draw(st.integers(1, len(names)))]
    parts = [draw(st.sampled_from([1, 1, 1, 2, 3, 4])) for _ in holders]
    return {name: draw(written(Fraction(part, sum(parts)))) for name, part in zip(holders, parts, strict=True)}


@st.composite
def splits(draw: DrawFn, draft: Draft, names: Sequence[str]) -> Written:
    """A split, often with shares that change within the period that is settled."""
    first = draft.contract["periods"]["from"]
    split: Written = {"shares": [{"from": first, **draw(shares(names))}]}
    days = draft.calendar.days(draft.period)
    starts = [day for day in days if day.day == 1][1:]
    if not draw(st.booleans()):
        return split
    split["pro_rata"] = "months" if starts and days[0].day == 1 and draw(st.booleans()) else "days"
    day = draw(st.sampled_from(starts if split["pro_rata"] == "months" else days[1:]))
    split["shares"].append({"from": day.isoformat(), **draw(shares(names))})
    return split


@st.composite
def departures(draw: DrawFn, draft: Draft, names: Sequence[str]) -> None:
    """A party leaves within the period; another takes its shares over, or they are given anew."""
    days = draft.calendar.days(draft.period)
    day = draw(st.sampled_from([day for day in days if day.day == 1][1:] or days[1:]))
    leaver, heir = draw(st.permutations(names))[:2]
    draft.contract["parties"][leaver]["to"] = (day - timedelta(1)).isoformat()
    succeeded = draw(st.booleans())
    if succeeded:
        draft.contract["parties"][leaver]["succeeded_by"] = heir
    for split in draft.contract["splits"].values():
        split["pro_rata"] = "days"
        first = split["shares"][0]
        second = first if succeeded else {"from": "", heir: "1"}
        split["shares"] = [first, {**second, "from": day.isoformat()}]


def range_of(draft: Draft) -> tuple[Fraction, Fraction]:
    """The least and the highest score of the contract."""
    range_ = draft.contract["scores"]
    return number(range_["least"]), number(range_["most"])
