"""The pages of the codes: what each means, why it matters, and it wrong and right. They are files of the folder rules/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..problems import Problem, UsageError, did_you_mean

FOLDER = Path(__file__).resolve().parents[1] / "rules"
GROUPS = {
    "AO0": "Files, commands and what is asked",
    "AO1": "The form of a contract",
    "AO2": "What must agree in a contract",
    "AO3": "Formulas",
    "AO4": "Scoring rules and payment clauses",
    "AO5": "Measured data and settlements",
    "AO6": "Lint: right in form, and doubtful",
    "AO7": "Proofs: what a contract can pay",
    "AO8": "Evidence and registers",
}
_PAGE = re.compile(
    r"# (AO\d{3}) (.+)\n\n(.+?)\n\n## Why\n\n(.+?)\n\n## Wrong\n\n(.+?)\n\n## Right\n\n(.+)\n", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a code. ``wrong`` and ``right`` are Markdown with an example each."""

    code: str
    title: str
    what: str
    why: str
    wrong: str
    right: str
    text: str


@cache
def page_codes() -> tuple[str, ...]:
    """The codes that have a page, in order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("AO*.md")))


def read_page(code: str) -> Page:
    """The page of ``code``. Raises UsageError (AO060) for a code that has none."""
    if code not in page_codes():
        hint = did_you_mean(code, page_codes()) or "alliance rule lists every code."
        raise UsageError(Problem("AO060", f"There is no code {code}.", hint))
    text = (FOLDER / f"{code}.md").read_text("utf-8")
    match = _PAGE.fullmatch(text)
    if match is None or match.group(1) != code:
        raise ValueError(f"rules/{code}.md is not a page: title, what, Why, Wrong and Right, in this order")
    _, title, what, why, wrong, right = match.groups()
    return Page(code, title, what, why, wrong, right, text)


def list_of_pages() -> str:
    """Every code with its title, one a line, under the heads of their groups."""
    lines: list[str] = []
    for group, title in GROUPS.items():
        codes = [code for code in page_codes() if code.startswith(group)]
        if codes:
            lines += ["", title, *(f"  {code}  {read_page(code).title}" for code in codes)]
    return "\n".join(lines[1:]) + "\n"


def all_pages() -> str:
    """Every page as one document in Markdown: docs/rules.md."""
    text = "# Rules\n\nEvery code that the commands can say. `alliance rule CODE` prints one. This page is generated from\n`alliance_outcomes/rules/` by `make reference`.\n"
    for group, title in GROUPS.items():
        codes = [code for code in page_codes() if code.startswith(group)]
        if codes:
            pages = "\n".join(re.sub(r"^#", "###", read_page(code).text, flags=re.MULTILINE) for code in codes)
            text += f"\n## {title}\n\n{pages}"
    return text
