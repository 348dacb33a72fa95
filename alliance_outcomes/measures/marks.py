"""One question in every row, as few whole numbers: the reason why the row is left out, and what it counts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import Any

from ..formula.frame import DECIMALS, UNIT, WHOLE_DIGITS, Operand, columns_of, holds, known_of, number, refused
from .cells import Cells, Roles
from .moments import MOMENT, TIME, seconds_of
from .query import FIRST_FAULTS, Question

COUNTED, NOTHING, OUTSIDE = 30_000, 30_001, 30_002
"""The codes of rows that count, of those that would if they had a number, and of those that the question is not about; any
other is the place of a reason, from 1. The least code of a person's rows is the person's."""
CONTRADICTORY = "ao contradictory"
"""The column that says which rows differ from another of their key; it is there only where rows share keys."""
LOOSE = (1, 2)
"""The codes of rows that are nobody's: no_period and no_person."""
_LARGEST = 10**14
_DAY_STEP = 10 ** (WHOLE_DIGITS + DECIMALS)
_NEVER = {"first": 2**62, "last": -1}


def only(test: Any, then: Any, otherwise: Any) -> Any:
    """``then`` where the test holds, else ``otherwise``."""
    import narwhals as nw

    return nw.when(test).then(then).otherwise(otherwise)


def code(number_: int) -> Any:
    """A code as a literal of 16 bits."""
    import narwhals as nw

    return nw.lit(number_, nw.Int16)


def col(name: str) -> Any:
    """A column."""
    import narwhals as nw

    return nw.col(name)


def lit(value: int | bool) -> Any:
    """A literal: a whole number of 64 bits, or a truth."""
    import narwhals as nw

    return nw.lit(value) if isinstance(value, bool) else nw.lit(value, nw.Int64)


def any_of(tests: list[Any]) -> Any:
    """Whether any of the tests holds; None where there is none."""
    return reduce(or_, tests) if tests else None


def all_of(tests: list[Any]) -> Any:
    """Whether all of the tests hold; None where there is none."""
    return reduce(and_, tests) if tests else None


