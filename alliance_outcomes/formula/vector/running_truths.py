"""Truths of the running reader: a row is in doubt only where what decides it is."""

from __future__ import annotations

import numpy as np

from .columns import Truths
from .operations import Absent, Among, Joined, Opposite, Register, Test, TruthChoice
from .rows import INF, Ran, RanTruth, Rows


class TruthRows(Rows):
    """Reads the operations that give truths."""

    def test(self, operation: Test) -> RanTruth:
        """A number compared with a constant, in doubt where it lies within its error of it."""
        of, known = self.number(operation.of), self.knowns[operation.of]
        at, open_at = self.from_on(of, known, operation.threshold, above=False)
        beyond, open_beyond = self.from_on(of, known, operation.threshold, above=True)
        unknown = np.isnan(of.value)
        holds: Truths
        match operation.op:
            case ">=":
                holds, doubt = at, open_at
            case ">":
                holds, doubt = beyond, open_beyond
            case "<":
                holds, doubt = ~at, open_at
            case "<=":
                holds, doubt = ~beyond, open_beyond
            case "==":
                holds, doubt = at & ~beyond, open_at | open_beyond
            case _:
                holds, doubt = ~at | beyond, open_at | open_beyond
        lost = of.error == INF
        return RanTruth(holds & ~unknown, unknown, doubt & ~lost, lost)

    def absent(self, operation: Absent) -> RanTruth:
        """Whether a value is missing."""
        of, none = self.results[operation.of], self.nowhere()
        if isinstance(of, Ran):
            return RanTruth(np.isnan(of.value), none, none, of.error == INF)
        return RanTruth(of.unknown, none, none, of.lost)

    def among(self, operation: Among) -> RanTruth:
        """Whether a category is one of some codes."""
        codes = self.codes[operation.name]
        table = np.array([name in operation.codes for name in (*codes.names, None)], dtype=np.bool_)
        return RanTruth(table[codes.codes], codes.codes < 0, self.nowhere(), self.nowhere())

    def opposite(self, operation: Opposite) -> RanTruth:
        """Not; unknown stays unknown."""
        of = self.truth(operation.of)
        return RanTruth(~of.holds & ~of.unknown, of.unknown, of.doubt, of.lost)

    def joined(self, operation: Joined) -> RanTruth:
        """A part that decides ends the reading, so doubt in those after it does not matter."""
        settled, unknown, doubt, lost = (self.nowhere() for _ in range(4))
        for register in operation.of:
            part = self.truth(register)
            doubt |= part.doubt & ~settled
            lost |= part.lost & ~settled
            decides = (~part.holds & ~part.unknown) if operation.every else part.holds
            settled |= decides & ~part.doubt & ~lost & ~part.lost
            unknown |= part.unknown
        # Once one part decides for certain, what came before in mere doubt changes nothing.
        doubt &= ~settled
        unknown &= ~settled
        holds = ~settled & ~unknown if operation.every else settled
        return RanTruth(holds, unknown, doubt, lost | (doubt & unknown))

    def truth_choice(self, operation: TruthChoice) -> RanTruth:
        """One truth or the other, by a third."""
        test = self.truth(operation.test)
        then, otherwise = self._branch(operation.then), self._branch(operation.otherwise)
        holds = np.where(test.holds, then.holds, otherwise.holds) & ~test.unknown
        unknown = np.where(test.holds, then.unknown, otherwise.unknown) | test.unknown
        doubt = np.where(test.holds, then.doubt, otherwise.doubt) & ~test.unknown
        lost = test.lost | (np.where(test.holds, then.lost, otherwise.lost) & ~test.unknown)
        either = then.unknown | otherwise.unknown | then.lost | otherwise.lost
        return RanTruth(holds, unknown, doubt | test.doubt, lost | (test.doubt & either))

    def _branch(self, branch: tuple[Register] | bool | None) -> RanTruth:
        if isinstance(branch, tuple):
            return self.truth(branch[0])
        none = self.nowhere()
        return RanTruth(~none if branch else none, ~none if branch is None else none, none, none)
