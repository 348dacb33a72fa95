"""``alliance verify``: is a kept settlement what it says it is?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import Output, Register, Speaking, TableOrData, is_json, language_of
from .terminal import complain, put

Bundle = Annotated[
    Path, typer.Argument(metavar="BUNDLE", help="A folder that --bundle made.", show_default=False, readable=False)
]
Expected = Annotated[
    Optional[str], typer.Option("--expect", metavar="HASH", help="The hash on the statement or in the register.")
]


def run(
    bundle: Bundle,
    expect: Expected = None,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
    register: Register = None,
) -> None:
    """Verify a bundle: its hashes, its contract and data read again, every amount computed again, the chain it stands in.

    Example: alliance verify kept --register register
    """
    from ..evidence.report import verdict_as_data, write_verdict
    from ..evidence.verifying import verify

    language, as_json = language_of(lang), is_json(format_, output)
    if not bundle.exists():
        raise UsageError(Problem("AO001", f"There is no folder {bundle}.", "Check the name."))
    verdict = verify(bundle, expect, register)
    if as_json:
        put(json.dumps(verdict_as_data(verdict), ensure_ascii=False, indent=2) + "\n", output)
    else:
        put(write_verdict(verdict, expect is not None, language), output)
    if verdict.problems:
        complain(verdict.problems)
        raise typer.Exit(1)
