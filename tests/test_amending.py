"""Amendments: a file says only what changes and from when; what was settled before it cannot differ by it."""

from __future__ import annotations

import io
import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.contract.coverage import assumptions
from alliance_outcomes.contract.definitions import title_in
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.evidence.contract_hash import contract_hash
from alliance_outcomes.numbers import to_decimal
from alliance_outcomes.problems import ContractError, UsageError
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv, read_csv
from alliance_outcomes.statements.documents import Asked, write
from alliance_outcomes.statements.telling import statement
from tests.documents import LANGUAGE, blocks, examples
from tests.faulty import CONTRACT, DATA, written
from tests.faulty import told as blocks_told
from tests.running import alliance
from tests.test_documents import needs_poppler, pdf_text
from tests.tree import ROOT

HEAD = "amends: care.yaml\neffect: {effect}\ndecision: {{day: 2020-12-01, by: board, what: Second agreement}}\n"
LONGER = CONTRACT.replace("to: 2021-12-31", "to: 2023-12-31")


def amendment(
    folder: Path, text: str, effect: str = "2021-01-01", base: str = LONGER, name: str = "second.yaml"
) -> Path:
    """An amendment of the small contract, beside it."""
    written(folder, base)
    return written(folder, HEAD.format(effect=effect) + text, name)


def amended(folder: Path, text: str, effect: str = "2021-01-01", base: str = LONGER) -> Contract:
    """The contract that an amendment gives, right in all of its periods."""
    contract = load_contract(amendment(folder, text, effect, base))
    assert compile_periods(contract)[1] == []
    return contract


def paid(contract: Contract, period: str, data: str = DATA) -> dict[tuple[str, str], int]:
    """The lines of a period by clause and party, in cents."""
    measured = parse_csv(data.replace("2020", period).encode(), "data.csv")
    return {
        (each.clause, each.party): int(each.amount * 100) for each in settle(contract, measured, period).only().lines
    }


def told(folder: Path, text: str, effect: str = "2021-01-01", base: str = LONGER) -> list[tuple[str, str]]:
    """The codes that an amendment is refused with, and the file that each is told in."""
    with pytest.raises(ContractError) as error:
        load_contract(amendment(folder, text, effect, base))
    assert all(each.place and each.instead for each in error.value.problems)
    return [(each.code, Path(each.place.file).name if each.place else "") for each in error.value.problems]


# What changes, the first day it holds from, and the same said in a contract that is written anew.
CHANGES = {
    "a value from a period on": ("amounts: {pool: {values: {2021: 500 000}}}\n", "{2020: 400 000}", "{2020: 400 000, 2021: 500 000}"),
    "weights": (
        "result_areas: {care: {indicators: {plan: {weight: 10 %}, visits: {weight: 82.5 %}}}}\n",
        "weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n      balance: {unit: share, weight: 7.5 %, score: "
        "{kind: linear, zero_at: 40 %, full_at: 80 %}}\n      visits: {unit: count, weight: 85 %",
        "weight: 10 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}\n      balance: {unit: share, weight: 7.5 %, score: "
        "{kind: linear, zero_at: 40 %, full_at: 80 %}}\n      visits: {unit: count, weight: 82.5 %",
    ),
    "a level": ("result_areas: {care: {indicators: {visits: {score: {full_at: {2022: 100}}}}}}\n", "full_at: 90}", "full_at: {2020: 90, 2022: 100}}"),
    "another scoring rule": (
        "result_areas: {care: {indicators: {visits: {score: {kind: piecewise, points: [[0, 0], [50, 100]]}}}}}\n",
        "{kind: linear, zero_at: 0, full_at: 90}",
        "{kind: piecewise, points: [[0, 0], [50, 100]]}",
    ),
    "a list, whole": ("settlement:\n  - incentive: {points: [[0, 0 %], [50, 100 %]]}\n", "[[0, 0 %], [100, 100 %]]", "[[0, 0 %], [50, 100 %]]"),
    "a clause": (
        "adds: [extra]\nsettlement:\n  - extra: {kind: formula, amount: pool, to: all}\n",
        "      to: all\n",
        "      to: all\n  - extra: {kind: formula, amount: pool, to: all}\n",
    ),
    "a clause after another": (
        "adds: [extra]\nsettlement:\n  - costs:\n  - extra: {kind: formula, amount: pool, to: all}\n",
        "to: each}\n",
        "to: each}\n  - extra: {kind: formula, amount: pool, to: all}\n",
    ),
    "a clause taken out": ("removes: [costs]\n", "  - costs: {kind: reimbursable, amount: cost, to: each}\n", ""),
    "another share": (
        "adds: [shop]\nparties: {shop: {role: provider, title: Shop, from: 2021-01-01}}\n"
        "splits: {all: {shares: [{from: 2021-01-01, firm: 40 %, shop: 60 %}]}}\nsettlement:\n  - costs: {to: all, amount: over_parties(cost)}\n",
        "",
        "",
    ),
    "a longer contract": ("periods: {to: 2025-12-31}\n", "to: 2023-12-31", "to: 2025-12-31"),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, (_, old, _) in CHANGES.items() if old])
