"""Exact numbers: what is read, how it is rounded, how it is shared out, how it is written again."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.numbers import (
    ROUNDINGS,
    Rounding,
    allocate,
    decimal_places,
    digits,
    is_exact_step,
    parse_number,
    round_to,
    to_decimal,
    to_text,
)

DECIMAL_MODES = {
    "half_away_from_zero": decimal.ROUND_HALF_UP,
    "half_even": decimal.ROUND_HALF_EVEN,
    "toward_zero": decimal.ROUND_DOWN,
    "away_from_zero": decimal.ROUND_UP,
    "floor": decimal.ROUND_FLOOR,
    "ceil": decimal.ROUND_CEILING,
}
every_way = pytest.mark.parametrize("how", ROUNDINGS)
fractions = st.builds(Fraction, st.integers(-(10**9), 10**9), st.integers(1, 10**6))
# Whole and half units in a large share of draws: that is where ways to round part.
halves = st.integers(-2_000_001, 2_000_001).map(lambda n: Fraction(n, 200))
units = st.sampled_from([Fraction(1), Fraction(1, 100), Fraction(5, 100), Fraction(1, 10_000), Fraction(1000)])
parties = st.sampled_from(["abc", "b-co", "a2", "a10", "zeta", "mehilainen"])
shares = st.dictionaries(parties, st.builds(Fraction, st.integers(0, 12), st.integers(1, 7)), min_size=1).filter(
    lambda drawn: any(drawn.values())
)


def written(value: Fraction, places: int) -> str:
    """A decimal as Python's own decimals write it."""
    return format(Decimal(value.numerator) / Decimal(value.denominator), f".{places}f")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.5", Fraction(15, 2)),
        ("-3", Fraction(-3)),
        ("\u22123", Fraction(-3)),
        ("16 993 210", Fraction(16993210)),
        ("16\u00a0993\u202f210.50", Fraction(33986421, 2)),
        ("7.5 %", Fraction(3, 40)),
        ("12.5%", Fraction(1, 8)),
        ("1/3", Fraction(1, 3)),
        ("-2/6", Fraction(-1, 3)),
        ("007", Fraction(7)),
        ("0.123456789012", Fraction(123456789012, 10**12)),
        ("999999999999999", Fraction(10**15 - 1)),
        ("-0", Fraction(0)),
    ],
)
def test_numbers_as_people_write_them(text: str, value: Fraction) -> None:
    """Every way in which contracts and data write a number is read exactly."""
    assert parse_number(text) == value


POINT = "write a decimal point: "
LONG = "at most 15 digits before the point and 12 after it are kept exactly; write it shorter or as a ratio such as 1/3"
EXPONENT = "write it out without an exponent"
GROUPS = "group digits with spaces, such as 16 993 210"
FINITE = "an amount or level must be finite"
FORMS = "write it as 7.5, 7.5 %, 16 993 210 or 1/3"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("7,5", POINT + "7.5"),
        ("7,5 %", POINT + "7.5 %"),
        ("-16 993,25", POINT + "-16 993.25"),
        ("1e3", EXPONENT),
        ("1E3", EXPONENT),
        ("1.0e+400", EXPONENT),
        ("1_000", GROUPS),
        ("NaN", FINITE),
        (".nan", FINITE),
        (".inf", FINITE),
        ("-inf", FINITE),
        ("+Infinity", FINITE),
        ("0.12345678901234567890123", LONG),
        ("-0.1234567890123 %", LONG),
        ("1234567890123456", LONG),
        ("-1234567890123456.5", LONG),
        ("1 00", FORMS),
        ("1 0000", FORMS),
        ("١٢", FORMS),
        ("١,٢", FORMS),
        ("0.١٢٣٤٥٦٧٨٩٠١٢٣", FORMS),
        ("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦", FORMS),
        ("١e٣", FORMS),
        ("Xinf", FORMS),
        ("True", FORMS),
        ("0x10", FORMS),
        ("", FORMS),
        (" 7", FORMS),
        ("7 %%", FORMS),
        ("+7", FORMS),
    ],
)
def test_what_is_no_number_is_refused_with_a_hint(text: str, hint: str) -> None:
    """What could be read in two ways, or at a cost, is refused; the sentence says what to write."""
    with pytest.raises(ValueError, match="; ") as refusal:
        parse_number(text)
    assert str(refusal.value) == f"{text!r} is not a number here; {hint}"


def test_a_long_text_is_shown_by_its_beginning() -> None:
    """40 letters are shown whole; of more the first 37 and dots, so that no input floods a message."""
    for text, shown in (("x" * 40, "x" * 40), ("x" * 41, "x" * 37 + "..."), ("x" * 4000, "x" * 37 + "...")):
        with pytest.raises(ValueError, match="; ") as refusal:
            parse_number(text)
        assert str(refusal.value) == f"'{shown}' is not a number here; {FORMS}"


