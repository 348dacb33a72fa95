"""Writes a formula as a spreadsheet's text, with the decimals that decide each of its ties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ...numbers import decimal_places, to_decimal
from ..nodes import (
    Arithmetic,
    Compare,
    Curve,
    Exp,
    Extreme,
    Group,
    IfElse,
    Logic,
    Missing,
    Name,
    Negate,
    Node,
    Nothing,
    Number,
    OneOf,
    Piece,
    Round,
    children,
    is_truth,
)
from ..present import NONE, Present, present_where
from ..vector.bounds import Known
from .bounds import SNAP, Bounds, Decision, as_they_are, compared, rounded, weighed

_SUM, _PRODUCT, _ATOM = 1, 2, 3
_STRENGTH = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}
_SIGN = {"==": "=", "!=": "<>"}
_MOST_IN_A_CALL = 200
_PIECES_IN_A_ROW = 8
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of a cell: where it is, and of its number in each of three ranges.

    The ranges are those of inputs anywhere in their range, from half to twice what was measured, and as measured.
    ``lacking``: it may hold no number; ``nearest``: it holds the double nearest to its exact value.
    """

    at: str
    known: tuple[Known, Known, Known]
    lacking: bool = False
    nearest: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A formula as text (without ``=``), the decisions in it, and what is known of the cell that will hold it."""

    text: str
    decisions: tuple[Decision, ...]
    cell: Cell


@dataclass(frozen=True, slots=True)
class _Text:
    """A number's text. It must not be read where one of ``lacks`` holds; where one of ``blank`` does, it is ""."""

    text: str
    tight: int = _ATOM
    lacks: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    risky: bool = False

    @property
    def whole(self) -> str:
        """The text as a cell or a branch holds it: "" where there is no value."""
        return f'IF({_any(self.lacks)},"",{self.text})' if self.lacks else self.text

    @property
    def missing(self) -> tuple[str, ...]:
        """When there is no value."""
        return (*self.lacks, *self.blank)


@dataclass(frozen=True, slots=True)
class _Truth:
    """When a condition holds, where none of ``lacks`` holds: there it is open, and ``yes`` must not be read."""

    yes: str
    lacks: tuple[str, ...] = ()
    risky: bool = False

    @property
    def surely(self) -> str:
        """When it is known to hold."""
        return f"IF({_any(self.lacks)},FALSE,{self.yes})" if self.lacks else self.yes

    @property
    def surely_not(self) -> str:
        """When it is known not to hold."""
        return f"IF({_any(self.lacks)},FALSE,NOT({self.yes}))" if self.lacks else f"NOT({self.yes})"


@dataclass
class Excel:
    """Writes formulas over ``cells``, the inputs and earlier formulas by name. ``values`` is what they came to."""

    cells: dict[str, Cell] = field(default_factory=dict)

    def write(self, formula: Node, at: str) -> Written:
        """The text of a formula for the cell ``at``, which it may then be read from."""
        writing = _Writing(self.cells)
        if is_truth(formula):
            truth = writing.truth(formula)
            text, lacking = _Text(truth.yes, lacks=truth.lacks).whole, bool(truth.lacks)
        else:
            number = writing.read(formula)
            text, lacking = number.whole, bool(number.missing)
        known = (writing.ranges[0].of(formula), writing.ranges[1].of(formula), writing.ranges[2].of(formula))
        nearest = isinstance(formula, Number | Round) or (isinstance(formula, Name) and self.cells[formula.id].nearest)
        return Written(text, tuple(writing.decisions), Cell(at, known, lacking, nearest))


def number(value: Fraction) -> tuple[str, int]:
    """An exact number as text and how tightly it holds together: its decimals, else a quotient, else 17 digits."""
    places = decimal_places(value)
    if places is not None and len(str(abs(value.numerator))) <= _DIGITS and places <= 2 * _DIGITS:
        digits = to_decimal(value, places)
        if len(digits.lstrip("-0.").replace(".", "")) <= _DIGITS:
            return digits, _ATOM if value >= 0 else _SUM
    if max(len(str(abs(value.numerator))), len(str(value.denominator))) <= _DIGITS:
        return f"{value.numerator}/{value.denominator}", _PRODUCT if value >= 0 else _SUM
    return repr(float(value)).upper(), _ATOM if value >= 0 else _SUM


def _any(conditions: Iterable[str]) -> str:
    """When any of the conditions holds."""
    found = list(dict.fromkeys(conditions))
    return found[0] if len(found) == 1 else f"OR({','.join(found)})"


