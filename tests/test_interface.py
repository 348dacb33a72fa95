"""The command line as a whole: its list of commands, the examples of every help, and what shells complete."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

from alliance_outcomes.cli.group import command_names, summary
from tests.running import alliance
from tests.tree import PACKAGE, ROOT

LOADED = """
import json, sys
from alliance_outcomes.cli import main
sys.argv = ["alliance", "--help"]
try:
    main()
except SystemExit:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def test_help_lists_every_command_and_imports_none() -> None:
    """A line a command, taken from the first line of its file."""
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=ROOT)
    listed = " ".join(run.stdout.split("Commands:")[1].split())
    for name in command_names():
        file = ROOT / PACKAGE / "cli" / f"{name.replace('-', '_')}.py"
        first = (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").splitlines()[0]
        said = first.removeprefix(f"``alliance {name}``: ")
        assert said != first, f"{file.name}: begin it with ``alliance {name}``: and what it is"
        assert summary(name)[1:] == said[1:]
        assert f"{name} {summary(name)}" in listed
    loaded = set(json.loads(run.stderr))
    assert not {f"{PACKAGE}.cli.{name.replace('-', '_')}" for name in command_names()} & loaded
    assert not {"yaml", "pydantic", f"{PACKAGE}.contract", f"{PACKAGE}.numbers"} & loaded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["setle"], "'settle'"),
        (["settle", "--perod", "2025"], "--period"),
        (["lint", "--fail-onn", "never"], "--fail-on"),
    ],
)
def test_a_slip_of_the_pen_is_told(typed: list[str], meant: str) -> None:
    """A command or option that is none: exit 2, and the one that was meant."""
    run = alliance(*typed)
    assert run.code == 2
    assert meant in run.err


# -- shells ------------------------------------------------------------------------------------------------------------


def completed(shell: str, line: str) -> str:
    """What a shell is told where ``line`` is typed and the tab key hit."""
    words = line.split(" ")
    environment = {
        **os.environ,
        "_ALLIANCE_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    run = subprocess.run(
        [sys.executable, "-c", "from alliance_outcomes.cli import main; import sys; sys.argv[0] = 'alliance'; main()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert not run.stderr, run.stderr
    return run.stdout


@pytest.mark.parametrize(
    ("shell", "line", "offered", "others"),
    [
        ("bash", "alliance se", ["settle"], ["lint", "--help"]),
        ("bash", "alliance settle --pe", ["--period"], ["--lang"]),
        ("zsh", "alliance settle --pe", ["--period"], ["--lang"]),
        ("fish", "alliance settle --lang ", ["fi", "sv", "en"], ["--period"]),
    ],
)
def test_shells_complete(shell: str, line: str, offered: list[str], others: list[str]) -> None:
    """Commands, options and the values of options."""
    told = completed(shell, line)
    assert not [each for each in offered if each not in told]
    assert not [each for each in others if each in told]
