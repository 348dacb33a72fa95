"""Bad records, by the rows of the list of bad inputs: what each must come to on every engine, and what nobody may learn."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from alliance_outcomes.measures.moments import MOMENT
from alliance_outcomes.sources.records import ENGINES
from examples.tesoma.generate import write
from tests.raw_workbooks import rows, sheet, workbook
from tests.running import Run, alliance
from tests.tree import ROOT

LOCAL = [engine for engine in ENGINES if engine != "spark"]
Result = dict[str, Any]


def contract_of(folder: Path, definitions: dict[str, str], more: str = "") -> Path:
    """A contract of these indicators with definitions of their own; so few as 10 people are not shown."""
    for name in ("contracts", "indicators", "records"):
        (folder / name).mkdir(exist_ok=True)
    ids = "".join(f"      {name}: {{when_missing: reweight in area, goal: none}}\n" for name in definitions)
    file = folder / "contracts" / "small.yaml"
    file.write_text(
        "contract: small\nkind: scorecard\nsmallest_cell: 10\n"
        f"periods: {{length: year, from: 2023-01-01, to: 2024-12-31}}\n{more}"
        f"result_areas:\n  care:\n    indicators:\n{ids}",
        "utf-8",
    )
    for name, measure in definitions.items():
        unit = "unit: points\nrange: [none, none]" if "range" not in measure else "unit: points"
        (folder / "indicators" / f"{name}.yaml").write_text(f"{unit}\nmeasure: {{{measure}}}\n", "utf-8")
    return file


def table(folder: Path, name: str, header: str, rows: Iterable[str]) -> None:
    """A table of records."""
    (folder / "records").mkdir(exist_ok=True)
    (folder / "records" / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")


def measured(folder: Path, contract: Path, engine: str = "polars", period: str = "2023") -> dict[str, Result]:
    """What was measured, by indicator."""
    run = alliance("measure", contract, folder / "records", "--period", period, "--engine", engine, "-f", "json")
    assert run.code == 0, run.err
    return {each["id"]: each for each in json.loads(run.out)["results"]}


def one(folder: Path, measure: str, header: str, rows: Iterable[str]) -> list[Result]:
    """The result of one indicator on every engine, which must agree."""
    contract = contract_of(folder, {"x": measure})
    table(folder, "visits", header, rows)
    found = [measured(folder, contract, engine)["x"] for engine in LOCAL]
    assert all(each == found[0] for each in found)
    return found


def people(result: Result) -> dict[str, int | None]:
    """How many are left out by reason."""
    return {each["reason"]: each["people"] for each in result["excluded"]}


MANY = [f"2023,P{number:03d},no" for number in range(30)]
RATE = "kind: rate, table: visits, period: year, person: person, numerator: done == 'yes'"

# -- what is read -------------------------------------------------------------------------------------------------------


def test_repeated_persons_count_once(tmp_path: Path) -> None:
    """| duplicate indicator or person rows | weights sum to 1.5; rate moves | unique keys |"""
    rows = [*MANY, *(f"2023,Q{number:03d},yes" for number in range(15))]
    (plain, *_) = one(tmp_path, RATE, "year,person,done", rows)
    (twice, *_) = one(tmp_path, RATE, "year,person,done", [*rows, *rows[40:], *rows[40:]])
    assert (plain["numerator"], plain["denominator"]) == (twice["numerator"], twice["denominator"]) == (15, 45)


def test_rows_that_share_a_key_are_one_row(tmp_path: Path) -> None:
    """| duplicate indicator or person rows | ... | unique keys |: a repeated invoice counts once, two that differ not at all."""
    rows = [*(f"2023,{number},5" for number in range(20)), "2023,3,5", "2023,4,6"]
    (found, *_) = one(
        tmp_path, "kind: mean, table: visits, period: year, key: number, of: cost", "year,number,cost", rows
    )
    assert (found["value"], found["n"], people(found)) == ("5", 19, {"contradictory": 2})


def test_missing_keys_match_nothing(tmp_path: Path) -> None:
    """| missing join keys | match each other | refused |: who has no id is nobody, and not one person."""
    rows = [*MANY, "2023,,yes", "2023,..,yes", "2023, ,yes"]
    (found, *_) = one(tmp_path, "kind: count, table: visits, period: year, person: person", "year,person,done", rows)
    assert (found["value"], people(found)) == ("30", {"no_person": 3})


@pytest.mark.parametrize("text", ["jää", "ja\u0308a\u0308", " jää ", "\u00a0jää"])
def test_letters_are_compared_however_they_are_written(text: str, tmp_path: Path) -> None:
    """| composed and decomposed letters, trailing space in ids | join misses, sum 0 | normalised to NFC; ... |"""
    rows = [*MANY, *(f"2023,Q{number:03d},{text}" for number in range(20))]
    (found, *_) = one(tmp_path, RATE.replace("yes", "jää"), "year,person,done", rows)
    assert (found["numerator"], found["denominator"]) == (20, 50)


def test_an_id_with_spaces_around_it_is_the_same_id(tmp_path: Path) -> None:
    """| ... trailing space in ids | join misses | ... |: in records spaces around a cell are no part of it, on every engine."""
    rows = [*MANY, *(f"2023, P{number:03d}\u00a0,no" for number in range(30))]
    (found, *_) = one(tmp_path, "kind: count, table: visits, period: year, person: person", "year,person,done", rows)
    assert found["value"] == "30"


def test_an_answer_beyond_the_scale_is_left_out(tmp_path: Path) -> None:
    """| 53 where 0.53 was meant; ... -50/-58; inf | full pay | unit, range ... checked before clipping |"""
    rows = [*("2023,0.53" for _ in range(20)), "2023,53", "2023,-0.5", "2023,inf", "2023,nan", "2023,-inf", "2023,1e3"]
    measure = "kind: mean, table: visits, period: year, of: share, least: 0, most: 1"
    (found, *_) = one(tmp_path, measure, "year,share", rows)
    assert (found["value"], found["n"]) == ("0.53", 20)
    assert people(found) == {"out_of_range": None, "unreadable": 4}


EUROS = "kind: total, table: visits, period: year, of: cost"


@pytest.mark.parametrize("engine", LOCAL)
@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_point_that_may_group_digits_in_records(mark: str, engine: str, tmp_path: Path) -> None:
    """Invoices of 950.000 in a file of semicolons are 950 euros or 950 000: refused, without a cell; 12.50 shows the mark."""
    contract = contract_of(tmp_path, {"x": EUROS})
    for other, total in (("12", ""), ("12,50", ""), ("12.50", "19012.5")):
        lines = [f"2023{mark}950.000"] * 20 + [f"2023{mark}{other}"]
        table(tmp_path, "visits", f"year{mark}cost", lines)
        if total:
            assert measured(tmp_path, contract, engine)["x"]["value"] == total
            continue
        run = alliance("measure", contract, tmp_path / "records", "--period", "2023", "--engine", engine)
        assert (run.code, "AO509 The points in the column cost may group digits" in run.err) == (1, True), run
        assert "950.000\n" not in run.err


def test_a_point_in_records_of_commas_or_numbers(tmp_path: Path) -> None:
    """In a file of commas a point is the decimal mark, and a number of a workbook is what it is; a text of one is in doubt."""
    (found, *_) = one(tmp_path, EUROS, "year,cost", ["2023,950.125"] * 20)
    assert found["value"] == "19002.5"
    (tmp_path / "records" / "visits.csv").unlink()
    contract, file = tmp_path / "contracts" / "small.yaml", tmp_path / "records" / "visits.xlsx"
    for costs, fine in (([950.125], True), (["950.125"], False), (["950.125", "0.5"], True), ([0.5, "950.125"], False)):
        lines = [{"A": "2023", "B": cost} for cost in costs] * 20
        workbook(file, {"Data": sheet(rows({"A": "year", "B": "cost"}, *lines))})
        run = alliance("measure", contract, tmp_path / "records", "--period", "2023")
        assert (run.code == 0, "AO509" in run.err) == (fine, not fine), run


@pytest.mark.parametrize("name", ["north\\nsouth  999.00", " north"])
def test_a_payee_that_no_cell_could_name(name: str, tmp_path: Path) -> None:
    """A payee of the contract over several lines would write a line of its own among the figures: refused."""
    contract = contract_of(tmp_path, {"x": EUROS}, f'payees: {{column: area, ids: ["{name}"]}}\n')
    table(tmp_path, "visits", "year,cost,area", ["2023,5,north"] * 20)
    run = alliance("measure", contract, tmp_path / "records", "--period", "2023")
    assert (run.code, "AO107" in run.err) == (1, True), run


def test_a_measured_value_beyond_its_range_is_not_settled(tmp_path: Path) -> None:
    """| 53 where 0.53 was meant | full pay | ... |: where every record is 100 times off, the range of the value says it."""
    contract = contract_of(tmp_path, {"x": "kind: mean, table: visits, period: year, of: share"})
    (tmp_path / "indicators" / "x.yaml").write_text(
        "unit: share\nrange: [0 %, 100 %]\nmeasure: {kind: mean, table: visits, period: year, of: share}\n", "utf-8"
    )
    table(tmp_path, "visits", "year,share", ["2023,53"] * 20)
    run = alliance("score", contract, tmp_path / "records")
    assert (run.code, "AO510" in run.err, "100 times" in run.err) == (1, True, True)


def test_only_days_of_the_calendar_are_days(tmp_path: Path) -> None:
    """Impossible days are no days, on any engine: 2023-02-30, 2023-04-31, 29 February but in a leap year."""
    rows = ["2023-02-28"] * 20 + ["2023-02-30", "2023-02-29", "2023-04-31", "2023-13-01", "2023-00-10", "2023-01-32"]
    (found, *_) = one(tmp_path, "kind: count, table: visits, day: day", "day", rows)
    assert (found["value"], people(found)) == ("20", {"no_period": 6})


def test_every_day_of_four_centuries_is_one() -> None:
    """The days are exactly those that the standard library has, leap years and centuries included."""
    import re

    day, pattern = date(1899, 1, 1), re.compile(MOMENT)
    known = {(day + timedelta(days=each)).isoformat() for each in range(366 * 205)}
    wanted = {
        f"{y}-{m:02d}-{d:02d}"
        for y in (1899, 1900, 1996, 1999, 2000, 2023, 2024, 2100)
        for m in range(14)
        for d in range(33)
    }
    assert all((pattern.match(each) is not None) == (each in known) for each in wanted)
    assert all(pattern.match(each) for each in known)


def test_finnish_days_are_left_out_in_sight(tmp_path: Path) -> None:
    """| Finnish Excel exports ... | ... | read right; say what was assumed |: 1.3.2023 names no period, and is counted so."""
    rows = ["2023-03-01"] * 20 + ["1.3.2023", "01.03.2023", "3/1/2023", "20230301"]
    (found, *_) = one(tmp_path, "kind: count, table: visits, day: day", "day", rows)
    assert (found["value"], people(found)) == ("20", {"no_period": 4})


def test_a_time_zone_is_not_guessed(tmp_path: Path) -> None:
    """A moment with a zone beside moments without one is unreadable: 72 hours are by one clock."""
    rows = [f"2023-01-0{1 + number % 2},2023-01-01T10:00,2023-01-0{4 + number % 2}T10:00" for number in range(40)]
    rows += ["2023-01-01,2023-01-01T10:00+02:00,2023-01-02T10:00", "2023-01-01,2023-01-01T10:00,2023-01-02T10:00Z"]
    measure = "kind: share_within, table: visits, day: day, start: a, end: b, hours: 72"
    (found, *_) = one(tmp_path, measure, "day,a,b", rows)
    assert (found["numerator"], found["denominator"], people(found)) == (20, 40, {"unreadable": 2})


def test_long_whole_numbers_are_left_out_in_sight(tmp_path: Path) -> None:
    """| 9007199254740993 beside a blank; `2**62 * 4` | ...992; 0 | whole numbers through text; range check |"""
    rows = [*("2023,7" for _ in range(20)), "2023,9007199254740993", "2023,18446744073709551616", "2023,"]
    (found, *_) = one(tmp_path, "kind: mean, table: visits, period: year, of: cost", "year,cost", rows)
    assert (found["value"], people(found)) == ("7", {"unreadable": 2, "no_value": None})


def test_codes_stay_text(tmp_path: Path) -> None:
    """| codes `007`, id `NA`, `091` | 7, missing, 91 | text stays text |"""
    rows = [
        f"2023,P{number:03d},{code}" for number, code in enumerate(["007"] * 20 + ["7"] * 12 + ["NA"] * 11 + ["091"])
    ]
    (found, *_) = one(tmp_path, RATE.replace("yes", "007"), "year,person,done", rows)
    assert (found["numerator"], found["denominator"]) == (20, 44)
    rows = [f"2023,{person},yes" for person in ("NA", "null", "091", "91", *map(str, range(100, 120)))]
    (found, *_) = one(tmp_path, "kind: count, table: visits, period: year, person: person", "year,person,done", rows)
    assert found["value"] == "24"


@pytest.mark.parametrize("rows", ["2023,P1,yes,more\n", "2023,P1\n", '2023,"P1"x,yes\n'])
def test_ragged_rows_are_refused(rows: str, tmp_path: Path) -> None:
    """| short row, extra column, duplicate column | NaN, shifted index, `v.1` | refused |"""
    contract = contract_of(tmp_path, {"x": RATE})
    (tmp_path / "records" / "visits.csv").write_text("year,person,done\n" + "\n".join(MANY) + "\n" + rows, "utf-8")
    for engine in LOCAL:
        run = alliance("measure", contract, tmp_path / "records", "--period", "2023", "--engine", engine)
        assert (run.code, "visits.csv:32:" in run.err, "AO502" in run.err) == (1, True, True), (engine, run.err)


# -- what nobody may learn ----------------------------------------------------------------------------------------------


def persons(counts: dict[str, int], year: int = 2023) -> list[str]:
    """A row a person: year, id, and so many of each text."""
    texts = [text for text, times in counts.items() for _ in range(times)]
    return [f"{year},P{number:03d},{text}" for number, text in enumerate(texts)]


def everything(folder: Path, contract: Path, period: str = "2023") -> str:
    """All that any command tells of the records, in every format."""
    told = []
    for shape in ("table", "csv", "json"):
        told.append(alliance("measure", contract, folder / "records", "--period", period, "-f", shape))
        told.append(alliance("score", contract, folder / "records", "--period", period, "-f", shape))
        told.append(alliance("settle", contract, folder / "records", "--period", period, "-f", shape))
    told.append(alliance("explain", contract, folder / "records", "x", "--period", period))
    assert not [run.err for run in told[:-1] if run.code]
    return "".join(run.out + run.err for run in told)


SMALL = "| cells below the minimum size, or derivable by subtraction, total, percentage or a restatement's difference | shown | suppressed |"


@pytest.mark.parametrize("counts", [{"yes": 9, "no": 50}, {"yes": 50, "no": 9}, {"yes": 9}, {"yes": 1, "no": 8}])
def test_few_people_and_their_complement_are_in_no_output(counts: dict[str, int], tmp_path: Path) -> None:
    """SMALL, directly and by subtraction: neither those who meet a condition nor those who do not are told."""
    contract = contract_of(tmp_path, {"x": RATE})
    table(tmp_path, "visits", "year,person,done", persons(counts))
    result = measured(tmp_path, contract)["x"]
    assert (result["status"], result["value"], result["n"], result["excluded"]) == ("suppressed", None, None, [])
    assert "59" not in everything(tmp_path, contract).replace("2059", "")


def test_ten_people_are_shown_and_none_are(tmp_path: Path) -> None:
    """SMALL: the smallest cell itself is shown, and so is nobody."""
    contract = contract_of(tmp_path, {"x": RATE})
    for counts, share in (({"yes": 10, "no": 10}, "0.5"), ({"yes": 0, "no": 20}, "0"), ({"yes": 20}, "1")):
        table(tmp_path, "visits", "year,person,done", persons(counts))
        assert measured(tmp_path, contract)["x"]["value"] == share


@pytest.mark.parametrize("answers", [{10: 60, 8: 5}, {2: 60, 8: 5}, {9: 63, 3: 1}])
def test_a_score_near_its_end_tells_of_few(answers: dict[int, int], tmp_path: Path) -> None:
    """SMALL, by a percentage: 92.3 of 65 answers says that five did not promote."""
    contract = contract_of(tmp_path, {"x": "kind: nps, table: visits, period: year, of: done"})
    table(tmp_path, "visits", "year,person,done", persons({str(answer): times for answer, times in answers.items()}))
    assert measured(tmp_path, contract)["x"]["status"] == "suppressed"


def test_a_percentile_near_its_end_is_a_person(tmp_path: Path) -> None:
    """SMALL: the highest value is somebody's own, and so is one that nine people exceed."""
    rows = [f"2023,P{number:03d},{number}" for number in range(90)]
    for share, status in (("100 %", "suppressed"), ("90 %", "suppressed"), ("80 %", "final")):
        kind = f"kind: percentile, table: visits, period: year, of: done, method: lower, share: {share}"
        contract = contract_of(tmp_path, {"x": kind})
        table(tmp_path, "visits", "year,person,done", rows)
        assert measured(tmp_path, contract)["x"]["status"] == status


