"""What a proof says of conditions, quotients and shared factors, held against settlements of drawn contracts."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from alliance_outcomes.checks.proofs.claims import Claim
from alliance_outcomes.checks.proofs.proving import prove_setting
from alliance_outcomes.checks.proofs.setting import Setting, setting_of
from alliance_outcomes.formula.exact import Value, exact
from alliance_outcomes.formula.nodes import Extreme, names
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.formula.proof.factors import taken_out
from alliance_outcomes.formula.proof.guards import opened
from alliance_outcomes.formula.proof.model import Model
from alliance_outcomes.formula.proof.spans import NEVER, Codes, Span
from tests.conftest import EXAMPLES
from tests.proving import contract_of, settled_again, shows

pytest.importorskip("z3", reason="proofs need z3: pip install 'alliance-outcomes[prove]'")

SEEDS = range(int(EXAMPLES or 3))
LEVELS = (20, 50, 60)
HAIR = Fraction(1, 10**12)
HEAD = """contract: drawn
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
payees: {}
amounts: {e: {unit: EUR, values: {2020: 1}}}
"""
FACTS = {
    "x": "{unit: units, least: 0, most: 100, direction: higher}",
    "y": "{unit: units, least: 0, most: 100}",
    "z": "{unit: units, least: 10, most: 40, when_missing: none}",
    "k": "{unit: EUR, least: 0, most: 3 000}",
    "m": "{unit: EUR, least: -2 000, most: 3 000}",
}


class Drawn:
    """A contract of two clauses over a few facts, with the figures that their formulas read."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.figures: list[str] = []
        amounts = [self.sum(), self.sum()]
        facts = "".join(f"  {name}: {fact}\n" for name, fact in FACTS.items())
        figures = "".join(f'  f{at}: {{formula: "{each}"}}\n' for at, each in enumerate(self.figures))
        lines = "".join(
            f'  - p{at}: {{kind: formula, amount: "{each}", to: payee}}\n' for at, each in enumerate(amounts)
        )
        self.text = f"{HEAD}facts:\n{facts}{'figures:' if figures else ''}\n{figures}settlement:\n{lines}"

    def sum(self) -> str:
        """Parts that are added up or taken off."""
        count = self.chance.choice([1, 1, 2, 3])
        return self.chance.choice([" + ", " + ", " - "]).join(f"({self.part()})" for _ in range(count))

    def part(self) -> str:
        """An amount: a gate, a capped product, a way from one number to another, or a straight line."""
        level, least = self.level(), self.chance.choice(["", "="])
        sum_ = self.chance.choice([300, 600, 900, 20_000])
        factor, other = self.chance.choice(["k", "k", "m"]), self.chance.choice(["x", "y"])
        match self.chance.randrange(8):
            case 0:
                return f"{sum_} * e if x >{least} {self.chance.choice([level, 'y', '2 * y - 10'])} else 0 * e"
            case 1:
                return f"{self.chance.choice(['min', 'max'])}({factor}, {factor} * {other} / {level})"
            case 2:
                way = f"(x - y) / ({level} - y) if x > y and not x >= {level} else none"
                between = f"({sum_} if x >= {level} else {sum_} * coalesce({self.figure(way)}, 0))"
                return f"max({sum_} * e * max(0, min(1, (x - {level - 10}) / 10)), e * {between} if x > y else 0 * e)"
            case 3:
                return (
                    f"e * coalesce({self.figure(f'{sum_} if x > {level} else none')}, {self.chance.choice([0, sum_])})"
                )
            case 4:
                return f"e * coalesce({self.figure(f'z if x > {level} else 15')}, {self.chance.choice([0, 1000])})"
            case 5:
                return f"max(0 * e, {factor} * (x - {level}) / 100)"
            case 6:
                return f"e * ({sum_} * (x - {level}) / 20 if x > {level} else 0) if y < 70 else {sum_} * e"
        return f"{sum_} * e * {other} / 100"

    def level(self) -> int:
        return self.chance.choice(LEVELS)

    def figure(self, formula: str) -> str:
        self.figures.append(formula)
        return f"f{len(self.figures) - 1}"

    def point(self) -> dict[str, Value]:
        """A setting on the levels or anywhere; what may be missing is so now and then."""
        at = {name: self.anywhere(0, 100) for name in ("x", "y")}
        gone = self.chance.random() < 0.3
        return {
            **at,
            "z": None if gone else self.anywhere(10, 40),
            "k": self.anywhere(0, 3000),
            "m": self.anywhere(-2000, 3000),
        }

    def anywhere(self, least: int, most: int) -> Fraction:
        on = [level for level in (*LEVELS, least, most) if least <= level <= most]
        return Fraction(self.chance.choice([*on, self.chance.randint(least, most)]))

    def row(self, point: dict[str, Value]) -> list[Fraction]:
        """Values of x: the levels, what y is, where twice y less 10 lies, and a hair on either side of each."""
        y = Fraction(point["y"] or 0)
        places = {Fraction(0), *map(Fraction, (*LEVELS, 70, 100)), y, 2 * y - 10, self.anywhere(0, 100)}
        return sorted({at for place in places for at in (place - HAIR, place, place + HAIR) if 0 <= at <= 100})


