"""Whether rows of measured data fit the contract: no row may be passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.model import Contract
from ..contract.periods import Period, is_label, periods_of
from ..measured import Measured, Row
from ..problems import Problem, did_you_mean


def known_ids(contract: Contract) -> set[str]:
    """Every id that a row of measured data may carry."""
    ids = {*contract.facts, *(contract.payees.attributes if contract.payees else {})}
    for id_, indicator in contract.indicators.items():
        ids |= {id_, *(f"{id_}.{name}" for name in (*indicator.inputs, *indicator.components) if name != "value")}
    return ids


def unfitting_rows(contract: Contract, measured: Measured) -> list[Problem]:
    """The first row of each name, party and period that the contract has no place for (AO504, AO514)."""
    fit = _Fit(contract, measured)
    found: dict[tuple[str, str], Problem] = dict(_both(measured))
    seen: set[tuple[str, str, str]] = set()
    for row in measured.rows:
        kind = (row.indicator, row.party, row.period)
        if kind not in seen:
            seen.add(kind)
            for about, problem in fit.problems(row):
                found.setdefault(about, problem)
    return list(found.values())


def _both(measured: Measured) -> Iterator[tuple[tuple[str, str], Problem]]:
    """Values given once for all payees, and for some payee by itself: nobody could say which holds."""
    common = {(row.party, row.period, row.indicator): row for row in measured.rows if not row.payee}
    for row in measured.rows if common else ():
        if row.payee and (both := common.get((row.party, row.period, row.indicator))):
            sentence = f"{row.indicator} of {row.period} is given for all payees, and for {row.payee} by itself."
            place, other = measured.at(row, "payee"), measured.at(both, "payee")
            yield ("both", row.indicator), Problem("AO514", sentence, "Keep one of the two.", place, other)


class _Fit:
    def __init__(self, contract: Contract, measured: Measured) -> None:
        self.contract, self.measured = contract, measured
        self.ids = known_ids(contract)
        self.computed = {id_ for id_, each in contract.indicators.items() if each.value or each.components}
        self.periods: dict[str, Period] = {period.label: period for period in periods_of(contract.periods)}
        self.first = next(iter(self.periods), "")

    def problems(self, row: Row) -> Iterator[tuple[tuple[str, str], Problem]]:
        """What is wrong with a row, each with what it is about."""
        contract, at = self.contract, self.measured.at
        if row.indicator not in self.ids:
            sentence = f"{row.indicator} is not a fact or indicator of {contract.contract}."
            yield (
                ("id", row.indicator),
                Problem("AO504", sentence, did_you_mean(row.indicator, self.ids), at(row, "indicator")),
            )
        elif row.indicator in self.computed:
            sentence = f"{row.indicator} is computed by the contract, so a measured value of it would not be used."
            yield ("id", row.indicator), Problem("AO514", sentence, "Take the row out.", at(row, "indicator"))
        if row.party and row.party not in contract.parties:
            sentence = f"{row.party} is not a party of {contract.contract}."
            yield (
                ("party", row.party),
                Problem("AO504", sentence, did_you_mean(row.party, contract.parties), at(row, "party")),
            )
        elif wrong := self._party(row):
            yield ("party", f"{row.party} {row.indicator}"), Problem("AO514", *wrong, at(row, "party"))
        if not is_label(contract.periods, row.period) or (row.period not in self.periods and row.period > self.first):
            sentence = f"{row.period} is not a period of {contract.contract}, nor one before it."
            yield (
                ("period", row.period),
                Problem("AO514", sentence, did_you_mean(row.period, self.periods), at(row, "period")),
            )

    def _party(self, row: Row) -> tuple[str, str] | None:
        """What is wrong with the party of a row: whether the fact is kept per party, and whether that party is there."""
        fact = self.contract.facts.get(row.indicator)
        per_party = fact is not None and fact.per == "party"
        if per_party and not row.party:
            return f"Each party has its own {row.indicator}, and this row names none.", "Fill in the party."
        if not row.party:
            return None
        if not per_party:
            return f"{row.indicator} is not kept per party.", "Leave the party blank."
        who, period = self.contract.parties[row.party], self.periods.get(row.period)
        if not who.is_paid:
            return (
                f"{row.party} is not paid by the contract, so its {row.indicator} would not be used.",
                "Take the row out.",
            )
        if period and ((who.first and who.first > period.last) or (who.last and who.last < period.first)):
            return f"{row.party} is not a party in {row.period}.", "Take the row out, or mend the party's days."
        return None
