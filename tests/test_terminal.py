"""What the terminal shows: 80 columns, no colours, and plain letters where an old code page has no others."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alliance_outcomes.cli.terminal import degrade
from tests.running import alliance
from tests.tree import ROOT

TESOMA = ["contracts/tesoma.yaml", "examples/tesoma/measured.csv", "--period", "2023", "--lang", "fi"]
PROGRAM = """
import json, sys
from alliance_outcomes.cli import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["alliance", *arguments]
    try:
        main()
    except SystemExit as end:
        assert not end.code, arguments
"""


def shown(commands: list[list[str]], encoding: str) -> str:
    """What the commands write on both streams of a terminal of that encoding, one after the other."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(commands)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=ROOT,
        check=False,
    )
    text = done.stdout.decode(encoding)
    assert done.returncode == 0, text
    return text


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "utf-8"])
def test_a_terminal_of_80_columns_shows_every_letter(encoding: str, tmp_path: Path) -> None:
    """Settle, gaps, simulate, prove, explain, verify and report in Finnish: no ? for a letter, no colour, no long line."""
    bundle, page = tmp_path / "bundle", tmp_path / "report.html"
    made = alliance("settle", *(ROOT / each for each in TESOMA[:2]), *TESOMA[2:], "--bundle", bundle)
    assert made.code == 0, made.err
    commands = [
        ["settle", *TESOMA],
        ["gaps", *TESOMA],
        ["simulate", *TESOMA, "--n", "500"],
        ["prove", TESOMA[0], *TESOMA[2:]],
        ["explain", *TESOMA[:2], "limit", *TESOMA[2:]],
        ["verify", str(bundle), "--lang", "fi"],
    ]
    text = shown(commands, encoding)
    assert "Mehiläinen" in text
    assert "?" not in text
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if len(line) > 80] == []
    shown([["report", *TESOMA[:2], "--lang", "fi", "-o", str(page)]], encoding)
    assert "päättää siirtymisestä" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("encoding", "text", "plain"),
    [
        ("cp850", "1 − 2 → 3 – 4 ≤ 5", "1 - 2 > 3 - 4 <= 5"),
        ("cp850", "“Škoda” 5\u202f000\u00a0€ …", '"Skoda" 5 000\u00a0EUR ...'),
        ("cp1252", "Škoda ✓ 5 €", "Škoda + 5 €"),
        ("ascii", "Mehiläinen, Ä\u0308 漢", "Mehilainen, A ?"),
        ("utf-8", "− → ✓ 漢", "− → ✓ 漢"),
    ],
)
def test_a_letter_that_is_not_there_is_shown_as_a_plain_one(encoding: str, text: str, plain: str) -> None:
    """The nearest letter; a question mark only where there is none."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    degrade(stream)
    stream.write(text)
    stream.flush()
    assert raw.getvalue().decode(encoding) == plain
