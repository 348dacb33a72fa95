"""What is known of each register, from what is known of the registers it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, exp, expm1, floor, inf, isfinite, isnan, prod

from .bounds import (
    ROUNDOFF,
    TINY,
    Known,
    common,
    constant_known,
    held,
    hull,
    kept,
    linear_error,
    near,
    product_error,
    product_range,
    quotient_error,
    times,
    widened,
)
from .operations import (
    Absent,
    Among,
    Choice,
    Extremes,
    Gather,
    Limited,
    Linear,
    Operand,
    Operation,
    Pieces,
    Power,
    Product,
    Quotient,
    Rounded,
    TruthChoice,
    reads,
)

_MOST_EXPONENT = 700.0
NO_VALUE = Known(0.0, 0.0, 0.0, Fraction(0), missing=True)


def known_of(operation: Operation, knowns: Sequence[Known], absent_codes: bool = False) -> Known:
    """What is known of the result of ``operation``, given every earlier register; inputs are known by their columns."""
    read = [knowns[register] for register in reads(operation)]
    missing, hazard = any(each.missing for each in read), any(each.hazard for each in read)
    match operation:
        case Linear():
            found = linear_known(operation, knowns)
        case Product(left=left, right=right):
            found = _product(knowns[left], knowns[right])
        case Quotient(above=above, below=below):
            found = quotient_known(knowns[above], knowns[below])
            hazard = hazard or found.hazard
        case Limited(of=of, least=least, most=most):
            found = _limited(knowns[of], least, most)
        case Extremes(most=most_of):
            pick = max if most_of else min
            found = replace(hull(read), least=pick(k.least for k in read), most=pick(k.most for k in read))
        case Pieces():
            found = _pieces(operation, read[0])
            missing = missing or any(part.slope is None for part in operation.parts)
        case Rounded():
            ends = [floor(read[0].least) if isfinite(read[0].least) else -inf]
            ends.append(ceil(read[0].most) if isfinite(read[0].most) else inf)
            found = Known(float(ends[0]), float(ends[1]), 0.0, Fraction(1))
        case Choice(then=then, otherwise=otherwise):
            branches = [operand_known(then, knowns), operand_known(otherwise, knowns)]
            found = hull(branches)
            missing = missing or any(each.missing for each in branches)
        case Gather():
            found = _gather(operation, knowns)
            missing = operation.kind != "count"
        case Power():
            found = _power(read[0])
        case Among():
            found, missing = Known(0.0, 1.0), absent_codes
        case Absent():
            found, missing = Known(0.0, 1.0), False
        case TruthChoice(then=then_truth, otherwise=other_truth):
            found, missing = Known(0.0, 1.0), missing or then_truth is None or other_truth is None
        case _:
            found = Known(0.0, 1.0)
    return replace(found, missing=missing, hazard=hazard)


def operand_known(operand: Operand, knowns: Sequence[Known]) -> Known:
    """What is known of a register, a constant or no value."""
    if operand is None:
        return NO_VALUE
    return constant_known(operand) if isinstance(operand, Fraction) else knowns[operand]


def linear_known(linear: Linear, knowns: Sequence[Known]) -> Known:
    """What is known of a sum of coefficient x register and a constant."""
    factors = [(near(factor), knowns[register]) for factor, register in linear.terms]
    constant = near(linear.constant)
    step: Fraction | None = kept(linear.constant)
    for (factor, _), (_, known) in zip(linear.terms, factors, strict=True):
        step = common(step, None if known.step is None else kept(known.step * factor)) if factor else step
    height = prod(known.height for factor, known in factors if factor)
    least = constant + sum(min(times(f, k.least), times(f, k.most)) for f, k in factors)
    most = constant + sum(max(times(f, k.least), times(f, k.most)) for f, k in factors)
    size = abs(constant) + sum((abs(f) + 1) * k.largest for f, k in factors)
    flat = not any(factor for factor, _ in linear.terms)
    exact = (
        (flat or held(step, height, size))
        and isfinite(constant)
        and Fraction(constant) == linear.constant
        and all(flat or (not k.error and held(k.step, k.height, size)) for _, k in factors)
        and all(
            isfinite(f) and Fraction(f) == factor for (f, _), (factor, _) in zip(factors, linear.terms, strict=True)
        )
    )
    error = 0.0 if exact else linear_error([(abs(f), k.largest, k.error) for f, k in factors], constant, len(factors))
    return widened(Known(least, most, _sound(error), step, height))


def _sound(error: float) -> float:
    return inf if isnan(error) else error


def _product(one: Known, other: Known) -> Known:
    step = None if one.step is None or other.step is None else kept(one.step * other.step)
    height = one.height * other.height
    least, most = product_range(one, other)
    size = max(abs(least), abs(most))
    if not one.error and not other.error and held(step, height, size):
        return Known(least, most, 0.0, step, height)
    error = product_error(one.largest, one.error, other.largest, other.error)
    return widened(Known(least, most, _sound(error), step, height))


def quotient_known(above: Known, below: Known) -> Known:
    """What is known of a quotient; where the denominator may be zero its error is infinite and it is a hazard."""
    step, height = quotient_grid(above.step, above.height, below)
    nearest = max(below.least, -below.most)
    if not isfinite(above.largest):
        return Known(-inf, inf, inf, step, height, hazard=nearest <= below.error)
    if nearest <= below.error or not isfinite(nearest):
        return Known(-inf, inf, inf, step, height, hazard=True)
    corners = [a / b if b else 0.0 for a in (above.least, above.most) for b in (below.least, below.most)]
    least, most = min(corners), max(corners)
    error = quotient_error(max(abs(least), abs(most)), above.error, nearest, below.error)
    return widened(Known(least, most, _sound(error), step, height))


def quotient_grid(step: Fraction | None, height: float, below: Known) -> tuple[Fraction | None, float]:
    """The grid of a quotient whose numerator has ``step`` and ``height``: its denominator counts whole steps as well."""
    if step is None or not below.step or not isfinite(below.largest):
        return None, 1.0
    return kept(step / below.step), height * (below.largest * below.height / near(below.step)) * (1 + 2.0**-20)


def _limited(of: Known, least: Fraction | None, most: Fraction | None) -> Known:
    low, high, error, step = of.least, of.most, of.error, of.step
    for limit in (least, most):
        if limit is not None:
            stands = constant_known(limit)
            error, step = error + stands.error, common(step, limit)
    if least is not None:
        low, high = max(low, near(least)), max(high, near(least))
    if most is not None:
        low, high = min(low, near(most)), min(high, near(most))
    return Known(low, high, error, step, of.height)


def _pieces(curve: Pieces, of: Known) -> Known:
    """The hull over the parts, each on its own stretch."""
    found: list[Known] = []
    for index, part in enumerate(curve.parts):
        if part.slope is None:
            continue
        start = of.least if part.start is None else max(of.least, near(part.start))
        end = of.most
        if index + 1 < len(curve.parts):
            after = curve.parts[index + 1].start
            assert after is not None
            end = min(of.most, near(after))
        on_it = replace(of, least=min(start, end), most=max(start, end), missing=False)
        found.append(linear_known(Linear(((part.slope, 0),), part.at_zero), [on_it]))
    return hull(found) if found else NO_VALUE


def gap_above_zero(of: Known) -> float:
    """The least that a value above zero can be; 0 where nothing is known."""
    return of.gap(Fraction(0))


def gathered_weight(gather: Gather, knowns: Sequence[Known]) -> Known:
    """What is known of the sum of the weights of those present."""
    parts = [operand_known(weight, knowns) for weight in gather.weights]
    least = sum(k.least if _sure(knowns[m]) else min(0.0, k.least) for k, m in zip(parts, gather.members, strict=True))
    most = sum(k.most if _sure(knowns[m]) else max(0.0, k.most) for k, m in zip(parts, gather.members, strict=True))
    step: Fraction | None = Fraction(0)
    for each in parts:
        step = common(step, each.step)
    height = prod(each.height for each in parts)
    size = sum(each.largest for each in parts)
    exact = held(step, height, size) and not any(each.error for each in parts)
    error = 0.0 if exact else linear_error([(1.0, k.largest, k.error) for k in parts], 0.0, len(parts))
    return Known(float(least), float(most), _sound(error), step, height)


def _sure(known: Known) -> bool:
    return not known.missing


def gathered_total(gather: Gather, knowns: Sequence[Known]) -> Known:
    """What is known of the weighed sum of those present."""
    products = []
    for weight, member in zip(gather.weights, gather.members, strict=True):
        of = knowns[member]
        product = of if weight == 1 else _product(operand_known(weight, knowns), of)
        if of.missing:
            product = replace(product, least=min(0.0, product.least), most=max(0.0, product.most))
        products.append(product)
    terms = tuple((Fraction(1), position) for position in range(len(products)))
    return linear_known(Linear(terms, Fraction(0)), products)


def _gather(gather: Gather, knowns: Sequence[Known]) -> Known:
    members = [knowns[member] for member in gather.members]
    if gather.kind == "count":
        return Known(0.0, float(len(members)), 0.0, Fraction(1))
    if gather.kind in ("lowest", "highest"):
        return hull(members)
    total = gathered_total(gather, knowns)
    if gather.kind == "total":
        return total
    weight = gathered_weight(gather, knowns)
    step, height = quotient_grid(total.step, total.height, weight)
    # The sum of weights is no less than its least, and where it is not zero no less than its gap.
    below = max(weight.least, gap_above_zero(weight))
    if below <= weight.error:
        return Known(-inf, inf, inf, step, height)
    largest = total.largest / below
    least, most = -largest, largest
    if all(operand_known(each, knowns).least >= 0 for each in gather.weights):
        ends = hull(members)
        least, most = ends.least, ends.most
        largest = ends.largest
    error = quotient_error(largest, total.error, below, weight.error)
    return widened(Known(least, most, _sound(error), step, height))


def _power(of: Known) -> Known:
    if not of.most < _MOST_EXPONENT or not isfinite(of.error):
        return Known(0.0, inf, inf)
    least, most = exp(max(of.least, -_MOST_EXPONENT)), exp(of.most)
    error = most * (expm1(min(of.error, 1.0)) * (1 + 2.0**-20) + 16 * ROUNDOFF) + TINY if of.error < 1 else inf
    return widened(Known(min(least, most) * (1 - 2.0**-40) if of.least > -_MOST_EXPONENT else 0.0, most, error))
