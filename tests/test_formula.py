"""Formulas: read as people write them, computed exactly with what is missing said at each step, and told in words."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.formula.across import PoolsDiffer, read_across
from alliance_outcomes.formula.curves import between, earned_in_bands, stairs, through
from alliance_outcomes.formula.exact import DivisionByZero, NeedsEveryPayee, TooLarge, TooLong, Value, Values, exact
from alliance_outcomes.formula.nodes import (
    Across,
    Arithmetic,
    Call,
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
    names,
    walk,
)
from alliance_outcomes.formula.parse import FUNCTIONS, parse
from alliance_outcomes.formula.ranges import End, outward
from alliance_outcomes.formula.taken import piece_taken, reads
from alliance_outcomes.formula.text import in_numbers, in_words, show
from alliance_outcomes.problems import ContractError, Place, Problem

A, B, C = Name("a"), Name("b"), Name("c")
HALF = Number(Fraction(1, 2))


def n(value: int | str) -> Number:
    """A literal."""
    return Number(Fraction(value))


def faults(text: str) -> Problem:
    """The one problem of a formula, with its place: the formula stands in column 1."""
    with pytest.raises(ContractError) as error:
        parse(text, lambda at, width: Place("c.yaml", 1, at + 1, width))
    (problem,) = error.value.problems
    return problem


def value(text: str, **values: int | str | None) -> Value:
    """What a formula comes to; a text stands for a fraction, None for what is missing."""
    given_values: Values = {name: None if given is None else Fraction(given) for name, given in values.items()}
    return exact(parse(text))(given_values)


# -- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", Arithmetic("+", n(1), Arithmetic("*", n(2), n(3)))),
        ("(1 + 2) * 3", Arithmetic("*", Arithmetic("+", n(1), n(2)), n(3))),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a / b / c", Arithmetic("/", Arithmetic("/", A, B), C)),
        ("a - b * c / a", Arithmetic("-", A, Arithmetic("/", Arithmetic("*", B, C), A))),
        ("-a * b", Arithmetic("*", Negate(A), B)),
        ("a - -b", Arithmetic("-", A, Negate(B))),
        ("--a", Negate(Negate(A))),
        ("a + 1 < b * 2", Compare("<", Arithmetic("+", A, n(1)), Arithmetic("*", B, n(2)))),
        ("a<b and b<=c", Logic("and", (Compare("<", A, B), Compare("<=", B, C)))),
        (
            "a < b or b < c and c < a",
            Logic("or", (Compare("<", A, B), Logic("and", (Compare("<", B, C), Compare("<", C, A))))),
        ),
        ("not a < b", Logic("not", (Compare("<", A, B),))),
        ("not not a < b", Logic("not", (Logic("not", (Compare("<", A, B),)),))),
        (
            "not a < b and b != c",
            Logic("and", (Logic("not", (Compare("<", A, B),)), Compare("!=", B, C))),
        ),
        ("a if b > 0 else c", IfElse(Compare(">", B, n(0)), A, C)),
        (
            "a if b > 0 else b if c > 0 else c",
            IfElse(Compare(">", B, n(0)), A, IfElse(Compare(">", C, n(0)), B, C)),
        ),
        ("a + 1 if b > 0 else -c", IfElse(Compare(">", B, n(0)), Arithmetic("+", A, n(1)), Negate(C))),
        ("a < b if b > 0 else b > c", IfElse(Compare(">", B, n(0)), Compare("<", A, B), Compare(">", B, C))),
        ('a == "EN"', OneOf(A, frozenset({"EN"}))),
        ("a != '1+'", Logic("not", (OneOf(A, frozenset({"1+"})),))),
        ("none", Nothing()),
        ("area.points", Name("area.points")),
    ],
)
def test_precedence(text: str, tree: Node) -> None:
    """Products before sums before comparisons before not before and before or before if; signs bind to what follows."""
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16 993 210", "16993210"),
        ("16\u00a0993\u00a0210", "16993210"),
        ("16\u202f993\u202f210", "16993210"),
        ("1 234.5", "1234.5"),
        ("7.5 %", "0.075"),
        ("7.5%", "0.075"),
        ("7.5\u00a0%", "0.075"),
        ("1 000 %", "10"),
        ("0.000000000001", "0.000000000001"),
        ("007", "7"),
    ],
)
def test_numbers_are_exact_as_they_are_written(text: str, number: str) -> None:
    """Digits may stand in groups of three, and N % is a hundredth part."""
    assert parse(text) == Number(Fraction(number))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("50 % of a", Arithmetic("*", HALF, A)),
        ("50 % * a", Arithmetic("*", HALF, A)),
        ("50 % of a + b", Arithmetic("+", Arithmetic("*", HALF, A), B)),
        ("50 % of a * b", Arithmetic("*", Arithmetic("*", HALF, A), B)),
        ("50 % of (a + b)", Arithmetic("*", HALF, Arithmetic("+", A, B))),
        ("50 % of -a", Arithmetic("*", HALF, Negate(A))),
        ("-50 % of a", Negate(Arithmetic("*", HALF, A))),
        ("50 % of 50 % of a", Arithmetic("*", HALF, Arithmetic("*", HALF, A))),
        ("1 - 50 %", Arithmetic("-", n(1), HALF)),
    ],
)
def test_percentages_of_something(text: str, tree: Node) -> None:
    """`N % of x` is a product that binds as tightly as a sign."""
    assert parse(text) == tree


def test_a_percentage_remembers_how_it_was_written() -> None:
    """What was written as a share is known as one, so that money + 5 % can be refused."""
    share, number = parse("5 %"), parse("0.05")
    assert share == number
    assert isinstance(share, Number)
    assert isinstance(number, Number)
    assert (share.percent, number.percent) == (True, False)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("min(a, b, 1)", Extreme("least", (A, B, n(1)))),
        ("max(a)", Extreme("most", (A,))),
        ("max(1, 200 300)", Extreme("most", (n(1), n(200300)))),
        ("abs(a)", Extreme("most", (A, Negate(A)))),
        ("clamp(a, 0, 1)", Extreme("least", (Extreme("most", (A, n(0))), n(1)))),
        ("coalesce(a, 0)", IfElse(Missing(A), n(0), A)),
        ("coalesce(a, b, 0)", IfElse(Missing(A), IfElse(Missing(B), n(0), B), A)),
        ("floor(a)", Round(A, "floor", Fraction(1))),
        ("ceil(a, 2)", Round(A, "ceil", Fraction(1, 100))),
        ("round(a, 1)", Round(A, "half_away_from_zero", Fraction(1, 10))),
        ("missing(a)", Missing(A)),
        ("mean(a, b)", Group("mean", (A, B))),
        ("total(a)", Group("total", (A,))),
        ("lowest(a, b)", Group("lowest", (A, B))),
        ("highest(a, b)", Group("highest", (A, B))),
        ("count(a, b)", Group("count", (A, B))),
        ("round(exp(a), 4)", Round(Exp(A), "half_away_from_zero", Fraction(1, 10_000))),
        ("earlier(a, 2)", Call("earlier", A, 2)),
        ("earlier(a)", Call("earlier", A, 1)),
        ("settled(a, 1)", Call("settled", A, 1)),
        ("over_parties(a)", Call("over_parties", A)),
        ("across_total(a)", Across("total", A)),
        ("across_mean(a, b)", Across("mean", A, B)),
        ("across_count(a)", Across("count", A)),
        ("across_lowest(a)", Across("lowest", A)),
        ("across_highest(a)", Across("highest", A)),
        ("across_percentile(a, 75 %, lower)", Across("percentile", A, None, "lower", Fraction(3, 4))),
        ("across_percentile(a, 50 %, linear, b)", Across("percentile", A, B, "linear", HALF.value)),
        ("across_rank(a, highest_first)", Across("rank", A, None, "highest_first")),
        ("across_rank(a, lowest_first, b)", Across("rank", A, B, "lowest_first")),
        ("across_factor(a, b)", Across("factor", B, pool=A)),
        ("across_factor(a, b, c)", Across("factor", B, pool=A, most=C)),
    ],
)
def test_functions(text: str, tree: Node) -> None:
    """Every function of the language, and what the shorthands stand for."""
    assert parse(text) == tree


def test_every_function_is_tried() -> None:
    """The table above leaves none out."""
    (table,) = (mark.args[1] for mark in test_functions.pytestmark)  # type: ignore[attr-defined]  # set by the mark
    assert {text.split("(")[0] for text, _ in table} | {"exp"} == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "code", "column", "width", "said"),
    [
        ("", "AO301", 1, 1, "A number or a name is needed where the end of the formula stands."),
        ("   ", "AO301", 4, 1, "the end of the formula"),
        ("a +", "AO301", 4, 1, "the end of the formula"),
        ("a + * b", "AO301", 5, 1, "where '*' stands"),
        ("a b", "AO301", 3, 1, "The formula is complete before 'b'."),
        ("1 00", "AO301", 3, 2, "The formula is complete before '00'."),
        ("(a", "AO301", 3, 1, "Here stands the end where ')' is needed to close the bracket."),
        ("min(a, b", "AO301", 9, 1, "Here stands the end where ',' is needed"),
        ("a)", "AO301", 2, 1, "The formula is complete before ')'."),
        ("a < b < c", "AO301", 7, 1, "Comparisons cannot be chained."),
        ("a if b > 0", "AO301", 11, 1, "where 'else' is needed after the condition"),
        ("a @ b", "AO301", 3, 1, "'@' has no meaning in a formula."),
        ("a, b", "AO301", 2, 1, "The formula is complete before ','."),
        ("else", "AO301", 1, 4, "where 'else' stands"),
        ("'text'", "AO301", 1, 6, "where \"'text'\" stands"),
        ("'text", "AO301", 1, 1, "has no meaning in a formula"),
        ("1234567890123456", "AO105", 1, 16, "at most 15 digits"),
        ("a and b > 0", "AO303", 3, 3, "A number cannot be used as a condition around 'and'."),
        ("not a", "AO303", 1, 3, "A number cannot be used as a condition around 'not'."),
        ("1 + (a > b)", "AO303", 3, 1, "A condition cannot be used as a number around '+'."),
        ("-(a > b)", "AO303", 1, 1, "A condition cannot be used as a number around '-'."),
        ("a if b else c", "AO303", 3, 2, "A number cannot be used as a condition around 'if'."),
        ("a if b > 0 else b > c", "AO303", 3, 2, "One branch is a condition, the other a number."),
        ("(a > b) == 1", "AO303", 9, 2, "A condition cannot be used as a number around '=='."),
        ("5 % of (a > b)", "AO303", 5, 2, "A condition cannot be used as a number around 'of'."),
        ("a < 'EN'", "AO303", 3, 1, "A text can only be compared with a payee's attribute, by == or !=."),
        ("a + 1 == 'EN'", "AO303", 7, 2, "A text can only be compared with a payee's attribute"),
        ("averge(a)", "AO304", 1, 6, "averge is not a function of the language."),
        ("open(a)", "AO304", 1, 4, "open is not a function of the language."),
        ("a(b)", "AO304", 1, 1, "a is not a function of the language."),
        ("min()", "AO305", 1, 3, "it has 0 values"),
        ("clamp(a, 0)", "AO305", 1, 5, "it has 2 values"),
        ("max(a > b, 1)", "AO305", 1, 3, "a condition stands where a number is needed"),
        ("missing(a + 1)", "AO305", 1, 7, "a name is needed here"),
        ("mean(a, 2)", "AO305", 1, 4, "a name is needed here"),
        ("coalesce(a * 2, 0)", "AO305", 1, 8, "a name is needed here"),
        ("round(a, 1.5)", "AO305", 1, 5, "a whole number from 0 to 40 is needed here"),
        ("round(a, 41)", "AO305", 1, 5, "a whole number from 0 to 40 is needed here"),
        ("round(a, b)", "AO305", 1, 5, "a whole number from 0 to 40 is needed here"),
        ("earlier(a, 0)", "AO305", 1, 7, "it looks at least one period back"),
        ("over_parties(a, b)", "AO305", 1, 12, "it has 2 values"),
        ("across_percentile(a, 101 %, lower)", "AO305", 1, 17, "a share from 0 % to 100 % is needed second"),
        ("across_percentile(a, b, lower)", "AO305", 1, 17, "a share from 0 % to 100 % is needed second"),
        ("across_percentile(a, 5 %, median)", "AO305", 1, 17, "one of the words lower, higher, midpoint, linear"),
        ("across_rank(a, 1)", "AO305", 1, 11, "one of the words highest_first, lowest_first is needed"),
        ("across_mean(a + 1)", "AO305", 1, 11, "a name is needed here"),
    ],
)
def test_what_is_wrong_is_told_at_its_token(text: str, code: str, column: int, width: int, said: str) -> None:
    """The code, the column and width of the token at fault, and why."""
    problem = faults(text)
    assert problem.place is not None
    assert (problem.code, problem.place.column, problem.place.width) == (code, column, width)
    assert said in problem.sentence


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("a ^ 2", "There are no powers; multiply."),
        ("a = 2", "Compare with ==."),
        ("a % 2", "A percentage needs a number before it"),
        ("a \u2212 2", "Write the minus sign as -."),
        ("a \u00d7 2", "Multiply with *."),
        ("a[0]", "There are no brackets but ( )."),
        ("a.__class__", "There are no attributes; use names."),
        ("a.B", "There are no attributes; use names."),
        ("a; b", "Take it out."),
        ("avg(a)", "Known here" if len(FUNCTIONS) <= 12 else ""),
        ("totl(a)", "Did you mean total?"),
        ("clamp(a)", "Write clamp(a, least, most)."),
        ("a and 1", "Compare it with something, such as x > 0."),
        ("1 + (a > b)", "Write 1 if condition else 0."),
    ],
)
def test_what_to_write_instead_is_told(text: str, instead: str) -> None:
    """Whoever writes as in another language is told how it is written in this one."""
    assert instead in faults(text).instead


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "a.__class__.__mro__",
        "().__class__",
        "[x for x in a]",
        "{a: b}",
        "lambda: a",
        "a := 1",
        "9 ** 9 ** 9",
        "9 // 2",
        "9 % 2",
        "a @ b",
        "a | b",
        "a << 999",
        "~a",
        "a is b",
        "a in b",
        "f'{a}'",
        "eval(a)",
        "exec(a)",
        "getattr(a, b)",
        "print(a)",
        "yield a",
        "1e9",
        "0x10",
        "1_000",
        "1j",
        "True and False",
        "a\\b",
        "`a`",
        "$a",
        "{{ a }}",
    ],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    """No attribute, call, power, remainder, index or text: what is not on the list is not read, let alone run."""
    assert faults(text).code in ("AO301", "AO303", "AO304", "AO305")


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        ("a" + " " * 499, "a" + " " * 500),
        ("+".join(["a"] * 100), "+".join(["a"] * 101)),
        ("(" * 20 + "a" + ")" * 20, "(" * 21 + "a" + ")" * 21),
        ("-" * 20 + "a", "-" * 21 + "a"),
        ("abs(" * 6 + "a" + ")" * 6, "abs(" * 7 + "a" + ")" * 7),
        ("floor(" * 20 + "a" + ")" * 20, "floor(" * 21 + "a" + ")" * 21),
        ("1%of " * 20 + "a", "1%of " * 21 + "a"),
        ("not " * 20 + "a<b", "not " * 22 + "a<b"),
        ("a if a<b else " * 20 + "a", "a if a<b else " * 21 + "a"),
    ],
    ids=["letters", "parts", "brackets", "signs", "sugar", "calls", "shares", "negations", "choices"],
)
def test_limits(within: str, beyond: str) -> None:
    """500 letters, 200 parts and 20 levels are read; one more of any is too much to read at a glance."""
    assert sum(1 for _ in walk(parse(within))) <= 200
    assert faults(beyond).code == "AO302"


@given(st.text(alphabet="ab1 .,%()+-*/<>=!'\"\u2212fionmxelsad_", max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    """Any text is a formula or a coded problem at a token within it; nothing breaks off."""
    try:
        tree = parse(text, lambda at, width: Place("c.yaml", 1, at + 1, width))
    except ContractError as error:
        (problem,) = error.problems
        assert problem.place is not None
        assert 1 <= problem.place.column <= len(text) + 1
        assert problem.sentence
    else:
        assert set(names(tree)) <= set(text.replace("(", " ").split()) or isinstance(tree, Node)


def test_equal_formulas_are_equal_wherever_they_stand() -> None:
    """The place takes no part in equality."""
    here, there = parse("a + 1", lambda at, _: Place("x", 1, at)), parse("a  +  1", lambda at, _: Place("y", 9, at))
    assert here == there
    assert hash(here) == hash(there)


# -- computing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("a + b", {"a": 1, "b": "1/3"}, "4/3"),
        ("a - b", {"a": 1, "b": "1/3"}, "2/3"),
        ("a * b", {"a": 3, "b": "1/3"}, "1"),
        ("a / b", {"a": 1, "b": 3}, "1/3"),
        ("-a", {"a": 5}, "-5"),
        ("min(a, b, 2)", {"a": 3, "b": "5/2"}, "2"),
        ("max(a, b, 2)", {"a": 3, "b": "5/2"}, "3"),
        ("abs(a)", {"a": -3}, "3"),
        ("clamp(a, 0, 1)", {"a": 7}, "1"),
        ("clamp(a, 0, 1)", {"a": -7}, "0"),
        ("floor(a)", {"a": "-1/2"}, "-1"),
        ("ceil(a)", {"a": "-1/2"}, "0"),
        ("round(a)", {"a": "5/2"}, "3"),
        ("round(a)", {"a": "-5/2"}, "-3"),
        ("round(a, 2)", {"a": "2.675"}, "2.68"),
        ("floor(a, 2)", {"a": "0.29"}, "0.29"),
        ("mean(a, b)", {"a": 1, "b": 2}, "3/2"),
        ("total(a, b)", {"a": 1, "b": 2}, "3"),
        ("lowest(a, b)", {"a": 1, "b": 2}, "1"),
        ("highest(a, b)", {"a": 1, "b": 2}, "2"),
        ("count(a, b)", {"a": 1, "b": 2}, "2"),
        ("a if b > 0 else c", {"a": 1, "b": 1, "c": 2}, "1"),
        ("a if b > 0 else c", {"a": 1, "b": 0, "c": 2}, "2"),
        ("16 993 210 * 1 %", {}, "169932.1"),
        ("50 % of a", {"a": "0.03"}, "0.015"),
    ],
)
def test_numbers_come_out_exactly(text: str, values: dict[str, int | str | None], result: str) -> None:
    """Whole numbers and fractions, never floats: 2.675 rounds up, and a third is a third."""
    assert value(text, **values) == Fraction(result)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a < b", True),
        ("a <= a", True),
        ("a > b", False),
        ("a >= a", True),
        ("a == b", False),
        ("a != b", True),
        ("a / 3 * 3 == a", True),
        ("a < b and b < a", False),
        ("a < b or b < a", True),
        ("not a < b", False),
        ("missing(a)", False),
    ],
)
def test_conditions(text: str, result: bool) -> None:
    """Comparisons of exact numbers: a third times three is a whole again."""
    assert value(text, a=1, b=2) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a + 1", None),
        ("1 - a", None),
        ("a * 0", None),
        ("a / 2", None),
        ("2 / a", None),
        ("0 / a", None),
        ("-a", None),
        ("min(a, 1)", None),
        ("max(1, a)", None),
        ("clamp(a, 0, 1)", None),
        ("abs(a)", None),
        ("floor(a)", None),
        ("a < 1", None),
        ("a == a", None),
        ("a != 1", None),
        ("not a < 1", None),
        ("a < 1 and 1 < 2", None),
        ("a < 1 and 2 < 1", False),
        ("2 < 1 and a < 1", False),
        ("a < 1 or 1 < 2", True),
        ("1 < 2 or a < 1", True),
        ("a < 1 or 2 < 1", None),
        ("1 if a < 1 else 2", None),
        ("a if 1 < 2 else 2", None),
        ("2 if 1 < 2 else a", Fraction(2)),
        ("none if 1 < 2 else 2", None),
        ("missing(a)", True),
        ("missing(b)", False),
        ("coalesce(a, 7)", Fraction(7)),
        ("coalesce(b, 7)", Fraction(4)),
        ("coalesce(a, b, 7)", Fraction(4)),
        ("mean(a, b)", Fraction(4)),
        ("total(a, b)", Fraction(4)),
        ("lowest(a, b)", Fraction(4)),
        ("highest(a, b)", Fraction(4)),
        ("count(a, b)", Fraction(1)),
        ("mean(a, a)", None),
        ("total(a, a)", None),
        ("lowest(a)", None),
        ("highest(a)", None),
        ("count(a)", Fraction(0)),
        ("round(exp(a), 2)", None),
    ],
)
def test_what_is_missing(text: str, result: Value) -> None:
    """What is missing stays missing, unless a group, coalesce, missing() or the branch that is taken says otherwise."""
    assert value(text, a=None, b=4) == result


def test_only_the_branch_taken_is_read() -> None:
    """A division in the other branch does no harm."""
    assert value("a / b if b > 0 else 0", a=1, b=0) == 0


def test_a_division_by_zero_names_its_division() -> None:
    """It is never an infinity or a silent nothing."""
    node = parse("1 + a / b")
    with pytest.raises(DivisionByZero) as error:
        exact(node)({"a": Fraction(0), "b": Fraction(0)})
    assert error.value.node == parse("a / b")


def test_a_name_without_a_value_is_no_missing_value() -> None:
    """A name that nobody gave is a mistake of the program."""
    with pytest.raises(KeyError):
        value("a")


def test_categories() -> None:
    """A payee's attribute is one of the codes, is not, or is missing."""
    is_en = exact(parse("track == 'EN'"))
    assert [is_en({"track": code}) for code in ("EN", "E", None)] == [True, False, None]
    assert exact(parse("track != 'EN'"))({"track": "E"}) is True


