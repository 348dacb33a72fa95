"""What shells complete beyond commands, options and files: the periods and names of the contract that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..problems import AllianceError

if TYPE_CHECKING:
    from ..contract.model import Contract


def periods(ctx: typer.Context, incomplete: str) -> list[str]:
    """The periods of the contract that begin with what was typed."""
    contract = _contract(ctx)
    if contract is None:
        return []
    from ..contract.periods import periods_of

    return [each.label for each in periods_of(contract.periods) if each.label.startswith(incomplete)]


def names(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be explained, such as a clause or an indicator of the contract, where it begins with what was typed."""
    contract = _contract(ctx)
    if contract is None:
        return []
    indicators = [name for area in contract.result_areas.values() for name in area.indicators]
    parts = (contract.settlement, indicators, contract.result_areas, contract.figures, contract.amounts, contract.facts)
    return [name for each in (*parts, ["score"]) for name in each if name.startswith(incomplete)]


def _contract(ctx: typer.Context) -> Contract | None:
    """The contract on the line that is being typed, where there is one that can be read."""
    # After an option without its value, what was typed before it is only in args.
    typed = ctx.params.get("contract") or next(iter(ctx.args), None)
    if typed is None:
        return None
    from ..contract.loading import load_contract

    try:
        return load_contract(typed)
    except AllianceError:  # nobody has asked yet whether it is right
        return None
