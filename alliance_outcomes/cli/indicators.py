"""``alliance indicators``: the definitions of indicators, all or one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from .options import Output, Speaking, language_of
from .terminal import put

Name = Annotated[
    Optional[str], typer.Argument(metavar="ID", help="The definition; all where left out.", show_default=False)
]
Folder = Annotated[
    Optional[Path], typer.Option("--folder", metavar="DIR", help="A folder of definitions; else those of the package.")
]


def run(name: Name = None, folder: Folder = None, lang: Speaking = None, output: Output = None) -> None:
    """List the definitions of indicators, or show one: what it measures, of whom, and what is decided about it.

    Example: alliance indicators
    Example: alliance indicators chronic_care_balance --lang fi
    """
    from ..contract.definitions import definition_names, load_definition
    from ..contract.loading import packaged
    from ..statements.definitions import write_definition, write_definitions

    language, folders = language_of(lang), [folder or packaged("indicators")]
    if name is None:
        known = {each: load_definition(each, folders) for each in definition_names(folders)}
        put(write_definitions(known, language), output)
    else:
        put(write_definition(name, load_definition(name, folders), language), output)
