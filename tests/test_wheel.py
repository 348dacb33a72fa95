"""The wheel is whole: the package, its starter, the contracts and the indicators, and the types marker."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.tree import ROOT


def test_the_wheel_carries_contracts_and_indicators(tmp_path: Path) -> None:
    """A stranger who installs the wheel has every contract and definition of the repository."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    wanted = {
        f"alliance_outcomes/{folder}/{file.relative_to(ROOT / folder)}"
        for folder in ("contracts", "indicators")
        for file in (ROOT / folder).rglob("*.yaml")
    }
    wanted |= {f"alliance_outcomes/{name}" for name in ("py.typed", "starter/contract.yaml", "starter/measured.csv")}
    assert len(wanted) > 12
    assert not wanted - carried
    assert not [name for name in carried if name.startswith(("tests/", "benchmarks/"))]
