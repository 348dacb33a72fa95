"""Bundles: one file of a bundle replaced (its name, a NUL, its bytes) and the manifest made anew, as a forger would; verified.

The manifest itself is replaced as it is. What was hashed right is read to the end: compiled, settled, computed again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.evidence.alone import faults_alone, read_bundle
from alliance_outcomes.evidence.bundle import Made, Standing, bundle_of
from alliance_outcomes.evidence.canonical import canonical
from alliance_outcomes.evidence.manifest import CALCULATION, CHAIN, MANIFEST, SALT, SETTLEMENT, hashes
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import DataError
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.mapping import read_measured
from tests.faulty import CONTRACT, DATA

from ..form import Run
from ._pieces import joined, parted

EARLIER = "data/earlier/01-care.json"
FILES = (MANIFEST, CALCULATION, SETTLEMENT, CHAIN, SALT, EARLIER, "contract/care.yaml", "data/measured.csv")
_WORDS = '{"a": {"=": {"by": {"any": {"at": "Arithmetic" "Number" "Name" "Curve" "Round" "Group" "Across" "Exp" "Step" "Entry"'
_WORDS_2 = '"value": "left": "right": "op": "formula": "steps": "payees": "settled": "format": "1/3" null true 9007199254740991'
WORDS = (
    *_WORDS.split(),
    *_WORDS_2.split(),
    *FILES,
    "\x00",
    "\\ud800",
)


@cache
def whole() -> Mapping[str, bytes]:
    """The bundle of the small contract, the same each time: a forger may choose the salt."""
    with TemporaryDirectory() as temporary:
        contract, data = Path(temporary, "care.yaml"), Path(temporary, "measured.csv")
        contract.write_text(CONTRACT, "utf-8")
        data.write_text(DATA, "utf-8")
        agreed = build_contract(parse_document(CONTRACT.encode(), str(contract)))
        measured = read_measured(data, agreed, contract)
        settlement = settle(agreed, measured, "2020")
        files = bundle_of(settlement, Made(contract, data, measured), Standing(before=[]))
    return remade({**files, SALT: b"0" * 64})


def remade(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest that lists them."""
    listed = {name: data for name, data in files.items() if name != MANIFEST}
    manifest = json.loads(files[MANIFEST]) | {"files": hashes(listed)}
    return {**listed, MANIFEST: canonical(manifest)}


def seeds() -> Sequence[bytes]:
    """Each file that a forger would change, as it is."""
    return [joined(name, whole().get(name, b'{"period":"2019","payees":[]}')) for name in FILES]


def ready(folder: Path) -> Run:
    """Verify with the package, and as the bundle's own program does."""
    place = folder / "bundle"

    def run(data: bytes) -> object:
        name, content = parted(data, 2)
        called = name.decode("ascii", "replace")
        if called not in FILES:
            return None
        files = {**whole(), called: content}
        if called != MANIFEST:
            files = remade(files)
        shutil.rmtree(place, ignore_errors=True)
        for each, held in files.items():
            (place / each).parent.mkdir(parents=True, exist_ok=True)
            (place / each).write_bytes(held)
        found = [*verify(place).problems, *faults_alone(read_bundle(place))]
        if found:
            raise DataError(found)
        return None

    return run
