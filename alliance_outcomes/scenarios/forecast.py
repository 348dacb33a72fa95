"""Forecast: where a settlement lands at the end of a period of which a part is known, and what decides it.

What is known of the part stands; the rest is taken to go on like it, as uncertain as its counts of persons and answers say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from ..calculation.form import Calculation
from ..contract.model import Contract
from ..contract.periods import Period, is_label, periods_of, portion
from ..formula.steps import Input
from ..measured import SUPPRESSED, Measured, Row
from ..numbers import parse_number, round_to, to_text
from ..problems import DataError, Place, Problem, UsageError
from ..settlement import PayeeSettlement, Settled, Settlement, settle
from ..simulate.drawing import Drawn, Settings, check_settings, end_of, refuse_spread
from ..simulate.outcome import Draws, Simulated, simulate
from ..simulate.spreads import Spread, rest_of_cost, rest_of_mean, rest_of_promoters, rest_of_share

Key = tuple[str, str, str]
LENGTHS = ("half_year", "quarter", "month")


@dataclass(frozen=True, slots=True)
class Known:
    """What a part of a period tells of one fact or indicator; ``count`` persons or answers stand behind it, 0 where none do."""

    value: Fraction
    count: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """A settlement as it lands if the rest of the period goes on like what is ``known``, through a day, by (payee, party, id)."""

    through: date
    share: Fraction
    settlement: Settlement
    known: Mapping[Key, Known]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A settlement as it lands if the rest goes on like what is known ``through`` that day, and how it spreads around that."""

    through: date
    share: Fraction
    settlement: Settlement
    payee: PayeeSettlement
    simulated: Simulated


def forecast(
    contract: Contract,
    measured: Measured,
    period: str,
    through: date | None,
    settings: Settings,
    draws: Draws,
    payee: str | None = None,
) -> Forecast:
    """The settlement of one payee as ``expected`` tells it, and how it spreads around that. Raises what that raises."""
    chosen = None if payee is None else [payee]
    return around(expected(contract, measured, period, through, chosen), measured, settings, draws)


def around(there: Expected, measured: Measured, settings: Settings, draws: Draws) -> Forecast:
    """How the one payee's settlement spreads around what is expected (AO021)."""
    only = there.settlement.only()
    calculation = there.settlement.calculation.for_one_payee()
    drawn = _drawn(there.settlement.contract, calculation, only, there.known, settings, there.share)
    simulated = simulate(there.settlement, only, measured, settings, draws, drawn=drawn)
    return Forecast(there.through, there.share, there.settlement, only, simulated)


def expected(
    contract: Contract,
    measured: Measured,
    period: str,
    through: date | None,
    payees: Iterable[str] | None = None,
    settled: Settled | None = None,
) -> Expected:
    """The settlement of ``period`` at its end, from data of its parts or from part-year data known ``through`` a day.

    Parts are the quarters, half years or months of the period that the data holds (2023Q1, 2023H1, 2023-03); they tell
    the day themselves. Raises UsageError (AO081) where neither is there, DataError where parts do not fit together or the
    whole period is given beside them (AO519), and where a sum would end outside the range of the contract (AO522).
    """
    whole = next((each for each in periods_of(contract.periods) if each.label == period), None)
    if whole is None:
        raise UsageError(Problem("AO020", f"{period} is not a period of the contract.", "Name one that is."))
    parts = _parts(contract, measured, whole)
    if parts:
        if through not in (None, parts[-1].last):
            sentence = f"The data reaches through {parts[-1].last.isoformat()}, the last day of {parts[-1].label}."
            raise UsageError(Problem("AO081", sentence, "Leave out --through, or take out the parts after it."))
        through = parts[-1].last
    if through is None or not whole.first <= through <= whole.last:
        sentence = f"It is not known through which day of {period} the data reaches."
        raise UsageError(Problem("AO081", sentence, "Say --through YEAR-MONTH-DAY, or give quarters such as 2023Q1."))
    share = portion(whole, whole.first, through, "days")
    labels = [part.label for part in parts] or [period]
    known = dict(_known(contract, measured, period, labels))
    _check_beside(contract, measured, period, labels, known)
    rows = [each for each in measured.rows if each.period not in {period, *(part.label for part in parts)}]
    last = parts[-1].label if parts else period
    rows += [replace(each, period=period) for each in measured.rows if each.period == last and _is_code(contract, each)]
    projected = [_projected(contract, key, each, period, share) for key, each in known.items()]
    _check_ends(contract, known, projected)
    rows += projected
    rows += [replace(each, period=period) for each in _suppressed(contract, measured, labels).values()]
    settlement = settle(contract, replace(measured, rows=tuple(rows)), period, payees, settled)
    return Expected(through, share, settlement, known)


