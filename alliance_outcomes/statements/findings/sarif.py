"""Findings as SARIF 2.1.0, with the page of every code that was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version

from ...problems import Place, Problem
from ..rules import read_page
from .files import as_uri

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def text(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """One run: its rules, its results with their places, and the files that were read."""

    codes = sorted({each.code for each in problems})
    driver = {
        "name": "alliance",
        "semanticVersion": version("alliance-outcomes"),
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": as_uri(file)}} for file in dict.fromkeys(files)],
        "results": [_result(each, codes.index(each.code)) for each in problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, object]:
    page = read_page(code)
    return {
        "id": code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.what},
        "help": {"text": page.text, "markdown": page.text},
    }


def _result(problem: Problem, index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": f"{problem.sentence} {problem.instead}".strip()},
    }
    if problem.place:
        result["locations"] = [_location(problem.place)]
    if problem.other:
        result["relatedLocations"] = [{"id": 1, **_location(problem.other)}]
    return result


def _location(place: Place) -> dict[str, object]:
    region = {"startLine": place.line, "startColumn": place.column, "endColumn": place.column + place.width}
    return {"physicalLocation": {"artifactLocation": {"uri": as_uri(place.file)}, "region": region}}
