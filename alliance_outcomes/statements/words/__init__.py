"""The words of statements, one file a language; each file has the same words."""

from __future__ import annotations

from collections.abc import Mapping

from . import en, fi, sv

WORDS: Mapping[str, Mapping[str, str]] = {"en": en.WORDS, "fi": fi.WORDS, "sv": sv.WORDS}
