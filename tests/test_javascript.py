"""The JavaScript reader: every kind of formula comes to exactly what the exact reader makes of it, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_outcomes.calculation.javascript import value_as_json
from alliance_outcomes.formula.exact import Value, exact
from alliance_outcomes.formula.javascript import as_json
from alliance_outcomes.formula.nodes import Across, Arithmetic, Exp, Name, Node, Number, Round
from alliance_outcomes.numbers import ROUNDINGS, allocate
from tests.browser import chromium
from tests.conftest import EXAMPLES
from tests.formulas import draw
from tests.tree import PACKAGE, ROOT

ROWS = 25
FORMULAS = int(EXAMPLES or 300)
READER = (ROOT / PACKAGE / "formula" / "javascript.js").read_text("utf-8")
LEDGER = (ROOT / PACKAGE / "calculation" / "javascript.js").read_text("utf-8")
HARNESS = """
const written = (value) => (value !== null && typeof value === "object" ? asText(value) : value);
const known = (value) => (value === null || typeof value === "boolean" ? value : "code" in value ? value.code : fraction(value.number));
function read({ steps, rows }) {
  const readers = steps.map(reader);
  return rows.map((row) => {
    const values = row.map(known);
    try {
      for (const each of readers) values.push(each(values));
    } catch (error) {
      if (error instanceof DivisionByZero) return "divides by zero";
      throw error;
    }
    return values.slice(row.length).map(written);
  });
}
function split([amount, shares, unit]) {
  const parts = allocate(fraction(amount), shares.map(([party, share]) => [party, fraction(share)]), fraction(unit));
  return parts.map(([party, part]) => [party, asText(part)]);
}
"""


class Script:
    """The reader and the ledger, in a browser."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def run(self, function: str, cases: list[Any]) -> list[Any]:
        """What a function of the harness gives for each case."""
        source = f'"use strict"; {READER}{LEDGER}{HARNESS} return JSON.parse(text).map({function});'
        found: list[Any] = self.page.evaluate(f"(text) => {{ {source} }}", json.dumps(cases))
        return found


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    """One browser for all."""
    with chromium() as browser:
        yield Script(browser.new_page())


def given_value(value: Value) -> Any:
    """A value for the harness, which must tell a number from a code."""
    if isinstance(value, str):
        return {"code": value}
    return value if value is None or isinstance(value, bool) else {"number": str(value)}


def test_random_formulas_come_to_the_same(script: Script) -> None:
    """Every value of random named formulas over random rows, missing ones and divisions by zero included."""
    cases, wanted = [], []
    for seed in range(FORMULAS):
        drawn = draw(seed, ROWS)
        names = [*drawn.columns, *(step.name for step in drawn.steps)]
        places = {name: index for index, name in enumerate(names)}
        steps = [as_json(step.formula, places) for step in drawn.steps]
        cases.append(
            {"steps": steps, "rows": [[given_value(row[name]) for name in drawn.columns] for row in drawn.rows]}
        )
        exactly = [drawn.exactly(row) for row in range(ROWS)]
        wanted.append(
            [
                "divides by zero" if each is None else [value_as_json(each[step.name]) for step in drawn.steps]
                for each in exactly
            ]
        )
    found = script.run("read", cases)
    for seed, (said, known) in enumerate(zip(found, wanted, strict=True)):
        assert said == known, f"seed {seed}"
    assert sum(row == "divides by zero" for rows in wanted for row in rows) > 10


def read_all(script: Script, nodes: list[Node]) -> list[str]:
    """What the browser makes of formulas without names."""
    return [rows[0][0] for rows in script.run("read", [{"steps": [as_json(node, {})], "rows": [[]]} for node in nodes])]


EXPONENTS = [
    Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 3), Fraction(-22, 7), Fraction(50), Fraction(-50), Fraction(999, 2),
    Fraction(1, 10**15), Fraction(-1, 10**40), Fraction(5, 10**40), Fraction(15, 10**40), Fraction(10**15 + 1, 10**15),
    Fraction(700), Fraction(-3000), Fraction(10**34, 3**70),
]  # fmt: skip


def test_exponentials_have_the_same_forty_digits(script: Script) -> None:
    """exp() is decimal arithmetic of a stated precision, so each of its digits is the same, and each rounding of it."""
    bare: list[Node] = [Exp(Number(each)) for each in EXPONENTS]
    rounded: list[Node] = [Round(node, how, Fraction(1, 10**9)) for node in bare for how in ROUNDINGS]
    nodes = bare + rounded
    assert read_all(script, nodes) == [str(exact(node)({})) for node in nodes]


def test_long_fractions_stay_exact(script: Script) -> None:
    """Sums of a hundred unlike fractions, far beyond any machine number."""
    total: Node = Number(Fraction(1, 3))
    for divisor in range(5, 205, 2):
        total = Arithmetic(
            "+", Arithmetic("*", total, Number(Fraction(divisor - 1, divisor))), Number(Fraction(1, divisor))
        )
    assert read_all(script, [total]) == [str(exact(total)({}))]


AMOUNTS = st.integers(-10_000, 10_000)
SHARES = st.dictionaries(st.sampled_from("abcdef"), st.fractions(0, 3, max_denominator=12), min_size=1).filter(
    lambda shares: any(shares.values())
)


@pytest.mark.untraced
def test_a_line_is_split_as_the_ledger_splits_it(script: Script) -> None:
    """Largest remainder on absolute units, ties by party id: the parts are the ledger's, for gains and losses."""
    cases: list[Any] = []
    wanted: list[Any] = []

    @settings(max_examples=400)
    @given(AMOUNTS, SHARES, st.sampled_from([Fraction(1), Fraction(1, 100), Fraction(1, 20), Fraction(5)]))
    def collect(units: int, shares: dict[str, Fraction], unit: Fraction) -> None:
        cases.append([str(units * unit), [[party, str(share)] for party, share in shares.items()], str(unit)])
        parts = allocate(units * unit, shares, unit)
        wanted.append([[party, str(part)] for party, part in parts.items()])

    collect()
    assert script.run("split", cases) == wanted


def test_what_is_read_over_all_payees_has_no_script() -> None:
    """A calculation of one payee holds none: it would have to know the others."""
    with pytest.raises(KeyError):
        as_json(Across("total", Name("cost")), {"cost": 0})
