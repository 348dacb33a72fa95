"""What must hold between the parts of a contract: weights, shares, names, days, and where its numbers come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction

from ..formula.parse import KEYWORDS
from ..numbers import to_text
from ..problems import Problem, did_you_mean
from .coverage import uncovered_numbers
from .model import Contract
from .outcomes import Area
from .periods import is_label, periods_of

RESERVED = {"score", "payee", "each", "none"}


def inconsistencies(contract: Contract) -> list[Problem]:
    """Every disagreement between the sections of a contract (AO2xx); formulas are checked when they are compiled."""
    checks = (
        _names,
        _days,
        _sections,
        _rounding,
        _weights,
        _splits,
        _parties,
        _labels,
        _changes,
        _required,
        _areas,
        _sources,
    )
    return [problem for check in checks for problem in check(contract)]


def _percent(value: Fraction) -> str:
    return f"{to_text(value * 100)} %"


def _weight(contract: Contract, value: Fraction) -> str:
    return _percent(value) if contract.weight_unit else to_text(value)


def _names(contract: Contract) -> Iterator[Problem]:
    seen: dict[str, tuple[str | int, ...]] = {}
    places: list[tuple[str, tuple[str | int, ...]]] = []
    for section in ("facts", "amounts", "figures", "tables", "result_areas"):
        places += [(name, (section, name)) for name in getattr(contract, section)]
    for area_id, area in contract.result_areas.items():
        places += [(name, ("result_areas", area_id, "indicators", name)) for name in area.indicators]
    places += [(name, ("settlement", index, name)) for index, name in enumerate(contract.settlement)]
    if contract.payees:
        places += [(name, ("payees", "attributes", name)) for name in contract.payees.attributes]
    for name, path in places:
        place = contract.place(*path, key=True)
        if name in RESERVED or name in KEYWORDS:
            yield Problem("AO202", f"{name} has a meaning of its own in formulas.", "Choose another name.", place)
        elif "-" in name:
            yield Problem(
                "AO107",
                f"{name} is read as a subtraction in formulas.",
                f"Write {name.replace('-', '_')}.",
                place,
            )
        elif name in seen:
            yield Problem(
                "AO202",
                f"{name} names two things.",
                "Choose another name for one.",
                place,
                contract.place(*seen[name], key=True),
            )
        seen.setdefault(name, path)


def _days(contract: Contract) -> Iterator[Problem]:
    if contract.periods.first > contract.periods.last:
        yield Problem(
            "AO203", "The contract ends before it begins.", "Write a later day.", contract.place("periods", "to")
        )
    elif (contract.periods.last - contract.periods.first) > timedelta(days=366 * 100):
        yield Problem(
            "AO203",
            "The contract runs for more than a hundred years.",
            "Check the days.",
            contract.place("periods", "to"),
        )


def _sections(contract: Contract) -> Iterator[Problem]:
    start = contract.place()
    pays = bool(contract.settlement)
    scored = any(indicator.score for indicator in contract.indicators.values())
    if pays and contract.kind == "scorecard":
        yield Problem(
            "AO204",
            "A scorecard pays nothing, yet it has a settlement.",
            "Take out kind: scorecard, or the settlement.",
            contract.place("settlement", key=True),
        )
    if pays and contract.rounding is None:
        yield Problem(
            "AO102",
            "rounding is missing; where money is paid it has no default.",
            "Add rounding: {lines: half_away_from_zero to 0.01}.",
            start,
        )
    if pays and contract.currency is None:
        yield Problem("AO102", "currency is missing.", "Add currency: EUR.", start)
    if scored and contract.scores is None:
        yield Problem(
            "AO102",
            "scores is missing; where anything is scored its range has no default.",
            "Add scores: {least: 0, most: 100}.",
            start,
        )
    if scored and contract.weights is None:
        yield Problem("AO102", "weights is missing.", "Add weights: sum to 100 %.", start)
    if contract.scores and not contract.scores.least <= 0 < contract.scores.most:
        yield Problem(
            "AO205",
            "The range of scores must hold 0 and rise above it.",
            "Write scores: {least: 0, most: 100}.",
            contract.place("scores"),
        )


def _rounding(contract: Contract) -> Iterator[Problem]:
    rules = contract.rounding
    if rules is None or rules.limits is None:
        return
    place = contract.place("rounding", "limits")
    if rules.limits.how != "toward_zero":
        sentence = f"A limit rounded {rules.limits.how} could be passed."
        yield Problem("AO217", sentence, f"Write toward_zero to {to_text(rules.limits.unit)}.", place)
    if (rules.limits.unit / rules.lines.unit).denominator != 1:
        limit, line = to_text(rules.limits.unit), to_text(rules.lines.unit)
        sentence = f"A limit in units of {limit} is not always one in units of {line}, so a line held to it could not be written."
        yield Problem("AO217", sentence, f"Write toward_zero to {line}.", place)


def weight_of(contract: Contract, area: Area, name: str) -> Fraction:
    """An indicator's weight as a number: as stated, else an equal part of its area's weight."""
    weight = area.indicators[name].weight
    return weight if isinstance(weight, Fraction) else area_weight(contract, area) / len(area.indicators)


def area_weight(contract: Contract, area: Area) -> Fraction:
    """An area's weight: as stated; else equal, the sum of its indicators' weights, or 1 where those have none."""
    if area.weight is not None:
        return area.weight
    if contract.weights == "equal":
        return Fraction(1, len(contract.result_areas))
    stated = [each.weight for each in area.indicators.values() if isinstance(each.weight, Fraction)]
    return sum(stated, Fraction(0)) if stated else Fraction(1)


def _weights(contract: Contract) -> Iterator[Problem]:
    if not isinstance(contract.weights, Fraction):
        return
    total, agree = Fraction(0), True
    for area_id, area in contract.result_areas.items():
        weights = {name: weight_of(contract, area, name) for name in area.indicators}
        yield from _unstated_weights(contract, area_id, area)
        inside = sum(weights.values(), Fraction(0))
        if area.weight is not None and area.indicators and inside != area.weight:
            agree = False
            yield _unequal_weights(contract, area_id, area.weight, weights)
        total += inside if area.weight is None else area.weight
    if contract.result_areas and total != contract.weights:
        which = "All weights" if agree else "The weights of the areas"
        sentence = f"{which} sum to {_weight(contract, total)}, not to {_weight(contract, contract.weights)}."
        yield Problem("AO207", sentence, "Change a weight so that they sum exactly.", contract.place("weights"))


def _unstated_weights(contract: Contract, area_id: str, area: Area) -> Iterator[Problem]:
    for name, indicator in area.indicators.items():
        if indicator.weight is None:
            place = contract.place("result_areas", area_id, "indicators", name, key=True)
            yield Problem("AO102", f"weight of {name} is missing.", "Add weight: ...", place)


def _unequal_weights(contract: Contract, area_id: str, whole: Fraction, weights: Mapping[str, Fraction]) -> Problem:
    """The weights of an area that do not make its own, told at the one that is likeliest to be wrong."""
    inside = sum(weights.values(), Fraction(0))
    mended = {name: weight + whole - inside for name, weight in weights.items()}
    others = Counter(weights.values())
    # One that would then weigh as much as another is the likeliest; else the one that is mended by the roundest number.
    odd = min(
        reversed(list(weights)),
        key=lambda name: (
            mended[name] < 0,
            not others[mended[name]] - (mended[name] == weights[name]),
            mended[name].denominator,
        ),
    )
    inner, outer = _weight(contract, inside), _weight(contract, whole)
    sentence = f"The weights of {area_id} sum to {inner}, but the area's weight is {outer}."
    instead = f"Write {_weight(contract, mended[odd])} here, or change another, so that they agree exactly."
    place = contract.place("result_areas", area_id, "indicators", odd, "weight")
    return Problem("AO207", sentence, instead, place, contract.place("result_areas", area_id, "weight"))


def _splits(contract: Contract) -> Iterator[Problem]:
    for split_id, split in contract.splits.items():
        previous = None
        for index, entry in enumerate(split.shares):
            place = contract.place("splits", split_id, "shares", index)
            total = sum(entry.shares.values(), Fraction(0))
            if total != 1 or any(share < 0 for share in entry.shares.values()):
                yield Problem(
                    "AO208",
                    f"The shares of {split_id} from {entry.first} sum to {_percent(total)}.",
                    "Make them sum to 100 %, none below 0.",
                    place,
                )
            if previous and entry.first <= previous:
                yield Problem(
                    "AO209",
                    f"The entry from {entry.first} does not come after the one before.",
                    "Order entries by day.",
                    place,
                )
            previous = entry.first
            for party in entry.shares:
                if party not in contract.parties:
                    yield Problem(
                        "AO210",
                        f"{party} is not a party of the contract.",
                        did_you_mean(party, contract.parties),
                        contract.place("splits", split_id, "shares", index, party, key=True),
                    )
        if split.shares[0].first > contract.periods.first:
            yield Problem(
                "AO209",
                f"{split_id} says nothing of the days before {split.shares[0].first}.",
                "Begin with the contract's first day.",
                contract.place("splits", split_id, "shares", 0),
            )


def _parties(contract: Contract) -> Iterator[Problem]:
    for party_id, party in contract.parties.items():
        place = contract.place("parties", party_id)
        if party.succeeded_by and party.succeeded_by not in contract.parties:
            yield Problem(
                "AO210",
                f"{party.succeeded_by} is not a party of the contract.",
                did_you_mean(party.succeeded_by, contract.parties),
                contract.place("parties", party_id, "succeeded_by"),
            )
        if party.first and party.last and party.first > party.last:
            yield Problem("AO203", f"{party_id} leaves before it comes.", "Check the days.", place)
        if party_id in RESERVED:
            yield Problem("AO202", f"{party_id} cannot be a party's name.", "Choose another.", place)


def _labels(contract: Contract) -> Iterator[Problem]:
    """Period labels of dated values are labels of this contract's kind of period."""

    def wrong(labels: list[str], *path: str) -> Iterator[Problem]:
        known = [period.label for period in periods_of(contract.periods)]
        for label in labels:
            if not is_label(contract.periods, label):
                yield Problem(
                    "AO211",
                    f"{label} is not a period of a contract by {contract.periods.length}.",
                    did_you_mean(label, known),
                    contract.place(*path, label, key=True),
                )

    for name, amount in contract.amounts.items():
        if amount.by is None:
            yield from wrong(list(amount.values), "amounts", name, "values")
    for area_id, area in contract.result_areas.items():
        for name, indicator in area.indicators.items():
            for level_id, level in indicator.levels.items():
                yield from wrong(
                    [label for label, _ in level.entries if label],
                    "result_areas",
                    area_id,
                    "indicators",
                    name,
                    "levels",
                    level_id,
                )


