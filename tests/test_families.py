"""Every scoring rule and payment clause there is, found by looking: described, shown, settled, spoken and placed.

A new member is a new file. It is tested here from the moment its file is there, without a change to this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.parts import Part
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.contract.schema import contract_schema
from alliance_outcomes.formula.steps import Input, Says, Step
from alliance_outcomes.measured import Measured, Row
from alliance_outcomes.numbers import to_text
from alliance_outcomes.settlement import Settlement, settle
from tests.documents import Example, examples, read_contract

LANGUAGES = ("en", "fi", "sv")
FAMILIES = ("scoring", "payments")
MEMBERS = [(family, kind) for family in FAMILIES for kind in members(family)]
every_member = pytest.mark.parametrize(("family", "kind"), MEMBERS, ids=[f"{f}-{k}" for f, k in MEMBERS])


def within(part: Part) -> Iterator[Part]:
    """A part and every part that stands in one of its keys."""
    yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for each in value.values() if isinstance(value, dict) else [value]:
            if isinstance(each, Part):
                yield from within(each)


def models(annotation: object) -> Iterator[type[Part]]:
    """The models that an annotation names, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from models(inner)


def models_within(model: type[Part]) -> Iterator[type[Part]]:
    """A model and the models of its keys."""
    yield model
    for field in model.model_fields.values():
        for inner in models(field.annotation):
            yield from models_within(inner)


def uses(contract: Contract, family: str, kind: str) -> list[str]:
    """The ids of the indicators or clauses of a contract that are, or hold, a member of a family."""
    parts = contract.settlement if family == "payments" else {k: v.score for k, v in contract.indicators.items()}
    return [
        name
        for name, part in parts.items()
        if isinstance(part, Part) and any(type(each) is members(family)[kind] for each in within(part))
    ]


@dataclass(frozen=True)
class Shown:
    """An example of a member on the language page: read, linted, and compiled for its last period."""

    example: Example
    contract: Contract
    calculation: Calculation


@cache
def shown(family: str, kind: str) -> tuple[Shown, ...]:
    """The examples that stand under a member's own heading of the language page."""
    found = []
    for example in examples():
        if example.block.heading == kind:
            contract = read_contract(example.contract)
            if uses(contract, family, kind):
                label = periods_of(contract.periods)[-1].label
                found.append(Shown(example, contract, compile_contract(contract, label)))
    return tuple(found)


def results(each: Shown, family: str, kind: str) -> list[Step]:
    """The formulas that are a member's result: an indicator's score, or a clause's written amounts."""
    ids = uses(each.contract, family, kind)
    if family == "payments":
        wanted = {entry.amount for entry in each.calculation.entries if entry.clause in ids}
    else:
        wanted = {form.score for form in each.calculation.indicators if form.id in ids}
    return [step for step in each.calculation.steps if step.name in wanted]