def test_a_comparator_less_the_own_part_tells_of_few(tmp_path: Path) -> None:
    """SMALL, by a total: the whole less the alliance's own is the others, of whom there are few."""
    kind = "kind: growth, table: visits, period: year, person: person, of: '1', own: done == 'own'"
    for others, status in ((9, "suppressed"), (10, "final")):
        contract = contract_of(tmp_path, {"x": kind})
        rows = [*persons({"own": 40, "other": others}, 2023), *persons({"own": 40, "other": others}, 2022)]
        table(tmp_path, "visits", "year,person,done", rows)
        assert measured(tmp_path, contract)["x"]["status"] == status


@pytest.mark.parametrize(
    ("narrow", "few"),
    [
        ("kind: rate, table: visits, period: year, person: person, numerator: done == 'yes' and old == 'no'", "x"),
        ("kind: count, table: visits, period: year, person: person, population: old == 'no'", "y"),
        (f"{RATE}, exclusions: {{old: {{when: old == 'yes', reason: old}}}}", "x"),
    ],
)
def test_two_results_do_not_tell_of_few_by_their_difference(narrow: str, few: str, tmp_path: Path) -> None:
    """SMALL, by a difference: of two nested populations or conditions the narrower is suppressed where few lie between."""
    wide = RATE if few == "x" else "kind: count, table: visits, period: year, person: person"
    contract = contract_of(tmp_path, {"wide": wide, "narrow": narrow})
    for old, status in ((4, "suppressed"), (15, "final")):
        rows = [f"{row},{'yes' if number < old else 'no'}" for number, row in enumerate(persons({"yes": 40, "no": 40}))]
        table(tmp_path, "visits", "year,person,done,old", rows)
        found = measured(tmp_path, contract)
        assert (found["wide"]["status"], found["narrow"]["status"]) == ("final", status), old


