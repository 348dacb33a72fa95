"""Makes every picture in docs/pictures from the example of Tesoma: ``python -m docs.draw``, or ``make pictures``.

The same package, typesetter and poppler give the same bytes, so a picture changes only where what it shows has changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import date
from hashlib import sha256
from pathlib import Path

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.files import write_whole
from alliance_outcomes.scenarios.payoff import payoff
from alliance_outcomes.settlement import Settlement, settle
from alliance_outcomes.sources.csv import read_csv
from alliance_outcomes.statements import charts
from alliance_outcomes.statements.documents import Asked, write
from alliance_outcomes.statements.formats import Formats
from alliance_outcomes.statements.pictures import money_chart, payoff_chart, score_chart
from alliance_outcomes.statements.telling import statement

# From the top of the repository, as it is run there: a statement tells the places of files, and no machine's belong in it.
CONTRACT, MEASURED = Path("contracts/tesoma.yaml"), Path("examples/tesoma/measured.csv")
FOLDER = Path("docs/pictures")
PIXELS_AN_INCH = "80"
SCREENSHOT = "whatif.png"  # of docs/screenshot.py


def example() -> Settlement:
    """What the pictures show: the Tesoma alliance in 2023."""
    return settle(load_contract(CONTRACT), read_csv(MEASURED), "2023")


def drawings() -> dict[str, bytes]:
    """The charts, by file name; made by this package alone."""
    settlement = example()
    told = statement(settlement, settlement.only())
    formats = Formats(told.language, told.currency, told.places)
    curve = payoff(settlement, "client_nps")
    drawn = {
        "scores": score_chart(told, formats.number),
        "amounts": money_chart(told, formats.money),
        "payoff": payoff_chart(curve, "The total against client_nps", formats.money),
    }
    return {f"{name}.svg": charts.alone(svg).encode() for name, svg in drawn.items()}


def paper() -> bytes:
    """The statement for signing, as PDF; made by this package and the typesetter of its lock alone."""
    return write(example(), ".pdf", Asked("en", as_of=date(2024, 5, 31)))


def drawn_from(document: bytes) -> dict[str, bytes]:
    """The hash of the paper that the pages show, so that pages which are no longer current can be told without poppler."""
    return {"statement.sha256": f"{sha256(document).hexdigest()}  statement.pdf\n".encode()}


def pages(document: bytes) -> dict[str, bytes]:
    """The pages of a PDF as PNG, by file name, drawn by poppler."""
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "statement"
        subprocess.run(["pdftoppm", "-png", "-r", PIXELS_AN_INCH, "-", start], input=document, check=True)
        return {page.name: page.read_bytes() for page in Path(folder).iterdir()}


def main() -> None:
    """Writes all pictures anew; what is no longer made goes."""
    if shutil.which("pdftoppm") is None:
        sys.exit("pdftoppm is not installed: install poppler-utils.")
    document = paper()
    made = drawings() | drawn_from(document) | pages(document)
    FOLDER.mkdir(exist_ok=True)
    for name, content in made.items():
        write_whole(FOLDER / name, content)
    for left in FOLDER.iterdir():
        if left.name not in {*made, SCREENSHOT}:
            left.unlink()


if __name__ == "__main__":
    main()
