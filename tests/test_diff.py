"""Two versions of a contract: what changes is told, what only looks different is not, and the euros are exact."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.faulty import CONTRACT, DATA, spoiled, written
from tests.running import alliance
from tests.test_schemas import TESOMA, holds
from tests.tree import ROOT


def diff(folder: Path, new: str, *arguments: str, old: str = CONTRACT) -> Any:
    """The comparison as JSON, checked against its schema."""
    files = [written(folder, text, name) for text, name in ((old, "old.yaml"), (new, "new.yaml"))]
    run = alliance("diff", *files, "-f", "json", *arguments)
    assert run.code == 0, run.err
    data = json.loads(run.out)
    holds("comparison", data)
    return data


SAME = [
    ("weight: 85 %", "weight: 0.85"),
    ("to: all\n", "to: 'all' # whoever\n"),
    ("points: [[0, 0 %], [100, 100 %]]", "points: [[100, 1], [0, 0.00]]"),
    ("{2020: 400 000}", "{2020: 400000, 2021: 400 000.0}"),
    ("full_at: 90}", "full_at: {2020: 90}}"),
    ("full_at: 90}", "full_at: {2020: 90, 2021: 90}}"),
    ("{least: 0, most: 100}", "{most: 100.0, least: 0}"),
    ("pool: pool\n", "pool: '( pool )'\n"),
    (
        "      plan: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n"
        "      balance: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n",
        "      balance: {score: {full_at: 0.8, zero_at: 2/5, kind: linear}, unit: share, weight: 7.5 %}\n"
        "      plan: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n",
    ),
    (
        "    indicators:\n      plan: {unit: share, weight: 7.5 %",
        "    defaults: {unit: share}\n    indicators:\n      plan: {weight: 7.5 %",
    ),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_means_the_same_is_no_change(old: str, new: str, tmp_path: Path) -> None:
    """Order, comments, quotes, defaults and ways of writing a number change nothing."""
    assert diff(tmp_path, spoiled(old, new))["changes"] == []


# What is written, the path of the change, whether it is breaking, and what the sentence says.
CHANGED = [
    ("weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n      visits: {unit: count, weight: 85 %", "weight: 8.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n      visits: {unit: count, weight: 84 %", "result_areas.care.indicators.visits.weight", True, "visits: the weight changes from 85 % to 84 %."),
    ("full_at: 90}", "full_at: 95}", "result_areas.care.indicators.visits.score.full_at", True, "the score, the level of the full score changes from 90 to 95."),
    ("full_at: 90}", "full_at: {2020: 90, 2021: 95}}", "result_areas.care.indicators.visits.score.full_at", True, "from 90 to {2020: 90, 2021: 95}."),
    ("firm: 100 %}", "firm: 90 %, other: 10 %}", "splits.all.shares.2020-01-01.firm", True, "all: the shares from 2020-01-01, Firm changes from 100 % to 90 %."),
    ("{2020: 400 000}", "{2020: 400 000, 2021: 450 000}", "amounts.pool.values.2021", True, "pool: the value from 2021 is added: 450 000."),
    ("to: 2021-12-31", "to: 2022-12-31", "periods.to", True, "The last day changes from 2021-12-31 to 2022-12-31."),
    ("to 0.01}", "to 1}", "rounding.lines", True, "Lines changes from half_away_from_zero to 0.01 to half_away_from_zero to 1."),
    ("      to: all\n", "      to: payee\n", "settlement.incentive.to", True, "incentive: who gets the line changes from all to payee."),
    ("title: Firm", "title: The firm", "parties.firm.title", False, "The firm (firm): the title changes from Firm to The firm."),
    ("currency: EUR\n", "currency: EUR\nstatus: final\nsource: x\n", "status", False, "The status"),
    ("  cost: {", "  gift: {unit: EUR}\n  cost: {", "facts.gift", False, "The fact gift is added: {unit: EUR}."),
    ("  - costs: {kind: reimbursable, amount: cost, to: each}\n", "", "settlement.costs", True, "The clause costs is taken out; it was {kind: reimbursable, amount: cost, to: each}."),
    ("kind: pool\n      pool: pool\n      points: [[0, 0 %], [100, 100 %]]\n", "kind: formula\n      amount: pool\n", "settlement.incentive", True, "The clause incentive changes from {kind: pool,"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "breaking", "says"), CHANGED)
def test_a_change_is_told_at_both_places(
    old: str, new: str, path: str, breaking: bool, says: str, tmp_path: Path
) -> None:
    """One change, in words, classed, with the line it stands on in each file."""
    more = ("parties: {firm: {role: provider, title: Firm}}", "parties: {firm: {role: provider, title: Firm}, other: {role: provider, title: Other}}")  # fmt: skip
    base = spoiled(*more) if "other" in new else CONTRACT
    after = base.replace(old, new)
    found = {".".join(each["path"]): each for each in diff(tmp_path, after, old=base)["changes"]}
    one = found[path]
    assert one["breaking"] is breaking
    assert says in one["sentence"]
    for side, text in (("old", base), ("new", after)):
        if one[side]:
            line = int(re.findall(r":(\d+)(?::\d+)?$", one[side]["place"])[0])
            assert one["path"][-1].partition("-")[0] in text.splitlines()[line - 1] or one["path"][-1] == path


@pytest.mark.parametrize("name", ["visits", "owner", "goal"])
def test_the_goal_of_a_rule_and_an_id_like_a_word_are_terms(name: str, tmp_path: Path) -> None:
    """A goal that scores is no word, nor is what stands below an indicator that is called as one; a recorded goal is."""
    base = spoiled(
        "visits: {", f"{name}: {{goal: 9, ", "{kind: linear, zero_at: 0, full_at: 90}", "{kind: gap_to_goal, goal: 90}"
    )
    changes = diff(tmp_path, base.replace("goal: 90", "goal: 80").replace("goal: 9,", "goal: 8,"), old=base)["changes"]
    found = {".".join(each["path"][4:]): each["breaking"] for each in changes}
    assert found.pop("score.goal") is True
    assert list(found.values()) == [False]


def test_the_euros_are_those_of_both_settlements(tmp_path: Path) -> None:
    """Every line, party and total by each version, and their exact difference, though their units differ."""
    data = tmp_path / "data.csv"
    data.write_text(DATA, "utf-8")
    new = spoiled("to 0.01}", "to 1}", "{2020: 400 000}", "{2020: 400 001.25}")
    moves = diff(tmp_path, new, "--data", str(data), "--period", "2020")["moves"]
    for side in ("old", "new"):
        file = tmp_path / "contracts" / f"{side}.yaml"
        settled = json.loads(alliance("settle", file, data, "--period", "2020", "-f", "json").out)["payees"][0]
        lines = {(each["clause"], each["party"]): Fraction(each["amount"]) for each in settled["lines"]}
        told = {(each["clause"], each["party"]): Fraction(each[side]) for each in moves["payees"][0]["lines"]}
        assert told == lines
        assert Fraction(moves["total"][side]) == Fraction(settled["total"])
    every = [*moves["payees"][0]["lines"], *moves["payees"][0]["parties"], moves["payees"][0]["total"], moves["total"]]
    assert all(Fraction(each["new"]) - Fraction(each["old"]) == Fraction(each["moved"]) for each in every)
    assert any(Fraction(each["moved"]) for each in every)


@pytest.mark.parametrize("shape", ["table", "json"])
def test_two_currencies_are_not_one_money(shape: str, tmp_path: Path) -> None:
    """Euros less kronor are no amount: nothing is shown of either (AO084), at both places; that the terms differ is told."""
    data = tmp_path / "data.csv"
    data.write_text(DATA, "utf-8")
    (change,) = diff(tmp_path, spoiled("currency: EUR", "currency: SEK"))["changes"]
    assert (change["path"], change["breaking"], change["kind"]) == (["currency"], True, "changed")
    files = [tmp_path / "contracts" / f"{side}.yaml" for side in ("old", "new")]
    run = alliance("diff", *files, "--data", data, "-f", shape)
    assert (run.code, run.out) == (2, "")
    said = " ".join(run.err.split())
    assert "AO084 Amounts in EUR and in SEK cannot be compared" in said
    assert f"{files[1]}:" in said.partition(" AO084 ")[0]
    assert f"See also {files[0]}:" in said


def test_rows_of_what_only_one_version_has_are_left_to_it(tmp_path: Path) -> None:
    """A new indicator's row does not stop the old version; a row that neither knows stops both."""
    data = tmp_path / "data.csv"
    data.write_text(DATA + ",2020,smiles,10\n", "utf-8")
    new = spoiled(
        "      visits: {unit: count, weight: 85 %",
        "      smiles: {unit: count, weight: 5 %, score: {kind: linear, zero_at: 0, full_at: 20}}\n"
        "      visits: {unit: count, weight: 80 %",
    )
    assert diff(tmp_path, new, "--data", str(data))["moves"]["period"] == "2020"
    data.write_text(DATA + ",2020,frowns,10\n", "utf-8")
    files = [tmp_path / "contracts" / name for name in ("old.yaml", "new.yaml")]
    assert "AO504" in alliance("diff", *files, "--data", data).err