def test_the_number_left_out_is_not_told_by_another_indicator(tmp_path: Path) -> None:
    """SMALL, by excluded counts: few without a value are not numbered, and no count of the same people gives them away."""
    answered = "kind: mean, table: visits, period: year, person: person, of: grade"
    contract = contract_of(tmp_path, {"all": "kind: count, table: visits, period: year, person: person", "x": answered})
    table(tmp_path, "visits", "year,person,grade", persons({"4": 40, "": 3}))
    found = measured(tmp_path, contract)
    assert (found["all"]["value"], found["x"]["status"]) == ("43", "suppressed")
    alone = contract_of(tmp_path, {"x": answered})
    assert people(measured(tmp_path, alone)["x"]) == {"no_value": None}


def test_the_value_with_those_left_out_does_not_tell_of_few(tmp_path: Path) -> None:
    """SMALL, by a value with and without exclusions: few excluded, or few of them who meet the condition, hide it."""
    kind = f"{RATE}, exclusions: {{moved: {{when: moved == 'yes', reason: moved}}}}"
    contract = contract_of(tmp_path, {"x": kind})
    for moved_yes, moved_no, shown in ((4, 0, False), (4, 20, False), (15, 20, True)):
        stay = [f"{row},no" for row in persons({"yes": 30, "no": 30})]
        moved = [
            f"2023,Q{number},{'yes' if number < moved_yes else 'no'},yes" for number in range(moved_yes + moved_no)
        ]
        table(tmp_path, "visits", "year,person,done,moved", [*stay, *moved])
        found = measured(tmp_path, contract)["x"]
        assert (found["value"], found["unadjusted"] is not None) == ("0.5", shown)


