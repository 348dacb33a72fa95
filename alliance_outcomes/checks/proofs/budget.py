"""Second verdict: never more than the budget, and the parties' parts always sum to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isinf

from ...formula.nodes import Arithmetic, Name
from ...formula.proof.linear import terms_of, written_out
from ...formula.proof.model import Model
from ...formula.proof.optimum import highest
from ...ledger import InProportion, Split
from ...problems import DataError, Place
from .amounts import TOTAL
from .claims import Claim, Witness
from .limits import settled, unbounded
from .places import place_in, place_of
from .sampling import settings
from .setting import Setting

OVER = "over>"


def claims(setting: Setting) -> Iterator[Claim]:
    """Whether the budget holds, where one is declared; whether every amount can be shared out whole."""
    if setting.budget:
        yield _held(setting)
    yield from _shared(setting)


def _held(setting: Setting) -> Claim:
    place = setting.contract.place("budget")
    model = setting.model
    # Written out: what the budget allows for and what is paid of it are the same costs.
    left = written_out(terms_of(Arithmetic("-", Name(TOTAL), Name(setting.budget)), model.steps, {}))
    over = Model(model.domains, {**model.steps, OVER: left}, model.bounded, model.whole)
    changed = Setting(setting.contract, setting.calculation, over, setting.parties, setting.slack)
    best = highest(changed.reduced(OVER), OVER, enough=setting.slack)
    if best.bound <= setting.slack:
        return Claim("budget.held", "proved", {"left": -Fraction(best.bound)}, place)
    if best.value is not None and best.value > setting.slack and best.point is not None:
        shown = settled(changed, best.point)
        if shown is not None:
            budget = Fraction(model.values(shown.inputs)[setting.budget])  # type: ignore[index, arg-type]  # it was settled
            if shown.total > budget:
                values = {"total": shown.total, "budget": budget}
                return Claim("budget.passed", "refuted", values, place, witnesses=(shown,))
    open_ = unbounded(over.part([OVER])) if isinf(best.bound) else []
    reason = f"no stated range: {', '.join(open_)}" if open_ else "the bound that was found lies above the budget"
    return Claim("budget.held", "undecided", {}, place, reason=reason)


def _shared(setting: Setting) -> Iterator[Claim]:
    """Lines are shared whole by the ledger; what is left to prove is that there is always somebody to share with."""
    for entry in setting.calculation.entries:
        formula = next(each.formula for each in setting.calculation.steps if each.name == entry.amount)
        place = place_in(setting, entry.amount, formula) or place_of(setting, entry.amount)
        if isinstance(entry.to, Split):
            bounds = setting.image(entry.amount)
            lacking = (not entry.to.gain and bounds[1].bound > 0) or (not entry.to.loss and bounds[0].bound < 0)
            if not lacking:
                continue
        elif _always_there(setting, entry.to, entry.amount):
            continue
        yield _unshared(setting, entry.clause, place) or Claim(
            "budget.shares",
            "undecided",
            {"clause": entry.clause},
            place,
            reason="no setting was found, and none excluded",
        )
    yield Claim("budget.parties", "proved", {}, setting.contract.place("settlement", key=True))


def _always_there(setting: Setting, to: InProportion, amount: str) -> bool:
    """Whether a line is nothing wherever the lines it changes are nothing, so that there is always a proportion."""
    changed = [entry.amount for entry in setting.calculation.entries if entry.clause in to.clauses]
    model = setting.model.part([amount, *changed])
    # Where a step is nothing, what reads it is read so.
    from ...formula.proof.spans import Span

    nothing = Span(Fraction(0), Fraction(0))
    part = model.part([amount], {name: nothing for name in changed})
    env = part.env(part.domains)
    if env is None:
        return True
    found = env[amount]
    return isinstance(found, Span) and found[0] == found[1] == 0


def _unshared(setting: Setting, clause: str, place: Place | None) -> Claim | None:
    from ...calculation.binding import Bound
    from ...settlement import settle_values

    for point in settings(setting.model, 40, 7):
        try:
            settle_values(
                setting.calculation, {g.name: point[g.name] for g in setting.calculation.inputs}, Bound("", {}, {})
            )
        except DataError as error:
            if any(problem.code == "AO507" for problem in error.problems):
                values: dict[str, Fraction | str] = {"clause": clause}
                return Claim(
                    "budget.unshared",
                    "refuted",
                    values,
                    place,
                    reason=str(error.problems[0].sentence),
                )
    return None


__all__ = ["Witness", "claims"]
