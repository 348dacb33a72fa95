"""Gain share: the difference between a target and what was spent, shared by rates, bands, deadbands, gates and limits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from ..contract.located import Listing
from ..contract.parts import ConditionText, Formula, FormulaText, Id, Part, refuse, to_number
from ..formula.curves import earned_in_bands
from ..formula.nodes import Arithmetic, Compare, IfElse, Name, Negate, Node
from ..formula.steps import Says
from ..ledger import Split
from ..problems import Problem
from .base import NO_MONEY, Clause, Paying, least, minus, most, plus, times
from .carrying import TO_DATE, Carried, Carry, Over, one_way, paid_to_date, to_date, where

SAYS = {
    "saved": {
        "en": "The underrun: the target less what was spent; negative for an overrun.",
        "fi": "Alitus: tavoite miinus toteutunut; ylitys on negatiivinen.",
        "sv": "Underskridande: målet minus utfallet; ett överskridande är negativt.",
    },
    "ratio": {
        "en": "What was spent, as a share of the target.",
        "fi": "Toteutuneen osuus tavoitteesta.",
        "sv": "Utfallet som andel av målet.",
    },
    "width": {
        "en": "Within this width of the target nothing is shared.",
        "fi": "Tätä pienempää poikkeamaa tavoitteesta ei jaeta.",
        "sv": "Inom denna bredd från målet delas ingenting.",
    },
    "gain": {"en": "The share of the saving.", "fi": "Osuus säästöstä.", "sv": "Andelen av besparingen."},
    "pain": {
        "en": "The share of the overrun.",
        "fi": "Osuus ylityksestä.",
        "sv": "Andelen av överskridandet.",
    },
    "target_to_date": {
        "en": "The target of this period and those before it.",
        "fi": "Tämän kauden ja aiempien tavoite.",
        "sv": "Målet för denna period och de tidigare.",
    },
    "actual_to_date": {
        "en": "Spent in this period and those before it.",
        "fi": "Toteutunut tällä kaudella ja aiemmilla.",
        "sv": "Utfallet för denna period och de tidigare.",
    },
    "losses": {
        "en": "Losses above the limit.",
        "fi": "Rajan ylittävät tappiot.",
        "sv": "Förluster över gränsen.",
    },
    "loss": {
        "en": "The share of this period's overrun, before its limit.",
        "fi": "Osuus tämän kauden ylityksestä ennen rajaa.",
        "sv": "Andelen av periodens överskridande, före gränsen.",
    },
    "owed": {
        "en": "The loss and those carried forward, less the gain; negative where the gain is larger.",
        "fi": "Tappio ja aiemmilta kausilta siirtyneet tappiot, vähennettynä voitolla; negatiivinen, kun voitto on suurempi.",
        "sv": "Förlusten och de överförda förlusterna, minus vinsten; negativt när vinsten är större.",
    },
    "line": {
        "en": "The saving against the target cost is shared, and so is an overrun.",
        "fi": "Alitus tavoitekustannukseen nähden jaetaan, samoin ylitys.",
        "sv": "Underskridandet av målkostnaden delas, likaså ett överskridande.",
    },
}


class Side(Part):
    """How a gain, or a loss, is shared."""

    rate: FormulaText | None = Field(
        default=None,
        description="The share of what lies beyond the deadband; 100 % where bands give the rates.",
    )
    when: ConditionText | None = Field(default=None, description="A gate: shared only where the condition holds.")
    most: FormulaText | None = Field(default=None, description="The most that is shared.")
    to: Id = Field(description="payee or the name of a split.")


class Pain(Side):
    """How a loss is shared."""

    carry: Carry | None = Field(
        default=None,
        description="What lies above most is carried, and set against later gains and within later limits.",
    )


class Deadband(Part):
    """A width around the target within which nothing is shared."""

    width: FormulaText = Field(description="The width, in money, such as 2 % of target_cost.")
    shares: Literal["beyond", "from_first"] = Field(
        description="beyond: only what lies beyond the width; from_first: at the width or more, all of it."
    )


def to_bands(value: object) -> tuple[tuple[Fraction | None, Fraction], ...]:
    """Pairs [upper end of the ratio, share], rising, the last end ``none`` (AO412)."""
    if (
        not isinstance(value, Listing)
        or any(not isinstance(row, Listing) or len(row) != 2 for row in value)
        or not value
    ):
        raise refuse("AO412", "Bands are pairs [up to, share].", "Write [[80 %, 0 %], [100 %, 25 %], [none, 0 %]].")
    rows = [
        (None if row[0] == "none" else to_number(row[0]), to_number(row[1]))
        for row in value
        if isinstance(row, Listing)
    ]
    ends = [end for end, _ in rows if end is not None]
    if rows[-1][0] is not None or len(ends) != len(rows) - 1 or any(a >= b for a, b in pairwise(ends)):
        raise refuse("AO412", "The bands must rise, and the last must be open.", "End with [none, share].")
    return tuple(rows)


_BANDS_SCHEMA = {
    "description": "Pairs [up to this ratio of actual to target, share], rising, the last end none.",
    "type": "array",
    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "string"]}},
}
Bands = Annotated[tuple[tuple[Fraction | None, Fraction], ...], PlainValidator(to_bands), WithJsonSchema(_BANDS_SCHEMA)]


class GainShare(Clause):
    """Shares the difference between `target` and `actual`.

    Without `bands`, a side shares `rate` of what its deadband leaves. With `bands`, each slice of the ratio
    actual / target that lies between it and 100 % is shared at its band's rate. A gate stands on the gain or on
    the pain; on both it must be `intended`, since scoring one point less would cancel a loss. With `over: contract`
    all periods up to this one are shared together, and what was paid before is deducted.
    """

    kind: Literal["gain_share"] = "gain_share"
    target: FormulaText = Field(description="The target cost.")
    actual: FormulaText = Field(description="What was spent, of what is eligible.")
    deadband: Deadband | None = Field(default=None, description="A width around the target that is not shared.")
    bands: Bands | None = Field(default=None, description="Rates by the ratio of actual to target, [up to, rate].")
    gain: Side | None = Field(default=None, description="How a saving is shared; not at all where left out.")
    pain: Pain | None = Field(default=None, description="How an overrun is shared; not at all where left out.")
    over: Over | None = Field(
        default=None,
        description="contract: target and actual are those of all periods up to this one; since 2021: from that one on.",
    )

    def lower(self, about: Paying) -> None:
        if self.gain and self.gain.when and self.pain and self.pain.when and not self.intended:
            sentence = "A gate on the gain and on the pain lets a lower score cancel a loss."
            about.problem(Problem("AO411", sentence, "Gate one side, or say intended: and why.", about.place))
        self._one_way_of_sharing(about)
        target = self._compared(about, "target", self.target)
        actual = self._compared(about, "actual", self.actual)
        saved = about.let("saved", minus(target, actual), Says(SAYS["saved"]))
        basis = self._in_bands(about, self.bands, target, actual) if self.bands else saved
        width = about.let("width", about.money(self.deadband.width), Says(SAYS["width"])) if self.deadband else None
        gain = self._side(about, "gain", self.gain, basis, width)
        to = self.gain or self.pain
        if to is None:
            about.problem(
                Problem(
                    "AO413",
                    "Neither a gain nor a pain is shared.",
                    "Write gain: {rate: 50 %, to: ...}.",
                    about.place,
                )
            )
            return
        shares = Split(about.shares((self.gain or to).to), about.shares((self.pain or to).to))
        if self.pain is not None and self.pain.carry is not None:
            self._with_losses(about, self.pain, self.pain.carry, gain, Negate(basis), width, shares)
            return
        amount: Node = minus(gain, self._side(about, "pain", self.pain, Negate(basis), width))
        if self.over is not None:
            amount = minus(amount, about.brought(TO_DATE, 1, self.over, None))
        about.write(self.gated(about, amount), shares, Says(SAYS["line"]))
        if self.over is not None:
            paid_to_date(about, self.over, about.line(about.id))

    def _compared(self, about: Paying, name: str, written: Formula) -> Name:
        """The target, or what was spent; of all periods to date where these are shared together."""
        own = about.let(name, about.money(written), None)
        return (
            own
            if self.over is None
            else to_date(about, self.over, f"{name}_to_date", own, Says(SAYS[f"{name}_to_date"]))
        )

    def _with_losses(
        self,
        about: Paying,
        pain: Pain,
        carry: Carry,
        gain: Node,
        beyond: Node,
        width: Name | None,
        shares: Split,
    ) -> None:
        """What is owed of this overrun and of those before is set against the gain; what the limit spares is carried on."""
        one_way(about, self.over, carry)
        if pain.most is None:
            about.problem(Problem("AO149", "Without a most no loss is left to carry.", "Add most: ...", about.place))
            return
        counts = about.condition(pain.when) if pain.when else None
        holds = about.condition(self.when) if self.when else None
        carried = Carried(about, carry, "losses", Says(SAYS["losses"]))
        loss = about.let("loss", where(counts, self._shared(about, pain, beyond, width), NO_MONEY), Says(SAYS["loss"]))
        owed = about.let("owed", minus(plus(loss, carried.brought), gain), Says(SAYS["owed"]))
        borne = least(most(NO_MONEY, owed), about.limit(about.money(pain.most)))
        borne_ = about.let("pain", where(counts, borne, NO_MONEY), Says(SAYS["pain"]))
        amount = minus(most(NO_MONEY, Negate(owed)), borne_)
        about.write(where(holds, amount, NO_MONEY), shares, Says(SAYS["line"]))
        left = most(NO_MONEY, plus(owed, about.line(about.id)))
        carried.forward(where(holds, loss, NO_MONEY), where(holds, left, carried.brought))

    def _one_way_of_sharing(self, about: Paying) -> None:
        """Bands state every rate; without them each side states its own (AO418)."""
        sides = [side for side in (self.gain, self.pain) if side]
        if self.bands and (self.deadband or any(side.rate for side in sides)):
            sentence = "Bands state the rates and where they begin, so a rate or a deadband beside them has no meaning."
            about.problem(Problem("AO418", sentence, "Keep the bands, or the rate and deadband.", about.place))
        if not self.bands and any(side.rate is None for side in sides):
            about.problem(Problem("AO418", "The rate of a side is missing.", "Add rate: 50 %, or bands.", about.place))

    def _in_bands(
        self, about: Paying, bands: Sequence[tuple[Fraction | None, Fraction]], target: Name, actual: Name
    ) -> Node:
        ratio = about.let("ratio", Arithmetic("/", actual, target), Says(SAYS["ratio"]))
        return times(about.let("slices", earned_in_bands(ratio, bands, Fraction(1)), None), target)

    def _shared(self, about: Paying, side: Side, beyond: Node, width: Name | None) -> Node:
        """The rate of what lies beyond the deadband, before any limit."""
        shared: Node = most(NO_MONEY, beyond)
        if width is not None and self.deadband is not None:
            if self.deadband.shares == "beyond":
                shared = most(NO_MONEY, minus(beyond, width))
            else:
                shared = IfElse(Compare(">=", beyond, width), most(NO_MONEY, beyond), NO_MONEY)
        return times(about.number(side.rate), shared) if side.rate else shared

    def _side(self, about: Paying, name: str, side: Side | None, beyond: Node, width: Name | None) -> Node:
        if side is None:
            return NO_MONEY
        amount = self._shared(about, side, beyond, width)
        if side.most:
            amount = least(amount, about.limit(about.money(side.most)))
        if side.when:
            amount = IfElse(about.condition(side.when), amount, NO_MONEY)
        return about.let(name, amount, Says(SAYS[name]))
