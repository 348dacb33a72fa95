"""Packages that only some sources need, asked for when such a source is read."""

from __future__ import annotations

from importlib.util import find_spec

from ..problems import Problem, UsageError


def need(package: str, extra: str, why: str) -> None:
    """Raises UsageError (AO050) with the command that installs ``package``, where it is missing."""
    if find_spec(package) is None:
        sentence = f"{why} needs {package}, which is not installed."
        raise UsageError(Problem("AO050", sentence, f"Run pip install 'alliance-outcomes[{extra}]'."))


def polars_faults() -> tuple[type[BaseException], ...]:
    """What polars raises for a file that it cannot read. Some broken Parquet makes it panic, which is no Exception of Python."""
    import polars as pl

    return (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