def test_an_amended_contract_settles_as_one_that_is_written_anew(tmp_path: Path, name: str) -> None:
    """Whatever an amendment changes: every later period comes to the same lines as by the whole contract with the change."""
    text, old, new = CHANGES[name]
    assert LONGER.count(old) == 1
    contract, anew = amended(tmp_path, text), load_contract(written(tmp_path, LONGER.replace(old, new), "anew.yaml"))
    for period in periods_of(anew.periods)[1:]:
        assert paid(contract, period.label) == paid(anew, period.label)
    assert [each.what[""] for each in contract.decisions] == ["Second agreement"]


def test_earlier_periods_are_settled_by_the_file_that_was_amended(tmp_path: Path) -> None:
    """A period that ends before the effect is refused, and the file is named; the amended file settles it as ever (AO148)."""
    contract = amended(tmp_path, CHANGES["weights"][0])
    with pytest.raises(UsageError, match=r"AO148 2020 ends before .* Settle it by .*care\.yaml") as error:
        paid(contract, "2020")
    assert error.value.problems[0].code == "AO148"
    assert paid(load_contract(tmp_path / "contracts" / "care.yaml"), "2020") == paid(
        load_contract(written(tmp_path, LONGER)), "2020"
    )


def test_a_period_in_which_something_dated_changes_is_settled_by_the_amendment(tmp_path: Path) -> None:
    """Another provider comes on 1 July: the shares of the year weigh by months, as in one contract."""
    text = (
        "adds: [shop]\nparties:\n  firm: {to: 2021-06-30, succeeded_by: shop}\n  shop: {role: provider, title: Shop, from: 2021-07-01}\n"
        "splits: {all: {pro_rata: months, shares: [{from: 2021-07-01, shop: 100 %}]}}\n"
    )
    contract = amended(tmp_path, text, "2021-07-01")
    lines = paid(contract, "2021", DATA + "shop,2020,cost,500\n")
    incentive = [lines["incentive", party] for party in ("firm", "shop")]
    assert incentive[0] == incentive[1] > 0
    assert (lines["costs", "firm"], lines["costs", "shop"]) == (100000, 50000)
    assert set(paid(contract, "2022", DATA.replace("firm", "shop"))) == {("costs", "shop"), ("incentive", "shop")}


def test_amendments_lie_upon_one_another(tmp_path: Path) -> None:
    """A third file amends the second; each period is settled by one of the three, and the last decision comes last."""
    amendment(tmp_path, "amounts: {pool: {values: {2021: 500 000}}}\n")
    third = (
        HEAD.format(effect="2022-01-01").replace("care.yaml", "second.yaml")
        + "amounts: {pool: {values: {2022: 600 000}}}\n"
    )
    contract = load_contract(written(tmp_path, third.replace("Second", "Third"), "third.yaml"))
    assert [each.what[""] for each in contract.decisions] == ["Second agreement", "Third agreement"]
    assert dict(contract.amounts["pool"].values) == {"2020": 400000, "2021": 500000, "2022": 600000}
    for period, file in (("2020", "care.yaml"), ("2021", "second.yaml")):
        with pytest.raises(UsageError, match=rf"AO148 {period} .*{file}"):
            paid(contract, period)
    assert paid(contract, "2022")


