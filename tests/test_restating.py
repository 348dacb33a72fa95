"""A restatement says which value moved which line, sums to the cent, and takes its place in the chain."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.calculation.result import Inputs
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.evidence.restating import Kept, Restatement, restated
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import AllianceError
from alliance_outcomes.settlement import bind_payees, settle_bound
from tests.bundles import DRAWN_PAYEES
from tests.conftest import EXAMPLES
from tests.faulty import CONTRACT, DATA
from tests.payees import Payees
from tests.running import Run, alliance
from tests.test_evidence import listed, settle_care
from tests.test_schemas import holds
from tests.tree import ROOT

Drawn = tuple[list[Inputs], list[str]]


def drawn(contract: Contract, calculation: Calculation, seed: int, payees: tuple[str, ...]) -> Drawn | None:
    """Inputs of these payees that can be settled, if this seed gives any."""
    draw = Payees(calculation, Random(seed))
    try:
        bound, chosen = bind_payees(contract, calculation, draw.measured(payees), None, draw.settled)
        settle_bound(contract, calculation, bound, chosen)
    except AllianceError:
        return None
    return [Inputs(each.payee, each.values, each.provisional) for each in bound], chosen


def restatements(name: str, many: int) -> list[Restatement]:
    """Restatements of a contract's last period between data drawn on the edges of its formulas; payees come and leave."""
    contract = load_contract(ROOT / "contracts" / f"{name}.yaml")
    calculation = compile_contract(contract, periods_of(contract.periods)[-1].label)
    found: list[Restatement] = []
    for seed in range(0, 400 * many, 2):
        who = DRAWN_PAYEES[: 2 + seed % 4 // 2]
        old = drawn(contract, calculation, seed, who)
        new = drawn(contract, calculation, seed + 1, DRAWN_PAYEES)
        if old and new:
            found.append(restated(calculation, Kept(calculation, old), new))
        if len(found) == many:
            break
    return found


@pytest.mark.parametrize("name", ["hvbp-payment", "mssp", "qof", "rantakyla", "snf-vbp"])
def test_differences_sum_to_new_minus_old(name: str) -> None:
    """Law 10: over causes, lines and parties alike, to 0 cents, whatever changed."""
    found = restatements(name, int(EXAMPLES or 3) // 3 + 2)
    assert len(found) >= 2
    for each in found:
        moved: dict[tuple[str, str, str], Fraction] = {}
        for cause in each.causes:
            for key, amount in cause.moved.items():
                moved[key] = moved.get(key, Fraction(0)) + amount
        keys = {**each.before, **each.after}
        assert moved.keys() <= keys.keys()
        for key in keys:
            assert each.before.get(key, 0) + moved.get(key, 0) == each.after.get(key, 0)
        assert sum(moved.values()) == each.difference


def spoiled(data: str, **values: str) -> str:
    """The data with other values of some indicators."""
    for name, value in values.items():
        data = re.sub(rf"(,{name}),[^\n]*", rf"\1,{value}", data)
    return data


def kept(folder: Path, name: str, contract: str = CONTRACT, data: str = DATA) -> Path:
    """A bundle of the small contract in a register, as of 31 May 2021."""
    options = ("--bundle", folder / name, "--register", folder / "register", "--as-of", "2021-05-31")
    run = settle_care(folder, *options, contract=contract, data=data)
    assert (run.code, run.err) == (0, "")
    return folder / name


def restate(folder: Path, bundle: Path, data: str, *options: str | Path) -> Run:
    """Restate with this data."""
    (folder / "new.csv").write_text(data, "utf-8")
    return alliance("restate", bundle, "--data", folder / "new.csv", "--reason", "late_data", *options)


def keep(folder: Path, bundle: Path, name: str, data: str) -> Mapping[str, object]:
    """Restate and keep it, as of the last day of 2021; what it says."""
    options = ("--bundle", folder / name, "--register", folder / "register", "--as-of", "2021-12-31", "-f", "json")
    run = restate(folder, bundle, data, *options)
    assert (run.code, run.err) == (0, "")
    found: Mapping[str, object] = json.loads(run.out)
    holds("restatement", found)
    return found


def dues(restatement: Mapping[str, object]) -> list[Fraction]:
    """What is to be paid now."""
    due = restatement["due"]
    assert isinstance(due, list)
    return [Fraction(each["now"]) for each in due]


def test_a_restatement_tells_which_value_moved_which_line(tmp_path: Path) -> None:
    """The causes, the lines before and after, and what is to be paid or paid back now."""
    bundle = kept(tmp_path, "first")
    run = restate(tmp_path, bundle, spoiled(DATA, cost="1200.50", visits="36"))
    assert (run.code, run.err) == (0, "")
    assert run.out == (
        "Restatement of settlement 1: care 2020, reason late_data\n"
        "================================================================================\n"
        "\n"
        "What changed, and the lines it moved\n"
        "  cost[firm] 1,000 -> 1,200.5\n"
        "    costs, firm                                                          +200.50\n"
        "  visits 45 -> 36\n"
        "    incentive, firm                                                   -34,000.00\n"
        "\n"
        "Lines (EUR)                             before           after      difference\n"
        "  costs, firm                         1,000.00        1,200.50         +200.50\n"
        "  incentive, firm                   192,500.00      158,500.00      -34,000.00\n"
        "Total                               193,500.00      159,700.50      -33,799.50\n"
        "\n"
        "Payable, after what was paid on account\n"
        "                                        before           after             now\n"
        "  firm                              193,500.00      159,700.50      -33,799.50\n"
        "  Below 0: to be paid back.\n"
    )


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_restatement_is_told_in_other_languages(language: str, tmp_path: Path) -> None:
    """At most 80 columns, and the same amounts."""
    run = restate(tmp_path, kept(tmp_path, "first"), spoiled(DATA, visits="36"), "--lang", language)
    assert run.code == 0
    assert all(len(line) <= 80 for line in run.out.splitlines())
    assert "-34\u00a0000,00" in run.out


def test_a_restatement_supersedes_in_the_chain(tmp_path: Path) -> None:
    """It has a number of its own, a bundle that is verified like any other, and says itself what it changed."""
    bundle = kept(tmp_path, "first")
    said = keep(tmp_path, bundle, "second", spoiled(DATA, visits="36"))
    assert verify(tmp_path / "second", str(said["evidence"]), tmp_path / "register").problems == []
    history = json.loads(alliance("history", tmp_path / "register", "-f", "json").out)
    assert [(each["number"], each["supersedes"], each["reason"]) for each in history["entries"]] == [
        (1, None, None),
        (2, 1, "late_data"),
    ]
    copy = json.loads((tmp_path / "second" / "statements" / "restatement.json").read_bytes())
    assert copy == {key: value for key, value in said.items() if key != "evidence"}


def test_two_restatements_in_a_row_pay_what_one_pays(tmp_path: Path) -> None:
    """What is paid because of each sums to what is paid because of one with the final data."""
    middle, last = spoiled(DATA, visits="36", cost="900"), spoiled(DATA, visits="81", plan="55 %")
    first = kept(tmp_path, "first")
    paid = [keep(tmp_path, first, "second", middle), keep(tmp_path, tmp_path / "second", "third", last)]
    (tmp_path / "other").mkdir()
    once = keep(tmp_path / "other", kept(tmp_path / "other", "first"), "second", last)
    assert [sum(each) for each in zip(*map(dues, paid), strict=True)] == dues(once)


PAID = (
    CONTRACT.replace("amounts:\n", "  paid: {unit: EUR, per: party, least: -1000000}\namounts:\n")
    + "payments: {paid: paid}\n"
)


def booked(cost: int, paid: Fraction | int) -> str:
    """Data with a cost, and what was paid."""
    return spoiled(DATA, cost=str(cost)) + f"firm,2020,paid,{float(paid):.2f}\n"


def paid_by(folder: Path, costs: tuple[int, ...], bookings: tuple[str, ...]) -> Fraction:
    """What is paid in all: 300 on account, by the settlement, and by restatements whose data book payments in these ways."""
    folder.mkdir()
    bundle = kept(folder, "0", contract=PAID, data=booked(costs[0], 300))
    ((only,),) = (json.loads((bundle / "settlement.json").read_bytes())["payees"],)
    paid = 300 + Fraction(only["balance"]["firm"]["payable"])
    for at, (cost, booking) in enumerate(zip(costs[1:], bookings, strict=True), 1):
        data = booked(cost, paid if booking == "everything" else 300)
        options = ("--register", folder / "register", "--as-of", "2021-12-31", "--paid", booking, "-f", "json")
        run = restate(folder, folder / str(at - 1), data, "--bundle", folder / str(at), *options)
        assert run.code == 0, run.err
        said = json.loads(run.out)
        holds("restatement", said)
        assert said["paid"] == booking
        (due,) = said["due"]
        paid += Fraction(due["now"])
        assert Fraction(due["settled"]) == paid - 300
    return paid


@pytest.mark.parametrize("first", ["", "on_account", "everything"])
@pytest.mark.parametrize("last", ["on_account", "everything"])
def test_whatever_data_book_as_paid_nothing_is_paid_twice(first: str, last: str, tmp_path: Path) -> None:
    """Two restatements in a row pay what one with the final data pays: all that was earned in the end."""
    costs, bookings = ((1000, 1500, 700), (first, last)) if first else ((1000, 700), (last,))
    assert paid_by(tmp_path / "kept", costs, bookings) == 700 + 192500


def test_what_was_paid_is_not_guessed_at(tmp_path: Path) -> None:
    """Where data count something else as paid, or did hold what was due, it must be said whether they do (AO853)."""
    bundle = kept(tmp_path, "first", contract=PAID, data=booked(1000, 300))
    there = ("--register", tmp_path / "register", "--as-of", "2021-12-31")
    for paid in (193500, 301, 299):
        run = restate(tmp_path, bundle, booked(1500, paid), *there, "--bundle", tmp_path / "second")
        assert (run.code, run.out, (tmp_path / "second").exists()) == (2, "", False)
        assert (
            f"AO853 The settlement counts 300.00 as paid to firm, these data {paid}.00. Whether what was due because of "
            "settlements, 193200.00, is in it cannot be told.\n" in run.err
        )
        assert "Add --paid on_account" in run.err
    assert restate(tmp_path, bundle, booked(1500, 300)).code == 0
    told = restate(tmp_path, bundle, booked(1500, 193500), "--paid", "everything")
    assert "  firm                              193,200.00          500.00         +500.00\n" in told.out
    assert "What was paid because of settlements is among what was paid.\n" in told.out
    second = ("--paid", "everything", "--bundle", tmp_path / "second")
    assert restate(tmp_path, bundle, booked(1000, 193500), *there, *second).code == 0
    third = restate(tmp_path, tmp_path / "second", booked(1500, 193500), *there, "--bundle", tmp_path / "third")
    assert (third.code, "AO853" in third.err) == (2, True)


def test_where_nothing_was_due_nothing_counts_twice(tmp_path: Path) -> None:
    """All was paid on account, so that more is paid on account now is no question."""
    bundle = kept(tmp_path, "first", contract=PAID, data=booked(1000, 193500))
    run = restate(tmp_path, bundle, booked(1500, 193600), "-f", "json")
    assert run.code == 0, run.err
    assert dues(json.loads(run.out)) == [Fraction(400)]


AMENDMENT = (
    "amends: care.yaml\neffect: 2020-07-01\ndecision: {day: 2020-06-01, by: board, what: Another firm}\nadds: [shop]\n"
    "parties:\n  firm: {to: 2020-06-30, succeeded_by: shop}\n  shop: {role: provider, title: Shop, from: 2020-07-01}\n"
    "splits: {all: {pro_rata: months, shares: [{from: 2020-07-01, shop: 100 %}]}}\n"
)


def test_an_interim_is_restated_by_the_contract_as_amended(tmp_path: Path) -> None:
    """What the amendment moved is told first, then what the values moved; all of it sums to new minus old (law 10)."""
    bundle = kept(tmp_path, "first")
    (tmp_path / "amended.yaml").write_text(AMENDMENT, "utf-8")
    data = spoiled(DATA, visits="36") + "shop,2020,cost,400\n"
    keeping = ("--bundle", tmp_path / "second", "--register", tmp_path / "register", "--as-of", "2021-12-31")
    run = restate(tmp_path, bundle, data, *keeping, "--contract", tmp_path / "amended.yaml")
    assert (run.code, run.err) == (0, "")
    assert (
        "What changed, and the lines it moved\n"
        "  the contract\n"
        "  cost[shop] no value -> 400\n"
        "    incentive, firm                                                   -96,250.00\n"
        "    costs, shop                                                          +400.00\n"
        "    incentive, shop                                                   +96,250.00\n"
        "  visits 45 -> 36\n"
        "    incentive, firm                                                   -17,000.00\n"
        "    incentive, shop                                                   -17,000.00\n"
    ) in run.out
    said = json.loads((tmp_path / "second" / "statements" / "restatement.json").read_bytes())
    holds("restatement", said)
    assert [each["contract"] for each in said["causes"]] == [True, False]
    assert sum(Fraction(moved["amount"]) for each in said["causes"] for moved in each["moved"]) == -34000 + 400
    assert verify(tmp_path / "second", None, tmp_path / "register").problems == []
    assert sum(dues(said)) == -34000 + 400


def test_a_contract_that_says_the_same_changes_nothing(tmp_path: Path) -> None:
    """Comments are no terms; a corrected term is one, with the same data too."""
    bundle = kept(tmp_path, "first")
    (tmp_path / "same.yaml").write_text(f"# signed\n{CONTRACT}", "utf-8")
    assert "nothing to restate" in restate(tmp_path, bundle, DATA, "--contract", tmp_path / "same.yaml").out
    (tmp_path / "other.yaml").write_text(CONTRACT.replace("400 000", "300 000"), "utf-8")
    out = restate(tmp_path, bundle, DATA, "--contract", tmp_path / "other.yaml").out
    assert "  the contract\n    incentive, firm                                                   -48,125.00\n" in out


@pytest.mark.parametrize("other", [("contract: care", "contract: nursing"), ("currency: EUR", "currency: SEK")])
def test_another_contract_restates_nothing(other: tuple[str, str], tmp_path: Path) -> None:
    """A settlement is restated by the contract that settled it, as it is amended or corrected (AO854)."""
    bundle = kept(tmp_path, "first")
    text = CONTRACT.replace(*other).replace("unit: EUR", f"unit: {'SEK' if 'SEK' in other[1] else 'EUR'}")
    (tmp_path / "other.yaml").write_text(text, "utf-8")
    run = restate(tmp_path, bundle, DATA, "--contract", tmp_path / "other.yaml")
    assert (run.code, run.out, "AO854" in run.err) == (2, "", True)


def test_a_restatement_with_the_same_data_changes_nothing(tmp_path: Path) -> None:
    """Nothing is kept, whatever the order of the rows."""
    bundle = kept(tmp_path, "first")
    header, *rows = DATA.splitlines()
    same = "\n".join([header, *reversed(rows)]) + "\n"
    (tmp_path / "new.csv").touch()
    before = listed(tmp_path)
    options = ("--bundle", tmp_path / "second", "--register", tmp_path / "register", "--as-of", "2021-12-31")
    run = restate(tmp_path, bundle, same, *options)
    assert (run.code, run.err, listed(tmp_path)) == (0, "", before)
    assert run.out == "No value differs: there is nothing to restate.\n"


def test_values_that_cannot_stand_alone_stand_together(tmp_path: Path) -> None:
    """Where the new value of one with the old of another divides by zero, they are told together."""
    ratio = CONTRACT.replace("      pool: pool\n", "      pool: pool / (plan - balance)\n")
    bundle = kept(tmp_path, "first", contract=ratio)
    run = restate(tmp_path, bundle, spoiled(DATA, plan="80 %", balance="60 %"))
    assert (run.code, run.err) == (0, "")
    assert "  balance 0.5 -> 0.6\n  plan 0.6 -> 0.8\n    (together)\n" in run.out


def test_what_is_too_long_to_show_is_counted(tmp_path: Path) -> None:
    """Of many payees some are shown, and how many are left out; JSON has them all."""
    rows = DATA.splitlines()[1:]
    many = [f"p{number:02}" for number in range(45)]
    data = "payee,party,period,indicator,value\n" + "".join(f"{who},{row}\n" for who in many for row in rows)
    bundle = kept(tmp_path, "first", data=data)
    run = restate(tmp_path, bundle, spoiled(data, visits="36", plan="39 %"))
    assert (run.code, run.err) == (0, "")
    assert run.out.count("... +5\n") == 5
    assert run.out.count("... +50") == 1
    found = json.loads(restate(tmp_path, bundle, spoiled(data, visits="36"), "-f", "json").out)
    assert (len(found["causes"][0]["inputs"]), len(found["lines"]), len(found["due"])) == (45, 90, 45)


def test_a_value_that_moves_nothing_is_told(tmp_path: Path) -> None:
    """It was another value all the same."""
    bundle = kept(tmp_path, "first", data=spoiled(DATA, plan="30 %"))
    run = restate(tmp_path, bundle, spoiled(DATA, plan="20 %"))
    assert (run.code, "  plan 0.3 -> 0.2\n    moves no line\n" in run.out) == (0, True)


def test_a_long_name_has_a_line_of_its_own(tmp_path: Path) -> None:
    """So that the amounts stay below one another."""
    long = CONTRACT.replace("- incentive:", "- incentive_for_what_was_achieved:")
    run = restate(tmp_path, kept(tmp_path, "first", contract=long), spoiled(DATA, visits="36"))
    rows = run.out.partition("Lines")[2].splitlines()
    at = rows.index("  incentive_for_what_was_achieved, firm")
    assert re.fullmatch(r" {30} +[\d,.]+ +[\d,.]+ +-34,000\.00", rows[at + 1])


TERMS = "terms: {{reopen_within: {}}}\n".format
REFUSED: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "after the term": (TERMS("7 months"), "36", ("--as-of", "2022-01-01"), "AO822"),
    "after a term of days": (TERMS("30 days"), "36", ("--as-of", "2021-07-01"), "AO822"),
    "after a term of years": (TERMS("1 year"), "36", ("--as-of", "2022-06-01"), "AO822"),
    "without a day": (TERMS("7 months"), "36", (), "AO825"),
    "of a settlement without a day": (TERMS("7 months"), "36", ("--as-of", "2021-12-31"), "AO825"),
    "before it was made": ("", "36", ("--as-of", "2021-05-30"), "AO825"),
    "too little": ("terms: {materiality: 34 000.01}\n", "36", ("--as-of", "2021-12-31"), "AO823"),
    "no day of the calendar": ("", "36", ("--as-of", "2021-02-30"), "AO073"),
    "data that cannot be settled": ("", "many", ("--as-of", "2021-12-31"), "AO509"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_restatement_that_is_refused_leaves_nothing(why: str, tmp_path: Path) -> None:
    """Law 9: a code, no output, no bundle, no entry."""
    terms, visits, options, code = REFUSED[why]
    contract = CONTRACT.replace("facts:\n", f"{terms}facts:\n")
    if why == "of a settlement without a day":
        bundle = tmp_path / "first"
        settle_care(tmp_path, "--bundle", bundle, "--register", tmp_path / "register", contract=contract)
    else:
        bundle = kept(tmp_path, "first", contract=contract)
    (tmp_path / "new.csv").touch()
    before = listed(tmp_path)
    kept_in = ("--bundle", tmp_path / "second", "--register", tmp_path / "register")
    run = restate(tmp_path, bundle, spoiled(DATA, visits=visits), *kept_in, *options)
    assert run.code in (1, 2)
    assert (run.out, code in run.err, listed(tmp_path)) == ("", True, before)


@pytest.mark.parametrize(
    ("terms", "day"),
    [("7 months", "2021-12-31"), ("9 months", "2022-02-28"), ("30 days", "2021-06-30"), ("1 year", "2022-05-31")],
)
def test_the_last_day_of_the_term_is_within_it(terms: str, day: str, tmp_path: Path) -> None:
    """Counted from the day of the settlement, to the same day of a later month or its last."""
    bundle = kept(tmp_path, "first", contract=CONTRACT.replace("facts:\n", f"{TERMS(terms)}facts:\n"))
    assert restate(tmp_path, bundle, spoiled(DATA, visits="36"), "--as-of", day).code == 0
    later = day[:-2] + f"{int(day[-2:]) + 1}"
    assert "AO" in restate(tmp_path, bundle, spoiled(DATA, visits="36"), "--as-of", later).err


def test_a_term_beyond_the_calendar_never_ends(tmp_path: Path) -> None:
    """Nobody settles after its last day, so the settlement stays open, without a day to tell."""
    for at, term in enumerate(("9999 years", "9999 months")):
        folder = tmp_path / str(at)
        folder.mkdir()
        bundle = kept(folder, "first", contract=CONTRACT.replace("facts:\n", f"{TERMS(term)}facts:\n"))
        assert ("open until" in alliance("history", folder / "register").out) == (term == "9999 months")
        assert restate(folder, bundle, spoiled(DATA, visits="36"), "--as-of", "2099-12-31").code == 0


def test_the_term_runs_from_the_first_settlement(tmp_path: Path) -> None:
    """Restating again and again does not make it longer."""
    contract = CONTRACT.replace("facts:\n", f"{TERMS('8 months')}facts:\n")
    keep(tmp_path, kept(tmp_path, "first", contract=contract), "second", spoiled(DATA, visits="36"))
    for register in ((), ("--register", tmp_path / "register", "--bundle", tmp_path / "third")):
        run = restate(tmp_path, tmp_path / "second", DATA, "--as-of", "2022-02-01", *register)
        assert (run.code, "restated until 2022-01-31" in run.err) == (1, True)


def test_a_term_without_end_is_told_before_anything_relies_on_it(tmp_path: Path) -> None:
    """No settlement is entered whose term nobody can count, and none kept elsewhere is restated by it (AO820)."""
    contract = CONTRACT.replace("facts:\n", f"{TERMS('two winters')}facts:\n")
    alone = tmp_path / "alone"
    assert settle_care(tmp_path, "--bundle", alone, contract=contract).code == 0
    before = listed(tmp_path)
    keeping = ("--bundle", tmp_path / "first", "--register", tmp_path / "register", "--as-of", "2021-05-31")
    run = settle_care(tmp_path, *keeping, contract=contract)
    assert (run.code, run.out, "AO820" in run.err, listed(tmp_path)) == (1, "", True, before)
    assert "AO820" in restate(tmp_path, alone, spoiled(DATA, visits="36"), "--as-of", "2021-12-31").err


def test_a_change_of_just_the_materiality_is_made(tmp_path: Path) -> None:
    """The threshold belongs to what is restated."""
    contract = CONTRACT.replace("facts:\n", "terms: {materiality: 34 000}\nfacts:\n")
    assert restate(tmp_path, kept(tmp_path, "first", contract=contract), spoiled(DATA, visits="36")).code == 0


def test_what_cannot_be_restated_in_a_register(tmp_path: Path) -> None:
    """One that is superseded (AO824) or stands in another register; a register without a bundle (AO073)."""
    first, new = kept(tmp_path, "first"), spoiled(DATA, visits="36")
    keep(tmp_path, first, "second", new)
    there = ("--as-of", "2021-12-31", "--register", tmp_path / "register")
    assert "AO824" in restate(tmp_path, first, new, *there, "--bundle", tmp_path / "third").err
    assert "AO073" in restate(tmp_path, first, new, *there).err
    alone = tmp_path / "alone"
    settle_care(tmp_path, "--bundle", alone)
    assert "AO808" in restate(tmp_path, alone, new, *there, "--bundle", tmp_path / "third").err
    (tmp_path / "first" / "settlement.json").write_bytes(b"{}")
    assert "AO801" in restate(tmp_path, first, new).err


def test_a_reason_is_one_word(tmp_path: Path) -> None:
    """Reasons can be counted and compared (AO826)."""
    run = alliance("restate", kept(tmp_path, "first"), "--data", tmp_path / "data.csv", "--reason", "it came late")
    assert (run.code, "AO826" in run.err) == (2, True)


def test_a_wide_file_is_restated_by_the_mapping_that_was_kept(tmp_path: Path) -> None:
    """New data in the same columns need no new mapping."""
    columns = "period: year\nvalues: {cost: Cost, plan: Plan, balance: Balance, visits: Visits}\n"
    (tmp_path / "data.columns.yaml").write_text(columns, "utf-8")
    wide = "year;Cost;Plan;Balance;Visits\n2020;1000;60 %;0,5;45\n"
    alone = CONTRACT.replace("per: party, ", "").replace("to: each", "to: all")
    first = kept(tmp_path, "first", contract=alone, data=wide)
    said = keep(tmp_path, first, "second", wide.replace(";45", ";36"))
    assert dues(said) == [Fraction(-34000)]
    assert (tmp_path / "second" / "data" / "new.columns.yaml").read_text("utf-8") == columns
    assert verify(tmp_path / "second").problems == []
    (tmp_path / "other.yaml").write_text(columns.replace("Visits", "Times"), "utf-8")
    run = restate(
        tmp_path, first, wide.replace(";45", ";36").replace("Visits", "Times"), "--columns", tmp_path / "other.yaml"
    )
    assert (run.code, "-34,000.00" in run.out) == (0, True)


def test_earlier_settlements_stay_beside_a_restatement(tmp_path: Path) -> None:
    """What formulas read of an earlier period is kept again, under the same name."""
    contract = CONTRACT.replace("      pool: pool\n", "      pool: pool + settled(costs, 1)\n")
    earlier = tmp_path / "2020.json"
    lines = [{"clause": "costs", "amount": "100.00"}]
    earlier.write_text(
        json.dumps({"contract": "care", "period": "2020", "payees": [{"payee": None, "lines": lines}]}), "utf-8"
    )
    data = DATA.replace(",2020,", ",2021,")
    (tmp_path / "care.yaml").write_text(contract, "utf-8")
    (tmp_path / "data.csv").write_text(data, "utf-8")
    there = ("--register", tmp_path / "register", "--as-of", "2021-12-31")
    settled = ("settle", tmp_path / "care.yaml", tmp_path / "data.csv", "--period", "2021", "--earlier", earlier)
    assert alliance(*settled, "--bundle", tmp_path / "first", *there).code == 0
    keep(tmp_path, tmp_path / "first", "second", spoiled(data, visits="36"))
    assert listed(tmp_path / "second" / "data" / "earlier") == ["01-2020.json"]
    assert verify(tmp_path / "second").problems == []
    restated_2020 = tmp_path / "2020-2.json"
    restated_2020.write_text(earlier.read_text("utf-8").replace("100.00", "300.00"), "utf-8")
    run = restate(tmp_path, tmp_path / "second", spoiled(data, visits="36"), "--earlier", restated_2020)
    assert (run.code, run.err) == (0, "")
    assert "100 -> 300\n    incentive, firm" in run.out
