"""Random indicators, rules and areas, their values placed exactly on levels, edges and minimums in half of the draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.drawing import Draft, Written, frames, in_formula, placed, range_of, row, text, written
from tests.oracle_language import number

# -- scoring rules ----------------------------------------------------------------------------------------------


@dataclass
class Scored:
    """An indicator while it is drawn: its words, and the values at which its score turns."""

    id: str
    about: Written
    edges: list[Fraction]
    least: Fraction
    most: Fraction


@st.composite
def levels_of(draw: DrawFn, scored: Scored, count: int) -> list[Fraction]:
    """Different levels within the range of the indicator, in any order; they become edges."""
    level = st.integers(1, 19).map(lambda n: scored.least + (scored.most - scored.least) * Fraction(n, 20))
    found = draw(st.lists(level, min_size=count, max_size=count, unique=True))
    scored.edges += found
    return found


@st.composite
def level_text(draw: DrawFn, draft: Draft, scored: Scored, value: Fraction) -> Any:
    """A level as a number, by period, or under a name of its own; other periods have other numbers."""
    way = draw(st.integers(0, 4))
    other = text(value + 1000)
    if way < 3:
        return draw(written(value))
    labels = [draft.calendar.label(day) for day in (draft.calendar.first, draft.calendar.last)]
    entries = {draft.long_before[1]: other, draft.calendar.before(draft.period, 1): other, draft.period: text(value)}
    entries |= {labels[1]: other} if labels[1] > draft.period else {}
    dated = dict(draw(st.permutations(sorted(entries.items()))))
    if way == 3:
        return dated
    name = f"level{len(scored.about['levels'])}" if "levels" in scored.about else "level0"
    scored.about.setdefault("levels", {})[name] = dated
    return name


@st.composite
def linear(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """A straight line between two levels."""
    zero, full = draw(levels_of(scored, 2))
    return {
        "kind": "linear",
        "zero_at": draw(level_text(draft, scored, zero)),
        "full_at": draw(level_text(draft, scored, full)),
    }


@st.composite
def heights(draw: DrawFn, draft: Draft, count: int, step: bool = False) -> list[str]:
    """Scores within the range; neighbours differ where they are steps."""
    least, most = range_of(draft)
    height = st.integers(0, 8).map(lambda n: least + (most - least) * Fraction(n, 8))
    found = draw(st.lists(height, min_size=count, max_size=count, unique=step))
    return [text(each) for each in found]


@st.composite
def piecewise(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """A line through points, given rising or falling."""
    xs = sorted(draw(levels_of(scored, draw(st.integers(2, 4)))), reverse=draw(st.booleans()))
    ys = draw(heights(draft, len(xs)))
    return {"kind": "piecewise", "points": [[draw(written(x)), y] for x, y in zip(xs, ys, strict=True)]}


@st.composite
def steps(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """A fixed score from each level on."""
    xs = sorted(draw(levels_of(scored, draw(st.integers(2, 4)))))
    below, *ys = draw(heights(draft, len(xs) + 1, step=True))
    return {
        "kind": "steps",
        "steps": [[draw(written(x)), y] for x, y in zip(xs, ys, strict=True)],
        "below": below,
        "on_edge": draw(st.sampled_from(["step_above", "step_below"])),
    }


@st.composite
def gap_to_goal(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """The part of the way from a baseline to a goal."""
    baseline, goal = draw(levels_of(scored, 2))
    nothing = draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1, 3), Fraction(9, 10)]))
    scored.edges.append(baseline + nothing * (goal - baseline))
    rule: Written = {"kind": "gap_to_goal", "goal": draw(level_text(draft, scored, goal))}
    rule["baseline"] = draw(level_text(draft, scored, baseline))
    if nothing:
        rule["nothing_below"] = draw(written(nothing))
    return rule


@st.composite
def better_of(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """The larger of achievement and improvement."""
    zero, full = draw(levels_of(scored, 2))
    given_points = ["min(9, floor(9 * progress + 1))"] * 2 + ["10 * progress", "clamp(floor(12 * progress) - 1, 0, 9)"]
    achievement: Written = {"zero_below": draw(written(zero)), "full_at": draw(level_text(draft, scored, full))}
    rule: Written = {"kind": "better_of", "worth": draw(st.sampled_from(["10", "8"])), "achievement": achievement}
    if draw(st.booleans()):
        achievement["points"] = draw(st.sampled_from(given_points))
    if draw(st.integers(0, 3)):
        improvement: Written = {"from": "baseline", "full_at": draw(written(full))}
        if draw(st.integers(0, 2)):
            improvement["points"] = draw(st.sampled_from(given_points))
        if draw(st.booleans()):
            improvement["most"] = draw(st.sampled_from(["9", "10", "4.5"]))
        rule["improvement"] = improvement
        draw(baselines(draft, scored, worse=zero - (full - zero) / 5))
    return rule


@st.composite
def baselines(draw: DrawFn, draft: Draft, scored: Scored, worse: Fraction) -> None:
    """The payee's own earlier value: perhaps none at all, often exactly a level or worse than any."""
    about = scored.about.setdefault("inputs", {}).setdefault("baseline", {"unit": scored.about["unit"]})
    there = draw(st.integers(0, 3))
    if there < 2:
        about["when_missing"] = draw(st.sampled_from(["none", text(scored.edges[0])]))
    if there:
        value = draw(placed([*scored.edges, worse], scored.least, scored.most))
        scored.edges.append(value)
        draft.measure(f"{scored.id}.baseline", value)


