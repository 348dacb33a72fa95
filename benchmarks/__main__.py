"""``make bench``: every benchmark in this folder, one line a figure; it always exits 0."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    files = Path(__file__).parent.glob("*.py")
    found = sorted(file.stem for file in files if "\ndef run(" in file.read_text("utf-8"))
    print(f"{'work':74} {'goal':14} {'figure':>10}  verdict")
    for name in sys.argv[1:] or found:
        for figure in import_module(f"benchmarks.{name}").run():
            print(f"{figure.work[:74]:74} {figure.goal:14} {figure.figure:>10}  {figure.verdict}", flush=True)


main()
