"""Every code that the package can say: which input brings it about, and that it comes with a place and a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from alliance_outcomes.problems import UsageError
from alliance_outcomes.statements.csv import table_as_csv
from alliance_outcomes.statements.rules import page_codes
from tests.faulty import CONTRACT, DATA, spoiled, told, under_caret, written
from tests.running import alliance
from tests.tree import modules

# Questions that cannot be answered as asked stand in no file.
UNHINTED = {"AO023"}  # where no name is near and there are too many to list them
PLACELESS = {
    "AO001",
    "AO021",
    "AO022",
    "AO023",
    "AO024",
    "AO026",
    "AO027",
    "AO028",
    "AO030",
    "AO031",
    "AO059",
    "AO701",
    "AO060",
    "AO061",
    "AO063",
    "AO064",
    "AO065",
    "AO066",
    "AO067",
    "AO073",
    "AO074",
    "AO077",
    "AO080",
    "AO083",
    "AO660",
    "AO661",
    "AO760",
}


@dataclass(frozen=True)
class Faulty:
    """A command and the files it is given; {contract}, {data} and {folder} stand for where they are."""

    arguments: tuple[str, ...]
    contract: str | bytes = CONTRACT
    data: str | bytes = DATA
    columns: str = ""

    def told(self, folder: Path) -> str:
        """What the command says."""
        data = folder / "data.csv"
        data.write_bytes(self.data.encode() if isinstance(self.data, str) else self.data)
        if self.columns:
            (folder / "data.columns.yaml").write_text(self.columns, "utf-8")
        contract = written(folder, self.contract)
        return alliance(*(each.format(contract=contract, data=data, folder=folder) for each in self.arguments)).err


def lint(*pairs: str) -> Faulty:
    """Lint of a contract that is changed so."""
    return Faulty(("lint", "{contract}"), spoiled(*pairs))


def raw(data: bytes) -> Faulty:
    """Lint of these bytes."""
    return Faulty(("lint", "{contract}"), data)


def settle(data: str | bytes, *pairs: str, asked: tuple[str, ...] = (), columns: str = "") -> Faulty:
    """A settlement of 2020, or of what is asked, of a contract that is changed so."""
    arguments = ("settle", "{contract}", "{data}", *(asked or ("--period", "2020")))
    return Faulty(arguments, spoiled(*pairs), data, columns)


VISITS = "visits: {unit: count, weight: 85 %, score: {kind: linear, zero_at: 0, full_at: 90}}"
SPLIT = "{all: {shares: [{from: 2020-01-01, firm: 100 %}]}}"
LINEAR = "score: {kind: linear, zero_at: 0, full_at: 90}"
POINTS = "points: [[0, 0 %], [100, 100 %]]"
TO_ALL = "      to: all\n"
POOL = "      pool: pool\n"
LIMITS = "to 0.01, limits: toward_zero to 0.01}"
COSTS = "  - costs: {kind: reimbursable, amount: cost, to: each}\n"
TWO_PAYEES = "payee,party,period,indicator,value\n" + "".join(
    f"{who},{row}\n" for who in ("north", "south") for row in DATA.splitlines()[1:]
)
WIDE = "party;year;cost\nfirm;2020;1000\n"


def score(rule: str) -> Faulty:
    """Another scoring rule for the last indicator."""
    return lint(LINEAR, f"score: {rule}")


def visits(keys: str) -> Faulty:
    """More keys for the last indicator."""
    return lint(VISITS, f"{VISITS[:-1]}, {keys}}}")


def clause(text: str) -> Faulty:
    """One more clause, at the end."""
    return lint(TO_ALL, f"{TO_ALL}  - more: {text}\n")


def section(text: str) -> Faulty:
    """One more section, before the facts."""
    return lint("facts:\n", f"{text}\nfacts:\n")


def formula(text: str) -> Faulty:
    """Another formula for the pool."""
    return lint(POOL, f"      pool: '{text}'\n")


READING: dict[str, Faulty] = {
    "AO001": Faulty(("lint", "{folder}/nothing.yaml")),
    "AO002": Faulty(("settle", "{folder}", "{data}")),
    "AO003": raw(b"contract: [\n"),
    "AO004": raw("contract: ä\n".encode("latin-1")),
    "AO005": raw(b"contract: " + b"[" * 30 + b"]" * 30),
    "AO006": lint("least: 0, most: 100", "least: &a 0, most: 100"),
    "AO007": lint("currency: EUR\n", "currency: EUR\ncurrency: EUR\n"),
    "AO008": lint("full_at: 90}", "full_at: 90,5}"),
    "AO101": lint("facts:\n", "fact: {}\nfacts:\n"),
    "AO102": lint("rounding: {lines: half_away_from_zero to 0.01}\n", ""),
    "AO103": lint("length: year", "length: yer"),
    "AO104": lint("currency: EUR", "currency: euro"),
    "AO105": lint("full_at: 90}", "full_at: 9e1}"),
    "AO106": lint("to: 2021-12-31", "to: 2021-12-32"),
    "AO107": lint("contract: care", "contract: Care"),
    "AO108": lint("title: Firm", "title: {de: Firma}"),
    "AO109": lint("half_away_from_zero to 0.01", "half up"),
    "AO110": lint("full_at: 90}", "full_at: {}}"),
    "AO111": lint("points: [[0, 0 %], [100, 100 %]]", "points: [[0, 0 %]]"),
    "AO112": score("{kind: points, worth: 0}"),
    "AO113": lint(COSTS, COSTS + "  - limit: {kind: cap, of: [costs, costs]}\n"),
    "AO120": lint("{from: 2020-01-01, firm: 100 %}", "{firm: 100 %}"),
    "AO121": visits("when_missing: whatever"),
    "AO123": section("tables: {rate: {kind: stepped, from: visits, outside: none, rows: 5}}"),
    "AO124": visits("range: [5]"),
    "AO125": lint("    weight: 100 %\n", "    weight: 100 %\n    area_score: median\n"),
    "AO126": lint(COSTS, "  - {a: {}, b: {}}\n"),
    "AO127": lint(COSTS, COSTS * 2),
    "AO128": lint("weights: sum to 100 %", "weights: whatever"),
    "AO558": section("payees: {column: site}"),
}
AGREEING: dict[str, Faulty] = {
    "AO201": lint("visits: {unit: count, ", "visits: {"),
    "AO202": lint("  cost: {", "  score: {unit: EUR}\n  cost: {"),
    "AO203": lint("to: 2021-12-31", "to: 2019-12-31"),
    "AO204": lint("currency: EUR", "kind: scorecard\ncurrency: EUR"),
    "AO205": lint("least: 0, most: 100", "least: 10, most: 100"),
    "AO206": lint("weight: 85 %", "weight: -85 %"),
    "AO207": lint("weight: 85 %", "weight: 85.1 %"),
    "AO208": lint("firm: 100 %", "firm: 99 %"),
    "AO209": lint("{from: 2020-01-01, firm", "{from: 2020-02-01, firm"),
    "AO210": lint("{from: 2020-01-01, firm", "{from: 2020-01-01, frm"),
    "AO211": lint("{2020: 400 000}", "{2020Q1: 400 000}"),
    "AO212": lint("settlement:\n", "  empty: {weight: 0 %, indicators: {}}\nsettlement:\n"),
    "AO213": lint("    weight: 100 %\n", "    weight: 100 %\n    minimum_indicators: 9\n"),
    "AO214": visits("minimum_n: 30"),
    "AO215": lint(VISITS, "visits: {unit: count, weight: 85 %}"),
    "AO216": lint("currency: EUR", "status: final\ncurrency: EUR"),
    "AO217": lint("to 0.01}", "to 0.01, limits: ceil to 0.01}"),
    "AO218": lint(
        "{2020: 400 000}",
        "{2020: 400 000, 2021: 1}, changes: [{from: 2020-01-01, by: 1, decision: a, why: b}]",
    ),
}
FORMULAS: dict[str, Faulty] = {
    "AO301": formula("pool +"),
    "AO302": formula("(" * 30 + "pool" + ")" * 30),
    "AO303": formula("pool * (pool > 1)"),
    "AO304": formula("totl(pool)"),
    "AO305": formula("clamp(pool)"),
    "AO306": formula("settled(pool, 1)"),
    "AO307": formula("pol"),
    "AO308": formula("cost"),
    "AO309": section("figures: {a: {formula: b}, b: {formula: a}}"),
    "AO310": lint("{2020: 400 000}", "{2021: 400 000}"),
    "AO311": formula("pool + 5 %"),
    "AO312": lint(
        "  cost: {", "  bonus: {unit: EUR, when_missing: none}\n  cost: {", POOL, "      pool: pool + bonus\n"
    ),
    "AO313": formula("5 %"),
    "AO314": lint(
        "{unit: EUR, values: {2020: 400 000}}\n",
        "{unit: EUR, by: track, values: {a: 1}}\npayees: {attributes: {track: [a, b]}}\n",
    ),
    "AO315": lint("{2020: 400 000}", "{2020: 400 000}, changes: [{from: 2020-02-01, by: 1, decision: a, why: b}]"),
    "AO317": formula("pool * exp(1)"),
}
LOWERING: dict[str, Faulty] = {
    "AO401": score("{kind: linear, zero_at: 90, full_at: 90}"),
    "AO402": score("{kind: piecewise, points: [[0, 0], [1, 101]]}"),
    "AO403": score("{kind: steps, steps: [[0, 10], [1, 10]], below: 0, on_edge: step_above}"),
    "AO404": score("{kind: gap_to_goal, goal: 9, nothing_below: 100 %}"),
    "AO405": score("{kind: linear, zero_at: 0, full_at: target}"),
    "AO406": visits("minimum_n: 30, when_small: {carry: value, periods: 1, then: error}"),
    "AO407": visits("value: 2 * 3, when_missing: {carry: value, periods: 1}"),
    "AO408": lint(
        "    weight: 100 %\n    indicators:\n",
        "    weight: 100 %\n    area_score: share of points\n"
        "    defaults: {when_missing: reweight in contract}\n    indicators:\n",
    ),
    "AO410": lint(COSTS, "  - early: {kind: formula, amount: incentive, to: all}\n" + COSTS),
    "AO411": clause(
        "{kind: gain_share, target: pool, actual: pool, gain: {rate: 1, when: score > 1, to: all}, "
        "pain: {rate: 1, when: score > 1, to: all}}"
    ),
    "AO412": clause("{kind: gain_share, target: pool, actual: pool, bands: [[1, 1]], gain: {to: all}}"),
    "AO413": clause("{kind: gain_share, target: pool, actual: pool}"),
    "AO414": Faulty(
        ("lint", "{contract}"), CONTRACT[: CONTRACT.index("result_areas")] + CONTRACT[CONTRACT.index("settlement") :]
    ),
    "AO415": lint(TO_ALL, "      to: al\n"),
    "AO416": lint(SPLIT, SPLIT.replace("%}]", "%}, {from: 2020-07-01, firm: 100 %}]")),
    "AO417": lint("title: Firm", "title: Firm, to: 2020-06-30"),
    "AO418": clause("{kind: gain_share, target: pool, actual: pool, gain: {to: all}}"),
}
MEASURED: dict[str, Faulty] = {
    "AO500": settle(DATA.encode("utf-16")),
    "AO501": settle("a,b\n1,2\n"),
    "AO502": settle(DATA + ",2020,visits\n"),
    "AO503": settle(DATA + ",2020,visits,45\n"),
    "AO504": settle(DATA + ",2020,visit,45\n"),
    "AO505": settle(DATA.replace(",2020,visits,45\n", "")),
    "AO506": settle(DATA.replace("cost,1000", "cost,0"), POOL, "      pool: pool * pool / over_parties(cost)\n"),
    "AO507": settle(
        DATA.replace("60 %", "0").replace("0.5", "0").replace("45", "0"),
        *("to 0.01}", LIMITS),
        *(TO_ALL, f"{TO_ALL}  - limit: {{kind: cap, of: [incentive], least: 5}}\n"),
    ),
    "AO508": settle(
        DATA + ",2020,track,c\n",
        *("amounts:\n", "payees: {attributes: {track: [a, b]}}\namounts:\n"),
        *(POOL, '      pool: pool if track == "a" else 0\n'),
    ),
    "AO509": settle(DATA.replace("visits,45", "visits,many")),
    "AO510": settle(DATA.replace("60 %", "60")),
    "AO511": settle(
        DATA.replace("2020", "2021"), POOL, "      pool: pool - settled(costs, 1)\n", asked=("--period", "2021")
    ),
    "AO512": settle(DATA, asked=("--period", "2020", "--earlier", "{data}")),
    "AO514": settle(DATA + ",1999x,visits,45\n"),
    "AO551": settle("party,period,indicator,value,status\n,2020,visits,,suppressed\n"),
    "AO860": settle("party,period,indicator,value,status\n,2020,visits,45,suppressed\n"),
    "AO517": settle(
        TWO_PAYEES.replace("south,,2020,visits,45", "south,,2020,visits,44"),
        *(
            "amounts:\n",
            "figures:\n  all: {formula: visits * pool}\n  k: {formula: 'across_factor(all, visits)'}\namounts:\n",
        ),
        *(POOL, "      pool: 'coalesce(k, 0) * visits'\n"),
    ),
}
WIDE_DATA: dict[str, Faulty] = {
    "AO130": settle(WIDE, columns="payee: party\nperiod: year\nvalues: {cost: {column: cost, precision: -1}}\n"),
    "AO131": settle(WIDE, columns="payee: party\nperiod: year\nvalues: {cost: {column: cost, constant: 1}}\n"),
    "AO515": settle(WIDE, columns="payee: party\nperiod: year\nvalues: {cost: costs}\n"),
    "AO516": settle(WIDE, columns="payee: party\nperiod: year\nvalues: {costs: cost}\n"),
}
SMALL = "{role: provider, title: Firm}"
TWO_COSTS = DATA + "shop,2020,cost,500\n"


def what_if(setting: str, contract: str = CONTRACT, data: str = DATA, more: tuple[str, ...] = ()) -> Faulty:
    """A settlement of 2020 with something set."""
    return Faulty(("whatif", "{contract}", "{data}", "--period", "2020", "--set", setting, *more), contract, data)


USAGE: dict[str, Faulty] = {
    "AO020": Faulty(("settle", "{contract}", "{data}", "--period", "2050")),
    "AO021": Faulty(("explain", "{contract}", "{data}", "score"), data=TWO_PAYEES),
    "AO022": Faulty(("settle", "{contract}", "{data}"), data="period,indicator,value\n"),
    "AO023": Faulty(("settle", "{contract}", "{data}", "--payee", "west")),
    "AO024": Faulty(("explain", "{contract}", "{data}", "nothing")),
    "AO028": Faulty(("reconcile", "{contract}", "{data}", "--period", "2020")),
    "AO027": Faulty(("settle", "{contract}", "{data}", "-o", "{folder}/out.docx")),
    "AO030": Faulty(("settle", "{contract}", "{data}", "-o", "{folder}/no/out.json")),
    "AO031": Faulty(("init", "{folder}")),
    "AO059": Faulty(("lint", "{contract}", "--select", "AO9")),
    "AO060": Faulty(("rule", "AO999")),
    "AO701": Faulty(("prove", "{contract}", "--cliff", "lots")),
    "AO061": Faulty(("lint", "{folder}")),
    "AO063": what_if("visits"),
    "AO064": what_if("vists=50"),
    "AO065": what_if(
        "cost=900",
        spoiled("{firm: {role: provider, title: Firm}}", "{firm: &, shop: &}".replace("&", SMALL)),
        TWO_COSTS,
    ),
    "AO066": what_if("visits=none"),
    "AO067": what_if("visits=50", more=("--set", "visits=51")),
    "AO073": Faulty(("settle", "{contract}", "{data}", "--period", "2020", "--as-of", "2021-02-30")),
    "AO074": Faulty(("settle", "{contract}", "{data}", "--period", "2020", "--bundle", "{folder}")),
    "AO760": Faulty(("settle", "{contract}", "{data}", "--public", "-o", "{folder}/out.pdf")),
    "AO077": Faulty(("simulate", "{contract}", "{data}", "--spread", "costs=2%")),
    "AO080": Faulty(("simulate", "{contract}", "{data}", "--correlate", "cost=0.5")),
    "AO083": Faulty(("settle", "{contract}", "{data}", "--perod", "2020")),
    "AO660": Faulty(("simulate", "{contract}", "{data}", "--passive", "101%")),
    "AO661": Faulty(("simulate", "{contract}", "{data}", "--reference", "2017")),
}
FAULTS = {**READING, **AGREEING, **FORMULAS, **LOWERING, **MEASURED, **WIDE_DATA, **USAGE}
# Codes with a test of their own below, and those that nothing can bring about: a second guard behind a first.
APART = {"AO025", "AO026", "AO062"}
# Of published series: tests/test_series.py.
OF_SERIES = {"AO141", "AO518"}
# Of draws: tests/test_simulate.py and test_forecast.py.
OF_DRAWS = {"AO078", "AO079", "AO081", "AO085", "AO519", "AO522"}
# Of back-tests: tests/test_backtest.py.
OF_BACKTESTS = {"AO524"}
# Of records and their definitions: tests/test_measure.py and test_records.py.
# Without the solver: tests/test_prove.py.
OF_PROOFS = {"AO700"}
OF_RECORDS = {"AO029", "AO032", "AO033", "AO140", "AO318", "AO520", "AO521", "AO550", "AO560", "AO561"}
# Of contracts that are right in form: the pages' own examples, tried by tests/test_rules.py.
OF_LINT = {code for code in page_codes() if "AO600" <= code < "AO640"}
# Of workbooks and other documents: tests/test_workbook.py.
OF_DOCUMENTS = {"AO069", "AO070"}
# Of kinds of files: tests/hostile/test_data_files.py, test_workbooks.py and test_queries.py.
OF_FILES = {"AO050", "AO051", *(f"AO{number}" for number in range(530, 542))}
# Of kept settlements: tests/test_evidence.py; of writers that fail or come too late: tests/test_faults.py; of restatements:
# tests/test_restating.py.
OF_EVIDENCE = {
    *("AO075", "AO076", "AO820"),
    *(f"AO{number}" for number in (*range(800, 814), *range(822, 827), *range(850, 855))),
}
# Of amendments, which take two files: tests/test_amending.py.
OF_AMENDMENTS = {f"AO{number}" for number in range(142, 149)}
# Of two contracts beside one another: tests/test_diff.py.
OF_TWO = {"AO084"}
# Of what is carried from period to period, which takes two settlements: tests/test_carrying.py.
OF_CARRYING = {"AO149", "AO565", "AO566", "AO568"}
# Of accruals: tests/test_accrual.py.
OF_ACCRUALS = {"AO082", "AO567"}
# Of many payees at once, by the library: tests/test_batch.py.
OF_BATCHES = {"AO523"}
BEHIND = {"AO513": "the compiler refuses a clause that may have no amount (AO312)"}


@pytest.mark.parametrize("code", FAULTS)
def test_a_code_is_said_with_its_place(code: str, tmp_path: Path) -> None:
    """The input brings the code about, at a place where there is one, with a sentence and what to write instead."""
    err = FAULTS[code].told(tmp_path)
    pattern = rf"{code} .+[.]" if code in PLACELESS else rf"\S+:\d+:\d+: {code} .+[.]"
    blocks = [block for block in told(err) if re.fullmatch(pattern, block.partition("\n")[0])]
    assert blocks, err
    assert any(line.startswith("  ") and line[2] != "|" for line in blocks[0].splitlines()) or code in UNHINTED
    assert code[2] not in "1234" or under_caret(blocks[0])


def test_every_code_has_its_input() -> None:
    """A code that the package says is one that a test brings about, and the other way round."""
    said = {code for module in modules() for code in re.findall(r"\bAO\d{3}\b", module.source)}
    apart = {
        *APART,
        *OF_SERIES,
        *OF_DRAWS,
        *OF_BACKTESTS,
        *OF_RECORDS,
        *OF_PROOFS,
        *OF_EVIDENCE,
        *OF_AMENDMENTS,
        *OF_TWO,
        *OF_CARRYING,
        *OF_ACCRUALS,
        *OF_BATCHES,
        *OF_LINT,
        *OF_FILES,
        *OF_DOCUMENTS,
        *BEHIND,
    }
    assert said == {*FAULTS, *apart}


def test_a_language_that_is_not_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ALLIANCE_LANG names one of three languages (AO026)."""
    monkeypatch.setenv("ALLIANCE_LANG", "de")
    told = Faulty(("settle", "{contract}", "{data}", "--period", "2020")).told(tmp_path)
    assert told == "AO026 ALLIANCE_LANG is 'de'.\n  Set it to fi, sv or en.\n"


def test_a_dialect_that_is_not_written() -> None:
    """Whoever writes CSV by the library names one of its dialects (AO025)."""
    with pytest.raises(UsageError, match="AO025 excel is not a dialect"):
        table_as_csv(("a",), [], "excel", numbers=())


def test_a_summary_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GITHUB_STEP_SUMMARY must name a file that can be written (AO062)."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    told = Faulty(("lint", "{contract}", "-f", "github")).told(tmp_path)
    assert re.search(r"^AO062 The summary .+ cannot be written: .+\.\n  \S", told, re.MULTILINE)
