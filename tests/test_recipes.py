"""The recipes of docs/extending.md work as they stand: one new file, and the whole house knows the new member."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.documents import blocks, framed
from tests.pages import commands_of, file_of
from tests.tree import PACKAGE, ROOT

GUIDE = ROOT / "docs" / "extending.md"
COPIED = (PACKAGE, "contracts", "docs", "examples", "indicators", "tests")
FAMILIES = ["scoring", "payments", "measures", "sources", "checks", "cli"]
LEFT = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules", "_build")


@dataclass(frozen=True)
class Recipe:
    """A recipe: the file it adds to the package, and what it adds to the language page."""

    path: str
    source: str
    page: str = ""

    @property
    def kind(self) -> str:
        """The name of the new member."""
        return Path(self.path).stem


@dataclass(frozen=True)
class Copy:
    """A copy of the repository in a folder of its own, and the programs run in it."""

    folder: Path

    def write(self, path: str, text: str) -> None:
        """Put a file that was not there before."""
        file = self.folder / path
        assert not file.exists(), f"{path} is there already"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python on the copy's own package."""
        environment = {
            name: value for name, value in os.environ.items() if name not in ("ALLIANCE_LANG", "COVERAGE_RUN")
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=environment | {"PYTHONPATH": str(self.folder), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )

    def alliance(self, *arguments: str) -> str:
        """What a command says; it must end well."""
        done = self.run("-m", PACKAGE, *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def family(self, kind: str) -> subprocess.CompletedProcess[str]:
        """The family tests of one member."""
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_families.py", "-k", kind)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy of what a new member meets."""
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return Copy(tmp_path)


def recipes() -> list[Recipe]:
    """The recipes of the guide: blocks that name their file, each with the part of the language page that follows."""
    found = list[Recipe]()
    for block in blocks(GUIDE):
        target = next((word.removeprefix("file=") for word in block.words if word.startswith("file=")), "")
        if block.words[:1] == ("python",):
            found.append(Recipe(target, block.text))
        elif target == "docs/language.md":
            last = found.pop()
            found.append(Recipe(last.path, last.source, block.text))
    return found


def recipe(folder: str) -> Recipe:
    """The recipe that adds a file to a folder of the package."""
    return next(each for each in recipes() if each.path.startswith(f"{PACKAGE}/{folder}/"))


def fenced(page: str, *words: str) -> str:
    """The text of the block of a page that begins with these words."""
    match = re.search(rf"^```{' '.join(words)}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


def frame() -> str:
    """The frame under which the examples of the language page stand."""
    return next(block.text for block in blocks(ROOT / "docs" / "language.md") if block.words == ("yaml", "frame"))


def test_every_recipe_has_its_file() -> None:
    """There is a recipe for a rule, a clause, a measure, a source, a check and a command, each with the whole file."""
    assert [each.path.split("/")[1] for each in recipes()] == FAMILIES
    assert all(f"`{each.path}`:" in GUIDE.read_text(encoding="utf-8") for each in recipes())


@pytest.mark.parametrize("folder", ["scoring", "payments"])
def test_a_member_is_one_file(folder: str, copy: Copy) -> None:
    """A contract that uses the new rule or clause lints and settles, with no other file of the package touched."""
    new = recipe(folder)
    copy.write(new.path, new.source)
    copy.write("contract.yaml", framed(frame(), fenced(new.page, "yaml", "example")))
    data = fenced(new.page, "csv", "data") or "period,indicator,value\n"
    copy.write("data.csv", data)
    assert "no problems" in copy.alliance("lint", "contract.yaml", "--ignore", "AO600")
    (payee,) = json.loads(copy.alliance("settle", "contract.yaml", "data.csv", "--period", "2020", "-f", "json"))[
        "payees"
    ]
    found = [f"score {payee['score']}"] if payee["score"] is not None else []
    found += [f"{line['clause']} {line['party']} {line['amount']}" for line in payee["lines"]]
    assert found == fenced(new.page, "text", "result").splitlines() != []
    assert new.kind in copy.alliance("schema")


@pytest.mark.parametrize("folder", ["scoring", "payments"])
def test_the_family_tests_pick_a_member_up(folder: str, copy: Copy) -> None:
    """They ask for its place on the language page as soon as its file is there, and pass once the page has it."""
    new = recipe(folder)
    copy.write(new.path, new.source)
    undocumented = copy.family(new.kind)
    assert undocumented.returncode == 1, undocumented.stdout
    assert f"no example with kind: {new.kind}" in undocumented.stdout
    with (copy.folder / "docs" / "language.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{new.page}")
    documented = copy.family(new.kind)
    assert documented.returncode == 0, documented.stdout
    assert "passed" in documented.stdout


def test_a_measure_is_one_file(copy: Copy) -> None:
    """A definition uses the new measure, and records are measured by it as the guide shows; its test asks for a case."""
    shown = [block for block in blocks(GUIDE) if block.heading == "Add a measure"]
    for block in shown:
        if name := file_of(block):
            copy.write(name, block.text)
    ((command, lines),) = [each for block in shown if block.words == ("session",) for each in commands_of(block)]
    assert copy.alliance(*shlex.split(command)[1:]).splitlines() == lines
    counted = copy.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_measure_kinds.py", "-k", "documented"
    )
    assert counted.returncode == 1
    assert recipe("measures").kind in counted.stdout


def test_a_check_is_one_file(copy: Copy) -> None:
    """The new check finds what it looks for, at its place, and leaves alone what is intended."""
    new = recipe("checks")
    copy.write(new.path, new.source)
    clause = "settlement:\n  - bonus: {kind: formula, amount: pot, to: payee%s}\n"
    for name, more in (("untitled", ""), ("titled", ", title: Bonus"), ("meant", ", intended: short")):
        amounts = "amounts: {pot: {unit: EUR, values: {2019: 1}}}\n"
        copy.write(f"{name}.yaml", framed(frame(), amounts + clause % more))
    found = copy.alliance("lint", "untitled.yaml", "titled.yaml", "meant.yaml", "-f", "concise", "--ignore", "AO600")
    assert re.fullmatch(r"untitled\.yaml:\d+:5: AO639 warning: bonus has no title\. Add title: \.\.\.\n", found)


def test_a_command_is_one_file(copy: Copy) -> None:
    """The new command runs and stands in the list of commands."""
    new = recipe("cli")
    copy.write(new.path, new.source)
    assert new.kind in copy.alliance("--help")
    listed = copy.alliance(new.kind, "contracts/tesoma.yaml").splitlines()
    assert listed[0] == "2019 2019-01-01 2019-12-31"
    assert len(listed) == 10


def test_a_kind_of_file_is_one_file(copy: Copy) -> None:
    """The new kind reads what CSV would have held, refuses what CSV would have refused, and every command takes it."""
    new = recipe("sources/kinds")
    copy.write(new.path, new.source)
    copy.write("good.jsonl", '{"period": "2020", "indicator": "cost", "value": 12.50}\n')
    copy.write("bad.jsonl", '{"period": "2020", "indicator": "cost", "valeu": 12.50}\n')
    copy.write("worse.jsonl", "[1]\n")
    copy.write(
        "read.py",
        f"import sys\nfrom {PACKAGE}.sources.tidy import read_tidy\n"
        "rows = read_tidy(sys.argv[1]).rows\n"
        "print(*((row.period, row.indicator, row.value, str(row.place)) for row in rows))\n",
    )
    good, bad, worse = (copy.run("read.py", f"{name}.jsonl") for name in ("good", "bad", "worse"))
    assert good.stdout.strip() == "('2020', 'cost', '12.50', 'good.jsonl:row 1')"
    assert bad.returncode == worse.returncode == 1
    assert "AO501" in bad.stdout
    assert "AO502" in worse.stdout
