"""The written pages, as the tests read them: fenced blocks, headings and links of Markdown, and examples of contracts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from tests.tree import ROOT

LANGUAGE = ROOT / "docs" / "language.md"
FENCE = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: the words after the fence, its text, and the line and heading it stands under."""

    words: tuple[str, ...]
    text: str
    line: int
    heading: str


@dataclass(frozen=True)
class Example:
    """An example of a contract, with the data and the result that follow it on the page, where they do."""

    block: Block
    contract: str
    data: str | None = None
    result: str | None = None

    @property
    def name(self) -> str:
        """What test reports call it."""
        return f"{self.block.heading.replace(' ', '_')}:{self.block.line}"


def prose(text: str) -> str:
    """A page without its fenced blocks, each line kept in its place."""
    return FENCE.sub(lambda match: "\n" * match.group().count("\n"), text)


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its line, its level and its title."""

    line: int
    level: int
    title: str


def headings(text: str) -> list[Heading]:
    """The headings of a page, outside its blocks."""
    lines = enumerate(prose(text).splitlines(), start=1)
    marked = [(number, line, len(line) - len(line.lstrip("#"))) for number, line in lines]
    return [Heading(number, level, line[level:].strip()) for number, line, level in marked if 0 < level <= 6]


def sections(text: str, title: str) -> str:
    """The text under each heading of a title, to the next heading of its level or a higher one."""
    lines, found = text.splitlines(), list[str]()
    there = headings(text)
    for heading in there:
        if heading.title == title:
            ends = [other.line for other in there if other.line > heading.line and other.level <= heading.level]
            found += lines[heading.line - 1 : ends[0] - 1 if ends else len(lines)]
    return "\n".join(found)


def code_words(text: str) -> set[str]:
    """The words that a text writes as code, in a span or in a block."""
    spans = re.findall(r"`([^`\n]+)`", prose(text))
    return set(re.findall(r"[A-Za-z_][\w-]*", "\n".join([*spans, *(match[3] for match in FENCE.findall(text))])))


def anchor(heading: str) -> str:
    """The address of a heading within its page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    titles = headings(text)
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        under = [heading.title for heading in titles if heading.line < line]
        yield Block(tuple(match.group(3).split()), match.group(4), line, under[-1] if under else "")


def framed(frame: str, example: str) -> str:
    """The example under the frame, without the frame's keys that it states itself."""
    own = set(re.findall(r"^([a-z_]+):", example, re.MULTILINE))
    kept = [part for part in SECTION.split(frame) if part and part.partition(":")[0] not in own]
    return "".join([*kept, example])


@cache
def examples() -> tuple[Example, ...]:
    """Every example of the language page as a whole contract, with the data and result that follow it."""
    frame, found = "", list[Example]()
    for block in blocks(LANGUAGE):
        match block.words:
            case ("yaml", "frame"):
                frame = block.text
            case ("yaml", "example"):
                found.append(Example(block, framed(frame, block.text)))
            case ("yaml", "contract"):
                found.append(Example(block, block.text))
            case ("csv", "data"):
                last = found.pop()
                found.append(Example(last.block, last.contract, block.text, last.result))
            case ("text", "result"):
                last = found.pop()
                found.append(Example(last.block, last.contract, last.data, block.text))
            case _:
                pass
    return tuple(found)


def read_contract(text: str, name: str = "example.yaml") -> Contract:
    """The contract of a text, linted. Raises ContractError where reading finds a problem, fails where compiling does."""
    contract = build_contract(parse_document(text.encode(), name))
    problems = compile_periods(contract)[1]
    assert not problems, "\n".join(map(str, problems))
    return contract