@pytest.mark.parametrize(
    ("now", "stands"),
    [
        ({"yes": 44, "no": 40}, True),
        ({"yes": 41, "no": 39}, True),
        ({"yes": 55, "no": 40}, False),
        ({"yes": 40, "no": 40}, False),
    ],
)
def test_a_restatement_of_few_leaves_what_was_published(now: dict[str, int], stands: bool, tmp_path: Path) -> None:
    """SMALL, by a restatement's difference: where so few came, went or changed, the published row stands in every output."""
    contract = contract_of(tmp_path, {"x": RATE})
    table(tmp_path, "visits", "year,person,done", persons({"yes": 40, "no": 40}))
    first = alliance("measure", contract, tmp_path / "records", "--period", "2023", "-o", tmp_path / "out.csv")
    assert first.code == 0
    (tmp_path / "out.csv").rename(tmp_path / "records" / "published.csv")
    table(tmp_path, "visits", "year,person,done", persons(now))
    found = measured(tmp_path, contract)["x"]
    assert (found["status"], found["numerator"]) == (("published", 40) if stands else ("final", now["yes"]))
    scores = alliance("score", contract, tmp_path / "records", "-f", "csv").out
    value = next(row["value"] for row in csv.DictReader(scores.splitlines()) if row["id"] == "x")
    assert (value == "0.5") == (stands or now["yes"] == 40)


