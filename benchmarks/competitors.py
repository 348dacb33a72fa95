"""The programs that we are compared with: an environment of their own, ``.venv-bench``, made from ``competitors.lock``."""

from __future__ import annotations

import subprocess
import sys

from .start import HERE, ROOT

THEIRS = ROOT / ".venv-bench"
LOCK = HERE / "competitors.lock"


def missing() -> str:
    """Make the environment where it is not there or not of this lock; why it cannot be, else nothing."""
    made_of = THEIRS / "made-of.lock"
    if made_of.exists() and made_of.read_bytes() == LOCK.read_bytes():
        return ""
    pip = [str(THEIRS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = ["--no-deps", "--require-hashes", "-r", str(LOCK)]
    for command in ([sys.executable, "-m", "venv", "--clear", str(THEIRS)], [*pip, *lock]):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            return (made.stderr.strip().splitlines() or ["the environment cannot be made"])[-1]
    made_of.write_bytes(LOCK.read_bytes())
    return ""