def test_a_ratio_by_zero_is_refused() -> None:
    """A ratio has a denominator above 0."""
    with pytest.raises(ValueError, match="; ") as refusal:
        parse_number("1/0")
    assert str(refusal.value) == "1/0 divides by zero; write a ratio with a denominator above 0"


@given(st.text(alphabet="0123456789 .,/%-+eE_xNaif\u00a0\u2212", max_size=40))
def test_reading_never_does_anything_but_read_or_refuse(text: str) -> None:
    """Any text is a number or a ValueError that says what to write instead."""
    try:
        found: object = parse_number(text)
    except ValueError as error:
        found = str(error)
    assert isinstance(found, Fraction) or "; " in str(found)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 12))
def test_a_decimal_is_read_back_as_it_was(digits: int, places: int) -> None:
    """Writing a terminating decimal and reading it gives the same number."""
    value = Fraction(digits, 10**places)
    assert parse_number(to_text(value)) == value
    assert parse_number(to_decimal(value, places)) == value


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(1, 10**15 - 1))
def test_a_ratio_is_read_back_as_it_was(numerator: int, denominator: int) -> None:
    """Writing any ratio and reading it gives the same number, as long as it has no more digits than are read."""
    value = Fraction(numerator, denominator)
    places = decimal_places(value)
    if places is None or places <= 12:
        assert parse_number(to_text(value)) == value


@given(fractions, st.integers(0, 12))
def test_places_say_how_many_decimals_write_a_number(value: Fraction, places: int) -> None:
    """decimal_places is the least number of decimals that write a number exactly, None where none do."""
    least = decimal_places(value)
    exact = (value * 10**places).denominator == 1
    assert exact == (least is not None and least <= places)
    if exact:
        assert to_decimal(value, places) == written(value, places).replace("-0." if value == 0 else "\0", "0.")
    else:
        with pytest.raises(ValueError, match="more than"):
            to_decimal(value, places)


@pytest.mark.parametrize(("base", "beside"), [(2, 2), (5, 5)])
def test_places_of_a_denominator_that_no_float_holds(base: int, beside: int) -> None:
    """A denominator right beside a high power of 2 or 5 does not terminate, however near it is."""
    assert decimal_places(Fraction(1, base**60)) == 60
    assert decimal_places(Fraction(1, base**60 + beside)) is None
    assert decimal_places(Fraction(1, base**600)) == 600


@every_way
@given(value=st.one_of(halves, fractions), unit=units)
def test_rounding_is_that_of_decimals(how: str, value: Fraction, unit: Fraction) -> None:
    """Every way to round agrees with Python's decimals, at half units above all."""
    size = value / unit
    with decimal.localcontext(prec=60):
        known = (Decimal(size.numerator) / Decimal(size.denominator)).quantize(Decimal(1), DECIMAL_MODES[how])
    assert round_to(value, how, unit) == Fraction(known) * unit
    assert Rounding(how, unit)(value) == Fraction(known) * unit


@every_way
@given(value=st.one_of(halves, fractions), unit=units)
def test_rounding_moves_less_than_a_unit_and_only_once(how: str, value: Fraction, unit: Fraction) -> None:
    """A rounded amount is a whole number of units, less than one from the exact one, and stays when rounded again."""
    found = round_to(value, how, unit)
    assert (found / unit).denominator == 1
    assert abs(found - value) < unit
    assert round_to(found, how, unit) == found


@given(st.one_of(halves, fractions), units)
def test_ways_to_round_are_mirrored(value: Fraction, unit: Fraction) -> None:
    """A loss is rounded as the mirror of a gain, but where the contract says down or up."""
    for how in ("half_away_from_zero", "half_even", "toward_zero", "away_from_zero"):
        assert round_to(-value, how, unit) == -round_to(value, how, unit)
    assert round_to(-value, "floor", unit) == -round_to(value, "ceil", unit)


def test_an_unknown_way_to_round_is_refused() -> None:
    """A way that nobody knows is told, with those that are known."""
    with pytest.raises(ValueError, match="way to round") as refusal:
        round_to(Fraction(1, 2), "half_up")
    assert str(refusal.value) == (
        "'half_up' is not a way to round; known are half_away_from_zero, half_even, toward_zero, away_from_zero, floor, ceil"
    )


@every_way
def test_without_a_unit_numbers_are_rounded_to_whole_ones(how: str) -> None:
    """One is the unit where none is named."""
    assert round_to(Fraction(3), how) == 3
    assert round_to(Fraction(7, 2), how) == round_to(Fraction(7, 2), how, 1)