def _parts(contract: Contract, measured: Measured, whole: Period) -> list[Period]:
    """The parts of the period that the data holds, in order: one length, without a gap from the first day on (AO519)."""
    found: list[Period] = []
    for length in LENGTHS:
        rule = contract.periods.model_copy(update={"length": length, "first": whole.first, "last": whole.last})
        held = (
            {label for label in measured.periods() if is_label(rule, label)}
            if length != contract.periods.length
            else set()
        )
        there = [each for each in periods_of(rule) if each.label in held]
        if there and found:
            sentence = f"The data holds parts of {whole.label} of two lengths."
            raise DataError(Problem("AO519", sentence, "Give quarters, half years or months.", _place(measured, there)))
        if there and there != periods_of(rule)[: len(there)]:
            sentence = f"The parts of {whole.label} have a gap."
            raise DataError(Problem("AO519", sentence, "Give them from the first on.", _place(measured, there)))
        found = found or there
    return found


def _place(measured: Measured, parts: Sequence[Period]) -> Place | None:
    labels = {each.label for each in parts}
    return next((row.place for row in measured.rows if row.period in labels), None)


def _suppressed(contract: Contract, measured: Measured, labels: Sequence[str]) -> dict[Key, Row]:
    """What may not be shown of one of these periods, so that it is not known of the whole: a row of each."""
    rows = (row for row in measured.rows if row.period in labels and row.status == SUPPRESSED)
    return {(row.payee, row.party, row.indicator): row for row in rows if not _is_code(contract, row)}


def _known(contract: Contract, measured: Measured, period: str, labels: Sequence[str]) -> Iterator[tuple[Key, Known]]:
    """What is known of each fact and indicator: of its parts put together, or of the period so far."""
    found: dict[Key, list[Row]] = {}
    not_shown = _suppressed(contract, measured, labels)
    for row in measured.rows:
        key = (row.payee, row.party, row.indicator)
        if row.period in labels and key not in not_shown and not _is_code(contract, row):
            found.setdefault(key, []).append(row)
    for key, rows in found.items():
        if len(rows) < len(labels):
            sentence = f"{key[2]} is not there for every part of {period}."
            raise DataError(Problem("AO519", sentence, f"Give it for {', '.join(labels)}.", rows[0].place))
        rows.sort(key=lambda row: row.period)
        values = [_of_row(measured, row) for row in rows]
        yield key, _together(_over_time(contract, key[2]), values, tuple(row.place for row in rows if row.place))


def _is_code(contract: Contract, row: Row) -> bool:
    """Whether a row holds an attribute of the payee, which nothing is added to."""
    return contract.payees is not None and row.indicator in contract.payees.attributes


def _of_row(measured: Measured, row: Row) -> tuple[Fraction, int]:
    """The value of a row and how many stand behind it (AO509, AO519)."""
    try:
        value, above, below, n = (measured.number(each) for each in (row.value, row.numerator, row.denominator, row.n))
    except ValueError as error:
        raise DataError(Problem("AO509", f"{row.indicator}: {error}.", "Write a number.", row.place)) from None
    if above is not None and below:
        value = above / below
    if value is None:
        sentence = f"{row.indicator} has no value for {row.period}."
        raise DataError(Problem("AO519", sentence, "Fill it in, or take the row out.", row.place))
    return value, int(below or n or 0)


def _over_time(contract: Contract, id_: str) -> str:
    """How the figures of parts make that of the whole: as stated, else money is added up and all else averaged."""
    about = contract.facts.get(id_) or contract.indicators.get(id_)
    if about is not None and about.over_time is not None:
        return about.over_time
    return "total" if about is not None and about.unit == contract.currency else "mean"


def _together(how: str, values: Sequence[tuple[Fraction, int]], places: tuple[Place, ...]) -> Known:
    """Parts put together. Of persons and answers each counts once; what has none is added up, averaged, or the last."""
    count = sum(n for _, n in values)
    if how == "last":
        return Known(*values[-1], places)
    if count and all(n for _, n in values):
        return Known(sum((value * n for value, n in values), Fraction(0)) / count, count, places)
    total = sum((value for value, _ in values), Fraction(0))
    return Known(total if how == "total" else total / len(values), 0, places)


