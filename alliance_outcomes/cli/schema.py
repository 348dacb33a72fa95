"""``alliance schema``: the JSON Schema of contract files, for editors."""

from __future__ import annotations

import json

from .options import Output
from .terminal import put


def run(output: Output = None) -> None:
    """Write the JSON Schema of contract files, with a description for every key.

    Example: alliance schema -o contract.schema.json
    """
    from ..contract.schema import contract_schema

    put(json.dumps(contract_schema(), ensure_ascii=False, indent=2) + "\n", output)
