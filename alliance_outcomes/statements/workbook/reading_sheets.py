"""The sheets that people read: what came of it for each party, each indicator, what was assumed, where all comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib.metadata import version

from ..model import IndicatorShown
from ..text import status_word
from .live import TOP, LiveBalance, Sheets
from .page import Page
from .shares import Formula
from .telling import Telling

_KEYS = ("earned", "held", "paid", "payable")


def summary(page: Page, telling: Telling) -> None:
    """Who, when and what came of it; what was settled stands beside what the inputs give now."""
    shown, words = telling.statement, telling.words
    page.columns([44, 18, 18, 18, 18, 18, 18])
    status = words["final_contract" if shown.contract_status == "final" else "draft"]
    facts = [
        ("contract", shown.contract),
        ("diary_number", shown.diary_number),
        ("contract_status", status),
        ("follows", shown.follows),
        ("period", f"{shown.period} ({telling.day(shown.first)} – {telling.day(shown.last)})"),
        ("payee", shown.payee),
    ]
    row = 3
    for key, text in facts:
        if text:
            page.text(row, 1, _capital(words[key]), "strong")
            page.text(row, 2, text, wide=True)
            row += 1
    row = _results(page, telling, row + 1)
    row = _balances(page, telling, row + 1)
    row = _payments(page, telling, row + 1)
    _checks(page, telling, row + 1)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _heads(page: Page, row: int, heads: list[str], numbers: Sequence[int]) -> None:
    for column, head in enumerate(heads, 1):
        page.text(row, column, head, "over" if column in numbers else "head")


def _results(page: Page, telling: Telling, row: int) -> int:
    """The score and the total, as settled and now."""
    shown, words, live = telling.statement, telling.words, telling.live
    found: list[tuple[str, Formula, str]] = []
    if telling.settlement.calculation.score:
        name = telling.settlement.calculation.score
        found.append((words["score"], Formula(telling.at(name), shown.score), "number"))
    if live.lines:
        title = f"{words['total']} ({shown.currency})"
        found.append((title, live.total(telling.names["ledger"]), "money"))
    elif shown.scorecard or not telling.settlement.calculation.entries:
        page.text(row, 1, words["nothing" if shown.scorecard else "no_lines"], wide=True)
        row += 2
    if not found:
        return row
    _heads(page, row, ["", words["settled"], words["now"], words["difference"]], (2, 3, 4))
    for title, formula, kind in found:
        row += 1
        page.text(row, 1, title, "strong")
        page.value(row, 2, formula.value, kind, "work")
        page.formula(row, 3, formula, kind, "strong")
        page.formula(row, 4, _difference(row, formula.value), kind)
    return row + 1


def _difference(row: int, value: object) -> Formula:
    zero = None if value is None else Fraction(0)
    return Formula(f'IF(AND(ISNUMBER(B{row}),ISNUMBER(C{row})),ROUND(C{row}-B{row},9),"")', zero)


def _balances(page: Page, telling: Telling, row: int) -> int:
    """What each party earned, what is held, paid and payable now, and payable as settled."""
    words, live = telling.words, telling.live
    if not live.balances:
        return row
    _heads(
        page,
        row,
        [f"{words['balance']} ({telling.statement.currency})", *(_capital(words[key]) for key in _KEYS)],
        range(2, 6),
    )
    page.text(row, 6, f"{_capital(words['payable'])}: {words['settled'].lower()}", "over")
    page.text(row, 7, words["difference"], "over")
    settled = telling.payee.balance
    for each in live.balances:
        row += 1
        page.text(row, 1, telling.who(each.party))
        for column, formula in enumerate(_amounts(telling, each), 2):
            page.formula(row, column, formula, "money", "strong" if column == 5 else "plain")
        was = settled[each.party].payable if each.party in settled else Fraction(0)
        page.value(row, 6, was, "money", "work")
        page.formula(row, 7, Formula(f"ROUND(E{row}-F{row},{telling.statement.places})", Fraction(0)), "money")
    return row + 1


def _amounts(telling: Telling, each: LiveBalance) -> list[Formula]:
    """Earned, held, paid and payable, in cells of the sheet of parties."""
    sheet, row = telling.names["parties"], telling.party_row(each.party)
    values = [Fraction(part.value or 0) for part in (each.earned, each.held, each.paid)]
    values.append(values[0] - values[1] - values[2])
    return [Formula(Sheets.at(sheet, f"${column}${row}"), value) for column, value in zip("EFGH", values, strict=True)]


def _payments(page: Page, telling: Telling, row: int) -> int:
    """Who pays whom, as settled."""
    shown, words = telling.statement, telling.words
    if not shown.payments:
        return row
    _heads(page, row, [f"{words['settled']} ({shown.currency})", words["payer"], _capital(words["payable"])], (3,))
    for each in shown.payments:
        row += 1
        page.text(row, 1, each.receiver)
        page.text(row, 2, each.payer)
        page.value(row, 3, each.amount, "money")
    return row + 1


def _checks(page: Page, telling: Telling, row: int) -> None:
    """Whether inputs were changed, or are such that settle would refuse them; and how sure ties are."""
    words, decisions = telling.words, telling.live.decisions
    page.text(row, 1, words["change_yellow"].format(inputs=telling.names["inputs"]), wide=True)
    if telling.live.inputs:
        last = TOP + len(telling.live.inputs) - 1
        cells = {letter: Sheets.at(telling.names["inputs"], f"${letter}${TOP}:${letter}${last}") for letter in "GHM"}
        page.text(row + 1, 1, words["changed_inputs"])
        changed = f"SUMPRODUCT(--ISNUMBER({cells['G']}),--ISNUMBER({cells['H']}),--({cells['G']}<>{cells['H']}))"
        blanked = f"SUMPRODUCT(--(ISNUMBER({cells['G']})<>ISNUMBER({cells['H']})))"
        page.formula(row + 1, 2, Formula(f"{blanked}+IF({blanked}=0,{changed},0)", Fraction(0)), "whole")
        page.text(row + 2, 1, words["inputs_wrong"])
        page.formula(row + 2, 2, Formula(f'COUNTIF({cells["M"]},"!")', Fraction(0)), "whole")
    certain, nearby = sum(each.certain for each in decisions), sum(each.nearby for each in decisions)
    counted = {"certain": certain, "all": len(decisions), "nearby": nearby, "open": len(decisions) - certain - nearby}
    if decisions:
        page.text(row + 3, 1, words["ties_counted"].format(**counted), wide=True)
        page.text(row + 4, 1, words["range_note"], wide=True)


def parties(page: Page, telling: Telling) -> None:
    """Every party: who it is, and what it earned, what is held, paid and payable."""
    words, shown = telling.words, telling.statement
    page.columns([22, 44, 20, 18, 18, 18, 18, 18])
    page.heads(
        [words[key] if key in ("id", "role", "business_id") else _capital(words[key]) for key in _PARTY], range(5, 9)
    )
    known = {each.id: each for each in shown.parties}
    live = {each.party: each for each in telling.live.balances}
    for party in telling.party_order():
        row, who = telling.party_row(party), known.get(party)
        page.text(row, 1, party)
        page.text(row, 2, telling.who(party))
        page.text(row, 3, words.get(f"role_{who.role}", who.role) if who else "")
        page.text(row, 4, who.business_id if who else "")
        if party in live:
            each = live[party]
            for column, formula in enumerate((each.earned, each.held, each.paid), 5):
                page.formula(row, column, formula, "money")
            values = [Fraction(part.value or 0) for part in (each.earned, each.held, each.paid)]
            text = f"ROUND(E{row}-F{row}-G{row},{shown.places})"
            page.formula(row, 8, Formula(text, values[0] - values[1] - values[2]), "money", "strong")


_PARTY = ("id", "party", "role", "business_id", *_KEYS)


def indicators(page: Page, telling: Telling) -> None:
    """Areas and their indicators: values, goals, scores and weights, live; status, owner and source as settled."""
    words = telling.words
    page.columns([52, 14, 16, 14, 12, 12, 16, 20, 30, 10])
    page.text(2, 1, words["status_note"], wide=True)
    heads = ("indicator", "value", "unit", "goal", "weight", "score", "status", "owner", "source", "n")
    page.heads([words["n"] if head == "n" else _capital(words[head]) for head in heads], (2, 4, 5, 6, 10))
    row, calculation = TOP, telling.settlement.calculation
    forms, shown = {form.id: form for form in calculation.areas}, telling.kind(telling.statement.weight_unit)
    for area in telling.statement.areas:
        for column in range(1, len(heads) + 1):
            page.text(row, column, area.title if column == 1 else "", "area")
        if area.id in forms:
            form = forms[area.id]
            weight = telling.at(form.counted_weight) if form.counted_weight else ""
            if weight:
                page.formula(row, 5, Formula(weight, area.weight), shown, "area")
            else:
                page.value(row, 5, form.weight, shown, "area")
            page.formula(row, 6, Formula(telling.at(form.score), area.score), "number", "area")
        row += 1
        for each in area.indicators:
            _indicator(page, telling, row, each)
            row += 1
    if calculation.score:
        page.text(row, 1, words["score"], "total")
        page.formula(row, 6, Formula(telling.at(calculation.score), telling.statement.score), "number", "total")


def _indicator(page: Page, telling: Telling, row: int, each: IndicatorShown) -> None:
    form = next(form for form in telling.settlement.calculation.indicators if form.id == each.id)
    kind = telling.kind(each.unit)
    page.text(row, 1, each.title)
    page.formula(row, 2, Formula(telling.at(form.value), each.value), kind)
    page.text(row, 3, each.unit)
    page.value(row, 4, each.goal, kind)
    page.value(row, 5, each.weight, telling.kind(telling.statement.weight_unit))
    if form.score:
        page.formula(row, 6, Formula(telling.at(form.score), each.score), "number")
    page.text(row, 7, status_word(each.status, telling.statement.language))
    page.text(row, 8, each.owner)
    page.text(row, 9, each.source)
    if form.n:
        page.formula(row, 10, Formula(telling.at(form.n), each.n), "whole")


def assumptions(page: Page, telling: Telling) -> None:
    """Every term that the contract assumes, with its reason."""
    words = telling.words
    page.columns([50, 80, 40])
    page.heads([words["path"], words["reason"], words["place"]])
    if not telling.statement.assumed:
        page.text(TOP, 1, words["nothing_assumed"])
    for row, each in enumerate(telling.statement.assumed, TOP):
        page.text(row, 1, each.path or telling.statement.contract)
        page.text(row, 2, each.reason)
        page.text(row, 3, each.place)


def provenance(page: Page, telling: Telling) -> None:
    """What the workbook was written from and by, the amendments of the contract, and how its numbers are decided."""
    shown, words = telling.statement, telling.words
    page.columns([44, 90])
    rows = [
        ("contract", f"{shown.contract} ({words['final_contract' if shown.contract_status == 'final' else 'draft']})"),
        ("contract_file", shown.contract_file),
        *(("amendments" if at == 0 else "", text) for at, text in enumerate(_amendments(telling))),
        ("data_files", ", ".join(shown.data_files)),
        ("period", shown.period),
        ("payee", shown.payee),
        ("settlement_hash", shown.hash),
        ("evidence", telling.evidence),
        ("written_by", f"alliance-outcomes {version('alliance-outcomes')}"),
    ]
    row = 3
    for key, text in rows:
        if text:
            page.text(row, 1, _capital(words[key]) if key else "", "strong")
            page.text(row, 2, text)
            row += 1
    for key in ("ties_note", "shares_note", "range_note", "status_note"):
        row += 1
        page.text(row, 2, words[key])
    if any(each.given.part == "frozen" for _, each in telling.live.inputs):
        page.text(row + 1, 2, f"{telling.names['inputs']}: {words['frozen']}")


def _amendments(telling: Telling) -> Iterator[str]:
    """From which day each amendment holds, what it is, who decided it and when."""
    for each in telling.statement.amendments:
        decided = f"{each.decision.what} ({each.decision.by}, {telling.day(each.decision.day)})"
        yield f"{telling.words['amended_from'].format(day=telling.day(each.effect))}: {decided}"
