"""One payee's settlement as a statement tells it: plain data in one language, which every document is written from.

Numbers stay exact; how they are shown is the document's. Titles are in the language asked, ids stand where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256

from ..contract.model import Contract, Terms
from ..contract.outcomes import Indicator
from ..contract.parts import Dated
from ..contract.periods import Period, holding, periods_of
from ..explain import explain_formula, say
from ..formula.exact import Value
from ..formula.steps import Input
from ..settlement import IndicatorResult, PayeeSettlement, Settlement
from .amendments import AmendmentShown, DecisionShown, amendments, other_decisions
from .json import place_text, write_json
from .text import carried, named


@dataclass(frozen=True, slots=True)
class PartyShown:
    """Someone who signs the contract; ``paid``: everyone but the commissioner."""

    id: str
    title: str
    role: str
    business_id: str
    paid: bool


@dataclass(frozen=True, slots=True)
class IndicatorShown:
    """An indicator with its result. ``levels`` are the contract's named levels of the period; ``n`` how many were measured."""

    id: str
    title: str
    value: Fraction | None
    unit: str
    goal: Fraction | None
    levels: Mapping[str, Fraction]
    score: Fraction | None
    scored: bool
    weight: Fraction | None
    status: str
    owner: str
    source: str
    schedule: str
    n: Fraction | None
    confidential: bool


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A result area with its indicators; without a score where nothing in it is scored."""

    id: str
    title: str
    score: Fraction | None
    weight: Fraction | None
    indicators: tuple[IndicatorShown, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """A named formula: what it says in a sentence, in words and in numbers, its result, and the place it was agreed at."""

    name: str
    title: str
    role: str
    says: str
    words: str
    numbers: str
    result: Value
    unit: str
    place: str


@dataclass(frozen=True, slots=True)
class InputShown:
    """A number or category that was measured, and where."""

    name: str
    title: str
    party: str
    period: str
    part: str
    value: Value
    unit: str
    source: str
    status: str
    place: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """One amount of one clause to one party, and why."""

    clause: str
    title: str
    party: str
    party_title: str
    amount: Fraction
    why: str
    place: str


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """What a party earned, what of it is held, what was paid on account and what is payable; negative: it pays back."""

    party: str
    title: str
    earned: Fraction
    held: Fraction
    paid: Fraction
    payable: Fraction


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """Who pays whom now; ``payer`` is empty where no commissioner is in the contract in the period, or several are."""

    payer: str
    receiver: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class AssumedShown:
    """What was assumed: the terms below ``path``, and the reason the contract gives."""

    path: str
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything a statement of one payee's period tells. ``places`` are the decimals of money; ``hash`` is that of the JSON."""

    language: str
    title: str
    contract: str
    diary_number: str
    contract_status: str
    scorecard: bool
    follows: str
    contract_file: str
    period: str
    first: date
    last: date
    payee: str
    currency: str
    places: int
    parties: tuple[PartyShown, ...]
    score: Fraction | None
    areas: tuple[AreaShown, ...]
    inputs: tuple[InputShown, ...]
    steps: tuple[StepShown, ...]
    lines: tuple[LineShown, ...]
    total: Fraction
    balance: tuple[BalanceShown, ...]
    payments: tuple[PaymentShown, ...]
    carried: tuple[tuple[str, Fraction], ...]
    assumed: tuple[AssumedShown, ...]
    amendments: tuple[AmendmentShown, ...]
    decisions: tuple[DecisionShown, ...]
    approvals: tuple[str, ...]
    terms: Terms | None
    budget: str
    data_files: tuple[str, ...]
    hash: str

    @property
    def provisional(self) -> tuple[IndicatorShown, ...]:
        """The indicators whose result is not final."""
        return tuple(each for area in self.areas for each in area.indicators if each.status != "final")


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
            follows=contract.follows or "",
            contract_file=contract.document.file,
            period=period.label,
            first=period.first,
            last=period.last,
            payee=self.payee.payee,
            currency=calculation.currency,
            places=calculation.rounding.places if calculation.rounding else 0,
            parties=tuple(
                PartyShown(id_, self._who(id_), who.role, who.business_id or "", who.is_paid)
                for id_, who in contract.parties.items()
            ),
            score=self.payee.score,
            areas=tuple(self._areas()),
            inputs=tuple(self._input(given) for given in calculation.inputs),
            steps=tuple(self._steps()),
            lines=tuple(self._lines()),
            total=self.payee.total,
            balance=tuple(
                BalanceShown(party, self._who(party), each.earned, each.held, each.paid, each.payable)
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
            PaymentShown(payer, self._who(party), each.payable)
            if each.payable > 0
            else PaymentShown(self._who(party), payer, -each.payable)
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