def contract_over(*amounts: str, figures: tuple[str, ...] = ()) -> str:
    """A contract that pays these amounts; its figures are called f0, f1 and so on."""
    facts = "".join(f"  {name}: {fact}\n" for name, fact in FACTS.items())
    each = "".join(f'  f{at}: {{formula: "{figure}"}}\n' for at, figure in enumerate(figures))
    lines = "".join(
        f'  - p{at}: {{kind: formula, amount: "{amount}", to: payee}}\n' for at, amount in enumerate(amounts)
    )
    return f"{HEAD}facts:\n{facts}{'figures:' if each else ''}\n{each}settlement:\n{lines}"


WAY = "(x - y) / (60 - y) if x > y and not x >= 60 else none"
IMPROVED = (
    "max(9000 * e * max(0, min(1, (x - 20) / WIDTH)), "
    "min(9000 * e, (9000 * e if x >= 60 else 9000 * e * coalesce(f0, 0)) if x > y else 0 * e))"
)


@pytest.mark.parametrize(
    ("amounts", "figures", "incentives", "cliffs"),
    [
        # Two gates at one level leap together; at two levels they do not, and what falls may make up for what rises.
        (["600 * e if x >= 50 else 0 * e", "700 * e if x >= 50 else 0 * e"], [], "proved", "refuted"),
        (["600 * e if x >= 50 else 0 * e", "700 * e if 2 * x >= 100 else 0 * e"], [], "proved", "refuted"),
        (["600 * e if x >= 50 else 0 * e", "700 * e if x >= 60 else 0 * e"], [], "proved", "proved"),
        (["900 * e if x >= 50 else 0 * e", "0 * e if 50 <= x else 900 * e"], [], "proved", "proved"),
        (["600 * e if x >= 50 and y < 60 else 0 * e", "700 * e if x >= 50 else 0 * e"], [], "proved", "refuted"),
        (["600 * e if x >= 50 else 0 * e", "700 * e if y >= 50 else 0 * e"], [], "proved", "proved"),
        (["600 * e if x >= 50 else 0 * e", "700 * e if x >= y else 0 * e"], [], "proved", "refuted"),
        # In a sum one gate hides no other.
        (["(1 * e if x >= 50 else 0 * e) + (5000 * e if x >= 50 else 0 * e)"], [], "proved", "refuted"),
        (["(1 * e if x >= 50 else 0 * e) + (500 * e if x >= 50 else 0 * e)"], [], "proved", "proved"),
        # A number that begins to be there moves what is paid in place of it.
        (["e * coalesce(f0, 0)"], ["2000 if x > 50 else none"], "proved", "refuted"),
        (["e * coalesce(f0, 2000)"], ["2000 if x > 50 else none"], "proved", "proved"),
        (["e * coalesce(f0, 15)"], ["z if x > 50 else 15"], "refuted", "proved"),
        (["e * coalesce(f0, 0)"], ["z if x > 50 else 15"], "refuted", "proved"),
        (["e * coalesce(f0, 3000)"], ["z if x > 50 else 15"], "refuted", "refuted"),
        # A factor of both sides of a cap.
        (["min(k, k * x / 50)"], [], "proved", "proved"),
        (["min(m, m * x / 50)"], [], "refuted", "proved"),
        # Improvement on one's own base leaps where the base lies above the level to reach: hidden where that level is worth
        # as much by itself, and a leap where it is not.
        ([IMPROVED.replace("WIDTH", "40")], [WAY], "proved", "proved"),
        ([IMPROVED.replace("WIDTH", "60")], [WAY], "proved", "refuted"),
    ],
)
def test_conditions_that_meet(amounts: list[str], figures: list[str], incentives: str, cliffs: str) -> None:
    """What bettering x and a small change come to; of each case another, a little different, comes to the contrary."""
    proof = prove_setting(setting_of(contract_of(contract_over(*amounts, figures=tuple(figures))), "2020"))
    outcomes = {verdict.name: verdict.outcome for verdict in proof.verdicts}
    assert (outcomes["incentives"], outcomes["cliffs"]) == (incentives, cliffs)


@pytest.mark.parametrize(
    ("text", "least", "most", "product"),
    [
        ("min(k, k * s / 25)", 0, 9, "k * min(1, 1 * s / 25)"),
        ("min(k, k * s / 25)", -9, 0, "k * max(1, 1 * s / 25)"),
        ("max(0, -(s * k), 2 * k)", 0, 9, "k * max(0, -(s * 1), 2 * 1)"),
        ("min(k, k * s / 25)", -1, 9, None),
        ("min(k, s)", 0, 9, None),
        ("min(k, k * s, 3)", 0, 9, None),
        ("min(k * s, s / k)", 0, 9, "s * min(k * 1, 1 / k)"),
        ("min(k)", 0, 9, None),
        ("max(0, 0)", 0, 9, None),
    ],
)
def test_a_shared_factor_is_taken_out(text: str, least: int, most: int, product: str | None) -> None:
    """The product has the value of the min or max wherever the factor keeps to one sign; it is not written where it does not."""
    node = parse(text)
    assert isinstance(node, Extreme)
    env = {"k": Span(Fraction(least), Fraction(most)), "s": Span(Fraction(0), Fraction(100))}
    found = taken_out(node, env)
    assert found == (None if product is None else parse(product))
    if found is None:
        return
    for k in (each for each in (least, -2, 3, most) if each and least <= each <= most):
        for s in (0, 10, 25, 70):
            values: dict[str, Value] = {"k": Fraction(k), "s": Fraction(s)}
            assert exact(found)(values) == exact(node)(values)


