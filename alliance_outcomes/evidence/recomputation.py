"""Every amount of a bundle computed again from its calculation, and compared with its settlement. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..calculation.form import Calculation
from ..calculation.plain import from_plain, to_plain
from ..calculation.result import Given, Inputs, read_steps, result_of
from ..problems import AllianceError, DataError, Place, Problem
from ..statements.amounts import amounts_as_data
from .canonical import canonical, parsed
from .manifest import CALCULATION, SETTLEMENT

_SENTENCES = ("why", "place")


def calculation_as_bytes(calculation: Calculation, bound: Iterable[Given], settled: Iterable[str]) -> bytes:
    """``calculation.json``: every formula, entry and rounding, every input value of all payees, and who was settled."""
    payees = [to_plain(Inputs(each.payee, each.values, each.provisional)) for each in bound]
    data = {"format": 1, "calculation": to_plain(calculation), "payees": payees, "settled": list(settled)}
    return canonical(data)


def recompute(data: bytes) -> list[dict[str, Any]]:
    """What each settled payee is due by ``calculation.json``, every amount computed anew; see amounts_as_data.

    Raises DataError where the file holds no calculation (AO809) or one that cannot be read through (AO5xx).
    """
    whole = parsed(data, CALCULATION)
    try:
        calculation, payees = from_plain(whole["calculation"]), from_plain(whole["payees"])
        values = read_steps(calculation, payees)
        wanted = set(whole["settled"])
        return [
            amounts_as_data(result_of(calculation, found, each), calculation.rounding)
            for found, each in zip(values, payees, strict=True)
            if each.payee in wanted
        ]
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        StopIteration,
        TypeError,
        ValueError,
    ) as error:
        sentence = f"{CALCULATION} holds no calculation that can be read: {type(error).__name__} {error}."
        hint = "Take the file as it was handed over."
        raise DataError(Problem("AO809", sentence, hint, Place(CALCULATION))) from None


def wrong_amounts(files: Mapping[str, bytes]) -> list[Problem]:
    """Where ``settlement.json`` differs from what ``calculation.json`` comes to (AO807), or why it cannot be told (AO809)."""
    try:
        due = recompute(files[CALCULATION])
        recorded = parsed(files[SETTLEMENT], SETTLEMENT)
    except AllianceError as error:
        return list(error.problems)
    except KeyError:
        return []  # a missing file is told with the files
    payees = recorded.get("payees") if isinstance(recorded, dict) else None
    return [
        Problem(
            "AO807",
            f"{where} is {shown(there)} in {SETTLEMENT}; computed again it is {shown(again)}.",
            "One of the two files was changed.",
            Place(SETTLEMENT),
        )
        for where, there, again in differences("payees", _amounts_only(payees), due)
    ]


def _amounts_only(data: Any) -> Any:
    """What a settlement says in numbers: without the sentences and places of its lines."""
    if isinstance(data, dict):
        return {key: _amounts_only(each) for key, each in data.items() if key not in _SENTENCES}
    return [_amounts_only(each) for each in data] if isinstance(data, list) else data


def differences(where: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each place at which two pieces of plain data differ, in words, with what stands there in the one and the other."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from differences(f"{where}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for at in range(max(len(old), len(new))):
            one, other = (side[at] if at < len(side) else None for side in (old, new))
            yield from differences(f"{where}[{_named(one if one is not None else other, at)}]", one, other)
    elif old != new or type(old) is not type(new):
        yield where, old, new


def _named(entry: Any, at: int) -> str:
    """What an entry of a list is called: by its payee, id, name, or clause and party, else by where it stands."""
    if not isinstance(entry, dict):
        return str(at + 1)
    return " ".join(str(entry[key]) for key in ("payee", "id", "name", "clause", "party") if entry.get(key)) or str(
        at + 1
    )


def shown(value: Any) -> str:
    """A piece of plain data as a sentence names it: one short line."""
    text = "nothing" if value is None else canonical(value).decode("utf-8") if not isinstance(value, str) else value
    return text if len(text) <= 80 else f"{text[:77]}..."
