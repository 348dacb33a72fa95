"""``alliance init``: the folder it makes works as it says, in every language."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.running import alliance


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_next_commands_all_work(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command that init prints ends with exit 0, and they settle the same total whatever the dialect."""
    monkeypatch.chdir(tmp_path)
    made = alliance("init", "demo", "--lang", language)
    assert made.code == 0
    commands = [shlex.split(line)[1:] for line in made.out.splitlines()]
    assert [command[0] for command in commands] == ["lint", "settle", "explain"]
    for command in commands:
        run = alliance(*command)
        assert run.code == 0, run.err
    settled = alliance("settle", "demo/contract.yaml", "demo/measured.csv", "-f", "json")
    assert '"total":"3956570.45"' in settled.out


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that holds something is left as it is."""
    (tmp_path / "own.txt").write_text("mine", "utf-8")
    assert alliance("init", tmp_path).code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["own.txt"]