def test_the_order_of_keys_and_the_layout_make_no_other_contract(tmp_path: Path) -> None:
    """Two amendments that say the same give the same hash; one that says anything else does not."""
    one = contract_hash(amended(tmp_path, "amounts: {pool: {values: {2021: 5, 2022: 6}}}\n"))
    assert one == contract_hash(amended(tmp_path, "amounts:\n  pool:\n    values: {2022: 6.0, 2021: 5}\n"))
    assert one != contract_hash(amended(tmp_path, "amounts: {pool: {values: {2021: 5, 2022: 7}}}\n"))


def test_what_is_assumed_is_told_by_the_file_that_states_the_number(tmp_path: Path) -> None:
    """An amendment's reason covers its own numbers and no other; the amended file's reason does not cover those."""
    base = LONGER.replace("currency: EUR\n", "currency: EUR\nassumed: the first\n")
    found = assumptions(amended(tmp_path, "assumed: the second\namounts: {pool: {values: {2021: 5}}}\n", base=base))
    assert [(each.reason, Path(each.place.file).name if each.place else "") for each in found] == [
        ("the first", "care.yaml"),
        ("the second", "second.yaml"),
    ]
    final = base.replace("assumed: the first\n", "assumed: the first\nstatus: final\n")
    assert told(tmp_path, "amounts: {pool: {values: {2021: 5}}}\n", base=final) == [("AO216", "second.yaml")]


