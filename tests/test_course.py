"""Walks the course of a contract at random, with a second writer, and holds the laws at every step."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.conftest import EXAMPLES
from tests.faulty import CONTRACT, DATA, written
from tests.running import alliance

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


def money(cents: int) -> str:
    """Cents as the data write them."""
    return f"{cents // 100}.{cents % 100:02}"


def cents(amount: str) -> int:
    """Cents of a decimal amount."""
    return int(amount.replace(".", ""))


class Course(RuleBasedStateMachine):
    """A contract, its amendment, and a register that two writers share."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="course-"))
        self.register = self.folder / "register"
        self.contract = written(self.folder, FIRST)
        self.newest: dict[str, int] = {}
        self.kept: list[tuple[str, str, str]] = []  # period, contract file, data
        self.paid: dict[tuple[str, str], int] = {}  # what was paid because of settlements, by period and party

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder)

    def place(self, number: int) -> Path:
        """The bundle of a number."""
        return self.folder / f"kept-{number}"

    def payee(self, number: int) -> Mapping[str, Any]:
        """What a kept settlement comes to."""
        (found,) = json.loads((self.place(number) / "settlement.json").read_bytes())["payees"]
        payee: Mapping[str, Any] = found
        return payee

    def data(self, period: str, contract: str, cost: int, disputed: int, visits: int) -> Path:
        """Measured data of a period; the dispute is about one firm's cost, the rest is payable."""
        rows = re.sub(r"firm,2020,cost,.*\n", "", DATA).replace("2020", period)
        rows = re.sub(r"visits,\d+", f"visits,{visits}", rows)
        for at, firm in enumerate(FIRMS[contract][period]):
            rows += f"{firm},{period},cost,{money(cost)}\n{firm},{period},paid,{money(cost // 2)}\n"
            rows += f"{firm},{period},disputed,{money(0 if at else min(disputed, cost))}\n"
        file = self.folder / "data.csv"
        file.write_text(rows, "utf-8")
        return file

    def keeping(self, number: int) -> tuple[str | Path, ...]:
        """How a settlement is kept."""
        return ("--bundle", self.place(number), "--register", self.register, "--as-of", "2023-05-31")

    @precondition(lambda self: len(self.newest) < len(PERIODS))
    @rule(cost=CENTS, disputed=CENTS, visits=st.integers(0, 90), pick=st.integers(0, 2))
    def settle(self, cost: int, disputed: int, visits: int, pick: int) -> None:
        """A period that was not settled yet, by the terms of its time; a draft of it leaves nothing behind."""
        open_ = [period for period in PERIODS if period not in self.newest]
        period, number = open_[pick % len(open_)], len(self.kept) + 1
        contract = self.contract if period in FIRMS[self.contract.name] else self.contract.parent / "care.yaml"
        data = self.data(period, contract.name, cost, disputed, visits)
        draft = alliance("settle", contract, data, "--period", period, "-f", "json")
        run = alliance("settle", contract, data, "--period", period, *self.keeping(number), "-f", "json")
        assert (draft.code, run.code) == (0, 0), draft.err + run.err
        assert draft.out == alliance("settle", contract, data, "--period", period, "-f", "json").out  # law 7
        assert json.loads(draft.out)["payees"] == json.loads(run.out)["payees"]
        self.newest[period] = number
        self.kept.append((period, contract.name, data.read_text("utf-8")))
        for party, each in self.payee(number)["balance"].items():
            self.paid[period, party] = cents(each["payable"])

    @precondition(lambda self: self.newest)
    @rule(cost=CENTS, disputed=CENTS, visits=st.integers(0, 90), pick=st.integers(0, 2))
    def restate(self, cost: int, disputed: int, visits: int, pick: int) -> None:
        """The newest settlement of a period, with other data: its differences sum to new minus old (law 10)."""
        period = sorted(self.newest)[pick % len(self.newest)]
        old, number = self.newest[period], len(self.kept) + 1
        _, contract, before = self.kept[old - 1]
        data = self.data(period, contract, cost, disputed, visits)
        asked = (
            "restate",
            self.place(old),
            "--data",
            data,
            "--reason",
            "late_data",
            *self.keeping(number),
            "-f",
            "json",
        )
        run = alliance(*asked)
        assert run.code == 0, run.err
        if data.read_text("utf-8") == before:
            assert not self.place(number).exists()
            return
        said = json.loads(run.out)
        difference = cents(self.payee(number)["total"]) - cents(self.payee(old)["total"])
        assert sum(cents(each["difference"]) for each in said["lines"]) == difference
        assert sum(cents(each["amount"]) for cause in said["causes"] for each in cause["moved"]) == difference
        self.newest[period] = number
        self.kept.append((period, contract, data.read_text("utf-8")))
        for due in said["due"]:
            self.paid[period, due["party"]] += cents(due["now"])

    @precondition(lambda self: self.contract.name == "care.yaml")
    @rule()
    def amend(self) -> None:
        """Another firm comes in the middle of 2021; what was settled before stays as it was."""
        self.contract = written(self.folder, SECOND, "second.yaml")

    @precondition(lambda self: self.kept)
    @rule(pick=st.integers(0, 9), other=st.booleans())
    def second_writer(self, pick: int, other: bool) -> None:
        """Somebody who restates what is superseded, or keeps where something is kept, is told and changes nothing (law 9)."""
        superseded = sorted(set(range(1, len(self.kept) + 1)) - set(self.newest.values()))
        period, contract, text = self.kept[pick % len(self.kept)]
        data = self.folder / "data.csv"
        data.write_text(text, "utf-8")
        before = sorted(self.folder.rglob("*"))
        if other and superseded:
            data.write_text(text.replace("balance,0.5", "balance,0.6"), "utf-8")
            bundle = self.place(superseded[pick % len(superseded)])
            run = alliance(
                "restate", bundle, "--data", data, "--reason", "late_data", *self.keeping(len(self.kept) + 1)
            )
        else:
            taken = self.keeping(pick % len(self.kept) + 1)
            run = alliance("settle", self.contract.parent / contract, data, "--period", period, *taken)
        assert run.code in (1, 2)
        assert run.out == ""
        assert re.search(r"\bAO\d{3} .+\n", run.err)
        assert sorted(self.folder.rglob("*")) == before

    @precondition(lambda self: self.kept)
    @rule(pick=st.integers(0, 99))
    def flip(self, pick: int) -> None:
        """A changed byte of any file but the verifier and the manifest is found by verifying (law 10)."""
        bundle = self.place(pick % len(self.kept) + 1)
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

    @invariant()
    def verified_and_summed(self) -> None:
        """The newest is verified in its register; lines and parties sum to totals; what was paid is what is payable (law 1)."""
        if not self.kept:
            return
        history = json.loads(alliance("history", self.register, "-f", "json").out)
        assert [each["period"] for each in history["entries"]] == [period for period, _, _ in self.kept]
        last = history["entries"][-1]
        run = alliance("verify", self.place(len(self.kept)), "--register", self.register, "--expect", last["manifest"])
        assert (run.code, run.err) == (0, "")
        for period, number in self.newest.items():
            payee = self.payee(number)
            total = cents(payee["total"])
            assert sum(cents(each["amount"]) for each in payee["lines"]) == total
            assert sum(map(cents, payee["parties"].values())) == total
            for party, each in payee["balance"].items():
                assert cents(each["payable"]) == cents(each["earned"]) - cents(each["held"]) - cents(each["paid"])
                assert self.paid[period, party] == cents(each["payable"])


Course.TestCase.settings = settings(
    max_examples=int(EXAMPLES or 4), stateful_step_count=10, deadline=None, phases=(Phase.explicit, Phase.generate)
)
TestCourse = Course.TestCase
