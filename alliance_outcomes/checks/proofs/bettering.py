"""What can be bettered: indicators and costs, by which sign each gets better, and the input through which each reaches a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ...contract.model import Contract
from ...formula.proof.model import Model, there
from ...formula.proof.monotone import never_falls
from ...formula.proof.spans import NO_SLOPE, Interval, Span
from ...payments.gain_share import GainShare
from ...payments.reimbursable import Reimbursable
from ...problems import Place
from .sampling import candidates
from .setting import Setting, Way, part_points


@dataclass(frozen=True)
class Source:
    """Something that can be bettered: the name of its value, by which sign it gets better, and the inputs to move."""

    id: str
    name: str
    better: Way
    spending: bool
    place: Place | None
    inputs: tuple[str, ...]


def sources(setting: Setting) -> Iterator[Source]:
    """Every scored or read indicator, and every cost that is reimbursed or counted as spent."""
    contract, model = setting.contract, setting.model
    for form in setting.calculation.indicators:
        indicator = contract.indicators[form.id]
        names = [form.id, f"{form.id}.now", *(f"{form.id}.{part}" for part in indicator.components)]
        inputs = [name for name in names if name in model.domains]
        if form.id in model.steps and not inputs:
            inputs = [name for name in model.part([form.id]).domains]
        way: Way = {"higher": 1, "lower": -1}.get(indicator.direction or "", 0)  # type: ignore[assignment]  # a sign
        if not way and form.score:
            way = direction_of_score(setting, form.id, form.score)
        yield Source(
            form.id,
            form.id if form.id in model.steps or form.id in model.domains else inputs[0],
            way,
            False,
            form.place,
            tuple(inputs),
        )
    costs = spent_inputs(setting)
    for name, way in spending(setting, costs).items():
        given = next(each for each in setting.calculation.inputs if each.name == name)
        yield Source(name, name, way, name in costs, given.place, (name,))


def direction_of_score(setting: Setting, name: str, score: str) -> Way:
    """Which way a score rises from the worst level to the best, where the indicator does not say which is better."""
    model = setting.model.part([score])
    name = name if name in setting.model.cone([score]) else f"{name}.now"
    if name in model.steps:
        least, most = setting.image(name)
        model = model.part([score], {name: Span(least.bound, most.bound)})
    if name not in model.domains:
        return 0
    point = next(part_points(model))
    ends = []
    for value in (candidates(model, name)[0], candidates(model, name)[-1]):
        values = model.values({**point, name: value})
        ends.append(values[score] if values else None)
    if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
        return 0
    return 1 if ends[1] > ends[0] else -1  # type: ignore[operator]  # numbers


def spending(setting: Setting, costs: set[str]) -> dict[str, Way]:
    """Costs, and facts of the period that have a direction of their own, each with the sign that betters it."""
    found = dict[str, Way]()
    for given in setting.calculation.inputs:
        fact = setting.contract.facts.get(given.id)
        if fact is not None and fact.direction and given.period == setting.calculation.period and given.part == "value":
            found[given.name] = 1 if fact.direction == "higher" else -1
    return {**dict.fromkeys(sorted(costs), -1), **found}


def spent_inputs(setting: Setting) -> set[str]:
    """The inputs of the period that are spending: the more of them, the more is reimbursed or held against a target."""
    found: set[str] = set()
    for step in spent(setting.contract, setting):
        part = setting.model.part([step])
        env = part.env(part.domains)
        if env is None:
            continue
        edges = part.edges(env)
        for given in setting.calculation.inputs:
            if given.name in part.domains and given.period == setting.calculation.period and given.part == "value":
                slope = part.slope(edges, given.name, step)
                if slope[0] >= 0 and slope[1] > 0 and given.unit == setting.contract.currency:
                    found.add(given.name)
    return found


def spent(contract: Contract, setting: Setting) -> list[str]:
    """The steps that say what was spent: what is reimbursed, and what is held against a target."""
    found = []
    for name, clause in contract.settlement.items():
        if isinstance(clause, Reimbursable):
            found += [entry.amount for entry in setting.calculation.entries if entry.clause == name]
        if isinstance(clause, GainShare):
            found.append(f"{name}.actual")
    return [name for name in found if name in setting.model.steps]


def entry_of(setting: Setting, model: Model, source: Source) -> str | None:
    """The input of a reduced model through which a source reaches it; None where it does not reach it."""
    for name in model.domains:
        if name == source.name or name in source.inputs:
            return name
    for name in model.domains:
        if name in setting.model.steps and source.name in setting.model.cone([name]):
            return name
    return source.name if source.name in model.steps else None


def way_to(setting: Setting, source: Source, entry: str) -> Way | None:
    """By which sign bettering a source moves the entry: never the other way; None where that cannot be told."""
    if entry == source.name:
        return source.better
    key = (source.id, entry)
    if key not in setting.ways:
        setting.ways[key] = _way_to(setting, source, entry)
    return setting.ways[key]


def _way_to(setting: Setting, source: Source, entry: str) -> Way | None:
    part = setting.model.part([entry])
    env = part.env(part.domains)
    edges = part.edges(env) if env is not None else {}
    slope: Interval | None = None
    for name in [source.name] if source.name in part.steps or source.name in part.domains else source.inputs:
        if part.slope(edges, name, there(entry)) != NO_SLOPE:
            return None  # it decides whether the entry has a value at all
        found = never_falls(part, name, entry, 1, 12), never_falls(part, name, entry, -1, 12)
        rises, falls = (each is None for each in found)
        if not rises and not falls:
            return None
        sign = Fraction(0) if rises and falls else Fraction(1 if rises else -1)
        slope = (sign, sign) if slope is None else (min(slope[0], sign), max(slope[1], sign))
    if slope is None or slope[0] < 0 < slope[1]:
        return None
    way = (1 if slope[1] > 0 else -1 if slope[0] < 0 else 0) * source.better
    return way  # type: ignore[return-value]  # a sign