def test_what_is_never_there_has_no_factor_taken_out() -> None:
    """A factor that has no value, or is a category, tells no sign."""
    node = parse("min(k, k * s)")
    assert isinstance(node, Extreme)
    assert taken_out(node, {"k": NEVER, "s": NEVER}) is None
    assert taken_out(node, {"k": Codes(frozenset()), "s": NEVER}) is None


def test_a_guarded_step_is_written_out_where_it_holds() -> None:
    """With the same value at every setting; where its condition is not known to hold, it is read by its name."""
    texts = {
        "g": "x / y if x > 1 and not y >= 5 else none",
        "h": "x if x > 1 or y >= 5 else none",
        "a": "(g if not y >= 5 else 1) if x > 1 else 0",
        "b": "g if x > 1 and not y >= 5 else 0",
        "c": "0 if not (x > 1 and not y >= 5) else 2 * g",
        "d": "h if x > 1 else 7",
        "i": "0 if x > 1 or y >= 5 else coalesce(h, 3)",
        "j": "(coalesce(g, 4) if y >= 5 else 2) if x > 1 else mean(g, h, x)",
        "k": "coalesce(g, 1) + (g if y < 5 else none)",
    }
    steps = {name: parse(text) for name, text in texts.items()}
    span = Span(Fraction(1), Fraction(9))
    for missing in (False, True):
        domains = {"x": span, "y": Span(span[0], span[1], missing)}
        env = Model({**domains}, steps).env({**domains})
        assert env is not None
        found = opened(steps, env)
        read = {name for name, node in found.items() if {"g", "h"} & set(names(node))}
        assert read == ({"j", "k"} | ({"i"} if missing else set()))
        plain, other = Model({**domains}, steps), Model({**domains}, found)
        for x in (1, 2, 5, 9):
            for y in (1, 5, 9, *([None] if missing else [])):
                point: dict[str, Value] = {"x": Fraction(x), "y": None if y is None else Fraction(y)}
                assert plain.values(point) == other.values(point)


def total_at(setting: Setting, point: dict[str, Value]) -> Fraction | None:
    """What is paid, settled exactly; nothing where it is refused."""
    payee = setting.settle(point)
    return None if payee is None else payee.total


def says(claims: list[Claim], kinds: str) -> set[str]:
    """What the claims of a kind come to."""
    return {claim.outcome for claim in claims if claim.kind.startswith(kinds)}


@pytest.mark.untraced
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_proved_of_a_drawn_contract_holds(seed: int) -> None:
    """Where no fall and no cliff is told, no two settlements that differ in x alone show one; what is told is shown."""
    drawn = Drawn(seed)
    contract = contract_of(drawn.text)
    setting = setting_of(contract, "2020")
    claims = list(prove_setting(setting).claims())
    for claim in claims:
        if claim.outcome == "refuted" and claim.witnesses:
            again = [settled_again(contract, setting.calculation, each.inputs) for each in claim.witnesses]
            assert shows(contract, claim, again), claim
    rises, even = says(claims, "incentives.") == {"proved"}, says(claims, "cliffs.") == {"proved"}
    (bounds,) = [claim.values for claim in claims if claim.kind == "bounds.total"]
    for _ in range(25):
        point = drawn.point()
        amounts = [(at, total_at(setting, {**point, "x": at})) for at in drawn.row(point)]
        known = [(at, total) for at, total in amounts if total is not None]
        for (low, before), (high, after) in pairwise(known):
            assert not rises or after >= before - setting.slack, (drawn.text, point, low, high, before, after)
            leap = abs(after - before) if high - low <= HAIR else Fraction(0)
            assert not even or leap <= 1000 + setting.slack + 1, (drawn.text, point, low, high, before, after)
        assert all(
            Fraction(bounds["least"]) - 1 <= total <= Fraction(bounds["most"]) + 1
            for _, total in known
            if bounds["least"] != "" != bounds["most"]
        )


def test_no_setting_is_beyond_what_data_can_say() -> None:
    """A witness is settled from a file of data, where a number has 15 digits before the point at most."""
    text = f"{HEAD}facts:\n  x: {{unit: EUR}}\nsettlement:\n  - p: {{kind: formula, amount: x / 1 000, to: payee}}\n"
    setting = setting_of(contract_of(text), "2020")
    (name,) = setting.model.domains
    settled = [setting.settle({name: Fraction(value)}) for value in (1 - 10**15, 10**15 - 1, 10**15, -(10**15))]
    assert [each and each.total for each in settled] == [-(10**12), 10**12, None, None]
