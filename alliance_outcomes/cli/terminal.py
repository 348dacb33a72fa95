"""What people see: problems with the line and a caret under the place, output to the terminal or whole to a file."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from ..problems import Place, Problem
from ..statements.legible import legible_lines

# What terminals of old code pages (cp1252, cp850) are shown for letters they do not have.
PLAIN = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
    **dict.fromkeys("\u00a0\u2009\u202f", " "),
    **{"\u2192": ">", "\u2190": "<", "\u2191": "^", "\u2193": "v", "\u2026": "...", "\u2022": "*", "\u00d7": "x"},
    **{"\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u2248": "~", "\u2713": "+", "\u2717": "x", "\u20ac": "EUR"},
}
# The words around problems and files. The sentences of problems are English; their codes are the same everywhere.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "warning": "warning: ", "also": "See also", "unmeasured": "Not measured from records", "bytes": "bytes",
        "no problems": "no problems", "contract": "contract", "contracts": "contracts", "error": "error", "errors": "errors",
        "one warning": "warning", "warnings": "warnings",
    },
    "fi": {
        "warning": "varoitus: ", "also": "Katso myös", "unmeasured": "Ei mitattu tietueista", "bytes": "tavua",
        "no problems": "ei huomautettavaa", "contract": "sopimus", "contracts": "sopimusta", "error": "virhe", "errors": "virhettä",
        "one warning": "varoitus", "warnings": "varoitusta",
    },
    "sv": {
        "warning": "varning: ", "also": "Se även", "unmeasured": "Inte mätt ur posterna", "bytes": "byte",
        "no problems": "inga anmärkningar", "contract": "avtal", "contracts": "avtal", "error": "fel", "errors": "fel",
        "one warning": "varning", "warnings": "varningar",
    },
}  # fmt: skip
LONGEST_EXCERPT, LARGEST_EXCERPTED = 120, 256 * 1024


def degrade(*streams: TextIO) -> None:
    """Let streams that cannot write a letter write a plain one for it: > for an arrow, s for š, at the last ?."""
    codecs.register_error("plain", _in_ascii)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """What stands for the letters that an encoding does not have. One for one where it can be, so that tables stay even."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    shown = []
    for letter in error.object[error.start : error.end]:
        plain = PLAIN.get(letter) or unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        shown.append(plain or ("" if unicodedata.combining(letter) else "?"))
    return "".join(shown), error.end


def complain(problems: Iterable[Problem]) -> None:
    """Problems to stderr, in full, with words in the language that was asked for."""
    words = WORDS[spoken(sys.argv)]
    progress("")
    sys.stderr.write("\n\n".join(full(problem, words) for problem in problems) + "\n")


def spoken(arguments: Sequence[str]) -> str:
    """The language of a command line: its ``--lang``, else ALLIANCE_LANG, else en; a language that is none is told elsewhere."""
    asked = os.environ.get("ALLIANCE_LANG", "en")
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            asked = arguments[at + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return asked if asked in WORDS else "en"


def full(problem: Problem, words: Mapping[str, str]) -> str:
    """A problem with its place, the line it stands in, a caret under it, and what to write instead."""
    said = f"{problem.code} {words['warning'] if problem.severity == 'warning' else ''}{problem.sentence}"
    head = f"{problem.place}: {said}" if problem.place else said
    # What is not to be read (AO002) is not shown either.
    shown = [head, *(_excerpt(problem.place) if problem.code != "AO002" else ())]
    if problem.instead:
        shown.append(f"  {problem.instead}")
    if problem.other:
        shown += [f"  {words['also']} {problem.other}", *_excerpt(problem.other)]
    # A letter that would steer the terminal stands for itself nowhere.
    return legible_lines("\n".join(shown))


def _excerpt(place: Place | None) -> list[str]:
    """The line of a contract file, or one that the place carries, and a caret under the place.

    Other lines are not shown: rows of data may be about persons.
    """
    line = _line(place) if place else ""
    if place is None or not line:
        return []
    line, start = line.replace("\t", " "), place.column - 1
    if len(line) > LONGEST_EXCERPT:
        cut = max(0, start - 40)
        line, start = line[cut : cut + LONGEST_EXCERPT], start - cut
    width = max(1, min(place.width, len(line) - start))
    return [f"  | {line}", f"  | {' ' * start}{'^' * width}"]


def _line(place: Place) -> str:
    # A query may hold, by mistake, a password.
    if place.excerpt or place.address or not place.file.endswith((".yaml", ".yml")) or place.file.endswith(".sql.yaml"):
        return place.excerpt
    try:
        if not Path(place.file).is_file():
            return ""
        with open(place.file, "rb") as file:
            lines = file.read(LARGEST_EXCERPTED).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return ""
    return lines[place.line - 1] if 0 < place.line <= len(lines) else ""


def put(text: str, output: Path | None) -> None:
    """``text`` to stdout, or whole to the file ``output``."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        from ..files import write_whole

        write_whole(output, text.encode("utf-8"))


def progress(text: str) -> None:
    """How far long work has come, on a terminal only, in one line on stderr; an empty text clears it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def say(text: str) -> None:
    """A message to stderr."""
    sys.stderr.write(text + "\n")