FAULTS = {
    "no such file": ("AO142", "amounts: {}\n", "amends: care.yaml", "amends: caer.yaml"),
    "no name": ("AO142", "amounts: {}\n", "amends: care.yaml", "amends: [care.yaml]"),
    "outside": ("AO002", "amounts: {}\n", "amends: care.yaml", "amends: ../../care.yaml"),
    "itself": ("AO143", "amounts: {}\n", "amends: care.yaml", "amends: second.yaml"),
    "no such entry": ("AO144", "amounts: {pol: {values: {2021: 5}}}\n", "", ""),
    "no such clause": ("AO144", "settlement:\n  - incentives: {to: all}\n", "", ""),
    "no such indicator": ("AO144", "result_areas: {care: {indicators: {visit: {weight: 5 %}}}}\n", "", ""),
    "added twice": ("AO144", "adds: [pool]\namounts: {pool: {values: {2021: 5}}}\n", "", ""),
    "nothing to take out": ("AO144", "removes: [cots]\n", "", ""),
    "an earlier value": ("AO145", "amounts: {pool: {values: {2020: 5}}}\n", "", ""),
    "a value before the contract": ("AO145", "amounts: {pool: {values: {2019: 5}}}\n", "", ""),
    "an earlier share": ("AO145", "splits: {all: {shares: [{from: 2020-06-01, firm: 100 %}]}}\n", "", ""),
    "an earlier change": ("AO145", "amounts: {pool: {changes: [{from: 2020-06-01, by: 1, decision: a, why: b}]}}\n", "", ""),
    "an earlier level": ("AO145", "result_areas: {care: {indicators: {visits: {score: {full_at: {2020: 9}}}}}}\n", "", ""),
    "an earlier leaving": ("AO145", "parties: {firm: {to: 2020-06-30}}\n", "", ""),
    "a later coming": ("AO145", "parties: {firm: {from: 2021-06-30}}\n", "", ""),
    "an earlier coming": ("AO145", "adds: [shop]\nparties: {shop: {role: provider, title: Shop, from: 2020-06-30}}\n", "", ""),
    "an end before": ("AO146", "periods: {to: 2020-12-31}\n", "", ""),
    "effect after the end": ("AO146", "amounts: {}\n", "effect: 2021", "effect: 2024"),
    "effect before the beginning": ("AO146", "amounts: {}\n", "effect: 2021", "effect: 2019"),
    "weights in mid-year": ("AO146", "minimum_areas: 1\n", "effect: 2021-01", "effect: 2021-02"),
    "a party in mid-year": ("AO146", "adds: [shop]\nparties: {shop: {role: provider, title: Shop}}\n", "effect: 2021-01", "effect: 2021-02"),
    "a clause out in mid-year": ("AO146", "removes: [costs]\n", "effect: 2021-01", "effect: 2021-02"),
    "a clause in mid-year": ("AO146", "adds: [b]\nsettlement:\n  - b: {kind: formula, amount: pool, to: all}\n", "effect: 2021-01", "effect: 2021-02"),
    "another currency": ("AO147", "currency: SEK\n", "", ""),
    "an end after the end": ("AO145", "periods: {to: 2025-12-31}\n", "effect: 2021", "effect: 2025"),
    "another beginning": ("AO147", "periods: {from: 2019-01-01}\n", "", ""),
    "no decision": ("AO102", "amounts: {}\n", "decision:", "decided:"),
    "an unknown key": ("AO101", "terms: {due_dys: 5}\n", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_an_amendment_may_not_do(tmp_path: Path, name: str) -> None:
    """Refused in the amendment, at its place, with what to write instead; nothing else is told."""
    code, text, old, new = FAULTS[name]
    file = amendment(tmp_path, text)
    whole = file.read_text("utf-8")
    assert not old or whole.count(old) == 1
    file.write_text(whole.replace(old, new) if old else whole, "utf-8")
    with pytest.raises(ContractError) as error:
        load_contract(file)
    found = error.value.problems
    assert {each.code for each in found} == {code}
    assert all(each.place and each.place.file == str(file) and each.place.line and each.instead for each in found)


def test_a_chain_has_an_end(tmp_path: Path) -> None:
    """Ten amendments lie upon one another and no more; the days of effect do not go back; no circle is walked (AO143, AO146)."""
    written(tmp_path, LONGER)
    for at in range(11):
        text = HEAD.format(effect="2021-01-01").replace("care.yaml", f"a{at - 1}.yaml" if at else "care.yaml")
        file = written(tmp_path, text, f"a{at}.yaml")
        if at < 10:
            assert len(load_contract(file).amended) == at + 1
    with pytest.raises(ContractError, match=r"AO143 More than 10"):
        load_contract(file)
    earlier = HEAD.format(effect="2020-01-01").replace("care.yaml", "a0.yaml")
    with pytest.raises(ContractError, match=r"AO146 The amendment takes effect before"):
        load_contract(written(tmp_path, earlier, "earlier.yaml"))
    written(tmp_path, HEAD.format(effect="2021-01-01").replace("care.yaml", "a1.yaml"), "a0.yaml")
    with pytest.raises(ContractError, match=r"AO143 a1\.yaml amends itself"):
        load_contract(tmp_path / "contracts" / "a1.yaml")


@pytest.mark.parametrize(
    ("right", "wrong", "code"), [("full_at: 90}", "full_at: 9e1}", "AO105"), ("facts:", "facts", "AO003")]
)
def test_faults_of_the_amended_file_are_told_in_it(right: str, wrong: str, code: str, tmp_path: Path) -> None:
    """A reader is led to the file where the mistake stands, be it in a number or in the YAML."""
    assert told(tmp_path, "amounts: {}\n", base=LONGER.replace(right, wrong)) == [(code, "care.yaml")]


def test_a_contract_that_ends_within_a_period_goes_on_with_the_next(tmp_path: Path) -> None:
    """Its last period was cut short, and would be another one if an amendment of the day after made it longer (AO146)."""
    base = CONTRACT.replace("to: 2021-12-31", "to: 2021-06-30")
    assert told(tmp_path, "periods: {to: 2022-12-31}\n", "2021-07-01", base) == [("AO146", "second.yaml")]
    longer = amended(tmp_path, "periods: {to: 2022-12-31}\n", "2022-01-01", CONTRACT)
    assert [each.label for each in periods_of(longer.periods)] == ["2020", "2021", "2022"]


def test_what_is_added_and_taken_out_says_so_and_the_rest_may_be_repeated(tmp_path: Path) -> None:
    """An amount comes, an unused one goes, a level stands by its name until it is given by period; the currency is the same."""
    base = LONGER.replace("full_at: 90}}", "full_at: top}, levels: {top: 90}}").replace(
        "amounts:\n", "amounts:\n  old: {unit: EUR, values: {2020: 1}}\n"
    )
    text = (
        "currency: EUR\nadds: [more]\nremoves: [old]\namounts:\n  more: {unit: EUR, values: {2021: 3}}\n"
        "result_areas: {care: {indicators: {visits: {score: {full_at: {2021: 45}}}}}}\n"
    )
    contract = amended(tmp_path, text, base=base)
    assert sorted(contract.amounts) == ["more", "pool"]
    assert contract.currency == "EUR"
    assert paid(contract, "2021")["incentive", "firm"] == 400_000_00 * (
        Fraction(85, 100) + Fraction(75, 1000) * Fraction(3, 4)
    )


def test_a_bundle_keeps_every_file_and_verifies(tmp_path: Path) -> None:
    """Evidence of a settlement by an amendment holds the amended file too; each is needed, and a change in either is named."""
    file = amendment(tmp_path, "amounts: {pool: {values: {2021: 500 000}}}\n")
    data = tmp_path / "data.csv"
    data.write_text(DATA.replace("2020", "2021"), "utf-8")
    bundle = tmp_path / "bundle"
    assert alliance("settle", file, data, "--period", "2021", "--bundle", bundle).code == 0
    assert {each.name for each in (bundle / "contract").iterdir()} == {"care.yaml", "second.yaml"}
    shutil.rmtree(tmp_path / "contracts")
    assert alliance("verify", bundle).code == 0
    for name in ("care.yaml", "second.yaml"):
        kept = bundle / "contract" / name
        text = kept.read_text("utf-8")
        kept.write_text(text + "# \n", "utf-8")
        run = alliance("verify", bundle)
        assert run.code == 1
        assert name in run.out + run.err
        kept.write_text(text, "utf-8")


def test_commands_say_which_file_settles_an_earlier_period(tmp_path: Path) -> None:
    """``settle`` ends with exit code 2 and names the file; lint finds nothing wrong; diff tells what the amendment changes."""
    file = amendment(tmp_path, "amounts: {pool: {values: {2021: 500 000}}}\n")
    data = tmp_path / "data.csv"
    data.write_text(DATA, "utf-8")
    run = alliance("settle", file, data, "--period", "2020")
    assert (run.code, run.out) == (2, "")
    assert "AO148" in run.err
    assert "care.yaml" in run.err
    assert alliance("lint", file).code == 0
    shown = alliance("diff", tmp_path / "contracts" / "care.yaml", file)
    assert "500" in shown.out


def test_the_example_of_the_language_page(tmp_path: Path) -> None:
    """The amendment that is shown there comes to what is shown, on the data of the example before it."""
    page = list(blocks(LANGUAGE))
    shown = [at for at, block in enumerate(page) if block.words == ("yaml", "amendment")]
    assert shown
    for at in shown:
        base = [example for example in examples() if example.block.line < page[at].line][-1]
        written(tmp_path, base.contract, "example.yaml")
        contract = load_contract(written(tmp_path, page[at].text, "amendment.yaml"))
        payee = settle(contract, parse_csv((base.data or "").encode(), "data.csv"), "2020").only()
        lines = [f"{line.clause} {line.party} {to_decimal(line.amount, 2)}" for line in payee.lines]
        assert page[at + 1].words == ("text", "amended")
        assert lines == page[at + 1].text.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "settlement: 5\nparties: 5\nsplits: {all: 5}\nresult_areas: [1]\nperiods: 7\n",
        "settlement: [5]\nparties: {firm: [3]}\nsplits: {all: {shares: [5]}}\nresult_areas: {care: 5}\n",
        "amounts: {pool: {changes: [{by: 1}, 5], values: {}}}\nparties: {firm: 5}\ndecisions: 5\n",
        "periods: {to: 9999-12-31}\n",
        "removes: [periods, contract]\n",
        "adds: 5\n",
        "settlement:\nparties:\namounts: {pool: }\nresult_areas: {care: {indicators: }}\n",
    ],
)
def test_what_is_malformed_is_told(tmp_path: Path, text: str) -> None:
    """Whatever stands in an amendment, it is read or refused with places, never with a breakdown."""
    run = alliance("lint", amendment(tmp_path, text))
    assert run.code in (0, 1)
    places = [block for block in blocks_told(run.err) if not re.match(r"\d contract", block)]
    assert all(re.match(r"\S+:\d+:\d+: AO\d{3} ", block) for block in places)


