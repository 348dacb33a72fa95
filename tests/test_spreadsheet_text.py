"""Formulas as the text that a spreadsheet computes, word for word: what is missing, what ties, what fits no cell."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import inf

import pytest

from alliance_outcomes.formula.excel import Cell, Excel, Known, lowered, number, ratio, typed
from alliance_outcomes.formula.nodes import Curve, Exp, Group, IfElse, Name, Node, Number, Piece, Round
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.formula.steps import Step

TO_TEN = typed(-10, 10, 2)
ANYTHING = Known(-inf, inf, inf)
CELLS = {
    "a": Cell("A1", (TO_TEN,) * 3, nearest=True),
    "b": Cell("B1", (TO_TEN,) * 3, lacking=True, nearest=True),
    "c": Cell("C1", (ANYTHING, ANYTHING, TO_TEN)),
    "track": Cell("D1", (TO_TEN,) * 3),
    "kind": Cell("E1", (TO_TEN,) * 3, lacking=True),
}
A, B, C = Name("a"), Name("b"), Name("c")
ONE = Number(Fraction(1))
GONE = "NOT(ISNUMBER(B1))"


def text(formula: str | Node) -> str:
    """What stands in the cell of a formula."""
    return Excel(dict(CELLS)).write(parse(formula) if isinstance(formula, str) else formula, "F1").text


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("a > 1", "A1>1"),
        ("b > 1", 'IF(NOT(ISNUMBER(B1)),"",B1>1)'),
        ("missing(b)", "NOT(ISNUMBER(B1))"),
        ("missing(a)", "FALSE"),
        ("not a > 1", "NOT(A1>1)"),
        ("a > 1 and a < 3", "AND(A1>1,A1<3)"),
        ("a > 1 or a + a < 3", "OR(A1>1,ROUND(A1+A1-3,9)<0)"),
        (
            "a > 1 or b > 1",
            'IF(NOT(OR(IF(A1>1,TRUE,IF(NOT(ISNUMBER(B1)),FALSE,B1>1)),IF(NOT(A1>1),IF(NOT(ISNUMBER(B1)),FALSE,NOT(B1>1)),FALSE))),"",IF(A1>1,TRUE,IF(NOT(ISNUMBER(B1)),FALSE,B1>1)))',
        ),
        (
            "a > 1 and b > 1",
            'IF(NOT(OR(IF(A1>1,IF(NOT(ISNUMBER(B1)),FALSE,B1>1),FALSE),IF(NOT(A1>1),TRUE,IF(NOT(ISNUMBER(B1)),FALSE,NOT(B1>1))))),"",IF(A1>1,IF(NOT(ISNUMBER(B1)),FALSE,B1>1),FALSE))',
        ),
        (
            "b > 1 or a / b > 1",
            'IF(NOT(OR(IF(IF(NOT(ISNUMBER(B1)),FALSE,B1>1),TRUE,IF(NOT(ISNUMBER(B1)),FALSE,ROUND(A1/B1-1,8)>0)),IF(IF(NOT(ISNUMBER(B1)),FALSE,NOT(B1>1)),IF(NOT(ISNUMBER(B1)),FALSE,NOT(ROUND(A1/B1-1,8)>0)),FALSE))),"",IF(IF(NOT(ISNUMBER(B1)),FALSE,B1>1),TRUE,IF(NOT(ISNUMBER(B1)),FALSE,ROUND(A1/B1-1,8)>0)))',
        ),
        ("track == 'A'", 'EXACT(D1,"A")'),
        ("kind == 'A'", 'IF(E1="","",EXACT(E1,"A"))'),
        ("(a > 2 if a > 1 else a > 3) and a > 0", "AND(IF(A1>1,A1>2,A1>3),A1>0)"),
        (
            "(b > 2 if a > 1 else a > 3) and a > 0",
            'IF(NOT(OR(AND(IF(IF(A1>1,NOT(ISNUMBER(B1)),FALSE),FALSE,IF(A1>1,B1>2,A1>3)),A1>0),OR(IF(IF(A1>1,NOT(ISNUMBER(B1)),FALSE),FALSE,NOT(IF(A1>1,B1>2,A1>3))),NOT(A1>0)))),"",AND(IF(IF(A1>1,NOT(ISNUMBER(B1)),FALSE),FALSE,IF(A1>1,B1>2,A1>3)),A1>0))',
        ),
        (
            "(a > 2 if b > 1 else a > 3) and a > 0",
            'IF(NOT(OR(AND(IF(NOT(ISNUMBER(B1)),FALSE,IF(B1>1,A1>2,A1>3)),A1>0),OR(IF(NOT(ISNUMBER(B1)),FALSE,NOT(IF(B1>1,A1>2,A1>3))),NOT(A1>0)))),"",AND(IF(NOT(ISNUMBER(B1)),FALSE,IF(B1>1,A1>2,A1>3)),A1>0))',
        ),
        (
            "(b > 2 if kind == 'A' else a > 3) and a > 0",
            'IF(NOT(OR(AND(IF(IF(E1="",TRUE,IF(EXACT(E1,"A"),NOT(ISNUMBER(B1)),FALSE)),FALSE,IF(EXACT(E1,"A"),B1>2,A1>3)),A1>0),OR(IF(IF(E1="",TRUE,IF(EXACT(E1,"A"),NOT(ISNUMBER(B1)),FALSE)),FALSE,NOT(IF(EXACT(E1,"A"),B1>2,A1>3))),NOT(A1>0)))),"",AND(IF(IF(E1="",TRUE,IF(EXACT(E1,"A"),NOT(ISNUMBER(B1)),FALSE)),FALSE,IF(EXACT(E1,"A"),B1>2,A1>3)),A1>0))',
        ),
        ("exp(a)", "EXP(A1)"),
        ("max(0, a)", "MAX(0,A1)"),
        ("exp(c)", "EXP(C1)"),
        ("-a * -2", "(-A1)*(-2)"),
        ("a + b", 'IF(NOT(ISNUMBER(B1)),"",A1+B1)'),
        ("b if b > 1 else none", 'IF(NOT(ISNUMBER(B1)),"",IF(B1>1,B1,""))'),
        ("coalesce(b, 0)", "IF(NOT(ISNUMBER(B1)),0,B1)"),
        ("1 if c > 1 else 0", "IF(ROUND(C1-1,12)>0,1,0)"),
        ("a / c", "A1/C1"),
        ("c * 2 + a", "C1*2+A1"),
        ("lowest(a, b)", "MIN(A1,B1)"),
        ("highest(a, a)", "MAX(A1,A1)"),
        ("count(a, b)", "COUNT(A1,B1)"),
        ("total(a, b)", "SUM(A1,B1)"),
        ("mean(a, b)", "SUM(A1,B1)/COUNT(A1,B1)"),
    ],
)
def test_a_formula_in_a_cell(formula: str, written: str) -> None:
    """Old functions only; a value that is missing is read nowhere, and a tie is decided by rounding the difference."""
    assert text(formula) == written


@pytest.mark.parametrize(
    ("how", "unit", "written"),
    [
        (
            "half_even",
            "5",
            "IF(ROUND(A1/5,9)-INT(ROUND(A1/5,9))=0.5,2*ROUND((ROUND(A1/5,9))/2,0),ROUND(ROUND(A1/5,9),0))*5",
        ),
        ("half_away_from_zero", "1", "ROUND(ROUND(A1,9),0)"),
        ("half_away_from_zero", "0.01", "ROUND(ROUND(A1*100,9),0)/100"),
        ("toward_zero", "0.01", "TRUNC(ROUND(A1*100,9))/100"),
        ("away_from_zero", "0.01", "IF(ROUND(A1*100,9)<0,INT(ROUND(A1*100,9)),-INT(-ROUND(A1*100,9)))/100"),
        ("floor", "2/3", "INT(ROUND(A1/(2/3),9))*(2/3)"),
        ("ceil", "2.5", "-INT(-ROUND(A1/2.5,9))*2.5"),
    ],
)
def test_a_rounding_in_a_cell(how: str, unit: str, written: str) -> None:
    """In whole units, first rounded to the decimals that decide the tie."""
    assert text(Round(A, how, Fraction(unit))) == written


def line(*ends: int) -> tuple[Piece, ...]:
    """A line that rises by another slope from each end on."""
    rising = [Piece(Fraction(end), True, Fraction(index), Fraction(1)) for index, end in enumerate(ends)]
    return (*rising, Piece(None, False, Fraction(9), Fraction(0)))


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (Curve(A, line(1, 2)), "IF(A1<=1,1,IF(A1<=2,1*A1+1,9*A1))"),
        (
            Curve(A, line(*range(8))),
            "IF(A1<=3,IF(A1<=0,1,IF(A1<=1,1*A1+1,IF(A1<=2,2*A1+1,3*A1+1))),IF(A1<=4,4*A1+1,IF(A1<=5,5*A1+1,IF(A1<=6,6*A1+1,IF(A1<=7,7*A1+1,9*A1)))))",
        ),
        (Curve(A, (Piece(Fraction(1), False, None), Piece(None, False, Fraction(1), Fraction(0)))), 'IF(A1<1,"",1*A1)'),
        (Curve(B, line(20)), 'IF(NOT(ISNUMBER(B1)),"",IF(B1<=20,1,9*B1))'),
        (Curve(C, (Piece(None, False, None),)), '""'),
        (Group("mean", (A, A), (ONE, Number(Fraction(-1)))), 'IF((1+-1)=0,"",(A1+A1*(-1))/(1+-1))'),
        (Group("mean", (A, A), (ONE, Number(Fraction(2)))), "(A1+A1*2)/3"),
        (Group("mean", (A, B), (ONE, A)), 'IF(ROUND(1+ISNUMBER(B1)*A1,9)=0,"",(A1+N(B1)*A1)/(1+ISNUMBER(B1)*A1))'),
        (Group("total", (A, B), (ONE, Number(Fraction(2))), 0), "A1+N(B1)*2"),
        (Group("mean", (A, A)), "SUM(A1,A1)/COUNT(A1,A1)"),
    ],
)
def test_what_rules_make_in_a_cell(formula: Node, written: str) -> None:
    """Curves piece by piece, many halved first; means over the weights of those that are there."""
    assert text(formula) == written


def test_a_function_takes_so_many_cells() -> None:
    """Sums of more than 200 cells are added up, the lowest is the lowest of the lowest."""
    cells = {f"c{index}": Cell(f"C{index}", (TO_TEN,) * 3) for index in range(250)}
    names = tuple(map(Name, cells))
    total, lowest = (Excel(dict(cells)).write(Group(kind, names), "F1").text for kind in ("total", "lowest"))
    assert (total[:8], total.count("SUM"), total[-11:]) == ("(SUM(C0,", 2, "C248,C249))")
    assert (lowest[:12], lowest.count("MIN")) == ("MIN(MIN(C0,C", 3)


@pytest.mark.parametrize(
    ("exactly", "written"),
    [
        ("0.25", "0.25"),
        ("-7", "-7"),
        ("1/3", "1/3"),
        ("-1/3", "-1/3"),
        ("1/1073741824", "1/1073741824"),
        ("12345678901234567890", "1.2345678901234567E+19"),
        ("1234567890123456.7", "1234567890123456.8"),
        ("0.0000000000000000000000000000000000000001", "1E-40"),
    ],
)
def test_a_number_in_a_formula(exactly: str, written: str) -> None:
    """As decimals where 15 digits hold it, else as a quotient, else as near as a double comes."""
    assert number(Fraction(exactly))[0] == written
    size = Excel(dict(CELLS)).write(Number(Fraction(exactly)), "F1").cell.known[0]
    assert abs(Fraction(size.most) - Fraction(exactly)) <= Fraction(size.error) + Fraction(1, 10**40)


def test_what_stands_too_deep_gets_a_cell() -> None:
    """Forty branches within one another are cut into cells that each hold at most sixteen; so are rounded sums."""
    deep: Node = ONE
    for level in range(40):
        deep = IfElse(parse(f"a > {level}"), Number(Fraction(level)), deep)
    parts = list(lowered(Step("deep", deep, "figure")))
    assert [step.name for step in parts] == ["deep (part)", "deep (part 2)", "deep"]
    assert all(text(step.formula).count("IF(") <= 16 for step in parts[:1])
    summed = list(lowered(Step("sum", parse("round(a + b, 2)"), "figure")))
    assert [step.name for step in summed] == ["sum (before rounding)", "sum"]


def test_what_is_not_bounded_is_decided_all_the_same() -> None:
    """Of a number without ends nothing is certain, and a power of e may be anything."""
    excel = Excel(dict(CELLS))
    assert typed(-inf, inf, 2).error == inf
    assert 2 <= ratio(typed(1, 4, 2), typed(2, 4, 2)).most < 2.0001
    decision = excel.write(parse("1 if c * c > 1 else 0"), "F1").decisions[0]
    assert not decision.certain
    assert excel.write(Exp(C), "F1").cell.known[0].most == inf
    assert excel.write(Round(C, "floor", Fraction(1)), "F1").cell.known[0].most == inf


EXTREMES = [
    ANYTHING,
    Known(0.0, inf, inf, Fraction(1)),
    Known(0.0, 0.0, 0.0),
    typed(0, 0, 0),
    typed(0, 1e300, 0),
    typed(-1e308, 1e308, 10),
    typed(1e-300, 1e-290, 305),
]


@pytest.mark.parametrize(
    "formula",
    ["x * x > 1", "400 / x / 3 > 1", "round(x, 20)", "round(x * x, 2)", "exp(x) > y", "(x - y) / (y - x) == 0", "mean(x, y) > x"],
)  # fmt: skip
def test_numbers_of_any_size_are_written(formula: str) -> None:
    """Whatever is known of what it reads, even that nothing is: a formula has its text, and each decision its decimals."""
    for wide, measured, y in product(EXTREMES, EXTREMES, (TO_TEN, ANYTHING)):
        cells = {"x": Cell("A1", (wide, wide, measured)), "y": Cell("B1", (y, y, y))}
        decisions = Excel(cells).write(parse(formula), "F1").decisions
        assert all(each.decimals is None or -9 <= each.decimals <= 15 for each in decisions)
        # Where nothing is proved, only what is nearer than money or scores ever are counts as equal.
        assert all(each.decimals is None or each.certain or each.nearby or each.decimals >= 4 for each in decisions)
