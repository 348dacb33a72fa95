"""Worked cases, in `cases/`: each a contract, its data and what must come of it, compared exactly.

A case is written for a lawyer to read: `title`, `programme` and `source` say what it is, the comment works the numbers
by hand, `contract` (or `contract_file`) and `measured` (CSV) are what anyone would give `alliance settle`, `period`
what they would ask for, `settled` what clauses came to in earlier settlements. `expect` says what comes of it, by
payee under `payees` where there are several: `lines` and `parties` in full, the rest as far as the case is about it.
`refused` says with which code, and in which words, a case is refused. There is no margin anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import indent

import pytest

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.loading import build_contract, load_contract
from alliance_outcomes.contract.located import Document, Listing, Table, Text
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document, read_document
from alliance_outcomes.measured import Measured
from alliance_outcomes.numbers import parse_number, to_text
from alliance_outcomes.problems import AllianceError, did_you_mean
from alliance_outcomes.settlement import PayeeSettlement, settle
from alliance_outcomes.sources.csv import parse_csv
from tests.tree import ROOT

FOLDER = ROOT / "tests" / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
REQUIRED = {"title", "period", "measured"}
OPTIONAL = {"programme", "source", "contract", "contract_file", "settled", "expect", "refused"}
WHOLE = ("lines", "parties")

Path_ = tuple[str, ...]
Outcome = Fraction | str | None


class NotACase(Exception):
    """A case that cannot be held, with the place of what is wrong with it."""


@dataclass(frozen=True)
class Case:
    """A case as it was written: `expected` and `refused` hold the texts of its leaves by their path."""

    document: Document
    period: str
    expected: Mapping[Path_, Text]
    refused: Mapping[Path_, Text]

    def contract(self) -> Contract:
        """Its contract, read by the project's own reader, with places in this very file."""
        root = self.document.root
        if "contract_file" in root:
            return load_contract(ROOT / str(root["contract_file"]))
        text = root["contract"]
        assert isinstance(text, Text)
        padded = "\n" * text.place.line + indent(text, "  ")
        return build_contract(parse_document(padded.encode(), self.document.file))

    def measured(self) -> Measured:
        """Its data."""
        return parse_csv(str(self.document.root["measured"]).encode(), self.document.file)

    def settled(self) -> dict[tuple[str, str, str], Fraction]:
        """What clauses came to earlier, by payee, period and clause."""
        lines = self.document.root.get("settled", Listing(self.document.root.place))
        assert isinstance(lines, Listing)
        return {
            ("", str(line["period"]), str(line["clause"])): parse_number(str(line["amount"]))
            for line in lines
            if isinstance(line, Table)
        }

    def outcomes(self) -> dict[Path_, Outcome]:
        """Everything that comes of it, by its path."""
        settlement = settle(self.contract(), self.measured(), self.period, settled=self.settled())
        if len(settlement.payees) == 1:
            return dict(outcomes(settlement.payees[0]))
        return {("payees", payee.payee, *path): value for payee in settlement.payees for path, value in outcomes(payee)}


def outcomes(payee: PayeeSettlement) -> Iterator[tuple[Path_, Outcome]]:
    """Everything that comes of one payee's settlement, by the path that a case names it by."""
    yield ("score",), payee.score
    yield ("total",), payee.total
    for area in payee.areas:
        yield from ((("areas", area.id, key), getattr(area, key)) for key in ("score", "weight"))
    for each in payee.indicators:
        yield from (
            (("indicators", each.id, key), getattr(each, key)) for key in ("value", "score", "weight", "status")
        )
    for name, value in payee.values.items():
        yield ("figures", name), Fraction(value) if isinstance(value, bool) else value
    for line in payee.lines:
        yield ("lines", line.clause, line.party), line.amount
    for party, earned in payee.parties.items():
        yield ("parties", party), earned
    for party, balance in payee.balance.items():
        yield from ((("balance", party, key), getattr(balance, key)) for key in ("earned", "held", "paid", "payable"))


def leaves(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, Text]]:
    """The texts of a table, by their path."""
    if isinstance(value, Table):
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    elif isinstance(value, Text):
        yield path, value


def read_case(document: Document) -> Case:
    """The case of a document. Raises NotACase for a key that a case has not, so that nothing is written in vain."""
    root = document.root
    for problem in document.problems:
        raise NotACase(str(problem))
    for key in root:
        if key not in REQUIRED | OPTIONAL:
            hint = did_you_mean(key, REQUIRED | OPTIONAL)
            raise NotACase(f"{root.keys_at[key]}: {key} is not a key of a case. {hint}")
    if missing := sorted(REQUIRED - set(root)):
        raise NotACase(f"{document.file}: {missing[0]} is missing.")
    if ("contract" in root) == ("contract_file" in root) or ("expect" in root) == ("refused" in root):
        raise NotACase(f"{document.file}: a case has one contract, and expects an outcome or a refusal.")
    return Case(document, str(root["period"]), dict(leaves(root.get("expect"))), dict(leaves(root.get("refused"))))


def differences(expected: Mapping[Path_, Text], found: Mapping[Path_, Outcome]) -> Iterator[str]:
    """Where what was found is not exactly what was expected. Raises NotACase for a path that nothing comes of."""
    for path, text in expected.items():
        if path not in found:
            hint = did_you_mean(".".join(path), map(".".join, found))
            raise NotACase(f"{text.place}: nothing comes of {'.'.join(path)}. {hint}")
        if not agrees(text, found[path]):
            yield f"{text.place}: {'.'.join(path)} is {shown(found[path])}, not {text}"
    told = {section(path) for path in expected} - {()}
    for path in found.keys() - expected.keys():
        if section(path) in told:
            yield f"{'.'.join(path)} is {shown(found[path])}, and the case does not say so"


