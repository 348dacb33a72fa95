"""Audit: every package in every lock is pinned by hash; what ships has a known licence, is not withdrawn, has no known hole.

    python -m assurance.audit

Hashes are looked at in the locks themselves. Licences and what was withdrawn come from the registry that `make setup` installs
from, by a dry run of pip that installs nothing; known vulnerabilities from an advisory database, by pip-audit. What cannot be
reached is said, and is no finding: what is found is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from .promise import ROOT, Found, NotTried, Promise
from .sbom import AUDIT, made

SHIPPED = "requirements.lock"
_ALLOWED = (
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC LGPL-3.0-only MIT MPL-2.0 PSF-2.0 Python-2.0 Unlicense Zlib"
)
ALLOWED = frozenset(_ALLOWED.split())
"""Licences that users of this package can live with. LGPL stands for psycopg, which is not linked into anything."""
NAMED = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
SERVICES = ("pypi", "osv")

PROMISE = Promise(
    title="Every dependency is pinned by hash; what ships has a known licence, is not withdrawn and, where an advisory "
    "database answers, has no vulnerability that it knows.",
    made="All locks are read; a dry run of pip against the registry gives licences and what was withdrawn; pip-audit asks two "
    "advisory databases, and says where neither was reached; the software bill of materials is made, and is valid.",
    command="make audit",
    budget=180,
)


@dataclass(frozen=True)
class Locked:
    """A package in a lock: its name and version, and how many hashes it is pinned by."""

    lock: str
    name: str
    version: str
    hashes: int


def locks() -> list[Path]:
    """Every lock of the repository; what environments keep for themselves is none."""
    return sorted([ROOT / SHIPPED, *ROOT.glob("[!.]*/*.lock")])


def locked(lock: Path) -> Iterator[Locked]:
    """The packages of a lock. Raises ValueError for a line that pins nothing."""
    text = lock.read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            pinned = re.match(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)", line)
            if pinned is None:
                raise ValueError(f"{lock.name}: {line[:60]} pins no version")
            yield Locked(lock.name, pinned[1], pinned[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)))


def is_allowed(expression: str) -> bool:
    """Whether a licence expression can be met by licences that are allowed: all of one alternative."""
    alternatives = re.sub(r"[()]", " ", expression).split(" OR ")
    return any(all(part.strip() in ALLOWED for part in each.split(" AND ")) for each in alternatives)


def licence_of(metadata: Mapping[str, Any]) -> str:
    """The licence that a package states: as an expression, else as a classifier, else as its field says; blank for none."""
    if stated := metadata.get("license_expression"):
        return str(stated)
    classified = [
        each.rpartition(" :: ")[2] for each in metadata.get("classifier", ()) if each.startswith("License :: ")
    ]
    field = str(metadata.get("license") or "").strip().partition("\n")[0]
    found = [*(NAMED[each] for each in classified if each in NAMED), NAMED.get(field, field)]
    return next((each for each in found if each in ALLOWED), " ".join([*classified, field]).strip())


def registered(lock: Path) -> list[Mapping[str, Any]] | None:
    """What the registry says of each package of a lock, by a dry run of pip; None where it is not reached.

    Raises ValueError where it gives another file than the one that was locked.
    """
    words = "install --quiet --dry-run --ignore-installed --no-deps --require-hashes --report - -r"
    run = subprocess.run([str(AUDIT / "pip"), *words.split(), str(lock)], capture_output=True, text=True, check=False)
    if "DO NOT MATCH THE HASHES" in run.stderr:
        raise ValueError(f"{lock.name}: a package is not the one that was locked")
    found: list[Mapping[str, Any]] = json.loads(run.stdout)["install"] if run.returncode == 0 else []
    return found or None


def unfit(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with packages by what the registry says of them."""
    for each in entries:
        metadata = each["metadata"]
        name, licence = f"{metadata['name']} {metadata['version']}", licence_of(metadata)
        if each.get("is_yanked"):
            yield f"{name} was withdrawn by its authors"
        if not is_allowed(licence):
            yield f"{name} has the licence {licence or 'none that it states'}"


def vulnerable(packages: Iterable[Locked]) -> list[str] | None:
    """The known vulnerabilities of packages, by the first advisory database that answers for all; None where none does."""
    wanted = sorted({f"{each.name}=={each.version}" for each in packages})
    for service in SERVICES:
        # One package first: a database that does not know it knows none, and is not asked for them all.
        if wanted and _advised(wanted[:1], service) is not None and (found := _advised(wanted, service)) is not None:
            return found
    return None


def _advised(wanted: list[str], service: str) -> list[str] | None:
    """What a database knows of packages; None where it did not answer for one of them."""
    with NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as file:
        file.write("\n".join(wanted))
        file.flush()
        words = f"-s {service} --no-deps --disable-pip --format json --progress-spinner off --timeout 10 -r {file.name}"
        run = subprocess.run([str(AUDIT / "pip-audit"), *words.split()], capture_output=True, text=True, check=False)
    try:
        return known(json.loads(run.stdout))
    except ValueError:
        return None


def known(report: Mapping[str, Any]) -> list[str] | None:
    """The vulnerabilities in a report of pip-audit; None where it skipped a package: it would call that no vulnerability."""
    entries = report["dependencies"]
    if not entries or any("skip_reason" in each for each in entries):
        return None
    return [f"{each['name']} {each['version']}: {flaw['id']}" for each in entries for flaw in each["vulns"]]


def findings() -> tuple[list[str], list[str]]:
    """What is wrong, and what was looked at, each a sentence."""
    packages = [each for lock in locks() for each in locked(lock)]
    wrong = [f"{each.lock}: {each.name} {each.version} has no hash" for each in packages if not each.hashes]
    said = [
        f"{len(packages)} packages in {len(locks())} locks, each pinned by hash"
        if not wrong
        else "not all are pinned by hash"
    ]
    entries = None
    try:
        entries = registered(ROOT / SHIPPED)
    except ValueError as changed:
        wrong.append(str(changed))
    if entries is None:
        said.append("licences and withdrawn packages: NOT REACHED, the registry gave no whole answer")
    else:
        wrong += unfit(entries)
        said.append(f"{len(entries)} packages of {SHIPPED}: licences and whether they were withdrawn")
    flaws = vulnerable(packages)
    wrong += flaws or []
    said.append(
        "known vulnerabilities: NOT REACHED, no advisory database answered"
        if flaws is None
        else "known vulnerabilities"
    )
    return wrong, said


def main() -> int:
    """Say what was looked at and what is wrong; 1 where anything is."""
    if not (AUDIT / "pip-audit").exists():
        sys.stderr.write("There is no .venv-audit; make audit builds it.\n")
        return 2
    wrong, said = findings()
    sys.stdout.write("".join(f"{each}\n" for each in said))
    sys.stdout.write("".join(f"WRONG: {each}\n" for each in wrong))
    return 1 if wrong else 0


def run(_quick: bool) -> Found:
    """The same as the command, and the bill of materials, which is valid or is not made."""
    if not (AUDIT / "pip-audit").exists():
        raise NotTried("there is no .venv-audit; make audit builds it")
    wrong, said = findings()
    made()
    return Found(f"{'; '.join(said)}; bill of materials valid; {len(wrong)} findings", not wrong, "\n".join(wrong))


if __name__ == "__main__":
    sys.exit(main())