def test_a_restated_mean_of_as_many_people_stands(tmp_path: Path) -> None:
    """SMALL, by a restatement: nobody can see how many of a mean's people changed, so the published mean stands."""
    contract = contract_of(tmp_path, {"x": "kind: mean, table: visits, period: year, person: person, of: done"})
    table(tmp_path, "visits", "year,person,done", persons({"4": 40}))
    alliance(
        "measure", contract, tmp_path / "records", "--period", "2023", "-o", tmp_path / "records" / "published.csv"
    )
    table(tmp_path, "visits", "year,person,done", persons({"4": 39, "1": 1}))
    assert measured(tmp_path, contract)["x"]["value"] == "4"


def test_payees_are_those_of_the_contract(tmp_path: Path) -> None:
    """| person ids in errors, logs, outputs | ... |: what stands in the column of payees is told only where it is a payee."""
    more = "payees: {column: site, ids: [north, south]}\n"
    contract = contract_of(tmp_path, {"x": RATE}, more)
    rows = [f"{row},{site}" for site in ("north", "south", "131052-308T") for row in persons({"yes": 12, "no": 12})]
    table(tmp_path, "visits", "year,person,done,site", rows)
    run = alliance("measure", contract, tmp_path / "records", "--period", "2023", "-f", "json")
    found = json.loads(run.out)["results"]
    assert [(each["payee"], each["value"]) for each in found] == [("north", "0.5"), ("south", "0.5"), (None, None)]
    assert people(found[2]) == {"no_payee": 24}
    assert "131052" not in everything(tmp_path, contract)