@pytest.mark.parametrize(
    ("weights", "values", "result"),
    [
        ((1, 1), (10, 20), "15"),
        ((1, 3), (10, 20), "35/2"),
        ((1, 3), (None, 20), "20"),
        ((0, 3), (10, None), None),
        ((1, 3), (None, None), None),
    ],
)
def test_a_weighted_mean_weighs_what_is_present(
    weights: tuple[int, int], values: tuple[int | None, int | None], result: str | None
) -> None:
    """The weights of what is present count, and no weight at all gives no mean."""
    node = Group("mean", (A, B), tuple(map(n, weights)))
    given_values = dict(zip("ab", (None if each is None else Fraction(each) for each in values), strict=True))
    assert exact(node)(given_values) == (None if result is None else Fraction(result))


@pytest.mark.parametrize(("at_least", "result"), [(1, "4"), (2, "4"), (3, None)])
def test_a_group_may_need_several(at_least: int, result: str | None) -> None:
    """Fewer than are needed give no value."""
    node = Group("mean", (A, B, C), (), at_least)
    got = exact(node)({"a": Fraction(3), "b": None, "c": Fraction(5)})
    assert got == (None if result is None else Fraction(result))


def test_powers_of_e_are_told_to_forty_digits() -> None:
    """e, its reciprocal, and no more or fewer digits than are stated."""
    e = Fraction("2.718281828459045235360287471352662497757")
    assert value("round(exp(1), 39)") == e
    assert value("round(exp(0), 2)") == 1
    assert value("round(exp(-a), 6)", a=1) == Fraction("0.367879")
    assert value("round(exp(-a), 6)", a=10**9) == 0


