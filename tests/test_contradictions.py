"""What contradicts itself in a contract, or is no value of its kind, word for word: each fault by itself in a contract that is right."""

from __future__ import annotations

import pytest

from alliance_outcomes.problems import DataError, UsageError
from alliance_outcomes.scores import score_rows
from alliance_outcomes.sources.csv import parse_csv
from tests.faulty import CONTRACT, DATA, spoiled
from tests.test_refusals import COUNTED, TWO_PAYEES, WITH_LIMITS, built, refused, said_of, settled

SPLIT = "splits: {all: {shares: [{from: 2020-01-01, firm: 100 %}]}}"
FIRM = "{firm: {role: provider, title: Firm}}"
PLAN = "plan: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}"

TRACKS = "payees: {attributes: {track: [A, B]}}\namounts:\n  pool: {unit: EUR, by: track, "
TABLE = "tables: {factor: {kind: KIND, from: visits, outside: none, rows: ROWS}}\namounts:\n"
POOL = "amounts:\n  pool: {unit: EUR, values: {2020: 400 000}}\n"
COSTS = "amount: cost, to: each}\n"
FULL = "score: {kind: linear, zero_at: 0, full_at: 90}}"
GROWTH = "score: {kind: formula, formula: value - earlier(visits)}, "
VISITS = "visits: {unit: count, weight: 85 %, "


