"""Each period is settled once, restated while it is open, and closed by a decision; the register tells how each stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.evidence.again import Asked, keep_again, settle_again
from alliance_outcomes.evidence.alone import read_bundle
from alliance_outcomes.evidence.canonical import digest
from alliance_outcomes.evidence.chain import Entry
from alliance_outcomes.evidence.contract_hash import contract_hash
from alliance_outcomes.evidence.course import check_next, closing_of, statuses
from alliance_outcomes.evidence.manifest import MANIFEST
from alliance_outcomes.evidence.register import read_register
from alliance_outcomes.evidence.report import write_history
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import UsageError
from tests.bundles import written
from tests.faulty import CONTRACT, DATA
from tests.running import Run, alliance
from tests.test_evidence import forged, listed, settle_care
from tests.test_restating import AMENDMENT, kept, restate, spoiled
from tests.test_schemas import holds

FACTS = "  disputed: {unit: EUR, per: party, least: 0, when_missing: 0}\n"
DISPUTED = CONTRACT.replace("amounts:\n", f"{FACTS}amounts:\n") + "payments: {held: disputed}\n"
PROVISIONAL = DATA.replace("\n", ",\n").replace("value,", "value,status").replace("45,", "45,provisional")
DECISION = "Board, 30 June 2021, section 4"
ROWS = DATA.splitlines()[1:]
BOTH = "payee,party,period,indicator,value\n" + "".join(f"{who},{row}\n" for who in ("north", "south") for row in ROWS)


def settled(folder: Path, name: str, *options: str | Path, **given: str) -> Run:
    """Settle into the register, as of the last day of May 2021."""
    keeping = ("--bundle", folder / name, "--register", folder / "register", "--as-of", "2021-05-31")
    return settle_care(folder, *keeping, *options, **given)


def again(folder: Path, bundle: str, name: str, data: str, as_of: str = "2021-12-31") -> Run:
    """Restate a bundle into the register."""
    keeping = ("--bundle", folder / name, "--register", folder / "register", "--as-of", as_of)
    return restate(folder, folder / bundle, data, *keeping)


def close(folder: Path, number: int, as_of: str = "2021-12-31", decision: str = DECISION) -> Run:
    """Close a settlement of the register."""
    return alliance("close", folder / "register", str(number), "--as-of", as_of, "--decision", decision)


def history(folder: Path) -> Mapping[str, Any]:
    """The register as data."""
    found: Mapping[str, Any] = json.loads(alliance("history", folder / "register", "-f", "json").out)
    holds("history", found)
    return found


def states(folder: Path) -> list[str]:
    """How each settlement stands."""
    return [each["state"] for each in history(folder)["entries"]]


def refused(folder: Path, run: Run, code: str) -> bool:
    """Whether a run was refused with a code and said nothing else."""
    return run.code in (1, 2) and run.out == "" and code in run.err


ENTRY = Entry(
    number=1, previous=None, as_of="2021-05-31", contract="care", period="2020", manifest="0" * 64, bundle="first",
    total="193500.00", currency="EUR", held="0.00",
)  # fmt: skip
NORTH, SOUTH = ("north",), ("south",)


@pytest.mark.parametrize(
    ("one", "other"), [(None, None), (None, SOUTH), (SOUTH, None), (SOUTH, SOUTH), (SOUTH, ("north", "south"))]
)
def test_a_payee_is_settled_once_for_a_period(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> None:
    """Whoever shares a payee with what is settled is told to restate that, by its number (AO850); None is all of them."""
    with pytest.raises(UsageError, match="AO850 care 2020 is settled already: number 1, as of 2021-05-31, first"):
        check_next(replace(ENTRY, number=2, payees=other), [replace(ENTRY, payees=one)])


@pytest.mark.parametrize("other", [{"payees": NORTH}, {"period": "2021"}, {"contract": "nursing"}])
def test_what_is_not_the_same_is_settled_beside_it(other: Mapping[str, Any]) -> None:
    """Another payee, another period, another contract: each once."""
    check_next(replace(ENTRY, **{"number": 2, "payees": SOUTH, **other}), [replace(ENTRY, payees=SOUTH)])


def test_a_second_settlement_leaves_nothing(tmp_path: Path) -> None:
    """It is refused, with what to do instead, before anything is put in place (AO850); of other payees it is not."""
    assert settled(tmp_path, "first", "--payee", "south", data=BOTH).code == 0
    before = listed(tmp_path)
    run = settled(tmp_path, "second", data=BOTH)
    assert refused(tmp_path, run, "AO850 care 2020 is settled already")
    assert "Restate that settlement" in run.err
    assert listed(tmp_path) == before
    assert settled(tmp_path, "second", "--payee", "north", data=BOTH).code == 0
    assert [each["payees"] for each in history(tmp_path)["entries"]] == [["south"], ["north"]]


def test_an_amended_contract_settles_no_period_again(tmp_path: Path) -> None:
    """An amendment keeps the id of its contract, so what it settles is the same period (AO850)."""
    kept(tmp_path, "first")
    (tmp_path / "amended.yaml").write_text(AMENDMENT, "utf-8")
    data = DATA + "shop,2020,cost,1000\n"
    (tmp_path / "data.csv").write_text(data, "utf-8")
    keeping = ("--bundle", tmp_path / "second", "--register", tmp_path / "register")
    run = alliance("settle", tmp_path / "amended.yaml", tmp_path / "data.csv", "--period", "2020", *keeping)
    assert refused(tmp_path, run, "AO850")


def test_the_one_that_holds_is_named(tmp_path: Path) -> None:
    """After a restatement it is that which holds, not what it superseded."""
    kept(tmp_path, "first")
    assert again(tmp_path, "first", "second", spoiled(DATA, visits="36")).code == 0
    assert refused(tmp_path, settled(tmp_path, "third"), "AO850 care 2020 is settled already: number 2,")


def test_of_two_restatements_made_at_once_one_is_kept(tmp_path: Path) -> None:
    """Who began before the other was entered is told when it comes to be kept, though its number would be free (AO824)."""
    kept(tmp_path, "first")
    register, data = tmp_path / "register", tmp_path / "new.csv"
    made = []
    for visits in ("36", "54"):
        data.write_text(spoiled(DATA, visits=visits), "utf-8")
        made.append(settle_again(tmp_path / "first", Asked(data, "late_data"), register, "2021-12-31"))
    one, other = made
    assert one
    assert other
    keep_again(other, tmp_path / "second", register, "2021-12-31", lambda _: {})
    data.write_text(spoiled(DATA, visits="36"), "utf-8")
    before = listed(tmp_path)
    with pytest.raises(UsageError, match="AO824 Settlement 1 is superseded by 2"):
        keep_again(one, tmp_path / "third", register, "2021-12-31", lambda _: {})
    assert listed(tmp_path) == before


def test_the_course_of_a_settlement_is_shown(tmp_path: Path) -> None:
    """Provisional, disputed, superseded, final and closed, each as it follows from the settlements and their days."""
    assert settled(tmp_path, "first", contract=DISPUTED, data=PROVISIONAL).code == 0
    assert states(tmp_path) == ["provisional"]
    assert again(tmp_path, "first", "second", f"{DATA}firm,2020,disputed,900.50\n").code == 0
    assert states(tmp_path) == ["superseded", "disputed"]
    assert again(tmp_path, "second", "third", DATA).code == 0
    assert states(tmp_path) == ["superseded", "superseded", "final"]
    run = close(tmp_path, 3)
    assert (run.code, run.out, run.err) == (0, "Settlement 3 is closed by number 4.\n", "")
    assert states(tmp_path) == ["superseded", "superseded", "closed"]
    assert settled(tmp_path, "fifth", period="2021").code == 0
    lines = alliance("history", tmp_path / "register").out.splitlines()
    hashes = [each["manifest"] for each in history(tmp_path)["entries"]]
    assert lines == [
        "     1  care 2020                                    2021-05-31   193,500.00 EUR",
        f"        {hashes[0]}",
        "        superseded by 2",
        "     2  care 2020, supersedes 1, late_data           2021-12-31   193,500.00 EUR",
        f"        {hashes[1]}",
        "        superseded by 3",
        "     3  care 2020, supersedes 2, late_data           2021-12-31   193,500.00 EUR",
        f"        {hashes[2]}",
        "        closed by 4",
        "     4  care 2020, closes 3                          2021-12-31",
        f"        {DECISION}",
        "     5  care 2021                                    2021-05-31   193,500.00 EUR",
        f"        {hashes[3]}",
        "        final",
        "",
        "The chain is unbroken.",
    ]
    checked = alliance("verify", tmp_path / "fifth", "--register", tmp_path / "register", "--expect", hashes[3])
    assert (checked.code, checked.err) == (0, "")


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "ennakkotieto, riitautettu, 900,50 EUR pidätetty"), ("sv", "preliminär, bestridd, 900,50 EUR innehålls")],
)
def test_how_it_stands_is_said_in_other_languages(language: str, words: str, tmp_path: Path) -> None:
    """At most 80 columns, as in English; a closing too."""
    contract = DISPUTED.replace("facts:\n", "terms: {reopen_within: 24 months}\nfacts:\n")
    assert settled(tmp_path, "first", contract=contract, data=f"{PROVISIONAL}firm,2020,disputed,900.50,\n").code == 0
    assert settled(tmp_path, "second", period="2021").code == 0
    out = alliance("history", tmp_path / "register", "--lang", language).out
    assert words in out
    assert all(len(line) <= 80 for line in out.splitlines())
    said = alliance("close", tmp_path / "register", "2", "--as-of", "2021-12-31", "--decision", "x", "--lang", language)
    assert (said.code, "2" in said.out) == (0, True)
    assert "x" in alliance("history", tmp_path / "register", "--lang", language).out


def test_the_end_of_the_term_closes(tmp_path: Path) -> None:
    """Counted to the latest day in the register, since no clock is read; the last day is within it."""
    contract = CONTRACT.replace("facts:\n", "terms: {reopen_within: 7 months}\nfacts:\n")
    assert settled(tmp_path, "first", contract=contract).code == 0
    entry = read_register(tmp_path / "register")[0]
    for as_of, state in (("2021-12-31", "final"), ("2022-01-01", "closed")):
        links = [entry, replace(ENTRY, number=2, contract="nursing", as_of=as_of)]
        assert [each.state for each in statuses(links)] == [state, "final"]
    assert "closed, since it was open until 2021-12-31\n" in write_history(links, ())


def test_what_is_closed_is_neither_restated_nor_settled(tmp_path: Path) -> None:
    """Both are refused and leave nothing (AO851, AO850), and so is closing it twice."""
    kept(tmp_path, "first")
    assert close(tmp_path, 1).code == 0
    (tmp_path / "new.csv").touch()
    before = listed(tmp_path)
    assert refused(
        tmp_path, again(tmp_path, "first", "second", spoiled(DATA, visits="36")), f"closed by number 2: {DECISION}."
    )
    assert "AO851" in again(tmp_path, "first", "second", spoiled(DATA, visits="36")).err
    run = settled(tmp_path, "second")
    assert refused(tmp_path, run, "AO850")
    assert "It is closed by number 2." in run.err
    assert refused(tmp_path, close(tmp_path, 1), "AO851")
    assert listed(tmp_path) == before


OPEN: dict[str, tuple[Mapping[str, Any], int, str, str, str]] = {
    "a number that is not there": ({}, 7, "2021-12-31", DECISION, "AO852 The register holds no settlement 7"),
    "provisional": ({"provisional": True}, 1, "2021-12-31", DECISION, "AO852 Settlement 1 is provisional"),
    "disputed": ({"held": "900.50", "disputed": True}, 1, "2021-12-31", DECISION, "AO852 Settlement 1 .* 900.50 EUR is held"),
    "on hold": ({"held": "900.50"}, 1, "2021-12-31", DECISION, "AO852"),
    "no decision": ({}, 1, "2021-12-31", " ", "AO852 .* none is named"),
    "a day before it": ({}, 1, "2021-05-30", DECISION, "AO825"),
}  # fmt: skip


@pytest.mark.parametrize("why", OPEN)
def test_what_is_open_is_not_closed(why: str) -> None:
    """Who closes a settlement says that nothing of it will change."""
    entry, number, as_of, decision, code = OPEN[why]
    with pytest.raises(UsageError, match=code):
        closing_of(number, as_of, decision, [replace(ENTRY, **entry)])


def test_what_was_superseded_or_closed_is_not_closed() -> None:
    """The one that holds is (AO824), once (AO851); a closing is no settlement (AO852)."""
    links = [ENTRY, replace(ENTRY, number=2, supersedes=1)]
    done = closing_of(2, "2021-12-31", DECISION, links)
    for number, code in ((1, "AO824"), (2, "AO851"), (3, "AO852")):
        with pytest.raises(UsageError, match=code):
            closing_of(number, "2021-12-31", DECISION, [*links, done])


def test_a_closing_on_no_day_leaves_the_register_as_it_was(tmp_path: Path) -> None:
    """The day is one of the calendar (AO073)."""
    kept(tmp_path, "first")
    before = listed(tmp_path)
    assert refused(tmp_path, close(tmp_path, 1, "2021-05-32"), "AO073")
    assert listed(tmp_path) == before


def test_a_register_does_not_steer_the_terminal() -> None:
    """What somebody wrote into an entry is shown as letters; the shape of an entry is checked where it is read."""
    links = [replace(ENTRY, contract="care\x1b[2J"), closing_of(1, "2021-12-31", "Board\x1b]0;\x07", [ENTRY])]
    assert all(each.isprintable() for each in write_history(links, ()).splitlines())


MEDDLED: dict[str, tuple[bytes, bytes, str]] = {
    "it closes what is not there": (b'"closes":1', b'"closes":7', "AO808"),
    "it closes itself": (b'"closes":1', b'"closes":2', "AO808"),
    "it closes a text": (b'"closes":1', b'"closes":"1"', "AO809"),
    "it says more": (b'"closes":1', b'"closes":1,"total":"1"', "AO809"),
    "it was decided otherwise": (b"Board", b"Bored", "AO808"),
}


@pytest.mark.parametrize("how", MEDDLED)
def test_a_closing_that_was_meddled_with(how: str, tmp_path: Path) -> None:
    """It is told by the next who reads; of the last entry only its copies tell, and the entry after it."""
    old, new, code = MEDDLED[how]
    done = closing_of(1, "2021-12-31", DECISION, [ENTRY])
    last = replace(ENTRY, number=3, period="2021", previous=done.hash)
    for link in (ENTRY, done, last):
        (tmp_path / f"{link.number:06}.json").write_bytes(link.as_bytes())
    assert [each.hash for each in read_register(tmp_path)] == [ENTRY.hash, done.hash, last.hash]
    file = tmp_path / "000002.json"
    file.write_bytes(file.read_bytes().replace(old, new))
    run = alliance("history", tmp_path)
    assert (run.code, code in run.err) == (1, True)


def test_a_closing_keeps_to_its_schema(tmp_path: Path) -> None:
    """As an entry does."""
    kept(tmp_path, "first")
    close(tmp_path, 1)
    for name in ("000001", "000002"):
        holds("entry", json.loads((tmp_path / "register" / f"{name}.json").read_bytes()))


@pytest.mark.parametrize(
    "other", [{"total": "1.00"}, {"provisional": True}, {"payees": ("north",)}, {"reopen_until": "2099-12-31"}]
)
def test_a_register_that_says_other_things_than_the_bundle(other: Mapping[str, Any], tmp_path: Path) -> None:
    """What stands in an entry follows from its settlement, so whoever changes it is found (AO808)."""
    kept(tmp_path, "first")
    (entry,) = read_register(tmp_path / "register")
    assert isinstance(entry, Entry)
    (tmp_path / "register" / "000001.json").write_bytes(replace(entry, **other).as_bytes())
    run = alliance("verify", tmp_path / "first", "--register", tmp_path / "register")
    assert (run.code, "AO808" in run.err) == (1, True)


def test_an_entry_of_a_term_that_nobody_can_count_is_not_held_by_the_register(tmp_path: Path) -> None:
    """No settlement of such a contract is entered, so an entry and a bundle that say so were forged (AO808)."""
    folder = kept(
        tmp_path, "first", contract=CONTRACT.replace("facts:\n", "terms: {reopen_within: 7 months}\nfacts:\n")
    )
    contract = folder / "contract" / "care.yaml"
    contract.write_text(contract.read_text("utf-8").replace("7 months", "7 winters"), "utf-8")
    files = forged(read_bundle(folder))
    files = forged(files, contract_hash=contract_hash(load_contract(contract)))
    written(files, folder)
    (entry,) = read_register(tmp_path / "register")
    assert isinstance(entry, Entry)
    entry = replace(entry, manifest=digest(files[MANIFEST]))
    (tmp_path / "register" / "000001.json").write_bytes(entry.as_bytes())
    found = verify(folder, None, tmp_path / "register").problems
    assert [each.code for each in found] == ["AO808"]
    assert "says other things of settlement 1" in found[0].sentence
