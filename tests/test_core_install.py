"""The core install alone: every command either works without the extras, or names the extra and the command that installs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from alliance_outcomes.cli.group import command_names, examples
from tests.demo import make_demo
from tests.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DEMO = "demo/contract.yaml demo/measured.csv"
# A command that needs the extra, and nothing else that is missing.
NEEDS = {
    "excel": f"alliance settle {DEMO} -o settlement.xlsx",
    "report": f"alliance report {DEMO} -o report.html",
    "pdf": f"alliance settle {DEMO} -o settlement.pdf",
    "scale": "alliance settle demo/contract.yaml measured.parquet",
    "scale,spark": "alliance measure contracts/tesoma.yaml examples/tesoma/records --period 2023 --engine spark",
    "prove": "alliance prove demo/contract.yaml",
    "sql": "alliance settle demo/contract.yaml measured.sql.yaml",
}
# Runs command lines one after the other, in a Python that has the core alone.
PROGRAM = """
import io, json, shlex, sys
from contextlib import redirect_stderr, redirect_stdout
from alliance_outcomes.cli import main
told = {}
for line in json.loads(sys.argv[1]):
    said, end = io.StringIO(), 0
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        sys.argv = shlex.split(line)
        try:
            main()
        except SystemExit as error:
            end = error.code or 0
    told[line] = [end, said.getvalue()]
import alliance_outcomes as ao
try:
    contract = ao.load_contract("demo/contract.yaml")
    ao.settle(contract, ao.read_data("demo/measured.csv", contract), period="2025").score_chart()
except ao.UsageError as error:
    told["charts"] = [2, str(error)]
print(json.dumps(told))
"""


def core() -> set[str]:
    """The packages of a core install: what the project needs, what these need, and so on."""
    found: set[str] = set()
    asked = list(PROJECT["dependencies"])
    while asked:
        needed = Requirement(asked.pop())
        if needed.name.lower() not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
            found.add(needed.name.lower())
            asked += distribution(needed.name).requires or []
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """What every help's examples come to without the extras, and the commands that need one."""
    folder = tmp_path_factory.mktemp("core")
    (folder / "packages").mkdir()
    for name in {"alliance-outcomes", *core()}:
        for file in distribution(name).files or ():
            top = Path(str(distribution(name).locate_file(file.parts[0])))
            if file.parts[0] != ".." and top.exists() and not (folder / "packages" / top.name).exists():
                (folder / "packages" / top.name).symlink_to(top)
    make_demo(folder)
    (folder / "measured.parquet").write_bytes(b"PAR1")
    query = "database: postgresql\nenvironment: NOWHERE\nselect: SELECT 1\n"
    (folder / "measured.sql.yaml").write_text(query, "utf-8")
    lines = list(dict.fromkeys(line for name in ("settle", *command_names()) for line in examples(name)))
    run = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM, json.dumps([*NEEDS.values(), *lines])],
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([str(folder / "packages"), str(ROOT)])},
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, list[object]] = json.loads(run.stdout)
    return found


def test_every_extra_is_named_with_its_command(told: dict[str, list[object]]) -> None:
    """Exit code 2, and what to run; for every extra that the project has."""
    for extra, line in [*NEEDS.items(), ("notebook", "charts")]:
        code, said = told[line]
        assert code == 2, line
        assert f"pip install 'alliance-outcomes[{extra}]'" in str(said), line
    assert {name for extra in [*NEEDS, "notebook"] for name in extra.split(",")} == set(
        PROJECT["optional-dependencies"]
    )


def test_nothing_else_needs_one(told: dict[str, list[object]]) -> None:
    """The examples of every help run, or say which extra they need; none ends in an error of Python."""
    for line, (code, said) in told.items():
        assert code == 0 or "pip install 'alliance-outcomes[" in str(said), f"{line}\n{said}"
    assert sum(code == 0 for code, _ in told.values()) > 15
