"""Walks the course of a contract at random, with crashes and a second writer, and holds the laws at every step."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import AllianceError, Problem
from tests.conftest import EXAMPLES
from tests.crashing import FAULTS, crashed
from tests.faulting import FAILED, race
from tests.faulty import CONTRACT, DATA, written
from tests.running import Run, alliance

pytestmark = pytest.mark.untraced

FACTS = "  paid: {unit: EUR, per: party, least: 0}\n  disputed: {unit: EUR, per: party, least: 0}\n"
FIRST = CONTRACT.replace("to: 2021-12-31", "to: 2022-12-31").replace("amounts:\n", f"{FACTS}amounts:\n")
FIRST += "payments: {paid: paid, held: disputed}\n"
SECOND = (
    "amends: care.yaml\neffect: 2021-07-01\ndecision: {day: 2021-05-01, by: board, what: Another firm}\nadds: [shop]\n"
    "parties:\n  firm: {to: 2021-06-30, succeeded_by: shop}\n  shop: {role: provider, title: Shop, from: 2021-07-01}\n"
    "splits: {all: {pro_rata: days, shares: [{from: 2021-07-01, shop: 100 %}]}}\n"
)
PERIODS = ("2020", "2021", "2022")
FIRMS: dict[str, dict[str, tuple[str, ...]]] = {"care.yaml": {period: ("firm",) for period in PERIODS}}
FIRMS["second.yaml"] = {"2021": ("firm", "shop"), "2022": ("shop",)}
CENTS = st.integers(0, 10**7)
PICK = st.integers(0, 9)
# Of some 110 calls that write, the last third puts in place what was made.
NTH = st.one_of(st.integers(1, 120), st.integers(75, 112))
OLD = "The statement before.\n"


def money(cents: int) -> str:
    """Cents as the data write them."""
    return f"{cents // 100}.{cents % 100:02}"


def cents(amount: str) -> int:
    """Cents of a decimal amount."""
    return int(amount.replace(".", ""))


@dataclass(frozen=True)
class Measured:
    """What is measured of a period: a cost, how much of it is disputed, visits."""

    cost: int
    disputed: int
    visits: int


MEASURED = st.builds(Measured, CENTS, st.one_of(st.just(0), CENTS), st.integers(0, 90))


@dataclass(frozen=True)
class Plan:
    """A settlement, or the restatement of number ``old``, to be kept in ``bundle``: the command, and what it is made from."""

    asked: tuple[str | Path, ...]
    period: str
    contract: str
    data: str
    bundle: Path
    old: int | None = None


class Course(RuleBasedStateMachine):
    """A contract, its amendment, and a register that two writers share."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="course-"))
        self.register, self.statement = self.folder / "register", self.folder / "statement.txt"
        (self.folder / "elsewhere").mkdir()
        self.contract = written(self.folder, FIRST)
        self.planned = 0
        self.entries: list[Plan | int] = []  # what stands in the register; of a closing the number it closes
        self.newest: dict[str, int] = {}
        self.paid: dict[tuple[str, str], int] = {}  # what was paid because of settlements, by period and party

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder)

    # -- what can be asked for -------------------------------------------------------------------------------------

    def kept(self, number: int) -> Plan:
        """The settlement of a number."""
        found = self.entries[number - 1]
        assert isinstance(found, Plan)
        return found

    @property
    def open_(self) -> list[str]:
        """The periods that were settled and are not closed."""
        return [period for period, number in sorted(self.newest.items()) if number not in self.entries]

    def payee(self, number: int) -> Mapping[str, Any]:
        """What a kept settlement comes to."""
        (found,) = json.loads((self.kept(number).bundle / "settlement.json").read_bytes())["payees"]
        payee: Mapping[str, Any] = found
        return payee

    def data(self, period: str, contract: str, measured: Measured) -> Path:
        """Measured data of a period in a new file; the dispute is about one firm's cost, the rest is payable."""
        rows = re.sub(r"firm,2020,cost,.*\n", "", DATA).replace("2020", period)
        rows = re.sub(r"visits,\d+", f"visits,{measured.visits}", rows)
        for at, firm in enumerate(FIRMS[contract][period]):
            disputed = 0 if at else min(measured.disputed, measured.cost)
            rows += f"{firm},{period},cost,{money(measured.cost)}\n{firm},{period},paid,{money(measured.cost // 2)}\n"
            rows += f"{firm},{period},disputed,{money(disputed)}\n"
        file = self.folder / f"data-{self.planned}.csv"
        file.write_text(rows, "utf-8")
        return file

    def plan(self, period: str, measured: Measured) -> Plan:
        """To settle a period by the terms of its time, or to restate it where it is settled."""
        self.planned += 1
        bundle, old = self.folder / f"kept-{self.planned}", self.newest.get(period)
        contract = self.contract.name if period in FIRMS[self.contract.name] else "care.yaml"
        if old is not None:
            contract = self.kept(old).contract
        data = self.data(period, contract, measured)
        asked: tuple[str | Path, ...] = ("settle", self.contract.parent / contract, data, "--period", period)
        if old is not None:
            asked = ("restate", self.kept(old).bundle, "--data", data, "--reason", "late_data", "--paid", "on_account")
        keeping = ("--bundle", bundle, "--register", self.register, "--as-of", "2023-05-31")
        return Plan((*asked, *keeping), period, contract, data.read_text("utf-8"), bundle, old)

    def changes(self, plan: Plan) -> bool:
        """Whether there is anything to keep: a restatement with the same data changes nothing."""
        return plan.old is None or plan.data != self.kept(plan.old).data

    def can(self, pick: int) -> str:
        """A period that can be settled or restated."""
        periods = [each for each in PERIODS if each not in self.newest or each in self.open_]
        return periods[pick % len(periods)]

    def enter(self, plan: Plan) -> None:
        """What was kept stands in the register; a restatement's differences sum to new minus old (law 10)."""
        self.entries.append(plan)
        number = self.newest[plan.period] = len(self.entries)
        if plan.old is None:
            for party, each in self.payee(number)["balance"].items():
                self.paid[plan.period, party] = cents(each["payable"])
            return
        said = json.loads((plan.bundle / "statements" / "restatement.json").read_bytes())
        difference = cents(self.payee(number)["total"]) - cents(self.payee(plan.old)["total"])
        assert sum(cents(each["difference"]) for each in said["lines"]) == difference
        assert sum(cents(each["amount"]) for cause in said["causes"] for each in cause["moved"]) == difference
        for due in said["due"]:
            self.paid[plan.period, due["party"]] += cents(due["now"])

    def in_register(self) -> list[str]:
        """The bundles in the register, in order; of a closing, what it closes."""
        found = json.loads(alliance("history", self.register, "-f", "json").out) if self.register.exists() else None
        numbered = {} if found is None else {each["number"]: each["bundle"] for each in found["entries"]}
        numbered |= {} if found is None else {each["number"]: str(each["closes"]) for each in found["closings"]}
        return [numbered[number] for number in sorted(numbered)]

    def expected(self) -> list[str]:
        """What should be in the register."""
        return [str(each) if isinstance(each, int) else each.bundle.name for each in self.entries]

    # -- one after the other ---------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.open_) + len(PERIODS) > len(self.newest))
    @rule(measured=MEASURED, pick=PICK)
    def settle_or_restate(self, measured: Measured, pick: int) -> None:
        """A draft leaves nothing behind and says the same whenever it runs (law 7); what is kept says the same."""
        plan = self.plan(self.can(pick), measured)
        draft = tuple(each for each in plan.asked[: plan.asked.index("--bundle")])
        said = [alliance(*draft, "-f", "json") for _ in range(2)]
        assert said[0] == said[1]  # law 7
        run = alliance(*plan.asked, "-f", "json")
        assert (said[0].code, run.code) == (0, 0), said[0].err + run.err
        if not self.changes(plan):
            assert not plan.bundle.exists()
            return
        told = [json.loads(each) for each in (said[0].out, run.out)]
        assert told[1] == told[0] | {"evidence": told[1]["evidence"]}
        self.enter(plan)

    @precondition(lambda self: self.contract.name == "care.yaml")
    @rule()
    def amend(self) -> None:
        """Another firm comes in the middle of 2021; what was settled before stays as it was."""
        self.contract = written(self.folder, SECOND, "second.yaml")

    @precondition(lambda self: len(self.open_) > 1)
    @rule(pick=PICK)
    def close(self, pick: int) -> None:
        """A period of which nothing is disputed is closed; of which something is, it is refused and nothing changes."""
        period = self.open_[pick % len(self.open_)]
        number = self.newest[period]
        asked = ("close", self.register, str(number), "--as-of", "2023-06-30", "--decision", "Board")
        run = alliance(*asked)
        if any(cents(each["held"]) for each in self.payee(number)["balance"].values()):
            assert (run.code, run.out, "AO852" in run.err) == (2, "", True)
            return
        assert run.code == 0
        self.entries.append(number)

    @precondition(lambda self: self.entries)
    @rule(pick=PICK, measured=MEASURED)
    def too_late(self, pick: int, measured: Measured) -> None:
        """Who settles what is settled, restates what is superseded or closed, or keeps where something is, is told (law 9)."""
        numbers = [at for at, each in enumerate(self.entries, 1) if isinstance(each, Plan)]
        number = numbers[pick % len(numbers)]
        kept = self.kept(number)
        over = kept.period not in self.open_ or self.newest[kept.period] != number
        plan = self.plan(kept.period, measured)
        keeping = plan.asked[plan.asked.index("--bundle") :]
        file = self.folder / f"data-{self.planned}.csv"
        settle = ("settle", self.contract.parent / kept.contract, file, "--period", kept.period)
        restate = ("restate", kept.bundle, "--data", file, "--reason", "late_data", "--paid", "on_account")
        before = sorted(self.folder.rglob("*"))
        codes = ["AO850", "AO074"] + (["AO824|AO851"] if over and self.changes(plan) else [])
        taken = ("--bundle", kept.bundle, *keeping[2:])
        for asked, code in zip(((*settle, *keeping), (*settle, *taken), (*restate, *keeping)), codes, strict=False):
            run = alliance(*asked)
            assert (run.code in (1, 2), run.out) == (True, "")
            assert re.search(rf"\b({code}) .+\n", run.err), run.err
        assert sorted(self.folder.rglob("*")) == before

    @precondition(lambda self: self.entries)
    @rule(pick=st.integers(0, 99))
    def flip(self, pick: int) -> None:
        """A changed byte of any file but the verifier and the manifest is found by verifying (law 10)."""
        kept = [each for each in self.entries if isinstance(each, Plan)]
        bundle = kept[pick % len(kept)].bundle
        files = sorted(
            each for each in bundle.rglob("*") if each.is_file() and each.name not in ("verify.py", "manifest.json")
        )
        file = files[pick % len(files)]
        whole = file.read_bytes()
        at = pick * 7919 % len(whole)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        run = alliance("verify", bundle)
        file.write_bytes(whole)
        assert run.code == 1
        assert file.name in run.out + run.err

    # -- crashes ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.open_) + len(PERIODS) > len(self.newest))
    @rule(measured=MEASURED, pick=PICK, nth=NTH, fault=st.sampled_from([*FAULTS, "kill"]))
    def crash(self, measured: Measured, pick: int, nth: int, fault: str) -> None:
        """Killed or failing at any call that writes, all is as it was or all is there, whole; and it can be run again.

        A failure is told and leaves nothing (law 9). A kill may leave a whole bundle in no register, which is taken away.
        """
        plan = self.plan(self.can(pick), measured)
        if not self.changes(plan):
            return
        self.statement.write_text(OLD, "utf-8")
        asked = (*plan.asked, "-o", self.statement)
        run = crashed(self.folder / "elsewhere", fault, nth, asked)
        there, said = self.in_register(), self.statement.read_text("utf-8")
        entered = there == [*self.expected(), plan.bundle.name]
        assert entered or there == self.expected()
        if plan.bundle.exists():
            assert verify(plan.bundle, None, self.register if entered else None).problems == []
        assert plan.bundle.exists() or not entered
        assert said == OLD or (entered and re.search(r"\nEvidence: [0-9a-f]{64}\n\Z", said))
        if run is not None:
            assert (run.code == 0) == entered == (said != OLD) == plan.bundle.exists(), run.err
            assert entered or re.match(r"AO(030|076|809|811) ", run.err), run.err
        if not entered:
            shutil.rmtree(plan.bundle, ignore_errors=True)
            again = alliance(*asked)
            assert again.code == 0, again.err
        self.enter(plan)

    # -- two at once -----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.open_) + len(PERIODS) > len(self.newest))
    @rule(one=MEASURED, other=MEASURED, picks=st.tuples(PICK, PICK))
    def second_writer(self, one: Measured, other: Measured, picks: tuple[int, int]) -> None:
        """Two writers at once: a number has one winner, no settlement is lost, and who is told can run again (law 9)."""
        plans = [self.plan(self.can(pick), each) for pick, each in zip(picks, (one, other), strict=True)]
        if not all(self.changes(plan) for plan in plans):
            return
        before = self.in_register()
        codes = race(self.folder, lambda _, which: self.apart(plans[which - 1]))
        there = self.in_register()
        won = [plan for code, plan in zip(codes, plans, strict=True) if code == 0]
        assert there[: len(before)] == before
        assert sorted(there[len(before) :]) == sorted(plan.bundle.name for plan in won) != []
        assert set(codes) <= {0, FAILED}
        assert len({plan.period for plan in won}) == len(won)
        for plan in sorted(won, key=lambda plan: there.index(plan.bundle.name)):
            self.enter(plan)
        for plan in plans:
            if plan in won:
                continue
            assert not plan.bundle.exists()
            said = (self.folder / f"{plan.bundle.name}.txt").read_text("utf-8")
            again = alliance(*plan.asked)
            if plan.period == won[0].period:
                assert re.search(r"AO(075|824|850) ", said), said
                assert re.search(r"AO(824|850) ", again.err)
            else:
                assert "AO075 " in said, said
                assert again.code == 0, again.err
                self.enter(plan)

    def apart(self, plan: Plan) -> Run:
        """The command in the process of one of two; what it says is written beside it."""
        run = alliance(*plan.asked)
        if run.code:
            (self.folder / f"{plan.bundle.name}.txt").write_text(run.err, "utf-8")
            raise AllianceError(Problem("", run.err))
        return run

    # -- the laws --------------------------------------------------------------------------------------------------

    @invariant()
    def verified_and_summed(self) -> None:
        """The register holds what was kept, the newest is verified in it, and what was paid is what is payable.

        Law 1: "The lines sum to the total, the parties sum to the total, at every stage and in every restatement, to 0
        cents." Law 10: "A restatement's differences sum to new minus old; flipping any byte of a bundle makes `verify`
        fail." Law 7: "Running again ... give the same bytes." Law 9: "Every failed run: non-zero exit, a coded problem, no
        output." The last three stand in the rules.
        """
        assert self.in_register() == self.expected()
        if not self.entries:
            return
        last = max(at for at, each in enumerate(self.entries, 1) if isinstance(each, Plan))
        assert verify(self.kept(last).bundle, None, self.register).problems == []
        for period, number in self.newest.items():
            payee = self.payee(number)
            total = cents(payee["total"])
            assert sum(cents(each["amount"]) for each in payee["lines"]) == total
            assert sum(map(cents, payee["parties"].values())) == total
            for party, each in payee["balance"].items():
                assert cents(each["payable"]) == cents(each["earned"]) - cents(each["held"]) - cents(each["paid"])
                assert self.paid[period, party] == cents(each["payable"])


Course.TestCase.settings = settings(
    max_examples=max(5, int(EXAMPLES or 0) // 20),
    stateful_step_count=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
)
TestCourse = Course.TestCase
