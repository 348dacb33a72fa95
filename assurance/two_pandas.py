"""Two pandas: what is computed through pandas is the same under the oldest and the newest version that is supported."""

from __future__ import annotations

from .promise import ROOT, Found, NotTried, Promise, counts, python

PROMISE = Promise(
    title="Under pandas 2.3 and 3.1 everything that is computed through pandas is the same, byte for byte.",
    made="Random payees of every contract are settled from frames of six types of columns and in batches; the frames, statements "
    "and texts that a notebook shows are written; records of five systems are measured by pandas. The digests are compared "
    "with those of another environment, which `make assure` builds from locks/pandas2.lock.",
    command="python -m tests.two_pandas .venv-pandas2/bin/python",
    budget=150,
)
OTHER = ROOT / ".venv-pandas2" / "bin" / "python"


def run(quick: bool) -> Found:
    """All of it, which takes half a minute."""
    if not OTHER.exists():
        raise NotTried("there is no .venv-pandas2; make assure builds it")
    tried = python("-m", "tests.two_pandas", OTHER)
    found = counts(r"([\d,]+) outputs, ([\d,]+) differ", tried.stdout)
    if not found or "pandas 2.3 and 3.1:" not in tried.stdout:
        return Found("nothing was compared", holds=False, told=tried.stdout + tried.stderr)
    outputs, differ = found
    return Found(f"{outputs:,} outputs: {differ:,} differ", tried.returncode == 0, tried.stdout + tried.stderr)
