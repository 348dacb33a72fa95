"""Indicators to scores, scores to areas, areas to the score of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..contract.consistency import area_weight, weight_of
from ..contract.outcomes import Area, FormulaArea, Indicator, WhenMissing
from ..contract.parts import Formula
from ..contract.periods import earlier
from ..formula.nodes import Arithmetic, Compare, Group, IfElse, Missing, Name, Node, Nothing, Number
from ..formula.steps import Input, Says
from ..problems import Place, Problem, did_you_mean
from ..scoring.base import Rule, Scoring
from .form import AreaForm, IndicatorForm
from .names import Names

TOTAL = "score"
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
    "counted": {
        "en": "The score, or what the contract says where the value is missing or measured on too few.",
        "fi": "Pisteet, tai se mitä sopimus sanoo, kun arvo puuttuu tai mitattuja on liian vähän.",
        "sv": "Poängen, eller det avtalet säger när värdet saknas eller för få har mätts.",
    },
    "area": {
        "en": "The score of the area: the weighted mean of the indicators that are scored.",
        "fi": "Tulosalueen pisteet: pisteytettyjen mittareiden painotettu keskiarvo.",
        "sv": "Områdets poäng: det viktade medelvärdet av de mätare som har poäng.",
    },
    "weight": {
        "en": "The weight of the area, less that of indicators left out of the contract this time.",
        "fi": "Tulosalueen paino ilman tällä kertaa pois jätettyjä mittareita.",
        "sv": "Områdets vikt utan de mätare som lämnas utanför denna gång.",
    },
    "score": {
        "en": "The score of the contract: the weighted mean of its areas.",
        "fi": "Sopimuksen pisteet: tulosalueiden painotettu keskiarvo.",
        "sv": "Avtalets poäng: områdenas viktade medelvärde.",
    },
    "held": {
        "en": "The share of the score's weight that is held back until its indicators come.",
        "fi": "Se osuus painosta, jonka maksu odottaa puuttuvia mittareita.",
        "sv": "Den andel av vikten som hålls inne tills mätarna kommer.",
    },
}
_LEAVES_CONTRACT = ("reweight in contract", "hold")


class Scores:
    """Lowers indicators, areas and the score on demand; registers itself with the names of the contract."""

    def __init__(self, names: Names) -> None:
        self.names, self.contract = names, names.contract
        self.forms: dict[str, IndicatorForm] = {}
        self.areas: dict[str, AreaForm] = {}
        self.held_weight = ""
        for area_id, area in self.contract.result_areas.items():
            names.lower_also[area_id] = self._read_area
            for id_, indicator in area.indicators.items():
                names.lower_also[id_] = self._read_indicator
                names.sections[id_] = ("indicators", indicator)
                self._further_inputs(id_, indicator)
        if self.contract.scores and self.contract.result_areas:
            names.lower_also[TOTAL] = self._read_total

    def lower_all(self) -> None:
        """Lower every indicator, every area and the score."""
        for area_id, area in self.contract.result_areas.items():
            for id_ in area.indicators:
                self.names.read(id_, "", None)
                self._score(area_id, area, id_)
            if self._scored(area):
                self.names.read(area_id, "", None)
        if TOTAL in self.names.lower_also and any(map(self._scored, self.contract.result_areas.values())):
            self.names.read(TOTAL, "", None)
            self._held()

    @staticmethod
    def _scored(area: Area) -> bool:
        return any(indicator.score for indicator in area.indicators.values())

    def _at(self, area_id: str, id_: str, *path: str) -> Place | None:
        return self.contract.place("result_areas", area_id, "indicators", id_, *path)

    def _home(self, id_: str) -> tuple[str, Area]:
        return next((area_id, area) for area_id, area in self.contract.result_areas.items() if id_ in area.indicators)

    def _further_inputs(self, id_: str, indicator: Indicator) -> None:
        for name in indicator.inputs:
            if name != "value":
                self.names.lower_also[f"{id_}.{name}"] = self._read_further

    def _read_further(self, name: str, _party: str, _place: Place | None) -> Name:
        id_, _, part = name.partition(".")
        area_id, area = self._home(id_)
        spec = area.indicators[id_].inputs[part]
        unit = spec.unit or area.indicators[id_].unit or ""
        required = spec.when_missing is None
        given = Input(
            name,
            name,
            self.names.period.label,
            "",
            "value",
            unit,
            spec.least,
            spec.most,
            required,
            place=self._at(area_id, id_, "inputs"),
        )
        return self.names.defaulted(given, spec.when_missing)

    # -- values -----------------------------------------------------------------------------------------------

    def _read_indicator(self, id_: str, _party: str, _place: Place | None) -> Name:
        if id_ in self.names.steps or id_ in self.names.inputs:
            return Name(id_)
        area_id, area = self._home(id_)
        indicator = area.indicators[id_]
        rule = indicator.when_missing
        if indicator.value:
            node = self.names.formula(indicator.value)
            self.names.degree(indicator.value.node)
            return self.names.let(
                id_,
                node,
                "value",
                self.names.title(indicator.title),
                self._at(area_id, id_, "value"),
                indicator.unit or "",
            )
        if indicator.components:
            return self._composite(area_id, id_, indicator)
        period = self.names.period.label
        if rule is None or rule.rule == "error":
            return self.names.measured(id_, indicator, id_, period, required=True)
        if rule.rule != "carry":
            return self.names.measured(id_, indicator, id_, period, required=False)
        return self._carried(area_id, id_, indicator, rule)

    def _carried(self, area_id: str, id_: str, indicator: Indicator, rule: WhenMissing) -> Name:
        periods = self.names.contract.periods
        label = self.names.period.label
        values = [self.names.measured(id_, indicator, f"{id_}.now", label, required=False)]
        values += [
            self.names.measured(id_, indicator, f"{id_}@-{back}", earlier(periods, label, back), required=False)
            for back in range(1, rule.periods + 1)
        ]
        place = self._at(area_id, id_, "when_missing")
        ages: list[Node] = [Number(Fraction(back)) for back in range(len(values))]
        self.names.let(f"{id_}.age", _first_present(values, ages), "age", Says(SAYS["age"]), place)
        return self.names.let(
            id_, _first_present(values, values), "value", Says(SAYS["value"]), place, indicator.unit or ""
        )

    def _composite(self, area_id: str, id_: str, indicator: Indicator) -> Name:
        least, most = indicator.range or (None, None)
        rule, parts = indicator.when_missing, []
        needed = indicator.minimum_components if indicator.minimum_components is not None else len(indicator.components)
        required = rule is None or rule.rule == "error"
        for part in indicator.components:
            at = self._at(area_id, id_, "components", part)
            one_needed = required and needed == len(indicator.components)
            full = f"{id_}.{part}"
            parts.append(
                self.names.take(
                    Input(
                        full,
                        full,
                        self.names.period.label,
                        "",
                        "value",
                        indicator.unit or "",
                        least,
                        most,
                        one_needed,
                        place=at,
                    )
                )
            )
        weights = tuple(Number(part.weight) for part in indicator.components.values())
        node = Group("mean", tuple(parts), weights, max(1, needed))
        return self.names.let(
            id_,
            node,
            "value",
            Says(SAYS["composite"]),
            self._at(area_id, id_, "components"),
            indicator.unit or "",
        )

    # -- scores -----------------------------------------------------------------------------------------------

    def _score(self, area_id: str, area: Area, id_: str) -> IndicatorForm:
        if id_ in self.forms:
            return self.forms[id_]
        indicator = area.indicators[id_]
        value = self.names.read(id_, "", None)
        score, n = "", ""
        if indicator.score:
            n = self._count(area_id, id_, indicator)
            score = self._counted(area_id, id_, indicator, value, n)
        rule = _last(indicator.when_missing)
        form = IndicatorForm(
            id_,
            area_id,
            value.id,
            score,
            weight_of(self.contract, area, id_) if indicator.score else None,
            f"{id_}.age" if f"{id_}.age" in self.names.steps else "",
            n,
            indicator.minimum_n or 0,
            "hold" in (rule, _last(indicator.when_small)),
            indicator.unit or "",
            self._at(area_id, id_),
        )
        self.forms[id_] = form
        return form

    def _count(self, area_id: str, id_: str, indicator: Indicator) -> str:
        """The name of how many were measured: carried with the value it belongs to."""
        if indicator.minimum_n is None:
            return ""
        at = self._at(area_id, id_, "minimum_n")
        rule = indicator.when_missing
        back = rule.periods if rule is not None and rule.rule == "carry" else 0
        optional = rule is not None and rule.rule != "error"
        label = self.names.period.label
        counts, values = [], []
        for step in range(back + 1):
            period = earlier(self.contract.periods, label, step) if step else label
            name = f"{id_}.n" + (".now" if back and not step else f"@-{step}" if step else "")
            counts.append(
                self.names.take(Input(name, id_, period, "", "n", "count", Fraction(0), None, not optional, place=at))
            )
            values.append(Name(f"{id_}@-{step}" if step else f"{id_}.now"))
        if not back:
            return counts[0].id
        return self.names.let(f"{id_}.n", _first_present(values, counts), "value", None, at, "count").id

    def _counted(self, area_id: str, id_: str, indicator: Indicator, value: Name, n: str) -> str:
        at = self._at(area_id, id_, "score")
        rule = indicator.score
        assert isinstance(rule, Rule)
        assert self.contract.scores is not None
        local = self._locals(id_, indicator, value)

        def let(suffix: str, node: Node, says: Says | None) -> Name:
            name = f"{id_}.{'score' if suffix == 'rule' else suffix}"
            return self.names.let(name, node, "score" if suffix == "rule" else "rule", says, at)

        def formula(written: Formula, extra: Mapping[str, Node]) -> Node:
            return self.names.formula(written, "", {**local, **extra}, guarded=False)

        result = rule.lower(
            Scoring(
                id_,
                value,
                self.contract.scores.least,
                self.contract.scores.most,
                at,
                let,
                lambda level: self.names.level(level, indicator.levels, at),
                formula,
                lambda name: self._input(id_, indicator, name, at),
                self.names.problems.append,
            )
        )
        node = self._wrapped(area_id, id_, indicator, value, n, result)
        if isinstance(node, Name):
            return node.id
        return self.names.let(f"{id_}.counted", node, "score", Says(SAYS["counted"]), at).id

    def _locals(self, id_: str, indicator: Indicator, value: Name) -> dict[str, Node]:
        further = {name: self.names.read(f"{id_}.{name}", "", None) for name in indicator.inputs if name != "value"}
        return {"value": value, **further}

    def _input(self, id_: str, indicator: Indicator, name: str, at: Place | None) -> Name:
        if name in indicator.inputs:
            return self.names.read(f"{id_}.{name}", "", at)
        if name in self.contract.facts or name in self.contract.figures:
            return self.names.read(name, "", at)
        hint = did_you_mean(name, [*indicator.inputs, *self.contract.facts])
        self.names.problems.append(
            Problem(
                "AO307",
                f"{name} is neither an input of {id_} nor a fact.",
                hint or f"Add inputs: {{{name}: {{unit: ...}}}}.",
                at,
            )
        )
        return Name(id_)

    def _wrapped(self, area_id: str, id_: str, indicator: Indicator, value: Name, n: str, result: Node) -> Node:
        """The rule's result, or what the contract says where the value is missing or measured on too few."""
        node = result
        missing, small = indicator.when_missing, indicator.when_small
        if n and small is not None and indicator.minimum_n is not None:
            too_few = Compare("<", Name(n), Number(Fraction(indicator.minimum_n)))
            node = IfElse(too_few, self._instead(small, self._at(area_id, id_, "when_small")), node)
        if missing is not None and _last(missing) == "score":
            node = IfElse(Missing(value), self._instead(missing, self._at(area_id, id_, "when_missing")), node)
        elif n and node is not result and self.names.maybe.get(value.id):
            node = IfElse(Missing(value), Nothing(), node)
        return node

    def _instead(self, rule: WhenMissing, at: Place | None) -> Node:
        while rule.rule == "carry":
            rule = rule.then
        if rule.rule == "score":
            scores = self.contract.scores
            if scores and not scores.least <= rule.number <= scores.most:
                self.names.problems.append(
                    Problem(
                        "AO402",
                        f"The score {rule.number} lies outside the range of scores.",
                        "Keep it within scores: {least, most}.",
                        at,
                    )
                )
            return Number(rule.number)
        if rule.rule == "error":
            self.names.problems.append(
                Problem(
                    "AO406",
                    "Too few cannot be an error: say what holds then.",
                    "Write reweight in area, reweight in contract, hold, or {score: 0}.",
                    at,
                )
            )
        return Nothing()

    # -- areas and the score ----------------------------------------------------------------------------------

    def _read_area(self, area_id: str, _party: str, place: Place | None) -> Name:
        if area_id in self.names.steps:
            return Name(area_id)
        area = self.contract.result_areas[area_id]
        at = self.contract.place("result_areas", area_id)
        scored = [self._score(area_id, area, id_) for id_, each in area.indicators.items() if each.score]
        if not scored:
            self.names.problems.append(Problem("AO307", f"{area_id} has no scored indicator.", "", place or at))
            return self.names.let(area_id, Number(Fraction(0)), "area")
        node = self._area_formula(area, scored)
        self.names.let(area_id, node, "area", Says(SAYS["area"]), at)
        self.areas[area_id] = AreaForm(
            area_id, area_id, area_weight(self.contract, area), self._area_weight(area_id, area, scored)
        )
        return Name(area_id)

    def _area_formula(self, area: Area, scored: list[IndicatorForm]) -> Node:
        names = tuple(Name(form.score) for form in scored)
        heft = [form.weight or Fraction(0) for form in scored]
        weights = tuple(Number(weight) for weight in heft)
        at_least = max(1, area.minimum_indicators or 1)
        if isinstance(area.area_score, FormulaArea):
            local: dict[str, Node] = {form.id: Name(form.score) for form in scored}
            node = self.names.formula(area.area_score.formula, "", local)
            if at_least > 1:
                counted = self.names.let(f"{scored[0].area}.scored", Group("count", names), "area")
                node = IfElse(Compare("<", counted, Number(Fraction(at_least))), Nothing(), node)
            return node
        if area.area_score == "share of points":
            total = sum(heft, Fraction(0)) or Fraction(1)
            return Arithmetic("/", Group("total", names, weights, at_least), Number(total))
        if len(names) == 1:
            return names[0]
        return Group("mean", names, weights, at_least)

    def _area_weight(self, area_id: str, area: Area, scored: list[IndicatorForm]) -> str:
        """The name of the area's weight where indicators may leave the contract with theirs, else empty."""
        node: Node = Number(area_weight(self.contract, area))
        leaving = [form for form in scored if self._leaves(area.indicators[form.id])]
        for form in leaving:
            gone = IfElse(Missing(Name(form.score)), Number(form.weight or Fraction(0)), Number(Fraction(0)))
            node = Arithmetic("-", node, gone)
        if not leaving:
            return ""
        return self.names.let(
            f"{area_id}.weight",
            node,
            "weight",
            Says(SAYS["weight"]),
            self.contract.place("result_areas", area_id, "weight"),
        ).id

    @staticmethod
    def _leaves(indicator: Indicator) -> bool:
        return _last(indicator.when_missing) in _LEAVES_CONTRACT or _last(indicator.when_small) in _LEAVES_CONTRACT

    def _read_total(self, name: str, _party: str, _place: Place | None) -> Name:
        if name in self.names.steps:
            return Name(name)
        for area_id, area in self.contract.result_areas.items():
            if self._scored(area):
                self.names.read(area_id, "", None)
        forms = list(self.areas.values())
        weights: list[Node] = [
            Name(form.counted_weight) if form.counted_weight else Number(form.weight) for form in forms
        ]
        at_least = max(1, self.contract.minimum_areas or 1)
        node = Group("mean", tuple(Name(form.score) for form in forms), tuple(weights), at_least)
        return self.names.let(TOTAL, node, "total", Says(SAYS["score"]), self.contract.place("result_areas", key=True))

    def _held(self) -> None:
        held = [form for form in self.forms.values() if form.held and form.score]
        if not held:
            return
        total = sum((form.weight or Fraction(0) for form in self.forms.values()), Fraction(0)) or Fraction(1)
        node: Node = Number(Fraction(0))
        for form in held:
            share = Number((form.weight or Fraction(0)) / total)
            node = Arithmetic("+", node, IfElse(Missing(Name(form.score)), share, Number(Fraction(0))))
        self.held_weight = self.names.let("held_weight", node, "weight", Says(SAYS["held"])).id


def _first_present(values: list[Name], results: list[Name] | list[Node]) -> Node:
    """The result beside the first value that is present; no value where none is."""
    node: Node = Nothing()
    for value, result in reversed(list(zip(values, results, strict=True))):
        node = IfElse(Missing(value), node, result)
    return node


def _last(rule: WhenMissing | None) -> str:
    """What a rule for missing values comes down to after carrying."""
    while rule is not None and rule.rule == "carry":
        rule = rule.then
    return rule.rule if rule is not None else "error"
