"""What the terminal shows: 80 columns, no colours, and plain letters where an old code page has no others."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from alliance_outcomes.cli.terminal import WORDS, degrade, full, spoken
from alliance_outcomes.problems import Place, Problem
from tests.faulty import CONTRACT, DATA, spoiled, written
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


STEERING = "\x1b[2J", "\u202e"
SETTLED = "{contract}", "{data}", "--period", "2020"
UNTIL = "--through", "2020-06-30"


@pytest.mark.parametrize(
    "asked",
    [
        ("settle", *SETTLED),
        ("score", *SETTLED),
        ("explain", "{contract}", "{data}", "incentive", "--period", "2020"),
        ("whatif", *SETTLED, "--set", "plan=70 %"),
        ("gaps", *SETTLED),
        ("simulate", *SETTLED, "-n", "20"),
        ("forecast", *SETTLED, *UNTIL),
        ("accrual", *SETTLED, *UNTIL),
        ("backtest", "{contract}", "{data}"),
        ("data", "{contract}", "{data}"),
        ("diff", "{other}", "{contract}"),
        ("prove", "{contract}", "--period", "2020"),
    ],
    ids=lambda asked: asked[0],
)
def test_no_name_steers_the_terminal(asked: tuple[str, ...], tmp_path: Path) -> None:
    """A title of the contract and an id of the data clear no screen and turn no line around, whatever command shows them."""
    named = (
        ("title: Firm", r'title: "Fi\e[2J\u202erm"'),
        ("plan: {unit: share,", r'plan: {unit: share, title: "pl\e[2J\u202ean",'),
    )
    text = spoiled(*(each for pair in named for each in pair))
    (tmp_path / "data.csv").write_text(
        "payee," + DATA.replace("\n", f"\nx{''.join(STEERING)}y,").removesuffix(f"x{''.join(STEERING)}y,"), "utf-8"
    )
    paths = {
        "contract": written(tmp_path, text),
        "other": written(tmp_path, CONTRACT, "other.yaml"),
        "data": tmp_path / "data.csv",
    }
    run = alliance(*(each.format(**paths) for each in asked))
    assert run.code in ((0, 1) if asked[0] == "prove" else (0,)), run.err
    assert not [each for each in STEERING if each in run.out + run.err]


@pytest.mark.untraced
@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
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


@pytest.mark.skipif(os.name == "nt", reason="no terminals of this kind")
def test_how_far_it_has_come_is_told_on_a_terminal_only() -> None:
    """Counted up on stderr in one line that is cleared in the end; a pipe or a file gets none of it."""
    command = [sys.executable, "-m", "alliance_outcomes", "simulate", *TESOMA, "-n", "40000"]
    leader, terminal = os.openpty()
    shown = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, check=True).stdout
    os.close(terminal)
    told = os.read(leader, 10_000)
    os.close(leader)
    assert b"/40000" in told
    assert told.endswith(b"\r\x1b[K")
    piped = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (shown, b"")


SPOKEN = [
    ("en", "warning: ", "1 contract, 1 error", "no problems", "bytes."),
    ("fi", "varoitus: ", "1 sopimus, 1 virhe", "ei huomautettavaa", "tavua."),
    ("sv", "varning: ", "1 avtal, 1 fel", "inga anmärkningar", "byte."),
]


@pytest.mark.parametrize(("language", "warning", "counted", "nothing", "size"), SPOKEN)
def test_the_words_around_problems_are_in_the_language(
    language: str, warning: str, counted: str, nothing: str, size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, warnings, see also, what was written; codes and sentences are the same in every language."""
    monkeypatch.setenv("ALLIANCE_LANG", language)
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(
        "contract: faulty\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\nwrong: 1\n", "utf-8"
    )
    found = alliance("lint", faulty)
    assert counted in found.err
    assert "AO101 wrong is not a key" in found.err
    assert nothing in alliance("lint", ROOT / TESOMA[0]).err
    page = tmp_path / "page.html"
    assert alliance("report", *(ROOT / each for each in TESOMA[:2]), "-o", page).err.strip().endswith(size)
    words = WORDS[language]
    place = Place("contract.yaml", 3, 1)
    told = full(Problem("AO600", "It is doubtful.", "Say why.", place, Place("other.yaml", 2), "warning"), words)
    assert f"contract.yaml:3:1: AO600 {warning}It is doubtful." in told
    assert f"  {words['also']} other.yaml:2:1" in told


def test_the_language_of_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang goes before ALLIANCE_LANG; without either, or where it is none, it is English."""
    monkeypatch.setenv("ALLIANCE_LANG", "sv")
    assert spoken(["alliance", "settle", "a.yaml"]) == "sv"
    assert spoken(["alliance", "settle", "--lang", "fi"]) == "fi"
    assert spoken(["alliance", "settle", "--lang=en"]) == "en"
    assert spoken(["alliance", "settle", "--lang", "xx"]) == "en"
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


def test_numbers_of_two_columns_never_run_into_one(tmp_path: Path) -> None:
    """A value beside a weight of a sixth: a space stands between, so that 45 and 16.6667 % are not read as 4516.6667 %."""
    text = spoiled("weights: sum to 100 %", "weights: equal", "    weight: 100 %\n", "", "visits: {unit: count, weight: 85 %", "visits: {unit: count, weight: 1/6")  # fmt: skip
    (tmp_path / "data.csv").write_text(DATA)
    told = alliance("settle", written(tmp_path, text), tmp_path / "data.csv", "--period", "2020").out
    assert re.search(r"visits +45 16\.6667 % +50\n", told), told
