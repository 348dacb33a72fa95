"""PDF (.pdf): a payee's statement for signing, tagged for accessibility (UA-1), with contract and settlement attached (A-3a)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...settlement import Settlement
from ..json import write_json
from ..paper import Dated, paper
from ..telling import statement
from ..templates import FOLDER

if TYPE_CHECKING:
    from . import Asked

NEEDS = ("typst", "babel", "pdf")
STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]


def write(settlement: Settlement, asked: Asked) -> bytes:
    """The statement of the settlement's only payee (AO021); the same bytes for the same settlement and day.

    The document's date is the day it is as of, the period's last day where none was said.
    """
    import typst

    payee = settlement.only()
    told = statement(settlement, payee, asked.language)
    day = asked.as_of or told.last
    contract = settlement.contract.document
    alone = Settlement(settlement.contract, settlement.calculation, (payee,), settlement.assumed)
    attached = [
        (Path(contract.file).name, "\n".join(contract.lines), "source", "application/yaml"),
        ("settlement.json", write_json(alone, asked.language), "data", "application/json"),
    ]
    data = {
        **paper(told, Dated(asked.as_of, asked.evidence)),
        "date": [day.year, day.month, day.day],
        "attached": [
            {"name": name, "text": text, "relationship": relationship, "kind": kind}
            for name, text, relationship, kind in attached
        ],
    }
    document: bytes = typst.compile(
        FOLDER / "statement.typ",
        root=FOLDER,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=[*STANDARDS],
        ignore_system_fonts=True,
        timestamp=0,
    )
    return document