def test_a_suppressed_value_is_settled_by_the_contracts_word(tmp_path: Path) -> None:
    """SMALL: nobody is paid by a figure that may not be shown; without a rule the settlement is refused (AO551)."""
    contract = contract_of(tmp_path, {"x": RATE}, "scores: {least: 0, most: 100}\nweights: none\n")
    table(tmp_path, "visits", "year,person,done", persons({"yes": 50, "no": 5}))
    scored = contract.read_text("utf-8").replace("goal: none", "score: {kind: linear, zero_at: 0, full_at: 1}")
    contract.write_text(scored, "utf-8")
    assert alliance("score", contract, tmp_path / "records").code == 0
    contract.write_text(scored.replace("when_missing: reweight in area, ", ""), "utf-8")
    run = alliance("score", contract, tmp_path / "records")
    assert (run.code, "AO551" in run.err) == (1, True), run.err


CANARY = "131052-308T"


def planted(folder: Path) -> None:
    """Records of Tesoma with a row of canaries at the top of every table, and facts beside them."""
    write(folder, 600, 5, dirty=True)
    for file in folder.glob("*.csv"):
        lines = file.read_text("utf-8").splitlines()
        canaries = ",".join([CANARY] * len(lines[0].split(",")))
        file.write_text("\n".join([lines[0], canaries, *lines[1:], canaries]) + "\n", "utf-8")
    facts = ROOT / "examples" / "tesoma" / "records" / "facts.csv"
    (folder / "facts.csv").write_bytes(facts.read_bytes())


