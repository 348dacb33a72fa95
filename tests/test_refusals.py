"""What rules, clauses and settlements refuse, word for word: the place, the code, what is wrong and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.nodes import Nothing
from alliance_outcomes.formula.steps import Says
from alliance_outcomes.ledger import Entry, InProportion, NothingToShare, Split, write_lines
from alliance_outcomes.numbers import Rounding
from alliance_outcomes.problems import AllianceError, ContractError, DataError, Place, UsageError
from alliance_outcomes.settlement import Settlement, choose_period, read_stage, settle, settle_values
from alliance_outcomes.sources.csv import parse_csv
from tests.faulty import CONTRACT, DATA

WITH_LIMITS = CONTRACT.replace("to 0.01}", "to 0.01, limits: toward_zero to 0.01}")
LINEAR = "{kind: linear, zero_at: 0, full_at: 90}"
POOL = "      pool: pool\n"
ROWS = DATA.partition("\n")[2]
SHOWN = (
    "contract: board\nkind: scorecard\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
    "result_areas:\n  shown: {indicators: {visits: {unit: count}}}\n"
)
TWO_PAYEES = "payee,party,period,indicator,value\n" + "".join(
    f"{payee},{row}\n" for payee in ("north", "south") for row in ROWS.splitlines()
)


def built(text: str) -> Contract:
    """The contract of a text."""
    return build_contract(parse_document(text.encode(), "care.yaml"), [])


def refused(text: str) -> list[str]:
    """Everything that is said against a contract."""
    try:
        return [str(problem) for problem in compile_periods(built(text))[1]]
    except ContractError as error:
        return [str(problem) for problem in error.problems]


def settled(text: str = WITH_LIMITS, data: str = DATA, payees: Sequence[str] | None = None) -> Settlement:
    """The settlement for 2020."""
    return settle(built(text), parse_csv(data.encode(), "data.csv"), "2020", payees)


def said_of(error: pytest.ExceptionInfo[AllianceError]) -> list[str]:
    """Everything that an error says."""
    return [str(problem) for problem in error.value.problems]


APART = "are the same level, so no value lies between them. Set them apart, or use kind: steps."
PART_OF_THE_WAY = "AO404 nothing_below is a part of the way, from 0 % to below 100 %. Write 50 %."
STEP_OUTSIDE = "AO402 A step's score lies outside 0 to 100. Keep it within scores: {least, most}."
WITHIN = "Keep it within scores: {least, most}."


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{kind: linear, zero_at: 90, full_at: 90}", f"AO401 zero_at and full_at {APART}"),
        ("{kind: gap_to_goal, baseline: 5, goal: 5}", f"AO401 baseline and goal {APART}"),
        (
            "{kind: better_of, worth: 10, achievement: {zero_below: 3, full_at: 3}}",
            f"AO401 zero_below and full_at {APART}",
        ),
        ("{kind: gap_to_goal, goal: 9, nothing_below: 100 %}", PART_OF_THE_WAY),
        ("{kind: gap_to_goal, goal: 9, nothing_below: -1 %}", PART_OF_THE_WAY),
        ("{kind: gap_to_goal, goal: 9, nothing_below: 0 %}", None),
        ("{kind: gap_to_goal, goal: 9, nothing_below: 99 %}", None),
        (
            "{kind: piecewise, points: [[0, 0], [7, 100.5]]}",
            f"AO402 The score 100.5 at 7 lies outside 0 to 100. {WITHIN}",
        ),
        (
            "{kind: piecewise, points: [[0.5, -1], [7, 100]]}",
            f"AO402 The score -1 at 0.5 lies outside 0 to 100. {WITHIN}",
        ),
        ("{kind: piecewise, points: [[0, 0], [7, 100]]}", None),
        ("{kind: steps, steps: [[1, 10], [2, 101]], below: 0, on_edge: step_above}", STEP_OUTSIDE),
        ("{kind: steps, steps: [[1, 10], [2, 20]], below: -1, on_edge: step_above}", STEP_OUTSIDE),
        ("{kind: steps, steps: [[1, 10], [2, 100]], below: 0, on_edge: step_above}", None),
        (
            "{kind: steps, steps: [[1, 10], [2.5, 10], [3, 20]], below: 0, on_edge: step_above}",
            "AO403 The steps at 1 and 2.5 give the same score. Keep one of them.",
        ),
    ],
)
def test_what_a_scoring_rule_refuses(rule: str, said: str | None) -> None:
    """At the rule's place; what is just within the bounds is taken."""
    found = refused(CONTRACT.replace(LINEAR, rule))
    assert found == ([] if said is None else [f"care.yaml:19:50: {said}"])


