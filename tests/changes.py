"""Changes to drawn cases that a law speaks of: the same in another order, on another scale, split, bettered, broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests import drawing, drawing_money, drawing_scores
from tests.drawing import Case, Draft, Rows, Written, in_formula, placed, row, text, to_csv, to_yaml, writable
from tests.drawing_scores import RULES, Scored, levels_of
from tests.oracle_language import number

# Lists whose order says nothing; every other list of a contract is an order that people chose.
UNORDERED = ("of", "changes")


def spelled_out(contract: Written) -> Written:
    """A copy of a contract in which every indicator says for itself what its area said for all."""
    copy = deepcopy(contract)
    for area in copy["result_areas"].values():
        shared = area.pop("defaults", {})
        area["indicators"] = {id_: {**deepcopy(shared), **about} for id_, about in area["indicators"].items()}
    return copy


def indicators_of(contract: Written) -> Iterator[tuple[Written, str, Written]]:
    """Each indicator with its area, of a contract that is spelled out."""
    for area in contract["result_areas"].values():
        for id_, about in area["indicators"].items():
            yield area, id_, about


# -- law 4: order -----------------------------------------------------------------------------------------------


@st.composite
def reordered(draw: DrawFn, value: Any, key: str = "") -> Any:
    """The same contract with its keys, and the lists whose order says nothing, in another order."""
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {each: draw(reordered(value[each], each)) for each in keys}
    if isinstance(value, list):
        items = [draw(reordered(each)) for each in value]
        return draw(st.permutations(items)) if key in UNORDERED else items
    return value


@st.composite
def reordered_csv(draw: DrawFn, rows: Rows) -> str:
    """The same data with its rows and its columns in another order."""
    shuffled = draw(st.permutations(rows))
    columns = draw(st.permutations(drawing.COLUMNS))
    lines = [columns, *([each[column] for column in columns] for each in shuffled)]
    return "".join(",".join(line) + "\n" for line in lines)


# -- law 5: scale, halves, weight 0 -----------------------------------------------------------------------------

SCALABLE = ("linear", "piecewise", "steps", "gap_to_goal", "better_of")
LEVELS = ("zero_at", "full_at", "zero_below", "goal", "baseline")
SCALES = st.sampled_from([Fraction(10), Fraction(1, 4), Fraction(7), Fraction(1, 3), Fraction(1000)])


def _times(value: Any, scale: Fraction) -> Any:
    """A level, or a level by period, on another scale; a level's name stays."""
    if isinstance(value, dict):
        return {label: _times(each, scale) for label, each in value.items()}
    return value if value[0].isalpha() else text(number(value) * scale)


def _scaled_rule(rule: Written, scale: Fraction) -> Written:
    scaled = {key: _times(value, scale) if key in LEVELS else value for key, value in rule.items()}
    for key in ("points", "steps"):
        if key in rule:
            scaled[key] = [[_times(x, scale), y] for x, y in rule[key]]
    for side in ("achievement", "improvement"):
        if side in rule:
            scaled[side] = {
                key: _times(rule[side][key], scale) if key in LEVELS else rule[side][key] for key in rule[side]
            }
    return scaled


def _scaled_row(each: dict[str, str], scale: Fraction) -> dict[str, str]:
    if each["numerator"]:
        value, count = number(each["numerator"]) / number(each["denominator"]), each["denominator"]
        each = {**each, "numerator": "", "denominator": "", "n": each["n"] or count}
    else:
        value = number(each["value"])
    return {**each, "value": text(value * scale)}


def rescaled(case: Case, scale: Fraction) -> Case:
    """Values, levels, baselines and ranges of every indicator whose rule has levels, on another scale."""
    contract, rows = spelled_out(case.contract), list(case.rows)
    for _, id_, about in indicators_of(contract):
        if about["score"]["kind"] not in SCALABLE or "value" in about or id_ in repr(contract["settlement"]):
            continue
        least, most = about.get("range", ["0", "1"])
        about["unit"], about["range"] = "points", [_times(least, scale), _times(most, scale)]
        about["score"] = _scaled_rule(about["score"], scale)
        if "levels" in about:
            about["levels"] = {name: _times(each, scale) for name, each in about["levels"].items()}
        for each in about.get("inputs", {}).values():
            each["unit"] = "points"
            if each.get("when_missing", "none") != "none":
                each["when_missing"] = _times(each["when_missing"], scale)
        rows = [_scaled_row(each, scale) if _is_of(each, id_) else each for each in rows]
    return replace(case, contract=contract, rows=rows)