@st.composite
def counted_fact(draw: DrawFn, draft: Draft, name: str, most: int = 12) -> str:
    """A fact that counts something."""
    draft.contract.setdefault("facts", {})[name] = {"unit": "count", "least": "0", "most": "1000"}
    draft.measure(name, Fraction(draw(st.integers(0, most))))
    return name


@st.composite
def gate(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """Another rule's score, where a condition on the value or on a fact holds."""
    inner = draw(st.one_of(linear(draft, scored), piecewise(draft, scored), steps(draft, scored)))
    (edge,) = draw(levels_of(scored, 1))
    sign = draw(st.sampled_from([">=", ">", "<=", "<"]))
    when = f"value {sign} {in_formula(edge)}"
    if draw(st.booleans()):
        counted = draw(counted_fact(draft, f"{scored.id}_complaints", 4))
        when = draw(
            st.sampled_from([f"{counted} <= 2", f"{when} and {counted} < 3", f"not ({when}) or {counted} == 0"])
        )
    rule: Written = {"kind": "gate", "when": when, "score": inner}
    if draw(st.booleans()):
        rule["otherwise"] = draw(st.sampled_from([*draw(heights(draft, 1)), "-1000"]))
    return rule


@st.composite
def points(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """Points with capped extras and demerits."""
    rule: Written = {"kind": "points", "worth": draw(st.sampled_from(["100", "60", "8"]))}
    if draw(st.booleans()):
        rule["base"] = draw(st.sampled_from(["value * 2", "60 if value >= {} else value", "floor(value / 3)"]))
        rule["base"] = rule["base"].replace("{}", in_formula(draw(levels_of(scored, 1))[0]))
    for kind in ("extras", "demerits"):
        if draw(st.booleans()):
            of = [draw(counted_fact(draft, f"{scored.id}_{kind}{n}")) for n in range(draw(st.integers(1, 3)))]
            rule[kind] = {"of": of, "most": draw(st.sampled_from(["10", "12", "3.5"]))}
    return rule


@st.composite
def formula_rule(draw: DrawFn, draft: Draft, scored: Scored) -> Written:
    """A score written out, which may leave the range of scores."""
    (edge,) = draw(levels_of(scored, 1))
    forms = [
        "(value - {}) * 5",
        "clamp(value * 3 - {}, 0, 90)",
        "100 if value > {} else -10",
        "floor(value / {} * 10) * 10",
        "round(value * 100 / {}, 1)",
        "50 % of value + max(0, value - {}, 3 - value)",
        "ceil(abs(value - {}), 2) * 100",
    ]
    return {"kind": "formula", "formula": draw(st.sampled_from(forms)).replace("{}", in_formula(edge))}


RULES = {
    "linear": linear,
    "piecewise": piecewise,
    "steps": steps,
    "gap_to_goal": gap_to_goal,
    "better_of": better_of,
    "gate": gate,
    "points": points,
    "formula": formula_rule,
}


# -- indicators and areas ---------------------------------------------------------------------------------------


@st.composite
def fates(draw: DrawFn, draft: Draft, small: bool, sure: bool) -> Any:
    """What holds where a value is missing, or too few were measured. ``sure``: there is a score all the same."""
    least, most = range_of(draft)
    score = {"score": text(draw(st.sampled_from([least, most, (least + most) / 2])))}
    ways: list[Any] = [score] if sure else [score, "reweight in area"]
    if not draft.closed and not sure:
        ways += ["reweight in contract", "hold"]
    way = draw(st.sampled_from(ways))
    if not small and draw(st.booleans()):
        carried = {"carry": "value", "periods": str(draw(st.integers(1, 2)))}
        return {**carried, "then": draw(st.sampled_from([way] if sure else [way, "error"]))}
    return way


@st.composite
def indicators(draw: DrawFn, draft: Draft, id_: str, sure: bool) -> Written:
    """An indicator with its rule, what holds where it is missing, and its rows. ``sure``: it is always scored."""
    unit = draw(st.sampled_from(["share", "points", "points"]))
    least, most = (Fraction(0), Fraction(1)) if unit == "share" else (Fraction(-20), Fraction(120))
    about: Written = {"unit": unit} | ({} if unit == "share" else {"range": [text(least), text(most)]})
    scored = Scored(id_, about, [], least, most)
    about["score"] = draw(RULES[draft.rule or draw(st.sampled_from(list(RULES)))](draft, scored))
    scored.edges = scored.edges or [least, most]
    way = draw(st.integers(0, 7))
    if way == 0:
        draw(composite_rows(draft, scored))
    elif way == 1 and unit == "points":
        draw(computed_rows(draft, scored))
    else:
        draw(measured_rows(draft, scored, sure))
    return about


@st.composite
def value_cells(draw: DrawFn, scored: Scored, count: int | None) -> dict[str, str]:
    """A value as it is measured: written out, or as a numerator and a denominator; with how many were measured."""
    value = draw(placed(scored.edges, scored.least, scored.most))
    status = draw(st.sampled_from(["", "", "final", "provisional"]))
    if scored.about["unit"] == "share" and count and (value * count).denominator == 1 and draw(st.booleans()):
        return {"numerator": str(value * count), "denominator": str(count), "status": status}
    return {"value": draw(written(value)), "status": status} | ({} if count is None else {"n": str(count)})


@st.composite
def measured_rows(draw: DrawFn, draft: Draft, scored: Scored, sure: bool) -> None:
    """Rows of this period and of earlier ones, with what holds where there is none or too few."""
    about, here = scored.about, draft.period
    fate = "error" if draw(st.booleans()) else draw(fates(draft, small=False, sure=sure))
    if fate != "error" or draw(st.booleans()):
        about["when_missing"] = fate
    limit = None
    if draw(st.integers(0, 2)) == 0:
        limit = 20
        about |= {"minimum_n": "20", "when_small": draw(fates(draft, small=True, sure=sure))}
    needed = fate == "error" or (isinstance(fate, dict) and fate.get("then", "error") == "error" and "carry" in fate)
    back = int(fate["periods"]) if isinstance(fate, dict) and "carry" in fate else 0
    periods = [here, *(draft.calendar.before(here, step) for step in range(1, back + 1))]
    there = [period for period in periods if draw(st.booleans())]
    if needed and not there:
        there = [draw(st.sampled_from(periods))]
    for period in there:
        count = draw(st.sampled_from([19, 20, 21, 40, 100])) if limit else draw(st.sampled_from([None, 20, 60]))
        draft.rows.append(row(period, scored.id, **draw(value_cells(scored, count))))


@st.composite
def composite_rows(draw: DrawFn, draft: Draft, scored: Scored) -> None:
    """Parts measured by themselves; one may be missing where fewer are enough."""
    parts = [f"part{n}" for n in range(draw(st.integers(1, 3)))]
    scored.about["components"] = {part: {"weight": draw(st.sampled_from(["1", "2", "50 %"]))} for part in parts}
    scored.about["range"] = [text(scored.least), text(scored.most)]
    there = parts
    if len(parts) > 1 and draw(st.booleans()):
        scored.about["minimum_components"] = str(len(parts) - 1)
        scored.about["when_missing"] = {"score": "0"}
        there = parts[draw(st.integers(0, 2)) :]
    for part in there:
        draft.measure(f"{scored.id}.{part}", draw(placed(scored.edges, scored.least, scored.most)))


@st.composite
def computed_rows(draw: DrawFn, draft: Draft, scored: Scored) -> None:
    """A value computed from facts of this and of the period before, often exactly on an edge."""
    own = f"{scored.id}_now"
    draft.contract.setdefault("facts", {})[own] = {"unit": "index", "least": "-1000", "most": "1000"}
    value = draw(placed(scored.edges, scored.least, scored.most))
    before = Fraction(draw(st.integers(1, 50)))
    draft.rows.append(row(draft.calendar.before(draft.period, 1), own, text(before)))
    way = draw(st.sampled_from(["difference", "ratio"]))
    scored.about["value"] = f"{own} - earlier({own}, 1)" if way == "difference" else f"{own} / earlier({own}) * 10"
    draft.measure(own, value + before if way == "difference" else value * before / 10)


@st.composite
def area_formulas(draw: DrawFn, ids: Sequence[str], sure: bool) -> Written:
    """A formula over the scores of an area; one that needs every score where every score is sure."""
    forms = [f"mean({', '.join(ids)})", f"lowest({', '.join(ids)})", f"highest({', '.join(ids)})"]
    if sure:
        forms += [
            f"min({', '.join(ids)})",
            f"{ids[0]} * 3 - {ids[-1]} / 2",
            " + ".join(f"{in_formula(Fraction(1, len(ids)))} * {id_}" for id_ in ids),
        ]
    return {"formula": draw(st.sampled_from(forms))}


@st.composite
def areas(draw: DrawFn, draft: Draft, index: int, sure: bool) -> Written:
    """A result area with its indicators. ``sure``: it always has a score."""
    ids = [f"i{index}{letter}" for letter in "abcd"[: draw(st.integers(1, 4))]]
    kind = draw(st.sampled_from(["weighted mean", "weighted mean", "share of points", "formula"]))
    area: Written = {"title": f"Area {index}"}
    if kind == "share of points":
        area["area_score"] = kind
    draft.closed = kind == "share of points"
    all_sure = kind == "formula" and draw(st.booleans())
    area["indicators"] = {id_: draw(indicators(draft, id_, all_sure or (sure and id_ == ids[0]))) for id_ in ids}
    if kind == "formula":
        area["area_score"] = draw(area_formulas(ids, all_sure))
    elif draw(st.integers(0, 3)) == 0:
        area["minimum_indicators"] = str(draw(st.integers(0, 1 if sure else len(ids))))
    return area


def _common(area: Written) -> None:
    """Move what all indicators of an area share into its defaults."""
    members = list(area["indicators"].values())
    same = {key: value for key, value in members[0].items() if all(each.get(key) == value for each in members)}
    if same and len(members) > 1:
        area["defaults"] = same
        for each in members:
            for key in same:
                del each[key]


@st.composite
def weights(draw: DrawFn, draft: Draft) -> None:
    """Weights of indicators and areas, in each of the ways a contract can state them."""
    result_areas = draft.contract["result_areas"]
    way = draw(st.sampled_from(["sum to 100 %", "sum to 100 %", "sum to 60", "equal", "none"]))
    draft.contract["weights"] = way
    heft = {
        area: [draw(st.integers(0 if n else 1, 5)) for n, _ in enumerate(each["indicators"])]
        for area, each in result_areas.items()
    }
    whole = sum(map(sum, heft.values()))
    stated = draw(st.booleans())
    for area_id, area in result_areas.items():
        if way.startswith("sum to"):
            total = number(way.removeprefix("sum to "))
            parts = [total * part / whole for part in heft[area_id]]
            for indicator, part in zip(area["indicators"].values(), parts, strict=True):
                indicator["weight"] = draw(written(part))
            if stated:
                area["weight"] = draw(written(sum(parts, Fraction(0))))
        elif stated:
            area["weight"] = draw(st.sampled_from(["25 %", "1/3", "2"]))
        if way == "none" and stated and draw(st.booleans()):
            for indicator, each in zip(area["indicators"].values(), heft[area_id], strict=True):
                indicator["weight"] = text(each)
    if draw(st.booleans()):
        for area in result_areas.values():
            _common(area)


@st.composite
def scored_drafts(draw: DrawFn, most_areas: int = 3, rule: str = "") -> Draft:
    """A frame with result areas and the rows for them; often its first area always has a score."""
    draft = draw(frames())
    draft.rule = rule
    draft.sure_score = draw(st.integers(0, 3)) > 0
    draft.contract["facts"] = {}
    draft.contract["result_areas"] = {
        f"area{n}": draw(areas(draft, n, draft.sure_score and n == 0)) for n in range(draw(st.integers(1, most_areas)))
    }
    draw(weights(draft))
    if draw(st.integers(0, 3)) == 0:
        draft.contract["minimum_areas"] = str(
            draw(st.integers(1, 1 if draft.sure_score else len(draft.contract["result_areas"])))
        )
    draft.score = draft.outcome().score or Fraction(0)
    return draft
