"""Proofs: what they find in contracts with a planted fault, what they show of it, and that what they prove holds."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_outcomes.checks.proofs import limits
from alliance_outcomes.checks.proofs.claims import Claim
from alliance_outcomes.checks.proofs.proving import prove, prove_setting
from alliance_outcomes.checks.proofs.sampling import settings as settings_of
from alliance_outcomes.checks.proofs.setting import Setting, setting_of
from alliance_outcomes.cli.lint import _problems
from alliance_outcomes.contract.loading import build_contract, examine_contract, load_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.problems import ContractError
from alliance_outcomes.settlement import PayeeSettlement
from tests.drawing import Case, to_yaml
from tests.proving import contract_of, settled_again, shows
from tests.running import alliance
from tests.strategies import cases
from tests.test_laws import EXAMPLES, PHASES, SLOW
from tests.test_schemas import holds
from tests.tree import ROOT

pytest.importorskip("z3", reason="proofs need z3: pip install 'alliance-outcomes[prove]'")

FAULTY = ROOT / "tests" / "faulty"
PLANTED = list(csv.DictReader((FAULTY / "expected.csv").read_text("utf-8").splitlines()))
# These reach every branch of the proofs and the lint that the others reach.
TRACED = {
    *("carried_beyond", "carried_room", "crossed_limits", "demerits_added", "falling_steps", "fee_dips_late"),
    *("gap_in_a_table", "hidden_in_the_total", "levels_cross", "missing_pays", "paid_by_size", "pool_dips"),
    *("rounded_share", "subtracted", "too_many_components"),
}
TESOMA = ROOT / "contracts" / "tesoma.yaml"
# So many settings of every drawn contract are held against its bounds; ALLIANCE_EXAMPLES tries more contracts.
SETTINGS = 40


def found_in(file: Path) -> set[tuple[str, int]]:
    """What lint and the proofs find in a contract: the code or the claim, and its line; undecided counts as nothing."""
    found = {(each.code, each.place.line) for each in _problems(file) if each.place}
    contract, problems = examine_contract(file)
    if contract is None or problems:
        return found
    try:
        proofs = prove(contract)
    except ContractError:
        return found
    return found | {(c.kind, c.place.line) for proof in proofs for c in proof.claims() if c.faulty and c.place}


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(each, id=each["contract"], marks=[pytest.mark.untraced] * (each["contract"] not in TRACED))
        for each in PLANTED
    ],
)
def test_a_planted_fault_is_found(planted: dict[str, str]) -> None:
    """The fault is found, by its class and on its line, and nothing is found in the mended contract."""
    assert (planted["class"], int(planted["line"])) in found_in(FAULTY / f"{planted['contract']}.yaml")
    assert not found_in(FAULTY / f"{planted['contract']}.fixed.yaml")


def test_the_corpus_is_whole() -> None:
    """At least 40 faults, each of its own kind of contract, and every contract of the folder is in the table."""
    named = {each["contract"] for each in PLANTED}
    assert len(named) == len(PLANTED) >= 40
    assert named > TRACED
    assert {file.name.partition(".")[0] for file in FAULTY.glob("*.yaml")} == named
    assert len({each["class"] for each in PLANTED}) >= 15


@pytest.mark.parametrize(
    "name",
    [
        "deadband_cliff",
        "over_in_a_corner",
        "perverse_modifier",
        "missing_pays",
        "paid_by_size",
        "fee_dips_late",
        "carried_room",
    ],
)
def test_a_mended_contract_is_proved(name: str) -> None:
    """Every question is decided for the twin of a faulty contract, not only left without an answer."""
    for proof in prove(load_contract(FAULTY / f"{name}.fixed.yaml")):
        assert {verdict.name: verdict.outcome for verdict in proof.verdicts} == dict.fromkeys(
            ("bounds", "budget", "incentives", "cliffs", "reach", "effect"), "proved"
        )


@pytest.mark.untraced
def test_tesoma_is_decided() -> None:
    """All six verdicts of the example are proved, with two providers and with one; its cliff is found, and stands as intended."""
    for proof in prove(load_contract(TESOMA), ["2019", "2023"]):
        assert [verdict.outcome for verdict in proof.verdicts] == ["proved"] * 6
        cliffs = [claim for claim in proof.claims() if claim.kind == "cliffs.leap"]
        assert cliffs
        assert all(claim.intended and not claim.faulty for claim in cliffs)


def test_periods_that_compute_the_same_are_proved_once() -> None:
    """Of ten years of Tesoma five differ; the later ones are told with the one they equal."""
    contract = load_contract(FAULTY / "idle_cap.fixed.yaml")
    (proof,) = prove(contract)
    assert (proof.period, proof.same) == ("2024", ())
    tesoma = load_contract(TESOMA)
    (later,) = prove(tesoma, ["2024", "2025"])
    assert (later.period, later.same) == ("2024", ("2025",))


def test_a_proof_as_json(tmp_path: Path) -> None:
    """The JSON of a refuted contract keeps to its schema; the command ends with exit code 1, or 0 where told so."""
    file = FAULTY / "deadband_cliff.yaml"
    run = alliance("prove", file, "-f", "json")
    data = json.loads(run.out)
    holds("proofs", data)
    assert run.code == 1
    leap, other = [c for v in data["proofs"][0]["verdicts"] for c in v["claims"] if c["claim"] == "cliffs.leap"]
    assert (leap["outcome"], leap["line"], len(leap["settings"])) == ("refuted", 43, 2)
    assert (leap["values"]["step"], other["values"]["step"]) == ("sharing.gain", "sharing.pain")
    before, after = (Fraction(each["total"]) for each in leap["settings"])
    assert abs(after - before) == Fraction(leap["values"]["leap"]) > 1000
    assert alliance("prove", file, "--fail-on", "never").code == 0
    assert alliance("prove", file, "--cliff", "20 000").code == 0
    output = tmp_path / "proofs.json"
    assert alliance("prove", FAULTY / "deadband_cliff.fixed.yaml", "-o", output).code == 0
    holds("proofs", json.loads(output.read_text("utf-8")))


@pytest.mark.parametrize(
    ("formula", "leap"),
    [
        ("pool if (x > 1 if y > 2 else x < 1) else 0", True),
        ("pool * min(x, 1) if not (y > 1 if x > 1 else y > 2 if x > 0 else y > 0) else pool", True),
        ("pool * min(x)", False),
        ("pool * max(min(max(x)), 1) / 2", False),
    ],
)
def test_odd_formulas_are_proved(formula: str, leap: bool) -> None:
    """A choice of conditions is a place where an amount leaps as its parts are; the least of one value limits nothing."""
    text = (
        "contract: odd\ncurrency: EUR\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "rounding: {lines: floor to 1}\npayees: {}\namounts: {pool: {unit: EUR, values: {2020: 7000}}}\n"
        "facts: {x: {unit: units, least: 0, most: 3}, y: {unit: units, least: 0, most: 3}}\n"
        f'settlement: [{{bonus: {{kind: formula, amount: "{formula}", to: payee}}}}]\n'
    )
    claims = list(prove(build_contract(parse_document(text.encode(), "odd.yaml")))[0].claims())
    assert any(each.kind == "cliffs.leap" for each in claims) == leap
    assert not any(each.kind == "reach.limit" and each.outcome == "undecided" for each in claims)


def test_figures_that_square_one_another_are_undecided() -> None:
    """Numbers and powers that no machine could hold are neither tried nor put to the solver: undecided, with the reason."""
    squares = "".join(f"  f{at}: {{formula: f{at - 1} * f{at - 1} - f{at - 1} / 3}}\n" for at in range(1, 9))
    text = (
        "contract: squares\ncurrency: EUR\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "rounding: {lines: floor to 1}\npayees: {}\nfacts: {x: {unit: units, least: 0, most: 3, direction: higher}}\n"
        f"figures:\n  f0: {{formula: x}}\n{squares}amounts: {{pool: {{unit: EUR, values: {{2020: 7}}}}}}\n"
        'settlement: [{bonus: {kind: formula, amount: "pool * min(f8, 1)", to: payee}}]\n'
    )
    claims = prove(build_contract(parse_document(text.encode(), "squares.yaml")))[0].claims()
    undecided = [each for each in claims if each.outcome == "undecided"]
    assert undecided
    assert all(each.reason for each in undecided)


def test_undecided_is_told_and_fails_where_asked() -> None:
    """Without a stated range nothing bounds what is paid: undecided with the reason, exit 1 only where asked for."""
    file = ROOT / "contracts" / "cquin.yaml"
    run = alliance("prove", file)
    assert run.code == 0
    assert "undecided: no stated range: fixed_element." in run.out
    assert alliance("prove", file, "--fail-on", "undecided").code == 1


def test_without_the_solver_the_install_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without z3 the exit code is 2, and the message holds the command that installs it (AO700)."""
    monkeypatch.setattr("alliance_outcomes.checks.proofs.proving.find_spec", lambda name: None)
    run = alliance("prove", TESOMA)
    assert run.code == 2
    assert run.err == "AO700 Proofs need z3-solver.\n  Run pip install 'alliance-outcomes[prove]'.\n"


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_proof_speaks(language: str) -> None:
    """Every sentence exists in three languages, with the numbers of the contract in it."""
    out = " ".join(alliance("prove", FAULTY / "perverse_modifier.yaml", "--lang", language).out.split())
    assert {"en": "gets better", "fi": "paranee", "sv": "blir bättre"}[language] in out
    assert "{" not in out