def _is_of(each: dict[str, str], id_: str) -> bool:
    return each["indicator"] == id_ or each["indicator"].startswith(f"{id_}.")


def halved(case: Case) -> Case:
    """Every indicator in two halves: the same rule, the same rows, half the weight each."""
    contract, rows = spelled_out(case.contract), list(case.rows)
    for area in contract["result_areas"].values():
        if isinstance(area.get("area_score"), dict) or "minimum_indicators" in area:
            continue
        for id_, about in list(area["indicators"].items()):
            if "weight" in about:
                about["weight"] = text(number(about["weight"]) / 2)
                area["indicators"][f"{id_}_half"] = deepcopy(about)
                rows += [
                    {**each, "indicator": each["indicator"].replace(id_, f"{id_}_half", 1)}
                    for each in case.rows
                    if _is_of(each, id_)
                ]
    return replace(case, contract=contract, rows=rows)


@st.composite
def weightless(draw: DrawFn, case: Case) -> Case:
    """One more indicator of weight 0: in an area that weighs its indicators, or in an area of its own."""
    contract = spelled_out(case.contract)
    rule = {"kind": "linear", "zero_at": "0", "full_at": "10"}
    extra: Written = {"unit": "points", "range": ["0", "10"], "weight": "0", "score": rule}
    homes = [
        area
        for area in contract["result_areas"].values()
        if not isinstance(area.get("area_score"), dict)
        and "minimum_indicators" not in area
        and all("weight" in about for about in area["indicators"].values())
    ]
    alone: Written = {"indicators": {}}
    if draw(st.booleans()) or not homes:
        contract["result_areas"]["alone"] = alone
    home = draw(st.sampled_from(homes)) if "alone" not in contract["result_areas"] else alone
    home["indicators"]["weightless"] = extra
    value = str(draw(st.integers(0, 10)))
    rows = [*case.rows, *({**row(case.period, "weightless", value), "payee": payee} for payee in case.payees)]
    return replace(case, contract=contract, rows=rows)


# -- law 3: bettering -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bettered:
    """A case, one of its indicators, and the same case in which that indicator was measured to be better."""

    worse: Case
    better: Case
    indicator: str


@st.composite
def rising_rules(draw: DrawFn, draft: Draft, scored: Scored) -> tuple[Written, int]:
    """A scoring rule that never falls as the value goes one way, and that way (1 up, -1 down)."""
    kind = draw(st.sampled_from(["linear", "piecewise", "steps", "gap_to_goal", "better_of", "gate"]))
    way = draw(st.sampled_from([1, -1]))
    if kind in ("piecewise", "steps"):
        rule = draw(RULES[kind](draft, scored))
        return _risen(rule, way), way
    if kind == "gate":
        least, most = sorted(draw(levels_of(scored, 2)))
        zero, full = (least, most) if way > 0 else (most, least)
        sign = draw(st.sampled_from([">", ">="] if way > 0 else ["<", "<="]))
        when = f"value {sign} {in_formula(draw(st.sampled_from([least, most, (least + most) / 2])))}"
        inner = {"kind": "linear", "zero_at": text(zero), "full_at": text(full)}
        return {"kind": "gate", "when": when, "otherwise": draft.contract["scores"]["least"], "score": inner}, way
    rule = draw(RULES[kind](draft, scored))
    low, high = {
        "linear": ("zero_at", "full_at"),
        "gap_to_goal": ("baseline", "goal"),
        "better_of": ("zero_below", "full_at"),
    }[kind]
    side = rule["achievement"] if kind == "better_of" else rule
    level = {key: _level(draft, scored, side[key]) for key in (low, high)}
    return rule, 1 if level[high] > level[low] else -1


def _level(draft: Draft, scored: Scored, level: Any) -> Fraction:
    named = scored.about.get("levels", {})
    return draft.calendar.in_force(named[level] if isinstance(level, str) and level in named else level, draft.period)