def test_a_power_of_e_that_no_number_holds_has_no_value() -> None:
    """It is refused like a division by zero, not ended by a fault of the arithmetic."""
    with pytest.raises(TooLarge, match="too large a power") as error:
        value("round(exp(a), 2)", a=10**7)
    assert error.value.node == parse("exp(a)")


@pytest.mark.parametrize(
    ("x", "on_line", "on_stairs_above", "on_stairs_below"),
    [
        ("-1", "-100", "0", "0"),
        ("0", "-100", "40", "0"),
        ("1/2", "-50", "40", "40"),
        ("1", "0", "70", "40"),
        ("5/2", "50", "70", "70"),
        ("4", "100", "70", "70"),
        ("9", "100", "70", "70"),
    ],
)
def test_curves(x: str, on_line: str, on_stairs_above: str, on_stairs_below: str) -> None:
    """A line is flat beyond its ends; a value on the edge of a step is above or below it, as stated."""
    points = [(Fraction(a), Fraction(b)) for a, b in ((0, -100), (1, 0), (4, 100))]
    steps = [(Fraction(0), Fraction(40)), (Fraction(1), Fraction(70))]
    at = {"a": Fraction(x)}
    assert exact(through(A, points))(at) == Fraction(on_line)
    assert exact(stairs(A, steps, Fraction(0), closed=False))(at) == Fraction(on_stairs_above)
    assert exact(stairs(A, steps, Fraction(0), closed=True))(at) == Fraction(on_stairs_below)