@given(st.integers(-(10**7), 10**7), shares, units)
def test_parts_sum_to_the_whole(count: int, drawn: Mapping[str, Fraction], unit: Fraction) -> None:
    """Parts are whole units, sum to the amount exactly, have its sign, and lie within a unit of their exact share."""
    amount = count * unit
    parts = allocate(amount, drawn, unit)
    assert sum(parts.values()) == amount
    assert set(parts) == set(drawn)
    for party, part in parts.items():
        assert (part / unit).denominator == 1
        assert part * amount >= 0
        assert abs(part - amount * drawn[party] / sum(drawn.values())) < unit


@given(st.integers(-(10**7), 10**7), shares, units, st.randoms(use_true_random=False))
def test_order_sign_and_scale_of_shares_make_no_difference(
    count: int, drawn: dict[str, Fraction], unit: Fraction, chance: object
) -> None:
    """A loss is shared as the mirror of a gain; the order of parties and the scale of shares say nothing."""
    amount = count * unit
    parts = allocate(amount, drawn, unit)
    assert allocate(-amount, drawn, unit) == {party: -part for party, part in parts.items()}
    assert allocate(amount, dict(reversed(list(drawn.items()))), unit) == parts
    assert allocate(amount, {party: share * 7 / 3 for party, share in drawn.items()}, unit) == parts


@given(st.integers(0, 10**6), st.permutations(["abc", "b-co", "a2", "a10", "zeta"]))
def test_equal_shares_are_served_by_id(count: int, order: list[str]) -> None:
    """Of equal remainders the first id is served first."""
    parts = allocate(Fraction(count, 100), dict.fromkeys(order, Fraction(1)), Fraction(1, 100))
    left = count % 5
    assert [party for party in sorted(order) if parts[party] > Fraction(count // 5, 100)] == sorted(order)[:left]


@pytest.mark.parametrize(
    ("amount", "drawn", "parts"),
    [
        ("99.99", {"a": "75 %", "b": "25 %"}, {"a": "74.99", "b": "25.00"}),
        ("10.03", {"a": "49 %", "b": "51 %"}, {"a": "4.91", "b": "5.12"}),
        ("-10.03", {"a": "49 %", "b": "51 %"}, {"a": "-4.91", "b": "-5.12"}),
        ("0.01", {"b": "1/3", "c": "1/3", "a": "1/3"}, {"a": "0.01", "b": "0", "c": "0"}),
        ("0", {"a": "1", "b": "2"}, {"a": "0", "b": "0"}),
    ],
)
def test_worked_splits(amount: str, drawn: dict[str, str], parts: dict[str, str]) -> None:
    """Splits worked by hand, as in the case 08-split-to-the-cent, and their mirror."""
    known = {party: parse_number(share) for party, share in drawn.items()}
    wanted = {party: parse_number(part) for party, part in parts.items()}
    assert allocate(parse_number(amount), known, Fraction(1, 100)) == wanted


@pytest.mark.parametrize(
    ("amount", "drawn"),
    [
        (Fraction(1, 200), {"a": Fraction(1)}),
        (Fraction(1), {}),
        (Fraction(1), {"a": Fraction(0)}),
        (Fraction(1), {"a": Fraction(2), "b": Fraction(-1)}),
    ],
)
def test_what_cannot_be_shared_is_refused(amount: Fraction, drawn: dict[str, Fraction]) -> None:
    """Half a cent, no shares, and a share below zero cannot be shared out."""
    with pytest.raises(ValueError, match="allocation") as refusal:
        allocate(amount, drawn, Fraction(1, 100))
    assert str(refusal.value) == ("an allocation needs whole units and non-negative shares with a sum above zero")


@pytest.mark.parametrize("zeros", [1, 3000, 3010, 5000, 20_000])
def test_a_number_is_written_however_long_it_is(zeros: int) -> None:
    """Beyond the digits that Python writes by itself too, with every zero within it, and with its sign."""
    assert digits(10 ** (zeros + 1) + 7) == "1" + "0" * zeros + "7"
    assert digits(-(10 ** (zeros + 1)) - 7) == "-1" + "0" * zeros + "7"
    assert to_text(Fraction(10 ** (zeros + 1) + 1, 3)) == "1" + "0" * zeros + "1/3"


@pytest.mark.parametrize(("unit", "fits"), [("0.01", True), ("5", True), ("1/8", True), ("1/3", False), ("0", False)])
def test_units_of_rounding(unit: str, fits: bool) -> None:
    """A unit of rounding is above zero and a terminating decimal."""
    assert is_exact_step(parse_number(unit)) is fits
    assert not is_exact_step(-abs(parse_number(unit)))


@pytest.mark.parametrize(("unit", "places"), [("0.01", 2), ("1", 0), ("0.05", 2), ("1/8", 3), ("1 000", 0)])
def test_places_of_a_rounding(unit: str, places: int) -> None:
    """A rounding knows how many decimals write its amounts."""
    assert Rounding("floor", parse_number(unit)).places == places