def _risen(rule: Written, way: int) -> Written:
    """The rule with its scores in the order of its levels."""
    key = "points" if "points" in rule else "steps"
    xs = sorted((x for x, _ in rule[key]), key=number)
    ys = [y for _, y in rule[key]] + ([rule["below"]] if "below" in rule else [])
    ys = sorted(ys, key=number, reverse=way < 0)
    below = {"below": ys.pop(0)} if "below" in rule else {}
    return {**rule, **below, key: [list(pair) for pair in zip(xs, ys, strict=True)]}


@st.composite
def bettered(draw: DrawFn) -> Bettered:
    """A contract in which nothing is perverse, and one indicator measured worse and better."""
    draft = draw(drawing.frames())
    draft.sure_score = True
    draft.contract["facts"] = {}
    moves: dict[str, tuple[Scored, int]] = {}
    for index in range(draw(st.integers(1, 3))):
        area = draft.contract.setdefault("result_areas", {}).setdefault(f"area{index}", {"indicators": {}})
        for letter in "ab"[: draw(st.integers(1, 2))]:
            id_ = f"i{index}{letter}"
            about: Written = {"unit": "points", "range": ["-20", "120"]}
            scored = Scored(id_, about, [], Fraction(-20), Fraction(120))
            about["score"], way = draw(rising_rules(draft, scored))
            moves[id_] = (scored, way)
            area["indicators"][id_] = about
    draw(drawing_scores.weights(draft))
    draw(drawing_money.money_facts(draft))
    chosen = draw(st.sampled_from(sorted(moves)))
    values = {id_: draw(placed(each.edges, each.least, each.most)) for id_, (each, _) in moves.items()}
    scored, way = moves[chosen]
    other = draw(placed(scored.edges, scored.least, scored.most))
    worse, better = sorted([values[chosen], other], key=lambda value: way * value)
    rows = [*draft.rows, *(row(draft.period, id_, text(value)) for id_, value in values.items() if id_ != chosen)]
    before = Case(draft.contract, [*rows, row(draft.period, chosen, text(worse))], draft.period)
    draft.score = replace(before, contract={**draft.contract, "settlement": []}).expected().score or Fraction(0)
    draft.contract["settlement"] = draw(rising_clauses(draft))
    after = Case(draft.contract, [*rows, row(draft.period, chosen, text(better))], draft.period)
    return Bettered(before, after, chosen)


@st.composite
def rising_clauses(draw: DrawFn, draft: Draft) -> list[Written]:
    """Clauses that never pay less for a better score: the gate stands on the gain, factors rise, losses are forgiven."""

    def rising(*ys: str) -> list[list[str]]:
        points: list[list[str]] = draw(drawing_money.by_score(draft, list(ys)))
        return points

    gain: Written = {"rate": "50 %", "to": "benefit", "when": f"score >= {in_formula(draft.score)}"}
    if not writable(draft.score):
        gain["when"] = "score > 0"
    sharing = {"kind": "gain_share", "target": "target", "actual": draw(st.sampled_from(["outturn", "spend"]))}
    pain = {"rate": "1/3", "most": "at_risk", "to": "burden"}
    clauses: list[Written] = [
        {"risk": {"kind": "fee", "amount": "fee", "earned": rising("0 %", "1/3", "100 %"), "to": "each"}},
        {"bonus": {"kind": "pool", "pool": "pool", "points": rising("-25 %", "0 %", "100 %"), "to": "benefit"}},
        {"sharing": {**sharing, "gain": gain, "pain": pain}},
        {
            "quality": {
                "kind": "modifier",
                "of": "sharing",
                "gain": rising("80 %", "100 %", "110 %"),
                "pain": rising("110 %", "100 %", "33.3 %"),
            }
        },
        {"points": {"kind": "price_per_point", "points": "score", "price": "price", "most": "100.005", "to": "payee"}},
        {"limit": {"kind": "cap", "of": ["bonus", "sharing", "quality"], "most": "1 000.005", "least": "-33.335"}},
    ]
    clauses[-1]["limit"]["to"] = "burden"
    return clauses


