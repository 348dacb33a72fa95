"""Real programmes, settled from what they published: every payee's payment comes out of a contract file alone.

The published files stay where they are: ALLIANCE_PUBLISHED names their folder. Without it these tests are skipped; a few
dozen of the payees stand in `cases/` and are always settled.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.measured import Measured
from alliance_outcomes.reconcile import Published, Reconciliation, reconcile
from alliance_outcomes.settlement import choose_period
from alliance_outcomes.sources.mapping import read_wide
from tests.running import alliance
from tests.tree import ROOT, modules

FOLDER = os.environ.get("ALLIANCE_PUBLISHED", "")
needs_files = pytest.mark.skipif(
    not FOLDER, reason="ALLIANCE_PUBLISHED does not name the folder of the published files"
)
Counts = tuple[int, int, int]

# By contract, file and published name: how many are exact, how many within the inputs' rounding, how many missed.
AGREED: list[tuple[str, str, str, Counts]] = [
    ("mssp", "mssp_2016", "generated", (432, 0, 0)),
    ("mssp", "mssp_2016", "total", (317, 115, 0)),
    ("mssp", "mssp_2022", "generated", (482, 0, 0)),
    ("mssp", "mssp_2022", "total", (434, 48, 0)),
    ("mssp", "mssp_2024", "generated", (476, 0, 0)),
    ("mssp", "mssp_2024", "total", (407, 69, 0)),
    ("hvbp", "hvbp_fy2024", "score", (2474, 0, 0)),
    ("hvbp", "hvbp_fy2024", "clinical", (2413, 0, 0)),
    ("hvbp", "hvbp_fy2024", "community", (2467, 0, 0)),
    ("hvbp", "hvbp_fy2024", "safety", (2107, 0, 0)),
    ("hvbp", "hvbp_fy2024", "efficiency", (2472, 0, 0)),
    ("hvbp", "hvbp_fy2024", "hcahps_base", (2467, 0, 0)),
    ("hvbp", "hvbp_fy2024", "consistency.score", (2467, 0, 0)),
    # Two totals differ in their twelfth decimal, since the domain scores they are computed from were rounded there.
    ("hvbp-total", "hvbp_tps_fy2021", "score", (2674, 2, 0)),
    ("hac", "hac_fy2024", "hac_score", (2651, 321, 0)),
    ("hac", "hac_fy2024", "penalised", (3085, 0, 0)),
    ("snf-vbp", "snfvbp_fy2025", "not_readmitted.achievement", (2000, 0, 0)),
    ("snf-vbp", "snfvbp_fy2025", "not_readmitted.improvement", (1902, 0, 0)),
    ("snf-vbp", "snfvbp_fy2025", "score", (2000, 0, 0)),
    ("snf-vbp", "snfvbp_fy2025", "multiplier", (1962, 38, 0)),
    ("rate-card", "sib_uk_apollo", "outcomes", (22, 0, 1)),
]
POINTS = re.compile(r"\.(points|achievement)$")


@cache
def reconciled(contract: str, file: str) -> Mapping[str, Reconciliation]:
    """Everything that the mapping of a file lists as published, compared."""
    contract_file = ROOT / "contracts" / f"{contract}.yaml"
    agreed = load_contract(contract_file)
    wide = read_wide(Path(FOLDER) / f"{file}.csv", agreed, contract_file)
    assert wide is not None
    measured: Measured = wide.measured()
    period = choose_period(agreed, measured, None)
    published = [
        Published(name, spec.column or "", wide.precision(spec), wide.column(spec, period))
        for name, spec in wide.columns.published.items()
    ]
    return {each.name: each for each in reconcile(agreed, measured, period, published)}


@needs_files
@pytest.mark.parametrize(("contract", "file", "name", "counts"), AGREED, ids=str)
def test_a_published_column_is_reproduced(contract: str, file: str, name: str, counts: Counts) -> None:
    """Exact, within and missed are what they are known to be, each by itself."""
    found = reconciled(contract, file)[name]
    assert (found.count("exact"), found.count("within"), found.count("missed")) == counts


@needs_files
def test_every_measure_has_its_points() -> None:
    """The points of every hospital for every measure, and those for achievement alone, are as published."""
    found = {name: each for name, each in reconciled("hvbp", "hvbp_fy2024").items() if POINTS.search(name)}
    assert len(found) == 2 * 19
    assert sum(each.count("exact") for each in found.values()) == 2 * 41_368
    assert all(each.count("exact") == len(each.compared) for each in found.values())


@needs_files
def test_every_multiplier_is_near() -> None:
    """The exchange constant is published with ten digits; the multipliers agree to half of their ninth and little more."""
    found = reconciled("snf-vbp", "snfvbp_fy2025")["multiplier"].compared
    assert max(abs(each.difference) for each in found) <= Fraction(501, 10**11)


@needs_files
def test_every_penalty_is_as_published() -> None:
    """728 hospitals are penalised and 2,357 are not, among them 157 without a score; 13 exempt ones lie above the threshold."""
    found = reconciled("hac", "hac_fy2024")
    penalties = {each.payee: each.published for each in found["penalised"].compared}
    assert sorted(penalties.values()).count(Fraction(1)) == 728
    assert sorted(penalties.values()).count(Fraction(0)) == 2357
    scores = {each.payee: each.ours for each in found["hac_score"].compared}
    assert len(penalties.keys() - scores.keys()) == 157
    threshold = min(score for payee, score in scores.items() if score is not None and penalties.get(payee) == 1)
    assert (
        sum(score is not None and score >= threshold for payee, score in scores.items() if payee not in penalties) == 13
    )


@needs_files
def test_the_one_miss_is_shown() -> None:
    """The rate card's one line that was published a unit too low comes with its place, and the command says 1."""
    file = Path(FOLDER) / "sib_uk_apollo.csv"
    run = alliance("reconcile", ROOT / "contracts" / "rate-card.yaml", file, "-f", "json")
    data = json.loads(run.out)
    assert run.code == 1
    assert (data["payees"], data["exact"], data["within"], data["missed"]) == (23, 22, 0, 1)
    assert data["misses"] == [data["largest_miss"]]
    assert data["largest_miss"]["payee"] == "outcomemetric17"
    assert data["largest_miss"]["difference"] == "220"
    assert data["largest_miss"]["place"] == f"{file}:18"


