"""Gates: a condition on the score over a clause that can pay and take back, so that a worse score cancels a loss (AO615)."""

from __future__ import annotations

from collections.abc import Iterator

from ...calculation.form import Calculation
from ...calculation.scores import TOTAL
from ...formula.nodes import IfElse, Round, names
from ...formula.ranges import Range, Ranges
from ...payments.base import Clause
from ...payments.cap import Cap
from .base import Finding, Linted, Path, read_by


def findings(linted: Linted) -> Iterator[Finding]:
    """Clauses with a ``when`` that reads a score, over gain and pain both."""
    yield from linted.in_every_period(lambda calculation, ranges: _gated(linted, calculation, ranges))


def _gated(linted: Linted, calculation: Calculation, ranges: Ranges) -> dict[Path | str, Finding]:
    found: dict[Path | str, Finding] = {}
    steps = {step.name: step.formula for step in calculation.steps}
    scored = {TOTAL, *(form.score for form in calculation.indicators), *(area.id for area in calculation.areas)} - {""}
    for entry in calculation.entries:
        clause, line = linted.contract.settlement[entry.clause], steps[entry.amount]
        if isinstance(clause, Cap) or not isinstance(clause, Clause) or clause.when is None:
            continue
        if not isinstance(line, Round) or not isinstance(line.of, IfElse):
            continue
        read = set(names(line.of.test))
        read_by(calculation, read)
        amount = ranges.of(line.of.then)
        if scored & read and isinstance(amount, Range) and amount.least < 0 < amount.most:
            path = (*linted.path_of(entry.clause), "when")
            sentence = f"{entry.clause} can pay and take back, and this gate closes both: a lower score cancels a loss."
            instead = "Gate the gain alone, or say intended: and why."
            found[entry.clause] = Finding("AO615", path, sentence, instead, "error")
    return found
