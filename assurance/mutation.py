"""Mutation: mistakes planted in the modules that decide money are noticed by the tests."""

from __future__ import annotations

import re
import subprocess

from .mutants.kept import faults, read_explained, read_results
from .promise import ROOT, Found, NotTried, Promise

PYTHON = ROOT / ".venv-mutate" / "bin" / "python"
AGAIN, QUICKLY = 200, 10

PROMISE = Promise(
    title="Of the mistakes that mutmut plants where money is decided none goes unnoticed, but for those that change nothing.",
    made=f"`make mutate` plants them, and keeps what came of each in `assurance/mutants/results.json` with the hash of the module; "
    f"why no test can notice one is said in `explained.yaml` beside it. Here hashes and reasons are compared, and {AGAIN} mutants, "
    "drawn with a fixed seed, are tried again.",
    budget=480,
)
COUNTS = re.compile(r"(\d+) tried again, (\d+) came to something else")


def run(quick: bool) -> Found:
    """Compare what is kept with the sources, and try some again."""
    results, explained = read_results(), read_explained()
    wrong = list(faults(results, explained))
    every = [each for module in results.values() for each in module.mutants.values()]
    figure = f"{len(every):,} in {len(results)} modules, {sum(each.caught for each in every):,} noticed, the others explained"
    if wrong:
        return Found(f"{figure} but for {len(wrong)}", holds=False, told="\n".join(wrong))
    if not PYTHON.exists():
        raise NotTried("The environment of mutmut is not there; make assure builds it.")
    words = [str(PYTHON), "-m", "assurance.mutants", "--again", str(QUICKLY if quick else AGAIN), "--jobs", "1"]
    tried = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    counted = COUNTS.search(tried.stdout)
    if counted is None:
        return Found("nothing was tried", holds=False, told=tried.stdout + tried.stderr)
    figure = f"{figure}; {counted[1]} tried again, {counted[2]} came to something else"
    return Found(figure, tried.returncode == 0, tried.stdout + tried.stderr)
