"""JSON-stat (Statistics Finland and other PxWeb services): a cube of figures, in version 2 and in the older form with dataset."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from . import Choice, label_of, only_one
from .plain_json import parse_json

KIND = "json-stat"
_MOST_FIGURES = 1_000_000


def read(data: bytes, choice: Choice) -> dict[str, str]:
    """The figures along the time dimension, all other dimensions fixed by ``pick``; one of a single category need not be.

    The time dimension is the one with the role time, or the one that ``time`` names. Raises ValueError with a sentence.
    """
    cube = _cube(parse_json(data))
    names, sizes = [str(each) for each in cube["id"]], [int(each) for each in cube["size"]]
    if len(names) != len(sizes) or prod(sizes) > _MOST_FIGURES:
        raise ValueError("the dimensions and their sizes do not fit together")
    categories = {name: _categories(cube["dimension"], name, size) for name, size in zip(names, sizes, strict=True)}
    if not isinstance(figures := cube["value"], dict) and not (
        isinstance(figures, list) and len(figures) == prod(sizes)
    ):
        raise ValueError("the figures are not as many as the sizes say")
    time = choice.time or _time(cube)
    if time not in categories:
        raise ValueError(f"time: names no dimension; they are {', '.join(names)}")
    fixed = {name: _fixed(name, categories[name], choice.pick) for name in names if name != time}
    if unknown := sorted(set(choice.pick) - set(names)):
        raise ValueError(f"{unknown[0]} is no dimension; they are {', '.join(names)}")
    found: dict[str, str] = {}
    for position, code in enumerate(categories[time]):
        at = [position if name == time else fixed[name] for name in names]
        figure = _figure(figures, _place(at, sizes))
        if figure is not None:
            only_one(found, label_of(code), figure, ", ".join(fixed))
    return found


def _cube(document: Any) -> dict[str, Any]:
    """The data set, in the form of version 2."""
    if isinstance(document, dict) and isinstance(document.get("dataset"), dict):
        document = document["dataset"]
    if not isinstance(document, dict) or not isinstance(document.get("dimension"), dict) or "value" not in document:
        raise ValueError("the file is no JSON-stat data set")
    dimension = document["dimension"]
    cube = {
        **document,
        "id": document.get("id", dimension.get("id")),
        "size": document.get("size", dimension.get("size")),
    }
    if not isinstance(cube["id"], list) or not isinstance(cube["size"], list):
        raise ValueError("the file does not list its dimensions")
    return cube


def _categories(dimension: Mapping[str, Any], name: str, size: int) -> list[str]:
    """The codes of a dimension, in their order."""
    category = dimension.get(name, {}).get("category", {})
    index = category.get("index", list(category.get("label", {})))
    if isinstance(index, dict) and {str(each) for each in index.values()} != {str(at) for at in range(len(index))}:
        raise ValueError(f"{name} does not number its categories from 0, each once")
    codes = sorted(index, key=lambda code: int(index[code])) if isinstance(index, dict) else list(index)
    if len(codes) != size:
        raise ValueError(f"{name} has {len(codes)} categories and a size of {size}")
    return [str(code) for code in codes]


def _time(cube: Mapping[str, Any]) -> str:
    role = cube.get("role") or cube["dimension"].get("role") or {}
    times = role.get("time") or []
    if len(times) != 1:
        raise ValueError("the file does not say which dimension is time; name it with time:")
    return str(times[0])


def _fixed(name: str, codes: list[str], pick: Mapping[str, str]) -> int:
    if name not in pick and len(codes) == 1:
        return 0
    if name not in pick:
        raise ValueError(f"{name} has {len(codes)} categories; pick one of {_some(codes)}")
    if pick[name] not in codes:
        raise ValueError(f"{pick[name]} is no category of {name}; they are {_some(codes)}")
    return codes.index(pick[name])


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:6]) + (", ..." if len(codes) > 6 else "")


def _place(at: list[int], sizes: list[int]) -> int:
    place = 0
    for position, size in zip(at, sizes, strict=True):
        place = place * size + position
    return place


def _figure(figures: Any, place: int) -> str | None:
    """The figure at a place of the cube, which a list holds all of and an object those that are there."""
    figure = figures.get(str(place)) if isinstance(figures, dict) else figures[place]
    if figure is not None and not isinstance(figure, str):
        raise ValueError("a figure is no number")
    return figure