def test_a_curve_may_have_gaps_and_may_be_asked_nothing() -> None:
    """A piece without a slope gives no value, and neither does a missing one."""
    curve = Curve(A, (Piece(Fraction(0), False, None), Piece(None, False, Fraction(1))))
    assert [exact(curve)({"a": each}) for each in (Fraction(-1), Fraction(0), None)] == [None, Fraction(0), None]


@pytest.mark.parametrize(("x", "result"), [("60", "0"), ("59", "0"), ("70", "50"), ("80", "100"), ("81", "100")])
def test_between_two_levels_either_way(x: str, result: str) -> None:
    """Whether higher or lower is better follows from the levels."""
    up = between(A, Fraction(60), Fraction(80), Fraction(100))
    down = between(A, Fraction(80), Fraction(60), Fraction(100))
    assert exact(up)({"a": Fraction(x)}) == Fraction(result)
    assert exact(down)({"a": 140 - Fraction(x)}) == Fraction(result)


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(0, 100), min_size=6, max_size=6),
    st.integers(0, 400),
)
def test_bands_are_the_sum_of_their_slices(ends: list[int], rates: list[int], x: int) -> None:
    """From x to 100, each slice is shared at its band's rate; right of 100 the sum is negative."""
    edges = [Fraction(end) for end in sorted(ends)]
    bands = list(zip([*edges, None], map(Fraction, rates), strict=False))
    low, high, sign = Fraction(min(x, 100)), Fraction(max(x, 100)), 1 if x <= 100 else -1
    lower = [Fraction(-1000), *edges]
    expected = sum(
        (
            rate * max(Fraction(0), min(high if upper is None else upper, high) - max(start, low))
            for start, (upper, rate) in zip(lower, bands, strict=True)
        ),
        Fraction(0),
    )
    assert exact(earned_in_bands(A, bands, Fraction(100)))({"a": Fraction(x)}) == sign * expected