def _over(function: str, cells: list[str]) -> str:
    """A function over cells, in calls of as many as a spreadsheet takes."""
    calls = [
        f"{function}({','.join(cells[start : start + _MOST_IN_A_CALL])})"
        for start in range(0, len(cells), _MOST_IN_A_CALL)
    ]
    if len(calls) == 1:
        return calls[0]
    return f"({'+'.join(calls)})" if function in ("SUM", "COUNT") else _over(function, calls)


def _joined(tests: list[tuple[str, bool]], settles: str) -> str:
    """Conditions joined by AND (``settles`` FALSE) or OR (TRUE); one that may fail is read only if those before it leave it open."""
    if len(tests) == 1:
        return tests[0][0]
    if not any(risky for _, risky in tests[1:]):
        return f"{'OR' if settles == 'TRUE' else 'AND'}({','.join(text for text, _ in tests)})"
    (first, _), rest = tests[0], _joined(tests[1:], settles)
    return f"IF({first},TRUE,{rest})" if settles == "TRUE" else f"IF({first},{rest},FALSE)"


def _compared_names(test: Node) -> Present:
    """The names without which a comparison is open."""
    if isinstance(test, Name):
        return frozenset((test.id,))
    if isinstance(test, Compare | Arithmetic | Negate | Extreme):
        return NONE.union(*map(_compared_names, children(test)))
    return NONE


