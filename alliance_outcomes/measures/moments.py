"""Days and moments of records: text such as 2023-01-31 or 2023-01-31T14:05, as whole numbers on every engine."""

from __future__ import annotations

from typing import Any

_CLOCK = "[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
# The days that the calendar has: no engine is asked to read a date, since engines differ in what they make of others.
_DAY = (
    "(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    f"|{_LEAP}-02-29)"
)
MOMENT = f"^{_DAY}(?:{_CLOCK})?$"
"""A day, with or without a time of the clock."""
TIME = f"^{_DAY}{_CLOCK}$"
"""A day with a time of the clock."""
_NEVER = "0001-01-01T00:00:00"
DAY_SECONDS = 24 * 60 * 60


def day_of(text: Any) -> Any:
    """The day of a moment, as text."""
    return text.str.slice(0, 10)


def seconds_of(text: Any, known: Any, by_days: bool) -> Any:
    """Seconds of the calendar up to a moment, where it is ``known``; ``by_days`` counts whole days only.

    A clock has no time zone: an hour that is left out or comes twice in a year is not seen.
    """
    import narwhals as nw

    written = nw.when(known).then(text).otherwise(nw.lit(_NEVER))
    year, month, day = (_whole(written, at, length) for at, length in ((0, 4), (5, 2), (8, 2)))
    # The year begins in March, so that the day that is sometimes there is its last.
    since_march, turned = (month + 9) % 12, nw.when(month <= 2).then(year - 1).otherwise(year)
    days = turned * 365 + turned // 4 - turned // 100 + turned // 400 + (since_march * 306 + 5) // 10 + day
    if by_days:
        return days * DAY_SECONDS
    precise = nw.when(written.str.contains(":[0-9]{2}:")).then(written).otherwise(nw.lit(_NEVER))
    hours, minutes, seconds = _whole(written, 11, 2), _whole(written, 14, 2), _whole(precise, 17, 2)
    return days * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds


def _whole(text: Any, at: int, length: int) -> Any:
    import narwhals as nw

    return text.str.slice(at, length).cast(nw.Int64)
