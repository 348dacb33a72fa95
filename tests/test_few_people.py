"""What few people did is in no scenario: records that differ only in them give the same output, byte for byte.

So nothing tells their number, nor anything that gives it by subtraction, in whatever form it would be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import alliance_outcomes as ao
from tests.faulty import CONTRACT as CARE
from tests.faulty import DATA
from tests.running import alliance

CONTRACT = """\
contract: few
currency: EUR
smallest_cell: 10
periods: {length: year, from: 2021-01-01, to: 2024-12-31}
rounding: {lines: half_away_from_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
facts: {cost: {unit: EUR, least: 0}}
amounts: {pool: {unit: EUR, values: {2021: 1 000}}}
result_areas:
  care:
    weight: 100 %
    indicators:
      x: {weight: 40 %, when_missing: WHEN, goal: 80 %, score: {kind: linear, zero_at: 0, full_at: 1}}
      y: {weight: 60 %, goal: 80 %, score: {kind: linear, zero_at: 0, full_at: 1}}
settlement:
  - costs: {kind: formula, amount: cost, to: payee}
  - bonus: {kind: formula, amount: pool * score / 100, to: payee}
"""
RATE = "kind: rate, table: visits, period: year, person: person"
DIRECT = {"x": f"{RATE}, numerator: plan == 'yes'", "y": f"{RATE}, numerator: done == 'yes'"}
NESTED = {"x": f"{RATE}, numerator: done == 'yes' and plan == 'yes'", "y": DIRECT["y"]}
EXCLUDED = {"x": f"{RATE}, numerator: done == 'yes', exclusions: {{few: {{when: plan == 'yes', reason: few}}}}", "y": DIRECT["y"]}  # fmt: skip
YEAR = ["--period", "2023"]
COMMANDS = {
    "gaps": ["gaps", *YEAR],
    "gaps as JSON": ["gaps", *YEAR, "-f", "json"],
    "what if": ["whatif", *YEAR, "--set", "y=50 %"],
    "what if it were known": ["whatif", *YEAR, "--set", "x=50 %", "-f", "json"],
    "the page": ["whatif", *YEAR, "-f", "html"],
    "simulate": ["simulate", *YEAR, "-n", "100", "--years", "1", "-f", "json"],
    "simulate since": ["simulate", *YEAR, "-n", "100", "--reference", "2022"],
    "backtest": ["backtest", "-f", "json"],
    "backtest by other terms": ["backtest", *YEAR, "--terms", "2021"],
}
SOME = ["gaps as JSON", "the page", "simulate since"]

People = list[tuple[str, str]]


def people(both: int, done: int, plan: int, neither: int) -> People:
    """Persons by whether something was done, and whether they have a plan."""
    yes = {"both": ("yes", "yes"), "done": ("yes", "no"), "plan": ("no", "yes"), "neither": ("no", "no")}
    times = {"both": both, "done": done, "plan": plan, "neither": neither}
    return [yes[name] for name, many in times.items() for _ in range(many)]


MANY = people(30, 40, 30, 40)
# Definitions, and what is in the records of two worlds that differ in few people alone.
WORLDS: dict[str, tuple[dict[str, str], People, People]] = {
    "few meet it": (DIRECT, people(2, 68, 1, 69), people(4, 66, 3, 67)),
    "few do not": (DIRECT, people(68, 2, 69, 1), people(65, 5, 66, 4)),
    "few lie between two": (NESTED, people(67, 3, 40, 30), people(62, 8, 40, 30)),
    "few are left out": (EXCLUDED, people(2, 68, 1, 69), people(5, 65, 3, 67)),
}


def contract_of(folder: Path, definitions: dict[str, str], when: str) -> Path:
    """The contract with its definitions beside it."""
    for name in ("contracts", "indicators", "records"):
        (folder / name).mkdir(exist_ok=True)
    for name, measure in definitions.items():
        text = f"unit: share\nrange: [0 %, 100 %]\nmeasure: {{{measure}}}\n"
        (folder / "indicators" / f"{name}.yaml").write_text(text, "utf-8")
    file = folder / "contracts" / "few.yaml"
    file.write_text(CONTRACT.replace("WHEN", when), "utf-8")
    return file


def recorded(folder: Path, years: dict[int, People]) -> Path:
    """A folder of records of these years, and what costs they had."""
    rows = [f"{year},P{at:03d},{done},{plan}" for year, found in years.items() for at, (done, plan) in enumerate(found)]
    (folder / "records" / "visits.csv").write_text("\n".join(["year,person,done,plan", *rows]) + "\n", "utf-8")
    costs = "".join(f"{year},cost,100\n" for year in years)
    (folder / "records" / "facts.csv").write_text(f"period,indicator,value\n{costs}", "utf-8")
    return folder / "records"


def told(contract: Path, data: Path, commands: Iterable[str] = COMMANDS) -> dict[str, str]:
    """What the commands say."""
    found = {}
    for name in commands:
        command, *options = COMMANDS[name]
        run = alliance(command, contract, data, *options)
        assert (run.code, run.err) == (0, ""), name
        found[name] = run.out
    return found


@pytest.mark.parametrize("why", WORLDS)
def test_no_scenario_tells_of_few_people(why: str, tmp_path: Path) -> None:
    """Whoever they are, nobody sees a difference; where they are many, everybody does."""
    definitions, *worlds = WORLDS[why]
    contract = contract_of(tmp_path, definitions, "reweight in area")
    asked = COMMANDS if why == "few meet it" else SOME
    one, other = (told(contract, recorded(tmp_path, {2022: MANY, 2023: each}), asked) for each in worlds)
    assert one == other
    many = told(contract, recorded(tmp_path, {2022: MANY, 2023: people(45, 25, 30, 40)}), ["gaps as JSON"])
    assert many["gaps as JSON"] != one["gaps as JSON"]


@pytest.mark.parametrize("when", ["{score: 0}", "hold", "{carry: value, periods: 1, then: error}"])
def test_what_the_contract_says_then_tells_nothing_either(when: str, tmp_path: Path) -> None:
    """A stated score, money that is held, and the value of the year before stand in for the value."""
    definitions, *worlds = WORLDS["few meet it"]
    contract = contract_of(tmp_path, definitions, when)
    one, other = (told(contract, recorded(tmp_path, {2022: MANY, 2023: each}), SOME) for each in worlds)
    assert one == other


def test_a_year_of_few_people_is_no_reference(tmp_path: Path) -> None:
    """Nor does a simulation or a back-test tell of the year before, which is read beside the one that is settled."""
    definitions, *worlds = WORLDS["few meet it"]
    contract = contract_of(tmp_path, definitions, "reweight in area")
    asked = ["simulate", "simulate since", "backtest"]
    one, other = (told(contract, recorded(tmp_path, {2022: each, 2023: MANY}), asked) for each in worlds)
    assert one == other
    assert "since 2022" in one["simulate since"]


def test_no_forecast_tells_of_few_people(tmp_path: Path) -> None:
    """What is measured from records of a year that is not over, or of its parts, and what then lands at its end."""
    definitions, *worlds = WORLDS["few meet it"]
    contract, said = contract_of(tmp_path, definitions, "reweight in area"), []
    for world in worlds:
        file = tmp_path / "measured.csv"
        records = recorded(tmp_path, {2023: world})
        assert alliance("measure", contract, records, *YEAR, "-o", file).code == 0
        asked: list[str | Path] = ["forecast", contract, file, *YEAR, "-n", "100"]
        run = alliance(*asked, "--through", "2023-09-30", "-f", "json")
        assert (run.code, run.err, '"x"' in run.out) == (0, "", False)
        quarters = file.read_text("utf-8").splitlines()
        shown = [line for line in quarters if "suppressed" not in line]
        parts = [quarters[0], *(line.replace(",2023,", ",2023Q1,") for line in shown[1:])]
        parts += [line.replace(",2023,", ",2023Q2,") for line in quarters[1:]]
        parts.append(",,2023Q1,x,60 %,,,,,")
        file.write_text("\n".join(parts) + "\n", "utf-8")
        run_of_parts = alliance(*asked)
        assert (run_of_parts.code, run_of_parts.err) == (0, "")
        assert "60" not in run_of_parts.out.partition("What varies")[2].partition("Payment")[0]
        said.append(run.out + run_of_parts.out)
    assert said[0] == said[1]


def test_in_python_nobody_learns_of_few_people(tmp_path: Path) -> None:
    """The frame that is read, and every view of the settlement."""
    definitions, *worlds = WORLDS["few meet it"]
    contract = ao.load_contract(contract_of(tmp_path, definitions, "reweight in area"))
    said = []
    for world in worlds:
        data = ao.read_data(recorded(tmp_path, {2022: MANY, 2023: world}), contract)
        settled = ao.settle(contract, data, "2023")
        views = (
            data.to_csv(),
            settled,
            settled._repr_html_(),
            settled.gaps().to_csv(),
            settled.what_if(y="50 %").delta,
            settled.payoff("y").points.to_csv(),
            settled.simulate(n=100),
            ao.backtest(contract, data).to_csv(),
        )
        said.append("".join(map(str, views)))
    assert said[0] == said[1]


@pytest.mark.parametrize("figures", ["0.5,,,", ",1,2,", ",,,4"])
def test_a_suppressed_row_has_no_number(figures: str, tmp_path: Path) -> None:
    """What nobody may see is not paid by either, whichever command reads it (AO860); blanks and dots are no numbers."""
    (tmp_path / "care.yaml").write_text(CARE, "utf-8")
    data, header = tmp_path / "data.csv", "party,period,indicator,value,numerator,denominator,n,status\n"
    rest = "".join(f"{line},,,,\n" for line in DATA.splitlines()[1:] if "plan" not in line)
    data.write_text(f"{header}{rest},2020,plan,{figures},suppressed\n", "utf-8")
    for command in ("settle", "score", "gaps", "whatif", "simulate", "backtest", "data"):
        run = alliance(command, tmp_path / "care.yaml", data)
        assert (run.code, run.out, run.err.count("AO860")) == (1, "", 1), (command, run.err)
    data.write_text(f"{header}{rest},2020,plan,..,,,,suppressed\n", "utf-8")
    run = alliance("settle", tmp_path / "care.yaml", data)
    assert (run.code, "AO551" in run.err, "AO860" in run.err) == (1, True, False)
