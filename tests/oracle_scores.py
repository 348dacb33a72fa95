"""Indicators, areas and the score, a second time: the part of the oracle (see oracle.py) that comes before any money."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from tests.oracle_language import Calendar, Formula, Refused, met, number, on_line

Contract = Mapping[str, Any]
Row = Mapping[str, str]
NOTHING = Fraction(0)
LEAVES = ("reweight in contract", "hold")


@dataclass(frozen=True)
class Indicator:
    """What an indicator came to. ``why`` says what became of it: scored, or the rule that took its place."""

    value: Fraction | None
    score: Fraction | None
    why: str
    status: str


@dataclass(frozen=True)
class Area:
    """What a result area came to, and the weight that counts."""

    score: Fraction | None
    weight: Fraction


@cache
def formula(text: str) -> Formula:
    """A formula, read once."""
    return Formula(text)


@cache
def calendar(*periods: tuple[str, str]) -> Calendar:
    """The calendar of a contract's periods, counted once."""
    return Calendar(dict(periods))


class Names:
    """What the names of a contract mean in one period for one payee."""

    def __init__(self, contract: Contract, rows: list[Row], period: str, payee: str) -> None:
        self.contract, self.period, self.payee = contract, period, payee
        self.calendar = calendar(*contract["periods"].items())
        self.rows = {(row["payee"], row["party"], row["period"], row["indicator"]): row for row in rows}
        self.days = self.calendar.days(period)
        self.parties = [id_ for id_ in contract.get("parties", {}) if self._is_paid(id_)]

    def _is_paid(self, party: str) -> bool:
        """Everyone but the commissioner is paid, while a party."""
        who = self.contract["parties"][party]
        comes = date.fromisoformat(who.get("from", "0001-01-01"))
        leaves = date.fromisoformat(who.get("to", "9999-12-31"))
        return who["role"] != "commissioner" and comes <= self.days[-1] and leaves >= self.days[0]

    def section(self, section: str) -> Any:
        """A section of the contract, empty where it has none."""
        return self.contract.get(section, {})

    def row(self, id_: str, period: str, party: str = "") -> Row:
        """The measured row, or an empty one."""
        return self.rows.get((self.payee, party, period, id_), {})

    def measured(self, id_: str, period: str, party: str = "") -> Fraction | None:
        """The measured value, or its numerator over its denominator."""
        row = self.row(id_, period, party)
        if row.get("numerator"):
            return number(row["numerator"]) / number(row["denominator"])
        return number(row["value"]) if row.get("value") else None

    def fact(self, id_: str, party: str, back: int = 0) -> Fraction | None:
        """A fact of this or an earlier period; a party's own where each has one."""
        fact = self.section("facts")[id_]
        value = self.measured(id_, self.calendar.before(self.period, back), party if fact.get("per") == "party" else "")
        return value if value is not None else self._default(id_, fact)

    @staticmethod
    def _default(id_: str, stated: Mapping[str, str]) -> Fraction | None:
        if "when_missing" not in stated:
            raise Refused(f"{id_} is missing")
        return None if stated["when_missing"] == "none" else number(stated["when_missing"])

    def amount(self, id_: str) -> Fraction:
        """An amount of the contract, with its changes as far as they hold in the period."""
        amount = self.section("amounts")[id_]
        if "by" in amount:
            values = amount["values"]
            value = number(values.get(self.row(amount["by"], self.period)["value"], amount.get("otherwise", "")))
        else:
            value = self.calendar.in_force(amount["values"], self.period)
        moments = self.calendar.moments(self.period, amount.get("pro_rata", "days"))
        for change in amount.get("changes", ()):
            reached = [day for day in moments if day >= date.fromisoformat(change["from"])]
            value += number(change["by"]) * len(reached) / len(moments)
        return value

    def lookup(self, id_: str) -> Fraction | None:
        """The value that a table gives for what it looks up."""
        table = self.section("tables")[id_]
        x = self.name(table["from"])
        if table["kind"] == "stepped":
            passed = [value for start, value in table["rows"] if number(start) <= x]
        else:
            passed = [
                on_line(x, [(start, value), (end, last)]) if end != "none" else number(value)
                for start, value, end, last in table["rows"]
                if number(start) <= x and (end == "none" or x <= number(end))
            ]
        if passed:
            return number(passed[-1]) if isinstance(passed[-1], str) else passed[-1]
        if table["outside"] == "none":
            return None
        below = x < number(table["rows"][0][0])
        return number(table["rows"][0][1]) if below else number(table["rows"][-1][3])

    def name(self, name: str, party: str = "") -> Any:
        """What a name means in a formula, for ``party`` where each has its own."""
        if name in self.section("facts"):
            return self.fact(name, party)
        if name in self.section("amounts"):
            return self.amount(name)
        if name in self.section("figures"):
            return self.compute(self.section("figures")[name]["formula"], party)
        if name in self.section("tables"):
            return self.lookup(name)
        if name in self.section("payees").get("attributes", {}):
            return self.row(name, self.period)["value"]
        raise KeyError(name)

    def compute(self, text: str, party: str = "", local: Mapping[str, Any] | None = None) -> Any:
        """The value of a formula; ``local`` names come first."""

        def read(name: str) -> Any:
            return local[name] if local and name in local else self.name(name, party)

        def call(function: str, name: str, back: int) -> Any:
            if function == "over_parties":
                return sum((self.name(name, each) for each in self.parties), NOTHING)
            return self.earlier(name, party, back)

        return formula(text).value(read, call)

    def earlier(self, name: str, party: str, back: int) -> Any:
        """A measured fact of an earlier period."""
        return self.fact(name, party, back)