@pytest.mark.parametrize("rule", ["extras: {of: [before], most: 3}", "demerits: {of: [extra, before], most: 3}"])
def test_points_that_may_be_missing_are_refused(rule: str) -> None:
    """A point that nobody counted is neither there nor not there (AO312), whichever it is of the list."""
    facts = "  before: {unit: points, when_missing: none}\n  extra: {unit: points}\n  cost: {"
    text = CONTRACT.replace("  cost: {", facts).replace(LINEAR, f"{{kind: points, {rule}}}")
    said = "AO312 before may be missing, and nothing says what holds then. Give it when_missing: 0."
    assert refused(text) == [f"care.yaml:21:50: {said}"]


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("extra", None),
        ("pool", "AO307 pool is neither an input of visits nor a fact. Known here: cost, extra."),
        ("extre", "AO307 extre is neither an input of visits nor a fact. Did you mean extra?"),
    ],
)
def test_points_are_counted_by_facts(point: str, said: str | None) -> None:
    """What is counted is a fact or an input of the indicator; an amount is none."""
    text = CONTRACT.replace("  cost: {", "  extra: {unit: points}\n  cost: {")
    rule = f"{{kind: points, extras: {{of: [{point}], most: 3}}}}"
    assert refused(text.replace(LINEAR, rule)) == ([] if said is None else [f"care.yaml:20:50: {said}"])


def test_weights_are_told_as_they_are_written() -> None:
    """Of weights that sum to 100 and not to 100 % the plain numbers are told."""
    in_numbers = re.sub(r"([\d.]+) %, score", r"\1, score", CONTRACT).replace("sum to 100 %", "sum to 100")
    in_numbers = in_numbers.replace("    weight: 100 %", "    weight: 100")
    assert refused(in_numbers) == []
    wrong = "AO207 The weights of care sum to 95, but the area's weight is 100. Write 85 here, or change another, so that they agree exactly."
    (said,) = refused(in_numbers.replace("weight: 85,", "weight: 80,"))
    assert wrong in said
    (said,) = refused(in_numbers.replace("sum to 100", "sum to 90"))
    assert "AO207 All weights sum to 100, not to 90." in said


def test_a_gate_within_a_gate_is_told_apart() -> None:
    """Each has a step of its own, and so has a rule whose name an input of the indicator has taken."""
    within = "{kind: gate, when: value > 1, score: {kind: gate, when: value > 2, score: LINEAR}}".replace(
        "LINEAR", LINEAR
    )
    steps = {step.name for step in compile_periods(built(CONTRACT.replace(LINEAR, within)))[0][0].steps}
    assert {name for name in steps if name.startswith("visits.")} == {"visits.score", "visits.gated", "visits.gated_"}


def test_an_area_without_a_score_is_not_read() -> None:
    """A scorecard may only show what is in an area: a formula that reads the score of it is refused where it stands."""
    assert refused(f"{SHOWN}figures:\n  twice: {{formula: 2 * shown}}\n") == [
        "care.yaml:7:24: AO307 shown has no scored indicator. Score one, or do not read the area."
    ]


def test_a_fault_within_a_rule_within_a_rule_has_its_place() -> None:
    """What a gate guards is read like any rule: a formula that breaks off is refused where it does (AO301)."""
    (said,) = refused(CONTRACT.replace(LINEAR, "{kind: gate, when: value > 1, score: {kind: formula, formula: 2 * }}"))
    assert said.startswith("care.yaml:19:1")
    assert ": AO301 " in said