def _changes(contract: Contract) -> Iterator[Problem]:
    """A change and a later value do not go together: nobody could say whether the value holds the change already."""
    starts = {period.label: period.first for period in periods_of(contract.periods)}
    for name, amount in contract.amounts.items():
        for index, change in enumerate(amount.changes):
            if any(label in starts and starts[label] > change.first for label in amount.values):
                sentence = f"{name} changes on {change.first}, and a later value may hold that change already."
                instead = "Write the later value as a change too, or take the change out."
                yield Problem("AO218", sentence, instead, contract.place("amounts", name, "changes", index, "from"))


def _required(contract: Contract) -> Iterator[Problem]:
    """No more areas, indicators and components are required than there are."""
    areas = contract.result_areas
    asked: list[tuple[tuple[str, ...], str, int | None, int]] = [
        (("minimum_areas",), "areas", contract.minimum_areas, len(areas))
    ]
    asked += [
        (("result_areas", id_, "minimum_indicators"), "indicators", area.minimum_indicators, len(area.indicators))
        for id_, area in areas.items()
    ]
    asked += [
        (
            ("result_areas", id_, "indicators", name, "minimum_components"),
            "components",
            each.minimum_components,
            len(each.components),
        )
        for id_, area in areas.items()
        for name, each in area.indicators.items()
    ]
    for path, what, least, count in asked:
        if (least or 0) > count:
            yield Problem(
                "AO213", f"More {what} are required than there are.", "Lower the minimum.", contract.place(*path)
            )


