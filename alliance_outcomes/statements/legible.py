"""Texts as people are shown them: no letter steers a terminal, turns the line around it, or cannot be written into a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

# Letters that turn the order of those around them, an amount on the same line too, and marks that no page shows.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_TURNING}\ufeff\ufff9-\ufffb\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\t\n\r\x85\u2028\u2029]")


def legible(text: str) -> str:
    """``text`` on one line, where what would steer or turn it stands as its number, ``[U+202E]``; everything else as it was written."""
    if text.isascii() and text.isprintable():
        return text
    shown = _HIDDEN.sub(lambda found: _number(found[0]), _BREAKS.sub(" ", text))
    return "".join(_number(letter) if ord(letter) & 0xFFFE == 0xFFFE else letter for letter in shown)


def legible_lines(text: str) -> str:
    """Lines of text, each legible; none is added or taken away."""
    return "\n".join(map(legible, text.split("\n")))


def legible_data(value: Any) -> Any:
    """Data with every text in it legible; markup, which is a text of its own kind, stays as it is."""
    return _each_text(value, legible)


def spelled_data(value: Any, unknown: frozenset[str]) -> Any:
    """Data with each letter of ``unknown``, which no font has, as its number: ``[U+1F600]``.

    Marks that only join or change such a letter are left out.
    """
    if not unknown:
        return value
    spelled = {ord(each): "" if unicodedata.category(each) in ("Cf", "Mn") else _number(each) for each in unknown}
    return _each_text(value, lambda text: text.translate(spelled))


def _number(letter: str) -> str:
    """A letter as its number."""
    return f"[U+{ord(letter):04X}]"


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each_text(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(each, change) for each in value]
    return value
