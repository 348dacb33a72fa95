"""Simulation: the bits of a seed, means and chances that can be worked out otherwise, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb, sqrt
from pathlib import Path

import numpy as np
import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.measured import Measured
from alliance_outcomes.problems import UsageError
from alliance_outcomes.settlement import Settlement, settle, settle_values
from alliance_outcomes.simulate import spreads
from alliance_outcomes.simulate.drawing import Settings, drawn_inputs
from alliance_outcomes.simulate.outcome import Draws, Simulated, Year, distribution, simulate
from alliance_outcomes.simulate.running import BLOCK, Simulation
from alliance_outcomes.simulate.years import years_to_come
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.sources.mapping import read_measured
from tests.documents import read_contract
from tests.drawing import row, to_csv
from tests.running import alliance
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
ROWS = 40_000
FOUR = 4  # standard errors

# Paid in proportion to a share: the mean is known. The prize comes where the share measured reaches its true value.
LINEAR = """
contract: linear
status: draft
assumed: an example
currency: EUR
periods: {length: year, from: 2019-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: Firm}}
splits: {all: {shares: [{from: 2019-01-01, firm: 100 %}]}}
result_areas:
  care:
    weight: 100 %
    indicators:
      balance: {unit: share, weight: 100 %, score: {kind: linear, zero_at: 0 %, full_at: 100 %}}
amounts: {pool: {unit: EUR, values: {2019: 100 000}}}
settlement:
  - bonus: {kind: pool, pool: pool, points: [[0, 0 %], [100, 100 %]], to: all}
  - prize: {kind: formula, amount: 20 000 if score >= 60 else 0, to: all}
