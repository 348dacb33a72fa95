"""``alliance schema``: the JSON Schema of contract files, for editors."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from .options import Output
from .terminal import put


def run(
    amendment: Annotated[bool, typer.Option("--amendment", help="The schema of files that amend a contract.")] = False,
    output: Output = None,
) -> None:
    """Write the JSON Schema of contract files, with a description for every key.

    Example: alliance schema -o contract.schema.json
    """
    from ..contract.schema import amendment_schema, contract_schema

    put(json.dumps(amendment_schema() if amendment else contract_schema(), ensure_ascii=False, indent=2) + "\n", output)
