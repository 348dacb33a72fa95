"""Makes a bundle: everything a settlement was made from, the calculation, the result, and the hashes of it all."""

from __future__ import annotations

import platform
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from ..contract.located import Document, Listing, Table, Text
from ..contract.reading import read_bytes
from ..measured import COLUMNS, NUMBERS, Measured
from ..problems import AllianceError, DataError, Place, Problem, UsageError
from ..settlement import Settlement
from ..sources.kinds import stem_of
from ..sources.mapping import find_columns
from ..statements.amounts import amounts_as_data
from ..statements.csv import table_as_csv
from .chain import Link, chain_as_bytes
from .contract_hash import contract_hash
from .manifest import CALCULATION, CHAIN, MANIFEST, RULES, SALT, SETTLEMENT, VERIFIER, Manifest, hashes
from .rereading import CONTRACT_FOLDER, DEFINITIONS, EARLIER, QUERIES, Asked, Reread, reread
from .verifier import verifier

# How a bundle numbers earlier settlements, so that those of a restated one are not numbered twice.
_NUMBERED = re.compile(r"^\d\d-", re.ASCII)


@dataclass(frozen=True, slots=True)
class Made:
    """What a settlement was made from: its files, and the measured data where it came from no file that can be kept.

    ``payees`` are those that were asked for, None for all; ``columns`` is the mapping, None for the one found beside.
    """

    contract: Path
    data: Path
    measured: Measured
    payees: tuple[str, ...] | None = None
    columns: Path | None = None
    earlier: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a settlement stands: the day it is as of, the entries before it in its register, and what it supersedes.

    ``before`` is None for a settlement in no register.
    """

    as_of: str | None = None
    before: Sequence[Link] | None = None
    supersedes: int | None = None
    reason: str | None = None
    statements: Mapping[str, bytes] = field(default_factory=dict)


def bundle_of(settlement: Settlement, made: Made, standing: Standing, language: str = "en") -> dict[str, bytes]:
    """The files of the bundle of ``settlement``, by name; the settlement in it is made again from these files alone.

    Raises DataError (AO811) where that comes to other amounts: a file was changed meanwhile, or is not read from here.
    """
    files, asked = _gathered(settlement, made, language)
    again = _settled_again(settlement, made, files, asked)
    files |= {CALCULATION: again.calculation, SETTLEMENT: again.record}
    files |= {f"statements/{name}": data for name, data in standing.statements.items()}
    files[VERIFIER] = verifier()
    files[SALT] = secrets.token_hex(32).encode("ascii")
    before = standing.before
    if before is not None:
        files[CHAIN] = chain_as_bytes(before)
    manifest = Manifest(
        contract_id=settlement.calculation.contract,
        period=asked.period,
        contract=asked.contract,
        contract_hash=contract_hash(again.settlement.contract),
        data=asked.data,
        payees=asked.payees,
        language=language,
        as_of=standing.as_of,
        rules=RULES,
        package=version("alliance-outcomes"),
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        files=hashes(files),
        number=None if before is None else len(before) + 1,
        previous=before[-1].hash if before else None,
        supersedes=standing.supersedes,
        reason=standing.reason,
    )
    return {**files, MANIFEST: manifest.as_bytes()}


def _settled_again(settlement: Settlement, made: Made, files: Mapping[str, bytes], asked: Asked) -> Reread:
    """The same settlement, from a folder in which only its files are."""
    try:
        with TemporaryDirectory(prefix="alliance-") as temporary:
            folder = Path(temporary).resolve()
            for name, data in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
            again = reread(folder, asked)
    except OSError as error:
        sentence = f"The files of the bundle cannot be written and read again: {error.strerror}."
        raise UsageError(Problem("AO030", sentence, "Check the folder for temporary files.")) from None
    except AllianceError as error:
        raise _not_the_same(f"cannot be settled: {error.problems[0].sentence}", made) from None
    if _amounts(again.settlement) != _amounts(settlement):
        raise _not_the_same("come to other amounts than were settled.", made)
    return again


def _not_the_same(how: str, made: Made) -> DataError:
    sentence = f"The files to be kept, read again, {how}"
    return DataError(Problem("AO811", sentence, "Run again: a file was changed meanwhile.", Place(str(made.data))))


def _amounts(settlement: Settlement) -> list[object]:
    return [amounts_as_data(each, settlement.calculation.rounding) for each in settlement.payees]


def _gathered(settlement: Settlement, made: Made, language: str) -> tuple[dict[str, bytes], Asked]:
    """The files a settlement is made from, by their names in a bundle, and what is asked of them."""
    files: dict[str, bytes] = {}
    contract = f"{CONTRACT_FOLDER}/{made.contract.name}"
    for file in sorted({str(made.contract), *files_of(settlement.contract.document)}):
        path = Path(file)
        files[_place_of(path, made.contract)] = read_bytes(path) if path.suffix == ".yaml" else _bytes_of(path)
    data = _kept_data(made, files)
    for at, path in enumerate(made.earlier, 1):
        files[f"{EARLIER}/{at:02}-{_NUMBERED.sub('', path.stem)}.json"] = _bytes_of(path)
    return files, Asked(contract, data, settlement.calculation.period, made.payees, language)


def _place_of(path: Path, contract: Path) -> str:
    """Where a bundle keeps a file of the contract: as it lies below the contract, or among the definitions."""
    beside, path = contract.resolve().parent, path.resolve()
    if path.is_relative_to(beside):
        return f"{CONTRACT_FOLDER}/{path.relative_to(beside).as_posix()}"
    return f"{DEFINITIONS if path.parent.name == 'indicators' else CONTRACT_FOLDER}/{path.name}"


def _kept_data(made: Made, files: dict[str, bytes]) -> str:
    """Put the data among ``files``: its file and mapping as they are, or the values where they were measured or asked for.

    A query, and the mapping of what it gives, are kept beside the values, to tell where they came from.
    """
    mapping = made.columns or (None if made.data.is_dir() else find_columns(made.data, made.contract))
    if made.data.is_dir() or made.data.suffix in (".yaml", ".yml"):
        told = [each for each in (made.data, mapping) if each is not None and each.is_file()]
        files |= {f"{QUERIES}/{each.name}": read_bytes(each) for each in told}
        files["data/measured.csv"] = values_as_csv(made.measured)
        return "data/measured.csv"
    name = f"data/{made.data.name}"
    files[name] = _bytes_of(made.data)
    if mapping is not None:
        files[f"data/{stem_of(made.data)}.columns.yaml"] = read_bytes(mapping)
    return name


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        sentence = f"{path} cannot be read: {error.strerror}."
        raise UsageError(Problem("AO001", sentence, "Check the name and the folder.")) from None


def values_as_csv(measured: Measured) -> bytes:
    """Measured data as the tidy CSV that gives it back."""

    def cell(text: str) -> str:
        return text.replace(",", ".") if measured.decimal_comma else text

    rows = [
        [cell(getattr(row, name)) if name in NUMBERS else getattr(row, name) for name in COLUMNS]
        for row in measured.rows
    ]
    return table_as_csv(COLUMNS, rows, numbers=NUMBERS).encode("utf-8")


def files_of(document: Document) -> set[str]:
    """The files that a contract was written in: its own, and those of the definitions that it takes something from."""
    return {document.file, *_files(document.root)}


def _files(value: object) -> Iterator[str]:
    if isinstance(value, Text | Table | Listing):
        yield value.place.file
    if isinstance(value, Table):
        yield from (place.file for place in value.keys_at.values())
    for each in value.values() if isinstance(value, Table) else value if isinstance(value, Listing) else ():
        yield from _files(each)
