"""Findings as a JUnit report: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from ...problems import Problem
from ..legible import legible_lines
from .files import below_here


def text(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """One suite a file; a file without findings has one case, which passed. A warning is a failure of that type."""
    from xml.etree import ElementTree

    by_file: dict[str, list[Problem]] = {file: [] for file in files}
    for problem in problems:
        by_file.setdefault(problem.place.file if problem.place else "", []).append(problem)
    root = ElementTree.Element("testsuites", name="alliance lint", tests="0", failures=str(len(problems)))
    cases = 0
    for file, found in by_file.items():
        name = legible_lines(below_here(file)) if file else "the command"
        cases += max(1, len(found))
        counts = {"name": name, "tests": str(max(1, len(found))), "failures": str(len(found)), "errors": "0"}
        suite = ElementTree.SubElement(root, "testsuite", counts)
        if not found:
            ElementTree.SubElement(suite, "testcase", classname=name, name="no problems")
        for each in found:
            at = f"{each.code} {each.place.line}:{each.place.column}" if each.place else each.code
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=at)
            failure = ElementTree.SubElement(case, "failure", message=legible_lines(each.sentence), type=each.severity)
            failure.text = legible_lines(str(each))
    root.set("tests", str(cases))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"
