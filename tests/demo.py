"""The folder that the examples of every help run in: what ``alliance init demo`` makes, and the other files they name."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from tests.running import alliance
from tests.tree import ROOT

TOTAL = "3956570.45"


def make_demo(folder: Path) -> None:
    """Run ``alliance init demo`` in an empty folder; beside it a draft, corrected and paid amounts, and the repository's own."""
    for name in ("contracts", "examples", "indicators"):
        (folder / name).symlink_to(ROOT / name)
    with chdir(folder):
        made = alliance("init", "demo")
    assert made.code == 0, made.err
    contract, data = ((folder / "demo" / name).read_text("utf-8") for name in ("contract.yaml", "measured.csv"))
    others = {
        "draft.yaml": contract.replace("rate: 50 %", "rate: 40 %"),
        "corrected.csv": data.replace("412,590", "418,590"),
        "payees.csv": data.replace("\n,", "\nnorth,"),
        "paid.csv": f"payee,Paid\nnorth,{TOTAL}\n",
    }
    for name, text in others.items():
        (folder / name).write_text(text, "utf-8")
