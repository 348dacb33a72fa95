"""What a stranger meets first: how fast ``alliance --help`` answers, and how much is installed, without a compiler."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .harness import Figure, interleaved, verdict
from .start import ENVIRONMENT, ROOT

MEGABYTE = 1_000_000
MOST_MEGABYTES = 240
# Plain help: with typer's own default, which imports rich, the other program would be slower.
TWO_COMMANDS = '''
import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def greet(name: str, loudly: bool = False) -> None:
    """Greet someone."""


@app.command()
def part(name: str, times: int = 1) -> None:
    """Say goodbye."""


app()
'''


def run() -> list[Figure]:
    """The help beside that of a small program, as a ratio of whole processes; and the size of a core install."""
    return [_help(), _install()]


def _help() -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.py"
        small.write_text(TWO_COMMANDS, "utf-8")
        ours, theirs = interleaved(_process("-m", "alliance_outcomes"), _process(str(small)), repeats=21)
    return Figure(
        "alliance --help / --help of a typer program of two commands", "at most 1.2", *verdict(ours / theirs, most=1.2)
    )


def _process(*program: str) -> Callable[[], object]:
    command = [sys.executable, *program, "--help"]
    return lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)


def _install() -> Figure:
    """The wheel and what it needs, in a new environment and from wheels alone; what the environment itself brings is left out."""
    work, goal = "megabytes of a core install, from wheels alone (no compiler)", f"under {MOST_MEGABYTES}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = folder / "venv" / "bin" / "python"
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", name]
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
        ]
        try:
            subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
            subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, capture_output=True)
            (packages,) = (folder / "venv").glob("lib/python*/site-packages")
            before = set(packages.iterdir())
            (wheel,) = folder.glob("*.whl")
            subprocess.run([*install, str(wheel)], check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            said = str(error.stderr or "").strip().splitlines() or ["the package cannot be installed"]
            return Figure(work, goal, "-", f"not measured: {said[-1]}")
        megabytes = _bytes(set(packages.iterdir()) - before) / MEGABYTE
    return Figure(work, goal, f"{megabytes:.0f}", "met" if megabytes < MOST_MEGABYTES else "MISSED")


def _bytes(paths: set[Path]) -> int:
    """What files take on the disk, bytecode included."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return sum(file.lstat().st_blocks * 512 for file in files if file.is_file() and not file.is_symlink())
