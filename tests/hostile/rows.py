"""Every bad input that the project promises to refuse, or to read right, and the tests that hold it.

What each does to a program that uses its libraries naively was measured with PyYAML 6.0.3, pydantic 2.14, pandas 3.1 and
openpyxl 3.1. docs/assurance.md shows this table. A test is named as pytest names it, below ``tests/``.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """An input, what happens where it is used naively, what must happen, and the tests that hold it."""

    input: str
    naively: str
    required: str
    tests: tuple[str, ...]


CONTRACT = "hostile/test_contract_files.py::test_"
FAULT = CONTRACT + "a_fault_is_told_with_its_place"
DATA = "hostile/test_data_files.py::test_"
BOOK = "hostile/test_workbooks.py::test_"
QUERY = "hostile/test_queries.py::test_"
RECORDS = "hostile/test_records.py::test_"
EXACT = "hostile/test_exactness.py::test_"


def _faults(*names: str) -> tuple[str, ...]:
    return tuple(f"{FAULT}[{name}]" for name in names)


CONTRACT_FILES = (
    Row(
        "nested 100,000 deep",
        "segmentation fault",
        "refused: depth at most 20, at most 256 KB and 20,000 events, before composing",
        (
            f"{CONTRACT}a_file_nested_too_deep_is_refused",
            f"{CONTRACT}too_many_parts_are_refused",
            f"{CONTRACT}a_file_too_large_is_refused",
        ),
    ),
    Row(
        "anchors, aliases, merge keys, tags",
        "396 bytes expand to 2.29 GB",
        "refused",
        (
            f"{CONTRACT}aliases_that_would_grow_are_refused_before_they_do",
            *_faults("an anchor", "an alias", "a merge key", "a tag", "a tag that runs code"),
        ),
    ),
    Row(
        "duplicate key",
        "the last one wins silently",
        "refused, both lines named",
        _faults("a duplicate key", "a duplicate key far below", "a clause given twice"),
    ),
    Row(
        "`NO`, `on`, `010`, `1:30`, `1e3`, `1_000`, `1.0e+400`",
        "False, True, 8, 90, text, 1000, inf",
        "every scalar stays text; the schema converts",
        (
            f"{CONTRACT}every_scalar_stays_text",
            *_faults("an octal", "a time of day", "an exponent", "an underscore", "a number beyond floats"),
        ),
    ),
    Row("keys `1`, `1.0`, `true`", "become one key", "keys are text", (f"{CONTRACT}keys_are_text",)),
    Row(
        "`0.12345678901234567890123`",
        "digits lost",
        "kept or refused, never rounded",
        (*_faults("23 decimals"), "test_numbers.py::test_a_decimal_is_read_back_as_it_was"),
    ),
    Row(
        '`Fraction("1e10000000")`',
        "13 seconds",
        "an ASCII pattern of at most 15 + 12 digits is checked first",
        (
            *_faults("an exponent of ten million", "ten thousand digits"),
            "test_numbers.py::test_reading_never_does_anything_but_read_or_refuse",
        ),
    ),
    Row(
        "NaN, inf, True as a number, Arabic digits",
        "accepted",
        "refused",
        _faults("not a number", "infinity", "true for a number", "true for an amount", "Arabic digits"),
    ),
    Row(
        "unknown key",
        "dropped",
        "refused with the nearest right one",
        (
            *_faults("an unknown key", "an unknown key that nothing needs"),
            f"{CONTRACT}an_unknown_key_of_a_definition_is_refused",
        ),
    ),
    Row(
        "weights that sum to 1.0000001",
        "pass `isclose` and overpay",
        "exact sum; `1/3` may be written",
        (*_faults("weights that sum to 1.0000001"), f"{CONTRACT}a_third_may_be_written"),
    ),
    Row(
        "Latin-1, UTF-16, BOM, CRLF",
        "mixed",
        "UTF-8 (BOM and CRLF accepted), else refused",
        (f"{CONTRACT}what_editors_write_is_read", f"{CONTRACT}other_encodings_are_refused"),
    ),
    Row(
        "`source: ../../etc/passwd`, absolute, `file://`, http, symlink out, FIFO",
        "read or hang",
        "only regular files under the declared root; resolve first, compare paths, not strings",
        (
            f"{CONTRACT}a_source_is_only_text",
            f"{CONTRACT}a_definition_is_no_path",
            f"{CONTRACT}a_link_out_of_the_folder_is_refused",
            f"{CONTRACT}a_pipe_among_what_was_written_before_is_refused",
            f"{CONTRACT}what_is_no_regular_file_is_refused",
            f"{CONTRACT}links_in_a_circle_are_refused",
            *_faults("a definition outside", "a definition at an address"),
        ),
    ),
    Row(
        "`{weight: 7,5 %}` (decimal comma inside braces)",
        "weight 7 and a key `5 %`",
        "one error: write 7.5 %",
        _faults("7,5 % in braces", "7,5 % outside braces"),
    ),
    Row(
        "`{formula: max(a, b)}` (a comma inside braces)",
        "`max(a` and a key `b)`",
        "one error: put the formula in quotes",
        _faults("max(a, b) in braces"),
    ),
    Row(
        "formula with attributes, calls, `__class__`, huge powers",
        "code runs under `query` or `eval`",
        "a whitelist refuses",
        _faults("an attribute", "a call", "a lambda", "an index", "a power", "a power sign", "an assignment"),
    ),
)

DATA_FILES = (
    Row(
        "`A,0,53` (decimal comma in a comma file)",
        "id 0, value 53, silently",
        "the dialect is found or declared and shown; the field count must match",
        (
            f"{DATA}a_decimal_comma_in_a_comma_file",
            f"{DATA}a_point_that_may_group_digits",
            f"{DATA}a_point_that_plainly_is_a_decimal_mark",
            f"{DATA}a_point_in_a_text_of_a_workbook",
            f"{DATA}a_point_in_a_text_of_a_frame",
            f"{DATA}a_chapter_shows_no_decimal_mark",
            f"{RECORDS}a_point_that_may_group_digits_in_records",
            f"{RECORDS}a_point_in_records_of_commas_or_numbers",
            "test_data.py::test_a_dialect_is_shown",
        ),
    ),
    Row(
        "Finnish Excel exports: `;`, decimal comma, cp1252, utf-8-sig, NBSP and narrow NBSP in numbers, U+2212 minus, `..` for missing",
        "one column of text",
        "read right; say what was assumed",
        (
            f"{DATA}finnish_spreadsheets",
            f"{DATA}two_points_are_missing",
            f"{RECORDS}finnish_days_are_left_out_in_sight",
            "test_measure.py::test_finnish_spreadsheets_give_the_same",
        ),
    ),
    Row(
        "codes `007`, id `NA`, `091`",
        "7, missing, 91",
        "text stays text",
        (f"{DATA}codes_stay_text", f"{RECORDS}codes_stay_text", f"{BOOK}cells_of_every_kind"),
    ),
    Row(
        "short row, extra column, duplicate column",
        "NaN, shifted index, `v.1`",
        "refused",
        (f"{DATA}ragged_tables", f"{RECORDS}ragged_rows_are_refused", f"{BOOK}a_cell_beside_the_table_is_refused"),
    ),
    Row(
        "53 where 0.53 was meant; 120/100; -50/-58; inf",
        "full pay",
        "unit, range, 0 <= numerator <= denominator, denominator > 0, checked before clipping",
        (
            f"{DATA}values_out_of_range",
            f"{DATA}numerators_and_denominators",
            f"{DATA}a_count_that_only_shows_how_sure_a_value_is",
            f"{CONTRACT}a_percentage_a_hundred_times_off_is_told",
            f"{RECORDS}an_answer_beyond_the_scale_is_left_out",
            f"{RECORDS}a_measured_value_beyond_its_range_is_not_settled",
        ),
    ),
    Row(
        "missing indicator",
        "pays 50 %, or 100 %",
        "refused unless the contract has a rule",
        (f"{DATA}a_missing_indicator", "test_laws.py::test_the_oracle_refuses_what_must_not_be_settled"),
    ),
    Row(
        "duplicate indicator or person rows",
        "weights sum to 1.5; rate moves",
        "unique keys",
        (
            f"{DATA}a_duplicate_indicator",
            f"{RECORDS}repeated_persons_count_once",
            f"{RECORDS}rows_that_share_a_key_are_one_row",
        ),
    ),
    Row(
        "composed and decomposed letters, trailing space in ids",
        "join misses, sum 0",
        "normalised to NFC; outer spaces refused; unmatched keys on either side refused",
        (
            f"{DATA}letters_are_compared_composed",
            f"{DATA}spaces_around_ids",
            f"{DATA}keys_that_match_nothing",
            f"{DATA}payees_are_joined_whole",
            f"{RECORDS}letters_are_compared_however_they_are_written",
        ),
    ),
    Row(
        "missing join keys",
        "match each other",
        "refused",
        (f"{DATA}payees_are_joined_whole", f"{RECORDS}missing_keys_match_nothing"),
    ),
    Row(
        "9007199254740993 beside a blank; `2**62 * 4`",
        "...992; 0",
        "whole numbers through text; range check",
        (
            f"{DATA}large_whole_numbers",
            f"{BOOK}numbers_are_as_they_were_typed",
            f"{QUERY}values_of_a_database_keep_every_digit",
            f"{RECORDS}long_whole_numbers_are_left_out_in_sight",
        ),
    ),
    Row(
        "formula, error, hidden or merged cell in Excel",
        "NaN",
        "refused with the cell's address",
        (f"{BOOK}what_a_sheet_hides_is_refused_with_its_address", f"{BOOK}a_hidden_sheet_is_refused"),
    ),
    Row(
        "xlsx bomb (189 KB, 950 KB, and one of 4.9 KB with lone corner cells), `.gz` CSV bomb",
        "minutes, gigabytes",
        "unzipped size, ratio, and a streamed cap on rows and columns; no compression guessed",
        (
            f"{BOOK}a_bomb_is_refused_with_little_memory",
            f"{BOOK}too_many_elements_end_the_reading",
            f"{DATA}unknown_kinds_are_never_opened[data.csv.gz]",
            f"{DATA}a_bomb_of_parquet",
            f"{DATA}a_table_is_counted_while_it_is_read",
        ),
    ),
    Row(
        "pickle",
        "runs code",
        "never read",
        (f"{DATA}a_pickle_under_any_name_runs_nothing", f"{DATA}unknown_kinds_are_never_opened[data.pkl]"),
    ),
    Row(
        "SQL source",
        "DELETE went through",
        "read only: one SELECT, an authoriser or a read-only role, a time limit; credentials never in a contract",
        (
            f"{QUERY}a_file_is_only_read",
            f"{QUERY}a_slow_query_of_a_file_is_stopped",
            f"{QUERY}a_server_is_only_read",
            f"{QUERY}a_slow_query_of_a_server_is_stopped",
            f"{QUERY}no_password_is_told",
            f"{QUERY}a_faulty_query_is_told_with_its_place[a password in the file]",
        ),
    ),
    Row(
        "person ids in errors, logs, outputs",
        "6 of 7 pandas errors show them",
        "a canary id is searched for in stdout, stderr, logs and every output",
        (
            f"{RECORDS}a_canary_is_in_nothing_that_is_said",
            f"{RECORDS}a_canary_is_in_no_file_that_is_kept",
            f"{RECORDS}payees_are_those_of_the_contract",
            "test_evidence.py::test_of_records_only_the_measured_values_are_kept",
        ),
    ),
    Row(
        "cells below the minimum size, or derivable by subtraction, total, percentage or a restatement's difference",
        "shown",
        "suppressed; the contract states the minimum (11 suggested)",
        (
            f"{RECORDS}few_people_and_their_complement_are_in_no_output",
            f"{RECORDS}a_score_near_its_end_tells_of_few",
            f"{RECORDS}a_comparator_less_the_own_part_tells_of_few",
            f"{RECORDS}two_results_do_not_tell_of_few_by_their_difference",
            f"{RECORDS}a_restatement_of_few_leaves_what_was_published",
            f"{RECORDS}a_suppressed_value_is_settled_by_the_contracts_word",
            "test_few_people.py::test_no_scenario_tells_of_few_people",
            "test_few_people.py::test_a_suppressed_row_has_no_number",
        ),
    ),
)

OUTPUT = (
    Row(
        "party named `=HYPERLINK(...)`, `=cmd|...`, `+`, `-`, `@`, tab",
        "live formula in xlsx and csv",
        "text",
        (
            "test_hostile_names.py::test_a_name_is_text_in_every_kind_of_file",
            "test_hostile_names.py::test_a_name_is_text_in_finnish_csv",
            "test_terminal.py::test_no_name_steers_the_terminal",
            "test_shown.py::test_every_hidden_letter_is_shown_as_its_number",
            "test_shown.py::test_a_title_is_one_line",
            f"{DATA}an_id_over_several_lines",
            f"{RECORDS}a_payee_that_no_cell_could_name",
        ),
    ),
    Row(
        "`<script>` in a name, `javascript:`",
        "runs",
        "escaped; no link from data; a page carries `default-src 'none'`",
        (
            "test_documents.py::test_a_name_is_text_on_a_page",
            "test_hostile_names.py::test_a_name_is_text_on_every_page",
        ),
    ),
    Row(
        "kill -9 in any step of writing",
        "57 of 60 files corrupt",
        "old file or new file, whole: temporary file, fsync, replace, fsync of the folder",
        (
            "test_faults.py::test_whatever_call_fails_the_disk_holds_the_old_or_the_new",
            "test_faults.py::test_what_a_power_cut_could_lose_is_told",
        ),
    ),
    Row(
        "disk full, I/O error, read-only folder",
        "old file destroyed",
        "old file intact, coded error",
        (
            "test_faults.py::test_whatever_call_fails_the_disk_holds_the_old_or_the_new",
            "test_faults.py::test_what_belongs_together_is_taken_back_together",
            "test_faults.py::test_a_read_only_folder_keeps_what_it_holds",
            "test_faults.py::test_a_failure_of_the_system_has_a_code",
        ),
    ),
    Row(
        "two writers",
        "last one wins silently",
        "exactly one wins; the other is told",
        (
            "test_faults.py::test_of_two_writers_exactly_one_wins",
            "test_faults.py::test_who_comes_too_late_is_told",
            "test_faults.py::test_a_claimed_file_is_claimed_once",
        ),
    ),
    Row(
        "terminal in cp1252 or cp850",
        "crash on a check mark",
        "degrades",
        (
            "test_terminal.py::test_a_letter_that_is_not_there_is_shown_as_a_plain_one",
            "test_terminal.py::test_a_terminal_of_80_columns_shows_every_letter",
        ),
    ),
)

EXACTNESS = (
    Row(
        "`n/d*100 >= T`, `1 - n/d`, `(b-v)/b`",
        "miss a target that is met exactly in 1 %, 16 % and 21 % of cases in floats",
        "a target that is met exactly is met",
        (f"{EXACT}a_target_that_is_met_exactly_is_met",),
    ),
    Row(
        "a weighted score exactly at a gate",
        "missed in 9 %",
        "the gate is passed",
        (f"{EXACT}a_weighted_score_exactly_at_a_gate_passes_it",),
    ),
    Row(
        "reordering indicators",
        "changes a float score in 37 %",
        "no difference",
        (f"{EXACT}the_order_of_indicators_changes_no_score", "test_laws.py::test_law_4_order_makes_no_difference"),
    ),
    Row(
        "`round(x, 2)` of a payment",
        "a wrong cent in 0.5 % of payments",
        "half a cent is rounded as the contract says",
        (f"{EXACT}half_a_cent_is_rounded_as_written", "test_numbers.py::test_rounding_is_that_of_decimals"),
    ),
    Row(
        "parties rounded one by one",
        "miss the total in 26 %",
        "the parties sum to the total, each within a cent of its exact share",
        (f"{EXACT}parties_sum_to_the_total", "test_numbers.py::test_parts_sum_to_the_whole"),
    ),
    Row(
        "a value that rounds to its target",
        "passes it",
        "comparisons come before rounding",
        (f"{EXACT}a_comparison_comes_before_rounding",),
    ),
)

SECTIONS = {
    "Contract files": CONTRACT_FILES,
    "Data": DATA_FILES,
    "Output and faults": OUTPUT,
    "Exactness": EXACTNESS,
}
ROWS = tuple(row for rows in SECTIONS.values() for row in rows)
