"""``alliance close``: a settlement that is not restated any more, by a decision."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import RegisterFolder, Speaking, language_of
from .terminal import put

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The settlement, as alliance history numbers it.")]
Day = Annotated[str, typer.Option("--as-of", metavar="DAY", help="The day of the decision: 2025-05-30.")]
Decision = Annotated[str, typer.Option("--decision", metavar="TEXT", help="Who decided, and where it is written down.")]


def run(register: RegisterFolder, number: Number, as_of: Day, decision: Decision, lang: Speaking = None) -> None:
    """Close a settlement: its period is neither restated nor settled any more. What is open must be settled first.

    Example: alliance close register 1 --as-of 2026-05-29 --decision "Leadership team, section 4"
    """
    from ..evidence.keeping import close
    from ..evidence.report import write_closing

    language = language_of(lang)
    put(write_closing(close(register, number, as_of, decision), language), None)