@pytest.mark.parametrize("ending", [".txt", ".html", ".json", pytest.param(".pdf", marks=needs_poppler)])
def test_statements_list_the_amendments(ending: str) -> None:
    """From which day each holds, and its decision; what is decided beside them stands apart."""
    contract = load_contract(ROOT / "examples" / "tesoma" / "story" / "amendment-2022.yaml")
    data = read_csv(ROOT / "examples" / "tesoma" / "story" / "2022.csv")
    document = write(settle(contract, data, "2022"), ending, Asked())
    shown = " ".join((pdf_text(document) if ending == ".pdf" else document.decode("utf-8")).split())
    told = {
        ".txt": "Amendments: From 2021-01-01: What clients say weighs more (leadership team, 2020-11-25) From 2022-09-15: "
        "Another provider takes over (leadership team, 2022-06-15)",
        ".html": "<h3>Amendments</h3> <ul><li>From 1 January 2021 (25 November 2020, leadership team: What clients say weighs "
        "more)</li><li>From 15 September 2022 (15 June 2022, leadership team: Another provider takes over)</li></ul>",
        ".pdf": "Amendments • From 1 January 2021 (25 November 2020, leadership team: What clients say weighs more) • From 15 "
        "September 2022 (15 June 2022, leadership team: Another provider takes over) Open items",
        ".json": '"amendments":[{"decision":{"by":"leadership team","day":"2020-11-25","what":"What clients say weighs more"},'
        '"effect":"2021-01-01"},{"decision":{"by":"leadership team","day":"2022-06-15","what":"Another provider takes over"},'
        '"effect":"2022-09-15"}]',
    }[ending]
    assert shown.count(told) == 1
    assert ending == ".json" or shown.count("Another provider takes over") == 1


