"""One way to write JSON (RFC 8785), and hashes of it: the same data is always the same bytes. Standard library only."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from ..problems import DataError, Place, Problem

# A whole number beyond this is another number to some readers of JSON; exact amounts are texts.
LARGEST_WHOLE = 2**53 - 1


def canonical(data: object) -> bytes:
    """``data`` as canonical JSON in UTF-8: keys in the order of UTF-16, no spaces; texts, whole numbers, truths, null only.

    Raises TypeError for any other kind of value, a float among them, and ValueError for a number or text that JSON
    readers do not agree on.
    """
    return json.dumps(_checked(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _checked(data: object) -> object:
    """``data`` with its keys in order, if every value may stand in canonical JSON."""
    if data is None or isinstance(data, str | bool):
        return data
    if isinstance(data, int):
        if abs(data) > LARGEST_WHOLE:
            raise ValueError(f"{data} is too large for a whole number; write it as text")
        return data
    if isinstance(data, list):
        return [_checked(each) for each in data]
    if isinstance(data, Mapping):
        if not all(isinstance(key, str) for key in data):
            raise TypeError("a key is a text")
        return {key: _checked(data[key]) for key in sorted(data, key=lambda key: key.encode("utf-16-be"))}
    raise TypeError(f"{type(data).__name__} has no place in canonical JSON")


def parsed(data: bytes, file: str) -> Any:
    """What canonical JSON holds. Raises DataError (AO809) for anything else, also for JSON written in another way."""
    try:
        found = json.loads(data)
        if canonical(found) == data:
            return found
        why = "it is not written as RFC 8785 says"
    except (ValueError, TypeError, RecursionError) as error:
        why = str(error)
    raise DataError(
        Problem("AO809", f"{file} is not canonical JSON: {why}.", "Take the file as it was handed over.", Place(file))
    )


def digest(data: bytes) -> str:
    """The SHA-256 of ``data``, in 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def salted_digest(data: bytes, salt: bytes) -> str:
    """The HMAC-SHA-256 of ``data``: without the salt nobody can find out by trying which small data gives it."""
    return hmac.new(salt, data, hashlib.sha256).hexdigest()
