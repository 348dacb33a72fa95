"""Random contracts settled by the package and by the oracle, and what the two say differently: 0 cents, one hopes.

    python -m tests.differential                             14,700 contracts with seven payees each
    python -m tests.differential --first 17 --contracts 1    the contract of seed 17 alone

Each contract has a seed of its own. One payee has the data it was drawn with, whose limits and gates aim at what the clauses
come to; for the others part of the data is drawn anew, most of it on the levels and half cents of the contract. What differs
is written as a contract and a data file into --into, with the seed in their names.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

from alliance_outcomes.problems import AllianceError
from tests.chance import drawn
from tests.drawing import MONEY, Case, Rows, Written, placed, shown_earlier, text, to_csv, to_yaml
from tests.drawing_scores import RULES
from tests.drawing_seldom import varied
from tests.oracle import Outcome
from tests.oracle_language import MET, Refused, number
from tests.settling import broken_laws, differences, settled
from tests.strategies import CLAUSES, cases, many_payees, scorecards

PAYEES = 7
NUMBER = re.compile(r"-?\d[\d ]*(?:\.\d+|/\d+)?(?: ?%)?")
# Facts of money, and facts that count, with the most that is drawn of each.
MONEYS = ("cost", "disallowed", "fee", "disputed", "paid", "spend")
COUNTS = {"list_size": 40, "units": 12}
SOME = [cases(), cases(), cases(), many_payees(), many_payees(), scorecards()]
KINDS = [
    *(cases(most_areas=1, rule=rule) for rule in RULES),
    *(cases(most_areas=1, clause=clause) for clause in CLAUSES),
    *(cases(most_areas=1, clause=clause, carrying=True) for clause in ("limit", "sharing")),
]
# Three in four are anything, one in four has mostly one scoring rule or mostly one kind of clause.
STRATEGIES = SOME * 3 * len(KINDS) + KINDS * len(SOME)


@dataclass
class Agreement:
    """What was tried, and where it differs: (seed, what differs)."""

    contracts: int = 0
    settlements: int = 0
    lines: int = 0
    edges: int = 0
    of_edges: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def told(self) -> str:
        """The figures in words."""
        kinds = ", ".join(f"{count:,} {edge}" for edge, count in sorted(self.of_edges.items()))
        return (
            f"{self.contracts:,} contracts, {self.settlements:,} settlements of a payee, {self.lines:,} lines\n"
            f"{self.edges:,} settlements with a value exactly on an edge ({kinds})\n"
            f"{self.refused:,} settlements that both refuse\n"
            f"{len(self.wrong):,} differ or break a law\n"
        )


def agree(first: int, contracts: int) -> Iterator[tuple[int, Case, list[str], Agreement]]:
    """Each seed with its case, what is wrong there, and the figures so far."""
    found = Agreement()
    for seed in range(first, first + contracts):
        case = case_of(seed)
        wrong = list(_wrong(case, found))
        found.contracts += 1
        found.wrong += [(seed, each) for each in wrong]
        yield seed, case, wrong, found


def case_of(seed: int) -> Case:
    """The case of a seed: a contract, and the rows of PAYEES payees."""
    chance = Random(seed)
    case = varied(drawn(STRATEGIES[seed % len(STRATEGIES)], chance), Random(f"seldom {seed}"))
    there = case.payees
    rows = [each for each in case.rows if each["payee"] == there[0]]
    named = [{**each, "payee": each["payee"] or "p0"} for each in case.rows]
    others = [f"q{count}" for count in range(PAYEES - len(there))]
    moved = (each for other in others for each in _moved(case.contract, rows, other, chance))
    earlier = {
        (payee, period, name): value
        for (of, period, name), value in case.earlier.items()
        for payee in (of or "p0", *others)
    }
    return replace(case, rows=[*named, *moved], earlier=earlier)


def _moved(contract: Written, rows: Rows, payee: str, chance: Random) -> Rows:
    """The rows of another payee: one in two with a value drawn anew."""
    edges = _edges(contract)
    return [{**(_anew(each, edges, chance) if chance.random() < 0.5 else each), "payee": payee} for each in rows]


def _anew(row: dict[str, str], edges: dict[str, Edges], chance: Random) -> dict[str, str]:
    """A row with another value of its kind."""
    id_, count = row["indicator"], row["n"] or row["denominator"]
    about = edges.get(id_.partition(".")[0])
    if id_ in MONEYS:
        return {**row, "value": text(drawn(MONEY, chance) + (id_ == "spend"))}
    if id_ in COUNTS or re.search(r"_(complaints|extras|demerits)", id_):
        return {**row, "value": str(chance.randint(0, COUNTS.get(id_, 12)))}
    if about is None:
        return row
    value = drawn(placed(about.levels, about.least, about.most), chance)
    if row["numerator"]:
        if (value * int(count)).denominator == 1:
            return {**row, "numerator": str(value * int(count))}
        return {**row, "numerator": "", "denominator": "", "n": count, "value": text(value)}
    return {**row, "value": text(value), "n": str(chance.choice([19, 20, 21, 100])) if row["n"] else ""}


@dataclass(frozen=True)
class Edges:
    """The numbers that an indicator's rule and levels name within its range, and the range."""

    levels: Sequence[Fraction]
    least: Fraction
    most: Fraction


