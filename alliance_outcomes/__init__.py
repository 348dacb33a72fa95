"""Pay for health and wellbeing outcomes: contracts written as YAML, settled exactly.

What stands in ``__all__`` here is what others may rely on: the functions for notebooks and programs, what they give back,
and the errors. All else may change from one version to the next.

    contract = load_contract("contract.yaml")
    data = read_data("measured.csv", contract)
    settle(contract, data, period="2025").explain("gain_share")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batch import BatchSettlement, settle_batch
    from .contract.loading import load_contract
    from .contract.model import Contract
    from .notebook import (
        Explanation,
        PayoffCurve,
        Settled,
        Simulation,
        backtest,
        read_data,
        score,
        settle,
        to_measured,
    )
    from .problems import AllianceError, ContractError, DataError, Place, Problem, UsageError

__all__ = [
    "AllianceError",
    "BatchSettlement",
    "Contract",
    "ContractError",
    "DataError",
    "Explanation",
    "PayoffCurve",
    "Place",
    "Problem",
    "Settled",
    "Simulation",
    "UsageError",
    "backtest",
    "load_contract",
    "read_data",
    "score",
    "settle",
    "settle_batch",
    "to_measured",
]
_HOMES = {
    "Contract": "contract.model",
    "load_contract": "contract.loading",
    **dict.fromkeys(("BatchSettlement", "settle_batch"), "batch"),
    **dict.fromkeys(("AllianceError", "ContractError", "DataError", "Place", "Problem", "UsageError"), "problems"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: pandas takes a second, and most uses need none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'notebook')}"), name)


def __dir__() -> list[str]:
    """What there is, for those who complete a name with the tab key."""
    return sorted(__all__)