class Marks:
    """One question over rows whose numbers are prepared; ``place`` tells its columns from those of other questions."""

    def __init__(self, question: Question, cells: Cells, place: int, keyed: bool) -> None:
        self.question, self.query, self.cells, self.place = question, question.query, cells, place
        self.keyed = keyed and bool(self.query.key)
        self.no_value = len(self.query.reasons) - 2  # its code; out_of_range and one_assessment come next
        self.exclusions = range(len(FIRST_FAULTS) + 1, self.no_value)
        self.of: Operand | None = None
        if self.query.of is not None:
            self.of = _fine_enough(number(self.query.of), self.query.cap)
            if self.of.bound > (_DAY_STEP if self.query.by else _LARGEST):
                sentence = "The numbers of this formula are too long to be counted."
                raise refused(self.query.of, sentence, "Use fewer decimals.")

    @property
    def unit(self) -> Fraction:
        """What one of the whole numbers is worth."""
        return self.of.unit if self.of is not None else UNIT

    @property
    def asks_hits(self) -> bool:
        """Whether rows meet something or not."""
        return self.query.holds is not None or bool(self.query.start)

    @property
    def has_apart(self) -> bool:
        """Whether a column of its own must say if a person has a number: who is excluded needs one too."""
        return self.of is not None and bool(self.query.exclusions)

    def name(self, part: str) -> str:
        """The name of one of the question's own columns, which no record's column can have: names have no spaces."""
        return f"ao {part} {self.place}"

    # -- which rows ----------------------------------------------------------------------------------------------------

    def undated(self) -> Any:
        """Whether the row does not say its period."""
        query = self.query
        return self.cells.missing(query.period) if query.period else self.cells.undated(query.day)

    def loose(self) -> Any:
        """Whether the row does not say its period, or not whose it is."""
        return self.undated() | self.cells.missing(self.query.person)

    def of_period(self) -> Any:
        """Whether the row lies in the period, or does not say where it lies."""
        query, period = self.query, self.question.period
        if query.period:
            return self.cells.is_label(query.period, period.label) | self.undated()
        return self.cells.within(query.day, period) | self.undated()

    def of_population(self) -> Any:
        """Whether the row is of the population, or cannot be read; None where every row is."""
        if self.query.population is None:
            return None
        doubt = self.cells.unreadable(columns_of(self.query.population).numbers)
        return any_of([holds(self.query.population), *doubt.values()])

    def faults(self) -> list[tuple[int, Any]]:
        """The reasons to leave a row out that the row alone decides, by their codes."""
        nameless = self.cells.missing(self.query.person) if self.query.person else None
        unreadable = [*self.cells.unreadable(columns_of(*self.query.formulas).numbers).values(), *self._unclear()]
        contradictory = [*([col(CONTRADICTORY)] if self.keyed else []), *self._backward()]
        tests = [self.undated(), nameless, any_of(unreadable), any_of(contradictory)]
        return [(place, test) for place, test in enumerate(tests, 1) if test is not None]

    def _unclear(self) -> list[Any]:
        """Whether a day or moment that is read is none."""
        query, found = self.query, []
        if query.by:
            found.append(self.cells.undated(query.by))
        if query.start:
            start, end = (col(known_of(self.name(part))) for part in ("start", "end"))
            found.append(~start | (~end & ~self.cells.missing(query.end)))
        return found

    def _backward(self) -> list[Any]:
        """Whether the end comes before the start."""
        if not self.query.start:
            return []
        start, end = self.name("start"), self.name("end")
        return [col(known_of(end)) & (col(end) < col(start))]

    def doubts(self) -> dict[object, Any]:
        """Tests of which one holds for every row that is left out, and for few others; equal tests have equal names."""
        query = self.query
        found: dict[object, Any] = {"undated": self.undated()}
        found.update(self.cells.unreadable(columns_of(*query.formulas).numbers))
        found |= {("moments", self.place, at): test for at, test in enumerate((*self._unclear(), *self._backward()))}
        found |= {(query.of, query.least, query.most, at): test for at, test in self.beyond()}
        found |= {node: test for (_, node), (_, test) in zip(query.exclusions, self.left_out(), strict=True)}
        return found | ({"contradictory": col(CONTRADICTORY)} if self.keyed else {})

    def left_out(self) -> list[tuple[int, Any]]:
        """The definition's own reasons to leave a row out, by their codes."""
        return [(place, holds(node)) for place, (_, node) in zip(self.exclusions, self.query.exclusions, strict=True)]

    def beyond(self) -> list[tuple[int, Any]]:
        """Whether a row has no number where one is asked for, or one out of range, by their codes."""
        if self.of is None:
            return []
        unknown = [] if self.of.known is None else [(self.no_value, ~self.of.known)]
        in_range = self._in_range()
        return unknown if in_range is None else [*unknown, (self.no_value + 1, ~in_range)]

    def _in_range(self) -> Any:
        assert self.of is not None  # asked only of a number
        tests = []
        if self.query.least is not None:
            tests.append(self.of.whole >= lit(int(-(-self.query.least // self.of.unit))))
        if self.query.most is not None:
            tests.append(self.of.whole <= lit(int(self.query.most // self.of.unit)))
        return all_of(tests)

    # -- what a row counts ---------------------------------------------------------------------------------------------

    def moments(self) -> tuple[list[Any], list[Any]]:
        """The columns that say where start and end are known, and those of their seconds."""
        query = self.query
        if not query.start:
            return [], []
        pairs = ((query.start, self.name("start")), (query.end, self.name("end")))
        shape = MOMENT if query.by_days else TIME
        known = [col(name).str.contains(shape).alias(known_of(own)) for name, own in pairs]
        return known, [seconds_of(col(name), col(known_of(own)), query.by_days).alias(own) for name, own in pairs]

    def hit(self) -> Any:
        """Whether the row meets what is asked."""
        if self.query.holds is not None:
            return holds(self.query.holds)
        lasted = col(self.name("end")) - col(self.name("start"))
        return col(known_of(self.name("end"))) & (lasted <= lit(self.query.seconds))

    def capped(self, number_: Any) -> Any:
        """A number, or the cap where that is less."""
        if self.query.cap is None:
            return number_
        limit = lit(int(self.query.cap // self.unit))
        return only(number_ > limit, limit, number_)

    # -- what the rows of a person count -------------------------------------------------------------------------------

    def row_of_person(self, inside: Any) -> list[Any]:
        """The row's code and what it counts; a row that is not ``inside`` changes nothing of its person."""
        query = self.query
        late = [] if self.has_apart else [(NOTHING if at == self.no_value else at, test) for at, test in self.beyond()]
        reasons = [each for each in (*self.faults(), *late, *self.left_out()) if each[0] not in LOOSE]
        found = [only(inside, first_of(reasons), code(OUTSIDE)).alias(self.name("code"))]
        if self.asks_hits:
            hit = inside & self.hit() if query.overlap == "any" else ~inside | self.hit()
            found.append(only(hit, code(1), code(0)).alias(self.name("hit")))
        if self.of is None:
            return found
        known = inside if self.of.known is None else inside & self.of.known
        if query.by:
            dated = self.cells.day_number(query.by) * _DAY_STEP + self.of.whole
            found += [only(known, dated, lit(never)).alias(self.name(part)) for part, never in _NEVER.items()]
        else:
            nothing = lit(0 if query.gather == "total" else -_DAY_STEP)
            found.append(only(known, self.of.whole, nothing).alias(self.name("x")))
        if not self.has_apart:
            return found
        in_range = self._in_range()
        has = code(1) if in_range is None else only(in_range, code(1), code(2))
        return [*found, only(known, has, code(0)).alias(self.name("has"))]

    def of_person(self) -> list[Any]:
        """What the rows of a person come to: left out where any of them is, with the first reason."""
        query = self.query
        sums = [col(self.name("code")).min()]
        if self.asks_hits:
            hit = col(self.name("hit"))
            sums.append(hit.max() if query.overlap == "any" else hit.min())
        if self.has_apart:
            sums.append(col(self.name("has")).max())
        if self.of is not None:
            if query.by:
                sums += [col(self.name("first")).min(), col(self.name("last")).max()]
            else:
                x = col(self.name("x"))
                sums.append(x.sum() if query.gather == "total" else x.max())
        return sums

    def settled(self) -> list[Any]:
        """What is known only when a person's rows are together: later reasons, whether a change is one, the cap."""
        if self.of is None:
            return []
        name, late, found = self.name, self.no_value, []
        reason = fault = col(name("code"))
        if self.query.by:
            once = col(name("first")) // _DAY_STEP == col(name("last")) // _DAY_STEP
            first, last = col(name("first")) % _DAY_STEP, col(name("last")) % _DAY_STEP
            kept = last >= first if self.query.better == "higher" else last <= first
            fault = only(once, code(late + 2), fault)
            found.append(only(kept, code(1), code(0)).alias(name("hit")))
        elif self.query.cap is not None:
            found.append(self.capped(col(name("x"))).alias(name("x")))
        if self.has_apart:
            has = col(name("has"))
            fault = only(has == 0, code(late), only(has == 2, code(late + 1), fault))
        else:
            fault = only(reason == NOTHING, code(late), only(reason == late + 1, reason, fault))
        stands = (reason > len(FIRST_FAULTS)) & (reason != OUTSIDE)
        return [only(stands, fault, reason).alias(name("code")), *found]


def _fine_enough(value: Operand, cap: Fraction | None) -> Operand:
    """The number in a unit of which the cap is a whole number too."""
    return value if cap is None else value.times((cap / value.unit).denominator)


def first_of(reasons: list[tuple[int, Any]]) -> Any:
    """The code of the first reason that holds, or COUNTED."""
    result = code(COUNTED)
    for place, test in reversed(reasons):
        result = only(test, code(place), result)
    return result


def roles_of(questions: Iterable[Question]) -> Roles:
    """The columns that the questions read, and what as."""
    return reduce(or_, (question.query.roles for question in questions), Roles())
