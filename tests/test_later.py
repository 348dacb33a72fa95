"""What a restatement leaves to later periods: it is material by what they read too, and those that are settled are named."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.evidence.again import Asked, settle_again
from alliance_outcomes.evidence.chain import Entry
from alliance_outcomes.evidence.later import check_materiality, resting
from alliance_outcomes.evidence.restatement import write_restatement
from alliance_outcomes.evidence.restating import Restatement
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import ContractError
from tests.documents import read_contract
from tests.faulty import written
from tests.running import Run, alliance
from tests.test_carrying import CONTRACT, SHARE, chain, rows
from tests.test_schemas import holds

TWO = (
    "  - more: {kind: formula, amount: spent, to: payee}\n"
    '  - after: {kind: formula, amount: "0 * settled(bonus, 1)", to: payee}\n'
)
SPENT = [1500, 1050, 700]
EARNED = [700, 900, 1300]


def years(folder: Path, clauses: str, *periods: str, materiality: str = "") -> list[Path]:
    """The years settled one after the other, each with the one before, in one register."""
    terms = f"terms: {{materiality: {materiality}}}\n" if materiality else ""
    contract = written(folder, terms + CONTRACT + clauses)
    (folder / "data.csv").write_text(rows(earned=EARNED, spent=SPENT, open=[0, 0, 0]), "utf-8")
    return chain(folder, contract, folder / "data.csv", *periods)


def restate(bundle: Path, *options: str | Path, earned: list[int] = EARNED, spent: list[int] = SPENT) -> Run:
    """A year restated, with what was earned and spent by now, in the register that it stands in."""
    folder = bundle.parent
    (folder / "new.csv").write_text(rows(earned=earned, spent=spent, open=[0, 0, 0]), "utf-8")
    there = ("--register", folder / "register", "--as-of", "2023-12-31", "--bundle", folder / f"{bundle.name}-2")
    return alliance("restate", bundle, "--data", folder / "new.csv", "--reason", "late_data", *there, *options)


@pytest.mark.parametrize(("materiality", "stands"), [("200", False), ("200.01", True)])
def test_losses_that_are_carried_are_material(materiality: str, stands: bool, tmp_path: Path) -> None:
    """The loss that is borne stays at its limit, and 200 more of it is set against later gains: nobody is paid another cent."""
    (bundle,) = years(tmp_path, SHARE, "2019", materiality=materiality)
    run = restate(bundle, "-f", "json", spent=[1700, 1050, 700])
    assert (run.code, "AO823" in run.err) == ((1, True) if stands else (0, False))
    if stands:
        return
    said = json.loads(run.out)
    holds("restatement", said)
    moved = {"payee": None, "name": "share.losses"}
    assert [each["moved"] for each in said["causes"]] == [[]]
    assert [each["carried"] for each in said["causes"]] == [[moved | {"amount": "200.00"}]]
    assert said["carried"] == [moved | {"before": "400.00", "after": "600.00", "difference": "200.00"}]
    assert (said["total"]["difference"], said["later"]) == ("0.00", [])
    assert verify(tmp_path / "2019-2", said["evidence"], tmp_path / "register").problems == []


@pytest.mark.parametrize(("materiality", "stands"), [("300", False), ("300.01", True)])
def test_an_amount_that_a_later_year_reads_is_material(materiality: str, stands: bool, tmp_path: Path) -> None:
    """300 go from one clause to another of the same party, and the next year reads one of them."""
    (bundle,) = years(tmp_path, TWO, "2019", materiality=materiality)
    run = restate(bundle, earned=[1000, 900, 1300], spent=[1200, 1050, 700])
    assert (run.code, "AO823" in run.err) == ((1, True) if stands else (0, False))


def changed(names: dict[str, int]) -> Restatement:
    """A restatement that changes these balances alone."""
    before = {("", name): Fraction(500) for name in names}
    return Restatement({}, {}, (), (), (before, {("", name): Fraction(500 + by) for name, by in names.items()}))


@pytest.mark.parametrize(
    ("names", "period", "stands"),
    [
        ({"limit.unused": 100}, "2020", False),
        ({"limit.unused": -100}, "2020", False),
        ({"limit.unused": 99}, "2020", True),
        ({"limit.unused": 60, "limit.unused@-1": 40}, "2020", False),
        ({"limit.unused": 160, "limit.unused@-1": -160}, "2020", False),
        ({"limit.unused": 60, "limit.unused@-1": 39}, "2020", True),
        ({"limit.unused": 60, "another.unused": 60}, "2020", True),
        ({"limit.unused": 1000}, "2023", True),
    ],
)
def test_a_balance_is_material_by_itself_and_with_all_its_ages(
    names: dict[str, int], period: str, stands: bool, tmp_path: Path
) -> None:
    """Where a later period reads it: what the last one leaves is read by none."""
    clauses = "  - limit: {kind: cap, of: [bonus], most: 1 000, carry: {periods: 2}}\n"
    contract = load_contract(written(tmp_path, f"terms: {{materiality: 100}}\n{CONTRACT}{clauses}"))
    if not stands:
        check_materiality(contract, period, changed(names))
        return
    with pytest.raises(ContractError, match="nothing that a later period reads"):
        check_materiality(contract, period, changed(names))


LATER = {
    "en": (
        "Carried to later periods\n"
        "                                        before           after      difference\n"
        "  share.losses                          400.00          600.00         +200.00\n",
        "Settled already with what changes here; restate it with --earlier\n  2020 (2): share.losses\n",
    ),
    "fi": (
        "Siirtyy myöhemmille kausille\n",
        "Tilitetty jo tässä muuttuvan varassa; oikaise valitsimella --earlier\n  2020 (2): share.losses\n",
    ),
    "sv": (
        "Förs vidare till senare perioder\n",
        "Redan avräknat med det som ändras här; rätta med --earlier\n  2020 (2): share.losses\n",
    ),
}
MORE = [1700, 1050, 700]


def test_settlements_that_rest_on_a_restated_one_are_named(tmp_path: Path) -> None:
    """Those that read of it themselves and hold: each of them, restated with it, names the next."""
    first, second, _ = years(tmp_path, SHARE, "2019", "2020", "2021")
    (tmp_path / "more.csv").write_text(rows(earned=EARNED, spent=MORE, open=[0, 0, 0]), "utf-8")
    shown = settle_again(first, Asked(tmp_path / "more.csv", "late_data"), tmp_path / "register", "2023-12-31")
    assert shown is not None
    for language, parts in LATER.items():
        text = write_restatement(shown.restated, language)
        assert all(each in text for each in parts), text
        assert all(len(line) <= 80 for line in text.splitlines())
    said = json.loads(restate(first, "-f", "json", spent=MORE).out)
    holds("restatement", said)
    assert said["later"] == [{"number": 2, "period": "2020", "bundle": "2020", "reads": ["share.losses"]}]
    again = restate(second, "--earlier", tmp_path / "2019-2" / "settlement.json", "-f", "json", spent=MORE)
    assert [each["number"] for each in json.loads(again.out)["later"]] == [3]
    last = json.loads(restate(tmp_path / "2019-2", "-f", "json").out)
    assert [(each["number"], each["bundle"]) for each in last["later"]] == [(5, "2020-2")]


def test_what_reads_nothing_that_changes_rests_on_nothing(tmp_path: Path) -> None:
    """What the next year reads stays as it is, though what was paid does not; nor does the year before rest on this one."""
    _, second, _ = years(tmp_path, SHARE, "2019", "2020", "2021")
    run = restate(second, "-f", "json", earned=[700, 950, 1300])
    assert (run.code, json.loads(run.out)["later"], json.loads(run.out)["total"]["difference"]) == (0, [], "50.00")


def test_others_rest_on_it_by_their_own_payees_and_contract() -> None:
    """A settlement of one payee rests on what changes of that payee; that of another contract on nothing."""
    contract = read_contract(CONTRACT + SHARE)
    moved = ({("north", "share.losses"): Fraction(1)}, {("north", "share.losses"): Fraction(2)})
    first = entry(1, "2019", None)
    links = [first, entry(2, "2020", ("south",)), entry(3, "2020", ("north", "west")), entry(4, "2020", None)]
    links.append(replace(entry(5, "2020", None), contract="another"))
    found = resting(contract, Restatement({}, {}, (), (), moved), first, links)
    assert [(each.number, each.names) for each in found] == [(3, ("share.losses",)), (4, ("share.losses",))]


def entry(number: int, period: str, payees: tuple[str, ...] | None) -> Entry:
    """An entry of a register."""
    return Entry(
        number=number,
        previous=None,
        contract="years",
        period=period,
        manifest="",
        bundle=f"{period}-{number}",
        total="0",
        currency="EUR",
        payees=payees,
    )
