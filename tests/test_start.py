"""Commands start fast: lint and the settlement of aggregated values leave heavy packages alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tree import ROOT

HEAVY = {"pandas", "numpy", "polars", "duckdb", "narwhals", "z3", "jinja2", "babel", "rich", "typst", "altair"}
TESOMA = ["contracts/tesoma.yaml", "examples/tesoma/measured.csv", "--period", "2023"]
PROGRAM = """
import json, sys
from alliance_outcomes.cli import main
sys.argv = ["alliance", *json.loads(sys.argv[1])]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", TESOMA[0]],
        ["settle", *TESOMA],
        ["settle", *TESOMA, "-f", "json"],
        ["explain", *TESOMA[:2], "limit", *TESOMA[2:]],
    ],
    ids=["lint", "settle", "settle-json", "explain"],
)
def test_no_heavy_package_is_imported(arguments: list[str]) -> None:
    """A command on aggregated values imports neither pandas nor numpy, nor anything else that is slow to start."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(arguments)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(json.loads(run.stderr.splitlines()[-1]))
    assert "alliance_outcomes.contract.model" in loaded
    assert not loaded & HEAVY
    assert "alliance_outcomes.cli.misread" not in loaded  # only for a line that cannot be read


def test_what_else_is_installed_has_no_say(tmp_path: Path) -> None:
    """A plugin of pydantic, which could change what its models read, is loaded by other programs and not by the command line."""
    (tmp_path / "spy.py").write_text("raise SystemExit('the plugin is loaded')\n", "utf-8")
    told = tmp_path / "spy-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: spy\nVersion: 1\n", "utf-8")
    (told / "entry_points.txt").write_text("[pydantic]\nspy = spy\n", "utf-8")
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=settings)

    assert run("-m", "alliance_outcomes", "lint", str(ROOT / TESOMA[0])).returncode == 0
    assert "the plugin is loaded" in run("-c", "import alliance_outcomes.contract.model").stderr