"""


def simulated(
    numerator: str = "120", settings: Settings | None = None, threads: int = 1
) -> tuple[Settlement, Simulated]:
    """A share of 200 persons, the year before at the true value of 60 %, drawn again."""
    contract = read_contract(LINEAR)
    rows = [
        row("2019", "balance", numerator="120", denominator="200"),
        row("2020", "balance", numerator=numerator, denominator="200"),
    ]
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    settlement = settle(contract, measured, "2020")
    draws = Draws(ROWS, 7, threads)
    return settlement, simulate(settlement, settlement.only(), measured, settings or Settings(), draws, "2019")


def test_the_mean_of_a_linear_contract_is_the_payment_of_the_mean() -> None:
    """A bonus in proportion to a share of 200 persons: its mean and spread are those of the binomial distribution."""
    _, found = simulated()
    bonus = found.clauses[0]
    error = 100_000 * sqrt(0.6 * 0.4 / 200)
    assert abs(bonus.mean - 60_000) < FOUR * error / sqrt(ROWS)
    assert found.score is not None
    assert abs(found.score.deviation - 100 * sqrt(0.6 * 0.4 / 200)) < FOUR * 100 * sqrt(0.24 / 200) / sqrt(2 * ROWS)


def tesoma() -> tuple[Contract, Measured]:
    """The example of five years."""
    contract = load_contract(TESOMA[0])
    return contract, read_measured(TESOMA[1], contract, TESOMA[0], None)


def at_least(count: int, of: int, share: float) -> float:
    """The chance of ``count`` or more, summed term by term."""
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))


def test_noise_of_a_target_at_the_true_value() -> None:
    """The target is the true value: more than half of all years reach it by chance alone, as the binomial sum says."""
    _, found = simulated()
    chance = at_least(120, 200, 0.6)
    assert found.noise is not None
    assert abs(found.noise.chance - chance) < FOUR * sqrt(chance * (1 - chance) / ROWS)
    assert abs(found.noise.clauses["prize"] - chance) < FOUR * sqrt(chance * (1 - chance) / ROWS)
    gate = found.gates[0]
    assert abs(gate.chance - chance) < FOUR * sqrt(chance * (1 - chance) / ROWS)
    assert gate.holds


def test_noise_of_a_real_change() -> None:
    """130 of 200 measured, when 60 % were true: the chance of as much by chance alone is the tail of the binomial."""
    _, found = simulated("130")
    chance = at_least(130, 200, 0.6)
    assert found.noise is not None
    assert abs(found.noise.chance - chance) < FOUR * sqrt(chance * (1 - chance) / ROWS)


def test_threads_change_no_bit() -> None:
    """One thread and two give the same bits, in every column and every mean."""
    settlement, _ = simulated()
    contract, data = TESOMA
    run = [
        alliance(
            "simulate",
            contract,
            data,
            "--period",
            "2023",
            "--n",
            "60000",
            "--threads",
            str(threads),
            "--spread",
            "cost=2%",
            "-f",
            "json",
        )
        for threads in (1, 2)
    ]
    assert run[0].code == 0
    assert run[0].out == run[1].out
    payee = settlement.only()
    drawn = drawn_inputs(settlement.calculation, payee.bound, Settings())
    columns = [
        Simulation(settlement.calculation, payee.values, drawn, {}).run(3 * BLOCK + 5, 3, threads) for threads in (1, 2)
    ]
    assert np.array_equal(columns[0].total, columns[1].total)
    assert columns[0].means == columns[1].means


def test_seeds_differ_and_blocks_do_too() -> None:
    """Another seed draws other numbers, and no block repeats another."""
    settlement, _ = simulated()
    payee = settlement.only()
    simulation = Simulation(
        settlement.calculation, payee.values, drawn_inputs(settlement.calculation, payee.bound, Settings()), {}
    )
    first, second, other = simulation.normals(1, 0, 100), simulation.normals(1, 1, 100), simulation.normals(2, 0, 100)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_every_draw_is_a_settlement() -> None:
    """What is drawn for Tesoma, settled exactly with the values drawn: the same totals and parties, but for cents dealt out."""
    agreed, measured = tesoma()
    settlement = settle(agreed, measured, "2020")  # a year with two providers
    payee, alone = settlement.only(), settlement.calculation.for_one_payee()
    inputs = {each.name: payee.values[each.name] for each in alone.inputs}
    drawn = drawn_inputs(alone, payee.bound, Settings({"cost": Fraction(2, 100)}))
    simulation = Simulation(alone, inputs, drawn, {})
    columns = simulation.run(60, 5)
    normals = simulation.normals(5, 0, 60)
    for number in range(60):
        values = {each.name: Fraction(float(each.spread.values(normals[i])[number])) for i, each in enumerate(drawn)}
        exactly = settle_values(alone, {**inputs, **values}, payee.bound)
        assert abs(columns.total[number] - float(exactly.total)) < 0.011
        for party, amount in exactly.parties.items():
            assert abs(columns.parties[party][number] - float(amount)) < 0.05


NORMAL = np.random.default_rng(11).standard_normal(200_000)


@pytest.mark.parametrize(
    ("spread", "mean", "deviation"),
    [
        (spreads.binomial(Fraction(3, 10), 50), 0.3, sqrt(0.21 / 50)),
        (spreads.binomial(Fraction(1, 1000), 5000), 0.001, sqrt(0.000999 / 5000)),
        (spreads.promoters(Fraction(48), 1000, Fraction(24, 100)), 48, 100 * sqrt((0.76 - 0.48**2) / 1000)),
        (spreads.mean(Fraction(4), 36, Fraction(9, 10), False, 1, 5), 4, 0.15),
        (spreads.cost(Fraction(1000), Fraction(5, 100), 0, 10**9), 1000, 50),
        (spreads.believed(Fraction(3, 10), 100), 30.5 / 101, sqrt(30.5 * 70.5 / 101**2 / 102)),
    ],
    ids=["share", "rare", "promoters", "mean", "cost", "belief"],
)
def test_a_spread_has_the_mean_and_deviation_of_its_distribution(
    spread: spreads.Spread | None, mean: float, deviation: float
) -> None:
    """As the textbook has them, within four standard errors; and its values rise with the normal number."""
    assert spread is not None
    values = spread.values(NORMAL)
    assert abs(values.mean() - mean) < FOUR * deviation / sqrt(len(NORMAL))
    assert abs(values.std() - deviation) < 2 * FOUR * deviation / sqrt(2 * len(NORMAL))
    ordered = spread.values(np.sort(NORMAL))
    assert (np.diff(ordered) >= 0).all()
    assert spread.least <= ordered[0] <= ordered[-1] <= spread.most
    assert spread.quantile(0.05) < spread.quantile(0.95)


def test_what_cannot_vary_does_not() -> None:
    """All in balance, all promoters, nobody asked, nothing spent: measured again it is the same."""
    assert spreads.binomial(Fraction(0), 10) is None
    assert spreads.binomial(Fraction(1), 10) is None
    assert spreads.promoters(Fraction(100), 10, Fraction(1, 4)) is None
    assert spreads.mean(Fraction(3), 0, Fraction(1), False, 1, 5) is None
    assert spreads.cost(Fraction(0), Fraction(1, 10), 0, 1) is None


def test_correlated_values_vary_together() -> None:
    """Two costs correlated by 0.8 have normal numbers correlated by 0.8, each still standard normal."""
    run = alliance(
        "simulate", *TESOMA, "--period", "2023", "--n", "20000", "-f", "json",
        "--spread", "own_cost=2%", "--spread", "city_cost=2%", "--correlate", "own_cost,city_cost=0.8",
    )  # fmt: skip
    apart = alliance(
        "simulate",
        *TESOMA,
        "--period",
        "2023",
        "--n",
        "20000",
        "-f",
        "json",
        "--spread",
        "own_cost=2%",
        "--spread",
        "city_cost=2%",
    )
    # A growth gap is a difference: what varies together matters less.
    assert json.loads(run.out)["score"]["deviation"] < 0.8 * json.loads(apart.out)["score"]["deviation"]


def test_correlations_that_cannot_all_hold() -> None:
    """Three values, of which two pairs move together and the third pair against: there is nothing like it."""
    settings = Settings(
        {name: Fraction(1, 50) for name in ("own_cost", "city_cost", "cost")},
        correlations={
            ("own_cost", "city_cost"): Fraction(9, 10),
            ("city_cost", "cost"): Fraction(9, 10),
            ("own_cost", "cost"): Fraction(-9, 10),
        },
    )
    agreed, measured = tesoma()
    settlement = settle(agreed, measured, "2023")
    with pytest.raises(UsageError, match="AO079"):
        simulate(settlement, settlement.only(), measured, settings, Draws(10))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--spread", "cost=-1%"), "AO660"),
        (("--passive", "-1%"), "AO660"),
        (("--correlate", "cost,cost=0.5"), "AO660"),
        (("--spread", "client_nps=2%"), "AO661"),
        (("--spread", "chronic_care_balance=2%"), "AO661"),
        (("--reference", "2011"), "AO661"),
        (("--trend", "cost=2%"), "AO661"),
        (("--trend", "costs=2%", "--years", "1"), "AO077"),
        (("--spread", "cost=1%", "--spread", "cost=2%"), "AO080"),
        (("--correlate", "cost,own_cost=0.1", "--correlate", "own_cost,cost=0.2"), "AO080"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_setting_that_would_do_nothing_is_refused(options: tuple[str, ...], code: str) -> None:
    """What cannot be meant, what is given twice and what changes no draw is told, before anything is drawn."""
    run = alliance("simulate", *TESOMA, "--period", "2023", "--n", "10", *options)
    assert (run.code, run.err.partition(" ")[0]) == (2, code)


def test_a_small_spread_beside_large_amounts() -> None:
    """Hundreds of millions that are certain, and a cost of 1,000 that varies by 10: the deviation is 10, to its error."""
    large = LINEAR.replace("20 000 if score >= 60 else 0", "900 000 000 - cost").replace(
        "result_areas:", "facts: {cost: {unit: EUR, least: 0}}\nresult_areas:"
    )
    rows = [row("2020", "balance", "50 %"), row("2020", "cost", "1000")]
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    settlement = settle(read_contract(large), measured, "2020")
    settings = Settings({"cost": Fraction(1, 100)})
    found = simulate(settlement, settlement.only(), measured, settings, Draws(ROWS))
    assert abs(found.total.deviation - 10) < FOUR * 10 / sqrt(2 * ROWS)


def test_a_cap_holds_whatever_a_cost_without_an_end_comes_to() -> None:
    """Half of a cost that varies around 200, at most 100: half of all years earn less, no year earns more."""
    capped = LINEAR.replace("20 000 if score >= 60 else 0", "cost * score / 100").replace(
        "result_areas:", "facts: {cost: {unit: EUR, least: 0}}\nresult_areas:"
    )
    capped += "  - limit: {kind: cap, of: [prize], most: 100}\n"
    rows = [row("2020", "balance", numerator="100", denominator="200"), row("2020", "cost", "200")]
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    settlement = settle(read_contract(capped), measured, "2020")
    settings = Settings({"cost": Fraction(1, 10)})
    found = simulate(settlement, settlement.only(), measured, settings, Draws(ROWS))
    _, prize, limit = found.clauses
    assert prize.mean + limit.mean < 100
    assert abs(limit.malus - 0.5) < 0.05
    assert found.total.most <= 100_000 * 0.7 + 100


def test_amounts_that_only_floats_tell_apart() -> None:
    """Sums that a cap holds at one amount differ in their last bits: they are one bar, and no fault."""
    column = np.array([119_999.99999999999, 120_000.0, 120_000.0])
    found = distribution(Fraction(120_000), column, float(column.mean()))
    assert found.bars == (3,)
    assert found.deviation < 1e-6


def test_the_score_of_a_contract_without_conditions() -> None:
    """It is drawn and told where nothing but shares and money is in the contract, too."""
    plain = LINEAR.replace("20 000 if score >= 60 else 0", "pool")
    rows = [row("2020", "balance", numerator="120", denominator="200")]
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    settlement = settle(read_contract(plain), measured, "2020")
    found = simulate(settlement, settlement.only(), measured, Settings(), Draws(ROWS))
    assert found.gates == ()
    assert found.score is not None
    assert abs(found.score.mean - 60) < FOUR * 100 * sqrt(0.24 / 200) / sqrt(ROWS)


def test_a_draw_that_divides_by_zero() -> None:
    """Nobody in balance is a draw like any other, so that a share of it must be guarded."""
    contract = read_contract(LINEAR.replace("20 000 if score >= 60 else 0", "pool / score"))
    rows = [row("2020", "balance", numerator="1", denominator="4")]
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    settlement = settle(contract, measured, "2020")
    with pytest.raises(UsageError, match="AO078"):
        simulate(settlement, settlement.only(), measured, Settings(), Draws(1000))


def test_a_simulation_keeps_to_its_schema(tmp_path: Path) -> None:
    """As ``simulate -f json`` writes it, with and without noise; the parties' means sum to the total's."""
    for period in ("2019", "2023"):
        run = alliance("simulate", *TESOMA, "--period", period, "--n", "2000", "-f", "json")
        data = json.loads(run.out)
        holds("simulation", data)
        assert abs(sum(each["mean"] for each in data["parties"].values()) - data["total"]["mean"]) < 0.01
        assert abs(sum(each["mean"] for each in data["clauses"]) - data["total"]["mean"]) < 0.01


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_simulation_fits_a_terminal(language: str) -> None:
    """80 columns in each language."""
    run = alliance("simulate", *TESOMA, "--period", "2023", "--n", "2000", "--spread", "cost=2%", "--lang", language)
    assert run.code == 0
    assert max(map(len, run.out.splitlines())) <= 80


GROWTH = """
contract: growth
status: draft
assumed: an example
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: Firm, to: 2021-12-31}}
splits: {all: {shares: [{from: 2020-01-01, city: 100 %}]}}
facts: {cost: {unit: EUR, least: 1, most: 900 000}, own: {unit: EUR, per: party, least: 0}}
settlement:
  - grown: {kind: formula, amount: "cost - earlier(cost, 1)", to: all}