def _areas(contract: Contract) -> Iterator[Problem]:
    counts = Counter(name for area in contract.result_areas.values() for name in area.indicators)
    for area_id, area in contract.result_areas.items():
        at = ("result_areas", area_id)
        if not area.indicators:
            yield Problem(
                "AO212",
                f"{area_id} has no indicators.",
                "Add one, or take the area out.",
                contract.place(*at),
            )
        for name, indicator in area.indicators.items():
            place = contract.place(*at, "indicators", name, key=True)
            if counts[name] > 1:
                yield Problem(
                    "AO202",
                    f"{name} stands in two areas.",
                    "Keep one, or name the second differently with definition:.",
                    place,
                )
            for part in {"n", "now", "age"} & {*indicator.inputs, *indicator.components}:
                yield Problem("AO202", f"{part} of {name} has a meaning of its own.", "Choose another name.", place)
            if indicator.minimum_n is not None and (indicator.value or indicator.components):
                sentence = f"{name} is computed, so no n is measured with it."
                yield Problem("AO214", sentence, "Take minimum_n out, or measure it.", place)
            if indicator.minimum_n is not None and indicator.when_small is None:
                yield Problem(
                    "AO214",
                    f"{name} has a minimum_n, but nothing says what holds below it.",
                    "Add when_small: reweight in area.",
                    place,
                )
            if indicator.when_small is not None and indicator.when_small.rule == "carry":
                sentence = f"A value of {name} measured on too few is not missing, so nothing is carried."
                yield Problem(
                    "AO214", sentence, "Write reweight in area, reweight in contract, hold, or {score: 0}.", place
                )
            if indicator.when_small is not None and indicator.minimum_n is None:
                yield Problem("AO214", f"{name} says when_small, but no minimum_n.", "Add minimum_n: 30.", place)
            if contract.kind == "settlement" and contract.weights is not None and indicator.score is None:
                yield Problem(
                    "AO215",
                    f"{name} has no scoring rule.",
                    "Add score: {kind: linear, zero_at: ..., full_at: ...}.",
                    place,
                )


def _sources(contract: Contract) -> Iterator[Problem]:
    if contract.status != "final":
        return
    for path, place in uncovered_numbers(contract):
        sentence = f"A final contract needs a source for every number; {'.'.join(map(str, path))} has none."
        yield Problem("AO216", sentence, "Add source: or assumed: beside it or above it.", place)
