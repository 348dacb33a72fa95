"""The sheets that compute: inputs in yellow, every named formula beside its words, and the shares of every line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...formula.text import in_words
from ..model import InputShown
from .inputs import Typed
from .live import DIGITS, EXTRA, REST, SIGN, SIGNED, TOP, UNITS, WEIGHT, WEIGHTS, WHOLE, LiveStep
from .live import column as letters
from .page import Page
from .shares import Formula
from .telling import Telling

_WORK = {
    UNITS: "units_in_all",
    SIGN: "sign",
    WEIGHT: "weight_whole",
    WEIGHTS: "weights_in_all",
    WHOLE: "whole",
    REST: "rest",
    EXTRA: "extra",
    SIGNED: "signed_units",
}


def calculation(page: Page, telling: Telling) -> None:
    """One row a named formula: its result, the exact one as settled, its words, and where it is agreed."""
    words = telling.words
    page.columns([48, 30, 16, 14, 16, 60, 50, 28, 24])
    heads = ("what", "id", "now", "unit", "settled", "in_words", "why", "place", "ties")
    page.text(2, 1, words["ties_note"], wide=True)
    page.heads([words[head] for head in heads], (3, 5))
    told = {step.name: step for step in telling.statement.steps}
    for each in telling.live.steps:
        step, row = told.get(each.step.name), each.row
        kind = telling.kind(each.step.unit)
        page.text(row, 1, step.title if step else _part_title(each, telling))
        page.text(row, 2, each.step.name)
        page.formula(row, 3, each.formula, kind)
        page.text(row, 4, each.step.unit)
        page.value(row, 5, each.formula.value, kind, "work")
        page.text(row, 6, in_words(each.step.formula, telling.statement.language))
        page.text(row, 7, step.says if step else "")
        page.text(row, 8, step.place if step else "")
        page.text(row, 9, telling.ties(each.decisions))


def _part_title(each: LiveStep, telling: Telling) -> str:
    """What is told of a formula that only the workbook names."""
    name, bracket, party = each.step.name.partition("[")
    if each.step.role == "balance" and bracket:
        who = next(
            (row.title for row in telling.statement.balance if row.party == party.rstrip("]")), party.rstrip("]")
        )
        return f"{telling.words['paid' if name.endswith('paid') else 'held']}, {who}"
    return ""


def ledger(page: Page, telling: Telling) -> None:
    """One row a part of a line: what people read, and beside it how it is shared by largest remainder."""
    words, live = telling.words, telling.live
    page.columns([38, 26, 16, 50, 26, *[13] * 8])
    page.text(2, 1, words["shares_note"], wide=True)
    deepest = max((max(line.cells) for line in live.lines), default=DIGITS - 1)
    heads = ["clause", "party", "amount", "why", "place", *_WORK.values()]
    page.heads(
        [*(words[head] for head in heads), *[words["long_division"]] * (deepest - DIGITS + 1)],
        (3, *range(UNITS, deepest + 1)),
    )
    if deepest >= DIGITS:
        page.sheet.set_column(DIGITS - 1, deepest - 1, 15, None, {"level": 1, "hidden": True})
    told = {(line.clause, line.party): line for line in telling.statement.lines}
    entries = {line.clause: line for line in telling.statement.lines}
    for line in live.lines:
        shown = told.get((line.entry.clause, line.party)) or entries.get(line.entry.clause)
        party = next((each.title for each in telling.statement.balance if each.party == line.party), line.party)
        page.text(line.row, 1, shown.title if shown else line.entry.clause)
        page.text(line.row, 2, party)
        page.formula(line.row, 3, live.money(f"{letters(SIGNED)}{line.row}", line.units), "money", "strong")
        page.text(line.row, 4, shown.why if shown else "")
        page.text(line.row, 5, shown.place if shown else "")
        for column, cell in line.cells.items():
            page.formula(line.row, column, cell, "whole", "work")
    if live.lines:
        end = TOP + len(live.lines)
        page.text(end, 1, words["total"], "total")
        page.text(end, 2, "", "total")
        page.formula(end, 3, live.total(""), "money", "total")


def inputs(page: Page, telling: Telling) -> None:
    """One row an input: what is typed, the value that formulas read, and what it was when this was settled."""
    words = telling.words
    page.columns([40, 26, 10, 16, 14, 14, 16, 16, 16, 14, 14, 10, 8, 26, 34])
    page.text(2, 1, words["change_yellow"].format(inputs=telling.names["inputs"]), wide=True)
    heads = ["what", "id", "period", "value", "numerator", "denominator", "used", "settled", "unit"]
    page.heads(
        [words[head] for head in (*heads, "least", "most", "decimals", "check", "source", "where")],
        (4, 5, 6, 7, 8, 10, 11, 12),
    )
    told = {each.name: each for each in telling.statement.inputs}
    for row, each in telling.live.inputs:
        _input(page, telling, row, each, told.get(each.given.name))
    if telling.live.inputs:
        last = TOP + len(telling.live.inputs) - 1
        wrong = {"type": "cell", "criteria": "==", "value": '"!"', "format": _red(page)}
        page.sheet.conditional_format(TOP - 1, 12, last - 1, 12, wrong)


def _red(page: Page) -> Any:
    return page.styles.book.add_format({"bg_color": "#F8CBAD", "bold": True})


def _input(page: Page, telling: Telling, row: int, each: Typed, shown: InputShown | None) -> None:
    given, kind = each.given, telling.kind(each.given.unit)
    title = shown.title if shown else telling.title(given.name)
    party = f", {shown.party}" if shown and shown.party else ""
    page.text(row, 1, title + party + (f" ({telling.words['n']})" if given.part == "n" else ""))
    page.text(row, 2, given.name)
    page.text(row, 3, given.period)
    style = "frozen" if given.part == "frozen" else "yellow"
    typed = (None, *each.pair) if each.pair else (each.value, None, None)
    for column, value in enumerate(typed, 4):
        if (column == 4) != bool(each.pair):
            page.value(row, column, value, "exact" if each.pair or kind == "number" else kind, style)
            _validate(page, telling, row, column, each)
    page.formula(row, 7, Formula(each.formula, each.value), kind)
    page.value(row, 8, each.value, kind, "work")
    page.text(row, 9, given.unit)
    if given.part != "category":
        for column, limit in enumerate(each.range, 10):
            page.value(row, column, limit, kind)
        page.value(row, 12, Fraction(each.decimals), "whole")
    page.formula(row, 13, Formula(each.check, ""))
    note = {"frozen": "frozen", "settled": "from_earlier"}.get(given.part)
    page.text(row, 14, telling.words[note] if note else shown.source if shown else "")
    page.text(row, 15, shown.place if shown else "")


def _validate(page: Page, telling: Telling, row: int, column: int, each: Typed) -> None:
    """Let the cell take only what the contract allows; the rest a spreadsheet refuses where it is typed."""
    given = each.given
    if given.part == "category":
        codes = ",".join(given.codes)
        if len(codes) <= 255 and not any("," in code for code in given.codes):
            page.sheet.data_validation(
                row - 1, column - 1, row - 1, column - 1, {"validate": "list", "source": list(given.codes)}
            )
        return
    low, high = (None, None) if each.pair else (given.least, given.most)
    rule: dict[str, Any] = {"validate": "integer" if given.part == "n" else "decimal"}
    if low is not None and high is not None:
        rule |= {"criteria": "between", "minimum": float(low), "maximum": float(high)}
    elif low is not None:
        rule |= {"criteria": ">=", "value": float(low)}
    elif high is not None:
        rule |= {"criteria": "<=", "value": float(high)}
    elif each.pair and column == 6:
        rule |= {"criteria": ">", "value": 0}
    else:
        rule |= {"criteria": "between", "minimum": -1e15, "maximum": 1e15}
    rule |= {"error_title": telling.words["outside_title"], "error_message": telling.words["outside_text"]}
    page.sheet.data_validation(row - 1, column - 1, row - 1, column - 1, rule)
