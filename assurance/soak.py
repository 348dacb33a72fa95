"""Soak: one process settles and keeps bundles ten thousand times over; fifty settle side by side from one read-only install."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .promise import ROOT, Found, Promise, python

SETTLEMENTS, BUNDLES = 10_000, 1_000
WARM = 10
"""The part of all rounds after which memory is first looked at: one tenth."""
MOST_GROWTH = 8 * 1024**2

PROMISE = Promise(
    title="A process that settles and keeps bundles for a long time grows neither in memory nor in open files.",
    made="10,000 settlements from the files on, of five periods of the Tesoma contract in turn, each written as text and JSON; then 1,000 "
    "bundles, each kept, verified and taken away. Memory (RSS) after a tenth of the rounds and at the end: at most 8 MB apart.",
    budget=340,
)


@dataclass(frozen=True)
class Held:
    """What the process holds: bytes of memory, open files."""

    memory: int
    files: int


def held() -> Held:
    """What this process holds now, after what nobody needs was thrown away."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return Held(pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir("/proc/self/fd")))


def soaked(rounds: int, once: Callable[[int], object]) -> tuple[Held, Held]:
    """What is held after a tenth of the rounds, and after all of them."""
    warm = held()
    for number in range(rounds):
        if number == rounds // WARM:
            warm = held()
        once(number)
    return warm, held()


def settlements(rounds: int) -> tuple[Held, Held]:
    """Settle from the files on: nothing is kept from one round to the next but what the package itself keeps."""
    from alliance_outcomes.contract.loading import load_contract
    from alliance_outcomes.settlement import settle
    from alliance_outcomes.sources.mapping import read_measured
    from alliance_outcomes.statements.json import write_json
    from alliance_outcomes.statements.text import write_text

    asked = [("tesoma", str(year)) for year in range(2019, 2024)]

    def once(number: int) -> object:
        name, period = asked[number % len(asked)]
        file = ROOT / "contracts" / f"{name}.yaml"
        contract = load_contract(file)
        settlement = settle(contract, read_measured(ROOT / "examples" / name / "measured.csv", contract, file), period)
        return write_json(settlement), write_text(settlement, ("en", "fi", "sv")[number % 3])

    return soaked(rounds, once)


def bundles(rounds: int, folder: Path) -> tuple[Held, Held]:
    """Keep a bundle, verify it, take it away."""
    import shutil

    from alliance_outcomes.contract.loading import load_contract
    from alliance_outcomes.evidence.bundle import Made
    from alliance_outcomes.evidence.keeping import Keeping, keep
    from alliance_outcomes.evidence.verifying import verify
    from alliance_outcomes.settlement import settle
    from alliance_outcomes.sources.mapping import read_measured

    file, data = ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv"
    contract = load_contract(file)
    measured = read_measured(data, contract, file)

    def once(number: int) -> None:
        place = folder / str(number)
        keep(settle(contract, measured, "2023"), Made(file, data, measured), Keeping(place), "en", lambda _: {})
        if found := verify(place).problems:
            raise AssertionError(found)
        shutil.rmtree(place)

    return soaked(rounds, once)


def run(quick: bool) -> Found:
    """All rounds in one process of its own; quickly, a fiftieth."""
    tried = python("-m", "assurance.soak", *["50"] * quick)
    figure = tried.stdout.strip().rpartition("\n")[2] or "it did not end"
    return Found(figure, tried.returncode == 0, tried.stdout + tried.stderr)


def main(part: int) -> int:
    """Every round, or one in ``part`` of them; 1 where memory or open files grew."""
    many, kept = SETTLEMENTS // part, BUNDLES // part
    with TemporaryDirectory(prefix="soaking-") as folder:
        grown = [settlements(many), bundles(kept, Path(folder))]
    for warm, after in grown:
        sys.stdout.write(
            f"memory {warm.memory / 1e6:.1f} to {after.memory / 1e6:.1f} MB, files {warm.files} to {after.files}\n"
        )
    fits = all(after.memory - warm.memory <= MOST_GROWTH and after.files <= warm.files for warm, after in grown)
    said = "no growth" if fits else "it GREW"
    sys.stdout.write(f"{many:,} settlements, {kept:,} bundles: {said}\n")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1))
