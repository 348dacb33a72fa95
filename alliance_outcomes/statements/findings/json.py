"""Findings as JSON, by docs/schemas/problems.schema.json."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...problems import Problem


def text(problems: Sequence[Problem], _files: Sequence[str]) -> str:
    """``{"format": 1, "problems": [{"code", "severity", "file", "line", "column", "sentence", "instead"}]}``."""
    data = {"format": 1, "problems": [_as_data(each) for each in problems]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _as_data(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "sentence": problem.sentence,
        "instead": problem.instead,
    }
