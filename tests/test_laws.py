"""The laws that every settlement obeys, each with the sentence that states it, and a second opinion on every cent."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from alliance_outcomes.evidence.contract_hash import contract_hash
from alliance_outcomes.problems import AllianceError, DataError
from alliance_outcomes.statements.json import write_json
from tests.changes import (
    FAULTS,
    SCALES,
    Bettered,
    bettered,
    halved,
    reordered,
    reordered_csv,
    rescaled,
    spoiled,
    weightless,
)
from tests.drawing import Case, to_csv, to_yaml
from tests.oracle import Ledger
from tests.oracle_scores import Scores
from tests.running import alliance
from tests.settling import broken_laws, comparable, differences, lines_of, settled
from tests.strategies import cases, many_payees, scorecards
from tests.tree import ROOT

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
# A failing case is shown as it was drawn, at once; with ALLIANCE_EXAMPLES it is shrunk first, which takes minutes.
THOROUGH = "ALLIANCE_EXAMPLES" in os.environ
PHASES = [phase for phase in Phase if phase is not Phase.shrink or THOROUGH]
laws = settings(suppress_health_check=SLOW, phases=PHASES)
EXAMPLES = settings().max_examples
# As `make assure` tries them: what the whole suite repeats at each change is half of it.
twofold = settings(laws, max_examples=2 * EXAMPLES if THOROUGH else EXAMPLES)
half = settings(laws, max_examples=max(1, EXAMPLES // 2))
any_case = st.one_of(cases(), cases(), scorecards(), many_payees())
pytestmark = pytest.mark.untraced
carrying = cases(1, clause="limit", carrying=True) | cases(1, clause="sharing", carrying=True)


@twofold
@given(st.one_of(any_case, any_case, carrying))
def test_the_oracle_says_the_same_to_the_cent(case: Case) -> None:
    """Exactness: scores, lines, party amounts and balances are those of an independent reading, with 0 cents between."""
    for payee in settled(to_yaml(case.contract), to_csv(case.rows), case.period, case.earlier).payees:
        found = list(differences(payee, case.expected(payee.payee)))
        assert not found, "\n".join(found)


@twofold
@given(st.data(), any_case)
def test_the_oracle_refuses_what_must_not_be_settled(data: st.DataObject, case: Case) -> None:
    """Where a row is missing the package may refuse; it must where the oracle does, and else it says the same."""
    assume(case.rows)
    gone = data.draw(st.integers(0, len(case.rows) - 1))
    case = replace(case, rows=[*case.rows[:gone], *case.rows[gone + 1 :]])
    try:
        settlement = settled(to_yaml(case.contract), to_csv(case.rows), case.period)
    except DataError:
        return
    for payee in settlement.payees:
        found = list(differences(payee, case.expected(payee.payee)))
        assert not found, "\n".join(found)


def test_the_oracle_is_independent() -> None:
    """A second opinion borrows nothing: the oracle imports the standard library and its own parts only."""
    for name in ("oracle", "oracle_language", "oracle_scores", "oracle_years"):
        tree = ast.parse((ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8"))
        from_ = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        whole = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
        outside = {each for each in (*from_, *whole) if each.partition(".")[0] not in sys.stdlib_module_names}
        assert all(each.startswith("tests.oracle") for each in outside)


@laws
@given(st.one_of(any_case, any_case, carrying))
def test_law_1_and_2_sums_and_ranges(case: Case) -> None:
    """Laws 1 and 2: the lines sum to the total, the parties sum to the total, to 0 cents; scores stay in their range."""
    found = list(broken_laws(settled(to_yaml(case.contract), to_csv(case.rows), case.period, case.earlier)))
    assert not found, "\n".join(found)


@half
@given(cases())
def test_law_1_at_every_stage(case: Case) -> None:
    """Law 1: the lines sum to the total at every stage: a clause never changes a line that stands before it."""
    whole = settled(to_yaml(case.contract), to_csv(case.rows), case.period).only()
    clauses = case.contract["settlement"]
    for stage in range(1, len(clauses)):
        written = {id_ for item in clauses[:stage] for id_ in item}
        contract = {**case.contract, "settlement": clauses[:stage]}
        part = settled(to_yaml(contract), to_csv(case.rows), case.period).only()
        assert lines_of(part) == {key: amount for key, amount in lines_of(whole).items() if key[0] in written}
        assert part.total == sum(lines_of(part).values())


@twofold
@given(cases(most_areas=1))
def test_law_2_limits_are_never_passed(case: Case) -> None:
    """Law 2: paid <= cap; loss >= floor. The limits are those of the contract, before any rounding."""
    payee = settled(to_yaml(case.contract), to_csv(case.rows), case.period).only()
    names = Ledger(Scores(case.contract, list(case.rows), case.period, ""))
    paid: dict[str, Fraction] = {}
    for item in case.contract["settlement"]:
        ((id_, clause),) = item.items()
        paid[id_] = sum((amount for (of, _), amount in lines_of(payee).items() if of == id_), Fraction(0))
        limited = sum((paid[of] for of in clause.get("of", ())), paid[id_]) if clause["kind"] == "cap" else paid[id_]
        if "most" in clause:
            assert limited <= names.read(clause["most"])
        if "least" in clause:
            assert limited >= names.read(clause["least"])
        for side, sign in (("gain", 1), ("pain", -1)):
            if clause["kind"] == "gain_share" and "most" in clause.get(side, {}) and sign * paid[id_] > 0:
                assert sign * paid[id_] <= names.read(clause[side]["most"])


@twofold
@given(bettered())
def test_law_3_bettering_never_costs(pair: Bettered) -> None:
    """Law 3: bettering a measure never lowers its score or, where no clause is perverse, the total."""
    worse, better = (
        settled(to_yaml(case.contract), to_csv(case.rows), case.period).only() for case in (pair.worse, pair.better)
    )
    scores = [{each.id: each.score for each in payee.indicators} for payee in (worse, better)]
    before, after = (each[pair.indicator] for each in scores)
    assert before is not None
    assert after is not None
    assert before <= after
    assert worse.score is not None
    assert better.score is not None
    assert worse.score <= better.score
    assert worse.total <= better.total


@laws
@given(st.data(), any_case)
def test_law_4_order_makes_no_difference(data: st.DataObject, case: Case) -> None:
    """Law 4: order of indicators, parties, rows, keys: no difference."""
    contract, table = data.draw(reordered(case.contract)), data.draw(reordered_csv(case.rows))
    before = settled(to_yaml(case.contract), to_csv(case.rows), case.period)
    assert comparable(settled(to_yaml(contract), table, case.period)) == comparable(before)


PLACES = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "fi_FI.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/Los_Angeles", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "12345"},
    {"TZ": "UTC", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "random"},
]


def test_law_4_place_and_process_make_no_difference(tmp_path: Path) -> None:
    """Law 4: locale, time zone, hash seed: no difference, byte for byte."""
    found = set()
    for index, place in enumerate(PLACES):
        written = tmp_path / f"{index}.json"
        command = [sys.executable, "-m", "alliance_outcomes", "settle", "contracts/tesoma.yaml"]
        command += ["examples/tesoma/measured.csv", "--period", "2020", "-o", str(written)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **place}, check=True, capture_output=True)
        found.add(written.read_bytes())
    assert len(found) == 1


@laws
@given(cases(), SCALES)
def test_law_5_scale_makes_no_difference(case: Case, scale: Fraction) -> None:
    """Law 5: scaling value, floor and target together changes nothing."""
    before = settled(to_yaml(case.contract), to_csv(case.rows), case.period)
    scaled = rescaled(case, scale)
    after = settled(to_yaml(scaled.contract), to_csv(scaled.rows), case.period)
    for old, new in zip(before.payees, after.payees, strict=True):
        assert (new.score, lines_of(new), new.balance) == (old.score, lines_of(old), old.balance)
        assert {each.id: each.score for each in new.indicators} == {each.id: each.score for each in old.indicators}


@laws
@given(cases())
def test_law_5_halves_make_no_difference(case: Case) -> None:
    """Law 5: splitting an indicator in two halves changes nothing where no minimum number applies."""
    before = settled(to_yaml(case.contract), to_csv(case.rows), case.period).only()
    split = halved(case)
    after = settled(to_yaml(split.contract), to_csv(split.rows), case.period).only()
    assert (after.score, lines_of(after), after.balance) == (before.score, lines_of(before), before.balance)
    assert after.areas == before.areas


@laws
@given(st.data(), cases())
def test_law_5_weight_0_makes_no_difference(data: st.DataObject, case: Case) -> None:
    """Law 5: adding an indicator of weight 0 changes nothing where no minimum number applies."""
    assume("minimum_areas" not in case.contract and case.contract["weights"].startswith("sum to"))
    before = settled(to_yaml(case.contract), to_csv(case.rows), case.period).only()
    more = data.draw(weightless(case))
    after = settled(to_yaml(more.contract), to_csv(more.rows), case.period).only()
    assert (after.score, lines_of(after), after.balance) == (before.score, lines_of(before), before.balance)
    kept = {each.id: each for each in before.areas}
    assert {each.id: each for each in after.areas if each.id in kept} == kept


@half
@given(any_case)
def test_law_7_again_and_again_the_same_bytes(case: Case) -> None:
    """Law 7: running again, and dump-parse-dump of a contract, give the same bytes; written as JSON it is the same contract."""
    dumped = to_yaml(case.contract)
    parsed = yaml.load(dumped, Loader=yaml.BaseLoader)
    assert to_yaml(parsed) == dumped
    texts = (dumped, dumped, to_yaml(parsed), json.dumps(parsed))
    *same, as_json = [settled(text, to_csv(case.rows), case.period) for text in texts]
    assert len({write_json(each) for each in same}) == 1
    assert len({contract_hash(each.contract) for each in (*same, as_json)}) == 1
    assert comparable(as_json) == comparable(same[0])


@twofold
@given(st.data(), any_case)
def test_law_9_a_spoiled_contract(data: st.DataObject, case: Case) -> None:
    """Law 9: whatever a contract says, it is refused with a coded problem, or settled by the laws; nothing else ends it."""
    spoilt = data.draw(spoiled(case))
    try:
        found = list(broken_laws(settled(to_yaml(spoilt.contract), to_csv(spoilt.rows), spoilt.period)))
    except AllianceError as error:
        found = [str(each) for each in error.problems if not re.fullmatch(r"AO\d{3}", each.code)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("fault", FAULTS)
@settings(laws, max_examples=max(1, EXAMPLES // 30))
@given(case=cases(most_areas=1), old=st.sampled_from([b"", b"an earlier settlement\n"]))
def test_law_9_every_failed_run(fault: str, case: Case, old: bytes) -> None:
    """Law 9: every failed run: non-zero exit, a coded problem, no output; what stood there before stays as it was."""
    if fault == "weights that do not sum":
        assume(case.contract["weights"].startswith("sum to"))
    spent = {"spent": {"kind": "formula", "amount": "spend", "to": "benefit"}}
    contract = {**case.contract, "settlement": [*case.contract["settlement"], spent]}
    contract_file, data_file, asked = FAULTS[fault](replace(case, contract=contract))
    with TemporaryDirectory() as name:
        folder = Path(name)
        written = folder / "settlement.json"
        (folder / "contract.yaml").write_bytes(contract_file)
        (folder / "data.csv").write_bytes(data_file)
        if old:
            written.write_bytes(old)
        run = alliance("settle", folder / "contract.yaml", folder / "data.csv", *asked, "-o", written)
        assert run.code in (1, 2), run.err
        assert re.search(r"\bAO\d{3}\b", run.err)
        assert not run.out
        assert (written.read_bytes() if written.exists() else b"") == old
        assert {path.name for path in folder.iterdir()} <= {"contract.yaml", "data.csv", "settlement.json"}