AMENDED = {
    "en": ("Amendments", ["From 2021-01-01: {} (leadership team, 2020-11-25)", "From 2022-09-15: {} (leadership team, 2022-06-15)"]),
    "fi": ("Muutossopimukset", ["Alkaen 1.1.2021: {} (leadership team, 25.11.2020)", "Alkaen 15.9.2022: {} (leadership team, 15.6.2022)"]),
    "sv": ("Ändringsavtal", ["Från 2021-01-01: {} (leadership team, 2020-11-25)", "Från 2022-09-15: {} (leadership team, 2022-06-15)"]),
}  # fmt: skip


@pytest.mark.parametrize("language", AMENDED)
def test_a_workbook_lists_the_amendments(language: str) -> None:
    """Where it says what it rests on, below the file of the contract: one a row, in the language of the workbook."""
    contract = load_contract(ROOT / "examples" / "tesoma" / "story" / "amendment-2022.yaml")
    data = read_csv(ROOT / "examples" / "tesoma" / "story" / "2022.csv")
    document = write(settle(contract, data, "2022"), ".xlsx", Asked(language))
    sheet = load_workbook(io.BytesIO(document)).worksheets[-1]
    rows = [(row[0], row[1]) for row in sheet.iter_rows(values_only=True)]
    head, told = AMENDED[language]
    at = [title for title, _ in rows].index(head)
    assert rows[at - 1][1] == contract.document.file
    whats = [title_in(each.decision.what, language) for each in contract.amendments]
    assert [text for _, text in rows[at : at + 2]] == [
        text.format(what) for text, what in zip(told, whats, strict=True)
    ]
    assert (rows[at + 1][0], rows[at + 2][0] is None) == (None, False)


def test_a_contract_that_amends_nothing_lists_no_amendment() -> None:
    """Its JSON says so, and its statements say nothing."""
    contract = load_contract(ROOT / "examples" / "tesoma" / "story" / "contract.yaml")
    assert contract.amendments == ()
    data = read_csv(ROOT / "examples" / "tesoma" / "story" / "2019.csv")
    shown = settle(contract, data, "2019")
    assert b"Amendments" not in write(shown, ".txt", Asked()) + write(shown, ".html", Asked())
    assert b'"amendments":[]' in write(shown, ".json", Asked())


def test_who_decided_is_named_on_the_statement_of_any_payee(tmp_path: Path) -> None:
    """A body that is no party decides by its own name, not by the payee's; its other decisions stand beside amendments."""
    decided = "decisions: [{day: 2020-02-01, by: board, what: To go on}]\n"
    contract = amended(tmp_path, "amounts: {pool: {values: {2021: 500 000}}}\n", base=LONGER + decided)
    rows = DATA.replace("2020", "2021").splitlines()
    data = "payee," + rows[0] + "\n" + "".join(f"north,{row}\n" for row in rows[1:])
    settled = settle(contract, parse_csv(data.encode(), "data.csv"), "2021")
    shown = statement(settled, settled.one("north"))
    assert [(each.by, each.what) for each in shown.decisions] == [("board", "To go on")]
    assert [(str(each.effect), each.decision.by) for each in shown.amendments] == [("2021-01-01", "board")]
