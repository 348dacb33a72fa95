"""One payee's settlement as live formulas: inputs, named formulas, lines shared to the cent, and balances.

Nothing here knows how a workbook is written or looks; it says which cell holds which formula, and its exact value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ...calculation.form import Calculation
from ...formula.exact import Undefined, Value, exact
from ...formula.excel import ROUNDOFF, Cell, Decision, Excel, Known, lowered, typed
from ...formula.nodes import Arithmetic, Extreme, IfElse, Missing, Name, Node, Number, Round
from ...formula.steps import Step
from ...ledger import Entry, InProportion
from ...settlement import PayeeSettlement
from .inputs import Typed, typed_input
from .shares import Division, Formula, Row, division, extras, quotient, whole_weights

TOP = 5  # the first row of every table, counted from 1
ZERO = Number(Fraction(0))
BALANCE = "balance:"  # begins the names of formulas that the contract does not name
# The columns of the ledger: what people read, then what the shares are computed with.
UNITS, SIGN, WEIGHT, WEIGHTS, WHOLE, REST, EXTRA, SIGNED, DIGITS = 6, 7, 8, 9, 10, 11, 12, 13, 14
MOST_UNITS = 10**15  # a spreadsheet keeps the last unit of anything smaller


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the sheets that formulas refer to are called."""

    inputs: str
    calculation: str
    ledger: str

    @staticmethod
    def at(sheet: str, cell: str) -> str:
        """A cell of another sheet."""
        return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}"


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A named formula in its row of the calculation; ``decisions`` are the ties in it."""

    step: Step
    row: int
    formula: Formula
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A part of a clause's amount that a party gets: its row of the ledger, and the formulas of its cells by column."""

    entry: Entry
    party: str
    row: int
    cells: Mapping[int, Formula]
    units: int


@dataclass(frozen=True, slots=True)
class LiveBalance:
    """A party's balance, as formulas for a cell of any other sheet."""

    party: str
    earned: Formula
    held: Formula
    paid: Formula