class Scores(Names):
    """Indicators to scores, scores to areas, areas to the score of the contract."""

    def __init__(self, contract: Contract, rows: list[Row], period: str, payee: str) -> None:
        super().__init__(contract, rows, period, payee)
        self.homes = {id_: area for area, each in self.section("result_areas").items() for id_ in each["indicators"]}
        range_ = contract.get("scores", {"least": "0", "most": "0"})
        self.least, self.most = number(range_["least"]), number(range_["most"])
        self.known: dict[str, Indicator] = {}

    def about(self, id_: str) -> dict[str, Any]:
        """What the contract says of an indicator: its own words, else its area's."""
        area = self.section("result_areas")[self.homes[id_]]
        return {**area.get("defaults", {}), **(area["indicators"][id_] or {})}

    def name(self, name: str, party: str = "") -> Any:
        """An indicator means its value, an area and ``score`` their scores, ``id.input`` a further input."""
        if name in self.homes:
            return self.indicator(name).value
        if name in self.section("result_areas"):
            return self.area(name)
        if name == "score":
            return self.total()
        if "." in name:
            return self.further(*name.split("."))
        return super().name(name, party)

    def further(self, id_: str, name: str) -> Fraction | None:
        """A further input of an indicator, such as its baseline."""
        value = self.measured(f"{id_}.{name}", self.period)
        return value if value is not None else self._default(name, self.about(id_)["inputs"][name])

    # -- the value of an indicator ----------------------------------------------------------------------------

    def found(self, id_: str) -> tuple[Fraction | None, str]:
        """The value of an indicator and the period it was measured in."""
        about = self.about(id_)
        if "value" in about:
            return self.compute(about["value"]), self.period
        if "components" in about:
            return self.composite(id_, about), self.period
        rule = about.get("when_missing", "error")
        back = int(number(rule["periods"])) if isinstance(rule, dict) and "carry" in rule else 0
        for step in range(back + 1):
            period = self.calendar.before(self.period, step)
            value = self.measured(id_, period)
            if value is not None:
                return value, period
        return None, self.period

    def composite(self, id_: str, about: Mapping[str, Any]) -> Fraction | None:
        """The weighted mean of the parts that are there, where enough of them are."""
        parts = {name: self.measured(f"{id_}.{name}", self.period) for name in about["components"]}
        there = {name: value for name, value in parts.items() if value is not None}
        if len(there) < int(about.get("minimum_components", len(parts))):
            return None
        heft = {name: number(about["components"][name]["weight"]) for name in there}
        return sum((heft[name] * value for name, value in there.items()), Fraction(0)) / sum(heft.values())

    def indicator(self, id_: str) -> Indicator:
        """Value, score, and what became of the indicator."""
        if id_ not in self.known:
            self.known[id_] = self._indicator(id_)
        return self.known[id_]

    def _indicator(self, id_: str) -> Indicator:
        about = self.about(id_)
        value, measured_in = self.found(id_)
        if value is None:
            return self._instead(_last(about.get("when_missing", "error")), None, id_)
        if "score" not in about:
            return Indicator(value, None, "not scored", self._status(id_, measured_in))
        if "minimum_n" in about:
            row = self.row(id_, measured_in)
            count = row.get("n") or row.get("denominator")
            if not count:
                raise Refused(f"n of {id_} is missing")
            if number(count) < number(about["minimum_n"]):
                return self._instead(_last(about["when_small"]), value, id_)
        return Indicator(value, self.rule(id_, about["score"], value), "scored", self._status(id_, measured_in))

    def _instead(self, rule: Any, value: Fraction | None, id_: str) -> Indicator:
        """What the contract says where the value is missing, or measured on too few."""
        if rule == "error":
            raise Refused(f"{id_} is missing")
        if isinstance(rule, dict):
            return Indicator(value, number(rule["score"]), "stated", "too_few" if value is not None else "provisional")
        kind = "held" if rule == "hold" else "reweighted"
        return Indicator(value, None, rule, "too_few" if value is not None else kind)

    def _status(self, id_: str, measured_in: str) -> str:
        if measured_in != self.period:
            return "stale"
        return "provisional" if self.row(id_, measured_in).get("status") == "provisional" else "final"

    # -- scoring rules ----------------------------------------------------------------------------------------

    def level(self, id_: str, level: Any) -> Fraction:
        """A level in this period: a number, numbers by period, or the name of a level of the indicator."""
        levels = self.about(id_).get("levels", {})
        return self.calendar.in_force(
            levels[level] if isinstance(level, str) and level in levels else level, self.period
        )

    def within(self, score: Fraction) -> Fraction:
        """A score kept within the range of scores."""
        return min(max(score, self.least), self.most)

    def local(self, id_: str, value: Fraction, names: str) -> Any:
        """The value of a formula of a rule, in which ``value`` is the indicator's own."""
        inputs = [name for name in self.about(id_).get("inputs", {}) if name != "value"]
        return self.compute(names, "", {"value": value, **{name: self.further(id_, name) for name in inputs}})

    def rule(self, id_: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """The score of a value by a scoring rule of any kind."""
        rules: dict[str, Callable[[str, Mapping[str, Any], Fraction], Fraction]] = {
            "linear": self._linear,
            "piecewise": lambda _, rule, value: on_line(value, rule["points"]),
            "steps": self._steps,
            "gap_to_goal": self._gap_to_goal,
            "better_of": self._better_of,
            "gate": self._gate,
            "points": self._points,
            "formula": lambda id_, rule, value: self.within(self.local(id_, value, rule["formula"])),
        }
        return rules[rule["kind"]](id_, rule, value)

    def _linear(self, id_: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """0 at zero_at and worse, the highest score at full_at and better, in proportion between."""
        zero, full = self.level(id_, rule["zero_at"]), self.level(id_, rule["full_at"])
        met("level", value, zero, full)
        way = (value - zero) / (full - zero)
        return min(max(way, Fraction(0)), Fraction(1)) * self.most

    def _steps(self, _: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """The score of the last level passed; on_edge says whether reaching a level passes it."""
        score = number(rule["below"])
        met("level", value, *(number(start) for start, _ in rule["steps"]))
        for start, height in sorted((number(start), number(height)) for start, height in rule["steps"]):
            if value > start or (value == start and rule["on_edge"] == "step_above"):
                score = height
        return score

    def _gap_to_goal(self, id_: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """The part of the gap that was closed beyond nothing_below, in proportion to what lies beyond it."""
        baseline, goal = self.level(id_, rule.get("baseline", "0")), self.level(id_, rule["goal"])
        nothing = number(rule.get("nothing_below", "0"))
        closed = (value - baseline) / (goal - baseline)
        met("level", value, goal, baseline + nothing * (goal - baseline))
        way = (closed - nothing) / (1 - nothing)
        return min(max(way, Fraction(0)), Fraction(1)) * self.most

    def _gate(self, id_: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """Another rule's score where the condition holds, else a stated score."""
        if self.local(id_, value, rule["when"]):
            return self.rule(id_, rule["score"], value)
        return self.within(number(rule.get("otherwise", "0")))

    def _points(self, id_: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """Points, plus extras and less demerits, each counted up to a limit in all; ``worth`` points are all."""
        points = self.local(id_, value, rule["base"]) if "base" in rule else value
        for sign, counted in ((1, rule.get("extras")), (-1, rule.get("demerits"))):
            if counted:
                found = sum((self._counted(id_, name) for name in counted["of"]), Fraction(0))
                met("limit", found, number(counted["most"]))
                points += sign * min(found, number(counted["most"]))
        return self.within(points * self.most / number(rule.get("worth", "100")))

    def _counted(self, id_: str, name: str) -> Fraction:
        found = self.further(id_, name) if name in self.about(id_).get("inputs", {}) else self.name(name)
        assert isinstance(found, Fraction)
        return found

    def _better_of(self, id_: str, rule: Mapping[str, Any], value: Fraction) -> Fraction:
        """The larger of the points for achievement and for improvement."""
        achievement, worth = rule["achievement"], number(rule["worth"])
        zero, full = self.level(id_, achievement["zero_below"]), self.level(id_, achievement["full_at"])
        met("level", value, zero, full)
        up = 1 if full > zero else -1
        points = NOTHING
        if up * value >= up * full:
            points = worth
        elif up * value >= up * zero:
            points = self._on_the_way(achievement, (value - zero) / (full - zero), worth)
        if "improvement" in rule:
            improved = self._improvement(id_, rule["improvement"], value, up, worth)
            points = points if improved is None else max(points, improved)
        return self.within(points * self.most / worth)

    def _improvement(
        self, id_: str, improvement: Mapping[str, Any], value: Fraction, up: int, worth: Fraction
    ) -> Fraction | None:
        base, full = self.further(id_, improvement["from"]), self.level(id_, improvement["full_at"])
        worth = number(improvement["most"]) if "most" in improvement else worth
        if base is None:
            return None
        met("level", value, base, full)
        if up * value <= up * base:
            return NOTHING
        return (
            worth if up * value >= up * full else self._on_the_way(improvement, (value - base) / (full - base), worth)
        )

    def _on_the_way(self, side: Mapping[str, Any], progress: Fraction, worth: Fraction) -> Fraction:
        """Points between the levels: by the stated formula in ``progress``, else in proportion."""
        if "points" not in side:
            return worth * progress
        points = self.compute(side["points"], "", {"progress": progress})
        assert isinstance(points, Fraction)
        return points

    # -- areas and the score ----------------------------------------------------------------------------------

    def scored(self, area_id: str) -> list[str]:
        """The indicators of an area that have a scoring rule."""
        return [id_ for id_ in self.section("result_areas")[area_id]["indicators"] if "score" in self.about(id_)]

    def weight(self, id_: str) -> Fraction:
        """An indicator's weight beside the others of its area; equal where none is stated."""
        weight = self.about(id_).get("weight", "equal")
        return Fraction(1) if weight == "equal" else number(weight)

    def area(self, area_id: str) -> Fraction | None:
        """The score of an area, None where too few of its indicators are scored."""
        area = self.section("result_areas")[area_id]
        scores = {id_: self.indicator(id_).score for id_ in self.scored(area_id)}
        there = {id_: score for id_, score in scores.items() if score is not None}
        way = area.get("area_score", "weighted mean")
        needed = int(area.get("minimum_indicators", 0))
        if len(there) < (max(1, needed) if way == "weighted mean" else needed):
            return None
        if isinstance(way, dict):
            found = self.compute(way["formula"], "", scores)
            return found if found is None else self.within(Fraction(found))
        counting = scores if way == "share of points" else there
        heft = sum((self.weight(id_) for id_ in counting), Fraction(0))
        return sum((self.weight(id_) * score for id_, score in there.items()), Fraction(0)) / heft if heft else None

    def area_weight(self, area_id: str) -> Fraction:
        """An area's weight: as stated, else equal, else the sum of its indicators' weights."""
        areas = self.section("result_areas")
        if "weight" in areas[area_id]:
            return number(areas[area_id]["weight"])
        if self.contract.get("weights") == "equal":
            return Fraction(1, len(areas))
        stated = [self.about(id_).get("weight", "equal") for id_ in self.scored(area_id)]
        if "equal" in stated:
            return Fraction(1)
        return sum((number(weight) for weight in stated), Fraction(0))

    def part_of_area(self, id_: str) -> Fraction:
        """An indicator's part of its area's weight."""
        beside = [self.weight(each) for each in self.scored(self.homes[id_])]
        return self.weight(id_) / sum(beside) if any(beside) else Fraction(0)

    def counted_weight(self, area_id: str) -> Fraction:
        """The area's weight without the part of those that have left the contract this time."""
        gone = [self.part_of_area(id_) for id_ in self.scored(area_id) if self.indicator(id_).why in LEAVES]
        return self.area_weight(area_id) * (1 - sum(gone, Fraction(0)))

    def total(self) -> Fraction | None:
        """The weighted mean of the areas that have a score, where enough of them have."""
        scores = {id_: self.area(id_) for id_ in self.section("result_areas") if self.scored(id_)}
        there = {id_: score for id_, score in scores.items() if score is not None}
        weights = {id_: self.counted_weight(id_) for id_ in there}
        if len(there) < int(self.contract.get("minimum_areas", 1)) or not any(weights.values()):
            return None
        return sum((weights[id_] * score for id_, score in there.items()), Fraction(0)) / sum(weights.values())

    def held_weight(self) -> Fraction:
        """The share of all weight that waits for its indicators."""
        parts = {id_: self.area_weight(area) * self.part_of_area(id_) for id_, area in self.homes.items()}
        waiting = [part for id_, part in parts.items() if self.indicator(id_).why == "hold"]
        return sum(waiting, Fraction(0)) / sum(parts.values()) if waiting else Fraction(0)


def _last(rule: Any) -> Any:
    """What a rule comes down to when there is nothing to carry."""
    while isinstance(rule, dict) and "carry" in rule:
        rule = rule.get("then", "error")
    return rule
