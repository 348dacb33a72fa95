"""Amounts whose values a file of published figures gives: read with the contract, and part of it from then on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from ..numbers import parse_number, to_text
from ..problems import ContractError, Place, Problem, UsageError
from ..series import Choice, kinds
from .located import Table, Text
from .reading import read_bytes


def with_series(root: Table, problems: list[Problem]) -> Table:
    """``root`` with the values of each amount that names a ``series``; what is wrong is added to ``problems`` (AO141)."""
    amounts = root.get("amounts")
    if not isinstance(amounts, Table):
        return root
    filled = {
        name: _with_values(amount, problems) if isinstance(amount, Table) else amount
        for name, amount in amounts.items()
    }
    return Table(root.place, {**root, "amounts": Table(amounts.place, filled, amounts.keys_at)}, root.keys_at)


def _with_values(amount: Table, problems: list[Problem]) -> Table:
    """An amount with its values: as it states them, or as its series does; one or the other."""
    series = amount.get("series")
    if ("values" in amount) == ("series" in amount):
        sentence = "An amount has values, or a series that gives them."
        problems.append(Problem("AO141", sentence, "Write one of the two.", amount.place))
        return amount
    file, kind = (series.get("file"), series.get("kind")) if isinstance(series, Table) else (None, None)
    if not isinstance(series, Table) or not isinstance(file, Text) or not isinstance(kind, Text) or kind not in kinds():
        return amount  # stated values; or told where the keys of a series are checked
    folder = Path(file.place.file).parent
    try:
        values = _values(series, folder)
    except ValueError as error:
        sentence = f"{series['file']}: {error}."
        problems.append(Problem("AO141", sentence, "Mend the file, or pick other figures.", series.place))
    except (ContractError, UsageError) as error:
        problems += [Problem(each.code, each.sentence, each.instead, series.place) for each in error.problems]
    else:
        entries = {label: Text(text, Place(str(folder / str(series["file"])), 1)) for label, text in values.items()}
        keys_at = {label: series.place for label in values}
        table = Table(series.place, dict(entries), keys_at)
        return Table(amount.place, {**amount, "values": table}, {**amount.keys_at, "values": series.place})
    return amount


def _values(series: Table, folder: Path) -> dict[str, str]:
    """The figures by period, over that of the base where one is named. Raises ValueError with a sentence."""
    pick = series.get("pick")
    picked = {key: str(code) for key, code in pick.items()} if isinstance(pick, Table) else {}
    choice = Choice(picked, str(series.get("time") or ""), str(series.get("value") or ""))
    data = read_bytes(folder / str(series["file"]), folder)
    figures = {label: parse_number(text) for label, text in kinds()[str(series["kind"])].read(data, choice).items()}
    if not figures:
        raise ValueError("no figure is picked")
    base = str(series.get("base") or "")
    if base and not figures.get(base):
        raise ValueError(f"it has no figure for the base {base}, only for {', '.join(sorted(figures))}")
    over = figures[base] if base else Fraction(1)
    return {label: to_text(figure / over) for label, figure in sorted(figures.items())}