# -- over all payees -------------------------------------------------------------------------------------------------


def over(text: str, *payees: Values) -> list[Value]:
    """What a formula over all payees comes to for each."""
    node = parse(text)
    assert isinstance(node, Across)
    return read_across(node, payees)


def alike(*values: int | str | None) -> list[Values]:
    """Payees that differ in ``a`` alone."""
    return [{"a": None if each is None else Fraction(each)} for each in values]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("across_total(a)", "10"),
        ("across_mean(a)", "5/2"),
        ("across_count(a)", "4"),
        ("across_lowest(a)", "1"),
        ("across_highest(a)", "4"),
        # Of 1, 2, 3, 4 the 40 % point stands at 0.4 x 3 = 1.2 from the first: between 2 and 3.
        ("across_percentile(a, 40 %, lower)", "2"),
        ("across_percentile(a, 40 %, higher)", "3"),
        ("across_percentile(a, 40 %, midpoint)", "5/2"),
        ("across_percentile(a, 40 %, linear)", "11/5"),
        # The nearest rank is the first that at least 40 % of four, 1.6, come up to: the second.
        ("across_percentile(a, 40 %, nearest_rank)", "2"),
        ("across_percentile(a, 50 %, nearest_rank)", "2"),
        ("across_percentile(a, 0 %, nearest_rank)", "1"),
        ("across_percentile(a, 100 %, nearest_rank)", "4"),
        ("across_percentile(a, 0 %, linear)", "1"),
        ("across_percentile(a, 100 %, higher)", "4"),
    ],
)
def test_over_all_payees(text: str, result: str) -> None:
    """One number for all, of those that have the value; who has none sees it too, and the order is nothing."""
    assert over(text, *alike(4, None, 2, 1, 3)) == [Fraction(result)] * 5


