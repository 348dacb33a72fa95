"""The formats of findings: each is what its reader takes, whatever stands in the contract."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.faulty import CONTRACT, spoiled, written
from tests.running import alliance
from tests.tree import ROOT

SARIF_SCHEMA = ROOT / "tests/web/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
# A misspelt key, a wrong weight, and letters that mean something to XML, Markdown, URIs and annotations.
FAULTY = spoiled("weight: 85 %", "weight: 84 %").replace("facts:\n", "'fa<ct|s%,: &\"`':\n  {}\nfacts:\n")
WARNED = spoiled("  cost: {", "  unread: {unit: EUR}\n  cost: {")
MANY = "".join(f"wrong{index}: 1\n" for index in range(12)) + CONTRACT


def sarif(*arguments: str | Path) -> dict[str, Any]:
    """The findings as SARIF, checked against its schema."""
    data: dict[str, Any] = json.loads(alliance("lint", *arguments, "-f", "sarif").out)
    if not SARIF_SCHEMA.exists():
        pytest.skip("the schema of SARIF is not there: run `make web`, which needs npm")
    jsonschema.Draft7Validator(json.loads(SARIF_SCHEMA.read_text("utf-8"))).validate(data)
    return data


@pytest.mark.parametrize("text", [CONTRACT, FAULTY, WARNED, MANY, "contract: [", ""])
def test_sarif_validates(text: str, tmp_path: Path) -> None:
    """Whatever was found, the document is SARIF 2.1.0."""
    sarif(written(tmp_path, text))


def test_sarif_has_the_place_the_level_and_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result leads to its rule, its line and its column; the file is named from the working folder."""
    file = written(tmp_path, WARNED, "with space.yaml")
    monkeypatch.chdir(tmp_path)
    (run,) = sarif(file)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("AO600", "warning")
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "contracts/with%20space.yaml"
    line = WARNED.splitlines()[physical["region"]["startLine"] - 1]
    assert line[physical["region"]["startColumn"] - 1 : physical["region"]["endColumn"] - 1] == "unread"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["help"]["markdown"].startswith("# AO600 ")


def test_junit_is_xml_with_a_case_for_each_finding(tmp_path: Path) -> None:
    """Faults fail, a file without any passes, and the counts agree."""
    right, wrong = written(tmp_path, CONTRACT, "right.yaml"), written(tmp_path, FAULTY, "wrong.yaml")
    run = alliance("lint", right, wrong, "-f", "junit")
    root = ElementTree.fromstring(run.out)
    suites = {Path(suite.get("name", "")).name: suite for suite in root}
    assert not suites["right.yaml"].findall("*/failure")
    failures = suites["wrong.yaml"].findall("*/failure")
    assert len(failures) == int(root.get("failures", "0")) > 1
    assert any("fa<ct|s%,: &" in failure.get("message", "") for failure in failures)


def test_github_shows_ten_and_the_summary_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten annotations, errors first; the summary of the step keeps what stood there and lists every finding."""
    file, summary = written(tmp_path, MANY), tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run = alliance("lint", file, "-f", "github")
    shown = [line for line in run.out.splitlines() if line.startswith("::")]
    assert run.code == 1
    assert len(shown) == 10
    assert all(line.startswith("::error file=") and ",title=AO101::" in line for line in shown)
    assert "2 more findings are in the summary" in run.out
    told = summary.read_text("utf-8")
    assert told.startswith("before\n")
    assert all(f"wrong{index} is not a key" in told for index in range(12))


@pytest.mark.parametrize(("many", "said"), [(12, "2 more findings are"), (11, "1 more finding is"), (10, "")])
def test_github_without_a_summary_says_how_to_see_the_rest(
    many: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no summary is written none is spoken of: how many are not shown, and the command that lists them all."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    file = written(tmp_path, "".join(f"wrong{index}: 1\n" for index in range(many)) + CONTRACT)
    lines = alliance("lint", file, "-f", "github").out.splitlines()
    assert len([line for line in lines if line.startswith("::")]) == 10
    told = f"{said} not shown: alliance lint -f concise lists them all."
    assert lines[10:] == ([told] if said else [])
    assert len(alliance("lint", file, "-f", "concise").out.splitlines()) == many


def test_github_escapes_what_would_end_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comma, colon or per cent in a file's name, and a per cent in a sentence, are escaped."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    file = written(tmp_path, FAULTY, "a,b%:c.yaml")
    shown = alliance("lint", file, "-f", "github").out
    assert "a%2Cb%25%3Ac.yaml,line=" in shown
    assert "84%" not in shown
    assert shown.count("\n") == len(shown.splitlines())


def test_concise_is_a_line_for_each_finding(tmp_path: Path) -> None:
    """One line: place, code, that it is a warning, the sentence and what to write."""
    file = written(tmp_path, WARNED)
    (line,) = alliance("lint", file, "-f", "concise").out.splitlines()
    assert line.startswith(f"{file}:10:3: AO600 warning: The fact unread is read by nothing. ")


def test_warnings_fail_only_where_asked(tmp_path: Path) -> None:
    """A warning is told and exits 0; --fail-on warning makes it 1, and --fail-on never leaves errors at 0 too."""
    warned, wrong = written(tmp_path, WARNED, "warned.yaml"), written(tmp_path, FAULTY, "wrong.yaml")
    assert (alliance("lint", warned).code, alliance("lint", wrong).code) == (0, 1)
    assert "AO600 warning: " in alliance("lint", warned).err
    assert alliance("lint", warned, "--fail-on", "warning").code == 1
    assert alliance("lint", wrong, "--fail-on", "never").code == 0
    assert alliance("lint", tmp_path / "nothing.yaml", "--fail-on", "never").code == 2


def test_codes_are_selected_and_ignored_by_how_they_begin(tmp_path: Path) -> None:
    """--select keeps, --ignore drops and wins; both take several, with commas or repeated."""
    file = written(tmp_path, FAULTY)

    def codes(*arguments: str) -> set[str]:
        found = json.loads(alliance("lint", file, "-f", "json", *arguments).out)["problems"]
        return {each["code"] for each in found}

    assert codes() == {"AO101", "AO207"}
    assert codes("--select", "AO1") == {"AO101"}
    assert codes("--select", "AO1,ao207") == {"AO101", "AO207"}
    assert codes("--select", "AO1", "--select", "AO2", "--ignore", "AO20") == {"AO101"}
    assert codes("--ignore", "AO") == set()


def test_folders_and_patterns_are_contracts(tmp_path: Path) -> None:
    """A folder stands for the YAML files in it, a pattern for the files it fits; a shell may leave either as it is."""
    for name in ("a.yaml", "b.yml", "c.yaml"):
        written(tmp_path, CONTRACT, name)
    (tmp_path / "contracts" / "columns").mkdir()
    folder = tmp_path / "contracts"
    assert alliance("lint", folder).err == "3 contracts, no problems.\n"
    assert alliance("lint", f"{folder}/*.yaml").err == "2 contracts, no problems.\n"
    assert alliance("lint", f"{folder}/*.json").code == 2


@pytest.mark.parametrize("shape", ["full", "concise", "json", "github", "sarif", "junit"])
def test_the_contracts_of_this_repository_are_clean(shape: str) -> None:
    """No contract here has an error or a warning, in any format."""
    os.environ.pop("GITHUB_STEP_SUMMARY", None)
    assert alliance("lint", ROOT / "contracts", "--fail-on", "warning", "-f", shape).code == 0
