"""The notebook way in: pandas frames in, pandas frames and pictures out, the exact settlement between."""

from __future__ import annotations

from .frames import backtest, read_data, score, settle, to_measured
from .settled import Settled
from .views import Explanation, PayoffCurve, Simulation

__all__ = [
    "Explanation",
    "PayoffCurve",
    "Settled",
    "Simulation",
    "backtest",
    "read_data",
    "score",
    "settle",
    "to_measured",
]
