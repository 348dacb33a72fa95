"""``alliance restate``: a kept settlement settled again with other data, and what that changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..problems import Problem, UsageError
from .options import (
    AsOf,
    BundleFolder,
    ColumnsFile,
    Engine,
    On,
    Output,
    Register,
    Speaking,
    TableOrData,
    is_json,
    language_of,
)
from .terminal import put

Bundle = Annotated[
    Path, typer.Argument(metavar="BUNDLE", help="The settlement to restate.", show_default=False, readable=False)
]
Data = Annotated[
    Path, typer.Option("--data", help="The data as they are now: a file, or a folder of records.", readable=False)
]
Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help="Why, in a word: late_data, audit, error.")]


def run(
    bundle: Bundle,
    data: Data,
    reason: Reason,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
    kept: BundleFolder = None,
    register: Register = None,
    as_of: AsOf = None,
) -> None:
    """Restate a kept settlement: what other data change, line by line, and what is to be paid or paid back.

    With --bundle and --register the restatement is kept, with a number of its own, and supersedes the settlement.

    Example: alliance restate kept --data corrected.csv --reason late_data
    """
    from ..evidence.again import settle_again
    from ..evidence.report import with_evidence
    from ..evidence.restatement import WORDS, restatement_as_data, write_restatement

    if (kept is None) != (register is None):
        sentence = "A restatement is kept in a bundle and in the register of the settlement that it supersedes."
        raise UsageError(Problem("AO073", sentence, "Give both --bundle and --register, or neither."))
    language, as_json = language_of(lang), is_json(format_, output)
    again = settle_again(bundle, data, reason, columns, engine.value, register, as_of)
    if again is None:
        put(WORDS[language]["same"] + "\n", None)
        return

    def written(evidence: str) -> str:
        if as_json:
            stated = {"evidence": evidence} if evidence else {}
            return json.dumps(restatement_as_data(again.restated) | stated, ensure_ascii=False, indent=2) + "\n"
        return with_evidence(write_restatement(again.restated, language), evidence, language)

    if kept is None or register is None:
        put(written(""), output)
        return
    from ..evidence.again import keep_again

    def statements(stated: str) -> dict[Path, bytes]:
        return {} if output is None else {output: written(stated).encode("utf-8")}

    evidence = keep_again(again, kept, register, as_of, statements)
    if output is None:
        put(written(evidence), None)
