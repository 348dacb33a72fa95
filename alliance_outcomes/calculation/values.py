"""The values of indicators: measured, carried forward, composed of parts, or computed; and how many were measured."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ..contract.outcomes import Area, Indicator, WhenMissing
from ..contract.parts import Dated
from ..contract.periods import earlier
from ..formula.nodes import Group, IfElse, Missing, Name, Node, Nothing, Number
from ..formula.steps import Input, Says
from ..problems import Place, Problem
from .form import Within
from .names import Names, limits_of, range_of

SAYS = {
    "value": {
        "en": "The measured value, or an earlier one carried forward.",
        "fi": "Mitattu arvo, tai aiemmalta kaudelta siirretty arvo.",
        "sv": "Det uppmätta värdet, eller ett tidigare värde som förs vidare.",
    },
    "age": {
        "en": "For how many periods the value was carried forward.",
        "fi": "Kuinka monen kauden takaa arvo on siirretty.",
        "sv": "Över hur många perioder värdet har förts vidare.",
    },
    "composite": {
        "en": "The weighted mean of the parts.",
        "fi": "Osien painotettu keskiarvo.",
        "sv": "Delarnas viktade medelvärde.",
    },
}


class Values:
    """Lowers the values of indicators on demand; registers itself with the names of the contract."""

    def __init__(self, names: Names) -> None:
        self.names, self.contract = names, names.contract
        for area in self.contract.result_areas.values():
            for id_, indicator in area.indicators.items():
                names.lower_also[id_] = self._read_indicator
                names.sections[id_] = ("indicators", indicator)
                for level in indicator.levels:
                    names.lower_also[f"{id_}.{level}"] = self._read_level
                for name in indicator.inputs:
                    if name != "value":
                        names.lower_also[f"{id_}.{name}"] = self._read_further

    def area_of(self, id_: str) -> tuple[str, Area]:
        """The id of an indicator's area, and the area."""
        return next((area_id, area) for area_id, area in self.contract.result_areas.items() if id_ in area.indicators)

    def at(self, id_: str, *path: str) -> Place | None:
        """Where an indicator, or a key of it, is written."""
        return self.contract.place("result_areas", self.area_of(id_)[0], "indicators", id_, *path)

    def _read_level(self, name: str, _party: str, place: Place | None) -> Name:
        if name in self.names.steps:
            return Name(name)
        id_, _, level = name.partition(".")
        at = self.at(id_, "levels", level)
        value = self.names.level(Dated(name=level), self.area_of(id_)[1].indicators[id_].levels, place)
        return self.names.let(name, Number(value, place=at), "amount", None, at)

    def _read_further(self, name: str, _party: str, _place: Place | None) -> Name:
        id_, _, part = name.partition(".")
        indicator = self.area_of(id_)[1].indicators[id_]
        spec = indicator.inputs[part]
        unit = spec.unit or indicator.unit or ""
        low, high = limits_of(unit, spec.least, spec.most)
        given = Input(name, name, self.names.period.label, "", "value", unit, low, high, spec.when_missing is None)
        return self.names.defaulted(replace(given, place=self.at(id_, "inputs")), spec.when_missing)

    def _read_indicator(self, id_: str, _party: str, _place: Place | None) -> Name:
        if id_ in self.names.steps or id_ in self.names.inputs:
            return Name(id_)
        indicator = self.area_of(id_)[1].indicators[id_]
        rule = indicator.when_missing
        carries = rule is not None and rule.rule == "carry"
        if carries and (indicator.value or indicator.components):
            sentence = f"{id_} is computed, so no measured value of it can be carried forward."
            instead = "Say error, reweight in area, reweight in contract, hold, or {score: 0}."
            self.names.problems.append(Problem("AO407", sentence, instead, self.at(id_, "when_missing")))
        if indicator.value:
            return self._computed(id_, indicator)
        if indicator.components:
            return self._composite(id_, indicator)
        if carries and rule is not None:
            return self._carried(id_, indicator, rule)
        return self.names.measured(id_, indicator, id_, self.names.period.label, self.names.awaited(indicator))

    def _computed(self, id_: str, indicator: Indicator) -> Name:
        assert indicator.value is not None
        node = self.names.formula(indicator.value)
        self.names.degree(indicator.value.node)
        at, unit = self.at(id_, "value"), indicator.unit or ""
        least, most = indicator.range or range_of(unit)
        if least is not None or most is not None:
            self.names.within.append(Within(id_, id_, least, most, at))
        return self.names.let(id_, node, "value", self.names.title(indicator.title), at, unit)

    def _carried(self, id_: str, indicator: Indicator, rule: WhenMissing) -> Name:
        periods, label = self.contract.periods, self.names.period.label
        values = [self.names.measured(id_, indicator, f"{id_}.now", label, required=False)]
        values += [
            self.names.measured(id_, indicator, f"{id_}@-{back}", earlier(periods, label, back), required=False)
            for back in range(1, rule.periods + 1)
        ]
        place = self.at(id_, "when_missing")
        ages: list[Node] = [Number(Fraction(back)) for back in range(len(values))]
        self.names.let(f"{id_}.age", first_present(values, ages), "age", Says(SAYS["age"]), place)
        value = self.names.let(
            id_, first_present(values, values), "value", Says(SAYS["value"]), place, indicator.unit or ""
        )
        if last(rule) == "error":
            self.names.need(id_, id_, "", place)
        return value

    def _composite(self, id_: str, indicator: Indicator) -> Name:
        at, unit, label = self.at(id_, "components"), indicator.unit or "", self.names.period.label
        least, most = indicator.range or range_of(unit)
        whole = len(indicator.components)
        enough = whole if indicator.minimum_components is None else max(1, indicator.minimum_components)
        required = last(indicator.when_missing) == "error"
        parts = []
        for part in indicator.components:
            full = f"{id_}.{part}"
            given = Input(full, full, label, "", "value", unit, least, most, required and enough == whole)
            parts.append(self.names.take(replace(given, place=self.at(id_, "components", part))))
        weights = tuple(Number(part.weight) for part in indicator.components.values())
        node = Group("mean", tuple(parts), weights, enough)
        value = self.names.let(id_, node, "value", Says(SAYS["composite"]), at, unit)
        if required and enough < whole:
            self.names.need(id_, id_, "", at)
        return value

    def count(self, id_: str) -> str:
        """The name of how many were measured, carried with the value it belongs to; empty where no minimum is stated.

        Where there is a value, its count must be there too.
        """
        indicator = self.area_of(id_)[1].indicators[id_]
        if indicator.minimum_n is None:
            return ""
        at, label, rule = self.at(id_, "minimum_n"), self.names.period.label, indicator.when_missing
        back = rule.periods if rule is not None and rule.rule == "carry" else 0
        optional = self.names.maybe.get(id_, False) or back > 0
        counts, values = [], []
        for step in range(back + 1):
            period = earlier(self.contract.periods, label, step) if step else label
            name = f"{id_}.n" + (".now" if back and not step else f"@-{step}" if step else "")
            given = Input(name, id_, period, "", "n", "count", Fraction(0), None, not optional, place=at)
            counts.append(self.names.take(given))
            values.append(Name(f"{id_}@-{step}" if step else f"{id_}.now"))
        name = counts[0].id
        if back:
            name = self.names.let(f"{id_}.n", first_present(values, counts), "value", None, at, "count").id
        if optional:
            self.names.need(name, f"n of {id_}", id_, at)
        return name


def first_present(values: list[Name], results: list[Name] | list[Node]) -> Node:
    """The result beside the first value that is present; no value where none is."""
    node: Node = Nothing()
    for value, result in reversed(list(zip(values, results, strict=True))):
        node = IfElse(Missing(value), node, result)
    return node


def last(rule: WhenMissing | None) -> str:
    """What a rule for missing values comes down to after carrying."""
    while rule is not None and rule.rule == "carry":
        rule = rule.then
    return rule.rule if rule is not None else "error"