def _edges(contract: Written) -> dict[str, Edges]:
    """Of every indicator that has a range; what lies outside it is no value of the indicator."""
    found = {}
    for area in contract["result_areas"].values():
        for id_, own in area["indicators"].items():
            about = {**area.get("defaults", {}), **own}
            least, most = map(number, about.get("range", ["0", "1"]))
            named = _numbers(repr((about.get("score"), about.get("levels"))))
            levels = [each for each in named if least <= each <= most]
            found[id_] = Edges(levels or [least, most], least, most)
    return found


@cache
def _numbers(words: str) -> list[Fraction]:
    return [number(each) for each in NUMBER.findall(words)]


def _wrong(case: Case, found: Agreement) -> Iterator[str]:
    """What differs, or breaks a law, in the settlements of a case."""
    rows: Rows = []
    wanted: dict[str, Outcome] = {}
    for payee in case.payees:
        own = [each for each in case.rows if each["payee"] == payee]
        MET.clear()
        try:
            wanted[payee] = replace(case, rows=own).expected(payee)
        except (Refused, ZeroDivisionError) as refused:
            found.refused += 1
            yield from _not_refused(replace(case, rows=own), refused)
            continue
        rows += own
        found.edges += bool(MET)
        found.of_edges += MET
    if not wanted:
        return
    try:
        settlement = settled(to_yaml(case.contract), to_csv(rows), case.period, case.earlier)
    except AllianceError as error:
        yield f"it is refused: {error}"
        return
    yield from broken_laws(settlement)
    for each in settlement.payees:
        found.settlements += 1
        found.lines += len(each.lines)
        yield from (f"payee {each.payee}: {said}" for said in differences(each, wanted[each.payee]))


def _not_refused(case: Case, refused: Exception) -> Iterator[str]:
    """What the oracle refuses, the package must refuse."""
    try:
        settled(to_yaml(case.contract), to_csv(case.rows), case.period, case.earlier)
    except AllianceError:
        return
    yield f"it is settled, though the oracle refuses it: {refused}"


def write(seed: int, case: Case, wrong: Sequence[str], into: Path) -> str:
    """Write what differs so that anybody can repeat it; how to, in words."""
    into.mkdir(parents=True, exist_ok=True)
    (into / f"{seed}.yaml").write_text(to_yaml(case.contract), "utf-8")
    (into / f"{seed}.csv").write_text(to_csv(case.rows), "utf-8")
    said = "".join(f"  {each}\n" for each in wrong[:5])
    again = f"alliance settle {into}/{seed}.yaml {into}/{seed}.csv --period {case.period}"
    before = shown_earlier(case.earlier).strip()
    return f"seed {seed} (python -m tests.differential --first {seed} --contracts 1; {again}):\n{said}{before}\n"


def main(words: list[str]) -> int:
    """Try so many contracts; 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--contracts", type=int, default=14_700)
    parser.add_argument("--first", type=int, default=0, help="The first seed.")
    parser.add_argument("--into", type=Path, default=Path("differing"), help="Where what differs is written.")
    asked = parser.parse_args(words)
    found = Agreement()
    for seed, case, wrong, found in agree(asked.first, asked.contracts):  # noqa: B007 - the last figures are told
        if wrong:
            sys.stdout.write(write(seed, case, wrong, asked.into))
    sys.stdout.write(found.told())
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
