"""Pay for health and wellbeing outcomes: contracts written as YAML, settled exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contract.loading import load_contract
    from .notebook import backtest, read_data, score, settle
    from .problems import AllianceError, ContractError, DataError, UsageError

__all__ = [
    "AllianceError",
    "ContractError",
    "DataError",
    "UsageError",
    "backtest",
    "load_contract",
    "read_data",
    "score",
    "settle",
]
_HOMES = {
    "load_contract": "contract.loading",
    **dict.fromkeys(("backtest", "read_data", "score", "settle"), "notebook"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: pandas takes a second, and most uses need none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'problems')}"), name)
