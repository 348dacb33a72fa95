"""Workbooks for the tests: of every contract of the repository and of drawn ones, with inputs changed as an auditor would."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.contract.loading import build_contract, load_contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.exact import Value
from alliance_outcomes.formula.steps import Input
from alliance_outcomes.numbers import decimal_places, round_to
from alliance_outcomes.problems import AllianceError, DataError
from alliance_outcomes.settlement import PayeeSettlement, Settlement, settle_calculation, settle_values
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.statements.documents import Asked, write
from alliance_outcomes.statements.workbook.live import TOP, Live, Sheets, live
from tests.conftest import EXAMPLES
from tests.drawing import Case, to_csv, to_yaml
from tests.office import Grid, Grids
from tests.payees import Payees
from tests.strategies import cases, many_payees
from tests.tree import ROOT

MOST_PAYEES = 25 if EXAMPLES else 8  # of a contract; `make assure` tries 25
HALF_CENT = Fraction(1, 200)
CONTRACTS = sorted(path.stem for path in (ROOT / "contracts").glob("*.yaml"))
Amounts = dict[tuple[str, str], Fraction]


@dataclass(frozen=True)
class Written:
    """A workbook in English, the calculation it computes, and what must come of it."""

    book: bytes
    alone: Calculation
    settlement: Settlement
    expected: PayeeSettlement

    @property
    def live(self) -> Live:
        """Which cell holds what."""
        return live(self.alone, self.settlement.only(), Sheets("Inputs", "Calculation", "Ledger"))


def workbook(settlement: Settlement, payee: PayeeSettlement) -> Written:
    """The workbook of one payee of a settlement."""
    mine = replace(settlement, payees=(payee,))
    return Written(write(mine, ".xlsx", Asked()), settlement.calculation.for_one_payee(), mine, payee)


def of_contract(name: str) -> Iterator[Written]:
    """A contract of the repository in the middle of its time, with drawn data: so many payees, or one alliance five times."""
    contract = load_contract(ROOT / "contracts" / f"{name}.yaml")
    periods = periods_of(contract.periods)
    whole = compile_contract(contract, periods[len(periods) // 2].label)
    across = whole.for_one_payee() is not whole
    many = across or contract.payees is not None or name.startswith(("hvbp", "snf", "cquin"))
    found = 0
    for seed in range(200):
        drawn = Payees(whole, Random(seed))
        names = [f"p{seed}-{index}" for index in range(5)] if many else [""]
        try:
            settlement = settle_calculation(contract, whole, drawn.measured(names), settled=drawn.settled)
        except DataError:
            continue
        for payee in settlement.payees:
            yield workbook(settlement, payee)
            found += 1
            if found == (MOST_PAYEES if many else 5):
                return


def drawn(count: int) -> list[Case]:
    """Drawn contracts with their data, the same each time: values on gates, caps and half cents."""
    found: list[Case] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases() | many_payees() | cases(1, clause="sharing", carrying=True))
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def changed(case: Case, chance: Random) -> Written | None:
    """The workbook of a drawn contract with some inputs changed in its yellow cells; None where that cannot be settled."""
    contract = build_contract(parse_document(to_yaml(case.contract).encode(), "contract.yaml"), [])
    measured = parse_csv(to_csv(case.rows).encode(), "data.csv")
    calculation = compile_contract(contract, case.period)
    settlement = settle_calculation(contract, calculation, measured, None, case.earlier)
    written = workbook(settlement, settlement.payees[0])
    levels = Payees(written.alone, chance).levels
    inputs: dict[str, Value] = {}
    for each in written.alone.inputs:
        was = written.expected.values[each.name]
        inputs[each.name] = _other(each, was, levels, chance) if chance.random() < 0.5 else was
    try:
        expected = settle_values(written.alone, inputs, written.expected.bound)
    except AllianceError:
        return None
    return replace(written, book=typed(written, inputs), expected=expected)


def _other(given_: Input, was: Value, levels: list[Fraction], chance: Random) -> Value:
    """Another value for an input: on a level, a half cent on, or none where it may be missing."""
    if given_.part == "category":
        return chance.choice(given_.codes)
    if not given_.required and chance.random() < 0.3:
        return None
    old = Fraction(was) if was is not None and not isinstance(was, str) else Fraction(1)
    if given_.part == "n":
        return Fraction(chance.choice([0, 19, 20, 29, 30, 31]))
    new = chance.choice([old + HALF_CENT, old + HALF_CENT, chance.choice(levels), old * 2, old / 2, Fraction(0)])
    if decimal_places(new) is None or (decimal_places(new) or 0) > 6:
        new = round_to(new, "half_even", Fraction(1, 1000))
    new = new if given_.least is None else max(new, given_.least)
    return new if given_.most is None else min(new, given_.most)


def typed(written: Written, inputs: Mapping[str, Value]) -> bytes:
    """The workbook with these inputs typed into its yellow cells."""
    book = load_workbook(io.BytesIO(written.book))
    sheet = book["Inputs"]
    for row, each in written.live.inputs:
        value = inputs[each.given.name]
        if each.pair is None:
            sheet.cell(row, 4).value = float(value) if isinstance(value, Fraction) else value
        else:
            exact = None if value is None else Fraction(value)
            sheet.cell(row, 5).value = None if exact is None else exact.numerator
            sheet.cell(row, 6).value = None if exact is None else exact.denominator
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def differences(written: Written, grids: Grids) -> Iterator[str]:
    """Where the workbook, computed anew, and the settlement are not the same: to the cent for money, in 9 digits else."""
    expected, found = written.expected, written.live
    lines: Amounts = {}
    for line in found.lines:
        key = (line.entry.clause, line.party)
        lines[key] = lines.get(key, Fraction(0)) + money(cell(grids["Ledger"], line.row, 3))
    wanted: Amounts = {}
    for each in expected.lines:
        wanted[each.clause, each.party] = wanted.get((each.clause, each.party), Fraction(0)) + each.amount
    yield from _unequal("line", wanted, lines)
    columns = {"earned": 5, "held": 6, "paid": 7, "payable": 8}
    rows = {row[0]: index for index, row in enumerate(grids["Parties"], 1) if index >= TOP}
    for party, balance in expected.balance.items():
        for kind, column in columns.items():
            said, settled = money(cell(grids["Parties"], rows[party], column)), getattr(balance, kind)
            if said != settled:
                yield f"{party} {kind}: {said}, settled {settled}"
    for step in found.steps:
        if step.step.name in expected.values:
            value = cell(grids["Calculation"], step.row, 3)
            if not near(value, expected.values[step.step.name]):
                yield f"{step.step.name}: {value!r}, settled {expected.values[step.step.name]}: {step.formula.text}"


def _unequal(what: str, wanted: Amounts, found: Amounts) -> Iterator[str]:
    for key in {**wanted, **found}:
        if wanted.get(key, 0) != found.get(key, 0):
            yield f"{what} {key}: {found.get(key)}, settled {wanted.get(key)}"


def cell(grid: Grid, row: int, column: int) -> object:
    """A cell, counted from 1; nothing beyond the last."""
    return grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else ""


def money(value: object) -> Fraction:
    """An amount as a spreadsheet holds it, in hundredths of a cent, so that no wrong digit is rounded away."""
    assert isinstance(value, float | int), value
    return round_to(Fraction(value), "half_even", Fraction(1, 10_000))


def near(value: object, exact: Value) -> bool:
    """Whether a spreadsheet's value is the exact one, but for what a double cannot hold."""
    if exact is None:
        return value == ""
    if isinstance(exact, bool | str) or not isinstance(value, float | int):
        return bool(value == exact)
    size = max(Fraction(1), abs(Fraction(exact)))
    return abs(Fraction(value) - exact) <= Fraction(1, 10**9) * size
