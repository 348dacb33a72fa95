"""Third verdict: bettering an indicator, or spending less, never lowers what is paid beyond reimbursed costs, to anyone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from ...calculation.form import IndicatorForm
from ...calculation.values import last
from ...formula.exact import Value
from ...formula.proof.model import Model, Point
from ...formula.proof.monotone import Fall, never_falls
from ...formula.proof.optimum import lowest
from ...payments.reimbursable import Reimbursable
from .amounts import NET
from .bettering import Source, direction_of_score, entry_of, sources, way_to
from .claims import Claim, Witness
from .places import blamed, intended
from .sampling import candidates, settings
from .setting import Setting, Way, part_points, walk_to

# A fall is looked for by reading so many steps at most.
STEPS_READ = 100_000


def claims(setting: Setting) -> Iterator[Claim]:
    """For the total and each party: a claim for each bundle of indicators and costs that reach it by the same way."""
    known = list(sources(setting))
    for source in known:
        if not source.better:
            yield Claim(
                "incentives.direction",
                "undecided",
                {"indicator": source.id},
                source.place,
                reason="no direction is stated",
            )
    for party, result in setting.results(net=True).items():
        model = setting.reduced(result)
        bundles: dict[tuple[str, Way], list[Source]] = {}
        for source in known:
            if not source.better:
                continue
            entry = entry_of(setting, model, source)
            if entry is None:
                continue
            way = way_to(setting, source, entry)
            if way is None:
                yield _by_itself(setting, source, entry, party, result)
            else:
                bundles.setdefault((entry, way), []).append(source)
        for (entry, way), bundle in bundles.items():
            yield _claim(setting, model, entry, way, bundle, party, result)
    yield from silence(setting)


def _claim(
    setting: Setting, model: Model, entry: str, way: Way, bundle: list[Source], party: str, result: str
) -> Claim:
    said: dict[str, Fraction | str] = {"party": party, "sources": ", ".join(each.id for each in bundle)}
    kind = "incentives.spending" if all(each.spending for each in bundle) else "incentives.indicators"
    place = bundle[0].place
    if not way:
        return Claim(kind, "proved", said, place)
    found = never_falls(model, entry, result, way)
    if found is None:
        return Claim(kind, "proved", said, place)
    fallen = list(falls(setting, model, entry, result, way, found))
    for look, some in ((moved_alone, fallen[:4]), (led_there, fallen[: 4 if len(bundle) < 3 else 1])):
        for fall in some:
            for source in bundle:
                if (claim := look(setting, source, entry, fall, party)) is not None:
                    return claim
    return Claim(kind, "undecided", said, place, reason=found.reason)


def falls(
    setting: Setting, model: Model, entry: str, result: str, way: Way, found: Fall
) -> Iterator[tuple[Point, Fraction, Fraction]]:
    """Settings, and two values of the entry, the second better, between which the result falls by more than rounding."""
    tried: list[tuple[Fraction, Point, Fraction, Fraction]] = []
    levels = candidates(model, entry)
    between = [low + (high - low) * Fraction(i, 8) for low, high in pairwise(levels) for i in range(1, 8)]
    starts = [found.point] if found.point is not None else []
    left = STEPS_READ
    for point in [*starts, *settings(model, 60, 3)]:
        row: list[tuple[Fraction, Fraction]] = []
        here = {*levels, *(found.values if point is found.point else ())}
        if entry not in model.whole:
            here.update(between)
        for value in sorted(here):
            values = model.values({**point, entry: value})
            if values is not None and values[result] is not None:
                row.append((value, Fraction(values[result])))  # type: ignore[arg-type]  # a number
        row = row if way > 0 else row[::-1]
        for (a, before), (b, after) in pairwise(row):
            if after < before - setting.slack - Fraction(1, 100):
                tried.append((after - before, point, a, b))
        left -= len(here) * len(model.steps)
        if len(tried) > 12 or left < 0:
            break
    for _, point, a, b in sorted(tried, key=lambda each: each[0]):
        yield point, a, b


def moved_alone(
    setting: Setting, source: Source, entry: str, fall: tuple[Point, Fraction, Fraction], party: str
) -> Claim | None:
    """The fall in terms of inputs: two settings that differ in the source alone, both settled exactly."""
    point, before, after = fall
    start = setting.full({**point, entry: before}, next(part_points(setting.model)), near={*point, entry})
    if start is None:
        return None
    if entry in setting.model.domains:
        return _pair(setting, source, start, {**start, entry: after}, party)
    part = setting.model.part([entry])
    here = {name: start[name] for name in part.domains}
    for each in source.inputs:
        if here.get(each) is None:
            continue
        for end in _ends(part, each, source):
            goal = walk_to(part, entry, after, here, {**here, each: end})
            claim = _pair(setting, source, start, {**start, **(goal or {each: end})}, party)
            if claim is not None:
                return claim
    return None


def led_there(
    setting: Setting, source: Source, entry: str, fall: tuple[Point, Fraction, Fraction], party: str
) -> Claim | None:
    """As moved_alone, with the other inputs chosen so that the source has its whole range to move in."""
    point, before, after = fall
    rest = {name: value for name, value in point.items() if name != entry}
    base = setting.full(rest, next(part_points(setting.model)), near=rest)
    if base is None or entry in setting.model.domains or len(source.inputs) != 1:
        return None
    part, (each,) = setting.model.part([entry]), source.inputs
    worst, best = _ends(part, each, source)
    for start in _led(setting, part, entry, before, {**base, each: worst}, {each: best}):
        here = {name: start[name] for name in part.domains}
        goal = walk_to(part, entry, after, here, {**here, each: best})
        if (claim := _pair(setting, source, start, {**start, **(goal or {each: best})}, party)) is not None:
            return claim
    return None


def _ends(part: Model, name: str, source: Source) -> tuple[Fraction, Fraction]:
    known = candidates(part, name)
    return (known[0], known[-1]) if source.better > 0 else (known[-1], known[0])


def _led(setting: Setting, part: Model, entry: str, goal: Fraction, base: Point, best: Point) -> Iterator[Point]:
    """Settings in which the entry has the value ``goal``: with the source at its worst, from either end of the rest; then
    with the source on its way to its ``best``, the rest at either end."""
    low, high = setting.image(entry)
    kept = {name: base[name] for name in best}
    ends = [point for each in (low, high) if (point := setting.whole_point(each, entry)) is not None]
    rests = [{**{n: point[n] for n in part.domains}, **kept} for point in ends]
    ways = [*zip(rests, reversed(rests), strict=True), *((rest, {**rest, **best}) for rest in reversed(rests))]
    for start, end in ways:
        if (led := walk_to(part, entry, goal, start, end)) is not None:
            yield {**base, **led}


def _pair(setting: Setting, source: Source, before: Point, after: Point, party: str) -> Claim | None:
    before, after = setting.writable(before), setting.writable(after)
    one, other = setting.settle(before), setting.settle(after)
    if one is None or other is None:
        return None
    a, b = Witness(before, one), Witness(after, other)
    low, high = net_of(setting, a, party), net_of(setting, b, party)
    moved = [witness.settled.values.get(source.name) for witness in (a, b)]
    if high >= low - setting.slack or None in moved or (Fraction(moved[1]) - Fraction(moved[0])) * source.better <= 0:  # type: ignore[arg-type]  # numbers
        return None
    values: dict[str, Fraction | str] = {
        "party": party, "source": source.id, "from": _text(source, a), "to": _text(source, b),
        "before": low, "after": high, "lost": low - high,
    }  # fmt: skip
    fallen = sorted(setting.clauses, key=lambda id_: b.clause(id_, party) - a.clause(id_, party))
    meant = intended(setting.contract, source.id)
    for id_ in fallen:
        if b.clause(id_, party) < a.clause(id_, party):
            meant = meant or intended(setting.contract, id_)
    place = blamed(setting, one.values, other.values, fallen[0]) if fallen else source.place
    kind = "incentives.more_spent" if source.spending else "incentives.perverse"
    return Claim(kind, "refuted", values, place, meant, witnesses=(a, b), moved=source.id)


def _text(source: Source, witness: Witness) -> Fraction | str:
    value: Value = witness.settled.values.get(source.name)
    return "" if value is None else Fraction(value) if not isinstance(value, str) else value


def net_of(setting: Setting, witness: Witness, party: str) -> Fraction:
    """What a setting pays beyond reimbursed costs, in all or to a party."""
    reimbursed = {name for name, clause in setting.contract.settlement.items() if isinstance(clause, Reimbursable)}
    lines = [line for line in witness.settled.lines if line.clause not in reimbursed and party in ("", line.party)]
    return sum((line.amount for line in lines), Fraction(0))


def _by_itself(setting: Setting, source: Source, entry: str, party: str, result: str) -> Claim:
    """A source whose way to the entry goes up and down: the entry is opened up, step by step down to the source."""
    opened = [entry]
    for _ in range(6):
        model = setting.opened(result, opened)
        inner = entry_of(setting, model, source)
        if inner is None or inner in opened:
            break
        entry = inner
        opened.append(entry)
        way = source.better if entry in source.inputs else way_to(setting, source, entry)
        if way is not None:
            return _claim(setting, model, entry, way, [source], party, result)
    said: dict[str, Fraction | str] = {"party": party, "sources": source.id}
    return Claim("incentives.indicators", "undecided", said, source.place, reason="its effect goes up and down")


def silence(setting: Setting) -> Iterator[Claim]:
    """Where the contract states a score for a missing indicator: reporting nothing pays no more than reporting the worst."""
    for form in setting.calculation.indicators:
        rule = setting.contract.indicators[form.id].when_missing
        if not form.score or last(rule) != "score":
            continue
        name = form.id if form.id in setting.model.domains else f"{form.id}.now"
        if name not in setting.model.domains:
            continue
        yield _silent(setting, form, name)


def _silent(setting: Setting, form: IndicatorForm, name: str) -> Claim:
    values: dict[str, Fraction | str] = {"indicator": form.id}
    model = setting.model.part([NET, form.score])
    rising = direction_of_score(setting, name, form.score)
    known = candidates(model, name)
    worst = known[0] if rising >= 0 else known[-1]
    place = setting.contract.place("result_areas", form.area, "indicators", form.id, "when_missing")
    for point in settings(model, 20, 6):
        earlier = {each: None for each in model.domains if each.startswith(f"{form.id}@-")}
        there, gone = ({**point, **earlier, name: value} for value in (worst, None))
        one, other = model.values(there), model.values(gone)
        if one is None or other is None or one[NET] is None or other[NET] is None:
            continue
        if Fraction(other[NET]) <= Fraction(one[NET]) + setting.slack:  # type: ignore[arg-type]  # numbers
            continue
        base = next(part_points(setting.model))
        pair = [setting.writable({**base, **each}) for each in (there, gone)]
        settled = [setting.settle(each) for each in pair]
        if settled[0] is not None and settled[1] is not None and settled[1].total > settled[0].total:
            a, b = Witness(pair[0], settled[0]), Witness(pair[1], settled[1])
            shown = {**values, "from": worst, "before": a.total, "after": b.total, "lost": b.total - a.total}
            meant = intended(setting.contract, form.id)
            return Claim("incentives.silence", "refuted", shown, place, meant, "", (a, b), form.id)
    part = setting.model.part([form.score])
    least = lowest(part, form.score)
    stated = part.values(
        {**next(part_points(part)), **{n: None for n in part.domains if n.startswith(form.id) and not n.endswith(".n")}}
    )
    if stated is not None and stated[form.score] is not None and Fraction(stated[form.score]) <= least.bound:  # type: ignore[arg-type]  # a number
        return Claim("incentives.silent", "proved", values, place)
    return Claim("incentives.silent", "undecided", values, place, reason="no setting was found, and none excluded")