@pytest.mark.parametrize(
    ("text", "result"),
    [("total", Fraction(0)), ("count", Fraction(0)), ("mean", None), ("lowest", None), ("highest", None)],
)
def test_over_nobody(text: str, result: Value) -> None:
    """Nobody's total is 0 and nobody's mean is nothing."""
    assert over(f"across_{text}(a)", *alike(None)) == [result]


def test_ranks_share_the_best_of_a_tie() -> None:
    """Two firsts are followed by a third; who has no value has no rank."""
    payees = alike(5, 9, None, 9, 1)
    assert over("across_rank(a, highest_first)", *payees) == [3, 1, None, 1, 4]
    assert over("across_rank(a, lowest_first)", *payees) == [2, 3, None, 3, 1]


def test_only_those_among_count() -> None:
    """A condition or a number names who belongs to the population."""
    payees: list[Values] = [
        {"a": Fraction(1), "b": True},
        {"a": Fraction(5), "b": False},
        {"a": Fraction(7), "b": None},
        {"a": Fraction(3), "b": Fraction(2)},
    ]
    assert over("across_total(a, b)", *payees) == [4, 4, 4, 4]
    assert over("across_rank(a, lowest_first, b)", *payees) == [1, None, None, 2]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6),
    st.integers(0, 200),
)
def test_a_factor_spends_the_pool(payees: list[tuple[int, int]], pool: int) -> None:
    """The sum of factor x base, each at most its limit, is the pool exactly; where no factor can spend it, there is none."""
    values: list[Values] = [{"a": Fraction(pool), "b": Fraction(base), "c": Fraction(most)} for base, most in payees]
    (factor,) = set(over("across_factor(a, b, c)", *values))
    limits = sum(most for base, most in payees if base)
    if factor is None:
        assert limits < pool or not any(base for base, _ in payees)
    else:
        assert isinstance(factor, Fraction)
        assert sum(min(factor * base, Fraction(most)) for base, most in payees if base) == pool


def test_a_factor_without_limits() -> None:
    """100 over 10 and 30 is 2.5 for each; over nothing it is nothing; and a pool that differs is refused."""
    payees: list[Values] = [{"a": Fraction(100), "b": Fraction(base)} for base in (10, 30)]
    assert over("across_factor(a, b)", *payees) == [Fraction(5, 2)] * 2
    assert over("across_factor(a, b)", {"a": Fraction(100), "b": Fraction(0)}) == [None]
    with pytest.raises(PoolsDiffer):
        over("across_factor(a, b)", *payees, {"a": Fraction(99), "b": Fraction(1)})


def test_what_is_over_all_payees_is_not_read_for_one() -> None:
    """It is a barrier between stages: the reader of one payee's formulas refuses it."""
    with pytest.raises(NeedsEveryPayee, match=r"^a$"):
        exact(parse("across_mean(a)"))({"a": Fraction(1)})


@pytest.mark.parametrize("kind", ["total", "count"])
def test_a_total_of_nothing_is_a_fraction_too(kind: str) -> None:
    """Every number is a fraction, so that nothing after it divides as whole numbers or floats do."""
    found = exact(Group(kind, (A,), (), 0))({"a": None})
    assert (found, type(found)) == (0, Fraction)


