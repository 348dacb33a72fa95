"""Truths written as numpy calls: where each holds, and where it may be missing, where it is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .operations import Absent, Among, Joined, Operation, Opposite, Register, Test, TruthChoice
from .slots import TRUTH, Slots, SlotWriter


class TruthWriter(SlotWriter):
    """Writes the operations that give truths."""

    def truth(self, register: Register, operation: Operation) -> None:
        """Write the operation of a truth: a slot for where it holds, and where it may be missing, one for where it is unknown."""
        target = self.take(TRUTH)
        self.at[register] = target
        maybe = self.knowns[register].missing
        match operation:
            case Test():
                self._test(operation, target)
                if maybe:
                    self.call(np.isnan, self.unknown_of(register), self.at[operation.of])
            case Absent(of=of):
                if of in self.unknown:
                    self.copy(self.unknown[of], target)
                else:
                    self.call(np.isnan, target, self.at[of])
            case Among(name=name, codes=codes):
                self._among(name, codes, target, self.unknown_of(register) if maybe else -1)
            case Opposite(of=of):
                if of in self.unknown:
                    self.call(np.logical_or, self.mask, self.at[of], self.unknown[of])
                    self.call(np.logical_not, target, self.mask)
                    self.copy(self.unknown[of], self.unknown_of(register))
                else:
                    self.call(np.logical_not, target, self.at[of])
            case Joined():
                self._joined(operation, target, self.unknown_of(register) if maybe else -1)
            case _:
                assert isinstance(operation, TruthChoice), operation
                self._truth_choice(operation, target, self.unknown_of(register) if maybe else -1)

    def _test(self, test: Test, target: int) -> None:
        of, known = self.at[test.of], self.knowns[test.of]
        self.near(of, known, test.threshold)
        at, beyond = known.cut(test.threshold, above=False), known.cut(test.threshold, above=True)
        match test.op:
            case ">=":
                self.against(np.greater_equal, target, of, at)
            case ">":
                self.against(np.greater_equal, target, of, beyond)
            case "<":
                self.against(np.less, target, of, at)
            case "<=":
                self.against(np.less, target, of, beyond)
            case "==":
                self.against(np.greater_equal, target, of, at)
                self.against(np.less, self.mask, of, beyond)
                self.call(np.logical_and, target, target, self.mask)
            case _:
                self.against(np.less, target, of, at)
                self.against(np.greater_equal, self.mask, of, beyond)
                self.call(np.logical_or, target, target, self.mask)

    def _among(self, name: str, codes: frozenset[str], target: int, unknown: int) -> None:
        if name not in self.codes:
            self.codes[name] = self.slot()
        slot = self.codes[name]
        # The last entry answers for -1, which is a missing category.
        table = np.array([code in codes for code in (*self.categories[name], None)], dtype=np.bool_)
        self.calls.append(lambda s: np.copyto(s[target], table[s[slot]]))
        if unknown >= 0:
            self.against(np.less, unknown, slot, 0)

    def _joined(self, joined: Joined, target: int, unknown: int) -> None:
        ufunc = np.logical_and if joined.every else np.logical_or
        parts = [(self.at[part], self.unknown.get(part)) for part in joined.of]
        self.copy(parts[0][0], target)
        for slot, _ in parts[1:]:
            self.call(ufunc, target, target, slot)
        if unknown < 0:
            return
        if not joined.every:
            # Unknown where none holds and one is unknown.
            self.fill(unknown, False)
            for _, gone in parts:
                if gone is not None:
                    self.call(np.logical_or, unknown, unknown, gone)
            self.call(np.greater, unknown, unknown, target)
            return

        def every(s: Slots) -> None:
            false = np.zeros(len(s[target]), dtype=np.bool_)
            for slot, gone in parts:
                false |= ~s[slot] if gone is None else ~(s[slot] | s[gone])
            np.logical_not(s[target] | false, out=s[unknown])

        self.calls.append(every)

    def _truth_choice(self, choice: TruthChoice, target: int, unknown: int) -> None:
        test, gone = self.at[choice.test], self.unknown.get(choice.test)
        branches = [self._branch(choice.then), self._branch(choice.otherwise)]

        def choose(s: Slots) -> None:
            holds = s[test]
            (then, then_gone), (otherwise, other_gone) = (branch(s) for branch in branches)
            lost = np.where(holds, then_gone, other_gone)
            found = np.where(holds, then, otherwise)
            if gone is not None:
                lost = lost | s[gone]
                found = found & ~s[gone]
            if unknown >= 0:
                s[unknown][...] = lost
            s[target][...] = found

        self.calls.append(choose)

    def _branch(self, branch: tuple[Register] | bool | None) -> Callable[[Slots], tuple[Any, Any]]:
        if isinstance(branch, tuple):
            slot, gone = self.at[branch[0]], self.unknown.get(branch[0])
            return lambda s: (s[slot], False if gone is None else s[gone])
        constant = (branch is True, branch is None)
        return lambda _: constant
