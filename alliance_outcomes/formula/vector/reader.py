"""The vector reader: the formulas of a calculation over columns of rows, in floats, with bounds or certified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, prod
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..nodes import Node
from ..steps import Step
from .bounds import column_known, constant_known, near
from .columns import EXACT_IN_FLOAT, Codes, Column, Floats, Truths
from .forms import ONE, ZERO, Fixed, Form, Lowered, Truth, alone, fixed
from .lowering import Lowering
from .operations import Choice, Register
from .rows import INF, Ran
from .running import Running
from .tape import CHUNK, Tape, needed_for

Given: TypeAlias = Mapping[str, Column | Codes]
Plain: TypeAlias = Column | Codes | NDArray[np.float64] | float
Kind = TypeVar("Kind", bound=np.generic)
_MOST_PLANS = 64
# A second look leaves a float open whose error is more than this part of it: a step of its curve is not decided.
_LOOSE = 1e-6
Wanted: TypeAlias = tuple[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """Named formulas, a value a row: NaN is missing; of a truth 1.0 holds and 0.0 does not.

    ``bounds``, where asked for, says how far each value may be from the exact one; it is infinite where a
    comparison or a rounding is not decided. ``undecided`` marks rows that divide by zero, or may: there the exact
    reader decides, or raises.
    """

    values: Mapping[str, Floats]
    bounds: Mapping[str, Floats] | None
    undecided: Truths


@dataclass(frozen=True, slots=True)
class Certified:
    """``units`` count the units asked for (NaN: missing), certain in every row but the ``undecided``.

    ``values`` are floats, in those rows without a comparison that could have gone the other way.
    """

    units: Mapping[str, Floats]
    values: Mapping[str, Floats]
    undecided: Truths


class Vector:
    """Reads named formulas over many rows. One reader serves any number of columns; plans are kept by their kind.

    ``flags`` are truths over the names, whose rows the certified reading leaves undecided.
    """

    def __init__(self, steps: Sequence[Step], flags: Sequence[Node] = ()) -> None:
        self.steps, self.flags = tuple(steps), tuple(flags)
        self._plans: dict[object, _Plan] = {}

    def read(self, columns: Mapping[str, Plain], names: Iterable[str], bounds: bool = False) -> Reading:
        """The values of ``names`` for every row of ``columns``: one entry an input, or a formula computed elsewhere.

        Plain arrays (of any one shape, such as payees x scenarios) and numbers are taken as they are, NaN for
        missing; the results have their shape. Raises CannotRead for a formula that has to be given as a column.
        """
        given, shape = flattened(columns)
        rows = prod(shape)
        plan = self._plan(given, tuple((name, None) for name in names), certify=False)
        if bounds:
            return plan.bounded(given, shape)
        numbers, _, undecided = plan.tape.run(*_split(given), rows)
        values = {key[0]: _shaped(found, shape) for key, found in plan.found(numbers, rows).items()}
        return Reading(values, None, _shaped(undecided, shape))

    def certify(self, columns: Given, units: Mapping[str, Fraction], names: Iterable[str] = ()) -> Certified:
        """Names of ``units`` as counts of their unit, exact in every row that is not left undecided; ``names`` as floats.

        Rows that the tape leaves in doubt get a second look, with an error of its own for every value. Raises
        CannotRead for a formula that has to be given as a column.
        """
        rows = len(next(iter(columns.values()))) if columns else 1
        counted: list[Wanted] = list(units.items())
        plan = self._plan(columns, (*((name, None) for name in names), *counted), certify=True)
        numbers, flags, undecided = plan.tape.run(*_split(columns), rows)
        for flag in flags.values():
            undecided |= flag
        if plan.doubtful(counted):
            undecided[:] = True
        left = np.flatnonzero(undecided)
        for start in range(0, len(left), CHUNK):
            plan.look_again(columns, left[start : start + CHUNK], numbers, undecided)
        found = plan.found(numbers, rows)
        for key in counted:
            undecided |= np.abs(found[key]) >= EXACT_IN_FLOAT
        values = {name: each for (name, unit), each in found.items() if unit is None}
        return Certified({name: found[name, unit] for name, unit in counted}, values, undecided)

    def _plan(self, columns: Given, wanted: tuple[Wanted, ...], certify: bool) -> _Plan:
        key = (tuple((name, column.kind) for name, column in columns.items()), wanted, certify)
        if key not in self._plans:
            while len(self._plans) >= _MOST_PLANS:
                del self._plans[next(iter(self._plans))]
            self._plans[key] = _Plan(self, columns, wanted, certify)
        return self._plans[key]


class _Plan:
    """Formulas lowered for columns of one kind, and the tape that computes what is wanted."""

    def __init__(self, vector: Vector, columns: Given, wanted: tuple[Wanted, ...], certify: bool) -> None:
        given = {name: column_known(each) for name, each in columns.items() if isinstance(each, Column)}
        coded = {name: each for name, each in columns.items() if isinstance(each, Codes)}
        lowering = Lowering(given, {name: each.missing for name, each in coded.items()})
        for step in vector.steps:
            lowering.step(step)
        self.forms = {
            (name, unit): _number(lowering, lowering.value(name), ONE if unit is None else 1 / unit)
            for name, unit in wanted
        }
        varying = [(key, form) for key, form in self.forms.items() if form is not None and form.terms]
        self.registers = {key: lowering.register(form) for key, form in varying}
        truths = [lowering.lower(flag) for flag in vector.flags] if certify else []
        self.flags = [truth.register for truth in truths if isinstance(truth, Truth)]
        # No row is certain where a flag holds in all of them, or what they all count to is not whole.
        self.undecidable = any(isinstance(truth, Fixed) and truth.holds for truth in truths) or any(
            unit is not None and form is not None and not form.terms and form.constant.denominator != 1
            for (_, unit), form in self.forms.items()
        )
        self.operations, self.knowns = lowering.operations, lowering.knowns
        self.effects = list(dict.fromkeys(lowering.effects))
        wanted_registers = list(self.registers.values())
        self.needed = needed_for(self.operations, [*wanted_registers, *self.flags, *self.effects])
        names = {name: each.names for name, each in coded.items()}
        self.tape = Tape(self.operations, self.knowns, names, wanted_registers, self.flags, self.effects, certify)

    def found(self, numbers: Mapping[Register, Floats], rows: int) -> dict[Wanted, Floats]:
        """What was wanted, where the same for every row as well."""
        return {
            key: numbers[self.registers[key]]
            if key in self.registers
            else np.full(rows, np.nan if form is None else near(form.constant))
            for key, form in self.forms.items()
        }

    def doubtful(self, counted: Sequence[Wanted]) -> bool:
        """Whether every row needs a second look: none is certain, or what is counted is not sure to be a whole number."""
        read = [self.knowns[self.registers[key]] for key in counted if key in self.registers]
        return self.undecidable or not all(known.whole for known in read)

    def look_again(
        self, columns: Given, rows: NDArray[np.intp], numbers: Mapping[Register, Floats], undecided: Truths
    ) -> None:
        """Run some rows with bounds of their own, put their numbers in place and clear what is decided."""
        running = self._run(columns, rows)
        open_ = np.full(len(rows), self.undecidable)
        for key, register in self.registers.items():
            ran = running.number(register)
            numbers[register][rows] = ran.value
            if key[1] is None:
                open_ |= ran.error > _LOOSE * np.maximum(np.abs(np.nan_to_num(ran.value)), 1.0)
            else:
                open_ |= (ran.error != 0) | (ran.value != np.rint(ran.value)) & ~np.isnan(ran.value)
        for register in self.flags:
            truth = running.truth(register)
            open_ |= truth.holds | truth.doubt | truth.lost
        undecided[rows] = open_ | self._lost(running)

    def _run(self, columns: Given, rows: NDArray[np.intp] | slice) -> Running:
        given = {name: column.take(rows) for name, column in columns.items()}
        width = len(next(iter(given.values()))) if given else 1
        return Running(self.operations, self.knowns, self.needed, _split(given), width)

    def _lost(self, running: Running) -> Truths:
        """Rows that divide by zero, or may."""
        lost = running.nowhere()
        for register in self.effects:
            result = running.results[register]
            lost |= result.error == INF if isinstance(result, Ran) else result.lost
        return lost

    def bounded(self, columns: Given, shape: tuple[int, ...]) -> Reading:
        """Values with their bounds, each row with its own."""
        rows = prod(shape)
        values = self.found({register: np.empty(rows) for register in self.registers.values()}, rows)
        bounds = {key: np.zeros(rows) for key in self.forms}
        undecided: Truths = np.zeros(rows, dtype=np.bool_)
        for start in range(0, rows, CHUNK):
            chunk = slice(start, min(rows, start + CHUNK))
            running = self._run(columns, chunk)
            for key, register in self.registers.items():
                ran = running.number(register)
                values[key][chunk], bounds[key][chunk] = ran.value, ran.error
            undecided[chunk] = self._lost(running)
        for key, form in self.forms.items():
            if form is not None and not form.terms:
                bounds[key][:] = constant_known(form.constant).error
        return Reading(
            {key[0]: _shaped(each, shape) for key, each in values.items()},
            {key[0]: _shaped(each, shape) for key, each in bounds.items()},
            _shaped(undecided, shape),
        )


def flattened(columns: Mapping[str, Plain]) -> tuple[dict[str, Column | Codes], tuple[int, ...]]:
    """Every column with one entry a row, and the shape that the rows were given in."""
    lengths = {len(each) if isinstance(each, Column | Codes) else -1 for each in columns.values()}
    if len(lengths) == 1 and -1 not in lengths:
        return dict(columns), tuple(lengths)  # type: ignore[arg-type]  # every one is ready
    arrays = {name: np.asarray(each, dtype=np.float64) for name, each in columns.items() if not _ready(each)}
    shapes = [each.shape for each in arrays.values()]
    shapes += [(len(each),) for each in columns.values() if isinstance(each, Column | Codes)]
    shape = np.broadcast_shapes(*shapes) or (1,)
    flat: dict[str, Column | Codes] = {}
    for name, each in columns.items():
        if isinstance(each, Column | Codes):
            flat[name] = each
        else:
            flat[name] = _plain(np.broadcast_to(arrays[name], shape).reshape(-1))
    return flat, shape


def _plain(values: Floats) -> Column:
    """A column of any floats. Its range is left open, so that one plan serves draw after draw."""
    return Column(values, -inf, inf, bool(values.size and np.isnan(values.min())))


def _ready(each: Plain) -> bool:
    return isinstance(each, Column | Codes)


def _split(columns: Given) -> tuple[dict[str, Column], dict[str, Codes]]:
    numbers = {name: each for name, each in columns.items() if isinstance(each, Column)}
    return numbers, {name: each for name, each in columns.items() if isinstance(each, Codes)}


def _number(lowering: Lowering, value: Lowered, factor: Fraction) -> Form | None:
    """A number times a factor; a truth as 1 or 0."""
    if isinstance(value, Truth):
        return alone(lowering.add(Choice(value.register, ONE, ZERO)))
    if isinstance(value, Fixed):
        return None if value.holds is None else fixed(ONE if value.holds else ZERO)
    return None if value is None else lowering.scaled(factor, value)


def _shaped(values: NDArray[Kind], shape: tuple[int, ...]) -> NDArray[Kind]:
    return values if len(shape) == 1 else values.reshape(shape)
