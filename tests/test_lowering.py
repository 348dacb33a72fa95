"""What every scoring rule and payment clause lowers itself to, in full: tests/lowered.txt holds each way to write one.

A change of it is a change of what contracts mean. ``python -m tests.test_lowering`` writes the file anew; read the
difference before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.nodes import Name, Number
from alliance_outcomes.formula.steps import Says
from tests.faulty import CONTRACT

FILE = Path(__file__).with_name("lowered.txt")
RULE = "{kind: linear, zero_at: 0, full_at: 90}"
WITH_LIMITS = (
    CONTRACT.replace("to 0.01}", "to 0.01, limits: toward_zero to 0.01}")
    .replace("2021", "2024")
    .replace(
        "  cost: {",
        "  extra: {unit: points}\n  more_extra: {unit: points}\n  before: {unit: count, when_missing: none}\n  cost: {",
    )
)
SHARED = "{kind: gain_share, target: pool, actual: costs, "
RULES = (
    "{kind: linear, zero_at: 10, full_at: 90}",
    "{kind: linear, zero_at: 90, full_at: 10}",
    "{kind: piecewise, points: [[0, 10], [50, 20], [90, 100]]}",
    "{kind: steps, below: 5, steps: [[10, 20], [50, 100]], on_edge: step_above}",
    "{kind: steps, below: 5, steps: [[10, 20], [50, 100]], on_edge: step_below}",
    "{kind: gap_to_goal, goal: 90}",
    "{kind: gap_to_goal, baseline: 10, goal: 90, nothing_below: 25 %}",
    "{kind: formula, formula: 2 * value - extra}",
    "{kind: gate, when: value > 10, score: {kind: linear, zero_at: 10, full_at: 90}}",
    "{kind: gate, when: extra >= 3, otherwise: 20, score: {kind: formula, formula: value}}",
    "{kind: points}",
    "{kind: points, worth: 8, base: value * 3, extras: {of: [extra, more_extra], most: 6}, demerits: {of: [extra], most: 3}}",
    "{kind: better_of, worth: 10, achievement: {zero_below: 20, full_at: 80}}",
    "{kind: better_of, worth: 10, achievement: {zero_below: 80, full_at: 20, points: 9 * progress + 1}}",
    "{kind: better_of, worth: 10, achievement: {zero_below: 20, full_at: 80}, improvement: {from: before, full_at: 80}}",
    "{kind: better_of, worth: 10, achievement: {zero_below: 80, full_at: 20}, "
    "improvement: {from: before, full_at: 20, most: 9, points: 8 * progress}}",
)
CLAUSES = (
    "{kind: formula, amount: cost * 2, to: each}",
    "{kind: formula, amount: pool, to: all, when: score > 10}",
    "{kind: reimbursable, amount: cost, to: each}",
    "{kind: reimbursable, amount: pool, disallowed: 5 % of pool, to: payee}",
    "{kind: fee, amount: pool, to: all}",
    "{kind: fee, amount: pool, earned: [[20, 0 %], [80, 100 %]], to: all, when: score > 10}",
    "{kind: pool, pool: pool, points: [[0, -10 %], [50, 0 %], [100, 100 %]], to: all}",
    "{kind: price_per_point, points: score, price: pool, to: all}",
    "{kind: price_per_point, points: score, price: pool, list_size: visits, average_list: 100, most: pool, to: all}",
    "{kind: rate_card, outcomes: {one: {units: visits, price: pool}}, to: all}",
    "{kind: rate_card, outcomes: {one: {units: visits, price: pool, most: pool}, two: {units: 2, price: pool}}, most: pool, to: all}",
    "{kind: modifier, of: costs, gain: [[0, 90 %], [100, 110 %]]}",
    "{kind: modifier, of: costs, pain: [[0, 110 %], [100, 90 %]], by: plan}",
    "{kind: modifier, of: costs, gain: [[0, 90 %], [1, 110 %]], pain: [[0, 110 %], [1, 90 %]], by: plan, when: score > 10}",
    "{kind: cap, of: [incentive], most: pool}",
    "{kind: cap, of: [incentive, costs], most: pool, least: -5 % of pool, when: score > 10, to: all}",
    "{kind: cap, of: [incentive, costs], most: pool, least: 5, over: contract}",
    "{kind: cap, of: [incentive], most: pool, over: since 2022}",
    "{kind: cap, of: [incentive], most: pool, over: since 2023}",
    "{kind: cap, of: [incentive], most: pool, carry: {}}",
    "{kind: cap, of: [incentive], most: pool, carry: {since: 2023}}",
    "{kind: cap, of: [incentive], most: pool, least: 5, when: score > 10, carry: {periods: 3, most: 10 % of pool, since: 2021}}",
    SHARED + "gain: {rate: 50 %, to: all}}",
    SHARED + "pain: {rate: 50 %, most: 5 % of pool, to: all}}",
    SHARED
    + "deadband: {width: 2 % of pool, shares: beyond}, gain: {rate: 1, when: score > 10, to: all}, pain: {rate: 1/2, to: payee}}",
    SHARED
    + "deadband: {width: 2 % of pool, shares: from_first}, gain: {rate: 1, to: all}, pain: {rate: 1/2, most: pool, to: all}}",
    SHARED
    + "bands: [[90 %, 20 %], [110 %, 50 %], [none, 0 %]], gain: {to: all}, pain: {to: all, most: pool}, when: score > 10}",
    SHARED + "over: contract, gain: {rate: 50 %, to: all}, pain: {rate: 50 %, to: all}}",
    SHARED + "gain: {rate: 50 %, to: all}, pain: {rate: 1, most: 5 % of pool, to: all, carry: {}}}",
    SHARED + "gain: {rate: 50 %, to: all}, when: score > 10, "
    "pain: {rate: 1, most: 5 % of pool, to: all, carry: {periods: 2, most: pool, since: 2021}}}",
    SHARED + "over: since 2023, gain: {rate: 50 %, to: all}, pain: {rate: 50 %, to: all}}",
    SHARED + "deadband: {width: 2 % of pool, shares: beyond}, gain: {rate: 1, to: all}, "
    "pain: {rate: 1/2, when: score > 10, most: 5, to: all, carry: {since: 2023}}}",
)


def compiled(text: str) -> Calculation:
    """The calculation of a contract's fourth year."""
    return compile_contract(build_contract(parse_document(text.encode(), "care.yaml"), []), "2023")


