"""YAML to located text: no anchors, no tags, no guessed types, every problem of the file with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ..problems import ContractError, Place, Problem, UsageError
from .located import Document, Listing, Table, Text

LARGEST_BYTES, DEEPEST, MOST_EVENTS = 256 * 1024, 20, 20_000
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


def read_bytes(path: Path, root: Path | None = None) -> bytes:
    """The bytes of a regular file of at most 256 KB; below ``root`` where one is given.

    Raises UsageError (AO001) for a missing file and ContractError (AO002) for what is not to be read.
    """
    resolved = path.resolve()
    if root is not None and not resolved.is_relative_to(root.resolve()):
        raise ContractError(
            Problem(
                "AO002",
                f"{path} lies outside {root}.",
                "Keep every file of a contract below its folder.",
                Place(str(path)),
            )
        )
    if not resolved.exists():
        raise UsageError(Problem("AO001", f"There is no file {path}.", "Check the name and the folder."))
    if not resolved.is_file():
        raise ContractError(Problem("AO002", f"{path} is not a regular file.", "Name a file.", Place(str(path))))
    if resolved.stat().st_size > LARGEST_BYTES:
        raise ContractError(
            Problem(
                "AO002",
                f"{path} is larger than {LARGEST_BYTES // 1024} KB.",
                "Split it, or take data out of it.",
                Place(str(path)),
            )
        )
    return resolved.read_bytes()


def read_document(path: Path, root: Path | None = None) -> Document:
    """The located text of the YAML file at ``path``; see parse_document."""
    return parse_document(read_bytes(path, root), str(path))


def parse_document(data: bytes, file: str) -> Document:
    """The located text of ``data``, named ``file`` in messages.

    Faults that leave the rest readable (a key twice, a comma in braces) are its ``problems``; others raise
    ContractError. All codes are AO0xx.
    """
    text = _decode(data, file)
    builder = _Builder(file)
    root = builder.build(text)
    if not isinstance(root, Table):
        raise ContractError(
            Problem(
                "AO003",
                "The file does not hold keys and values.",
                "Begin with contract: followed by its name.",
                Place(file),
            )
        )
    return Document(file, tuple(text.splitlines()), root, tuple(builder.problems))


def _decode(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ContractError(
            Problem("AO004", "The file is not UTF-8.", "Save it as UTF-8.", Place(file, line))
        ) from None
    for number, line_text in enumerate(text.splitlines(), 1):
        if bad := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", line_text):
            raise ContractError(
                Problem(
                    "AO004",
                    f"A control character {bad.group()!r} stands here.",
                    "Take it out.",
                    Place(file, number, bad.start() + 1),
                )
            )
    return text.replace("\r\n", "\n")


class _Builder:
    """Builds tables, lists and text from the events of the YAML parser, counting as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.depth = 0
        self.lines: list[str] = []

    def build(self, text: str) -> object:
        self.lines = text.split("\n")
        events = self._counted(yaml.parse(text, Loader=_LOADER))
        try:
            found: list[object] = []
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if found:
                        raise self._stop(
                            "AO003", "A second document begins here.", "Keep one contract in a file.", event
                        )
                    found.append(self._value(next(events), events))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
            what = str(error.problem or error.context or "it cannot be parsed")
            raise ContractError(
                [
                    *self.problems,
                    Problem(
                        "AO003",
                        f"This is not YAML: {what}.",
                        "Check the indentation, the colons and the quotes.",
                        place,
                    ),
                ]
            ) from None
        return found[0] if found else None

    def _counted(self, events: Iterator[Any]) -> Iterator[Any]:
        for count, event in enumerate(events):
            if count > MOST_EVENTS:
                raise self._stop("AO005", f"The file has more than {MOST_EVENTS} parts.", "Split it.", event)
            if isinstance(event, yaml.CollectionStartEvent):
                self.depth += 1
                if self.depth > DEEPEST:
                    raise self._stop("AO005", f"The file is nested more than {DEEPEST} deep.", "Flatten it.", event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.depth -= 1
            self._refuse_tricks(event)
            yield event

    def _refuse_tricks(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._stop(
                "AO006",
                "Anchors and aliases are not used in contracts: what a clause says must stand in it.",
                "Write the value out.",
                event,
            )
        if getattr(event, "tag", None):
            raise self._stop(
                "AO006",
                f"The tag {event.tag} is not used in contracts.",
                "Take the tag out; every value is read as text.",
                event,
            )

    def _stop(self, code: str, sentence: str, instead: str, event: Any) -> ContractError:
        return ContractError([*self.problems, Problem(code, sentence, instead, self._place(event))])

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Place(self.file, start.line + 1, start.column + 1, max(1, width))

    def _value(self, event: Any, events: Iterator[Any]) -> object:
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = Listing(self._place(event))
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._value(event, events))
            return items
        return self._table(event, events)

    def _text(self, event: Any) -> Text | None:
        place = self._place(event)
        if event.style is None and event.value == "":
            return None
        quoted = event.style in ("'", '"')
        one_line = event.start_mark.line == event.end_mark.line and not (quoted and len(event.value) + 2 != place.width)
        return Text(event.value, place, place.shifted(1) if quoted else place, one_line)

    def _table(self, start: Any, events: Iterator[Any]) -> Table:
        table = Table(self._place(start))
        previous: str | None = None
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._stop("AO003", "A key must be a plain word.", "Write key: value.", event)
            key, place = event.value, self._place(event)
            value = self._value(next(events), events)
            if key == "<<" and event.style is None:
                self.problems.append(
                    Problem(
                        "AO006",
                        "Merge keys are not used in contracts.",
                        "Use defaults:, or write the values out.",
                        place,
                    )
                )
            elif value is None and start.flow_style and self._broken_by_comma(table, previous, key, place):
                continue
            elif key in table:
                self.problems.append(
                    Problem(
                        "AO007",
                        f"{key} is given twice; the first stands on line {table.keys_at[key].line}.",
                        "Keep one of them.",
                        place,
                        table.keys_at[key],
                    )
                )
            else:
                table[key], table.keys_at[key] = value, place
                previous = key
        return table

    def _broken_by_comma(self, table: Table, previous: str | None, rest: str, place: Place) -> bool:
        """Whether a comma inside braces cut a number or a formula in two; the value is mended so one error tells it."""
        before = table.get(previous) if previous else None
        if not isinstance(before, Text):
            return False
        between = self.lines[place.line - 1][: place.column - 1].rstrip()
        if not between.endswith(","):
            return False
        if re.fullmatch(r"-?\d[\d ]*", before) and re.fullmatch(r"\d+\s?%?", rest):
            mended = f"{before}.{rest}"
            sentence = f"Inside braces the comma ends the value, so {before},{rest} is read as two entries."
            self.problems.append(Problem("AO008", sentence, f"Write {mended}.", before.place))
        elif before.count("(") > before.count(")"):
            mended = f"{before}, {rest}"
            if mended.count("(") <= mended.count(")"):
                sentence = "Inside braces a comma ends the value, so this formula is read as two entries."
                self.problems.append(Problem("AO008", sentence, f'Put it in quotes: "{mended}".', before.place))
        else:
            return False
        table[str(previous)] = Text(mended, before.place, before.inside, before.one_line)
        return True
