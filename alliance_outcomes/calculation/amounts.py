"""Amounts of the contract: by period or by a payee's attribute, with their decided changes; and lookups."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from ..contract.periods import holding, portion
from ..contract.terms import Amount, Lookup
from ..formula.curves import stairs
from ..formula.nodes import Arithmetic, Curve, IfElse, Name, Node, Nothing, Number, OneOf, Piece
from ..problems import Place, did_you_mean
from .names import ZERO, Names


def register(names: Names) -> None:
    """Let the contract's amounts and tables be read by name."""
    for name in (*names.contract.amounts, *names.contract.tables):
        names.lower_also[name] = lambda name, _party, _place: _read(names, name)


def _read(names: Names, name: str) -> Name:
    if name in names.steps:
        return Name(name)
    if name in names.contract.tables:
        return _lookup(names, name, names.contract.tables[name])
    return _amount(names, name, names.contract.amounts[name])


def _amount(names: Names, name: str, amount: Amount) -> Name:
    at = names.contract.place("amounts", name, "values")
    node = _by_attribute(names, name, amount, at) if amount.by else _by_period(names, name, amount, at)
    for index, change in enumerate(amount.changes):
        part = _part_in_force(names, name, amount, index)
        if part:
            where = names.contract.place("amounts", name, "changes", index, "by")
            node = Arithmetic("+", node, Number(change.by * part, place=where), place=where)
    unit = amount.unit or ""
    return names.let(name, node, "amount", names.title(amount.title), at, unit)


def _by_period(names: Names, name: str, amount: Amount, at: Place | None) -> Node:
    if amount.series is not None:
        return names.published(name, amount, names.period.label, at)
    found, value = holding(list(amount.values.items()), names.labels, names.period.label)
    if not found or value is None:
        sentence = f"{name} has no value for {names.period.label}."
        names.wrong("AO310", sentence, f"Add {names.period.label}: ..., or an earlier period.", at)
        return ZERO
    return Number(value, place=at)


def _by_attribute(names: Names, name: str, amount: Amount, at: Place | None) -> Node:
    assert amount.by is not None
    attribute = names.read(amount.by, "", names.contract.place("amounts", name, "by"))
    codes = names.contract.payees.attributes.get(amount.by, ()) if names.contract.payees else ()
    for code in amount.values:
        if code not in codes:
            names.wrong(
                "AO314",
                f"{code} is not a code of {amount.by}.",
                did_you_mean(code, codes),
                names.contract.place("amounts", name, "values", code, key=True),
            )
    if amount.otherwise is None and set(codes) - set(amount.values):
        left = ", ".join(sorted(set(codes) - set(amount.values)))
        names.wrong("AO314", f"{name} has no value for {left}.", "Add them, or otherwise: ...", at)
    by_value: dict[Fraction, set[str]] = {}
    for code, value in amount.values.items():
        by_value.setdefault(value, set()).add(code)
    node: Node = Nothing()
    if amount.otherwise is not None:
        node = Number(amount.otherwise, place=at)
    elif by_value and not set(codes) - set(amount.values):
        node = Number(by_value.popitem()[0], place=at)  # every code is listed, so the last needs no test
    for value, same in reversed(by_value.items()):
        node = IfElse(OneOf(attribute, frozenset(same)), Number(value, place=at), node)
    return node


def _part_in_force(names: Names, name: str, amount: Amount, index: int) -> Fraction:
    first = amount.changes[index].first
    if first <= names.period.first:
        return Fraction(1)
    if first > names.period.last:
        return Fraction(0)
    place = names.contract.place("amounts", name, "changes", index, "from")
    if amount.pro_rata is None:
        names.wrong(
            "AO315",
            f"The change falls within {names.period.label}.",
            "Say pro_rata: months (or days), or let it begin with a period.",
            place,
        )
        return Fraction(1)
    try:
        return portion(names.period, first, names.period.last, amount.pro_rata)
    except ValueError as error:
        instead = "Say pro_rata: days, or begin on the first of a month."
        names.wrong("AO315", f"{error}.".capitalize(), instead, place)
        return Fraction(1)


def _lookup(names: Names, name: str, table: Lookup) -> Name:
    at = names.contract.place("tables", name, "rows")
    from_ = names.contract.place("tables", name, "from")
    of = names.read(table.base, "", from_)
    names.fits(of, Name(table.base, place=from_))
    return names.let(name, _rows(names, table, of, at), "figure", names.title(table.title), at)


def _rows(names: Names, table: Lookup, of: Name, at: Place | None) -> Node:
    width = 4 if table.kind == "interpolated" else 2
    if any(len(row) != width or row[0] is None for row in table.rows):
        what = "[from, value, to, value]" if width == 4 else "[from, value]"
        names.wrong("AO123", f"Every row of this table is {what}.", "Mend the row.", at)
        return ZERO
    starts = [row[0] for row in table.rows]
    if any(a >= b for a, b in pairwise(starts)):
        names.wrong("AO123", "The rows do not rise.", "Order them by their first number.", at)
        return ZERO
    outside = None if table.outside == "none" else Fraction(0)
    if width == 2:
        curve = stairs(of, [(start, value) for start, value in table.rows], table.rows[0][1], closed=False)
        first = Piece(starts[0], False, outside, table.rows[0][1])
        return Curve(of, (first, *curve.pieces[1:]))
    return _interpolated(names, table, of, outside, at)


def _interpolated(names: Names, table: Lookup, of: Name, outside: Fraction | None, at: Place | None) -> Node:
    pieces = [Piece(table.rows[0][0], False, outside, table.rows[0][1])]
    for row, following in zip(table.rows, [*table.rows[1:], None], strict=True):
        start, value, end, last = row
        if end is not None and (end <= start or (following is not None and end >= following[0])):
            names.wrong(
                "AO123",
                "A row must end above its start and below the next row's start.",
                "Mend the row.",
                at,
            )
            return ZERO
        slope = Fraction(0) if end is None else (last - value) / (end - start)
        pieces.append(Piece(end, True, slope, value - slope * start))
        if end is None:
            return Curve(of, tuple(pieces))
        if following is not None:
            # Between two rows nothing is stated: whole numbers never fall there.
            pieces.append(Piece(following[0], False, outside, last))
    return Curve(of, (*pieces, Piece(None, False, outside, table.rows[-1][3])))
