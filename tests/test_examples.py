"""The examples run: a notebook in a real kernel, a round trip through Excel and LibreOffice, a negotiation."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from examples import excel_round_trip
from tests.documents import blocks
from tests.office import soffice
from tests.pages import agrees, commands_of
from tests.test_docs import output_of
from tests.tree import ROOT

READMES = sorted((ROOT / "examples").glob("*/README.md"))
CONSOLE = [
    pytest.param(command, shown, id=f"{page.parent.name}:{block.line}")
    for page in READMES
    for block in blocks(page)
    if block.words[:1] == ("console",)
    for command, shown in commands_of(block)
]


@pytest.mark.parametrize(("command", "shown"), CONSOLE)
def test_a_command_of_an_example_says_what_is_shown(command: str, shown: list[str]) -> None:
    """The output in the page of an example is the real one; only `...` may leave lines out."""
    real = output_of(command)
    assert agrees(shown, real), f"$ {command}\n" + "\n".join(real)


def test_the_negotiation_is_told_by_its_commands() -> None:
    """The drafts are compared by what differs, by what each can pay, and by how much of it is chance."""
    told = " ".join(block.text for block in blocks(ROOT / "examples" / "negotiation" / "README.md"))
    assert all(f"$ alliance {command} " in told for command in ("diff", "prove", "simulate"))


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell of the notebook runs in a kernel of its own, and shows the settlement, the pictures and the draws."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    file = ROOT / "examples" / "scenarios.ipynb"
    notebook = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    assert not any(cell.get("outputs") for cell in notebook.cells), "outputs are not kept: they would go stale"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "examples")}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = ["".join(str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs) for cell in cells]
    assert "18,493,129.88" in shown[1]
    assert shown[3] == "'-32,449.70'"
    assert sum("text/html" in output.get("data", {}) for cell in cells for output in cell.outputs) >= 7


def test_excel_goes_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Measured data from a workbook, an input typed over in the settlement's: LibreOffice and the package say the same cents."""
    soffice()
    excel_round_trip.main(tmp_path)
    settled, by_office, by_package = (line.split()[-1] for line in capsys.readouterr().out.splitlines())
    assert settled == "18,493,129.88"
    assert by_office == by_package != settled
