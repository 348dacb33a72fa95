"""``alliance gaps``: what each indicator earns now, and what it takes to earn more."""

from __future__ import annotations

from .options import (
    ColumnsFile,
    ContractFile,
    DataOrRecords,
    Earlier,
    Engine,
    On,
    OnePayee,
    OnePeriod,
    Output,
    Speaking,
    TableOrData,
    is_json,
    language_of,
)
from .terminal import put


def run(
    contract: ContractFile,
    data: DataOrRecords,
    period: OnePeriod = None,
    payee: OnePayee = None,
    earlier: Earlier = None,
    columns: ColumnsFile = None,
    engine: On = Engine.polars,
    lang: Speaking = None,
    format_: TableOrData = None,
    output: Output = None,
) -> None:
    """Tell what each indicator earns now, the euros of the next unit, and how many it takes to the next step, goal and full score.

    Example: alliance gaps demo/contract.yaml demo/measured.csv
    """
    from ..contract.loading import load_contract
    from ..folders import read_period
    from ..scenarios.gaps import gaps
    from ..settlement import settle
    from ..statements.gaps import write_gaps, write_gaps_json
    from ..statements.json import read_settled

    language, as_json = language_of(lang), is_json(format_, output)
    agreed = load_contract(contract)
    measured, chosen = read_period(data, agreed, period, contract, columns, engine.value)
    settlement = settle(
        agreed, measured, chosen, [payee] if payee is not None else None, read_settled(earlier or [], agreed)
    )
    only = settlement.only()
    found = gaps(settlement, only)
    if as_json:
        put(write_gaps_json(settlement, only, found), output)
    else:
        put(write_gaps(settlement, only, found, language), output)