GATES = "AO411 A gate on the gain and on the pain lets a lower score cancel a loss. Gate one side, or say intended: and why."
ONE_WAY = (
    "AO418 Bands state the rates and where they begin, so a rate or a deadband beside them has no meaning. "
    "Keep the bands, or the rate and deadband."
)
NO_RATE = "AO418 The rate of a side is missing. Add rate: 50 %, or bands."
NO_BANDS = "AO412 Bands are pairs [up to, share]. Write [[80 %, 0 %], [100 %, 25 %], [none, 0 %]]."
FALLING = "AO412 The bands must rise, and the last must be open. End with [none, share]."
SHARED = "{kind: gain_share, target: pool, actual: pool, "
GATED = "gain: {rate: 50 %, when: score >= 50, to: all}, pain: {rate: 50 %, when: score < 50, to: all}"
BANDED = "bands: [[1, 50 %], [none, 0]], "
CAP = "{kind: cap, of: [incentive], most: 1 000, "
PERIODS = "AO149 It is carried for a whole number of periods, from 1 to 10. Write periods: 1."
OVER = "AO149 This does not say over which periods. Write over: contract, or over: since 2021."


@pytest.mark.parametrize(
    ("clause", "column", "said"),
    [
        (SHARED + GATED + "}", 5, GATES),
        (SHARED + GATED + ", intended: both must be earned}", 0, ""),
        (SHARED[:-2] + "}", 5, "AO413 Neither a gain nor a pain is shared. Write gain: {rate: 50 %, to: ...}."),
        (SHARED + "gain: {to: all}}", 5, NO_RATE),
        (SHARED + "gain: {rate: 50 %, to: all}, pain: {to: all}}", 5, NO_RATE),
        (SHARED + BANDED + "gain: {rate: 50 %, to: all}}", 5, ONE_WAY),
        (SHARED + BANDED + "gain: {to: all}, pain: {rate: 50 %, to: all}}", 5, ONE_WAY),
        (SHARED + BANDED + "deadband: {width: 2 % of pool, shares: beyond}, gain: {to: all}}", 5, ONE_WAY),
        (SHARED + BANDED + "gain: {to: all}}", 0, ""),
        (SHARED + "bands: 3, gain: {to: all}}", 65, NO_BANDS),
        (SHARED + "bands: [], gain: {to: all}}", 65, NO_BANDS),
        (SHARED + "bands: [3], gain: {to: all}}", 65, NO_BANDS),
        (SHARED + "bands: [[1, 2, 3], [none, 0]], gain: {to: all}}", 65, NO_BANDS),
        (SHARED + "bands: [[1, 50 %]], gain: {to: all}}", 65, FALLING),
        (SHARED + "bands: [[1, 50 %], [1, 20 %], [none, 0]], gain: {to: all}}", 65, FALLING),
        (SHARED + "bands: [[2, 50 %], [1, 20 %], [none, 0]], gain: {to: all}}", 65, FALLING),
        (SHARED + "bands: [[none, 50 %], [none, 0]], gain: {to: all}}", 65, FALLING),
        (
            "{kind: cap, of: [incentive], carry: {periods: 1}}",
            5,
            "AO149 Without a most nothing can be left of it. Add most: ...",
        ),
        (
            CAP + "over: contract, carry: {periods: 1}}",
            5,
            "AO149 A limit over all periods together carries everything already. Keep over:, or carry:.",
        ),
        (
            SHARED + "pain: {rate: 50 %, to: all, carry: {periods: 1}}}",
            5,
            "AO149 Without a most no loss is left to carry. Add most: ...",
        ),
        (
            SHARED + "over: contract, pain: {rate: 50 %, most: 5, to: all, carry: {periods: 1}}}",
            5,
            "AO149 A limit over all periods together carries everything already. Keep over:, or carry:.",
        ),
        (CAP + "carry: {periods: 0}}", 70, PERIODS),
        (CAP + "carry: {periods: 11}}", 70, PERIODS),
        (CAP + "carry: {periods: 1.5}}", 70, PERIODS),
        (CAP + "carry: {periods: 1}}", 0, ""),
        (CAP + "carry: {periods: 10}}", 0, ""),
        (CAP + "over: since}", 59, OVER),
        (CAP + "over: before 2020}", 59, OVER),
        (CAP + "over: [1]}", 59, OVER),
        (CAP + "over: contract 2020}", 59, OVER),
        (CAP + "over: contract}", 0, ""),
        (CAP + "over: since 2020}", 0, ""),
    ],
)
def test_what_a_clause_refuses(clause: str, column: int, said: str) -> None:
    """At the clause, or at the key that is wrong; what is just right is taken."""
    found = refused(f"{WITH_LIMITS}  - more: {clause}\n")
    assert found == ([f"care.yaml:27:{column}: {said}"] if said else [])


