"""The pre-commit hook and the GitHub action, as far as a machine without them can run them: their files and scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.faulty import CONTRACT, spoiled, written
from tests.tree import ROOT

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
# How programs are found as if the package were installed: the environment of this Python first.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
WARNED = spoiled("  cost: {", "  unread: {unit: EUR}\n  cost: {")
FAULTY = spoiled("weight: 85 %", "weight: 84 %")

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the action's script needs bash")


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's script as GitHub would, with these inputs; nothing is installed."""
    environment = {
        "PATH": PATH,
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        **{f"ALLIANCE_{name.upper()}": value for name, value in inputs.items()},
    }
    script = ["bash", str(ROOT / "action" / "run.sh")]
    return subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_action_annotates_and_writes_sarif(tmp_path: Path) -> None:
    """A wrong contract fails the step, annotated at its line; SARIF is written all the same."""
    written(tmp_path, FAULTY)
    run = act(tmp_path, contracts="contracts", sarif="found.sarif")
    assert run.returncode == 1, run.stderr
    assert re.match(r"::error file=contracts/care\.yaml,line=\d+,col=\d+,endColumn=\d+,title=AO207::", run.stdout)
    assert '"AO207"' in (tmp_path / "found.sarif").read_text("utf-8")
    assert "| AO207 |" in (tmp_path / "summary.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "inputs", "code"),
    [
        (CONTRACT, {}, 0),
        (WARNED, {}, 0),
        (WARNED, {"fail_on": "warning"}, 1),
        (WARNED, {"fail_on": "warning", "arguments": "--ignore AO600"}, 0),
        (CONTRACT, {"contracts": "elsewhere.yaml"}, 2),
        (CONTRACT, {"arguments": "$(touch made) ; touch made"}, 2),
    ],
)
def test_the_action_ends_as_lint_does(text: str, inputs: dict[str, str], code: int, tmp_path: Path) -> None:
    """Exit codes pass through, and inputs are words, never commands."""
    written(tmp_path, text)
    assert act(tmp_path, **inputs).returncode == code
    assert not (tmp_path / "made").exists()


def test_the_action_proves_where_asked(tmp_path: Path) -> None:
    """Every contract of a folder is proved after it was linted; what is refuted fails the step."""
    pytest.importorskip("z3")
    pair = "points: [[0, 0 %], [100, 100 %]]"
    written(tmp_path, CONTRACT)
    assert act(tmp_path, prove="true").returncode == 0
    written(tmp_path, spoiled(pair, "points: [[0, 100 %], [100, 0 %]]"))  # the better, the less
    run = act(tmp_path, prove="true", contracts="contracts")
    assert run.returncode == 1, run.stderr
    assert "::error" not in run.stdout


def test_the_action_gives_its_script_every_input() -> None:
    """Each input reaches the script by the variable that the script reads, and no other way."""
    (step,) = ACTION["runs"]["steps"]
    given = {name: re.findall(r"inputs\.([\w-]+)", value)[0] for name, value in step["env"].items()}
    assert set(given.values()) == set(ACTION["inputs"])
    read = set(re.findall(r"ALLIANCE_[A-Z_]+", (ROOT / "action" / "run.sh").read_text("utf-8"))) - {"ALLIANCE_"}
    assert read == set(given)
    assert "inputs." not in step["run"]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_names_a_command_and_the_contracts(hook: dict[str, str]) -> None:
    """The entry is a command of the package, and the pattern fits contracts and not what lies beside them."""
    program, command = hook["entry"].split()
    assert program == "alliance"
    assert (ROOT / "alliance_outcomes" / "cli" / f"{command}.py").exists()
    assert re.search(hook["files"], "contracts/tesoma.yaml")
    assert re.search(hook["files"], "wellbeing/contracts/care.yml")
    assert not re.search(hook["files"], "contracts/columns/mssp.yaml")
    assert not re.search(hook["files"], "indicators/client_nps.yaml")


@pytest.mark.parametrize(("text", "code"), [(CONTRACT, 0), (WARNED, 0), (FAULTY, 1)])
def test_the_hook_runs_over_the_files_it_is_given(text: str, code: int, tmp_path: Path) -> None:
    """pre-commit appends the changed files to the entry."""
    files = [str(written(tmp_path, CONTRACT, "one.yaml")), str(written(tmp_path, text, "two.yaml"))]
    entry = HOOKS[0]["entry"].split()
    run = subprocess.run([*entry, *files], env={"PATH": PATH}, capture_output=True, text=True, check=False)
    assert run.returncode == code, run.stderr
