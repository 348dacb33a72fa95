"""Side by side: fifty processes settle at once from one install that none of them may write to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from .promise import ROOT, Found, NotTried, Promise

PROCESSES = 50
PROMISE = Promise(
    title="Fifty processes settle side by side from one read-only install: the same bytes from each, nothing written to it.",
    made="The wheel is built and put into a folder without compiled files; every right to write there is taken away, from root too. "
    "Fifty processes settle Tesoma 2023 at once, and keep a bundle each. Outputs, exit codes and the install are compared.",
    budget=160,
)
# Root may write anywhere; without these rights it may not.
_WITHOUT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
# The folder comes first of its words: it must be that package which settles.
_SETTLE = "import sys, alliance_outcomes as a; a.__file__.startswith(sys.argv.pop(1)) or sys.exit(3); from alliance_outcomes.cli import main; main()"


def run(quick: bool) -> Found:
    """Fifty; quickly, six."""
    count = 6 if quick else PROCESSES
    with TemporaryDirectory(prefix="side-by-side-") as temporary:
        folder = Path(temporary)
        install = installed(folder)
        try:
            return _settled(count, folder, install)
        finally:
            for each in (install, *install.rglob("*")):
                if each.is_dir():
                    each.chmod(0o755)


def installed(folder: Path) -> Path:
    """The wheel in a folder of its own, with all rights to write taken away. Raises NotTried where they cannot be."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    install = folder / "install"
    shutil.unpack_archive(wheel, install, "zip")
    for each in (*install.rglob("*"), install):
        each.chmod(0o555 if each.is_dir() else 0o444)
    touched = subprocess.run([*unprivileged(), "touch", str(install / "there")], capture_output=True, check=False)
    if touched.returncode == 0:
        raise NotTried("this user can write where nobody may")
    return install


def unprivileged() -> Sequence[str]:
    """What to put before a command so that root too may not write where nobody may. Raises NotTried where that cannot be."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which(_WITHOUT[0]):
        raise NotTried("setpriv is not on this machine, and root may write anywhere")
    return _WITHOUT


def _settled(count: int, folder: Path, install: Path) -> Found:
    before, places = listing(install), [folder / f"run-{number}" for number in range(count)]
    words = [
        "settle",
        str(install / "alliance_outcomes/contracts/tesoma.yaml"),
        str(ROOT / "examples/tesoma/measured.csv"),
    ]
    words += ["--period", "2023", "-f", "json"]
    command = [*unprivileged(), sys.executable, "-P", "-c", _SETTLE, str(install), *words]
    settings = {**os.environ, "PYTHONPATH": str(install)}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    running = []
    for place in places:
        place.mkdir()
        started = [*command, "--bundle", str(place / "kept")]
        running.append(
            subprocess.Popen(started, cwd=place, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
    ended = [process.communicate() for process in running]
    outputs = {out.split(b'"evidence"')[0] for out, _ in ended}
    there = [file for place in places if (file := place / "kept" / "settlement.json").exists()]
    kept = {sha256(each.read_bytes()).hexdigest() for each in there}
    failed = sum(process.returncode != 0 for process in running)
    written = sorted({*before.items()} ^ {*listing(install).items()})
    holds = failed == 0 and len(there) == count and len(outputs) == len(kept) == 1 and not written and outputs != {b""}
    said = f"{count} processes: {len(kept)} settlement, {failed} failed, {len(written)} files of the install changed"
    return Found(said, holds, "".join(err.decode("utf-8", "replace") for _, err in ended)[-4000:] + repr(written[:10]))


def listing(folder: Path) -> dict[str, str]:
    """Every file below a folder, with its hash."""
    return {
        str(each.relative_to(folder)): sha256(each.read_bytes()).hexdigest()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }
