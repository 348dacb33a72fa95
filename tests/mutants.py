"""Mistakes to plant in a copy of the package, each as data: where, what stands there, and what is put in its place."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """A mistake: its name, the module it is made in, the exact text there (once), and the mistaken text."""

    name: str
    module: str
    snippet: str
    replacement: str


MUTANTS = [
    Mutant(
        "an edge of a curve belongs to the piece below",
        "formula/nodes.py",
        "x < p.upto or (p.closed and x == p.upto)",
        "x <= p.upto",
    ),
    Mutant("a gate at least so high is passed only above", "formula/exact.py", '">=": ge,', '">=": gt,'),
    Mutant(
        "weights are not re-scaled where one is missing",
        "formula/exact.py",
        "heft = sum(weight for weight, _ in weighed)\n",
        "heft = sum(Fraction(w(values)) for w in weights) or sum(weight for weight, _ in weighed)\n",
    ),
    Mutant(
        "rounding half to even",
        "numbers.py",
        "return beyond_half > 0 or (beyond_half == 0 and not negative)",
        "return beyond_half > 0 or (beyond_half == 0 and floor % 2 == 1)",
    ),
    Mutant(
        "rounding toward zero is rounding down",
        "numbers.py",
        "            return negative\n",
        "            return False\n",
    ),
    Mutant(
        "of equal remainders the last id is served first",
        "numbers.py",
        "by_remainder = sorted(shares, key=lambda party: (whole[party] - ideal[party], party))",
        "by_remainder = sorted(sorted(shares, reverse=True), key=lambda party: whole[party] - ideal[party])",
    ),
    Mutant("what is left over is shared with nobody", "numbers.py", "by_remainder[:left]", "by_remainder[:0]"),
    Mutant("a cap is dropped", "payments/cap.py", "if limit is not None:", "if limit is not None and False:"),
    Mutant(
        "a floor is a cap", "payments/cap.py", "within = most(within, about.let(", "within = least(within, about.let("
    ),
    Mutant(
        "a loss is shared as a gain",
        "ledger.py",
        "shares = entry.to.loss if amount < 0 else entry.to.gain",
        "shares = entry.to.gain if amount < 0 else entry.to.loss",
    ),
    Mutant(
        "held money is paid",
        "ledger.py",
        "return self.earned - self.held - self.paid",
        "return self.earned - self.paid",
    ),
    Mutant(
        "a cap is drawn from those who have nothing",
        "ledger.py",
        "if sum_ * amount < 0}",
        "if sum_ * amount > 0}",
    ),
    Mutant(
        "exactly at the deadband nothing is shared",
        "payments/gain_share.py",
        'Compare(">=", beyond, width)',
        'Compare(">", beyond, width)',
    ),
    Mutant(
        "the deadband is shared too",
        "payments/gain_share.py",
        "most(NO_MONEY, minus(beyond, width))",
        "most(NO_MONEY, beyond)",
    ),
    Mutant(
        "limits are not rounded",
        "calculation/clauses.py",
        "return Round(node, self.limits.how, self.limits.unit)",
        "return node",
    ),
    Mutant(
        "a modifier changes losses by the factor of gains",
        "payments/modifier.py",
        'Compare("<", line, NO_MONEY)',
        'Compare(">", line, NO_MONEY)',
    ),
    Mutant(
        "months are counted one too many",
        "contract/periods.py",
        "return (following.year - first.year) * 12 + following.month - first.month",
        "return (following.year - first.year) * 12 + following.month - first.month + 1",
    ),
    Mutant(
        "days are counted one too few",
        "contract/periods.py",
        "Fraction((last - first).days + 1, (of.last - of.first).days + 1)",
        "Fraction((last - first).days, (of.last - of.first).days + 1)",
    ),
    Mutant(
        "a carried value is not carried",
        "calculation/values.py",
        'first_present(values, values), "value"',
        'first_present(values[:1], values[:1]), "value"',
    ),
    Mutant(
        "exactly enough measured are too few",
        "calculation/scores.py",
        'Compare("<", Name(n), Number(Fraction(indicator.minimum_n or 0)))',
        'Compare("<=", Name(n), Number(Fraction(indicator.minimum_n or 0)))',
    ),
    Mutant(
        "no worse than the baseline is an improvement",
        "scoring/better_of.py",
        "better(about.value, base, higher),",
        "better(about.value, base, higher, or_equal=True),",
    ),
    Mutant(
        "the edge of a step belongs to the other side",
        "scoring/steps.py",
        'closed = self.on_edge == "step_below"',
        'closed = self.on_edge == "step_above"',
    ),
    Mutant(
        "demerits are not limited",
        "scoring/points.py",
        'capped = Extreme("least", (total, Number(counted.most)))',
        'capped = Extreme("least", (total, Number(counted.most if name == "extras" else counted.most * 100)))',
    ),
    Mutant(
        "the gap to the goal begins at the baseline",
        "scoring/gap_to_goal.py",
        "zero_at = baseline + self.nothing_below * (goal - baseline)",
        "zero_at = baseline",
    ),
    Mutant(
        "a change takes effect at once",
        "calculation/amounts.py",
        "return portion(names.period, first, names.period.last, amount.pro_rata)",
        "return Fraction(1)",
    ),
]
