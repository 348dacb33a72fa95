"""What drawing.py leaves out, put into drawn contracts: ways to round, coarser limits, gated caps, a party that joins, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from random import Random

from tests.drawing import Case, Written, in_formula, row, text
from tests.oracle_language import number
from tests.oracle_scores import calendar

WAYS = ("toward_zero", "away_from_zero")


def varied(case: Case, chance: Random) -> Case:
    """The case, one in three with other rounding, one in three with a clause more, one in four with a party more or a gate."""
    if "rounding" not in case.contract:
        return case
    contract = dict(case.contract)
    if chance.random() < 1 / 3:
        contract["rounding"] = _rounding(contract["rounding"], chance)
    if chance.random() < 1 / 3:
        figures, amount = _formula(contract, chance)
        contract["figures"] = contract["figures"] | figures
        more = {"kind": "formula", "amount": amount, "to": chance.choice(["benefit", "burden", "payee"])}
        contract["settlement"] = [*contract["settlement"], {"more": more}]
    if chance.random() < 1 / 4:
        contract["settlement"] = [_gated(each) for each in contract["settlement"]]
    case = replace(case, contract=contract)
    return _joined(case, chance) if chance.random() < 1 / 4 else case


def _gated(item: Written) -> Written:
    """A clause; a cap where a fact is large enough only."""
    gate = {"when": "list_size >= 10"}
    return {id_: clause | gate if clause["kind"] == "cap" else clause for id_, clause in item.items()}


def _joined(case: Case, chance: Random) -> Case:
    """A provider more, who comes on the first, a middle or the last day of the period, or the day after, and is in no split."""
    frame = calendar(*case.contract["periods"].items())
    days = frame.days(case.period)
    day = chance.choice([days[0], days[len(days) // 2], days[-1], min(days[-1] + timedelta(1), frame.last)])
    newcomer = {"role": "provider", "title": "Newcomer", "from": day.isoformat()}
    rows = [
        {**row(case.period, fact, text(Fraction(chance.randint(0, 10**7), 100)), "newcomer"), "payee": payee}
        for payee in case.payees
        for fact, about in case.contract["facts"].items()
        if about.get("per") == "party" and day <= days[-1]
    ]
    parties = case.contract["parties"] | {"newcomer": newcomer}
    return replace(case, contract={**case.contract, "parties": parties}, rows=[*case.rows, *rows])


def _rounding(rounding: Written, chance: Random) -> Written:
    """A way that no contract is drawn with; limits in units that are a multiple of those of lines."""
    unit = rounding["lines"].partition(" to ")[2]
    multiple = text(number(unit) * chance.choice([1, 1, 5, 20]))
    return {"lines": f"{chance.choice(WAYS)} to {unit}", "limits": f"toward_zero to {multiple}"}


def _formula(contract: Written, chance: Random) -> tuple[Written, str]:
    """An amount, and the figures that it reads: what is counted or missing, a condition of two parts, a payee's attribute."""
    ids = list(contract["result_areas"]["area0"]["indicators"])
    named, one = ", ".join(ids), chance.choice(ids)
    least, most = (number(contract["scores"][end]) for end in ("least", "most"))
    edge = in_formula(least + (most - least) * Fraction(chance.randint(0, 8), 8))
    part = chance.choice(["price / 3", "-price / 8", "12.5 % of price", "pool / 7 - target / 9"])
    forms: list[tuple[Written, str]] = [
        ({}, f"count({named}) * ({part})"),
        ({"reached": {"formula": f"total({named})"}}, f"coalesce(reached, 3) * ({part}) / 20"),
        (
            {"reached": _money(f"{part} if highest({named}) > {edge} or list_size < 20 else pool / 3")},
            "coalesce(reached, 1)",
        ),
        (
            {"reached": _money(f"{part} if not lowest({named}) > {edge} and list_size < 20 else pool / 3")},
            "coalesce(reached, 1)",
        ),
        ({"reached": {"formula": "none if list_size < 10 else list_size"}}, f"coalesce(reached, 2) * ({part})"),
        ({"reached": {"formula": "list_size >= 10"}}, f"({part}) / 2 if not reached or list_size == 20 else {part}"),
        ({}, f"({part}) / 2 if missing({one}) and list_size < 20 else {part}"),
        ({}, f"({part}) / 2 if missing({one}) or {one} >= {edge} else {part}"),
        ({}, f"({part}) / 2 if not missing({one}) and {one} != {edge} else {part}"),
    ]
    if "payees" in contract:
        forms.append(({}, f'({part}) / 2 if track == "A" else {part}'))
    return chance.choice(forms)


def _money(formula: str) -> Written:
    """A figure of money."""
    return {"unit": "EUR", "formula": formula}
