"""What if: a setting means one thing, is checked like data, and the difference is that of two settlements."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_outcomes as ao
from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.loading import load_contract, packaged
from alliance_outcomes.formula.steps import Input
from alliance_outcomes.numbers import to_text
from alliance_outcomes.problems import AllianceError, DataError
from alliance_outcomes.scenarios.whatif import Setting, as_setting, read_setting, what_if
from alliance_outcomes.settlement import Settlement, settle, settle_calculation
from alliance_outcomes.sources.csv import parse_csv, read_csv
from alliance_outcomes.statements.whatif import what_if_as_data, write_what_if
from alliance_outcomes.statements.whatif_page import as_embedded, slider, write_page
from tests.payees import Payees
from tests.running import alliance
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")


def tesoma(period: str = "2023") -> Settlement:
    """The example settled."""
    return settle(load_contract(TESOMA[0]), read_csv(TESOMA[1]), period)


def after(setting: str, period: str = "2023") -> dict[str, object]:
    """What a setting makes of the inputs it is about, by name."""
    return {each.given.name: each.after for each in what_if(tesoma(period), [read_setting(setting)]).changes}


MEANINGS = [
    ("client_nps=45", {"client_nps": Fraction(45)}),
    ("client_nps = 45 ", {"client_nps": Fraction(45)}),
    ("client_nps=+5", {"client_nps": Fraction(74)}),
    ("client_nps=-5", {"client_nps": Fraction(64)}),
    ("client_nps:=-20", {"client_nps": Fraction(-20)}),
    ("client_nps=-10%", {"client_nps": Fraction(621, 10)}),
    ("client_nps=+1/3", {"client_nps": Fraction(208, 3)}),
    ("chronic_care_plan=62 %", {"chronic_care_plan": Fraction(62, 100)}),
    ("chronic_care_plan=+0.05", {"chronic_care_plan": Fraction(319, 417) + Fraction(5, 100)}),
    ("chronic_care_plan.n=12", {"chronic_care_plan.n": Fraction(12)}),
    ("own_cost@-1=1500", {"own_cost@-1": Fraction(1500)}),
    ("cost=-2%", {"cost[mehilainen]": Fraction("17263884.57") * Fraction(98, 100)}),
    ("cost@mehilainen=17 000 000", {"cost[mehilainen]": Fraction(17_000_000)}),
    ("cost[mehilainen]=17 000 000", {"cost[mehilainen]": Fraction(17_000_000)}),
    ("primary_school_wellbeing=none", {"primary_school_wellbeing.now": None}),
]


@pytest.mark.parametrize(("setting", "meant"), MEANINGS, ids=[setting for setting, _ in MEANINGS])
def test_what_a_setting_means(setting: str, meant: dict[str, object]) -> None:
    """A sign moves what was measured, with % by a share of it; := is a number as it stands; @ names a party."""
    assert after(setting) == meant


def test_a_move_of_all_parties_moves_each() -> None:
    """In 2019 two parties have costs: a move without a party is about both, each by its own."""
    moved = after("cost=-2%", "2019")
    assert moved.keys() == {"cost[mehilainen]", "cost[third_sector]"}


REFUSED = [
    ("client_nps", "AO063"),
    ("client_nps=1.125", "AO063"),
    ("client_nps=-1.125", "AO063"),
    ("client_nps=", "AO063"),
    ("client_nps=many", "AO063"),
    ("client_nps=4,5", "AO063"),
    ("client_nps=1e3", "AO063"),
    ("client_nsp=45", "AO064 The settlement of 2023 reads no client_nsp. Did you mean client_nps"),
    ("specialist_cost_growth_gap=1", "AO064 specialist_cost_growth_gap is computed"),
    ("client_nps=none", "AO066"),
    ("primary_school_wellbeing@-1=+5", "AO066"),
    ("chronic_care_plan=62", "write 62 %"),
    ("client_nps=101", "AO510"),
    ("chronic_care_plan.n=1.5", "AO510"),
]


@pytest.mark.parametrize(("setting", "told"), REFUSED, ids=[setting for setting, _ in REFUSED])
def test_a_setting_that_is_refused(setting: str, told: str) -> None:
    """What cannot be read, meant or measured is refused, with what to write instead."""
    with pytest.raises(AllianceError) as refused:
        after(setting)
    assert told in str(refused.value)


@pytest.mark.untraced
@given(st.integers(0, 100), st.integers(-5, 5))
def test_the_difference_is_that_of_two_settlements(nps: int, percent: int) -> None:
    """Lines, parties and total move by exactly what settling the changed data anew says."""
    settlement = SETTLED
    found = what_if(settlement, [read_setting(f"client_nps={nps}"), read_setting(f"cost={percent:+}%")])
    factor = 1 + Fraction(percent, 100)
    rows = []
    for line in TESOMA[1].read_text("utf-8").splitlines():
        cells = line.split(",")
        if cells[2:4] == ["2023", "client_nps"]:
            cells[4] = str(nps)
        elif cells[2:4] == ["2023", "cost"]:
            cells[4] = to_text(Fraction(cells[4]) * factor)
        rows.append(",".join(cells))
    anew = settle(settlement.contract, parse_csv("\n".join(rows).encode(), "changed.csv"), "2023").only()
    assert found.after.lines == anew.lines
    assert found.delta == anew.total - settlement.only().total
    assert found.delta == sum(moved.delta for moved in found.lines.values())
    assert found.delta == sum(moved.delta for moved in found.parties.values())


SETTLED = tesoma()


def test_nothing_set_changes_nothing() -> None:
    """Without a setting both settlements are the same, for every indicator and line."""
    same = what_if(SETTLED, [])
    assert same.delta == 0
    assert same.before.lines == same.after.lines
    assert same.before.indicators == same.after.indicators


def test_python_says_it_shortly() -> None:
    """``settlement.what_if(client_nps=45).delta``; a text is read as on the command line, a mapping takes any name."""
    contract = ao.load_contract(TESOMA[0])
    settled = ao.settle(contract, ao.read_data(TESOMA[1], contract), "2023")
    assert settled.what_if(client_nps=45).delta == Fraction("-32449.70")
    assert settled.what_if({"cost@mehilainen": "-2%"}).delta == settled.what_if(cost="-2%").delta
    assert settled.what_if(partner_satisfaction=4.1).changes[0].after == Fraction(41, 10)
    for none in ([45], True, float("nan"), float("inf")):
        with pytest.raises(ao.UsageError, match="AO063"):
            settled.what_if(client_nps=none)


def test_numbers_from_python_are_what_they_are() -> None:
    """A negative number is a number, no move; None is no value."""
    assert as_setting("nps", -20) == Setting("nps", "-20", True, Fraction(-20))
    assert as_setting("nps", Fraction(1, 3)) == Setting("nps", "1/3", True, Fraction(1, 3))
    assert as_setting("nps", None) == Setting("nps", "none")


def across() -> Settlement:
    """Five invented hospitals, whose payments depend on one another."""
    contract = load_contract(packaged("contracts") / "hac.yaml")
    whole = compile_contract(contract, "2024")
    for seed in range(50):
        try:
            return settle_calculation(contract, whole, Payees(whole, Random(seed)).measured(["a", "b", "c", "d", "e"]))
        except DataError:
            continue
    raise AssertionError("no data settles")


def test_what_comes_from_all_payees_is_kept_and_told() -> None:
    """One payee's values move, the percentile over all does not; every statement marks it."""
    settlement = across()
    found = what_if(settlement, [], "c")
    (frozen,) = found.frozen
    assert found.before.values[frozen.name] == settlement.one("c").values[frozen.name]
    assert "Kept as it was, since it comes from all payees" in write_what_if(found)
    assert [each["name"] for each in what_if_as_data(found)["frozen"]] == [frozen.name]
    # Set by its name, it is no longer kept, and not told as if it were.
    moved = what_if(settlement, [Setting(frozen.name, "1")], "c")
    assert (moved.kept, what_if_as_data(moved)["frozen"]) == ((), [])
    assert "Kept as it was" not in write_what_if(moved)
    with pytest.raises(AllianceError, match="AO021"):
        what_if(settlement, [])


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_table_fits_a_terminal(language: str) -> None:
    """Eighty columns, in every language; each line of the settlement with both amounts and the difference."""
    run = alliance(
        "whatif", *TESOMA, "--period", "2023", "--set", "client_nps=45", "--set", "cost=-2%", "--lang", language
    )
    assert run.code == 0, run.err
    assert max(len(line) for line in run.out.splitlines()) <= 80
    shown = run.out.replace("\u00a0", " ").replace(",", " ").replace(".", " ")
    assert "18 493 129 88    18 155 172 97      -337 956 91" in shown