def told(run: Run) -> str:
    """Everything that a command said."""
    return run.out + run.err


@pytest.mark.untraced
@pytest.mark.parametrize("engine", LOCAL)
def test_a_canary_is_in_nothing_that_is_said(engine: str, tmp_path: Path) -> None:
    """| person ids in errors, logs, outputs | 6 of 7 pandas errors show them | a canary id is searched for in ... every output |"""
    contract, folder, out = ROOT / "contracts" / "tesoma.yaml", tmp_path / "records", tmp_path / "out.json"
    planted(folder)
    asked = ("--period", "2023", "--engine", engine)
    runs = [alliance(command, contract, folder, *asked, "-f", "json") for command in ("measure", "score", "settle")]
    runs.append(alliance("explain", contract, folder, "client_nps", *asked))
    assert [run.code for run in runs] == [0, 0, 0, 0], [run.err for run in runs]
    assert alliance("settle", contract, folder, *asked, "-o", out).code == 0
    assert CANARY not in "".join(map(told, runs)) + out.read_text("utf-8")
    for spoil in (f"{CANARY},1\n", f'{CANARY},"{CANARY}"x,1\n', f'"{CANARY}\n'):
        with (folder / "diagnoses.csv").open("a", encoding="utf-8") as file:
            file.write(spoil)
        for command in ("measure", "settle"):
            run = alliance(command, contract, folder, *asked)
            assert run.code == 1
            assert CANARY not in told(run)


@pytest.mark.untraced
def test_a_canary_is_in_no_file_that_is_kept(tmp_path: Path) -> None:
    """The same of every kind of statement, and of a bundle with all that is in it; a workbook is unzipped."""
    contract, folder, kept = ROOT / "contracts" / "tesoma.yaml", tmp_path / "records", tmp_path / "kept"
    planted(folder)
    kept.mkdir()
    written = [each for ending in ("txt", "csv", "json", "html", "xlsx") for each in ("-o", kept / f"out.{ending}")]
    run = alliance("settle", contract, folder, "--period", "2023", *written, "--bundle", kept / "bundle")
    assert run.code == 0, run.err
    shutil.unpack_archive(kept / "out.xlsx", kept / "unzipped", "zip")
    files = [each for each in kept.rglob("*") if each.is_file()]
    assert len(files) > 20
    assert [each.name for each in files if CANARY.encode() in each.read_bytes()] == []
    assert CANARY not in told(run)
