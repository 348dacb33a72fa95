"""A first contract of one's own: what the commands say of it in each language, and of what goes wrong on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from alliance_outcomes.evidence.chain import link_of
from alliance_outcomes.evidence.report import write_history
from tests.running import alliance

CONTRACT = """\
contract: home-care
title: {fi: Kotihoidon kannustin, sv: Hemvårdens incitament, en: Home care incentive}
status: draft
currency: EUR
assumed: an invented municipality
periods: {length: quarter, from: 2024-01-01, to: 2025-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
parties: {kunta: {role: commissioner, title: Kunta}, hoiva: {role: provider, title: Hoiva Oy}}
splits: {all: {shares: [{from: 2024-01-01, hoiva: 100 %}]}}
facts: {cost: {unit: EUR, per: party, least: 0}}
amounts: {target: {unit: EUR, values: {2024Q1: 25 000 000}}}
figures: {good: {formula: score >= 50}}
result_areas:
  care:
    weight: 100 %
    indicators:
      on_time: {unit: share, weight: 60 %, score: {kind: linear, zero_at: 70 %, full_at: 95 %}}
      nps: {unit: NPS, weight: 40 %, score: {kind: linear, zero_at: 0, full_at: 60}}
settlement:
  - costs: {kind: reimbursable, amount: cost, to: each}
  - gain: {kind: gain_share, target: target, actual: over_parties(cost), gain: {rate: 40 %, when: good, to: all}}
"""
DATA = (
    "party;period;indicator;value;numerator;denominator;n\r\n"
    "hoiva;2024Q1;cost;23 145 045,75;;;\r\n;2024Q1;on_time;;4410;5000;\r\n;2024Q1;nps;38,5;;;120\r\n"
)


@pytest.fixture
def care(tmp_path: Path) -> tuple[Path, Path]:
    """A contract of quarters and a gain share, and a quarter's data as a Finnish spreadsheet saves it."""
    contract, data = tmp_path / "care.yaml", tmp_path / "data.csv"
    contract.write_text(CONTRACT, "utf-8")
    data.write_bytes(DATA.encode("cp1252"))
    return contract, data


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["on_time: binomial, 0.882 of 5000", "nps: multinomial, 38.5 of 120 answers, 25% passive (assumed)", "cost[hoiva]: log-normal, 23145046, varying by 2.00% (assumed)"]),
        ("fi", ["on_time: binomijakauma, 0,882 (n = 5000)", "nps: multinomijakauma, 38,5 (n = 120), passiivisia 25% (oletettu)", "cost[hoiva]: lognormaali jakauma, 23145046, vaihtelu 2,00% (oletettu)"]),
        ("sv", ["on_time: binomialfördelning, 0,882 (n = 5000)", "nps: multinomialfördelning, 38,5 (n = 120), passiva 25% (antaget)", "cost[hoiva]: lognormalfördelning, 23145046, variation 2,00% (antaget)"]),
    ],
)  # fmt: skip
def test_how_a_value_varies_is_said_in_the_language(language: str, said: list[str], care: tuple[Path, Path]) -> None:
    """Its distribution and its numbers, none of them as a power of ten."""
    run = alliance("simulate", *care, "-n", "100", "--spread", "cost=2%", "--lang", language)
    assert run.code == 0, run.err
    assert [line for line in said if line not in " ".join(run.out.split())] == []


@pytest.mark.parametrize(("language", "ends"), [("en", "0.882 ... 0.882"), ("fi", "0,882 ... 0,882")])
def test_a_dry_read_writes_numbers_as_the_language_does(language: str, ends: str, care: tuple[Path, Path]) -> None:
    """The lowest and the highest of each value."""
    assert ends in alliance("data", *care, "--lang", language).out