# -- law 9: faults ----------------------------------------------------------------------------------------------

Fault = Callable[[Case], tuple[bytes, bytes, list[str]]]


def _files(case: Case, *more: str, contract: str = "", data: str = "") -> tuple[bytes, bytes, list[str]]:
    """The two files as they are written, and what is asked for."""
    made = (contract or to_yaml(case.contract)).encode(), (data or to_csv(case.rows)).encode()
    return *made, [*(more or ("--period", case.period))]


def _with(case: Case, **changes: Any) -> str:
    return to_yaml({**case.contract, **changes})


FAULTS: dict[str, Fault] = {
    "a fact that is needed is missing": lambda case: _files(
        case, data=to_csv([each for each in case.rows if each["indicator"] != "spend"])
    ),
    "a row is given twice": lambda case: _files(case, data=to_csv([*case.rows, case.rows[-1]])),
    "a row of an unknown indicator": lambda case: _files(
        case, data=to_csv([*case.rows, row(case.period, "nobody", "1")])
    ),
    "a row of an unknown party": lambda case: _files(
        case, data=to_csv([*case.rows, row(case.period, "fee", "1", "nobody")])
    ),
    "a value that is no number": lambda case: _files(
        case, data=to_csv([{**each, "value": "many"} if each["indicator"] == "spend" else each for each in case.rows])
    ),
    "a value below its range": lambda case: _files(
        case, data=to_csv([{**each, "value": "-1"} if each["indicator"] == "spend" else each for each in case.rows])
    ),
    "a row with a field too many": lambda case: _files(case, data=to_csv(case.rows) + "a,b,c,d,1,,,,,,\n"),
    "data without a header": lambda case: _files(case, data=to_csv(case.rows).partition("\n")[2]),
    "data that is not text": lambda case: (to_yaml(case.contract).encode(), b"\xff\xfe\x00", ["--period", case.period]),
    "a period the contract does not have": lambda case: _files(case, "--period", "1999"),
    "no such payee": lambda case: _files(case, "--period", case.period, "--payee", "nobody"),
    "weights that do not sum": lambda case: _files(case, contract=_with(case, weights="sum to 99.9 %")),
    "money without rounding": lambda case: _files(case, contract=_with(case, rounding=None)),
    "an unknown key": lambda case: _files(case, contract=_with(case, setlement=[])),
    "shares above 100 %": lambda case: _files(
        case, contract=_with(case, splits={"benefit": {"shares": [{"from": "2001-01-01", "abc": "101 %"}]}})
    ),
    "an anchor": lambda case: _files(case, contract=to_yaml(case.contract) + "terms: &a {due_days: 30}\n"),
    "a bracket that is never closed": lambda case: _files(
        case, contract=to_yaml(case.contract) + "terms: {due_days: 30\n"
    ),
    "a key twice": lambda case: _files(case, contract=to_yaml(case.contract) + "contract: again\n"),
    "a contract that is not UTF-8": lambda case: (b"contract: \xff\n", to_csv(case.rows).encode(), []),
}

NUMBERS = ("0", "-1", "-25 %", "1/3", "100 %", "1000000")
SPOILS: tuple[Any, ...] = (*NUMBERS, *NUMBERS, "none", "x", "score", "value / 0", "", [], {}, ["0", "0"])


def _spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a contract."""
    if path and path[0] not in ("contract", "parties", "facts"):
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _spots(value[key], (*path, key))


@st.composite
def spoiled(draw: DrawFn, case: Case) -> Case:
    """The case with one value of its contract taken out, given twice in its list, or replaced by something else."""
    contract = deepcopy(case.contract)
    *above, last = draw(st.sampled_from(list(_spots(contract))))
    home: Any = contract
    for key in above:
        home = home[key]
    way = draw(st.sampled_from(["take out", "double", "replace", "replace", "replace", "replace"]))
    if way == "take out":
        del home[last]
    elif way == "double" and isinstance(home, list):
        home.insert(last, deepcopy(home[last]))
    else:
        # A number is more often taken for another, which may well be settled, than for what it cannot be.
        home[last] = draw(st.sampled_from(NUMBERS if str(home[last])[:1].isdigit() else SPOILS))
    return replace(case, contract=contract)
