"""The ten laws that every settlement obeys, and the property tests that hold them, as pytest names them below ``tests/``."""

from __future__ import annotations

from typing import NamedTuple


class Law(NamedTuple):
    """A law as it was agreed, and the tests that would fail if it were broken."""

    sentence: str
    tests: tuple[str, ...]


LAWS = {
    1: Law(
        "The lines sum to the total, the parties sum to the total, at every stage and in every restatement, to 0 cents.",
        (
            "test_laws.py::test_law_1_and_2_sums_and_ranges",
            "test_laws.py::test_law_1_at_every_stage",
            "test_restating.py::test_differences_sum_to_new_minus_old",
            "test_course.py",
        ),
    ),
    2: Law(
        "Scores stay in their declared range; paid <= cap; loss >= floor.",
        ("test_laws.py::test_law_1_and_2_sums_and_ranges", "test_laws.py::test_law_2_limits_are_never_passed"),
    ),
    3: Law(
        "Bettering a measure never lowers its score or, where no clause is declared perverse and nothing depends on other "
        "payees, the total.",
        ("test_laws.py::test_law_3_bettering_never_costs",),
    ),
    4: Law(
        "Order of indicators, parties, rows, keys, chunks; locale, time zone, hash seed, threads: no difference.",
        (
            "test_laws.py::test_law_4_order_makes_no_difference",
            "test_laws.py::test_law_4_place_and_process_make_no_difference",
            "test_measure.py::test_the_order_of_rows_decides_nothing",
            "test_measure.py::test_eight_runs_give_one_result",
            "test_vector.py::test_chunks_are_joined",
            "test_simulate.py::test_threads_change_no_bit",
        ),
    ),
    5: Law(
        "Scaling value, floor and target together changes nothing; splitting an indicator in two halves, or adding one of "
        "weight 0, changes nothing where no minimum number of scored indicators applies.",
        (
            "test_laws.py::test_law_5_scale_makes_no_difference",
            "test_laws.py::test_law_5_halves_make_no_difference",
            "test_laws.py::test_law_5_weight_0_makes_no_difference",
        ),
    ),
    6: Law(
        "Records and pre-aggregated values, CSV and Excel and Parquet and SQL, all engines: the same cents.",
        (
            "test_file_kinds.py::test_every_kind_of_file_comes_to_the_same_cents",
            "test_file_kinds.py::test_a_server_comes_to_the_same_cents",
            "test_extracts.py::test_every_kind_and_every_extract_measures_the_same",
            "test_measure.py::test_every_engine_writes_the_same",
            "test_systems.py::test_settling_a_folder_is_measuring_it_and_settling_that",
            "test_notebook.py::test_the_frame_settles_as_the_file_does",
        ),
    ),
    7: Law(
        "Running again, and dump-parse-dump of a contract, give the same bytes, under pandas 2.3 and 3.1 alike.",
        ("test_laws.py::test_law_7_again_and_again_the_same_bytes",),
    ),
    8: Law(
        "Exact and vector readers agree within the bound stated beside the vector reader; near a gate, cap or half-cent the "
        "exact one decides.",
        (
            "test_vector_law.py::test_the_vector_reader_agrees_with_the_exact_one",
            "test_vector.py::test_every_value_is_within_its_bound",
            "test_vector.py::test_what_is_certified_is_exact",
            "test_batch.py::test_rows_full_of_ties_come_out_the_same",
        ),
    ),
    9: Law(
        "Every failed run: non-zero exit, a coded problem, no output.",
        (
            "test_laws.py::test_law_9_a_spoiled_contract",
            "test_laws.py::test_law_9_every_failed_run",
            "test_restating.py::test_a_restatement_that_is_refused_leaves_nothing",
            "test_evidence.py::test_what_cannot_be_kept_leaves_nothing",
            "test_interface.py::test_a_line_that_cannot_be_read_has_a_code",
        ),
    ),
    10: Law(
        "A restatement's differences sum to new minus old; flipping any byte of a bundle makes `verify` fail.",
        (
            "test_restating.py::test_differences_sum_to_new_minus_old",
            "test_evidence.py::test_any_flipped_byte_is_caught_and_its_file_named",
            "test_evidence.py::test_a_flipped_byte_is_caught_by_all_that_verifying_does",
        ),
    ),
}
