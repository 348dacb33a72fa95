"""The parts of a workbook, unpacked with everything counted: a small file cannot fill the memory."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..problems import DataError, Place, Problem
from .table import too_large

MOST_PACKED, MOST_UNPACKED, MOST_ELEMENTS = 64 * 1024**2, 256 * 1024**2, 10_000_000
MOST_RATIO, ALWAYS_FINE = 100, 1024**2  # XML of real sheets shrinks 5 to 50 times
_CHUNK, _UNUSED = 64 * 1024, ("docprops/", "xl/theme/", "xl/media/", "xl/printersettings/", "customxml/")

# What the library raises for archives that are broken in one way or another: offsets that lie nowhere, methods it lacks.
_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError)
_BROKEN += (ArithmeticError, LookupError, RuntimeError, ValueError)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def broken(file: str, why: str) -> DataError:
    """The refusal of a file that is no workbook, or none as a spreadsheet writes it."""
    hint = "Open it in the spreadsheet, and save it as .xlsx without a password."
    return DataError(Problem("AO533", f"{file} is no .xlsx workbook: {why}.", hint, Place(file)))


def unpack(path: Path) -> dict[str, bytes]:
    """The XML parts of a workbook by name, without pictures and the like.

    Raises DataError for what is no workbook or holds macros (AO533), and for one that unpacks to too much (AO532).
    """
    file = str(path)
    if path.stat().st_size > MOST_PACKED:
        raise too_large(file, f"more than {MOST_PACKED // 1024**2} MB")
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(archive, file)
    except _BROKEN:
        raise broken(file, "it cannot be unpacked") from None


def _parts(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    entries = archive.infolist()
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise broken(file, "two of its parts have one name")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise broken(file, "it holds macros")
    found: dict[str, bytes] = {}
    room = MOST_UNPACKED
    for entry in entries:
        name = entry.filename.lower()
        if name.endswith((".xml", ".rels")) and not name.startswith(_UNUSED):
            with archive.open(entry) as stream:
                found[entry.filename] = _read(stream, max(ALWAYS_FINE, entry.compress_size * MOST_RATIO), room, file)
            room -= len(found[entry.filename])
    return found


def _read(stream: Any, by_ratio: int, room: int, file: str) -> bytes:
    """A part, as far as it is fine: what an archive says of its own sizes is not believed."""
    held = io.BytesIO()
    while chunk := stream.read(_CHUNK):
        held.write(chunk)
        if held.tell() > room:
            raise too_large(file, f"more than {MOST_UNPACKED // 1024**2} MB when it is unpacked")
        if held.tell() > by_ratio:
            raise too_large(file, f"a part that unpacks to more than {MOST_RATIO} times its size")
    return held.getvalue()


def packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    """An archive of just these parts, not compressed: what was checked is what is read."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    held.seek(0)
    return held


def parse(
    data: bytes, file: str, start: Start, end: End | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Read the XML of a part element by element; names come without their namespace.

    Raises DataError for what is no XML or declares entities (AO533), and for too many elements (AO532).
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    count = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS:
            raise too_large(file, f"more than {MOST_ELEMENTS} elements")
        start(name.rpartition(" ")[2], attributes)

    def declared(*_: object) -> None:
        raise broken(file, "a part of it declares a document type")

    parser.StartElementHandler = opened
    parser.StartDoctypeDeclHandler = declared
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
        parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise broken(file, "a part of it is not XML") from None
