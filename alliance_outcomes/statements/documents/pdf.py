"""PDF (.pdf): a payee's statement for signing, tagged for accessibility (UA-1), with contract and settlement attached (A-3a)."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...settlement import Settlement
from ..json import write_json
from ..legible import legible_data, spelled_data
from ..paper import Dated, paper
from ..telling import statement
from ..templates import FOLDER

if TYPE_CHECKING:
    from . import Asked

NEEDS = ("typst", "babel", "pdf")
STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
_SETTLEMENT = "settlement.json"
_LATIN = "\u017f"  # up to here every font that is carried has every letter
_PROBE = """#let letters = json(bytes(sys.inputs.letters))
#set document(title: "letters")
#set text(font: ("Libertinus Serif",))
#for letter in letters [#letter *#letter* ]
"""


def write(settlement: Settlement, asked: Asked) -> bytes:
    """The statement of the settlement's only payee (AO021); the same bytes for the same settlement and day.

    The document's date is the day it is as of, the period's last day where none was said. A letter that the fonts do not
    have stands as its number; what is attached is as it was written.
    """
    import typst

    payee = settlement.only()
    told = statement(settlement, payee, asked.language)
    day = asked.as_of or told.last
    contract = settlement.contract
    alone = Settlement(settlement.contract, settlement.calculation, (payee,), settlement.assumed)
    attached = [(_SETTLEMENT, write_json(alone, asked.language), "data", "application/json")]
    # An amendment holds with the files that it changes.
    for file, lines in [
        (contract.document.file, contract.document.lines),
        *((each.file, each.lines) for each in contract.amended),
    ]:
        taken = {name for name, *_ in attached}
        attached.append((_unlike(Path(file).name, taken), "\n".join(lines), "source", "application/yaml"))
    shown = legible_data(paper(told, Dated(asked.as_of, asked.evidence)))
    data = {
        **spelled_data(
            shown, _unknown(sorted({letter for letter in json.dumps(shown, ensure_ascii=False) if letter > _LATIN}))
        ),
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


def _unlike(name: str, taken: set[str]) -> str:
    """``name``, or with a number before it where another attachment is called that."""
    numbered = (f"{at}-{name}" for at in count(2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _unknown(letters: list[str]) -> frozenset[str]:
    """Those of the letters that no font has which is carried: paper of these standards may not show a letter as nothing."""
    import typst

    if not letters:
        return frozenset()
    try:
        typst.compile(
            _PROBE.encode("utf-8"),
            sys_inputs={"letters": json.dumps(letters)},
            pdf_standards=[*STANDARDS],
            ignore_system_fonts=True,
            timestamp=0,
        )
    except typst.TypstError:
        half = len(letters) // 2
        return frozenset(letters) if not half else _unknown(letters[:half]) | _unknown(letters[half:])
    return frozenset()
