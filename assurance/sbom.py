"""A software bill of materials: what an install of the package with every extra but Spark brings, as CycloneDX JSON.

    python -m assurance.sbom sbom.json

It is made of the environment that `make setup` builds from the lock, without what only development needs. It holds no time and
no serial number: the same lock on the same system gives the same bytes. It is written only where it is valid.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from importlib.metadata import distribution, metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .promise import ROOT, NotTried

AUDIT = ROOT / ".venv-audit" / "bin"
SPECIFICATION = "1.6"
PACKAGE = "alliance-outcomes"
# Spark is left out: it is in an environment of its own, from a lock of its own.
EXTRAS = tuple(sorted({*metadata(PACKAGE).get_all("Provides-Extra", ())} - {"spark"}))
_VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(str(fault) if fault else 0)
"""


def made() -> bytes:
    """The bill of this checkout, valid. Raises NotTried where its tool is not there, ValueError where it would not be valid."""
    tool = AUDIT / "cyclonedx-py"
    if not tool.exists():
        raise NotTried("there is no .venv-audit; make audit builds it")
    command = [str(tool), "environment", sys.executable, "--pyproject", "pyproject.toml", "--mc-type", "library"]
    command += ["--output-reproducible", "--output-format", "JSON", "--spec-version", SPECIFICATION]
    whole = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    names = brought(PACKAGE, EXTRAS) - {PACKAGE}
    data = (json.dumps(shipped(json.loads(whole), names), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    checked = subprocess.run([str(AUDIT / "python"), "-c", _VALIDATE], input=data, capture_output=True, check=False)
    if checked.returncode:
        raise ValueError(checked.stderr.decode("utf-8", "replace"))
    return data


def shipped(bill: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The part of a bill that is about packages of these names, and what of it leads to what."""
    found = {bill["metadata"]["component"]["bom-ref"]}
    found |= {each["bom-ref"] for each in bill["components"] if canonicalize_name(each["name"]) in names}
    leads = [
        each | {"dependsOn": [ref for ref in each["dependsOn"] if ref in found]} if "dependsOn" in each else each
        for each in bill["dependencies"]
        if each["ref"] in found
    ]
    components = [each for each in bill["components"] if each["bom-ref"] in found]
    return {**bill, "components": components, "dependencies": leads}


def brought(package: str, extras: Iterable[str] = ()) -> set[str]:
    """The names of the packages that an install of ``package`` with these extras brings here, by what each says it requires."""
    found, ahead = set[tuple[str, str]](), [(package, extra) for extra in ("", *extras)]
    while ahead:
        if (here := ahead.pop()) in found:
            continue
        found.add(here)
        for required in map(Requirement, distribution(here[0]).requires or ()):
            if required.marker is None or required.marker.evaluate({"extra": here[1]}):
                ahead += [(canonicalize_name(required.name), extra) for extra in ("", *required.extras)]
    return {name for name, _ in found}


def main(file: str) -> None:
    """Write the bill to a file."""
    data = made()
    Path(file).write_bytes(data)
    sys.stdout.write(f"{file}: {len(json.loads(data)['components'])} components\n")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "sbom.json")