UNGUARDED = WITH_LIMITS.replace(POOL, "      pool: pool / (plan - balance - 10 %)\n")
COMPUTED = WITH_LIMITS.replace("balance: {unit: share,", "balance: {unit: share, value: plan * 3,")
VISITS = "visits: {unit: count, weight: 85 %, "
CARRIED = WITH_LIMITS.replace(VISITS, VISITS + "when_missing: {carry: value, periods: 1, then: error}, ")
COUNTED = WITH_LIMITS.replace(VISITS, VISITS + "minimum_n: 30, when_small: reweight in area, ")
POOLS = "figures:\n  all: {formula: visits * pool}\n  k: {formula: 'across_factor(all, visits)'}\namounts:\n"
SPENT = WITH_LIMITS.replace("amounts:\n", POOLS).replace(POOL, "      pool: 'coalesce(k, 0) * visits'\n")
FLOOR = WITH_LIMITS + "  - floor: {kind: cap, of: [incentive], least: 100}\n"


@pytest.mark.parametrize(
    ("contract", "data", "said"),
    [
        (
            WITH_LIMITS,
            DATA.replace(",2020,visits,45\n", ""),
            "care.yaml:19:7: AO505 visits for 2020 is missing in data.csv. "
            "Add a row (,,2020,visits,...), or say when_missing in the contract.",
        ),
        (
            CARRIED,
            DATA.replace(",2020,visits,45\n", ""),
            "care.yaml:19:57: AO505 visits for 2020 is missing. Add a row, or say when_missing.",
        ),
        (
            CARRIED,
            TWO_PAYEES.replace("south,,2020,visits,45\n", ""),
            "care.yaml:19:57: AO505 visits of south for 2020 is missing. Add a row, or say when_missing.",
        ),
        (
            COUNTED,
            DATA,
            "care.yaml:19:54: AO505 n of visits for 2020 is missing in data.csv. Add a row (,,2020,visits,...) with its n.",
        ),
        (
            SPENT,
            TWO_PAYEES.replace("south,,2020,visits,45", "south,,2020,visits,44"),
            "care.yaml:13:16: AO517 all is not the same for all payees, so no one number spends it. "
            "Let it be one amount for all.",
        ),
        (
            UNGUARDED,
            DATA,
            "care.yaml:24:18: AO506 incentive divides by zero. Check the data it reads, or guard the formula.",
        ),
        (
            UNGUARDED,
            TWO_PAYEES.replace("north,,2020,plan,60 %", "north,,2020,plan,70 %"),
            "care.yaml:24:18: AO506 incentive of south divides by zero. Check the data it reads, or guard the formula.",
        ),
        (
            FLOOR,
            DATA.replace("60 %", "0").replace("0.5", "0").replace("45", "0"),
            "care.yaml:27:5: AO507 floor changes clauses that paid nothing, so there is no proportion to share it in. "
            "Name a split in the clause with to:.",
        ),
        (
            COMPUTED,
            DATA.replace(",2020,balance,0.5\n", ""),
            "care.yaml:18:37: AO510 1.8 for balance lies outside its range, at least 0 and at most 1. "
            "It looks 100 times too large: write 1.8 % or 0.018.",
        ),
        (
            COMPUTED,
            TWO_PAYEES.replace("north,,2020,balance,0.5\n", "")
            .replace("south,,2020,balance,0.5\n", "")
            .replace("south,,2020,plan,60 %", "south,,2020,plan,30 %"),
            "care.yaml:18:37: AO510 1.8 for balance of north lies outside its range, at least 0 and at most 1. "
            "It looks 100 times too large: write 1.8 % or 0.018.",
        ),
    ],
)
def test_what_a_settlement_refuses(contract: str, data: str, said: str) -> None:
    """Where the contract says what is read, whose it is where there are several, and what to do about it."""
    with pytest.raises(DataError) as error:
        settled(contract, data)
    assert said_of(error) == [said]


