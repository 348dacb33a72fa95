"""What a bundle's verify.py does, with nothing but the standard library and the files beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..problems import AllianceError, DataError, Place, Problem
from .canonical import digest
from .chain import broken_chain
from .manifest import MANIFEST, changed_files, read_manifest
from .recomputation import wrong_amounts

LARGEST_BYTES = 1024 * 1024 * 1024
NOT_READ = (
    "The contract was not read again: that calculation.json says what the contract says, and that its inputs are\n"
    "those of the data, is for `alliance verify` to tell. Nor can this file vouch for itself, or for manifest.json:\n"
    "compare the manifest's hash with the one on the statement or in the register."
)


def read_bundle(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its name there. Raises DataError (AO804) for what is not a plain file of at most 1 GB."""
    files: dict[str, bytes] = {}
    for path, folders, names in os.walk(folder):
        for name in sorted([*names, *(each for each in folders if Path(path, each).is_symlink())]):
            file = Path(path, name)
            called = file.relative_to(folder).as_posix()
            if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST_BYTES:
                sentence = f"{called} is not a plain file of at most 1 GB."
                raise DataError(Problem("AO804", sentence, "Take it out of the folder.", Place(called)))
            files[called] = file.read_bytes()
    return files


def faults_alone(files: Mapping[str, bytes]) -> list[Problem]:
    """All that the standard library can find wrong with the files of a bundle: hashes, amounts, the chain (AO800 to AO809)."""
    try:
        manifest = read_manifest(files)
    except AllianceError as error:
        return list(error.problems)
    return changed_files(files, manifest) + wrong_amounts(files) + broken_chain(files, manifest)


def unexpected(files: Mapping[str, bytes], expected: str | None) -> list[Problem]:
    """That the manifest is another one than was handed over (AO810), where its hash was given."""
    if expected is None or MANIFEST not in files or digest(files[MANIFEST]) == expected.strip().lower():
        return []
    sentence = f"{MANIFEST} has the hash {digest(files[MANIFEST])}, not the one expected."
    return [Problem("AO810", sentence, "This is another settlement, or it was changed.", Place(MANIFEST))]


def main(folder: Path, arguments: Sequence[str]) -> int:
    """Verify the bundle in ``folder``, its manifest against a hash where one is given; 0 where nothing was found, else 1.

    The hash may stand after ``--expect``, as it does where `alliance verify` is asked.
    """
    try:
        files = read_bundle(folder)
        expected = next((each for each in arguments if each != "--expect"), None)
        found = unexpected(files, expected) + faults_alone(files)
    except AllianceError as error:
        files, found = {}, list(error.problems)
    except OSError as error:
        files, found = {}, [Problem("AO804", f"The bundle cannot be read: {error.strerror}.", "Copy it anew.")]
    if found:
        sys.stderr.write("".join(f"{each}\n" for each in found) + f"\nverify.py: {len(found)} found, not verified.\n")
        return 1
    told = f"verify.py: {len(files)} files have their hashes, and every amount computed again is the one settled."
    sys.stdout.write(f"{told}\n{NOT_READ}\n{digest(files[MANIFEST])}  {MANIFEST}\n")
    return 0
