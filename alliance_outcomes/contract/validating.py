"""From located text to a model: every fault that pydantic finds, told in the contract's own words at its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from ..problems import Place, Problem, did_you_mean, nearest
from .catalogue import members
from .located import Table, child, find
from .parts import Part, as_said

Whole = TypeVar("Whole", bound=Part)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems once each, by line and column."""

    def position(problem: Problem) -> tuple[str, int, int, str]:
        place = problem.place or Place("")
        return (place.file, place.line, place.column, problem.code)

    return sorted(dict.fromkeys(problems), key=position)


def validated(model: type[Whole], root: Table, problems: list[Problem]) -> Whole | None:
    """The model of ``root``, or None; what pydantic and the parts found is added to ``problems``."""
    try:
        return model.model_validate(root, context=problems)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems += [found for each in faults if (found := _problem(root, each))]
        if not problems:  # each was left to another that was not there either
            problems.append(_not_fitting(root, faults[0]))
        return None


def _not_fitting(root: Table, error: Any) -> Problem:
    """A pydantic error that has no words of its own here."""
    return Problem(
        "AO104", "What stands here does not fit.", f"{error['msg']}.", find(root, _without_tags(root, error["loc"]))
    )


def _problem(root: Table, error: Any) -> Problem | None:
    """A pydantic error as a Problem in the contract's own words."""
    kind, path = error["type"], _without_tags(root, error["loc"])
    place = find(root, path)
    key = str(path[-1]) if path else ""
    if kind == "reported":
        return None
    if kind.startswith("AO"):
        return Problem(
            kind,
            error["ctx"]["sentence"],
            error["ctx"]["instead"],
            getattr(error["input"], "place", None) or place,
        )
    if kind == "missing":
        return Problem("AO102", f"{key} is missing here.", f"Add {key}: ...", find(root, path[:-1], key=True))
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(root, error)
    if kind == "literal_error" and not isinstance(error["input"], str):
        return None  # one of several shapes; the problem is told of the one that was meant
    if kind == "literal_error":
        known = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        sentence, hint = f"{as_said(error['input'])} cannot stand here.", did_you_mean(str(error["input"]), known)
        return Problem("AO103", sentence, hint, place)
    if kind == "string_pattern_mismatch":
        sentence = f"{as_said(error['input'])} cannot stand here."
        return Problem("AO104", sentence, "Write three capital letters, such as EUR.", place)
    wanted = {
        "dict_type": ("keys and values are", "Write key: value, one below the other."),
        "model_type": ("keys and values are", "Write key: value, one below the other."),
        "tuple_type": ("a list is", "Write [..., ...], or an entry a line, each after a hyphen."),
        "string_type": ("a text is", "Write one value."),
        "too_short": ("at least one entry is", "Add one, or take the key out."),
    }
    needed, instead = wanted.get(kind, ("something else is", f"{error['msg']}."))
    return Problem("AO104", f"Here {needed} needed.", instead, place)


def _without_tags(root: Table, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path of pydantic's without the kinds it names on the way, since some kinds are called as a key is."""
    found: list[str | int] = []
    here: object = root
    tagged = root
    for step in path:
        if isinstance(here, Table) and here is not tagged and here.get("kind") == step:
            tagged = here
            continue
        found.append(step)
        here = child(here, step)
    return tuple(found)


def _unknown_kind(root: Table, error: Any) -> Problem:
    path = _without_tags(root, error["loc"])
    given = error["input"].get("kind") if isinstance(error["input"], dict) else None
    known = list(members("payments" if path[0] == "settlement" else "scoring"))
    if given is None:
        # A misspelt kind: the other keys are not checked, since nobody knows what they belong to.
        written = error["input"].keys_at if isinstance(error["input"], Table) else {}
        if near := nearest("kind", written):
            return Problem("AO101", f"{near} is not a key that can stand here.", "Did you mean kind?", written[near])
        return Problem("AO102", "kind is missing here.", f"Add kind: {' | '.join(known)}.", find(root, path, key=True))
    place, hint = find(root, (*path, "kind")), did_you_mean(str(given), known)
    return Problem("AO103", f"{as_said(given)} is not a kind that can stand here.", hint, place)