# -- random contracts --------------------------------------------------------------------------------------------------


@pytest.mark.untraced
@settings(suppress_health_check=SLOW, phases=PHASES, max_examples=max(2, EXAMPLES // 15))
@given(cases(most_areas=1))
def test_what_a_proof_says_of_any_contract_holds(case: Case) -> None:
    """A counterexample, settled from a file of data, shows what it claims; no setting lies outside proved bounds."""
    contract = contract_of(to_yaml({**case.contract, "budget": "5 000"}))
    setting = setting_of(contract, case.period)
    proof = prove_setting(setting)
    for claim in proof.claims():
        if claim.outcome != "refuted" or not claim.witnesses:
            continue
        again = [settled_again(contract, setting.calculation, each.inputs) for each in claim.witnesses]
        assert [each.total for each in again] == [each.total for each in claim.witnesses], claim
        assert shows(contract, claim, again), claim
    inside(setting, proof.claims(), SETTINGS)


def inside(setting: Setting, claims: Iterable[Claim], count: int) -> int:
    """How many settings were settled, each within every bound that was proved; fails on one that is not."""
    bounds = [c for c in claims if c.kind.startswith("bounds.") and c.outcome == "proved"]
    seen = 0
    for point in settings_of(setting.model, count, 17):
        payee = setting.settle(point)
        if payee is None:
            continue
        seen += 1
        for claim in bounds:
            amount = _amount(payee, str(claim.values.get("clause", "")), str(claim.values.get("party", "")))
            least, most = Fraction(claim.values["least"]), Fraction(claim.values["most"])
            assert least - setting.slack <= amount <= most + setting.slack, (claim, point)
    return seen


def _amount(payee: PayeeSettlement, clause: str, party: str) -> Fraction:
    lines = [each for each in payee.lines if clause in ("", each.clause) and party in ("", each.party)]
    return sum((each.amount for each in lines), Fraction(0))


@pytest.mark.parametrize("period", ["2019", "2023"])
def test_no_settlement_of_tesoma_lies_outside_its_bounds(period: str) -> None:
    """300 settlements of the example, 100,000 with ALLIANCE_EXAMPLES=5000: none is outside what was proved."""
    setting = setting_of(load_contract(TESOMA), period)
    count = 20 * int(os.environ.get("ALLIANCE_EXAMPLES") or 15)
    # Where the growth of costs would be out of its range, the data is refused.
    assert inside(setting, limits.claims(setting), count) > count // 10


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_a_setting_is_drawn_the_same_again(seed: int) -> None:
    """No chance has part in a proof: the same seed draws the same settings."""
    model = setting_of(load_contract(FAULTY / "idle_cap.fixed.yaml"), "2024").model
    assert list(settings_of(model, 4, seed)) == list(settings_of(model, 4, seed))


COARSE = """\
contract: coarse
currency: EUR
periods: {length: year, from: 2024-01-01, to: 2024-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 100}
facts: {plans: {unit: count, least: 20, most: 60}, listed: {unit: persons, least: 10, most: 20}}
amounts: {head: {unit: EUR, values: {2024: 33}}}
settlement:
  - card: {kind: rate_card, outcomes: {plans: {units: plans, price: 40}}, most: LIMIT, to: payee}
  - rest: {kind: formula, amount: 1 000 - card, to: payee}
"""


@pytest.mark.parametrize(("limit", "slack"), [("750.99", "0.02"), ("listed * head", "100.02")])
def test_a_limit_may_be_rounded_more_than_lines(limit: str, slack: str) -> None:
    """A limit of 750.99 in whole hundreds is 700, of which 300 are left: proved so; what is computed is told as slack."""
    contract = contract_of(COARSE.replace("LIMIT", limit))
    setting = setting_of(contract, "2024")
    assert setting.slack == Fraction(slack)
    claims = list(limits.claims(setting))
    assert inside(setting, claims, 50) > 5
    if limit == "750.99":
        (rest,) = [each.values for each in claims if each.values.get("clause") == "rest"]
        assert rest["least"] == rest["most"] == 300


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "stays at least 100 short of it."), ("fi", "jää aina vähintään 100."), ("sv", "fattas alltid minst 100.")],
)
def test_what_is_missing_to_a_limit_is_no_negative_number(language: str, said: str, tmp_path: Path) -> None:
    """Twenty plans are worth 800, and 700 is the most: the price of the plans is never what decides."""
    (tmp_path / "coarse.yaml").write_text(COARSE.replace("LIMIT", "750.99"))
    told = alliance("prove", tmp_path / "coarse.yaml", "--lang", language).out
    assert said in " ".join(told.split())