"""


def growth(years: int, trends: dict[str, Fraction] | None = None, text: str = GROWTH, threads: int = 1) -> list[Year]:
    """The years after 2020, in which 1,000 were spent, varying by 5 %."""
    contract = read_contract(text)
    rows = [row("2019", "cost", "1000"), row("2020", "cost", "1000")]
    settlement = settle(contract, parse_csv(to_csv(rows).encode(), "data.csv"), "2020")
    settings = Settings({"cost": Fraction(5, 100)})
    draws = Draws(ROWS, 5, threads)
    return list(years_to_come(settlement, settlement.only(), settings, trends or {}, draws, years))


def test_years_to_come_move_along_their_trend() -> None:
    """A cost of 1,000 that grows by 10 % a year: 100 more in 2021 and 110 more in 2022, exactly as expected."""
    found = growth(5, {"cost": Fraction(10, 100)})
    assert [(each.period, int(each.total.actual)) for each in found] == [("2021", 100), ("2022", 110)]


def test_a_later_year_reads_what_was_drawn_before_it() -> None:
    """2021 varies against a known 2020 by 50; 2022 against a 2021 that varies itself, by 50 times the root of 2."""
    first, second = growth(2)
    assert abs(first.total.deviation - 50) < FOUR * 50 / sqrt(2 * ROWS) + 0.2
    assert abs(second.total.deviation - 50 * sqrt(2)) < FOUR * 50 * sqrt(2) / sqrt(2 * ROWS) + 0.2


def test_threads_change_no_bit_of_years_to_come() -> None:
    """As in the year itself."""
    assert growth(2, threads=1) == growth(2, threads=2)


def test_a_value_that_no_year_knows() -> None:
    """A party that is paid from 2022 on has no costs yet: nothing says what they will be."""
    text = GROWTH.replace("title: Firm, to: 2021-12-31", "title: Firm, from: 2022-01-01").replace(
        "cost - earlier(cost, 1)", "cost - earlier(cost, 1) + over_parties(own)"
    )
    text = text.replace("parties: {", "parties: {old: {role: provider, title: Old, to: 2021-12-31}, ")
    contract = read_contract(text)
    rows = [row("2019", "cost", "1000"), row("2020", "cost", "1000"), row("2020", "own", "5", "old")]
    settlement = settle(contract, parse_csv(to_csv(rows).encode(), "data.csv"), "2020")
    with pytest.raises(UsageError, match="AO085"):
        list(years_to_come(settlement, settlement.only(), Settings(), {}, Draws(10), 2))


def test_years_to_come_on_the_command_line() -> None:
    """A fan of the years that the contract has left, in the schema, and as a table of 80 columns."""
    options = ("--period", "2023", "--n", "2000", "--years", "9", "--trend", "cost=1%", "--spread", "cost=2%")
    data = json.loads(alliance("simulate", *TESOMA, *options, "-f", "json").out)
    holds("simulation", data)
    assert [each["period"] for each in data["years"]] == ["2024", "2025", "2026", "2027", "2028"]
    run = alliance("simulate", *TESOMA, *options, "--lang", "sv")
    assert max(map(len, run.out.splitlines())) <= 80
    assert "Åren som kommer" in run.out
