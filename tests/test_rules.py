"""The pages of the codes: each code has one, and its examples are wrong and right as they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from alliance_outcomes.statements.rules import FOLDER, page_codes, read_page
from tests.documents import FENCE, LANGUAGE, blocks, framed
from tests.running import alliance
from tests.tree import modules

FRAME = next(block.text for block in blocks(LANGUAGE) if block.words == ("yaml", "frame"))
# What examples of data are settled by, where the page shows no contract.
CONTRACT = """\
facts: {cost: {unit: EUR, least: 0, when_missing: 0}}
result_areas:
  care:
    indicators:
      plan: {unit: share, weight: 100 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}
settlement:
  - costs: {kind: formula, amount: cost, to: payee}
"""
WIDE = "year,Cost,Plan\n2020,1000,60 %\n"
# Definitions that are wrong only beside records: tests of measuring bring these about.
BESIDE_RECORDS = {"AO318", "AO520"}
SAID = {code for module in modules() for code in re.findall(r"\bAO\d{3}\b", module.source)}
MISSING_PAGE = (
    "These codes have no page: {}. Write alliance_outcomes/rules/CODE.md like its neighbours (title, what, Why, Wrong, "
    "Right), then run `make reference`. docs/extending.md says how."
)


def told(side: str, folder: Path, code: str) -> set[str]:
    """The codes that the examples of one side of a page bring about."""
    by_kind = {tuple(words.split()): text for _, _, words, text in FENCE.findall(side)}
    contracts = folder / "contracts"
    contracts.mkdir(parents=True)
    contract = contracts / "example.yaml"
    whole = by_kind.get(("yaml", "file"))
    contract.write_text(framed(FRAME, by_kind.get(("yaml",), CONTRACT)) if whole is None else whole, "utf-8")
    data = folder / "data.csv"
    if definition := by_kind.get(("yaml", "definition")):
        (folder / "defined.yaml").write_text(definition, "utf-8")
        run = alliance("indicators", "defined", "--folder", folder)
    elif columns := by_kind.get(("yaml", "columns")):
        data.write_text(WIDE, "utf-8")
        (folder / "data.columns.yaml").write_text(columns, "utf-8")
        run = alliance("settle", contract, data, "--period", "2020")
    elif ("csv",) in by_kind:
        data.write_text(by_kind["csv",], "utf-8")
        run = alliance("settle", contract, data, "--period", "2020")
    elif code in ("AO204",) or ("yaml",) in by_kind or whole is not None:
        found = json.loads(alliance("lint", contract, "-f", "json").out)["problems"]
        return {each["code"] for each in found if each["severity"] == "error" or each["code"] == code}
    else:
        return set()
    return set(re.findall(r"\bAO\d{3}\b", run.err))


def test_every_code_has_a_page() -> None:
    """A code that the package says has a page, and every page a code."""
    without = sorted(SAID - set(page_codes()))
    assert not without, MISSING_PAGE.format(", ".join(without))
    assert not set(page_codes()) - SAID, "These pages are of codes that nothing says."
    assert {file.stem for file in FOLDER.iterdir()} == set(page_codes())


@pytest.mark.parametrize("code", page_codes())
def test_wrong_is_wrong_and_right_is_right(code: str, tmp_path: Path) -> None:
    """The wrong example brings the code about; the right one brings about neither it nor any error."""
    page = read_page(code)
    assert page.title[-1] not in ".:"
    assert FENCE.search(page.wrong)
    assert FENCE.search(page.right)
    if "```sh" in page.wrong:
        assert "```sh" in page.right
        return
    if code not in {
        "AO513",
        "AO523",
        *BESIDE_RECORDS,
    }:  # AO513 stands behind AO312, and shows that; AO523 is of batches
        assert code in told(page.wrong, tmp_path / "wrong", code)
    right = told(page.right, tmp_path / "right", code)
    if "```yaml file" in page.right:  # the beginning of a contract: only this code is looked at
        assert code not in right
    else:
        assert not right


def test_rule_prints_a_page_and_lists_all() -> None:
    """``alliance rule AO101`` prints its page; without a code each is listed, with its title."""
    assert alliance("rule", "ao101").out == read_page("AO101").text
    listed = alliance("rule").out
    assert all(f"  {code}  {read_page(code).title}\n" in listed for code in page_codes())


def test_a_code_that_there_is_not() -> None:
    """An unknown code ends with exit code 2 and a hint (AO060)."""
    run = alliance("rule", "AO999")
    assert run.code == 2
    assert re.match(r"AO060 There is no code AO999\.\n  \S", run.err)