@dataclass
class Live:
    """The live part of a workbook, and where its numbers stand."""

    calculation: Calculation
    inputs: list[tuple[int, Typed]] = field(default_factory=list)
    steps: list[LiveStep] = field(default_factory=list)
    lines: list[LiveLine] = field(default_factory=list)
    balances: list[LiveBalance] = field(default_factory=list)
    at: dict[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> Fraction:
        """The unit that lines are rounded to."""
        return self.calculation.rounding.unit if self.calculation.rounding else Fraction(1)

    def money(self, units: str, value: int) -> Formula:
        """A number of whole units as an amount."""
        scale = 1 / self.unit
        if scale.denominator == 1:
            whole = units if re.fullmatch(r"[^+]+", units) else f"({units})"
            return Formula(units if scale == 1 else f"{whole}/{scale}", value * self.unit)
        return Formula(f"({units})*{plain(self.unit)}", value * self.unit)

    def total(self, sheet: str) -> Formula:
        """The sum of all lines, for a cell of another sheet, or where ``sheet`` is empty of the ledger itself."""
        units = f"${column(SIGNED)}${TOP}:${column(SIGNED)}${TOP + len(self.lines) - 1}"
        return self.money(f"SUM({Sheets.at(sheet, units) if sheet else units})", sum(line.units for line in self.lines))

    @property
    def decisions(self) -> list[Decision]:
        """Every tie in the workbook."""
        return [each for step in self.steps for each in step.decisions]


def column(index: int) -> str:
    """The letters of a column, counted from 1."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def plain(unit: Fraction) -> str:
    """A unit as text that stands as one number."""
    return str(unit.numerator) if unit.denominator == 1 else f"({unit})"


def live(calculation: Calculation, payee: PayeeSettlement, sheets: Sheets) -> Live:
    """The live formulas of one payee's settlement; ``calculation`` is its own alone (``for_one_payee``)."""
    return _Building(calculation, payee, sheets).build()


class _Building:
    def __init__(self, calculation: Calculation, payee: PayeeSettlement, sheets: Sheets) -> None:
        self.calculation, self.payee, self.sheets = calculation, payee, sheets
        self.live = Live(calculation)
        self.values: dict[str, Value] = dict(payee.values)
        self.excel = Excel()
        self.row = TOP
        self.unit = self.live.unit

    def build(self) -> Live:
        for index, given in enumerate(self.calculation.inputs):
            row = TOP + index
            at = Sheets.at(self.sheets.inputs, f"$G${row}")
            yellow = (f"D{row}", f"E{row}", f"F{row}")
            found = typed_input(
                given, self.values[given.name], self.payee.bound.rows.get(given.name), f"G{row}", yellow
            )
            self.live.inputs.append((row, found))
            self.excel.cells[given.name] = replace(found.cell, at=at)
        for step in self.calculation.steps:
            self._step(step)
        self._ledger()
        self._balances()
        self.live.at = {name: cell.at for name, cell in self.excel.cells.items()}
        return self.live

    # -- the calculation --------------------------------------------------------------------------------------

    def _step(self, step: Step) -> Name:
        for part in lowered(step):
            if part.name not in self.values:
                self.values[part.name] = self._value(part.formula)
            written = self.excel.write(part.formula, f"$C${self.row}")
            self.excel.cells[part.name] = written.cell
            formula = Formula(written.text, self.values[part.name])
            self.live.steps.append(LiveStep(part, self.row, formula, written.decisions))
            self.row += 1
        return Name(step.name)

    def _value(self, node: Node) -> Value:
        try:
            return exact(node)(self.values)
        except Undefined:
            return "#DIV/0!"

    def _at(self, name: str) -> str:
        """The cell of a step or input, for another sheet."""
        at = self.excel.cells[name].at
        return at if "!" in at else Sheets.at(self.sheets.calculation, at)

    # -- the ledger -------------------------------------------------------------------------------------------

    def _ledger(self) -> None:
        if self.calculation.rounding is None:
            return
        row = TOP
        for entry in self.calculation.entries:
            row += self._entry(entry, row)

    def _entry(self, entry: Entry, top: int) -> int:
        """The rows of a clause's amount; how many they are."""
        amount = self.values[entry.amount]
        signed = int(Fraction(amount or 0) / self.unit)
        parts, most = self._weights(entry, signed)
        if not parts:
            return 0
        weights = [weight.value for _, weight in parts]
        whole = sum(int(each or 0) for each in weights)
        by = division(abs(signed), most)
        rows = [_cells(top + index, by) for index in range(len(parts))]
        found = [
            quotient(by, row, abs(signed), int(each or 0), whole if signed else 0)
            for row, each in zip(rows, weights, strict=True)
        ]
        wholes, rests = ([int(cells[place].value or 0) for cells in found] for place in (-2, -1))
        extra = extras(rows, abs(signed), wholes, rests) if whole else [Formula("0", 0)] * len(parts)
        for index, (party, weight) in enumerate(parts):
            units = (wholes[index] + int(extra[index].value or 0)) * (-1 if signed < 0 else 1)
            cells = self._columns(entry, top, len(parts), abs(signed), by)
            here = top + index
            steps = {DIGITS + place: cell for place, cell in enumerate(found[index][:-2])}
            cells |= {WEIGHT: weight, WHOLE: found[index][-2], REST: found[index][-1], EXTRA: extra[index], **steps}
            cells[WEIGHTS] = Formula(f"SUM({rows[0].weight}:{rows[-1].weight})", whole)
            cells[SIGNED] = Formula(f"G{here}*(J{here}+L{here})", units)
            self.live.lines.append(LiveLine(entry, party, here, cells, units))
        return len(parts)

    def _columns(self, entry: Entry, top: int, count: int, units: int, by: Division) -> dict[int, Formula]:
        amount, most = self._at(entry.amount), min(10**by.digits, MOST_UNITS)
        scaled = f"ROUND(ABS({amount})/{plain(self.unit)},0)" if self.unit != 1 else f"ABS({amount})"
        if self.unit != 1 and (1 / self.unit).denominator == 1:
            scaled = f"ROUND(ABS({amount})*{1 / self.unit},0)"
        # Past what long division is exact for there is no number, rather than one that may be wrong.
        weights = f"SUM($H${top}:$H${top + count - 1})"
        text = f"IF(AND({scaled}<{most},{weights}<={by.most}),{scaled},NA())"
        sign = (Fraction(self.values[entry.amount] or 0) > 0) - (Fraction(self.values[entry.amount] or 0) < 0)
        return {UNITS: Formula(text, units), SIGN: Formula(f"SIGN({amount})", sign)}

    def _weights(self, entry: Entry, signed: int) -> tuple[list[tuple[str, Formula]], int | None]:
        """Who may get a part, by id, the whole number each weighs, and what they weigh at most, where that is fixed."""
        if isinstance(entry.to, InProportion):
            return self._in_proportion(entry, entry.to, signed), None
        gain, loss = (
            {party: share for party, share in side.items() if share} for side in (entry.to.gain, entry.to.loss)
        )
        sides = [whole_weights(gain), whole_weights(loss)]
        found = []
        for party in sorted({*gain, *loss}):
            on_gain, on_loss = (side.get(party, 0) for side in sides)
            text = str(on_gain) if on_gain == on_loss else f"IF({self._at(entry.amount)}<0,{on_loss},{on_gain})"
            found.append((party, Formula(text, on_loss if signed < 0 else on_gain)))
        return found, max(sum(side.values()) for side in sides)

    def _in_proportion(self, entry: Entry, to: InProportion, signed: int) -> list[tuple[str, Formula]]:
        """Each weighs what it holds of the lines that are changed, on the side drawn back; where nobody does, by its size."""
        held: dict[str, list[LiveLine]] = {}
        for line in self.live.lines:
            if line.entry.clause in to.clauses:
                held.setdefault(line.party, []).append(line)
        parties = sorted(held)
        sums = {party: "+".join(f"$M${line.row}" for line in held[party]) for party in parties}
        values = {party: sum(line.units for line in held[party]) for party in parties}
        sign = f"SIGN({self._at(entry.amount)})"
        drawn = {party: abs(value) if value * signed < 0 else 0 for party, value in values.items()}
        against = "+".join(f"(({sums[party]})*{sign}<0)" for party in parties)
        found = []
        for party in parties:
            text = f"IF({against}>0,MAX(0,-({sums[party]})*{sign}),ABS({sums[party]}))"
            found.append((party, Formula(text, drawn[party] if any(drawn.values()) else abs(values[party]))))
        return found

    # -- balances ---------------------------------------------------------------------------------------------

    def _balances(self) -> None:
        parties = {line.party for line in self.live.lines} | {*self.calculation.paid, *self.calculation.held}
        if self.calculation.rounding is None:
            return
        for party in sorted(parties):
            mine = [line for line in self.live.lines if line.party == party]
            earned = self._sum(mine)
            paid = self._rounded(f"{BALANCE} paid[{party}]", self.calculation.paid.get(party))
            held = self._rounded(f"{BALANCE} held[{party}]", self.calculation.held.get(party))
            waiting = self._waiting(party, mine)
            both = [self._cell(name) for name in (held, waiting) if name]
            text = "+".join(each.text for each in both) or "0"
            value = sum((Fraction(each.value or 0) for each in both), Fraction(0))
            self.live.balances.append(
                LiveBalance(
                    party, earned, Formula(text, value), self._cell(paid) if paid else Formula("0", Fraction(0))
                )
            )

    def _sum(self, lines: Sequence[LiveLine]) -> Formula:
        cells = "+".join(Sheets.at(self.sheets.ledger, f"$M${line.row}") for line in lines)
        return self.live.money(cells, sum(line.units for line in lines)) if lines else Formula("0", Fraction(0))

    def _cell(self, name: str) -> Formula:
        return Formula(self._at(name), self.values[name])

    def _rounded(self, name: str, of: str | None) -> str:
        """The name of a stated amount, rounded like a line; nothing stated is 0, and no name is none."""
        rounding = self.calculation.rounding
        if of is None or rounding is None:
            return ""
        stated = IfElse(Missing(Name(of)), ZERO, Name(of)) if self.excel.cells[of].lacking else Name(of)
        return self._step(
            Step(name, Round(stated, rounding.how, rounding.unit), "balance", self.calculation.currency)
        ).id

    def _waiting(self, party: str, lines: Sequence[LiveLine]) -> str:
        """The name of what is held of a party's earnings by score, for the weight of indicators on hold."""
        rounding, by_score = self.calculation.rounding, [line for line in lines if line.entry.held]
        if not self.calculation.held_weight or not by_score or rounding is None:
            return ""
        name = f"{BALANCE} by score[{party}]"
        earned = self._sum(by_score)
        self.values[name] = Fraction(earned.value or 0)
        known = [self._at_most(by_score, index) for index in range(3)]
        self.excel.cells[name] = Cell(f"({earned.text})", (known[0], known[1], known[2]))
        weight: Node = Name(self.calculation.held_weight)
        node = Arithmetic("*", Extreme("most", (Name(name), ZERO)), weight)
        held = Round(node, rounding.how, rounding.unit)
        return self._step(Step(f"{BALANCE} on hold[{party}]", held, "balance", self.calculation.currency)).id

    def _at_most(self, lines: Sequence[LiveLine], index: int) -> Known:
        """What is known of a sum of lines: none is larger than the amount it is a part of."""
        size = sum(self.excel.cells[line.entry.amount].known[index].largest for line in lines)
        return replace(typed(-size, size, 0), step=self.unit, error=ROUNDOFF * size)


def _cells(row: int, by: Division) -> Row:
    """Where the numbers of a ledger row stand."""
    digits = _digit_cells(row, by) if by.parts > 1 else ()
    return Row(f"$F${row}", f"$H${row}", f"$I${row}", f"$J${row}", f"$K${row}", f"$L${row}", tuple(digits))


def _digit_cells(row: int, by: Division) -> Iterator[tuple[str, str]]:
    for index in range(by.parts):
        yield f"${column(DIGITS + 2 * index)}${row}", f"${column(DIGITS + 2 * index + 1)}${row}"
