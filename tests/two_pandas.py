"""What is computed through pandas, as digests: the same under every version of pandas that is supported (law 7).

    python -m tests.two_pandas .venv-pandas2/bin/python    these, under another Python too, and what differs
    python -m tests.two_pandas --only                      these, as JSON

Settlements of frames of many types, batches, the frames that notebooks show, and records measured by pandas. It needs the
package and its extra `scale`, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd

import alliance_outcomes as ao
from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.measured import COLUMNS, Measured
from alliance_outcomes.problems import AllianceError
from alliance_outcomes.settlement import Settled, settle
from alliance_outcomes.statements.json import write_json
from tests.payees import Payees
from tests.running import alliance
from tests.tree import ROOT

CONTRACTS = sorted(file.stem for file in (ROOT / "contracts").glob("*.yaml"))
TESOMA = ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv"
MEASURED = {
    "tesoma": "2023",
    "tesoma-workshop": "2020",
    "lahitori": "2025Q1",
    "omatori": "2019H1",
    "rantakyla": "2020Q1",
}
PAYEES = 60
REFUSED = "refused: "


def pieces() -> Iterator[tuple[str, str]]:
    """Each piece of output by its name."""
    for name in CONTRACTS:
        yield from settlements(name)
    yield from frames()
    for name, period in MEASURED.items():
        words: list[str | Path] = [
            "measure",
            ROOT / "contracts" / f"{name}.yaml",
            ROOT / "examples" / name / "records",
            "--period",
            period,
        ]
        for kind in ("csv", "json"):
            run = alliance(*words, "--engine", "pandas", "-f", kind)
            yield f"{name} measured, {kind}", f"{REFUSED if run.code else ''}{run.out}\n{run.err}"


def settlements(name: str) -> Iterator[tuple[str, str]]:
    """Random payees of a contract in its last period: by the frame of each type of column, and in a batch."""
    contract = ao.load_contract(ROOT / "contracts" / f"{name}.yaml")
    period = periods_of(contract.periods)[-1].label
    payees = Payees(compile_contract(contract, period), Random(name), gaps=0.1)
    rows = settling(contract, payees.measured([f"p{number:02}" for number in range(PAYEES)]), period, payees.settled)
    for kind, change in FRAMES.items():
        frame = change(as_frame(rows))
        yield f"{name}, frame of {kind}", said(partial(statement, contract, frame, period, payees.settled))
    batch = said(lambda: repr(ao.settle_batch(contract, rows, period, settled=payees.settled).total.tolist()))
    yield f"{name}, batch", batch


def settling(contract: ao.Contract, measured: Measured, period: str, before: Settled) -> Measured:
    """The rows of those payees that are not refused: a refusal would be all that is compared."""

    def alone(payee: str) -> str:
        rows = tuple(row for row in measured.rows if row.payee == payee)
        return str(settle(contract, replace(measured, rows=rows), period, None, before))

    refused = {each for each in {row.payee for row in measured.rows} if said(partial(alone, each)).startswith(REFUSED)}
    return replace(measured, rows=tuple(row for row in measured.rows if row.payee not in refused))


def statement(contract: ao.Contract, frame: pd.DataFrame, period: str, settled: Settled) -> str:
    """The settlement of a frame, as JSON."""
    return write_json(settle(contract, ao.to_measured(frame), period, None, settled))


def as_frame(measured: Measured) -> pd.DataFrame:
    """Rows as a frame of text."""
    return pd.DataFrame(
        [{column: getattr(row, column) for column in COLUMNS} for row in measured.rows], columns=list(COLUMNS)
    )


def numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Values that are plain decimals as floats, beside text where they are not; what is blank as NaN."""
    plain = pd.to_numeric(frame["value"], errors="coerce")
    return frame.assign(value=plain.astype(object).where(plain.notna(), frame["value"])).replace({"": np.nan})


FRAMES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "text": lambda frame: frame,
    "objects": lambda frame: frame.astype(object),
    "strings": lambda frame: frame.astype("string").replace({"": pd.NA}),
    "categories": lambda frame: frame.astype({"indicator": "category", "period": "category", "payee": "category"}),
    "numbers": numbers,
    "shuffled rows": lambda frame: frame.sample(frac=1, random_state=7),
}


def frames() -> Iterator[tuple[str, str]]:
    """The frames and the texts that a notebook shows of Tesoma."""
    contract = ao.load_contract(TESOMA[0])
    data = ao.read_data(TESOMA[1], contract)
    yield "data", data.to_csv()
    yield "scores", ao.score(contract, data).to_csv()
    for period in ("2019", "2020", "2021", "2022", "2023"):
        settled = ao.settle(contract, data, period)
        yield f"lines {period}", settled.lines.to_csv()
        yield f"gaps {period}", settled.gaps().to_csv()
        yield f"statement {period}", repr(settled) + settled._repr_html_()
    yield "payoff", settled.payoff("chronic_care_plan").points.to_csv()
    yield "simulated", repr(settled.simulate(n=2000, seed=7))
    yield "backtest", ao.backtest(contract, data).to_csv()


def said(work: Callable[[], str]) -> str:
    """What comes out, or the problems where it is refused."""
    try:
        return work()
    except AllianceError as error:
        return REFUSED + "\n".join(map(str, error.problems))


def digests() -> dict[str, str]:
    """The digest of each piece. Raises AssertionError where one is a refusal, under which nothing would be compared."""
    found = dict(pieces())
    refused = {name: text for name, text in found.items() if text.startswith(REFUSED)}
    assert not refused, refused
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in found.items()}


def main(python: str) -> int:
    """These digests and those under another Python; 1 where one differs."""
    if python == "--only":
        sys.stdout.write(json.dumps({"pandas": pd.__version__, "digests": digests()}) + "\n")
        return 0
    run = subprocess.run(
        [Path(python).absolute(), "-m", "tests.two_pandas", "--only"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.stdout.write(run.stderr)
        return 1
    here, there = digests(), json.loads(run.stdout.splitlines()[-1])
    differ = sorted(name for name in {**here, **there["digests"]} if here.get(name) != there["digests"].get(name))
    sys.stdout.write("".join(f"{name} differs\n" for name in differ))
    versions = " and ".join(sorted({pd.__version__.rpartition(".")[0], there["pandas"].rpartition(".")[0]}))
    sys.stdout.write(f"pandas {versions}: {len(here)} outputs, {len(differ)} differ\n")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
