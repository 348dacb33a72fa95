"""``make assure``: what a promise is, that one that falls short is told, and that the page says what was tried."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assurance.page import HEADING, page
from assurance.promise import HERE, MARK, Found, promises
from assurance.running import longest
from tests.differential import agree
from tests.hostile.rows import ROWS
from tests.laws import LAWS
from tests.tree import ROOT

MACHINERY = sorted(file for file in HERE.glob("*.py") if MARK not in file.read_text("utf-8"))
# Budgets leave a busy or slow machine time; on a free one nothing takes more than about half of its own.
ALL = 45 * 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The machinery alone, with promises of its own."""
    (tmp_path / "assurance").mkdir()
    (tmp_path / "CHANGELOG.md").write_text(
        f"# Changelog\n\n- One.\n\n{HEADING}\n\n- A cent.\n\n## 0\n\n- Two.\n", "utf-8"
    )
    for file in MACHINERY:
        shutil.copy(file, tmp_path / "assurance")
    return tmp_path


def plant(folder: Path, name: str, body: str, budget: int = 60, more: str = "") -> None:
    """A promise with this for its run."""
    (folder / "assurance" / f"{name}.py").write_text(
        "from .promise import Found, NotTried, Promise\n"
        f'PROMISE = Promise(title="That {name}.", made="By hand.", budget={budget}{more})\n'
        f'def run(quick: bool) -> Found:\n    print("on the way")\n    {body}\n',
        "utf-8",
    )