# -- the way taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "names_read"),
    [
        ("a + b * a", {"a": 1, "b": 2}, ["a", "b", "a"]),
        ("a if b > 0 else c", {"a": 1, "b": 1, "c": 1}, ["b", "a"]),
        ("a if b > 0 else c", {"a": 1, "b": 0, "c": 1}, ["b", "c"]),
        ("a if b > 0 else c", {"a": 1, "b": None, "c": 1}, ["b"]),
        ("1 + (2 if a > 0 else b if c > 0 else a)", {"a": 0, "b": 1, "c": 1}, ["a", "c", "b"]),
        ("a if (b if c > 0 else a) > 0 else c", {"a": 1, "b": 1, "c": 1}, ["c", "b", "a"]),
        ("7", {}, []),
    ],
)
def test_the_names_that_decided(text: str, values: dict[str, int | None], names_read: list[str]) -> None:
    """Conditions are always read; of two branches the one that was taken, of an undecided condition neither."""
    known: Values = {name: None if each is None else Fraction(each) for name, each in values.items()}
    assert list(reads(parse(text), known)) == names_read


@pytest.mark.parametrize(
    ("x", "taken"),
    [("0", "7"), ("1", "7"), ("2", "3 * a"), ("3", "3 * a + 1/2"), ("5", "none"), (None, "none")],
)
def test_the_piece_that_was_taken(x: str | None, taken: str) -> None:
    """As a formula of the value: a number where it is flat, a product where it passes through zero, nothing where it ends."""
    none, three, half = Fraction(0), Fraction(3), Fraction(1, 2)
    pieces = (
        Piece(Fraction(1), True, none, Fraction(7)),
        Piece(Fraction(2), True, three, none),
        Piece(Fraction(4), True, three, half),
        Piece(None, False, None),
    )
    wanted = {
        "7": n(7),
        "3 * a": Arithmetic("*", n(3), A),
        "3 * a + 1/2": Arithmetic("+", Arithmetic("*", n(3), A), HALF),
        "none": Nothing(),
    }
    assert piece_taken(Curve(A, pieces), {"a": None if x is None else Fraction(x)}) == wanted[taken]


# -- telling ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "en", "fi", "sv"),
    [
        (
            "max(0, target - cost) * 50 %",
            "the largest of (0; target - cost) × 50 %",
            "suurin näistä: (0; target - cost) × 50 %",
            "det största av (0; target - cost) × 50 %",
        ),
        (
            "a if b > 1 234.5 else none",
            "a if b > 1,234.5, otherwise no value",
            "a, jos b > 1\u00a0234,5, muuten ei arvoa",
            "a om b > 1\u00a0234,5, annars inget värde",
        ),
        ("(a + b) * c - (a - b)", "(a + b) × c - (a - b)", "(a + b) × c - (a - b)", "(a + b) × c - (a - b)"),
        ("a / (b / c)", "a / (b / c)", "a / (b / c)", "a / (b / c)"),
        (
            "a < b and not (b < c or missing(c))",
            "a < b and (not (b < c or c is missing))",
            "a < b ja (ei (b < c tai c puuttuu))",
            "a < b och (inte (b < c eller c saknas))",
        ),
        (
            "floor(a, 2)",
            "a rounded down to 0.01",
            "a pyöristettynä alas tarkkuuteen 0,01",
            "a avrundat nedåt till 0,01",
        ),
        (
            "mean(a, b)",
            "the weighted mean of (a; b)",
            "painotettu keskiarvo: (a; b)",
            "det viktade medelvärdet av (a; b)",
        ),
        ("track == 'EN'", "track is EN", "track on EN", "track är EN"),
        ("-a * 2", "-a × 2", "-a × 2", "-a × 2"),
        ("exp(a) + 1", "(e to the power a) + 1", "(e potenssiin a) + 1", "(e upphöjt till a) + 1"),
    ],
)
def test_formulas_in_words(text: str, en: str, fi: str, sv: str) -> None:
    """The whole formula, with the contract's names and each language's own words, signs and decimal marks."""
    node = parse(text)
    assert (in_words(node, "en"), in_words(node, "fi"), in_words(node, "sv")) == (en, fi, sv)


@pytest.mark.parametrize(
    ("text", "en", "fi"),
    [
        ("a + b * c", "1,000 + (-0.5) × 3", "1\u00a0000 + (-0,5) × 3"),
        ("a if b > 0 else c", "3, since not ((-0.5) > 0)", "3, koska ei ((-0,5) > 0)"),
        ("max(0, b)", "the largest of (0; (-0.5))", "suurin näistä: (0; (-0,5))"),
        ("total(a, d)", "the sum of (1,000)", "summa: (1\u00a0000)"),
        ("coalesce(d, 7)", "7", "7"),
    ],
)
def test_formulas_in_numbers(text: str, en: str, fi: str) -> None:
    """Numbers stand for names, and only the branches that were taken are told."""
    values: Values = {"a": Fraction(1000), "b": Fraction(-1, 2), "c": Fraction(3), "d": None}
    node = parse(text)
    assert (in_numbers(node, values, "en"), in_numbers(node, values, "fi")) == (en, fi)


STAIRS = (Piece(Fraction(0), False, Fraction(0), Fraction(0)), Piece(Fraction(3), True, Fraction(2), Fraction(-1)))


