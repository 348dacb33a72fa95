"""Charts for notebooks by Altair (the extra ``notebook``): scores, lines, payoff curve, tornado; floats, for looking at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

import pandas as pd

from ..problems import Problem, UsageError
from ..simulate.outcome import Swing


def library() -> Any:
    """Altair. Raises UsageError where it is not installed (AO069)."""
    if find_spec("altair") is None:
        sentence = "A chart in a notebook needs the package altair, which is not installed."
        raise UsageError(Problem("AO069", sentence, "Run pip install 'alliance-outcomes[notebook]'."))
    import altair

    return altair


def scores(titles: Sequence[str], values: Sequence[Fraction | None]) -> Any:
    """The score of each indicator as a bar, in the order of the contract."""
    altair = library()
    frame = pd.DataFrame({"indicator": titles, "score": [None if each is None else float(each) for each in values]})
    y = altair.Y("indicator:N", sort=None, title=None)
    return altair.Chart(frame).mark_bar().encode(x=altair.X("score:Q"), y=y, tooltip=["indicator", "score"])


def lines(titles: Sequence[str], amounts: Sequence[Fraction], total: str, currency: str) -> Any:
    """Each amount from where the one before it ended, then their sum."""
    altair = library()
    ends = list(accumulate(amounts, initial=Fraction(0)))
    rows = [(title, float(ends[at]), float(ends[at + 1]), float(amounts[at])) for at, title in enumerate(titles)]
    rows.append((total, 0.0, float(ends[-1]), float(ends[-1])))
    frame = pd.DataFrame(rows, columns=["clause", "start", "end", "amount"])
    return (
        altair.Chart(frame)
        .mark_bar()
        .encode(
            x=altair.X("start:Q", title=currency),
            x2="end:Q",
            y=altair.Y("clause:N", sort=None, title=None),
            color=altair.condition("datum.amount < 0", altair.value("#9b3d1f"), altair.value("#2b6a99")),
            tooltip=["clause", "amount"],
        )
    )


def payoff(points: pd.DataFrame, value: str, currency: str) -> Any:
    """The total against one value, a line a stretch; ``points`` has the columns stretch, value, total."""
    altair = library()
    frame = points.astype({"value": "float64", "total": "float64"})
    x = altair.X("value:Q", title=value)
    y = altair.Y("total:Q", title=currency, scale=altair.Scale(zero=False))
    return altair.Chart(frame).mark_line(point=True).encode(x=x, y=y, detail="stretch:N")


def tornado(swings: Iterable[Swing], currency: str) -> Any:
    """The total from each input's 5 % to its 95 % quantile, the widest swing first."""
    altair = library()
    rows = [
        (f"{each.id} ({each.party})" if each.party else each.id, float(each.total_low), float(each.total_high))
        for each in swings
    ]
    frame = pd.DataFrame(rows, columns=["input", "low", "high"])
    x = altair.X("low:Q", title=currency, scale=altair.Scale(zero=False))
    y = altair.Y("input:N", sort=None, title=None)
    return altair.Chart(frame).mark_bar().encode(x=x, x2="high:Q", y=y, tooltip=["input", "low", "high"])