def assure(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``python -m assurance`` in the folder."""
    command = [sys.executable, "-m", "assurance", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_promises_that_hold_end_with_nothing(folder: Path) -> None:
    """A table with a line a promise, exit 0, nothing on stderr, nothing written."""
    plant(folder, "one", 'return Found(f"{1 if quick else 1000:,} tried", True)')
    plant(folder, "two", 'return Found("22 tried", True)', more=", cores=2")
    before = sorted(folder.rglob("*.*"))
    run = assure(folder)
    assert (run.returncode, run.stderr) == (0, "")
    assert re.sub(" +", " ", run.stdout).splitlines()[2:] == ["That one. 1,000 tried holds", "That two. 22 tried holds"]
    assert "1 tried" in assure(folder, "--quick", "one").stdout
    assert [each for each in sorted(folder.rglob("*.*")) if "__pycache__" not in each.parts] == before


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        ('return Found("9 wrong", False, "seed 17")', "", "9 wrong FALLS SHORT"),
        ("raise ValueError('seed 17')", "", "broke down with exit code 1 FALLS SHORT"),
        ("import time; time.sleep(60)", "", "not done within its budget of 1 s FALLS SHORT"),
        ("raise NotTried('no seed 17 here')", "", "no seed 17 here not tried"),
        ("raise AssertionError", ', programs=("no-such-program",)', "no-such-program not on this machine not tried"),
        ("raise AssertionError", ', packages=("no_such",)', "no_such not on this machine not tried"),
    ],
)
def test_a_promise_that_falls_short_is_told(folder: Path, body: str, more: str, said: str) -> None:
    """A wrong figure, a breakdown, a spent budget, a missing tool: each has its line, why, how to repeat it, and exit 1."""
    plant(folder, "good", 'return Found("22 tried", True)')
    plant(folder, "one", body, 1 if "sleep" in body else 60, more)
    run = assure(folder)
    assert run.returncode == 1
    assert f"That one. {said}" in re.sub(r"\s+", " ", run.stdout)
    assert "22 tried" in run.stdout
    assert "again: python -m assurance one" in run.stderr
    assert "seed 17" in run.stderr or "seed 17" not in body


def test_all_promises_together_have_their_time(folder: Path) -> None:
    """What takes longer than the page says ends with exit 1, unless it is asked for patience or for one alone."""
    plant(folder, "one", 'import time; time.sleep(0.1); return Found("11 tried", True)')
    main = folder / "assurance" / "__main__.py"
    main.write_text(main.read_text("utf-8").replace("MOST_SECONDS = 30 * 60", "MOST_SECONDS = 0.01"), "utf-8")
    run = assure(folder)
    assert (run.returncode, "minutes" in run.stderr) == (1, True)
    assert assure(folder, "--patience", "6000").returncode == assure(folder, "one").returncode == 0


def test_the_page_keeps_what_was_not_tried_now(folder: Path) -> None:
    """-o writes the page; of other promises it keeps what they came to, so one alone can be tried again."""
    plant(folder, "one", 'return Found("11 tried", True)')
    plant(folder, "two", 'return Found("22 tried", True)')
    assert assure(folder, "-o", "page.md").returncode == 0
    plant(folder, "two", 'return Found("23 tried", False)')
    plant(folder, "three", 'return Found("33 tried", True)')
    assert assure(folder, "two", "-o", "page.md").returncode == 1
    text = (folder / "page.md").read_text("utf-8")
    assert text.endswith("\n\n- A cent.\n")
    rows = [line for line in text.splitlines() if re.match(r"\| `(one|two|three)", line)]
    assert rows == [
        "| `one` | That one. | 11 tried | holds |",
        "| `three` | That three. |  | not tried |",
        "| `two` | That two. | 23 tried | FALLS SHORT |",
    ]


def test_who_is_stopped_leaves_nothing_running(folder: Path) -> None:
    """A run that is told to stop ends what it started too."""
    plant(folder, "one", "import pathlib, os, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)")
    with subprocess.Popen([sys.executable, "-m", "assurance"], cwd=folder) as run:
        while not (folder / "pid").exists() or not (folder / "pid").read_text("utf-8"):
            time.sleep(0.02)
        run.terminate()
    assert run.returncode == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.killpg(int((folder / "pid").read_text("utf-8")), 0)


def test_a_wrong_question_is_refused(folder: Path) -> None:
    """A promise there is not, and a page of a quick run."""
    plant(folder, "one", 'return Found("11 tried", True)')
    assert assure(folder, "two").returncode == 2
    assert assure(folder, "--quick", "-o", "page.md").returncode == 2
    assert not (folder / "page.md").exists()


def test_every_promise_is_a_sentence_and_all_fit_into_their_time() -> None:
    """Titles and ways are sentences of one line; two lanes are through in 45 minutes even where every budget is spent."""
    for name, promise in promises().items():
        assert re.fullmatch(r"[A-Z0-9`].*\.", promise.title), name
        assert re.fullmatch(r"[A-Z0-9`].*\.", promise.made), name
        assert "|" not in promise.title + promise.made + promise.command, name
    assert longest(promises()) <= ALL


def test_the_committed_page_is_current() -> None:
    """docs/assurance.md is the page of the promises there are; python -m assurance NAME -o docs/assurance.md brings one in."""
    there = (ROOT / "docs/assurance.md").read_text("utf-8")
    assert page(promises(), {}, there) == there


def test_every_test_that_is_named_is_there() -> None:
    """A test that the page names is there, and so is the example of it that is meant."""
    for named in [
        *(test for row in ROWS for test in row.tests),
        *(test for law in LAWS.values() for test in law.tests),
    ]:
        file, _, name = named.partition("::")
        function, _, example = name.partition("[")
        source = (ROOT / "tests" / file).read_text("utf-8")
        assert not name or f"\ndef {function}(" in source, named
        assert example.removesuffix("]") in source, named


def test_every_defence_that_is_named_is_there() -> None:
    """A file that the threat model names as what stops a threat is there."""
    named = set(re.findall(r"`([a-z_]+/[\w/.]+)`", (ROOT / "docs/security.md").read_text("utf-8")))
    assert len(named) > 30
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []


def test_no_bad_input_is_without_a_test() -> None:
    """Each row has a test, and each stands once; there are ten laws, and each has a test."""
    assert all(row.tests for row in ROWS)
    assert len({row.input for row in ROWS}) == len(ROWS) >= 40
    assert list(LAWS) == list(range(1, 11))
    assert all(law.tests for law in LAWS.values())


@pytest.mark.untraced
def test_package_and_oracle_say_the_same_of_a_few_seeds() -> None:
    """What `oracle` tries of thousands: nothing differs, no law is broken, and some settlements lie on an edge."""
    *_, (_, _, _, found) = agree(0, 40)
    assert found.wrong == []
    assert found.settlements > 200
    assert found.edges > 100


def test_a_verdict_is_one_of_three() -> None:
    """What was not tried is not said to fall short, and does not hold."""
    verdicts = [Found("1", holds).verdict for holds in (True, False)]
    assert [*verdicts, Found("", holds=False, tried=False).verdict] == ["holds", "FALLS SHORT", "not tried"]