def agrees(text: Text, value: Outcome) -> bool:
    """Whether a value is exactly what was written."""
    if value is None or text == "none":
        return value is None and text == "none"
    return text == value if isinstance(value, str) else parse_number(text) == value


def section(path: Path_) -> Path_:
    """The section of an outcome that a case tells in full or not at all, such as its lines; else nothing."""
    return next((path[: index + 1] for index, step in enumerate(path[:-1]) if step in WHOLE), ())


def shown(value: Outcome) -> str:
    """A value as cases write it."""
    return "none" if value is None else value if isinstance(value, str) else to_text(value)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_case_comes_out_exactly(file: Path) -> None:
    """What a case works by hand is what the contract settles to, to the last fraction, or how it is refused."""
    case = read_case(read_document(file))
    if case.refused:
        with pytest.raises(AllianceError) as refusal:
            case.outcomes()
        told = [problem for problem in refusal.value.problems if problem.code == case.refused[("code",)]]
        assert any(case.refused[("says",)] in problem.sentence for problem in told), refusal.value
    else:
        assert not compile_periods(case.contract())[1]
        assert not list(differences(case.expected, case.outcomes()))


@pytest.mark.parametrize("family", ["scoring", "payments"])
def test_every_kind_has_a_case(family: str) -> None:
    """Every scoring rule and every payment clause is worked by hand somewhere."""
    texts = "".join(file.read_text("utf-8") for file in FILES)
    assert {kind for kind in members(family) if not re.search(rf"kind: {kind}\b", texts)} == set()


def test_the_golden_cases_are_there() -> None:
    """The ten worked numbers of the domain each have their file, and the numbers of cases are no two the same."""
    numbers = [file.stem[:2] for file in FILES]
    assert numbers[:10] == [f"{number:02}" for number in range(1, 11)]
    assert len(set(numbers)) == len(numbers)


CASE = """\
title: A pool by score
contract: |
  contract: case
  currency: EUR
  periods: {length: year, from: 2020-01-01, to: 2020-12-31}
  rounding: {lines: half_away_from_zero to 0.01}
  parties: {one: {role: provider, title: One}, two: {role: provider, title: Two}}
  splits: {both: {shares: [{from: 2020-01-01, one: 50 %, two: 50 %}]}}
  settlement:
    - sum: {kind: formula, amount: 100, to: both}
period: 2020
measured: |
  period,indicator,value
expect:
  lines: {sum: {one: 50, two: 50}}
  total: 100
"""


def made(text: str) -> Case:
    """The case of a text."""
    return read_case(parse_document(text.encode(), "case.yaml"))


def compared(text: str) -> list[str]:
    """How the case of a text differs from what comes of it."""
    case = made(text)
    return list(differences(case.expected, case.outcomes()))


def test_a_case_that_agrees_has_no_differences() -> None:
    """The case that the tests below spoil is right before they do."""
    assert not compared(CASE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("period: 2020\n", "period: 2020\nmargin: 0.01\n", "case.yaml:12:1: margin is not a key of a case"),
        ("period: 2020\n", "priod: 2020\n", "Did you mean period?"),
        ("period: 2020\n", "", "period is missing"),
        ("expect:\n", "expect:\n  margin: 1\n", "case.yaml:15:11: nothing comes of margin"),
        ("  total: 100\n", "  total: {value: 100, margin: 1}\n", "nothing comes of total.value"),
        ("  total: 100\n", "  totl: 100\n", "Did you mean total?"),
        ("sum: {one:", "some: {one:", "nothing comes of lines.some.one"),
        ("expect:\n", "refused: {code: AO505, says: x}\nexpect:\n", "an outcome or a refusal"),
        ("period: 2020\n", "period: 2020\ncontract_file: contracts/tesoma.yaml\n", "a case has one contract"),
        ("total: 100\n", "total: 100\n  total: 100\n", "AO007"),
    ],
)
def test_what_is_no_case_is_refused(old: str, new: str, said: str) -> None:
    """A margin, or any key that a case has not, is refused with its place: nothing is written in vain."""
    assert old in CASE
    with pytest.raises(NotACase, match=re.escape(said)):
        compared(CASE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("total: 100", "total: 100.000000000001", "case.yaml:16:10: total is 100, not 100.000000000001"),
        ("two: 50}", "two: 51}", "case.yaml:15:31: lines.sum.two is 50, not 51"),
        (", two: 50}", "}", "lines.sum.two is 50, and the case does not say so"),
        ("total: 100", "score: 0", "case.yaml:16:10: score is none, not 0"),
        ("total: 100", "total: none", "case.yaml:16:10: total is 100, not none"),
    ],
)
def test_what_does_not_agree_is_told(old: str, new: str, said: str) -> None:
    """The least difference fails a case, and so does a line that it leaves out."""
    assert compared(CASE.replace(old, new)) == [said]


def test_a_fault_in_a_case_is_told_in_its_own_lines() -> None:
    """A contract inside a case keeps the lines of the case."""
    with pytest.raises(AllianceError, match=r"case\.yaml:10:19: AO103 formla is not a kind"):
        made(CASE.replace("kind: formula", "kind: formla")).contract()