def test_json_keeps_to_its_schema() -> None:
    """What ``whatif -f json`` writes, with and without settings, of one alliance and of one of many payees."""
    for settings in ((), ("--set", "client_nps=45"), ("--set", "primary_school_wellbeing=none")):
        data = json.loads(alliance("whatif", *TESOMA, "--period", "2023", "-f", "json", *settings).out)
        holds("whatif", data)
        assert Fraction(data["total"]["delta"]) == sum(Fraction(line["delta"]) for line in data["lines"])
    holds("whatif", what_if_as_data(what_if(across(), [], "b")))


def test_the_kind_of_output_is_by_the_ending(tmp_path: Path) -> None:
    """-o FILE.html is the page, .json the data; another ending is refused and nothing written (AO027)."""
    arguments = ("whatif", *TESOMA, "--period", "2023", "-o")
    assert alliance(*arguments, tmp_path / "a.html").code == 0
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert alliance(*arguments, tmp_path / "a.json").code == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["format"] == 1
    refused = alliance(*arguments, tmp_path / "a.pdf")
    assert (refused.code, refused.err.split()[0]) == (2, "AO027")
    assert not (tmp_path / "a.pdf").exists()


def test_the_page_is_the_same_bytes_each_time() -> None:
    """No clock and no chance stand in it."""
    assert write_page(what_if(SETTLED, []), "fi") == write_page(what_if(tesoma(), []), "fi")


@given(st.text())
def test_no_text_leads_out_of_the_data(text: str) -> None:
    """Whatever stands in a title, the embedded JSON holds no sign of markup, and reads back the same."""
    embedded = as_embedded({"title": text})
    assert not set("<>&\u2028\u2029") & set(embedded)
    assert json.loads(embedded) == {"title": text}


ENDS = st.none() | st.fractions(-1000, 1000, max_denominator=100)


@given(ENDS, ENDS, st.none() | st.fractions(-(10**9), 10**9, max_denominator=1000))
def test_a_slider_reaches_what_can_be_measured(
    least: Fraction | None, most: Fraction | None, value: Fraction | None
) -> None:
    """Its ends are the range's where there is one, and it has at most some hundred steps."""
    if least is not None and most is not None and least > most:
        least, most = most, least
    given_ = Input("x", "x", "2020", least=least, most=most)
    ends = slider(given_, value)
    if ends is None:
        assert least == most
        return
    low, high, step = ends
    assert low < high
    assert step > 0
    assert least in (None, low)
    assert most in (None, high)
    assert (high - low) / step <= 500