@pytest.mark.parametrize("to", [InProportion(("costs",)), Split({"firm": Fraction(0)}, {})])
def test_the_ledger_names_the_clause_that_cannot_be_shared(to: InProportion | Split) -> None:
    """Money is never lost in silence: a line that nobody has a share of is refused, one of nothing is not written."""
    entry = Entry("floor", "floor", to, Says({}))
    cent = Rounding("floor", Fraction(1, 100))
    for amount in (Fraction(1), Fraction(-1)):
        with pytest.raises(NothingToShare, match=r"^floor$") as error:
            write_lines([entry], {"floor": amount}, cent)
        assert error.value.entry is entry
    assert write_lines([entry], {"floor": Fraction(0)}, cent) == []


def test_a_line_says_why_and_where_and_one_that_nobody_has_keeps_no_other_from_being_written() -> None:
    """What the ledger was told of a clause stands on its line; a cap on lines there are none of is passed over."""
    cent, why, place = Rounding("costs", Fraction(1, 100)), Says({"en": "costs"}), Place("care.yaml", 22, 5)
    costs = Entry("costs", "costs", Split({"firm": Fraction(1)}, {}), why, place)
    cap = Entry("floor", "floor", InProportion(("costs",)), Says({}))
    (line,) = write_lines([cap, costs], {"costs": Fraction(7), "floor": Fraction(0)}, cent)
    assert (line.clause, line.party, line.amount, line.why, line.place) == ("costs", "firm", Fraction(7), why, place)


def test_what_is_only_shown_has_a_value_and_no_score() -> None:
    """A scorecard may show what nothing scores."""
    (visits,) = settled(SHOWN, "period,indicator,value\n2020,visits,12\n").payees[0].indicators
    assert (visits.value, visits.score, visits.weight, visits.status) == (Fraction(12), None, None, "final")


def test_one_payee_is_settled_whatever_another_lacks() -> None:
    """Where nothing is read across payees, nobody waits for the data of another."""
    data = "".join(line for line in TWO_PAYEES.splitlines(keepends=True) if not line.startswith("south,,2020,visits"))
    assert [each.payee for each in settled(data=data, payees=["north"]).payees] == ["north"]
    with pytest.raises(DataError, match="AO505 visits of south for 2020 is missing"):
        settled(data=data)


def test_what_rests_on_a_provisional_row_is_provisional() -> None:
    """Also by way of a figure: an indicator that is computed from one that reads the row."""
    text = CONTRACT.replace(
        "result_areas:", "figures:\n  twice: {formula: 2 * over_parties(cost) / pool}\nresult_areas:"
    )
    text = text.replace("balance: {unit", "balance: {value: twice, unit")
    rows = [row for row in ROWS.splitlines() if "balance" not in row]
    data = "party,period,indicator,value,status\n" + "".join(
        f"{row},{'provisional' * ('cost' in row)}\n" for row in rows
    )
    found = settled(text, data)
    assert {each.id: each.status for each in found.payees[0].indicators} == {
        "plan": "final",
        "balance": "provisional",
        "visits": "final",
    }


