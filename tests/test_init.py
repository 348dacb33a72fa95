"""``alliance init``: the folder it makes works as it says, in every language."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.running import alliance

TOTAL = "3956570.45"
MADE = [".github/workflows/contract.yml", "contract.schema.json", "contract.yaml", "expected.txt", "measured.csv"]


def made_in(folder: Path) -> list[str]:
    """The files below a folder, by their names."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_next_commands_all_work(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command that init prints ends with exit 0, and they settle the same total whatever the dialect."""
    monkeypatch.chdir(tmp_path)
    made = alliance("init", "my demo", "--lang", language)
    assert made.code == 0, made.err
    assert made_in(tmp_path / "my demo") == MADE
    commands = [shlex.split(line)[1:] for line in made.out.splitlines()]
    assert [command[0] for command in commands] == ["lint", "settle", "explain"]
    for command in commands:
        run = alliance(*command)
        assert run.code == 0, run.err
    settled = alliance("settle", "my demo/contract.yaml", "my demo/measured.csv", "-f", "json")
    assert f'"total":"{TOTAL}"' in settled.out


@pytest.mark.parametrize(
    ("language", "words", "delimiter"),
    [
        ("en", ["begin with", "an example", "is not shared", "On every change"], ","),
        ("fi", ["alkuun", "esimerkki", "ei jaeta", "Jokaisesta muutoksesta", "Tilitys 2025"], ";"),
        ("sv", ["börja med", "exempel", "delas inte", "Vid varje ändring", "Avräkning 2025"], ";"),
    ],
)
def test_all_words_are_in_the_language(language: str, words: list[str], delimiter: str, tmp_path: Path) -> None:
    """Comments, reasons, sources and the settlement; nothing is left to be filled in."""
    assert alliance("init", tmp_path / "demo", "--lang", language).code == 0
    texts = {name: (tmp_path / "demo" / name).read_text("utf-8") for name in MADE if not name.endswith(".json")}
    said = " ".join(" ".join(texts.values()).replace("#", " ").split())
    assert not [each for each in words if each not in said]
    assert "${" not in said
    assert texts["contract.yaml"].startswith("# yaml-language-server: $schema=contract.schema.json\n")
    assert f"payee{delimiter}party{delimiter}period" in texts["measured.csv"]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_workflow_passes_and_notices(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of it but the installing ones, run at the top of the folder; a moved amount fails the last one."""
    assert alliance("init", tmp_path / "demo", "--lang", language).code == 0
    monkeypatch.chdir(tmp_path / "demo")
    workflow = yaml.safe_load(Path(MADE[0]).read_text("utf-8"))
    commands = [step["run"] for step in workflow["jobs"]["contract"]["steps"] if "run" in step]
    install, *checks, compare = commands
    assert install.startswith("pip install 'alliance-outcomes[prove]==")
    assert [shlex.split(each)[:2] for each in checks] == [["alliance", name] for name in ("lint", "prove", "settle")]
    for each in (checks[0], checks[2]):  # to prove takes seconds: test_interface does, as the help shows it
        run = alliance(*shlex.split(each)[1:])
        assert run.code == 0, run.out + run.err
    assert subprocess.run(shlex.split(compare), capture_output=True, check=False).returncode == 0
    contract = Path("contract.yaml")
    contract.write_text(contract.read_text("utf-8").replace("rate: 50 %", "rate: 40 %"), "utf-8")
    assert alliance(*shlex.split(checks[-1])[1:]).code == 0
    assert subprocess.run(shlex.split(compare), capture_output=True, check=False).returncode == 1


def test_the_workflow_is_one_of_github(tmp_path: Path) -> None:
    """It keeps to the schema of workflows."""
    assert alliance("init", tmp_path / "demo").code == 0
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    run = subprocess.run([*check, str(tmp_path / "demo" / MADE[0])], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """What is there already, a folder or a file, is left as it is."""
    (tmp_path / "own.txt").write_text("mine", "utf-8")
    for taken in (tmp_path, tmp_path / "own.txt"):
        run = alliance("init", taken)
        assert run.code == 2
        assert "AO031" in run.err
    assert made_in(tmp_path) == ["own.txt"]


def test_a_folder_comes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up at the last file leaves nothing behind."""
    written: list[int] = []

    def full(handle: int, data: memoryview) -> int:
        if len(written) == len(MADE) - 1:
            raise OSError(28, os.strerror(28))
        written.append(len(data))
        return real(handle, data)

    real = os.write
    monkeypatch.setattr(os, "write", full)
    run = alliance("init", tmp_path / "demo")
    assert run.code == 2
    assert "AO030" in run.err
    assert len(written) == len(MADE) - 1
    assert not list(tmp_path.iterdir())
