"""Values to scores, scores to areas, areas to the score of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..contract.consistency import area_weight, weight_of
from ..contract.outcomes import Area, FormulaArea, Indicator, WhenMissing
from ..contract.parts import Formula
from ..formula.nodes import Arithmetic, Compare, Extreme, Group, IfElse, Missing, Name, Node, Nothing, Number
from ..formula.steps import Says
from ..numbers import to_text
from ..problems import Place, did_you_mean
from ..scoring.base import Rule, Scoring
from .form import AreaForm, IndicatorForm
from .names import ZERO, Names
from .values import Values, last

TOTAL = "score"
SAYS = {
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
    """Lowers scores, areas and the score of the contract on demand; registers itself with the names of the contract."""

    def __init__(self, names: Names, values: Values) -> None:
        self.names, self.values, self.contract = names, values, names.contract
        self.forms: dict[str, IndicatorForm] = {}
        self.areas: dict[str, AreaForm] = {}
        self.held_weight = ""
        self.always_weigh: set[str] = set()
        for area_id in self.contract.result_areas:
            names.lower_also[area_id] = self._read_area
            for id_, indicator in self.contract.result_areas[area_id].indicators.items():
                if indicator.score:
                    names.lower_also.setdefault(f"{id_}.{TOTAL}", self._read_score)
        if self.contract.scores and any(map(self._scored, self.contract.result_areas.values())):
            names.lower_also[TOTAL] = self._read_total

    def lower_all(self) -> None:
        """Lower every indicator, every area and the score."""
        for area_id, area in self.contract.result_areas.items():
            for id_ in area.indicators:
                self._score(area_id, area, id_)
            if self._scored(area):
                self.names.read(area_id, "", None)
        if TOTAL in self.names.lower_also:
            self.names.read(TOTAL, "", None)
            self._held()

    @staticmethod
    def _scored(area: Area) -> bool:
        return any(indicator.score for indicator in area.indicators.values())

    # -- scores -----------------------------------------------------------------------------------------------

    def _read_score(self, name: str, _party: str, _place: Place | None) -> Name:
        id_ = name.partition(".")[0]
        return Name(self._score(*self.values.area_of(id_), id_).score)

    def _score(self, area_id: str, area: Area, id_: str) -> IndicatorForm:
        if id_ in self.forms:
            return self.forms[id_]
        indicator = area.indicators[id_]
        value = self.names.read(id_, "", None)
        score, n = "", ""
        if indicator.score:
            n = self.values.count(id_)
            score = self._counted(id_, indicator, value, n)
        form = IndicatorForm(
            id_,
            area_id,
            value.id,
            score,
            weight_of(self.contract, area, id_) if indicator.score else None,
            f"{id_}.age" if f"{id_}.age" in self.names.steps else "",
            n,
            indicator.minimum_n or 0,
            last(indicator.when_missing) == "hold",
            indicator.unit or "",
            self.values.at(id_),
        )
        self.forms[id_] = form
        return form

    def _counted(self, id_: str, indicator: Indicator, value: Name, n: str) -> str:
        at = self.values.at(id_, "score")
        rule = indicator.score
        assert isinstance(rule, Rule)
        assert self.contract.scores is not None

        def let(suffix: str, node: Node, says: Says | None) -> Name:
            role = "score" if suffix == "rule" else "rule"
            name = f"{id_}.{'score' if suffix == 'rule' else suffix}"
            while name in self.names.steps or name.partition(".")[2] in (*indicator.inputs, *indicator.components):
                name += "_"  # a gate within a gate, or an input of the same name
            return self.names.let(name, node, role, says, at)

        result = rule.lower(
            Scoring(
                id_,
                value,
                self.contract.scores.least,
                self.contract.scores.most,
                at,
                let,
                lambda level: self.names.level(level, indicator.levels, at),
                lambda written, local: self._formula(id_, indicator, value, written, local),
                lambda name, optional: self._input(id_, indicator, name, optional),
                self.names.problems.append,
            )
        )
        node = self._wrapped(id_, indicator, value, n, result)
        if isinstance(node, Name):
            return node.id
        counted = self.names.let(f"{id_}.counted", node, "score", Says(SAYS["counted"]), at).id
        if last(indicator.when_missing) == "score" and (not n or last(indicator.when_small) == "score"):
            # A rule gives no score only where there is no value, and then the contract states one.
            self.names.maybe[counted] = False
        return counted

    def _formula(
        self, id_: str, indicator: Indicator, value: Name, written: Formula, local: Mapping[str, Node]
    ) -> Node:
        """A formula of the rule: ``value`` and what the rule made itself are guarded by the rule and by _wrapped."""
        further = {name: self.names.read(f"{id_}.{name}", "", None) for name in indicator.inputs if name != "value"}
        excused = {value.id, *(node.id for node in local.values() if isinstance(node, Name))}
        return self.names.formula(written, "", {"value": value, **further, **local}, frozenset(excused))

    def _input(self, id_: str, indicator: Indicator, name: str, optional: bool) -> Name:
        at = self.values.at(id_, "score")
        if name in indicator.inputs:
            found = self.names.read(f"{id_}.{name}", "", at)
        elif name in self.contract.facts or name in self.contract.figures:
            found = self.names.read(name, "", at)
        else:
            hint = did_you_mean(name, [*indicator.inputs, *self.contract.facts])
            sentence = f"{name} is neither an input of {id_} nor a fact."
            self.names.wrong("AO307", sentence, hint or f"Add inputs: {{{name}: {{unit: ...}}}}.", at)
            return Name(id_)
        if not optional and self.names.maybe.get(found.id):
            self.names.wrong(
                "AO312", f"{name} may be missing, and nothing says what holds then.", "Give it when_missing: 0.", at
            )
        return found

    def _wrapped(self, id_: str, indicator: Indicator, value: Name, n: str, result: Node) -> Node:
        """The rule's result, or what the contract says where the value is missing or measured on too few."""
        node = result
        missing, small = indicator.when_missing, indicator.when_small
        if n and small is not None:
            node = IfElse(self._too_few(indicator, n), self._instead(small, self.values.at(id_, "when_small")), node)
        if self.names.maybe.get(value.id):
            instead = self._instead(missing, self.values.at(id_, "when_missing")) if missing else Nothing()
            node = IfElse(Missing(value), instead, node)
        return node

    @staticmethod
    def _too_few(indicator: Indicator, n: str) -> Compare:
        return Compare("<", Name(n), Number(Fraction(indicator.minimum_n or 0)))

    def _instead(self, rule: WhenMissing, at: Place | None) -> Node:
        while rule.rule == "carry":
            rule = rule.then
        if rule.rule == "score":
            scores = self.contract.scores
            if scores and not scores.least <= rule.number <= scores.most:
                sentence = f"The score {to_text(rule.number)} lies outside the range of scores."
                self.names.wrong("AO402", sentence, "Keep it within scores: {least, most}.", at)
            return Number(rule.number)
        if rule.rule == "error":
            instead = "Write reweight in area, reweight in contract, hold, or {score: 0}."
            self.names.wrong("AO406", "Too few cannot be an error: say what holds then.", instead, at)
        return Nothing()

    def _where(
        self, form: IndicatorForm, indicator: Indicator, rules: tuple[str, ...], amount: Fraction
    ) -> Node | None:
        """``amount`` where the indicator is missing or small and one of ``rules`` holds for that, else 0; None if never."""
        absent = self.names.maybe.get(form.value, False)
        for_missing = absent and last(indicator.when_missing) in rules
        for_small = bool(form.n) and last(indicator.when_small) in rules
        if not for_missing and not for_small:
            return None
        node: Node = ZERO
        if for_small:
            node = IfElse(self._too_few(indicator, form.n), Number(amount), ZERO)
            if self.names.maybe.get(form.n):  # then the settlement is refused, and a weight is a number all the same
                node = IfElse(Missing(Name(form.n)), ZERO, node)
        if absent:
            node = IfElse(Missing(Name(form.value)), Number(amount) if for_missing else ZERO, node)
        return node

    # -- areas and the score ----------------------------------------------------------------------------------

    def _read_area(self, area_id: str, _party: str, place: Place | None) -> Name:
        if area_id in self.names.steps:
            return Name(area_id)
        area = self.contract.result_areas[area_id]
        at = self.contract.place("result_areas", area_id)
        scored = [self._score(area_id, area, id_) for id_, each in area.indicators.items() if each.score]
        if not scored:
            self.names.wrong(
                "AO307", f"{area_id} has no scored indicator.", "Score one, or do not read the area.", place or at
            )
            return self.names.let(area_id, ZERO, "area")
        node = self._area_formula(area_id, area, scored)
        self.names.let(area_id, node, "area", Says(SAYS["area"]), at)
        counted = self._area_weight(area_id, area, scored)
        self.areas[area_id] = AreaForm(area_id, area_id, area_weight(self.contract, area), counted)
        return Name(area_id)

    def _area_formula(self, area_id: str, area: Area, scored: list[IndicatorForm]) -> Node:
        names = tuple(Name(form.score) for form in scored)
        heft = [form.weight or Fraction(0) for form in scored]
        weights = tuple(self._weight(weight) for weight in heft)
        at_least = max(1, area.minimum_indicators or 1)
        if isinstance(area.area_score, FormulaArea):
            local: dict[str, Node] = {form.id: Name(form.score) for form in scored}
            node = self._in_range(self.names.formula(area.area_score.formula, "", local))
            if at_least > 1:
                counted = self.names.let(f"{area_id}.scored", Group("count", names), "area")
                node = IfElse(Compare("<", counted, Number(Fraction(at_least))), Nothing(), node)
            return node
        if area.area_score == "share of points":
            total = sum(heft, Fraction(0)) or Fraction(1)
            return Arithmetic("/", Group("total", names, weights, area.minimum_indicators or 0), Number(total))
        if len(names) == 1 and heft[0]:
            return names[0]
        return Group("mean", names, weights, at_least)

    def _in_range(self, node: Node) -> Node:
        """``node`` kept within the range of scores."""
        scores = self.contract.scores
        assert scores is not None
        return Extreme("least", (Extreme("most", (node, Number(scores.least))), Number(scores.most)))

    def _weight(self, weight: Fraction) -> Number:
        """A weight as the contract writes weights: as a percentage where they sum to 100 %."""
        return Number(weight, percent=self.contract.weights == 1)

    def _portion(self, area: Area, form: IndicatorForm) -> Fraction:
        """The part of its area's weight that an indicator stands for."""
        whole = sum(
            (weight_of(self.contract, area, id_) for id_, each in area.indicators.items() if each.score), Fraction(0)
        )
        return (form.weight or Fraction(0)) / whole if whole else Fraction(0)

    def _area_weight(self, area_id: str, area: Area, scored: list[IndicatorForm]) -> str:
        """The name of the area's weight where indicators may leave the contract with theirs, else empty."""
        whole = area_weight(self.contract, area)
        node: Node = Number(whole)
        leaving, staying = False, whole
        for form in scored:
            gone = self._where(form, area.indicators[form.id], _LEAVES_CONTRACT, whole * self._portion(area, form))
            if gone is not None:
                leaving, node = True, Arithmetic("-", node, gone)
                staying -= whole * self._portion(area, form)
        if staying > 0:
            self.always_weigh.add(area_id)
        at = self.contract.place("result_areas", area_id, "weight")
        if leaving and area.area_score == "share of points":
            sentence = "A share of points counts what is not there as nothing, so its weight cannot leave the contract."
            self.names.wrong("AO408", sentence, "Use weighted mean, or reweight in area.", at)
        return self.names.let(f"{area_id}.weight", node, "weight", Says(SAYS["weight"]), at).id if leaving else ""

    def _read_total(self, name: str, _party: str, _place: Place | None) -> Name:
        if name in self.names.steps:
            return Name(name)
        for area_id, area in self.contract.result_areas.items():
            if self._scored(area):
                self.names.read(area_id, "", None)
        forms = list(self.areas.values())
        weights: list[Node] = [
            Name(form.counted_weight) if form.counted_weight else self._weight(form.weight) for form in forms
        ]
        at_least = max(1, self.contract.minimum_areas or 1)
        node = Group("mean", tuple(Name(form.score) for form in forms), tuple(weights), at_least)
        at = self.contract.place("result_areas", key=True)
        total = self.names.let(TOTAL, node, "total", Says(SAYS["score"]), at)
        sure = [form for form in forms if form.id in self.always_weigh and not self.names.maybe.get(form.score)]
        self.names.maybe[TOTAL] = len(sure) < at_least
        return total

    def _held(self) -> None:
        """Name the share of all weight whose money is held back, where any indicator may be on hold."""
        whole = sum((form.weight for form in self.areas.values()), Fraction(0)) or Fraction(1)
        node: Node | None = None
        for form in self.forms.values():
            area = self.contract.result_areas[form.area]
            if not form.score:
                continue
            share = self.areas[form.area].weight * self._portion(area, form) / whole
            held = self._where(form, area.indicators[form.id], ("hold",), share)
            if held is not None:
                node = held if node is None else Arithmetic("+", node, held)
        if node is not None:
            self.held_weight = self.names.let("score.held", node, "weight", Says(SAYS["held"])).id
