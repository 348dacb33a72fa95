"""The source package and the wheel are whole, and a stranger who has nothing else goes all the way with them.

The wheel is built from the source package and installed in an environment of its own, in an empty folder. Third-party
packages are those of the tests, as nothing is fetched; the checkout is out of reach.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.tree import PACKAGE, ROOT

TOTAL, IN_FINNISH = "3956570.45", "3 956 570,45"
MADE = ["demo/contract.yaml", "demo/measured.csv"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source package of this tree, and the wheel that is built from it alone."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), "-t"]
    subprocess.run([*build, "sdist"], check=True, capture_output=True, cwd=ROOT)
    (source,) = folder.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(folder / "source", filter="data")
    (unpacked,) = (folder / "source").iterdir()
    subprocess.run([*build, "wheel"], check=True, capture_output=True, cwd=unpacked)
    return folder


def test_the_wheel_carries_contracts_and_indicators(built: Path) -> None:
    """Whoever installs it has every module, page of a rule, contract and definition of the repository; and no tests."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    wanted = {
        f"{PACKAGE}/{folder}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder in ("contracts", "indicators")
        for file in (ROOT / folder).rglob("*.yaml")
    }
    kinds = {".py", ".md", ".json", ".yaml", ".yml", ".csv", ".typ", ".js", ".css", ".html", ".typed"}
    wanted |= {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / PACKAGE).rglob("*")
        if file.is_file() and file.suffix in kinds
    }
    assert {f"{PACKAGE}/py.typed", f"{PACKAGE}/starter/workflow.yml"} < wanted
    assert not wanted - carried
    assert not [name for name in carried if not name.startswith((f"{PACKAGE}/", "alliance_outcomes-"))]


# -- a stranger's walk -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stranger:
    """Somebody with an empty folder and an environment in which the wheel was installed."""

    folder: Path
    programs: Path

    def runs(self, *command: str) -> str:
        """What a command of the environment says on stdout; that it ends well."""
        program = self.programs / command[0]
        environment = {"PATH": os.pathsep.join([str(self.programs), os.defpath]), "HOME": str(self.folder)}
        done = subprocess.run(
            [str(program), *command[1:]],
            cwd=self.folder,
            env=environment | {"PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def alliance(self, *arguments: str) -> str:
        """What ``alliance`` says; that it ends well."""
        return " ".join(self.runs("alliance", *arguments).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def stranger(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """The wheel in a new environment, installed by pip, with the third-party packages of this one."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = built.glob("*.whl")
    install = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    subprocess.run(
        [*install, "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True
    )
    (packages,) = home.glob("lib/python*/site-packages") if os.name != "nt" else home.glob("Lib/site-packages")
    # A path in a .pth is searched last, and what a .pth there names, such as an editable install, is not.
    (packages / "third_party.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return Stranger(tmp_path_factory.mktemp("empty"), programs)


def test_a_strangers_walk(stranger: Stranger) -> None:
    """Init, lint, settle, explain, a page, a workbook, a paper, a bundle, verify: the same total everywhere."""
    where = stranger.runs("python", "-c", f"import {PACKAGE}, sys; print({PACKAGE}.__file__, *sys.path, sep='\\n')")
    assert where.startswith(str(stranger.programs.parent))
    assert str(ROOT) not in where.splitlines()
    _begins(stranger)
    _opens_the_page(stranger)
    _opens_the_documents(stranger)
    _verifies(stranger)


def _begins(stranger: Stranger) -> None:
    """The folder is made, and the commands that it says come next say what they should."""
    lint, settle, explain = stranger.runs("alliance", "init", "demo", "--lang", "fi").splitlines()
    assert stranger.alliance(*shlex.split(lint)[1:]) == ""
    assert f"Yhteensä {IN_FINNISH}" in stranger.alliance(*shlex.split(settle)[1:])
    explained = stranger.alliance(*shlex.split(explain)[1:])
    assert "gain_share = 101 714,78 EUR" in explained
    assert "demo/measured.csv:4" in explained
    document = json.loads(stranger.runs("alliance", "settle", *MADE, "-f", "json"))
    assert document["payees"][0]["total"] == TOTAL


def _opens_the_page(stranger: Stranger) -> None:
    """The page is one file that a browser settles in by itself, to the same total."""
    stranger.alliance("whatif", *MADE, "--lang", "fi", "-o", "whatif.html")
    with chromium() as browser:
        page = browser.new_page()
        page.goto((stranger.folder / "whatif.html").as_uri())
        shown = page.inner_text("body").replace("\u00a0", " ").replace("\u202f", " ")
        assert "Esimerkkisopimus" in shown
        assert IN_FINNISH in shown


def _opens_the_documents(stranger: Stranger) -> None:
    """Another program reads the workbook and the paper."""
    from openpyxl import load_workbook
    from pypdf import PdfReader

    stranger.alliance("settle", *MADE, "--lang", "fi", "-o", "settlement.xlsx")
    summary = load_workbook(stranger.folder / "settlement.xlsx", data_only=True)["Yhteenveto"]
    rows = {str(row[0]): row[1] for row in summary.iter_rows(values_only=True)}
    assert f"{rows['Yhteensä (EUR)']:.2f}" == TOTAL
    stranger.alliance("settle", *MADE, "--lang", "fi", "-o", "settlement.pdf")
    paper = PdfReader(stranger.folder / "settlement.pdf").pages[0].extract_text()
    assert f"Yhteensä {IN_FINNISH}" in " ".join(paper.replace("\u00a0", " ").split())


def _verifies(stranger: Stranger) -> None:
    """The kept settlement is verified by its hash, and by its own program with nothing but Python."""
    told = stranger.alliance("settle", *MADE, "--lang", "fi", "--bundle", "kept")
    verified = stranger.alliance("verify", "kept", "--lang", "fi")
    assert verified.endswith("Todennettu.")
    evidence = verified.split("Todiste: ")[1].split()[0]
    assert evidence in told
    alone = stranger.runs("python", "-I", "-S", "kept/verify.py", evidence)
    assert "every amount computed again is the one settled" in alone
    settled = json.loads((stranger.folder / "kept" / "settlement.json").read_text("utf-8"))
    assert settled["payees"][0]["total"] == TOTAL