EXPLAINED = [
    ("mssp", "mssp_2024", "savings", "A1001", "2024", "BnchmkMinExp"),
    ("hvbp", "hvbp_fy2024", "score", "010001", "2024", "MORT-30-AMI Performance Rate"),
    ("hvbp-total", "hvbp_tps_fy2021", "score", "010001", "2021", "Unweighted Normalized Safety Domain Score"),
    ("hac", "hac_fy2024", "penalised", "010001", "2024", "CLABSI W Z Score"),
    ("snf-vbp", "snfvbp_fy2025", "multiplier", "010044", "2025", "performance_rsrr_fy2023"),
    ("rate-card", "sib_uk_apollo", "outcomes", "outcomemetric3", "2020", "outcomes_achieved"),
]


@needs_files
@pytest.mark.parametrize(("contract", "file", "name", "payee", "period", "column"), EXPLAINED)
def test_an_amount_leads_back_to_its_row(
    contract: str, file: str, name: str, payee: str, period: str, column: str
) -> None:
    """Explain ends at the row of the published file, and names the column."""
    data = Path(FOLDER) / f"{file}.csv"
    run = alliance(
        *("explain", ROOT / "contracts" / f"{contract}.yaml", data, name, "--payee", payee, "--period", period)
    )
    line = next(n for n, text in enumerate(data.read_text("utf-8-sig").splitlines(), 1) if payee in text.split(","))
    told = " ".join(run.out.split())  # a long name of a file stands on a line of its own
    assert run.code == 0, run.err
    assert re.search(rf"{re.escape(str(data))}:{line} \S+ = [^=]+ {re.escape(column)}", told)


def test_no_module_knows_a_programme() -> None:
    """What a programme pays stands in its contract file alone: no identifier, branch or text of the package names one."""
    named = re.compile(r"(?<![A-Za-z0-9_])(mssp|hvbp|snf|hac|qof|cquin)(?![A-Za-z0-9_])", re.IGNORECASE)
    assert not [module.name for module in modules() if named.search(module.source)]


SPOILED = [
    ("mssp", "mssp_2016", "2016: 98 %", "2016: 97.9 %", "total", 133),
    ("mssp", "mssp_2024", "reduced == 1)", "reduced == 2)", "generated", 13),
    ("hac", "hac_fy2024", "75 %, higher)", "75 %, lower)", "penalised", 2),
    ("snf-vbp", "snfvbp_fy2025", "2025: 0.79139", "2025: 0.79138", "score", 550),
    ("hvbp-total", "hvbp_tps_fy2021", "minimum_areas: 3", "minimum_areas: 4", "score", 561),
]


@needs_files
@pytest.mark.parametrize(("contract", "file", "right", "wrong", "name", "missed"), SPOILED)
def test_a_wrong_contract_is_missed(
    tmp_path: Path, contract: str, file: str, right: str, wrong: str, name: str, missed: int
) -> None:
    """The rounding of the inputs excuses nothing else: a tenth of a per cent, a method, the last digit of a threshold."""
    text = (ROOT / "contracts" / f"{contract}.yaml").read_text("utf-8")
    assert text.count(right) == 1
    (tmp_path / "wrong.yaml").write_text(text.replace(right, wrong), "utf-8")
    columns = ROOT / "contracts" / "columns" / f"{file}.yaml"
    data = Path(FOLDER) / f"{file}.csv"
    run = alliance("reconcile", tmp_path / "wrong.yaml", data, "--columns", columns, "--published", name, "-f", "json")
    assert (run.code, json.loads(run.out)["missed"]) == (1, missed)
