"""Records: a definition, a mapping of an extract and a table of records, a NUL between them, measured and told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.recorded import Folder
from alliance_outcomes.statements.measuring import write_measured, write_measured_json
from tests.faulty import CONTRACT

from ..form import Run
from ._pieces import joined, parted

DEFINITION = """\
measure:
  kind: rate
  table: visits
  person: person
  period: year
  population: age >= 18 and site == "A"
  numerator: value < 53
  exclusions: {gone: {when: gone == "yes", reason: moved}}
  decided: [all]
"""
GRADES = "measure: {kind: mean, table: visits, key: number, day: day, of: value, decided: [all]}\n"
EXTRACT = """\
tables:
  visits: {file: kaynnit, columns: {person: Henkilö, day: {column: Päivä, days: day.month.year}, year: {constant: 2020},
    gone: {column: Muutti, codes: {K: yes, E: no}, missing: ["-"]}, age: Ikä, site: Piste, value: Arvo}}
"""
PLAIN = "number,person,year,day,age,site,gone,value\n1,p1,2020,2020-03-01,40,A,no,50\n2,p2,2020,2020-04-02T10:00,17,A,yes,60.5\n"
FINNISH = "Henkilö;Päivä;Ikä;Piste;Muutti;Arvo\np1;1.3.2020;40;A;K;50,5\np2;2.4.2020 9.05;41;A;-;..\n"
_WORDS = "kind: rate mean nps percentile ratio growth change share_within count total composite table: person: period: day: key: of:"
_WORDS_2 = "population: numerator: overlap: exclusions: when: reason: decided: tables: columns: column: constant: codes: missing: file:"
_WORDS_3 = "visits 2020 2020-02-30 2020-01-01T24:00 and or not days( missing( person,year \x00"
WORDS = (
    *_WORDS.split(),
    *_WORDS_2.split(),
    *_WORDS_3.split(),
    "day.month.year",
    "1.3.2020",
    "\r\n",
    ";",
    '"',
)


def seeds() -> Sequence[bytes]:
    """A share of persons and a mean, of a table as it stands and of an extract."""
    return [joined(DEFINITION, "", PLAIN), joined(GRADES, "", PLAIN), joined(DEFINITION, EXTRACT, FINNISH)]


def ready(folder: Path) -> Run:
    """Measure one indicator of the small contract from the table, on polars."""
    contract, definition, here = laid(folder)

    def run(data: bytes) -> object:
        stated, extract, rows = parted(data, 3)
        definition.write_bytes(b"unit: share\n" + stated)
        mapping = here / "records.columns.yaml"
        mapping.unlink(missing_ok=True)
        if extract:
            mapping.write_bytes(extract)
        (here / "visits.csv").write_bytes(rows)
        (here / "kaynnit.csv").write_bytes(rows)
        return measured(Folder(contract, here))

    return run


def laid(folder: Path, definition: str = DEFINITION) -> tuple[Contract, Path, Path]:
    """The small contract, the file of its one definition, and a folder for records."""
    for name in ("contracts", "indicators", "records"):
        (folder / name).mkdir(exist_ok=True)
    file, stated = folder / "contracts" / "care.yaml", folder / "indicators" / "plan.yaml"
    file.write_text(CONTRACT, "utf-8")
    stated.write_text(definition, "utf-8")
    return load_contract(file), stated, folder / "records"


def measured(records: Folder) -> object:
    """What is measured of 2020, told."""
    results = records.results(["2020"])
    found = records.measured(results, ["2020"])
    return write_measured(results, 11, "fi"), write_measured_json(records.contract, results, found, "sv")