def _adds_up(contract: Contract, id_: str, known: Known) -> bool:
    """Whether the rest of the period adds to what is known: money to money, persons to persons."""
    how = _over_time(contract, id_)
    return how != "last" if known.count else how == "total"


def _projected(contract: Contract, key: Key, known: Known, period: str, share: Fraction) -> Row:
    """The row of the whole period, if the rest goes on like the part."""
    value, count = known.value, known.count
    if _adds_up(contract, key[2], known):
        value = value if count else value / share
        count += _rest(count, share)
    payee, party, id_ = key
    place = known.places[0] if known.places else None
    return Row(payee, party, period, id_, to_text(value), n=str(count or ""), status="provisional", place=place)


def _check_beside(
    contract: Contract, measured: Measured, period: str, labels: Sequence[str], known: Iterable[Key]
) -> None:
    """Raises DataError for what is given of the whole period beside parts, and would be left out (AO519)."""
    there = {*known, *_suppressed(contract, measured, labels)}
    for row in measured.rows:
        key = (row.payee, row.party, row.indicator)
        if row.period == period and key not in there and not _is_code(contract, row):
            sentence = f"{row.indicator} is given for {period} as a whole, where other figures are given for its parts."
            raise DataError(Problem("AO519", sentence, f"Give it for {', '.join(labels)}.", row.place))


def _check_ends(contract: Contract, known: Mapping[Key, Known], projected: Iterable[Row]) -> None:
    """Raises DataError (AO522) for sums within their range now that would leave it by the end of the period."""
    problems = []
    for row, so_far in zip(projected, known.values(), strict=True):
        about, end = contract.facts.get(row.indicator), parse_number(row.value)
        if about is not None and about.most is not None and so_far.value <= about.most < end:
            shown = to_text(round_to(end, "half_away_from_zero", Fraction(1, 100)))
            sentence = f"{row.indicator} would come to {shown} by the end of {row.period}, above its most, {to_text(about.most)}."
            hint = "Check the day that the data reaches, the figure, and most: in the contract."
            problems.append(Problem("AO522", sentence, hint, row.place))
    if problems:
        raise DataError(problems)


def _rest(count: int, share: Fraction) -> int:
    """How many persons or answers are still to come, if they come as they came."""
    return round(count * (1 - share) / share)


def _drawn(
    contract: Contract,
    calculation: Calculation,
    payee: PayeeSettlement,
    known: Mapping[Key, Known],
    settings: Settings,
    share: Fraction,
) -> list[Drawn]:
    """The inputs that the rest of the period can still move, and how (AO660, AO661, AO077)."""
    check_settings(calculation, settings)
    if share == 1:
        return []
    found = []
    for given in calculation.inputs:
        value = payee.values[given.name]
        each = known.get((payee.payee, given.party, given.id)) or known.get(("", given.party, given.id))
        if (
            given.part != "value"
            or given.period != calculation.period
            or each is None
            or not isinstance(value, Fraction)
        ):
            continue
        spread = _spread(contract, given, each, settings, share)
        if spread is not None:
            found.append(Drawn(given.name, given.id, given.party, value, spread))
    return found


def _spread(contract: Contract, given: Input, known: Known, settings: Settings, share: Fraction) -> Spread | None:
    """How the value at the end spreads around what is known now; None where nothing more can come."""
    adds = _adds_up(contract, given.id, known)
    stated, least, most = settings.spreads.get(given.id), end_of(given, "least"), end_of(given, "most")
    if not known.count:
        rest = known.value * (1 - share) / share if adds else known.value
        return rest_of_cost(known.value if adds else Fraction(0), rest, stated or Fraction(0), least, most)
    # Who is measured anew at the end, instead of added to, is measured anew altogether.
    kept, coming = (known.count, _rest(known.count, share)) if adds else (0, known.count)
    if given.unit == "share" or given.unit.startswith("NPS"):
        refuse_spread(given.id, settings)
    if given.unit == "share":
        return rest_of_share(known.value, known.count, kept, coming)
    if given.unit.startswith("NPS"):
        return rest_of_promoters(known.value, known.count, kept, coming, settings.passive)
    if stated is None and (given.least is None or given.most is None):
        return None
    of_one = stated if stated is not None else (Fraction(given.most or 0) - Fraction(given.least or 0)) / 4
    return rest_of_mean(known.value, known.count, kept, coming, of_one, stated is None, (least, most))
