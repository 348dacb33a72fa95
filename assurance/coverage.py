"""Coverage: the tests run every branch of the modules that decide amounts and keep evidence."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from .promise import Found, Promise, counts, passed, python

PROMISE = Promise(
    title="Every branch of numbers, formulas, contract, calculation, settlement, payments, scoring and evidence is run by the tests.",
    made="The modules that `tests/covered.py` names are traced, with the statement and the branch, while those tests run that "
    "reach all of them soonest. `make test` looks at the same modules after all tests.",
    budget=400,
)
TESTS = (
    "hostile/test_data_files.py",
    "hostile/test_found_by_fuzzing.py",
    "hostile/test_records.py::test_a_measured_value_beyond_its_range_is_not_settled",
    "hostile/test_records.py::test_a_payee_that_no_cell_could_name",
    "hostile/test_workbooks.py",
    "test_across.py",
    "test_amending.py",
    "test_backtest.py",
    "test_batch.py::test_a_contract_of_seventy_indicators",
    "test_batch.py::test_an_amount_too_large_for_columns_is_refused",
    "test_batch.py::test_every_contract_settles_many_payees",
    "test_carrying.py",
    "test_cases.py",
    "test_codes.py",
    "test_contract_reading.py",
    "test_contradictions.py",
    "test_docs.py",
    "test_documents.py::test_a_report_tells_results_against_goals",
    "test_evidence.py",
    "test_extracts.py",
    "test_first_use.py::test_a_register_shows_amounts_as_the_language_writes_them",
    "test_formula.py",
    "test_gaps.py::test_a_mean_of_no_weight_is_no_value",
    "test_gaps.py::test_slopes_are_what_a_small_move_does",
    "test_gaps.py::test_what_so_many_patients_more_are_worth",
    "test_javascript.py::test_random_formulas_come_to_the_same",
    "test_kinds.py",
    "test_later.py",
    "test_measure.py::test_indicators_are_listed_and_shown",
    "test_measure.py::test_numbers_too_long_for_a_row_are_refused",
    "test_measure.py::test_the_frame_reader_agrees_with_the_exact_one",
    "test_measure.py::test_what_no_row_can_hold_is_refused",
    "test_notebook.py",
    "test_numbers.py",
    "test_proofs_hold.py",
    "test_prove.py::test_a_planted_fault_is_found",
    "test_prove.py::test_no_settlement_of_tesoma_lies_outside_its_bounds",
    "test_prove.py::test_periods_that_compute_the_same_are_proved_once",
    "test_refusals.py",
    "test_restating.py",
    "test_schemas.py",
    "test_series.py",
    "test_simulate.py",
    "test_spans.py",
    "test_spreadsheet_text.py",
    "test_standing.py",
    "test_tesoma.py",
    "test_vector.py",
    "test_whatif.py::test_the_page_is_the_same_bytes_each_time",
)
FEW = ("test_numbers.py", "test_refusals.py")


def run(quick: bool) -> Found:
    """Trace the tests and count what they miss; quickly, that some of them are traced and counted."""
    with TemporaryDirectory() as folder:
        data = {"COVERAGE_FILE": str(Path(folder) / "data")}
        tried, wrong, told = passed(FEW if quick else TESTS, data, ("--cov", "--cov-report="))
        counted = python("-m", "tests.covered", settings=data)
    found = counts(r"(\d+) modules, ([\d,]+) branches: ([\d,]+) missed", counted.stdout)
    if wrong or not tried or not found:
        return Found(f"{tried:,} tests: {wrong:,} failed", False, told + counted.stderr)
    modules, branches, missed = found
    figure = f"{modules:,} modules, {branches:,} branches: {missed:,} missed"
    return Found(figure, quick or counted.returncode == 0, counted.stdout)
