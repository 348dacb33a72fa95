"""The years to come: the settlement drawn period after period, each value moved along by its trend.

What a later year reads of an earlier one (a growth, a payment already settled) is what was drawn there in the same row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from ..calculation.compile import compile_contract
from ..calculation.form import Calculation
from ..contract.periods import apart, earlier, periods_of
from ..formula.exact import Value
from ..formula.steps import Input
from ..problems import DataError, Problem, UsageError, did_you_mean
from ..settlement import PayeeSettlement, Settlement, settle_values
from .drawing import Drawn, Settings, spread_of
from .outcome import Draws, Year, distribution
from .running import Columns, Floats, Simulation

Key = tuple[str, str, str, str]


def years_to_come(
    settlement: Settlement,
    payee: PayeeSettlement,
    settings: Settings,
    trends: Mapping[str, Fraction],
    draws: Draws,
    count: int,
) -> Iterator[Year]:
    """The next ``count`` periods of the contract, or as many as it has.

    ``trends`` by id are added each period to shares, scores and grades, and grow amounts and counts by that share of
    themselves; what has none stays as it is. Raises UsageError for a trend of what is not read (AO077) or of no period (AO661),
    and for a value that this period does not have (AO085).
    """
    contract, base = settlement.contract, settlement.calculation.period
    labels = [each.label for each in periods_of(contract.periods)]
    there = {
        (each.id, each.party, each.part, each.period): payee.values[each.name]
        for each in settlement.calculation.for_one_payee().inputs
    }
    drawn_before: dict[Key, Floats] = {}
    to_come = labels[labels.index(base) + 1 :][:count]
    years = [_Year(settlement, payee, settings, trends, draws, label) for label in to_come]
    _check_trends(trends, [settlement.calculation, *(year.calculation for year in years)], bool(years))
    for year in years:
        yield year.told(there, drawn_before)


def _check_trends(trends: Iterable[str], calculations: Iterable[Calculation], any_year: bool) -> None:
    """Raises UsageError for a trend of what no period reads (AO077), or where no period is drawn that it could move (AO661)."""
    known = {given.id for each in calculations for given in each.inputs if given.part == "value"}
    for id_ in trends:
        if id_ not in known:
            hint = did_you_mean(id_, sorted(known)) or "Name a fact or indicator that is measured."
            raise UsageError(Problem("AO077", f"{id_} is nothing that this settlement reads.", hint))
        if not any_year:
            sentence = f"No period to come is drawn, so a trend of {id_} moves nothing."
            raise UsageError(Problem("AO661", sentence, "Say how many are drawn: --years 3."))


class _Year:
    """One period to come, with its own calculation and its own stream of random numbers."""

    def __init__(
        self,
        settlement: Settlement,
        payee: PayeeSettlement,
        settings: Settings,
        trends: Mapping[str, Fraction],
        draws: Draws,
        label: str,
    ) -> None:
        self.settlement, self.payee, self.settings, self.trends = settlement, payee, settings, trends
        self.draws, self.label = draws, label
        rule = settlement.contract.periods
        self.ahead = apart(rule, settlement.calculation.period, label)
        self.calculation: Calculation = compile_contract(settlement.contract, label).for_one_payee()
        self.rows = {
            (each.id, each.party): payee.bound.rows.get(each.name)
            for each in settlement.calculation.inputs
            if each.period == settlement.calculation.period
        }

    def told(self, there: Mapping[Key, Value], before: dict[Key, Floats]) -> Year:
        """The period drawn; what it drew is added to ``before`` for the periods after it."""
        inputs: dict[str, Value] = {}
        columns: dict[str, Floats] = {}
        drawn: list[Drawn] = []
        for given in self.calculation.inputs:
            key = (given.id, given.party, given.part, given.period)
            if key in before:
                columns[given.name] = before[key]
            inputs[given.name] = value = self._value(given, there)
            row = self.rows.get((given.id, given.party))
            if given.part == "value" and given.period == self.label and isinstance(value, Fraction):
                spread = spread_of(given, value, row, self.settings)
                if spread is not None:
                    drawn.append(Drawn(given.name, given.id, given.party, value, spread))
        score = [self.calculation.score] if self.calculation.score else []
        carried = [step.name for step in self.calculation.steps if step.role == "carried"]
        names = [*score, *carried]
        among = {each.id for each in drawn}
        correlations = {pair: each for pair, each in self.settings.correlations.items() if among.issuperset(pair)}
        simulation = Simulation(self.calculation, inputs, drawn, correlations, names, columns=columns)
        rows, seed = self.draws.rows, self.draws.seed
        run = simulation.run(rows, seed, self.draws.threads, stream=self.ahead)
        before |= {(name, "", "settled", self.label): run.others[name] for name in carried}
        self._remember(run, simulation.drawn_columns(rows, seed, self.ahead), before)
        expected = self._expected(inputs)
        total = expected.total if expected else Fraction(round(run.means["total"] * 100), 100)
        scored = None
        if score and expected is not None and expected.score is not None:
            scored = distribution(expected.score, run.others[score[0]], run.means[score[0]])
        return Year(self.label, distribution(total, run.total, run.means["total"]), scored)

    def _value(self, given: Input, there: Mapping[Key, Value]) -> Value:
        """What is expected of an input: as measured where it is of this period or before, else moved along by its trend."""
        rule, base = self.settlement.contract.periods, self.settlement.calculation.period
        key = (given.id, given.party, given.part, given.period)
        if key in there:
            return there[key]
        ahead = apart(rule, base, given.period) if given.part != "frozen" else 0
        now = (given.id, given.party, given.part, earlier(rule, given.period, ahead))
        if given.part == "settled":
            lines = (line.amount for line in self.payee.lines if line.clause == given.id)
            return self.payee.carried.get(given.id, sum(lines, Fraction(0)))
        if now not in there and given.required:
            sentence = f"{given.id} of {given.party or base} is not known in {base}, so nothing says what it is in {given.period}."
            raise UsageError(
                Problem("AO085", sentence, "Simulate fewer years, or settle a period that has it.", given.place)
            )
        value = there.get(now)
        trend = self.trends.get(given.id)
        if not isinstance(value, Fraction) or trend is None or given.part != "value":
            return value
        return _within(given, value * (1 + trend) ** ahead if _grows(given) else value + trend * ahead)

    def _expected(self, inputs: Mapping[str, Value]) -> PayeeSettlement | None:
        try:
            return settle_values(self.calculation, inputs, self.payee.bound)
        except DataError:
            return None

    def _remember(self, run: Columns, drawn: Mapping[str, Floats], before: dict[Key, Floats]) -> None:
        for given in self.calculation.inputs:
            if given.name in drawn:
                before[given.id, given.party, given.part, given.period] = drawn[given.name]
        for clause, column in run.clauses.items():
            before[clause, "", "settled", self.label] = column


def _grows(given: Input) -> bool:
    """Whether a trend is a share of the value: of money and of counts."""
    unit = given.unit.split(" ", maxsplit=1)[0]
    return unit in ("count", "persons", "index") or (len(unit) == 3 and unit.isupper() and unit != "NPS")


def _within(given: Input, value: Fraction) -> Fraction:
    """A value kept in the range that the contract states."""
    value = value if given.least is None else max(value, given.least)
    return value if given.most is None else min(value, given.most)