class _Writing:
    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self.cells = cells
        self.decisions: list[Decision] = []
        self.ranges = [
            Bounds({name: cell.known[index] for name, cell in cells.items()}, snap)
            for index, snap in enumerate((SNAP, SNAP, 0.0))
        ]

    # -- numbers ----------------------------------------------------------------------------------------------

    def read(self, node: Node, present: Present = NONE) -> _Text:
        match node:
            case Number(value=value):
                return _Text(*number(value))
            case Nothing():
                return _Text('""', blank=("TRUE",))
            case Name():
                return self._name(node, present)
            case Arithmetic():
                return self._arithmetic(node, present)
            case Negate(of=of):
                inner = self.read(of, present)
                return _Text(f"-{self._within(inner, _ATOM)}", _SUM, inner.missing, risky=inner.risky)
            case Extreme(which=which, of=parts):
                return self._call("MIN" if which == "least" else "MAX", [self.read(part, present) for part in parts])
            case Exp(of=of):
                return self._call("EXP", [self.read(of, present)])
            case Round():
                return self._round(node, present)
            case Curve(of=of, pieces=pieces):
                x = self._name(of, present)
                text = self._pieces(of, list(pieces))
                return replace(x, text=text, lacks=x.missing, blank=self._no_value(of, list(pieces)))
            case Group():
                return self._group(node, present)
        assert isinstance(node, IfElse), node
        return self._branches(node, present)

    def _name(self, name: Name, present: Present) -> _Text:
        cell = self.cells[name.id]
        blank = (f"NOT(ISNUMBER({cell.at}))",) if cell.lacking and name.id not in present else ()
        return _Text(cell.at, blank=blank, risky=cell.lacking)

    @staticmethod
    def _within(part: _Text, tight: int) -> str:
        return part.text if part.tight >= tight else f"({part.text})"

    @staticmethod
    def _call(function: str, parts: list[_Text]) -> _Text:
        missing = tuple(each for part in parts for each in part.missing)
        text = f"{function}({','.join(part.text for part in parts)})"
        return _Text(text, lacks=missing, risky=any(part.risky for part in parts))

    def _arithmetic(self, node: Arithmetic, present: Present) -> _Text:
        left, right = self.read(node.left, present), self.read(node.right, present)
        strength, op = _STRENGTH[node.op], node.op
        if strength == _SUM and isinstance(node.right, Number) and node.right.value < 0:
            op, right = "-" if op == "+" else "+", self.read(Number(-node.right.value))
        after = strength + (node.op in "-/") if right.tight != _SUM or not right.text.startswith("-") else _ATOM
        before = strength if not (left.text.startswith("-") and strength > _SUM) else _ATOM
        text = f"{self._within(left, before)}{op}{self._within(right, after)}"
        divides = node.op == "/" and not isinstance(node.right, Number)
        return _Text(text, strength, left.missing + right.missing, risky=divides or left.risky or right.risky)

    def _branches(self, node: IfElse, present: Present) -> _Text:
        test = self.truth(node.test, present)
        # Where the test can be read at all, what it compares is there.
        present |= _compared_names(node.test)
        then = self.read(node.then, present | present_where(node.test, True))
        otherwise = self.read(node.otherwise, present | present_where(node.test, False))
        blank: tuple[str, ...] = ()
        if then.missing or otherwise.missing:
            either = (_any(each.missing) if each.missing else "FALSE" for each in (then, otherwise))
            blank = (f"IF({test.yes},{','.join(either)})",)
        text = f"IF({test.yes},{then.whole},{otherwise.whole})"
        return _Text(text, _ATOM, test.lacks, blank, test.risky or then.risky or otherwise.risky)

    # -- curves, roundings, groups ----------------------------------------------------------------------------

    def _pieces(self, of: Name, pieces: list[Piece]) -> str:
        """The pieces, each tried in turn; many are halved first, so that none stands deep."""
        if len(pieces) == 1:
            return self._piece(of, pieces[0])
        cut = 1 if len(pieces) <= _PIECES_IN_A_ROW else len(pieces) // 2
        below, above = self._pieces(of, pieces[:cut]), self._pieces(of, pieces[cut:])
        return f"IF({self._up_to(of, pieces[cut - 1])},{below},{above})"

    def _up_to(self, of: Name, piece: Piece) -> str:
        assert piece.upto is not None
        return self._compared("<=" if piece.closed else "<", of, Number(piece.upto), NONE)

    def _piece(self, of: Name, piece: Piece) -> str:
        if piece.slope is None:
            return '""'
        if not piece.slope:
            return number(piece.at_zero)[0]
        sloped = Arithmetic("*", Number(piece.slope), of)
        whole = Arithmetic("+", sloped, Number(piece.at_zero)) if piece.at_zero else sloped
        return self.read(whole, frozenset((of.id,))).text

    def _no_value(self, of: Name, pieces: list[Piece]) -> tuple[str, ...]:
        if all(piece.slope is not None for piece in pieces):
            return ()
        return (f'{self._pieces(of, pieces)}=""',)

    def _round(self, node: Round, present: Present) -> _Text:
        """In whole units, so that a half is a double exactly; first to the decimals that decide the tie."""
        inner = self.read(node.of, present)
        scale, unit = 1 / node.unit, node.unit
        units = inner
        if scale.denominator == 1 and scale != 1:
            units = replace(inner, text=f"{self._within(inner, _PRODUCT)}*{scale.numerator}", tight=_PRODUCT)
        elif scale != 1:
            units = replace(inner, text=f"{self._within(inner, _PRODUCT)}/{self._of(number(unit))}", tight=_PRODUCT)
        decision = rounded(Arithmetic("*", node.of, Number(scale)), node.how.startswith("half"), self.ranges)
        self.decisions.append(decision)
        whole = _ROUND[node.how](f"ROUND({units.text},{decision.decimals})")
        if scale.denominator == 1:
            text = whole if scale == 1 else f"{whole}/{scale.numerator}"
        else:
            text = f"{whole}*{self._of(number(unit))}"
        return _Text(text, _PRODUCT, inner.missing, risky=inner.risky)

    @staticmethod
    def _of(written: tuple[str, int]) -> str:
        return written[0] if written[1] == _ATOM else f"({written[0]})"

    def _group(self, group: Group, present: Present) -> _Text:
        members = [self._name(name, present) for name in group.names]
        at = [member.text for member in members]
        sure = [not member.missing for member in members]
        if group.kind == "count":
            return _Text(_over("COUNT", at))
        few = () if sum(sure) >= group.at_least else (f"{_over('COUNT', at)}<{group.at_least}",)
        if group.kind in ("lowest", "highest"):
            return _Text(_over("MIN" if group.kind == "lowest" else "MAX", at), lacks=few, risky=not all(sure))
        if not group.weights:
            if group.kind == "total":
                return _Text(_over("SUM", at), lacks=few)
            return _Text(f"{_over('SUM', at)}/{_over('COUNT', at)}", _PRODUCT, few, risky=True)
        weights = [self.read(weight, present) for weight in group.weights]
        total = "+".join(
            self._weighed(member.text if there else f"N({member.text})", weight)
            for member, weight, there in zip(members, weights, sure, strict=True)
        )
        if group.kind == "total":
            return _Text(total, _SUM, few)
        return self._weighted_mean(group, f"({total})", weights, at, few)

    def _weighed(self, member: str, weight: _Text) -> str:
        return member if weight.text == "1" else f"{member}*{self._within(weight, _PRODUCT)}"

    def _weighted_mean(
        self, group: Group, total: str, weights: list[_Text], at: list[str], few: tuple[str, ...]
    ) -> _Text:
        fixed = [weight.value if isinstance(weight, Number) else None for weight in group.weights]
        lacking = [self.cells[name.id].lacking for name in group.names]
        if not any(lacking) and None not in fixed:
            whole = sum((each for each in fixed if each is not None), Fraction(0))
            if whole:
                return _Text(f"{total}/{self._of(number(whole))}", _PRODUCT, few)
        weight = "+".join(
            self._weighed(f"ISNUMBER({cell})", heft) if may_lack else self._within(heft, _SUM)
            for cell, heft, may_lack in zip(at, weights, lacking, strict=True)
        )
        weight = weight if "*" in weight or not any(lacking) else f"{weight}+0"
        none = f"({weight})=0"
        if None in fixed:
            # Weights that are computed may miss 0 by a hair.
            decision = weighed(group, self.ranges)
            self.decisions.append(decision)
            none = f"ROUND({weight},{decision.decimals})=0"
        return _Text(f"{total}/({weight})", _PRODUCT, (*few, none), risky=True)

    # -- conditions -------------------------------------------------------------------------------------------

    def truth(self, node: Node, present: Present = NONE) -> _Truth:
        """When a condition holds."""
        match node:
            case Compare(left=left, right=right):
                parts = [self.read(left, present), self.read(right, present)]
                missing = tuple(each for part in parts for each in part.missing)
                return _Truth(self._compared(node.op, left, right, present), missing, any(part.risky for part in parts))
            case Logic(op="not", of=(inner,)):
                of = self.truth(inner, present)
                return replace(of, yes=f"NOT({of.yes})")
            case Logic(op=op, of=parts):
                return self._logic(op, parts, present)
            case Missing(name=name):
                cell = self.cells[name.id]
                return _Truth(f"NOT(ISNUMBER({cell.at}))" if cell.lacking and name.id not in present else "FALSE")
            case OneOf(name=name, codes=codes):
                cell = self.cells[name.id]
                quoted = ('"' + code.replace('"', '""') + '"' for code in sorted(codes))
                return _Truth(
                    _any(f"EXACT({cell.at},{code})" for code in quoted), (f'{cell.at}=""',) if cell.lacking else ()
                )
        assert isinstance(node, IfElse), node
        chosen = self.truth(node.test, present)
        one = self.truth(node.then, present | present_where(node.test, True))
        other = self.truth(node.otherwise, present | present_where(node.test, False))
        blank = [_any(each.lacks) if each.lacks else "FALSE" for each in (one, other)]
        open_ = (f"IF({chosen.yes},{blank[0]},{blank[1]})",) if one.lacks or other.lacks else ()
        lacks = (f"IF({_any(chosen.lacks)},TRUE,{_any(open_)})",) if chosen.lacks and open_ else chosen.lacks
        return _Truth(f"IF({chosen.yes},{one.yes},{other.yes})", lacks or open_, True)

    def _logic(self, op: str, parts: tuple[Node, ...], present: Present) -> _Truth:
        """``and`` and ``or``: what is settled by one part is not left open by another."""
        found: list[_Truth] = []
        known = present
        for part in parts:
            found.append(self.truth(part, known))
            known |= present_where(part, op == "and")
        settles, other = ("FALSE", "TRUE") if op == "and" else ("TRUE", "FALSE")
        yes = _joined([(each.surely, each.risky) for each in found], settles)
        risky = any(each.risky for each in found)
        if not any(each.lacks for each in found):
            return _Truth(yes, (), risky)
        no = _joined([(each.surely_not, each.risky) for each in found], other)
        return _Truth(yes, (f"NOT(OR({yes},{no}))",), risky)

    def _compared(self, op: str, left: Node, right: Node, present: Present) -> str:
        """``left op right``; as they are where both are as near as a cell can hold, else their difference, rounded."""
        sign = _SIGN.get(op, op)
        mine, theirs = self.read(left, present), self.read(right, present)
        decision = as_they_are(left, right, self.ranges) if self._nearest(left) and self._nearest(right) else None
        if decision is not None:
            text = f"{self._within(mine, _SUM)}{sign}{self._within(theirs, _SUM)}"
        else:
            decision = compared(left, right, self.ranges)
            none = isinstance(right, Number) and not right.value
            apart = mine if none else self.read(Arithmetic("-", left, right), present)
            text = f"ROUND({apart.text},{decision.decimals}){sign}0"
        self.decisions.append(decision)
        return text

    def _nearest(self, node: Node) -> bool:
        """Whether the spreadsheet holds the double nearest to the exact value."""
        return isinstance(node, Number) or (isinstance(node, Name) and self.cells[node.id].nearest)


_ROUND: Mapping[str, Callable[[str], str]] = {
    "half_away_from_zero": lambda units: f"ROUND({units},0)",
    "half_even": lambda units: f"IF({units}-INT({units})=0.5,2*ROUND(({units})/2,0),ROUND({units},0))",
    "toward_zero": lambda units: f"TRUNC({units})",
    # ROUNDUP would say it shorter, but LibreOffice cuts numbers to twelve digits there.
    "away_from_zero": lambda units: f"IF({units}<0,INT({units}),-INT(-{units}))",
    "floor": lambda units: f"INT({units})",
    "ceil": lambda units: f"-INT(-{units})",
}
