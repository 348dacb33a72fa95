"""YAML to located text: no anchors, no tags, no guessed types, every problem of the file with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ..problems import ContractError, Place, Problem, UsageError
from .located import Document, Listing, Table, Text

LARGEST_BYTES, DEEPEST, MOST_EVENTS = 256 * 1024, 20, 20_000
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
# Control characters, those beyond ASCII too, and what is no character at all: YAML reads none of them.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
# What ends a line of YAML.
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
# The longest scalar that an alias is read as, so that the rest of the file can be checked too.
_LONGEST_ALIAS = 200


def read_bytes(path: Path, root: Path | None = None) -> bytes:
    """The bytes of a regular file of at most 256 KB; below ``root`` where one is given.

    Raises UsageError (AO001) for a missing file and ContractError (AO002) for what is not to be read.
    """
    try:
        return _regular(path, root).read_bytes()
    except (OSError, RuntimeError, ValueError) as error:  # no right to read, a name too long, links in a circle
        reason = getattr(error, "strerror", None) or str(error)
        raise _unread(path, f"{path} cannot be read: {reason}.", "Name a file that can be.") from None


def _regular(path: Path, root: Path | None) -> Path:
    resolved = path.resolve()
    if root is not None and not resolved.is_relative_to(root.resolve()):
        raise _unread(path, f"{path} lies outside {root}.", "Keep every file of a contract below its folder.")
    if not resolved.exists():
        raise UsageError(Problem("AO001", f"There is no file {path}.", "Check the name and the folder."))
    if not resolved.is_file():
        raise _unread(path, f"{path} is not a regular file.", "Name a file.")
    if resolved.stat().st_size > LARGEST_BYTES:
        sentence = f"{path} is larger than {LARGEST_BYTES // 1024} KB."
        raise _unread(path, sentence, "Split it, or take data out of it.")
    return resolved


def _unread(path: Path, sentence: str, instead: str) -> ContractError:
    return ContractError(Problem("AO002", sentence, instead, Place(str(path))))


def find_file(folders: Iterable[Path], name: str) -> tuple[Path, Path] | None:
    """The first of ``folders`` that holds a file called ``name``, and that file."""
    return next(((folder, folder / name) for folder in folders if (folder / name).is_file()), None)


def stems_in(folders: Iterable[Path]) -> set[str]:
    """The names, without their ending, of the YAML files in ``folders``."""
    return {file.stem for folder in folders if folder.is_dir() for file in folder.glob("*.yaml")}


def read_document(path: Path, root: Path | None = None) -> Document:
    """The located text of the YAML file at ``path``; see parse_document."""
    return parse_document(read_bytes(path, root), str(path))


def parse_document(data: bytes, file: str) -> Document:
    """The located text of ``data``, named ``file`` in messages.

    Faults that leave the rest readable (a key twice, a comma in braces, a tag) are its ``problems``; others raise
    ContractError, with those. All codes are AO0xx.
    """
    text = _decode(data, file)
    builder = _Builder(file)
    root = builder.build(text)
    if not isinstance(root, Table):
        sentence, instead = "The file does not hold keys and values.", "Begin with contract: followed by its name."
        raise ContractError([*builder.problems, Problem("AO003", sentence, instead, Place(file))])
    return Document(file, tuple(text.splitlines()), root, tuple(builder.problems))


def _decode(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise ContractError(Problem("AO004", "The file is not UTF-8.", "Save it as UTF-8.", place)) from None
    if bad := _NOT_TEXT.search(text):  # in the whole text: some of them end a line, as Python splits lines
        lines = _LINE_END.split(text[: bad.start()])
        sentence = f"A control character {bad.group()!r} stands here."
        raise ContractError(Problem("AO004", sentence, "Take it out.", Place(file, len(lines), len(lines[-1]) + 1)))
    # Accents are part of their letters, so that codes and names are the same however a keyboard writes them.
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


class _Builder:
    """Builds tables, lists and text from the events of the YAML parser, counting as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.depth = 0
        self.lines: list[str] = []
        self.anchored: dict[str, Text | None] = {}

    def build(self, text: str) -> object:
        self.lines = text.splitlines()
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
            raise self._not_yaml(error) from None
        return found[0] if found else None

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> ContractError:
        mark, last = error.problem_mark or error.context_mark, len(self.lines)
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        if place.line > last > 0:  # the file ends too early: where it ends
            place = Place(self.file, last, len(self.lines[last - 1]) + 1)
        sentence = f"This is not YAML: {error.problem or error.context or 'it cannot be parsed'}."
        instead = "Check the indentation, the colons and the quotes."
        return ContractError([*self.problems, Problem("AO003", sentence, instead, place)])

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
        """Anchors and tags are told, and the rest is read on as if they were not there."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or anchor:
            sentence = "Anchors and aliases are not used in contracts: what a clause says must stand in it."
            self._tell("AO006", sentence, "Write the value out.", event)
        if tag:
            sentence = f"The tag {tag} is not used in contracts."
            self._tell("AO006", sentence, "Take the tag out; every value is read as text.", event)

    def _tell(self, code: str, sentence: str, instead: str, event: Any) -> None:
        self.problems.append(Problem(code, sentence, instead, self._place(event)))

    def _stop(self, code: str, sentence: str, instead: str, event: Any) -> ContractError:
        return ContractError([*self.problems, Problem(code, sentence, instead, self._place(event))])

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Place(self.file, start.line + 1, start.column + 1, max(1, width))

    def _value(self, event: Any, events: Iterator[Any]) -> object:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if isinstance(event, yaml.ScalarEvent):
            text = self._text(event)
            if event.anchor and len(event.value) <= _LONGEST_ALIAS:
                self.anchored[event.anchor] = text
            return text
        if isinstance(event, yaml.SequenceStartEvent):
            items = Listing(self._place(event))
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._value(event, events))
            return items
        return self._table(event, events)

    def _alias(self, event: Any) -> Text | None:
        """The short scalar that an alias repeats; an alias of anything else ends the reading, so nothing can grow."""
        if event.anchor not in self.anchored:
            raise ContractError(self.problems)
        return self.anchored[event.anchor]

    def _text(self, event: Any) -> Text | None:
        place = self._place(event)
        if not event.style and event.value == "":
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
            if key == "<<" and not event.style:
                self._tell("AO006", "Merge keys are not used in contracts.", "Write the values out.", event)
            elif value is None and start.flow_style and self._broken_by_comma(table, previous, key, place):
                continue
            elif key in table:
                first = table.keys_at[key]
                sentence = f"{key} is given twice; the first stands on line {first.line}."
                self.problems.append(Problem("AO007", sentence, "Keep one of them.", place, first))
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
        whole = replace(before.place, width=place.column + place.width - before.place.column)
        if re.fullmatch(r"-?\d[\d ]*", before) and re.fullmatch(r"\d+\s?%?", rest):
            mended = f"{before}.{rest}"
            sentence = f"Inside braces the comma ends the value, so {before},{rest} is read as two entries."
            self.problems.append(Problem("AO008", sentence, f"Write {mended}.", whole))
        elif before.count("(") > before.count(")"):
            mended = f"{before}, {rest}"
            if mended.count("(") <= mended.count(")"):
                sentence = "Inside braces a comma ends the value, so this formula is read as two entries."
                self.problems.append(Problem("AO008", sentence, f'Put it in quotes: "{mended}".', whole))
        else:
            return False
        table[str(previous)] = Text(mended, before.place, before.inside, before.one_line)
        return True
