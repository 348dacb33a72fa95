"""How fast lint answers, beside yamllint, check-jsonschema with the contract's schema, and ``datacontract lint``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .competitors import THEIRS, missing
from .harness import Figure, interleaved, verdict
from .start import CONTRACT, ENVIRONMENT, ROOT

OURS = Path(sys.executable).parent
SCHEMA = ROOT / "docs" / "schemas" / "contract.schema.json"
# A contract of theirs: as long as ours, and all right, so that their lint reads and checks it whole.
DATACONTRACT_HEAD = """\
dataContractSpecification: 1.2.1
id: care
info:
  title: Care
  version: 1.0.0
  owner: alliance
models:
  visits:
    description: Visits of clients
    type: table
    fields:
"""
DATACONTRACT_FIELD = """\
      column_{index}:
        type: integer
        description: How many visits there were
        required: true
"""


def run() -> list[Figure]:
    """Ratios of whole processes, median against median of interleaved runs."""
    if reason := missing():
        return [Figure("lint beside others", "at most 2", "-", f"not measured: {reason}")]
    lines = len(CONTRACT.read_text("utf-8").splitlines())
    theirs = _datacontract(lines)
    ours, yamllint, schema, datacontract = interleaved(
        _process(OURS / "alliance", "lint", str(CONTRACT)),
        _process(THEIRS / "bin" / "yamllint", "-d", "relaxed", str(CONTRACT)),
        _process(THEIRS / "bin" / "check-jsonschema", "--schemafile", str(SCHEMA), str(CONTRACT)),
        _process(THEIRS / "bin" / "datacontract", "lint", str(theirs)),
        repeats=9,
    )
    return [
        Figure(f"lint of {lines} lines / yamllint", "at most 2", *verdict(ours / yamllint, most=2)),
        Figure("check-jsonschema / lint", "at least 1.3", *verdict(schema / ours, least=1.3)),
        Figure("datacontract lint / lint", "at least 8", *verdict(datacontract / ours, least=8)),
    ]


def _process(*arguments: str | Path) -> Callable[[], object]:
    """A process that must end well: nobody is fast by failing."""
    command = [str(each) for each in arguments]
    return lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)


def _datacontract(lines: int) -> Path:
    """A contract for ``datacontract lint`` of at most as many lines as ours."""
    fields = (lines - DATACONTRACT_HEAD.count("\n")) // DATACONTRACT_FIELD.count("\n")
    file = THEIRS / "contract.yaml"
    text = DATACONTRACT_HEAD + "".join(DATACONTRACT_FIELD.format(index=index) for index in range(fields))
    file.write_text(text, "utf-8")
    return file