def table(kind: str, rows: str) -> str:
    """The amounts, after a table that one of them is read from."""
    return POOL.replace("amounts:\n", TABLE.replace("KIND", kind).replace("ROWS", rows))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (POOL, TRACKS + "values: {A: 1, X: 2}, otherwise: 0}\n", "AO314 X is not a code of track."),
        (POOL, TRACKS + "values: {A: 1}}\n", "AO314 pool has no value for B. Add them, or otherwise: ..."),
        (POOL, POOL.replace("2020", "2021"), "AO310 pool has no value for 2020. Add 2020: ..., or an earlier period."),
        (POOL, POOL.replace("}}", "}, pro_rata: months, changes: [{from: 2020-03-15, by: 1, decision: board, why: less}]}"), "AO315 A change within a month cannot be weighed by months. Say pro_rata: days, or begin on the first of a month."),
        (POOL, POOL.replace("}}", "}, changes: [{from: 2020-03-15, by: 1, decision: board, why: less}]}"), "AO315 The change falls within 2020."),
        ("pool: pool\n", "pool: over_parties(pool)\n", "AO306 pool is not kept per party, so there is nothing to sum over."),
        ("pool: pool\n", "pool: earlier(pool)\n", "AO306 earlier() reads a measured fact or indicator, or an amount with a series."),
        (FIRM, "{firm: {role: provider, title: Firm, to: 2020-06-30}}", "AO417 firm has a share from 2020-01-01 to 2020-12-31, but is not a party all that time. End the entry on the party's last day, or say succeeded_by."),
        (FIRM, FIRM.replace("Firm", "Firm, to: 2020-06-30, succeeded_by: heir").replace("}}", "}, heir: {role: provider, title: Heir}}"), "AO417 firm has a share from 2020-01-01 to 2020-12-31, but is not a party all that time. Add an entry from the day after 2020-06-30, in which the share of firm goes to heir."),
        (FIRM, "{firm: {role: provider, title: Firm, from: 2020-06-30}}", "AO417 firm has a share from 2020-01-01 to 2020-12-31, but is not a party all that time. Add an entry from 2020-06-30, and leave firm out of the one before."),
        (FULL, GROWTH + "when_missing: {carry: value, periods: 1}}", "AO312 earlier(visits, 1) may be missing, and nothing says what holds then. Give it a name under figures, and write coalesce(that name, 0)."),
        (FULL, GROWTH + "when_missing: {score: 0}}", "AO312 earlier(visits, 1) may be missing"),
        (FULL, GROWTH + "components: {a: {weight: 1}}}", "AO306 earlier() reads a measured fact or indicator, or an amount with a series."),
        (SPLIT, SPLIT.replace("all: {", "all: {pro_rata: months, ").replace("firm: 100 %}]", "firm: 100 %}, {from: 2020-03-15, firm: 1}]"), "AO416 A change within a month cannot be weighed by months. Say pro_rata: days."),
        ("settlement:\n", "payments: {paid: pool}\nsettlement:\n", "AO307 pool is not a fact of this contract."),
        ("amount: cost, to: each}\n", "amount: cost, to: each}\n  - quality: {kind: modifier, of: cots, gain: [[0, 1], [100, 2]]}\n", "AO307 cots is not a clause of the settlement."),
        ("zero_at: 0, full_at: 90", "zero_at: lowest, full_at: 90", "AO405 lowest is not a level of this indicator."),
        ("zero_at: 0, full_at: 90", "zero_at: {2021: 0}, full_at: 90", "AO405 No level holds in 2020. Add 2020: ..."),
        (VISITS, VISITS + "when_missing: {score: 150}, ", "AO402 The score 150 lies outside the range of scores."),
        (VISITS, VISITS + "minimum_n: 5, value: plan * 9, when_small: hold, ", "AO214 visits is computed, so no n is measured with it."),
        (POOL, "figures:\n  f: {unit: EUR, formula: score}\n" + POOL, "AO313 f is stated in EUR, but its formula gives a plain number."),
        (VISITS, VISITS + "value: plan > 1, ", "AO303 A condition stands where a number is needed. Write 1 if condition else 0."),
        ("amount: cost, to: each}", "amount: cost, when: plan, to: each}", "AO303 plan is a number, and a condition is needed here. Compare it with something, such as plan > 0."),
        (VISITS, VISITS + "when_missing: {carry: value, periods: 1.5, then: error}, ", "AO121 This is not a rule for a missing or small indicator."),
        (COSTS, COSTS + "  - limit: {kind: cap, of: [costs], most: 5}\n", "AO102 limits is missing; a clause states a limit, and says not how it is rounded."),
        (VISITS, VISITS + "when_small: hold, ", "AO214 visits says when_small, but no minimum_n. Add minimum_n: 30."),
        (VISITS, VISITS + "range: [1, 1], ", "AO124 The range is empty. Write the smaller number first."),
        (VISITS, VISITS + "definition: [1], ", "AO107 A list cannot be an id."),
        ("currency: EUR\n", "currency: EUR\nstatus: [draft]\n", "AO104 What stands here does not fit. Input should be 'draft' or 'final'."),
        ("weights: sum to 100 %", "weights: sum to 90 %", "AO207 All weights sum to 100 %, not to 90 %."),
        ("currency: EUR\n", "", "AO102 currency is missing. Add currency: EUR."),
        ("scores: {least: 0, most: 100}\n", "", "AO102 scores is missing; where anything is scored its range has no default."),
        ("    weight: 100 %\n    ind", "    weight: 100 %\n    minimum_indicators: -1\n    ind", "AO105 -1 is not a count. Write a whole number from 0."),
        ("settlement:\n", "yearly_report: {publish: maybe}\nsettlement:\n", "AO104 maybe is neither true nor false. Write true or false."),
        ("{kind: reimbursable, amount: cost, to: each}", "nothing", "AO"),
        ("kind: reimbursable", "kid: reimbursable", "AO101 kid is not a key that can stand here. Did you mean kind?"),
        ("kind: reimbursable, ", "", "AO102 kind is missing here. Add kind: "),
        ("kind: reimbursable", "kind: reimbursible", "AO103 reimbursible is not a kind that can stand here. Did you mean reimbursable?"),
    ]
    + [
        (POOL, table(kind, rows), said)
        for kind, rows, said in [
            ("stepped", "[[0, 1, 2]]", "AO123 Every row of this table is [from, value]. Mend the row."),
            ("interpolated", "[[0, 1]]", "AO123 Every row of this table is [from, value, to, value]. Mend the row."),
            ("stepped", "[[5, 1], [5, 2]]", "AO123 The rows do not rise. Order them by their first number."),
            ("interpolated", "[[5, 1, 4, 2]]", "AO123 A row must end above its start and below the next row's start."),
        ]
    ],
)  # fmt: skip
def test_a_fault_of_a_part_is_told(old: str, new: str, said: str) -> None:
    """What a part of the contract says cannot be computed: its code, and what to write."""
    found = refused(spoiled(old, new))
    assert any(said in each for each in found), "\n".join(found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  cost: {", "  score: {unit: EUR}\n  cost: {", "AO202 score has a meaning of its own in formulas. Choose another name."),
        ("  cost: {", "  else: {unit: EUR}\n  cost: {", "AO202 else has a meaning of its own in formulas. Choose another name."),
        ("  cost: {", "  pool: {unit: EUR}\n  cost: {", "AO202 pool names two things. Choose another name for one."),
        ("  cost: {", "  a-b: {unit: EUR}\n  cost: {", "AO107 a-b is read as a subtraction in formulas. Write a_b."),
        ("to: 2021-12-31", "to: 2019-12-31", "AO203 The contract ends before it begins. Write a later day."),
        ("to: 2021-12-31", "to: 2121-12-31", "AO203 The contract runs for more than a hundred years."),
        ("weights: sum to 100 %\n", "", "AO102 weights is missing. Add weights: sum to 100 %."),
        ("to 0.01}", "to 0.01, limits: half_even to 0.01}", "AO217 A limit rounded half_even could be passed. Write toward_zero to 0.01."),
        ("to 0.01}", "to 0.01, limits: toward_zero to 0.001}", "AO217 A limit in units of 0.001 is not always one in units of 0.01, so a line held to it could not be written."),
        ("to 0.01}", "to 0.01, limits: toward_zero to 0.015}", "AO217 A limit in units of 0.015 is not always one in units of 0.01, so a line held to it could not be written. Write toward_zero to 0.01."),
        ("weight: 85 %", "weight: 80 %", "AO207 The weights of care sum to 95 %, but the area's weight is 100 %. Write 12.5 % here, or change another, so that they agree exactly."),
        ("    weight: 100 %\n    ind", "    weight: 90 %\n    ind", "AO207 The weights of the areas sum to 90 %, not to 100 %. Change a weight so that they sum exactly."),
        ("weight: 85 %, ", "", "AO102 weight of visits is missing. Add weight: ..."),
        (SPLIT, SPLIT.replace("firm: 100 %}]", "firm: 100 %}, {from: 2020-01-01, firm: 1}]"), "AO209 The entry from 2020-01-01 does not come after the one before. Order entries by day."),
        (FIRM, "{firm: {role: provider, title: Firm, to: 2020-12-31, succeeded_by: frim}}", "AO210 frim is not a party of the contract."),
        (FIRM, "{firm: {role: provider, title: Firm, from: 2021-01-01, to: 2020-06-30}}", "AO203 firm leaves before it comes. Check the days."),
        (FIRM, "{firm: {role: provider, title: Firm}, payee: {role: provider, title: P}}", "AO202 payee cannot be a party's name. Choose another."),
        ("    weight: 100 %\n    ind", "    weight: 100 %\n    minimum_indicators: 4\n    ind", "AO213 More indicators are required than there are. Lower the minimum."),
        ("settlement:\n", f"  more:\n    weight: 0 %\n    indicators:\n      {PLAN.replace('7.5 %', '0')}\nsettlement:\n", "AO202 plan stands in two areas. Keep one, or name the second differently with definition:."),
        (PLAN, PLAN.replace("unit: share", "unit: share, inputs: {n: {unit: share}}"), "AO202 n of plan has a meaning of its own. Choose another name."),
        ("zero_at: 0, full_at: 90", "zero_at: [0], full_at: 90", "AO105 A number is needed here. Write it as 7.5, 7.5 %, 16 993 210 or 1/3."),
        ("zero_at: 0, full_at: 90", "zero_at: {}, full_at: 90", "AO110 No value is given. Write a number, or {2019: 40 %}."),
        ("title: Firm", "title: Firm, business_id: [1]", "AO104 A text is needed here. Write one value."),
        ("half_away_from_zero to 0.01", "up to 0.01", "AO109 up to 0.01 does not say how to round. Write half_away_from_zero to 0.01."),
        ("half_away_from_zero to 0.01", "half_away_from_zero to 0", "AO109 half_away_from_zero to 0 does not say how to round."),
        ("from: 2020-01-01, to", "from: 2020-02-30, to", "AO106 2020-02-30 is not a day of the calendar. Write it as 2019-01-31."),
        ("[[0, 0 %], [100, 100 %]]", "[[0, 0 %], [0, 100 %]]", "AO111 The points do not go steadily one way. Order them by their first number and give each once."),
        ("[[0, 0 %], [100, 100 %]]", "[0, 0 %]", "AO111 Pairs [x, y] are needed here. Write [[-3 %, 100], [0 %, 0]]."),
        ("pool: pool\n", "pool: [pool]\n", "AO301 A formula is a text. Write it on one line, in quotes where it holds a comma."),
    ],
)  # fmt: skip
def test_a_contradiction_is_told(old: str, new: str, said: str) -> None:
    """The sentence names what is wrong, and says what to write."""
    assert not refused(CONTRACT)
    found = refused(spoiled(old, new))
    assert any(said in each for each in found), "\n".join(found)


CITY = WITH_LIMITS.replace(FIRM, FIRM.replace("}}", "}, city: {role: commissioner, title: City}}"))
GONE = WITH_LIMITS.replace(FIRM, FIRM.replace("}}", "}, old: {role: provider, title: Old, to: 2020-12-31}}"))
WIDE = DATA.replace("value\n", "value,numerator,denominator,n\n").replace("\n,2020,visits,45\n", "\nVISITS\n")
COMPUTED = WITH_LIMITS.replace("balance: {unit: share,", "balance: {unit: share, value: plan / 2,")


@pytest.mark.parametrize(
    ("contract", "data", "said"),
    [
        (WITH_LIMITS, TWO_PAYEES + ",,2020,visits,45\n", "AO514 visits of 2020 is given for all payees, and for"),
        (WITH_LIMITS, DATA + ",2020,cost,1\n", "AO514 Each party has its own cost, and this row names none. Fill in the party."),
        (WITH_LIMITS, DATA.replace(",2020,plan", "firm,2020,plan"), "AO514 plan is not kept per party. Leave the party blank."),
        (WITH_LIMITS, DATA + "frim,2020,cost,1\n", "AO504 frim is not a party of care."),
        (CITY, DATA + "city,2020,cost,1\n", "AO514 city is not paid by the contract, so its cost would not be used. Take the row out."),
        (GONE, DATA + "old,2021,cost,1\n", "AO514 old is not a party in 2021. Take the row out, or mend the party's days."),
        (WITH_LIMITS, DATA + ",2020,vists,1\n", "AO504 vists is not a fact or indicator of care."),
        (WITH_LIMITS, DATA + ",2022,visits,1\n", "AO514 2022 is not a period of care, nor one before it."),
        (COMPUTED, DATA, "AO514 balance is computed by the contract, so a measured value of it would not be used. Take the row out."),
        (COUNTED, WIDE.replace("VISITS", ",2020,visits,45,,,1.5"), "AO510 n of visits is not a whole number from 0. Count persons, visits or answers."),
        (WITH_LIMITS, WIDE.replace("VISITS", ",2020,visits,,45,,"), "AO510 visits has a numerator or a denominator without the other. Give both, or the value."),
        (WITH_LIMITS, WIDE.replace("VISITS", ",2020,visits,,,2,"), "AO510 visits has a numerator or a denominator without the other. Give both, or the value."),
        (WITH_LIMITS, WIDE.replace("VISITS", ",2020,visits,,45,0,"), "AO510 45 of 0 is not a share for visits."),
        (WITH_LIMITS, WIDE.replace("VISITS", ",2020,visits,44,90,2,"), "AO510 The value of visits is not its numerator over its denominator. Leave the value blank."),
        (WITH_LIMITS.replace("unit: count", "unit: grade 4 to 10"), DATA, "AO510 45 for visits lies outside its range, at least 4 and at most 10."),
        (WITH_LIMITS, DATA.replace(",2020,visits", ", 2020,visits"), "AO502 An id of this row is not clean: spaces stand before or after it; take them out."),
        (WITH_LIMITS, WIDE.replace(",n\n", ",status\n").replace("VISITS", ",2020,visits,45,,,fianl"), "AO502 'fianl' is not a status of a value. Write final or provisional."),
        (WITH_LIMITS, "period,indicator\n2020,plan\n", "AO501 There is neither a value nor a numerator and denominator. Add the column value."),
        (WITH_LIMITS, "party;period;indicator;value\n;2020;plan;0,5\nfirm;2020;cost;1.234,5\n", "AO509 cost: '1.234,5' has both a comma and a point. Write 1234,5."),
        (WITH_LIMITS, DATA.replace(",2020,visits", ",,visits"), "AO502 A row needs a period and an indicator. Fill them in."),
    ],
)  # fmt: skip
def test_a_fault_of_the_data_is_told(contract: str, data: str, said: str) -> None:
    """A row that does not fit the contract, or says two things at once."""
    if data.startswith("party,period,indicator,value,"):
        head, *rows = data.splitlines()
        data = "\n".join([head, *(row + "," * (head.count(",") - row.count(",")) for row in rows), ""])
    with pytest.raises(DataError) as error:
        settled(contract, data)
    assert any(said in each for each in said_of(error)), "\n".join(said_of(error))


LINEAR = "{kind: linear, zero_at: 0, full_at: 90}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LINEAR, "{kind: points, worth: 90}"),
        (LINEAR, "{kind: better_of, worth: 10, achievement: {zero_below: 0, full_at: 90, points: 9 * progress}}"),
        (COSTS, COSTS + "  - less: {kind: modifier, of: costs, pain: [[0, 1], [100, 2]]}\n"),
    ],
)
def test_what_may_be_left_out(old: str, new: str) -> None:
    """Points without extras, a better one of one, a modifier of losses alone: the contract is right without."""
    assert not refused(spoiled(old, new))


def test_data_of_no_period_has_no_scores() -> None:
    """Rows of years before the contract alone: there is nothing to score, and the refusal says from when on there is (AO022)."""
    before = parse_csv(DATA.replace(",2020,", ",2019,").encode(), "data.csv")
    with pytest.raises(
        UsageError, match=r"AO022 The data holds no period of care\. Its periods run from 2020 to 2021\."
    ):
        score_rows(built(CONTRACT), before)
