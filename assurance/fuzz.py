"""Fuzz: a minute of each reader under atheris; nothing but coded refusals may come out."""

from __future__ import annotations

from .promise import Found, NotTried, Promise, python

SECONDS = 60

PROMISE = Promise(
    title="Whatever bytes a reader is given, only coded refusals come out, in bounded time and memory.",
    made="Coverage-guided fuzzing by atheris, from a kept corpus, of the contract reader with compiler and lint, the formula "
    "parser, every reader of data, queries, records (text and Parquet), published series, settings and bundles; "
    "5 seconds and 1.5 GB at most an input.",
    command="make fuzz",
    budget=430,
    cores=2,
)


def run(quick: bool) -> Found:
    """A minute each, two at a time; quickly, three seconds each."""
    from .fuzzing.__main__ import PYTHON
    from .fuzzing.form import names

    if not PYTHON.exists():
        raise NotTried("there is no .venv-fuzz; make fuzz builds it")
    seconds = 3 if quick else SECONDS
    tried = python("-m", "assurance.fuzzing", "--seconds", str(seconds))
    found = sum(", FOUND" in line for line in tried.stdout.splitlines())
    clean = sum(", nothing found" in line for line in tried.stdout.splitlines())
    figure = f"{clean + found} readers, {seconds} s each: {found} findings"
    return Found(figure, tried.returncode == 0 and clean == len(names()), tried.stdout + tried.stderr)