def number_for(given: Input, draw: st.DataObject) -> str:
    """A number that an input may have, with at most two decimals."""
    low = Fraction(1) if given.least is None else given.least
    high = low + 1000 if given.most is None else given.most
    whole = given.unit in ("count", "persons") or given.part == "n"
    places = 1 if whole else 100
    least, most = -(-low * places // 1), high * places // 1
    return to_text(Fraction(draw.draw(st.integers(int(least), int(most)), given.name), places))


def rows_for(calculation: Calculation, draw: st.DataObject) -> Measured:
    """Measured data with a row for everything a calculation reads."""
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    for given in calculation.inputs:
        if given.part != "settled":
            cell = cells.setdefault((given.party, given.period, given.id), {})
            text = given.codes[0] if given.part == "category" else number_for(given, draw)
            cell["n" if given.part == "n" else "value"] = text
    rows = (Row("", *key, value=cell.get("value", ""), n=cell.get("n", "")) for key, cell in cells.items())
    return Measured(tuple(rows))


def check_ledger(settlement: Settlement) -> None:
    """Scores keep to their range; a clause's lines are whole units and sum to its amount exactly."""
    contract, calculation, payee = settlement.contract, settlement.calculation, settlement.only()
    for score in [payee.score, *(each.score for each in payee.indicators)]:
        if score is not None and contract.scores is not None:
            assert contract.scores.least <= score <= contract.scores.most
    for clause in contract.settlement:
        amounts = [payee.values[entry.amount] for entry in calculation.entries if entry.clause == clause]
        assert sum(Fraction(amount or 0) for amount in amounts) == sum(
            line.amount for line in payee.lines if line.clause == clause
        )
    if calculation.rounding is not None:
        assert all((line.amount / calculation.rounding.unit).denominator == 1 for line in payee.lines)


def spoken(says: Says) -> list[str]:
    """What is wrong with a sentence: a language it lacks, or one whose blanks are not those of its numbers."""
    wrong = [f"no sentence in {language}" for language in LANGUAGES if not says.texts.get(language, "").strip()]
    for language in LANGUAGES:
        blanks = {name for _, name, _, _ in Formatter().parse(says.texts.get(language, "")) if name}
        wrong += [f"{language}: nothing fills {{{name}}}" for name in sorted(blanks - set(says.values))]
    if len(set(says.texts.values())) < len(LANGUAGES):
        wrong.append("two languages say the same")
    return wrong


def test_the_families_were_found() -> None:
    """Both families have members: no test below passes on nothing."""
    assert {("scoring", "linear"), ("payments", "gain_share")} <= set(MEMBERS)


@every_member
def test_a_member_says_what_it_is(family: str, kind: str) -> None:
    """The class has a docstring of its own, and its file one that begins with what it is."""
    member = members(family)[kind]
    assert (member.__doc__ or "").strip()
    assert member.__module__ == f"alliance_outcomes.{family}.{member.__module__.rpartition('.')[2]}"


@every_member
def test_every_key_is_described(family: str, kind: str) -> None:
    """Each key of a member, and of the parts in it, has the sentence that editors show on hover."""
    missing = [
        f"{model.__name__}.{name}"
        for model in models_within(members(family)[kind])
        for name, field in model.model_fields.items()
        if name != "kind" and not (field.description or "").strip()
    ]
    assert not missing, ", ".join(missing)


@every_member
def test_the_language_page_shows_it(family: str, kind: str) -> None:
    """The language page has an example of every member, which reads and compiles, in every period."""
    assert shown(family, kind), f"docs/language.md has no example with kind: {kind}"


@every_member
@given_any(draw=st.data())
def test_its_example_settles(family: str, kind: str, draw: st.DataObject) -> None:
    """Whatever the data within its ranges, an example settles, scores stay in range, and no cent is lost."""
    for each in shown(family, kind):
        settlement = settle(each.contract, rows_for(each.calculation, draw), each.calculation.period)
        check_ledger(settlement)
        values = [settlement.only().values[step.name] for step in results(each, family, kind)]
        assert values
        assert None not in values


@every_member
def test_it_speaks_three_languages(family: str, kind: str) -> None:
    """The sentence of a member's result, and of each step to it, is there in en, fi and sv."""
    for each in shown(family, kind):
        silent = [step.name for step in results(each, family, kind) if step.says is None]
        assert not silent, f"{', '.join(silent)} says nothing"
        steps = [step for step in each.calculation.steps if step.role in ("rule", "score", "clause", "line")]
        wrong = [f"{step.name}: {what}" for step in steps if step.says is not None for what in spoken(step.says)]
        assert not wrong, "\n".join(wrong)


@every_member
def test_its_schema_is_valid(family: str, kind: str) -> None:
    """What editors are given for a member is JSON Schema, and the schema of contracts holds it."""
    member = members(family)[kind]
    schema = member.model_json_schema(by_alias=True)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["kind"]["const"] == kind
    assert member.__name__ in contract_schema()["$defs"]


@every_member
def test_its_result_has_a_place(family: str, kind: str) -> None:
    """Every score, step and line points at the line of the contract that it follows from."""
    for each in shown(family, kind):
        lines = each.example.contract.splitlines()
        for step in results(each, family, kind):
            assert step.place is not None
            name = step.name.partition(".")[0].partition("[")[0]
            assert any(name in line for line in lines[: step.place.line])
        for entry in each.calculation.entries:
            assert entry.place is not None
            assert entry.clause in lines[entry.place.line - 1]


def test_a_sentence_that_lacks_something_is_found() -> None:
    """The check of sentences bites: a missing language, a blank that nothing fills, one text for two languages."""
    whole = {"en": "At {level}.", "fi": "Tasolla {level}.", "sv": "Vid {level}."}
    assert not spoken(Says(whole, {"level": Fraction(1)}))
    assert spoken(Says(whole))
    assert spoken(Says({"en": "a", "fi": "b"}))
    assert spoken(Says({"en": "a", "fi": "b", "sv": "a"}))
