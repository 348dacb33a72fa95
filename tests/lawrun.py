"""Settles a fixed set of drawn contracts and holds them against the oracle and the laws, in a second or two.

    python tests/lawrun.py cases.pickle [folder]

The file holds (contract, data, period, outcome by payee) of each case, drawn and answered beforehand. A wrong answer ends
with exit code 3 and `law failed: ...`. Where a folder is named, the package must have come from below it: so that
nobody tests the original while he believes that he tests a copy.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import alliance_outcomes
from alliance_outcomes.problems import AllianceError
from alliance_outcomes.settlement import Settled
from tests.settling import broken_laws, differences, settled

FAILED = 3
REFUSED = "refused"


def faults(case: tuple[str, str, str, Any], earlier: Settled | None = None) -> Iterator[str]:
    """What is wrong with the settlement of one case; one that must be refused has REFUSED for its outcome.

    ``earlier`` is what the settlement before it stated.
    """
    contract, data, period, outcomes = case
    try:
        settlement = settled(contract, data, period, earlier)
    except AllianceError as error:
        if outcomes != REFUSED:
            yield f"it is refused: {error}"
        return
    except (ArithmeticError, ValueError, KeyError, TypeError, StopIteration) as error:
        yield f"it ends with {type(error).__name__}: {error}"
        return
    if outcomes == REFUSED:
        yield "it is settled, though something that must be there is missing"
        return
    yield from broken_laws(settlement)
    for payee in settlement.payees:
        yield from differences(payee, outcomes[payee.payee])


def main(file: str, folder: str = "") -> int:
    """Try every case until one fails."""
    source = Path(alliance_outcomes.__file__).resolve()
    if folder and not source.is_relative_to(Path(folder).resolve()):
        print(f"the package came from {source}, not from {folder}")
        return 1
    cases = pickle.loads(Path(file).read_bytes())
    for index, case in enumerate(cases):
        for fault in faults(case):
            print(f"law failed: case {index}: {fault}")
            return FAILED
    print(f"laws hold: {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