@pytest.mark.parametrize(
    ("pieces", "in_full", "taken"),
    [
        (
            (*STAIRS, Piece(None, False, Fraction(0), Fraction(5))),
            "a by pieces (below 0: 0; up to 3: 2 × a - 1; otherwise: 5)",
            "at 2: 2 × 2 - 1",
        ),
        (
            (*STAIRS, Piece(None, False, None)),
            "a by pieces (below 0: 0; up to 3: 2 × a - 1; otherwise: no value)",
            "at 2: 2 × 2 - 1",
        ),
        (
            (Piece(Fraction(1), True, Fraction(0)), Piece(None, False, Fraction(1), Fraction(-1))),
            "a by pieces (up to 1: 0; otherwise: 1 × a - 1)",
            "at 2: 1 × 2 - 1",
        ),
        (
            (Piece(Fraction(1), True, Fraction(0), Fraction(4)), Piece(None, False, Fraction(0), Fraction(-4))),
            "a by pieces (up to 1: 4; otherwise: -4)",
            "at 2: -4",
        ),
        (
            (
                Piece(Fraction(0), False, Fraction(0), Fraction(-1)),
                Piece(Fraction(3), True, Fraction(2), Fraction(-1)),
                Piece(None, False, Fraction(0), Fraction(5)),
            ),
            "a along the line (0: -1) (3: 5)",
            "at 2: 2 × 2 - 1",
        ),
        ((Piece(None, False, None),), "a by pieces (no value)", "at 2: no value"),
        ((Piece(None, False, Fraction(0), Fraction(7)),), "a along the line 7", "at 2: 7"),
    ],
)
def test_a_curve_in_words(pieces: tuple[Piece, ...], in_full: str, taken: str) -> None:
    """By its corners where they say all, else piece by piece, so that no jump and no slope beyond the last corner is left
    out; in numbers by the piece that was taken; bracketed where it stands inside arithmetic."""
    curve = Curve(A, pieces)
    assert in_words(curve, "en") == in_full
    assert in_numbers(curve, {"a": Fraction(2)}, "en") == taken
    assert in_numbers(Arithmetic("+", curve, B), {"a": Fraction(2), "b": Fraction(1)}, "en") == f"({taken}) + 1"


def test_what_is_added_below_nothing_is_taken_off() -> None:
    """Formulas made by rules add what may be negative; and an endless weight is told as it is."""
    assert in_words(Arithmetic("+", A, Number(Fraction(-2))), "en") == "a - 2"
    assert in_words(Number(Fraction(1, 3)), "en") == "1/3"
    assert in_words(Number(Fraction(1, 10**7 + 1)), "en") == "0.000000..."


def test_a_condition_that_is_open_decides_nothing() -> None:
    """Where what is compared is missing neither branch was taken."""
    assert in_numbers(parse("1 if a > 0 else 2"), {"a": None}, "en") == "no value"


@pytest.mark.parametrize("formula", ["a * a", "a / b", "total(a, a)", "mean(a, a)"])
def test_what_is_too_long_to_keep_is_refused(formula: str) -> None:
    """It names its own formula, so that it can be told where it stands."""
    with pytest.raises(TooLong) as error:
        exact(parse(f"1 + {formula}"))({"a": Fraction(2) ** 300_000, "b": Fraction(1, 2)})
    assert error.value.node == parse(formula)


@pytest.mark.parametrize("largest", [Fraction(2**300_000 - 1), Fraction(1, 2**300_000 - 1)])
def test_what_just_fits_is_kept(largest: Fraction) -> None:
    """Three hundred thousand bits above the line or below it are not too long."""
    assert exact(parse("a * 1"))({"a": largest}) == largest


@pytest.mark.parametrize(
    ("given_value", "en", "fi", "sv"),
    [
        (Fraction(1234567), "1,234,567", "1\u00a0234\u00a0567", "1\u00a0234\u00a0567"),
        (Fraction("-0.5"), "-0.5", "-0,5", "-0,5"),
        (Fraction(1, 3), "0.333333...", "0,333333...", "0,333333..."),
        (Fraction("0.1234567"), "0.123456...", "0,123456...", "0,123456..."),
        (None, "no value", "ei arvoa", "inget värde"),
        (True, "yes", "kyllä", "ja"),
        (False, "no", "ei", "nej"),
        ("EN", "EN", "EN", "EN"),
    ],
)
def test_values_as_each_language_writes_them(given_value: Value, en: str, fi: str, sv: str) -> None:
    """What does not end is cut and shows that it is; a missing value and a truth are words."""
    assert (show(given_value, "en"), show(given_value, "fi"), show(given_value, "sv")) == (en, fi, sv)


@pytest.mark.parametrize(
    ("ends", "short"),
    [
        ((Fraction(-1, 3), Fraction(2)), (Fraction(-1, 3), Fraction(2))),
        ((-inf, Fraction(2**1001)), (-inf, inf)),
        ((Fraction(-(2**1001)), inf), (-inf, inf)),
        ((Fraction(2**1001), Fraction(2**1001)), (Fraction(2**1000), inf)),
        ((Fraction(-(2**1001)), Fraction(-(2**1001))), (-inf, Fraction(-(2**1000)))),
        ((Fraction(2**1001, 3**700), Fraction(2)), (Fraction(2**1001, 3**700), Fraction(2))),
        ((Fraction(1, 2**4000 + 1), Fraction(1, 2**4000 + 1)), (Fraction(0), Fraction(1, 2**4000))),
    ],
)
def test_the_ends_of_a_range_stay_short(ends: tuple[End, End], short: tuple[End, End]) -> None:
    """An end of too many digits gives way to one a little further out; no end ever moves inwards."""
    assert outward(*ends) == short
    assert short[0] <= ends[0] <= ends[1] <= short[1]