def plain(value: object) -> str:
    """A formula, or what the ledger is told, in one line; without the places, which stand in the contract."""
    match value:
        case Name():
            return value.id
        case Number():
            return plain(value.value)
        case Fraction():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{key}: {plain(each)}" for key, each in value.items()) + "}"
        case tuple():
            return "[" + ", ".join(map(plain, value)) + "]"
        case Says():
            return value.texts["en"] + (f" {plain(dict(value.values))}" if value.values else "")
    if is_dataclass(value):
        parts = (getattr(value, each.name) for each in fields(value) if each.name != "place")
        return f"{type(value).__name__}({', '.join(map(plain, parts))})"
    return repr(value)


def lowered(calculation: Calculation, name: str) -> Iterator[str]:
    """The formulas that begin with a name, in their order, and the entries of the clause of that name."""
    for step in calculation.steps:
        if step.name.partition(".")[0].partition("[")[0] == name:
            yield f"  {step.name} ({step.role}{step.unit and ', '}{step.unit}) = {plain(step.formula)}"
            if step.says is not None:
                yield f"      {plain(step.says)}"
    for each in calculation.inputs:
        if each.name.startswith(f"{name}."):
            yield f"  reads {plain(each)}"
    for entry in calculation.entries:
        if entry.clause == name:
            yield f"  {plain(entry)}"


def written() -> str:
    """What stands in the file."""
    lines = []
    for rule in RULES:
        lines += ["", f"score: {rule}", *lowered(compiled(WITH_LIMITS.replace(RULE, rule)), "visits")]
    for clause in CLAUSES:
        lines += ["", f"more: {clause}", *lowered(compiled(f"{WITH_LIMITS}  - more: {clause}\n"), "more")]
    return "\n".join(lines[1:]) + "\n"


def test_rules_and_clauses_lower_to_what_they_did() -> None:
    """Formula by formula, with the sentences and with who gets the line."""
    assert written().splitlines() == FILE.read_text("utf-8").splitlines()


def test_every_rule_and_clause_is_among_them() -> None:
    """Each member of both families, with each of its keys."""
    for family, ways in (("scoring", RULES), ("payments", CLAUSES)):
        for kind, member in members(family).items():
            said = " ".join(way for way in ways if f"kind: {kind}" in way)
            keys = {
                field.alias or name for name, field in member.model_fields.items() if name in member.__annotations__
            }
            left = {key for key in keys if f"{key}:" not in said}
            assert not left, f"{kind}: {', '.join(sorted(left))}"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