@pytest.mark.parametrize(("language", "heading"), [("en", "moves"), ("fi", "liikuttaa"), ("sv", "flyttar")])
def test_where_nothing_moves_the_total_nothing_is_listed(language: str, heading: str, care: tuple[Path, Path]) -> None:
    """A share and a score that vary in vain: half of the quarter's costs are above a quarter's target already."""
    data = care[1]
    data.write_bytes(data.read_bytes().replace(b"23 145 045,75", b"30 000 000"))
    run = alliance("forecast", *care, "--period", "2024Q1", "--through", "2024-02-15", "-n", "100", "--lang", language)
    assert (run.code, heading in run.out) == (0, False), run.err


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_no_gap_is_cut_short(language: str, care: tuple[Path, Path]) -> None:
    """Each bracket that opens closes, in 80 columns."""
    run = alliance("gaps", *care, "--lang", language)
    assert run.code == 0
    assert run.out.count("(") == run.out.count(")") > 0
    assert max(map(len, run.out.splitlines())) <= 80


def test_a_register_shows_amounts_as_the_language_writes_them(care: tuple[Path, Path], tmp_path: Path) -> None:
    """With its decimals; an amount that is none, in a register that somebody wrote into, stands as it is."""
    register = tmp_path / "register"
    assert alliance("settle", *care, "--bundle", tmp_path / "kept", "--register", register).code == 0
    shown = {language: alliance("history", register, "--lang", language).out for language in ("en", "fi")}
    assert "23,887,027.45 EUR" in shown["en"]
    assert "23\u00a0887\u00a0027,45 EUR" in shown["fi"]
    entry = json.loads((register / "000001.json").read_text("utf-8"))
    assert "much EUR" in write_history([link_of(entry | {"total": "much"}, "000001.json")], [])


@pytest.mark.parametrize(("period", "near"), [("2024", ""), ("2026Q1", ""), ("2024q1", "Did you mean 2024Q1? ")])
def test_a_period_that_is_none_is_told_which_there_are(period: str, near: str, care: tuple[Path, Path]) -> None:
    """The first and the last, not one that happens to be spelt alike (AO020)."""
    run = alliance("settle", *care, "--period", period)
    assert (run.code, run.out) == (2, "")
    assert f"\n  {near}Its periods run from 2024Q1 to 2025Q4.\n" in run.err


def test_a_folder_that_is_not_the_one_that_is_meant(care: tuple[Path, Path], tmp_path: Path) -> None:
    """A register or bundle that is not there, a folder that is none (AO001, AO800), and one to be made before a file (AO030)."""
    empty = tmp_path / "empty"
    empty.mkdir()
    for arguments, code, said in (
        (("history", empty), 2, "AO001 There is no settlement in"),
        (("verify", tmp_path / "nothing"), 2, "AO001 There is no folder"),
        (("verify", empty), 1, "AO800 manifest.json is missing"),
        (("settle", *care, "-o", tmp_path / "none" / "out.json"), 2, "Make the folder"),
        (("settle", *care, "--bundle", tmp_path / "none" / "kept"), 2, "Make the folder"),
    ):
        run = alliance(*arguments)
        assert (run.code, said in " ".join(run.err.split())) == (code, True), run.err


def test_a_name_is_told_as_it_must_be_written(care: tuple[Path, Path]) -> None:
    """A fact that each party has its own of, and a definition that nothing is spelt like (AO024, AO029)."""
    assert "\n  Each party has its own: name cost[hoiva].\n" in alliance("explain", *care, "cost").err
    assert alliance("explain", *care, "cost[hoiva]").code == 0
    assert "\n  See alliance indicators for those there are.\n" in alliance("indicators", "xyzzy").err


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_is_closed_is_written_to_in_vain(stream: str, care: tuple[Path, Path]) -> None:
    """What is closed shows nothing; the exit code, and the other stream, are as ever."""
    run = program("settle", *care if stream == "stdout" else (care[0], care[0].with_name("no.csv")), closed=stream)
    assert run.returncode == (0 if stream == "stdout" else 2)
    assert (run.stdout or b"") + (run.stderr or b"") == b""


def program(*arguments: str | Path, closed: str) -> subprocess.CompletedProcess[bytes]:
    """The program run with one of its streams closed."""
    number = {"stdout": 1, "stderr": 2}[closed]
    code = f"import os, sys; os.close({number}); os.execv(sys.executable, [sys.executable, '-m', 'alliance_outcomes', *sys.argv[1:]])"
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, check=False)
