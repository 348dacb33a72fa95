"""What people see: problems with the line and a caret under the place, output to the terminal or whole to a file."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from ..files import write_whole
from ..problems import Place, Problem


def degrade(*streams: TextIO) -> None:
    """Let streams that cannot write a letter write ? for it instead of failing."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def complain(problems: Iterable[Problem]) -> None:
    """Problems to stderr, in full."""
    sys.stderr.write("\n\n".join(full(problem) for problem in problems) + "\n")


def full(problem: Problem) -> str:
    """A problem with its place, the line it stands in, a caret under it, and what to write instead."""
    head = (
        f"{problem.place}: {problem.code} {problem.sentence}" if problem.place else f"{problem.code} {problem.sentence}"
    )
    shown = [head, *_excerpt(problem.place)]
    if problem.instead:
        shown.append(f"  {problem.instead}")
    if problem.other:
        shown.append(f"  See also {problem.other}")
    return "\n".join(shown)


def _excerpt(place: Place | None) -> list[str]:
    """The line of a contract file and a caret; rows of data are not shown, since they may hold a person's data."""
    if place is None or not place.file.endswith((".yaml", ".yml")):
        return []
    try:
        lines = Path(place.file).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    if not 0 < place.line <= len(lines):
        return []
    line = lines[place.line - 1].replace("\t", " ")
    start = place.column - 1
    if len(line) > 120:
        cut = max(0, start - 40)
        line, start = line[cut : cut + 120], start - cut
    width = max(1, min(place.width, len(line) - start))
    return [f"  | {line}", f"  | {' ' * start}{'^' * width}"]


def put(text: str, output: Path | None) -> None:
    """``text`` to stdout, or whole to the file ``output``."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_whole(output, text.encode("utf-8"))


def say(text: str) -> None:
    """A message to stderr."""
    sys.stderr.write(text + "\n")