@pytest.mark.parametrize(("language", "word"), [("en", "breaking"), ("fi", "olennaisia"), ("sv", "väsentliga")])
def test_it_reads_in_three_languages(language: str, word: str, tmp_path: Path) -> None:
    """The table names the section, marks what is breaking, gives both places, says the rule and the euros."""
    new = written(
        tmp_path, TESOMA[0].read_text("utf-8").replace("weight: 5 %", "weight: 6 %").replace("most: 3 %", "most: 4 %")
    )
    (tmp_path / "indicators").symlink_to(ROOT / "indicators")
    run = alliance("diff", TESOMA[0], new, "--data", TESOMA[1], "--period", "2023", "--lang", language)
    assert "AO207" in run.err  # the weights no longer sum to the whole
    new = written(
        tmp_path, TESOMA[0].read_text("utf-8").replace("{rate: 50 %", "{rate: 40 %").replace("rate: 50 %", "rate: 40 %")
    )
    run = alliance("diff", TESOMA[0], new, "--data", TESOMA[1], "--period", "2023", "--lang", language)
    assert run.code == 0, run.err
    assert "! " in run.out
    assert word in run.out
    assert f"{TESOMA[0]}:" in run.out
    assert f"{new}:" in run.out
    assert "gain_share  mehilainen" in run.out


def test_a_breaking_change_fails_where_asked(tmp_path: Path) -> None:
    """--fail-on breaking exits 1 for a breaking change, any for any, and by default nothing fails."""
    old, same = written(tmp_path, CONTRACT, "old.yaml"), written(tmp_path, CONTRACT, "same.yaml")
    words = written(tmp_path, spoiled("title: Firm", "title: The firm"), "words.yaml")
    terms = written(tmp_path, spoiled("{2020: 400 000}", "{2020: 1}"), "terms.yaml")
    codes = {
        (new.stem, how): alliance("diff", old, new, "--fail-on", how).code
        for new in (same, words, terms)
        for how in ("breaking", "any", "never")
    }
    assert [key for key, code in codes.items() if code] == [("words", "any"), ("terms", "breaking"), ("terms", "any")]


@pytest.mark.parametrize("file", sorted((ROOT / "contracts").glob("*.yaml")), ids=lambda file: file.stem)
def test_a_contract_differs_in_nothing_from_itself(file: Path) -> None:
    """Every contract of this repository, beside itself."""
    assert json.loads(alliance("diff", file, file, "-f", "json").out)["changes"] == []
