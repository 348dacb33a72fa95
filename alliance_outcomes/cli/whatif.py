"""``alliance whatif``: a settlement with some values changed, or a page to try that on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Optional

import typer

from .options import (
    BY_ENDING,
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Earlier,
    Engine,
    On,
    OnePayee,
    OnePeriod,
    Output,
    Speaking,
    kind_of,
    language_of,
)
from .terminal import put


class WhatIfFormat(StrEnum):
    """Kinds of output."""

    table = "table"
    json = "json"
    html = "html"


_ENDINGS = {".txt": WhatIfFormat.table, ".json": WhatIfFormat.json, ".html": WhatIfFormat.html}

Settings = Annotated[
    Optional[list[str]],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="client_nps=45; cost=+500 or cost=-2% moves what was measured; nps:=-20 is a number below 0; "
        "cost@PARTY=... is one party's. May be repeated.",
    ),
]
WhatIfShape = Annotated[Optional[WhatIfFormat], typer.Option("-f", "--format", help=BY_ENDING)]


def run(
    contract: ContractFile,
    data: DataOrRecords,
    set_: Settings = None,
    period: OnePeriod = None,
    payee: OnePayee = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: WhatIfShape = None,
    output: Output = None,
) -> None:
    """Settle once more with some values changed, beside the settlement as measured; or write a page to try it on.

    Example: alliance whatif demo/contract.yaml demo/measured.csv --set recommendation=65
    Example: alliance whatif demo/contract.yaml demo/measured.csv --lang fi -o whatif.html
    """
    from ..contract.loading import load_contract
    from ..folders import read_period
    from ..scenarios.whatif import read_setting, what_if
    from ..settlement import settle
    from ..statements.json import read_settled

    language, shape = language_of(lang), kind_of(format_, output, _ENDINGS)
    settings = [read_setting(each) for each in set_ or ()]
    agreed = load_contract(contract)
    measured, chosen = read_period(data, agreed, period, contract, columns, engine.value)
    settled = read_settled(earlier or [], agreed)
    asked = [payee] if payee is not None else None
    found = what_if(settle(agreed, measured, chosen, asked, settled), settings, payee)
    if shape is WhatIfFormat.html:
        from ..statements.whatif_page import write_page

        put(write_page(found, language), output)
        return
    from ..statements.whatif import write_what_if, write_what_if_json

    put(write_what_if_json(found) if shape is WhatIfFormat.json else write_what_if(found, language), output)
