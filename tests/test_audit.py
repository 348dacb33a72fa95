"""The audit of dependencies: what it takes for a finding, what it takes for no answer, and every lock as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assurance.audit import Locked, is_allowed, known, licence_of, locked, locks, unfit
from assurance.sbom import EXTRAS, PACKAGE, brought, shipped
from tests.tree import ROOT


def entry(**metadata: Any) -> dict[str, Any]:
    """What a registry says of a package."""
    return {"metadata": {"name": "a", "version": "1", **metadata}, "is_yanked": False}


@pytest.mark.parametrize("lock", locks(), ids=lambda lock: lock.name)
def test_every_package_of_every_lock_is_pinned_by_hash(lock: Path) -> None:
    """One version, and at least one hash of it."""
    packages = list(locked(lock))
    assert len(packages) > 3
    assert not [each for each in packages if not each.hashes]


def test_a_line_that_pins_nothing_is_found(tmp_path: Path) -> None:
    """A range, and a package without a hash."""
    lock = tmp_path / "a.lock"
    lock.write_text(
        f"# said\na==1 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\nb[c]==2 ; x == 'y'\n", "utf-8"
    )
    assert list(locked(lock)) == [Locked("a.lock", "a", "1", 2), Locked("a.lock", "b", "2", 0)]
    lock.write_text("a>=1\n", "utf-8")
    with pytest.raises(ValueError, match="a>=1 pins no version"):
        list(locked(lock))


def test_the_lock_of_the_package_holds_what_it_needs() -> None:
    """Everything that an install brings here stands in requirements.lock, so that the audit sees it."""
    names = {each.name.lower().replace("_", "-").replace(".", "-") for each in locked(ROOT / "requirements.lock")}
    assert "pydantic-core" in brought(PACKAGE)
    assert "typst" not in brought(PACKAGE)
    assert "typst" in brought(PACKAGE, EXTRAS)
    assert not brought(PACKAGE, EXTRAS) - {PACKAGE} - names


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("(GPL-3.0-only OR MIT) ", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("", False),
        ("free for all", False),
    ],
)
def test_a_licence_is_allowed_where_one_alternative_is(expression: str, allowed: bool) -> None:
    """Of alternatives one is enough, of parts each must be; what nobody stated is not allowed."""
    assert is_allowed(expression) is allowed


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ({"license_expression": "MIT AND PSF-2.0", "license": "x"}, "MIT AND PSF-2.0"),
        (
            {"classifier": ["License :: OSI Approved :: MIT License", "Topic :: Office"], "license": "Copyright\nme"},
            "MIT",
        ),
        ({"classifier": ["License :: OSI Approved"], "license": "Apache 2.0"}, "Apache-2.0"),
        ({"license": "Own terms"}, "Own terms"),
        ({}, ""),
    ],
)
def test_a_licence_is_read_where_a_package_states_it(metadata: dict[str, Any], licence: str) -> None:
    """As an expression, as a classifier, in its field; one that is not known stands as it is, and is not allowed."""
    assert licence_of(metadata) == licence


def test_what_is_withdrawn_or_not_licensed_is_found() -> None:
    """Each by name and version."""
    entries = [entry(license="MIT"), entry(license="Own terms"), entry(license="MIT") | {"is_yanked": True}]
    assert list(unfit(entries)) == ["a 1 has the licence Own terms", "a 1 was withdrawn by its authors"]


def test_a_package_that_was_skipped_is_no_answer() -> None:
    """Where the database is not reached, pip-audit says that it found nothing, and ends with 0."""
    looked = {"name": "a", "version": "1", "vulns": []}
    assert known({"dependencies": [looked, {"name": "b", "skip_reason": "not found"}]}) is None
    assert known({"dependencies": []}) is None
    assert known({"dependencies": [looked]}) == []
    assert known({"dependencies": [looked | {"vulns": [{"id": "CVE-1"}]}]}) == ["a 1: CVE-1"]


def test_a_bill_of_materials_leaves_out_what_only_development_needs() -> None:
    """Packages of other names are left out, and what leads to them."""
    bill = {
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [{"bom-ref": f"{name}==1", "name": name} for name in ("A_b", "pytest")],
        "dependencies": [
            {"ref": "root", "dependsOn": ["A_b==1", "pytest==1"]},
            {"ref": "A_b==1"},
            {"ref": "pytest==1"},
        ],
    }
    found = shipped(bill, {"a-b"})
    assert [each["name"] for each in found["components"]] == ["A_b"]
    assert found["dependencies"] == [{"ref": "root", "dependsOn": ["A_b==1"]}, {"ref": "A_b==1"}]


def test_what_the_threat_model_names_is_there() -> None:
    """Every file that is said to stop a threat exists."""
    named = re.findall(
        r"`((?:alliance_outcomes|tests|assurance|action)/[\w./]+)`", (ROOT / "docs" / "security.md").read_text("utf-8")
    )
    assert len(named) > 30
    assert not [each for each in named if not (ROOT / each).exists()]
