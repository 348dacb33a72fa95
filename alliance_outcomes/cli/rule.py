"""``alliance rule``: what a code means."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from .options import Output
from .terminal import put

Code = Annotated[Optional[str], typer.Argument(metavar="[CODE]", help="A code such as AO101; all where left out.")]


def run(code: Code = None, output: Output = None) -> None:
    """Say what a code means: what, why, wrong and right. Without a code, list them all.

    Example: alliance rule AO101
    """
    from ..statements.rules import list_of_pages, read_page

    put(list_of_pages() if code is None else read_page(code.upper()).text, output)
