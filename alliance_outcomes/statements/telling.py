"""Tells one payee's settlement in one language, as the plain data that every document is written from: see model.py."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256

from ..contract.model import Contract
from ..contract.outcomes import Indicator
from ..contract.parts import Dated
from ..contract.periods import Period, holding, periods_of
from ..explain import explain_formula, say
from ..formula.nodes import names
from ..formula.steps import Input
from ..settlement import IndicatorResult, PayeeSettlement, Settlement
from .amendments import amendments, other_decisions
from .json import place_text, write_json
from .model import (
    AreaShown,
    AssumedShown,
    BalanceShown,
    IndicatorShown,
    InputShown,
    LineShown,
    PartyShown,
    PaymentShown,
    Statement,
    StepShown,
)
from .text import carried, named


def statement(settlement: Settlement, payee: PayeeSettlement, language: str = "en") -> Statement:
    """The statement of one payee of a settlement, in fi, sv or en."""
    return _Telling(settlement, payee, language).told()


class _Telling:
    def __init__(self, settlement: Settlement, payee: PayeeSettlement, language: str) -> None:
        self.settlement, self.payee, self.language = settlement, payee, language
        self.contract, self.calculation = settlement.contract, settlement.calculation
        self.titled = titles(self.contract, language)

    def told(self) -> Statement:
        contract, calculation = self.contract, self.calculation
        period = self._period()
        files = dict.fromkeys(row.place.file for row in self.payee.bound.rows.values() if row.place)
        alone = Settlement(contract, calculation, (self.payee,), self.settlement.assumed)
        return Statement(
            language=self.language,
            title=named(contract.title, self.language, contract.contract),
            contract=contract.contract,
            diary_number=contract.diary_number or "",
            contract_status=contract.status,
            scorecard=contract.kind == "scorecard",
            weight_unit=contract.weight_unit,
            follows=contract.follows or "",
            contract_file=contract.document.file,
            period=period.label,
            first=period.first,
            last=period.last,
            payee=self.payee.payee,
            currency=calculation.currency,
            places=calculation.rounding.places if calculation.rounding else 0,
            parties=tuple(
                PartyShown(id_, self._who(id_), who.role, who.business_id or "", who.is_paid, who.first, who.last)
                for id_, who in contract.parties.items()
            ),
            score=self.payee.score,
            areas=tuple(self._areas()),
            inputs=tuple(self._input(given) for given in calculation.inputs),
            steps=tuple(self._steps()),
            lines=tuple(self._lines()),
            total=self.payee.total,
            balance=tuple(
                BalanceShown(
                    *(party, self._who(party), each.earned, each.held, each.paid, each.payable),
                    *(calculation.held.get(party, ""), calculation.paid.get(party, "")),
                )
                for party, each in self.payee.balance.items()
            ),
            payments=tuple(self._payments()),
            carried=carried(self.settlement, self.payee, self.language),
            assumed=tuple(
                AssumedShown(".".join(map(str, each.path)), each.reason, place_text(each.place) or "")
                for each in self.settlement.assumed
            ),
            amendments=amendments(contract, self.language),
            decisions=other_decisions(contract, self.language),
            approvals=tuple(contract.approvals),
            terms=contract.terms,
            budget=str(contract.budget.text) if contract.budget else "",
            data_files=tuple(files),
            hash=sha256(write_json(alone, self.language).encode()).hexdigest(),
        )

    def _who(self, party: str) -> str:
        who = self.contract.parties.get(party)
        return named(who.title, self.language, party) if who else self.payee.payee or party

    def _areas(self) -> list[AreaShown]:
        found = []
        results = {each.id: each for each in self.payee.indicators}
        scored = {each.id: each for each in self.payee.areas}
        for id_, area in self.contract.result_areas.items():
            indicators = tuple(
                self._indicator(indicator, results[name])
                for name, indicator in area.indicators.items()
                if name in results
            )
            result = scored.get(id_)
            title = named(area.title, self.language, id_)
            found.append(
                AreaShown(id_, title, result.score if result else None, result.weight if result else None, indicators)
            )
        return found

    def _indicator(self, indicator: Indicator, result: IndicatorResult) -> IndicatorShown:
        form = next(each for each in self.calculation.indicators if each.id == result.id)
        n = self.payee.values[form.n] if form.n else None
        levels = {name: level for name, each in indicator.levels.items() if (level := self._level(each)) is not None}
        return IndicatorShown(
            id=result.id,
            title=self.titled(result.id),
            value=result.value,
            unit=indicator.unit or "",
            goal=indicator.goal.value if indicator.goal else None,
            levels=levels,
            score=result.score,
            scored=indicator.score is not None,
            weight=result.weight,
            status=result.status,
            owner=self._who(indicator.owner) if indicator.owner else "",
            source=named(indicator.source_system, self.language, ""),
            schedule=indicator.schedule or "",
            n=None if n is None else Fraction(n),
            confidential=indicator.confidential,
        )

    def _level(self, level: object) -> Fraction | None:
        """A level in the period that is settled."""
        if isinstance(level, Dated):
            labels = [each.label for each in periods_of(self.contract.periods)]
            return holding(list(level.entries), labels, self.calculation.period)[1]
        return level if isinstance(level, Fraction) else None

    def _input(self, given: Input) -> InputShown:
        row = self.payee.bound.rows.get(given.name)
        place = row.place if row else given.place
        party = self._who(given.party) if given.party else ""
        return InputShown(
            name=given.name,
            title=self.titled(given.name) if given.part == "frozen" else self.titled(given.id),
            party=party,
            period=given.period,
            part=given.part,
            value=self.payee.values[given.name],
            unit=given.unit,
            source=row.source if row else "",
            status=row.status if row else "",
            place=place_text(place) or "",
        )

    def _steps(self) -> list[StepShown]:
        found = []
        for step in self.calculation.steps:
            told = explain_formula(step, self.payee.values, self.language)
            place = place_text(step.place) or ""
            result = self.payee.values[step.name]
            found.append(
                StepShown(
                    step.name,
                    self.titled(step.name),
                    step.role,
                    told.says,
                    told.words,
                    told.numbers,
                    result,
                    step.unit,
                    place,
                    frozenset(names(step.formula)),
                )
            )
        return found

    def _lines(self) -> list[LineShown]:
        return [
            LineShown(
                line.clause,
                named(self.contract.settlement[line.clause].title, self.language, line.clause),
                line.party,
                self._who(line.party),
                line.amount,
                say(line.why, self.language),
                place_text(line.place) or "",
            )
            for line in self.payee.lines
        ]

    def _period(self) -> Period:
        label = self.calculation.period
        return next(each for each in periods_of(self.contract.periods) if each.label == label)

    def _payments(self) -> list[PaymentShown]:
        period = self._period()
        commissioners = [
            self._who(id_)
            for id_, who in self.contract.parties.items()
            if not who.is_paid and who.present(period.first, period.last)
        ]
        payer = commissioners[0] if len(commissioners) == 1 else ""
        return [
            PaymentShown(payer, self._who(party), each.payable, party)
            if each.payable > 0
            else PaymentShown(self._who(party), payer, -each.payable, party)
            for party, each in self.payee.balance.items()
            if each.payable
        ]


def titles(contract: Contract, language: str) -> Callable[[str], str]:
    """What the contract calls a named formula or input, in the language; its own name where it has no title.

    ``x.score`` and ``x[party]`` are told by the title of ``x`` and what stands beside it.
    """
    known: dict[str, str] = {}
    for section in ("facts", "amounts", "figures", "tables", "result_areas", "settlement"):
        for name, part in getattr(contract, section).items():
            if part.title:
                known[name] = named(part.title, language, name)
    known |= {name: named(each.title, language, name) for name, each in contract.indicators.items() if each.title}
    parties = {f"[{id_}]": named(who.title, language, id_) for id_, who in contract.parties.items()}

    def told(name: str) -> str:
        if name in known:
            return known[name]
        bare, bracket, party = name.partition("[")
        first, dot, rest = bare.partition(".")
        if first not in known and first == name:
            return name
        whose = f", {parties.get(bracket + party, party.rstrip(']'))}" if bracket else ""
        return f"{known.get(first, first)}{f': {rest}' if dot else ''}{whose}"

    return told