def test_a_settlement_says_what_is_assumed() -> None:
    """What the contract marks as assumed stands with the amounts that rest on it."""
    text = CONTRACT.replace("pool: {unit: EUR,", "pool: {unit: EUR, assumed: nobody said how much,")
    assert [each.reason for each in settled(text).assumed] == ["nobody said how much"]
    assert settled().assumed == ()


def test_a_clause_without_an_amount_is_refused_behind_the_compiler() -> None:
    """A calculation that a bundle brings need not have come from the compiler: a line without an amount is not written (AO513)."""
    calculation, (inputs,) = settled().calculation, settled().payees
    steps = tuple(replace(each, formula=Nothing()) if each.name == "incentive" else each for each in calculation.steps)
    with pytest.raises(DataError) as error:
        settle_values(replace(calculation, steps=steps), inputs.bound.values, inputs.bound)
    assert said_of(error) == [
        "care.yaml:22:5: AO513 incentive has no amount. Say what is paid where a value is missing."
    ]


def test_a_payee_is_settled_by_other_values() -> None:
    """By the same calculation from inputs as values; those it was measured with come to what they came to."""
    found = settled(data=TWO_PAYEES)
    south, alone = found.one("south"), found.calculation.for_one_payee()
    assert settle_values(alone, south.bound.values, south.bound) == south
    other = settle_values(alone, {**south.bound.values, "visits": Fraction(90)}, south.bound)
    assert other.payee == "south"
    assert [other.total, south.total] == [363500, 193500]
    assert south.values["visits"] == 45


def test_as_many_inputs_as_payees() -> None:
    """Whose values they are is known of each."""
    with pytest.raises(ValueError, match="shorter"):
        read_stage([], [{}], [])


def test_a_payee_that_is_not_there() -> None:
    """Of data and of a settlement; a near name is hinted at, or what there is is listed."""
    for asked, hint in (("sout", "Did you mean south?"), ("zzz", "Known here: north, south.")):
        with pytest.raises(UsageError) as error:
            settled(data=TWO_PAYEES, payees=["north", asked])
        assert said_of(error) == [f"AO023 The data has no payee {asked} in 2020. {hint}"]
        with pytest.raises(UsageError) as error:
            settled(data=TWO_PAYEES).one(asked)
        assert said_of(error) == [f"AO023 The settlement has no payee {asked}. {hint}"]


def test_one_of_several_payees() -> None:
    """Who asks for one names it; where there is one, it need not be named. Payees come in the order of their ids."""
    both = settled(data=TWO_PAYEES, payees=["south", "north", "south"])
    assert [each.payee for each in both.payees] == ["north", "south"]
    assert both.total == sum(each.total for each in both.payees) == 2 * settled().total
    assert both.one("south").payee == "south"
    assert settled(data=TWO_PAYEES, payees=["south"]).one(None).payee == "south"
    for ask in (both.only, lambda: both.one(None)):
        with pytest.raises(UsageError) as error:
            ask()
        assert said_of(error) == ["AO021 The settlement has 2 payees. Name one with --payee ID."]


def test_the_period_to_settle() -> None:
    """The one asked for, or the only one that the data holds; otherwise it is asked for, with what there is."""
    contract = built(CONTRACT)
    one, other, neither = (
        parse_csv(DATA.replace("2020", year).encode(), "data.csv") for year in ("2020", "2021", "1999")
    )
    both = parse_csv((DATA + ROWS.replace("2020", "2021")).encode(), "data.csv")
    assert [choose_period(contract, data, None) for data in (one, other)] == ["2020", "2021"]
    assert {choose_period(contract, data, "2021") for data in (one, both, neither)} == {"2021"}
    for data, what in ((both, "The data holds 2020, 2021."), (neither, "The data holds no period of the contract.")):
        with pytest.raises(UsageError) as error:
            choose_period(contract, data, None)
        assert said_of(error) == [f"AO022 {what} Name one with --period."]
