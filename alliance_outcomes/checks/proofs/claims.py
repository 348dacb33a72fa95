"""What a proof says: claims, each proved, refuted with settings that show it, or undecided with the reason; and verdicts of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from ...formula.exact import Value
from ...problems import Place
from ...settlement import PayeeSettlement

Outcome = Literal["proved", "refuted", "undecided"]
VERDICTS = ("bounds", "budget", "incentives", "cliffs", "reach", "effect")


@dataclass(frozen=True, slots=True)
class Witness:
    """Inputs by name, and what they come to when they are settled exactly."""

    inputs: Mapping[str, Value]
    settled: PayeeSettlement

    @property
    def total(self) -> Fraction:
        """What is paid in all."""
        return self.settled.total

    def clause(self, id_: str, party: str = "") -> Fraction:
        """What a clause pays, in all or to a party."""
        lines = [line for line in self.settled.lines if line.clause == id_ and party in ("", line.party)]
        return sum((line.amount for line in lines), Fraction(0))


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that holds or not. ``kind`` names its sentence, ``values`` what stands in it.

    ``witnesses`` show a refuted claim (one setting, or one before and one after a change of ``moved``), or what a bound is
    reached by. ``intended`` is the contract's own reason where it declares that it is meant.
    """

    kind: str
    outcome: Outcome
    values: Mapping[str, Fraction | str] = field(default_factory=dict)
    place: Place | None = None
    intended: str = ""
    reason: str = ""
    witnesses: tuple[Witness, ...] = ()
    moved: str = ""

    @property
    def faulty(self) -> bool:
        """Whether it is refuted and not meant to be."""
        return self.outcome == "refuted" and not self.intended


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of the six questions, answered for one period by its claims."""

    name: str
    claims: tuple[Claim, ...]

    @property
    def outcome(self) -> Outcome:
        """Refuted where any claim is and is not intended; else undecided where any is; else proved."""
        if any(claim.faulty for claim in self.claims):
            return "refuted"
        return "undecided" if any(claim.outcome == "undecided" for claim in self.claims) else "proved"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of a contract in a period, and in the ``same`` periods, whose calculation does not differ.

    ``slack`` is by how much rounding can move the total; ``slowest`` the seconds of the slowest query of the solver, of
    ``queries``.
    """

    contract: str
    period: str
    same: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    slack: Fraction
    currency: str
    queries: int = 0
    slowest: float = 0.0

    def claims(self) -> Iterable[Claim]:
        """Every claim, verdict by verdict."""
        return (claim for verdict in self.verdicts for claim in verdict.claims)
