"""A small contract and its data, both right, and what tests need to spoil them and to read what is said of it."""

from __future__ import annotations

import re
from pathlib import Path

CONTRACT = """\
contract: care
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2021-12-31}
rounding: {lines: half_away_from_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
parties: {firm: {role: provider, title: Firm}}
splits: {all: {shares: [{from: 2020-01-01, firm: 100 %}]}}
facts:
  cost: {unit: EUR, per: party, least: 0}
amounts:
  pool: {unit: EUR, values: {2020: 400 000}}
result_areas:
  care:
    weight: 100 %
    indicators:
      plan: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}
      balance: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}
      visits: {unit: count, weight: 85 %, score: {kind: linear, zero_at: 0, full_at: 90}}
settlement:
  - costs: {kind: reimbursable, amount: cost, to: each}
  - incentive:
      kind: pool
      pool: pool
      points: [[0, 0 %], [100, 100 %]]
      to: all
"""
DATA = """\
party,period,indicator,value
firm,2020,cost,1000
,2020,plan,60 %
,2020,balance,0.5
,2020,visits,45
"""


def written(folder: Path, text: str | bytes, name: str = "care.yaml") -> Path:
    """A contract file in a folder of its own, beside which no definitions lie."""
    file = folder / "contracts" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def spoiled(*pairs: str) -> str:
    """The contract with each first text of a pair replaced by the second."""
    text = CONTRACT
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def under_caret(block: str) -> str:
    """The letters that stand over the carets of a problem as it is shown."""
    lines = block.splitlines()
    carets = next(index for index, line in enumerate(lines) if re.fullmatch(r" +\| *\^+", line))
    return "".join(a for a, b in zip(lines[carets - 1], lines[carets], strict=False) if b == "^")


def told(err: str) -> list[str]:
    """The problems of a run, as they are shown."""
    return err.strip().split("\n\n")
