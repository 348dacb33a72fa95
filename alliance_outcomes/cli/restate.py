"""``alliance restate``: a kept settlement settled again, and what that changes."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..problems import Problem, UsageError
from .options import (
    AsOf,
    BundleFolder,
    ColumnsFile,
    Earlier,
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


class PaidIs(StrEnum):
    """What the data hold as paid."""

    on_account = "on_account"
    everything = "everything"


Bundle = Annotated[
    Path, typer.Argument(metavar="BUNDLE", help="The settlement to restate.", show_default=False, readable=False)
]
Data = Annotated[
    Path,
    typer.Option(
        "--data", metavar="FILE", help="The data as they are now: a file, or a folder of records.", readable=False
    ),
]
Agreed = Annotated[
    Optional[Path],
    typer.Option(
        "--contract", metavar="FILE", help="Settle by this file: the contract as amended or corrected.", readable=False
    ),
]
Paid = Annotated[
    Optional[PaidIs],
    typer.Option("--paid", help="What the data hold as paid: on account alone, or also because of settlements."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help="Why, in a word: late_data, audit, error.")]


def run(
    bundle: Bundle,
    data: Data,
    reason: Reason,
    contract: Agreed = None,
    paid: Paid = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
    kept: BundleFolder = None,
    register: Register = None,
    as_of: AsOf = None,
) -> None:
    """Restate a kept settlement: what other data or an amendment change, line by line, and what is to be paid or paid back.

    With --bundle and --register the restatement is kept, with a number of its own, and supersedes the settlement.

    Example: alliance restate kept --data corrected.csv --reason late_data
    """
    from ..evidence.again import Asked, settle_again
    from ..evidence.report import with_evidence
    from ..evidence.restatement import WORDS, restatement_as_data, write_restatement

    if (kept is None) != (register is None):
        sentence = "A restatement is kept in a bundle and in the register of the settlement that it supersedes."
        raise UsageError(Problem("AO073", sentence, "Give both --bundle and --register, or neither."))
    language, as_json = language_of(lang), is_json(format_, output)
    is_paid = None if paid is None else paid.value
    asked = Asked(data, reason, columns, engine.value, contract, is_paid, tuple(earlier or ()))
    again = settle_again(bundle, asked, register, as_of)
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
