"""A kept settlement can be verified without trusting whoever made it; what was changed is named."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.plain import from_plain, to_plain
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.evidence.alone import faults_alone, main
from alliance_outcomes.evidence.bundle import Made, Standing, bundle_of
from alliance_outcomes.evidence.canonical import canonical, digest
from alliance_outcomes.evidence.contract_hash import contract_hash
from alliance_outcomes.evidence.keeping import Keeping, keep
from alliance_outcomes.evidence.manifest import MANIFEST, RULES, SALT, hashes, read_manifest
from alliance_outcomes.evidence.register import entered, read_register
from alliance_outcomes.evidence.verifying import verify
from alliance_outcomes.problems import DataError, Problem, UsageError
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.mapping import read_measured
from tests.bundles import CONTRACTS, bundle, written
from tests.conftest import EXAMPLES
from tests.faulty import CONTRACT, DATA
from tests.flipping import flips, missed, missed_by_programs, missed_by_verifying
from tests.running import Run, alliance
from tests.test_schemas import holds
from tests.tree import ROOT

Files = Mapping[str, bytes]
TRIED = ("contract/lahitori.yaml", "calculation.json", "verify.py", MANIFEST)


def by_itself(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The bundle's own program, with the standard library alone, in a place where nothing else is."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder.parent, env={})


def forged(files: Files, **changes: object) -> dict[str, bytes]:
    """The files with a manifest made anew for them, as somebody would who knows how; ``changes`` are of its entries."""
    kept = {name: data for name, data in files.items() if name != MANIFEST}
    manifest = replace(read_manifest(files), files=hashes(kept))
    return {**kept, MANIFEST: replace(manifest, **changes).as_bytes()}  # type: ignore[arg-type]  # entries by name


def changed(files: Files, name: str, old: str, new: str) -> dict[str, bytes]:
    """The files with the first ``old`` in one of them made ``new``."""
    text = files[name].decode("utf-8")
    assert old in text
    return {**files, name: text.replace(old, new, 1).encode("utf-8")}


def codes(problems: list[Problem]) -> set[str]:
    """The codes of problems."""
    return {each.code for each in problems}


@pytest.mark.parametrize("name", CONTRACTS)
def test_both_ways_to_verify_agree_on_every_contract(name: str, tmp_path: Path) -> None:
    """``alliance verify`` finds nothing, and neither does verify.py, in the bundle of each contract of the repository."""
    files = bundle(name)
    folder = written(files, tmp_path / "kept")
    stated = digest(files[MANIFEST])
    assert verify(folder, stated).problems == []
    run = by_itself(folder, stated)
    assert (run.returncode, run.stderr) == (0, "")
    assert "The contract was not read again" in run.stdout
    assert stated in run.stdout


@pytest.mark.parametrize("name", CONTRACTS)
def test_any_flipped_byte_is_caught_and_its_file_named(name: str) -> None:
    """Law 10, on some bytes of every file; with ALLIANCE_EXAMPLES on as many as ``python -m tests.flipping`` tries."""
    files, chance = bundle(name), Random(name)
    tried = flips(files, chance) if EXAMPLES else flips(files, chance, small=0, most=25)
    wrong = [missed(files, flip) for flip in tried]
    assert len(wrong) >= 7 * 25
    assert not any(wrong), next(filter(None, wrong))


def test_a_flipped_byte_is_caught_by_all_that_verifying_does(tmp_path: Path) -> None:
    """The same through the whole of both ways, which never break down on a byte that is not theirs."""
    files = bundle("lahitori")
    folder = written(files, tmp_path / "kept")
    for flip in flips(files, Random(1), small=0, most=5):
        assert not missed_by_verifying(files, flip, folder)


def test_a_flipped_byte_is_caught_by_the_programs(tmp_path: Path) -> None:
    """The same through the programs as anyone runs them: exit 1, and the file's name."""
    files = bundle("lahitori")
    folder = written(files, tmp_path / "kept")
    tried = [flip for flip in flips(files, Random(2), small=0, most=1) if flip.file in TRIED or EXAMPLES]
    assert len(tried) >= len(TRIED)
    assert not any(missed_by_programs(files, flip, folder) for flip in tried)


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_calculation_as_plain_data_is_the_same_calculation(name: str) -> None:
    """Every formula, entry and rounding of every contract and period comes back as it was."""
    contract = load_contract(ROOT / "contracts" / f"{name}.yaml")
    for period in periods_of(contract.periods)[-2:]:
        written_down = canonical(to_plain(compile_contract(contract, period.label)))
        assert canonical(to_plain(from_plain(json.loads(written_down)))) == written_down


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


@given(JSON)
def test_canonical_json_is_that_of_rfc_8785(data: object) -> None:
    """The same bytes as another implementation of the standard writes."""
    assert canonical(data) == rfc8785.dumps(data)  # type: ignore[arg-type]  # plain data


@pytest.mark.parametrize("data", [1.5, {1: "a"}, [float("nan")], b"x"])
def test_canonical_json_refuses_what_readers_do_not_agree_on(data: object) -> None:
    """Floats, keys that are no text, bytes."""
    with pytest.raises(TypeError):
        canonical(data)


@pytest.mark.parametrize("data", [2**53, "\ud800"])
def test_canonical_json_refuses_what_it_cannot_write(data: object) -> None:
    """Whole numbers that some readers round, half of a letter."""
    with pytest.raises(ValueError, match=r"too large|surrogates"):
        canonical(data)


def understood(text: str, folder: Path) -> str:
    """The hash of a contract with this text."""
    file = folder / "contract.yaml"
    file.write_text(text, "utf-8")
    return contract_hash(load_contract(file))


def test_the_contract_hash_is_that_of_what_it_says(tmp_path: Path) -> None:
    """Comments, layout, the order of keys and how a number is written do not change it; a number does."""
    first = understood(CONTRACT, tmp_path)
    lines = CONTRACT.splitlines()
    moved = next(line for line in lines if line.startswith("currency"))
    assert understood("# agreed\n" + CONTRACT.replace("400 000", "400000.0"), tmp_path) == first
    assert understood("\n".join([*(line for line in lines if line != moved), moved]), tmp_path) == first
    assert understood(CONTRACT.replace("400 000", "400 001"), tmp_path) != first


def test_hashes_of_data_tell_nothing_without_the_salt() -> None:
    """Two bundles of one settlement share the hashes of the contract, and none of what was measured."""
    bundle.cache_clear()
    first = bundle("lahitori")
    bundle.cache_clear()
    one, other = read_manifest(first).files, read_manifest(bundle("lahitori")).files
    same = {name for name in one if one[name] == other[name]}
    assert same == {name for name in one if name.startswith("contract/")} | {"verify.py"}
    assert all(one[name].startswith("sha256:") for name in {*same, SALT})


def test_a_forged_amount_is_found_by_computing_it_again() -> None:
    """Whoever changes an amount and makes the hashes anew is found by both ways, and told which amount it is."""
    files = forged(changed(bundle("tesoma"), "settlement.json", '"total":"18', '"total":"19'))
    (found,) = faults_alone(files)
    assert found.code == "AO807"
    assert "payees[1].total is 19493129.88 in settlement.json; computed again it is 18493129.88" in found.sentence


def test_a_forged_payee_that_is_none_is_told_by_where_it_stands() -> None:
    """What has no name is called by its number in the list (AO807)."""
    record = json.loads(bundle("lahitori")["settlement.json"])
    files = forged({**bundle("lahitori"), "settlement.json": canonical({**record, "payees": ["nobody"]})})
    assert "payees[1] is nobody in settlement.json; computed again it is {" in faults_alone(files)[0].sentence


def test_a_forged_sentence_is_found_by_settling_again(tmp_path: Path) -> None:
    """What a line says of itself is no amount; the contract still knows it."""
    files = forged(changed(bundle("tesoma"), "settlement.json", "Eligible costs", "All costs"))
    assert faults_alone(files) == []
    (found,) = verify(written(files, tmp_path)).problems
    assert (found.code, "All costs" in found.sentence) == ("AO807", True)


def test_a_forged_contract_is_found_where_it_says_otherwise(tmp_path: Path) -> None:
    """A contract that is not the one settled by: the steps that differ are named, with their lines in it."""
    files = forged(changed(bundle("tesoma"), "contract/tesoma.yaml", "[100, 100 %]", "[100, 90 %]"))
    assert faults_alone(files) == []
    found = verify(written(files, tmp_path)).problems
    assert codes(found) == {"AO805", "AO807"}
    steps = [each for each in found if each.sentence.startswith("Steps: incentive")]
    assert steps[0].place is not None
    line = (tmp_path / "contract/tesoma.yaml").read_text("utf-8").splitlines()[steps[0].place.line - 1]
    assert line.strip().startswith("- incentive:")


def test_a_forged_calculation_is_found_though_its_amounts_agree(tmp_path: Path) -> None:
    """A calculation and a settlement that agree with each other and not with the contract."""
    files = changed(bundle("tesoma"), "calculation.json", '{"=":"0.15"}', '{"=":"0.16"}')
    found = verify(written(forged(files), tmp_path)).problems
    assert "AO805" in codes(found)
    assert any("Areas: children" in each.sentence for each in found)


def test_forged_data_are_found_with_their_row(tmp_path: Path) -> None:
    """Data that are not those settled: the input, both values, and the row."""
    files = forged(changed(bundle("tesoma"), "data/measured.csv", "17263884.57", "17263885.57"))
    found = [each for each in verify(written(files, tmp_path)).problems if each.code == "AO806"]
    assert len(found) == 1
    assert "is 17263884.57 in calculation.json; the data gives 17263885.57" in found[0].sentence
    assert found[0].place is not None
    assert "17263885.57" in (tmp_path / "data/measured.csv").read_text("utf-8").splitlines()[found[0].place.line - 1]


def test_a_forged_input_is_found(tmp_path: Path) -> None:
    """Other payees, or other marks of what is provisional, than the data has."""
    files = changed(bundle("qof"), "calculation.json", '"payee":"north"', '"payee":"nord"')
    found = verify(written(forged(files), tmp_path)).problems
    assert {"AO806", "AO807"} <= codes(found)


def test_what_is_kept_gives_what_was_settled(tmp_path: Path) -> None:
    """Data that change between settling and keeping are not kept as those that were settled (AO811)."""
    file, data = ROOT / "contracts" / "lahitori.yaml", tmp_path / "measured.csv"
    contract = load_contract(file)
    data.write_bytes((ROOT / "examples" / "lahitori" / "measured.csv").read_bytes())
    measured = read_measured(data, contract, file)
    settlement = settle(contract, measured, "2025Q1")
    row = next(line for line in data.read_text("utf-8").splitlines() if ",client_feedback," in line)
    for other in (row.replace(",4.", ",3."), row.replace(",4.", ",four.")):
        data.write_text(
            (ROOT / "examples" / "lahitori" / "measured.csv").read_text("utf-8").replace(row, other), "utf-8"
        )
        assert other != row
        with pytest.raises(DataError, match="AO811"):
            bundle_of(settlement, Made(file, data, measured), Standing())
    data.unlink()
    with pytest.raises(UsageError, match=r"AO001 .* cannot be read"):
        bundle_of(settlement, Made(file, data, measured), Standing())


def test_a_bundle_needs_a_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is settled again there, before anything is kept (AO030)."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    run = settle_care(tmp_path, "--bundle", tmp_path / "kept")
    assert (run.code, run.out, "AO030 The files of the bundle cannot be written" in run.err) == (2, "", True)
    assert not (tmp_path / "kept").exists()


def test_what_comes_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """A folder of the bundle's name (AO074), an entry of its number (AO075): either way nothing is kept."""
    assert settle_care(tmp_path, "--bundle", tmp_path / "first", "--register", tmp_path / "first register").code == 0
    (theirs,) = read_register(tmp_path / "first register")
    contract, data = tmp_path / "care.yaml", tmp_path / "data.csv"
    measured = read_measured(data, load_contract(contract), contract)
    settlement, made = settle(load_contract(contract), measured, "2020"), Made(contract, data, measured)
    bundle_folder, register = tmp_path / "kept", tmp_path / "register"

    def enters(_: str) -> Mapping[Path, bytes]:
        with entered(register, theirs):
            return {}

    def makes(_: str) -> Mapping[Path, bytes]:
        written({"theirs": b"1"}, bundle_folder)
        return {}

    keeping = Keeping(bundle_folder, register)
    with pytest.raises(UsageError, match="AO075 Somebody else entered"):
        keep(settlement, made, keeping, "en", enters)
    assert (bundle_folder.exists(), read_register(register)) == (False, [theirs])
    with pytest.raises(UsageError, match="AO075"), entered(register, replace(theirs, previous=theirs.hash)):
        pass  # whatever an entry says it follows, one of its number is there
    shutil.rmtree(register)
    with pytest.raises(UsageError, match="AO074"):
        keep(settlement, made, keeping, "en", makes)
    assert (listed(bundle_folder), read_register(register)) == (["theirs"], [])


CANNOT_BE_READ = {
    "a calculation that is none": ("calculation.json", '"a":"Calculation"', '"a":"Calculator"'),
    "a formula of no kind": ("calculation.json", '"a":"Arithmetic"', '"a":"Arithmetics"'),
    "a name that nothing has": ("calculation.json", '{"a":"Name","id":"', '{"a":"Name","id":"x'),
    "a number that is none": ("calculation.json", '{"=":"', '{"=":"1e9999999'),
    "JSON that is none": ("settlement.json", "{", "["),
    "JSON with spaces": ("settlement.json", ",", " ,"),
}


@pytest.mark.parametrize("fault", CANNOT_BE_READ)
def test_what_cannot_be_read_is_told(fault: str, tmp_path: Path) -> None:
    """Forged files that hold no calculation or settlement are refused, by both ways, without breaking down."""
    files = forged(changed(bundle("tesoma"), *CANNOT_BE_READ[fault]))
    assert "AO809" in codes(faults_alone(files))
    assert "AO809" in codes(verify(written(files, tmp_path)).problems)


def test_files_that_are_not_there_and_files_that_were_added(tmp_path: Path) -> None:
    """Both are told by both ways (AO802, AO803)."""
    files = {**bundle("lahitori"), "data/more.csv": b"1"}
    del files["data/measured.csv"]
    assert [(each.code, str(each.place)) for each in faults_alone(files)] == [
        ("AO802", "data/measured.csv:1:1"),
        ("AO803", "data/more.csv:1:1"),
    ]
    assert {"AO802", "AO803", "AO805"} <= codes(verify(written(files, tmp_path)).problems)


def test_without_the_salt_only_the_rest_is_checked() -> None:
    """A missing salt is told once, and what needs none is still checked."""
    files = {name: data for name, data in bundle("lahitori").items() if name != SALT}
    files = changed(files, "contract/lahitori.yaml", "contract", "Contract")
    assert [(each.code, str(each.place)) for each in faults_alone(files)] == [
        ("AO802", "data/salt:1:1"),
        ("AO801", "contract/lahitori.yaml:1:1"),
    ]


@pytest.mark.parametrize("name", ["lahitori", "mssp"])
def test_what_verify_py_does_is_done_here_too(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its program, called in this process: sound, changed, another hash, not to be read."""
    files = bundle(name)
    folder = written(files, tmp_path / "kept")
    assert main(folder, []) == 0
    assert main(folder, [digest(files[MANIFEST])]) == 0
    assert main(folder, ["--expect", digest(files[MANIFEST])]) == 0
    assert capsys.readouterr().err == ""
    assert main(folder, ["0" * 64]) == 1
    assert "AO810" in capsys.readouterr().err
    (folder / "settlement.json").unlink()
    assert main(folder, []) == 1
    assert "AO802" in capsys.readouterr().err
    (folder / "settlement.json").symlink_to("settlement.json")
    assert main(folder, []) == 1
    assert "AO804" in capsys.readouterr().err
    assert main(tmp_path / "none", []) == 1
    assert "AO800" in capsys.readouterr().err


def test_what_the_system_does_not_let_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file so deep that its path is longer than the system reads: verify.py ends with a code, and does not break down."""
    deep, longest = tmp_path, os.pathconf(tmp_path, "PC_PATH_MAX")
    while len(bytes(deep)) < longest - 210:
        deep /= "d" * 100
    deep.mkdir(parents=True)
    folder = os.open(deep, os.O_RDONLY)
    os.close(os.open("f" * 250, os.O_CREAT, dir_fd=folder))
    os.close(folder)
    assert main(tmp_path, []) == 1
    assert "AO804 The bundle cannot be read: File name too long." in capsys.readouterr().err


def test_the_order_of_what_was_calculated_is_evidence_too(tmp_path: Path) -> None:
    """The same clauses in another order, and a calculation that is none, are told (AO805)."""
    whole = json.loads(bundle("tesoma")["calculation.json"])
    whole["calculation"]["areas"].reverse()
    for calculation, said in ((whole["calculation"], "The order of areas"), ([], "The calculation")):
        files = forged({**bundle("tesoma"), "calculation.json": canonical({**whole, "calculation": calculation})})
        found = verify(written(files, tmp_path)).problems
        assert any(each.code == "AO805" and each.sentence.startswith(said) for each in found)


@pytest.mark.parametrize(
    "data",
    [
        1.5,
        {"=": 1},
        {"=": "1e5"},
        {"at": "x"},
        {"by": [1]},
        {"any": [1]},
        {"b": 1, "c": 2},
        {"a": 1},
        {"a": "Name", "x": 1},
    ],
)
def test_what_is_no_part_of_a_calculation_is_refused(data: object) -> None:
    """Whatever else JSON may hold makes no formula."""
    with pytest.raises(ValueError, match=r"part of a calculation|unexpected keyword"):
        from_plain(data)


def test_only_a_calculation_is_written_so() -> None:
    """Nothing that cannot be read again is written."""
    with pytest.raises(TypeError, match="no part of a calculation"):
        to_plain(Problem("AO000", "x"))


def test_a_folder_that_is_no_bundle(tmp_path: Path) -> None:
    """It has no manifest (AO800), or what is called so is none (AO809)."""
    (tmp_path / "x").write_text("x", "utf-8")
    assert "AO800" in alliance("verify", tmp_path).err
    (tmp_path / MANIFEST).write_bytes(canonical({"format": 1}))
    assert "AO809" in alliance("verify", tmp_path).err
    (tmp_path / MANIFEST).write_bytes(canonical({**json.loads(bundle("lahitori")[MANIFEST]), "rules": "1"}))
    assert "AO809" in alliance("verify", tmp_path).err


def test_a_link_in_a_bundle_is_not_followed(tmp_path: Path) -> None:
    """Neither way reads what lies elsewhere (AO804)."""
    folder = written(bundle("lahitori"), tmp_path / "kept")
    (folder / "data" / "more").symlink_to("/")
    assert "AO804 data/more is not a plain file" in alliance("verify", folder).err
    assert "AO804 data/more is not a plain file" in by_itself(folder).stderr


def test_another_hash_than_expected(tmp_path: Path) -> None:
    """A whole bundle, made anew with other data, is not the one on the statement (AO810), by both ways."""
    folder = written(forged(bundle("lahitori"), as_of="2024-06-01"), tmp_path / "kept")
    stated = digest(bundle("lahitori")[MANIFEST])
    assert alliance("verify", folder).code == 0
    run = alliance("verify", folder, "--expect", stated)
    assert (run.code, "AO810" in run.err) == (1, True)
    assert "AO810" in by_itself(folder, stated).stderr


def test_rules_of_another_version_are_not_read_by_this_one(tmp_path: Path) -> None:
    """What a contract meant then is for the version of then to tell (AO812); the amounts are computed again all the same."""
    folder = written(forged(bundle("lahitori"), rules=RULES + 1, package="9.9"), tmp_path / "kept")
    run = alliance("verify", folder)
    assert (run.code, "AO812 It was settled by rules 2" in run.err) == (1, True)
    assert "Not checked" in run.out
    assert "verify.py was written by another version" in run.out


def test_a_program_that_this_version_did_not_write(tmp_path: Path) -> None:
    """A verify.py that says yes to everything is told, even when the manifest was made for it (AO813)."""
    files = forged({**bundle("lahitori"), "verify.py": b"print('Verified.')\n"})
    assert codes(verify(written(files, tmp_path)).problems) == {"AO813"}


@pytest.mark.parametrize("name", ["../contract.yaml", "contract/other.yaml"])
def test_a_manifest_that_names_what_is_not_there(name: str, tmp_path: Path) -> None:
    """No file outside the bundle is read (AO805)."""
    files = forged(bundle("lahitori"), contract=name)
    assert "AO805" in codes(verify(written(files, tmp_path)).problems)


def settle_care(
    folder: Path, *options: str | Path, data: str = DATA, contract: str = CONTRACT, period: str = "2020"
) -> Run:
    """Settle the small contract of tests/faulty.py for a period, with options."""
    (folder / "care.yaml").write_text(contract, "utf-8")
    (folder / "data.csv").write_text(data.replace("2020", period), "utf-8")
    return alliance("settle", folder / "care.yaml", folder / "data.csv", "--period", period, *options)


def listed(folder: Path) -> list[str]:
    """Everything below a folder, hidden files too."""
    return sorted(
        os.path.relpath(os.path.join(path, name), folder)
        for path, folders, names in os.walk(folder)
        for name in (*folders, *names)
    )


def test_a_settlement_is_kept_with_its_statement_and_in_its_register(tmp_path: Path) -> None:
    """The hash of the manifest stands on the statement and in the register; the copy in the bundle cannot hold it."""
    register, statement = tmp_path / "register", tmp_path / "statement.txt"
    for number in (1, 2):
        kept = tmp_path / f"kept{number}"
        keeping = ("--bundle", kept, "--register", register, "--as-of", "2021-05-31", "-o", statement)
        run = settle_care(tmp_path, *keeping, period=f"202{number - 1}")
        assert (run.code, run.err) == (0, "")
        stated = digest((kept / MANIFEST).read_bytes())
        copy = (kept / "statements" / "statement.txt").read_text("utf-8")
        assert statement.read_text("utf-8") == f"{copy}\nEvidence: {stated}\n"
        assert json.loads((register / f"{number:06}.json").read_bytes())["manifest"] == stated
        checked = alliance("verify", kept, "--register", register, "--expect", stated)
        assert (checked.code, checked.err) == (0, "")
        assert by_itself(kept).returncode == 0
    history = alliance("history", register)
    assert (history.code, history.out.count(stated), "The chain is unbroken." in history.out) == (0, 1, True)
    assert not [name for name in listed(tmp_path) if Path(name).name.startswith(".")]


def test_the_json_statement_carries_the_hash(tmp_path: Path) -> None:
    """As ``evidence``, beside what it carried before; settlement.json in the bundle is the same without it."""
    run = settle_care(tmp_path, "--bundle", tmp_path / "kept", "-f", "json")
    data = json.loads(run.out)
    holds("settlement", data)
    assert data.pop("evidence") == digest((tmp_path / "kept" / MANIFEST).read_bytes())
    record = json.loads((tmp_path / "kept" / "settlement.json").read_bytes())
    assert [each["total"] for each in record["payees"]] == [each["total"] for each in data["payees"]]


def test_statements_of_one_name_are_all_kept(tmp_path: Path) -> None:
    """Two files that are called the same, in two folders."""
    for name in ("en", "fi"):
        (tmp_path / name).mkdir()
    files = ("-o", tmp_path / "en" / "statement.json", "-o", tmp_path / "fi" / "statement.json")
    run = settle_care(tmp_path, "--bundle", tmp_path / "kept", *files)
    assert (run.code, run.err) == (0, "")
    assert listed(tmp_path / "kept" / "statements") == ["1-statement.json", "statement.json"]


def test_manifests_and_entries_keep_to_their_schemas(tmp_path: Path) -> None:
    """What somebody reads in ten years has a schema too."""
    settle_care(tmp_path, "--bundle", tmp_path / "kept", "--register", tmp_path / "register")
    holds("manifest", json.loads((tmp_path / "kept" / MANIFEST).read_bytes()))
    holds("entry", json.loads((tmp_path / "register" / "000001.json").read_bytes()))
    for name in CONTRACTS:
        holds("manifest", json.loads(bundle(name)[MANIFEST]))


@pytest.mark.parametrize("command", ["verify", "history"])
def test_reports_as_json_keep_to_their_schemas(command: str, tmp_path: Path) -> None:
    """Verdicts and registers, sound and faulty."""
    settle_care(tmp_path, "--bundle", tmp_path / "kept", "--register", tmp_path / "register")
    where = {"verify": tmp_path / "kept", "history": tmp_path / "register"}[command]
    name = {"verify": "verdict", "history": "history"}[command]
    holds(name, json.loads(alliance(command, where, "-f", "json").out))
    (where / {"verify": "settlement.json", "history": "000001.json"}[command]).write_bytes(b"{}")
    run = alliance(command, where, "-f", "json")
    holds(name, json.loads(run.out))
    assert run.code == 1


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "an entry taken out": (lambda folder: (folder / "000002.json").unlink(), "AO808"),
    "an entry changed": (lambda folder: _replace(folder / "000002.json", b'"total":"', b'"total":"9'), "AO808"),
    "the first changed": (lambda folder: _replace(folder / "000001.json", b'"2020"', b'"2021"'), "AO808"),
    "two that changed places": (lambda folder: _swap(folder / "000002.json", folder / "000003.json"), "AO808"),
    "a folder for an entry": (lambda folder: (folder / "000004.json").mkdir(), "AO809"),
    "an entry torn": (lambda folder: (folder / "000003.json").write_bytes(b'{"number":3'), "AO809"),
    "an entry of other kinds": (lambda folder: _replace(folder / "000003.json", b'"number":3', b'"number":"3"'), "AO809"),
    "a number put twice": (lambda folder: (folder / "000004.json").write_bytes((folder / "000003.json").read_bytes()), "AO808"),
    "one that supersedes itself": (lambda folder: _replace(folder / "000001.json", b'"supersedes":null', b'"supersedes":1'), "AO808"),
}  # fmt: skip


def _replace(file: Path, old: bytes, new: bytes) -> None:
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new))


def _swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_register_that_was_meddled_with(fault: str, tmp_path: Path) -> None:
    """``history`` and ``verify --register`` tell it, and nothing more is entered; the last entry is held by the statement."""
    register = tmp_path / "register"
    longer = CONTRACT.replace("to: 2021-12-31", "to: 2023-12-31")
    for number in (1, 2, 3):
        keeping = ("--bundle", tmp_path / f"kept{number}", "--register", register)
        assert settle_care(tmp_path, *keeping, contract=longer, period=f"202{number - 1}").code == 0
    meddle, code = BROKEN[fault]
    meddle(register)
    run = alliance("history", register)
    assert (run.code, code in run.err) == (1, True)
    assert code in alliance("verify", tmp_path / "kept3", "--register", register).err
    before = listed(tmp_path)
    refused = settle_care(
        tmp_path, "--bundle", tmp_path / "kept4", "--register", register, contract=longer, period="2023"
    )
    assert (refused.code, refused.out, listed(tmp_path)) == (1, "", before)


def test_a_register_that_is_not_there(tmp_path: Path) -> None:
    """There is nothing to show (AO001)."""
    run = alliance("history", tmp_path / "register")
    assert (run.code, run.out, "AO001" in run.err) == (2, "", True)


def test_a_bundle_of_another_register(tmp_path: Path) -> None:
    """A bundle that is not in a register is told so (AO808)."""
    settle_care(tmp_path, "--bundle", tmp_path / "one", "--register", tmp_path / "first")
    settle_care(tmp_path, "--bundle", tmp_path / "two", "--register", tmp_path / "second")
    assert "AO808" in alliance("verify", tmp_path / "one", "--register", tmp_path / "second").err


def test_a_chain_in_a_bundle_that_does_not_lead_to_it(tmp_path: Path) -> None:
    """The chain, and the manifest that follows it, agree or are told to both ways (AO808)."""
    for number in (1, 2):
        keeping = ("--bundle", tmp_path / f"kept{number}", "--register", tmp_path / "register")
        settle_care(tmp_path, *keeping, period=f"202{number - 1}")
    folder = tmp_path / "kept2"
    files = {name: (folder / name).read_bytes() for name in files_in(folder)}
    assert faults_alone(files) == []
    for other in (
        forged(changed(files, "chain.json", '"period":"2020"', '"period":"2021"')),
        forged({**files, "chain.json": b"[]"}),
        forged(files, number=3),
    ):
        assert codes(faults_alone(other)) == {"AO808"}
    assert codes(faults_alone(forged({**files, "chain.json": b"{}"}))) == {"AO809"}


FAILS = {
    "the folder is there": (("--bundle", "{folder}"), 2, "AO074"),
    "no folder to put it in": (("--bundle", "{folder}/no/kept"), 2, "AO030"),
    "a day that is written otherwise": (("--bundle", "{folder}/kept", "--as-of", "20200229"), 2, "AO073"),
    "no such day": (("--bundle", "{folder}/kept", "--as-of", "2020-02-30"), 2, "AO073"),
    "a register without a bundle": (("--register", "{folder}/register"), 2, "AO073"),
    "a register in no folder": (("--bundle", "{folder}/kept", "--register", "{folder}/no/register"), 2, "AO030"),
    "a register with a name that is too long": (
        ("--bundle", "{folder}/kept", "--register", "{folder}/" + "a" * 300),
        1,
        "AO809",
    ),
    "a register that is a file": (("--bundle", "{folder}/kept", "--register", "{folder}/data.csv"), 2, "AO030"),
    "a statement that cannot be written": (
        ("--bundle", "{folder}/kept", "--register", "{folder}/register", "-o", "{folder}/no/out.txt"),
        2,
        "AO030",
    ),
}


@pytest.mark.parametrize("fault", FAILS)
def test_what_cannot_be_kept_leaves_nothing(fault: str, tmp_path: Path) -> None:
    """Law 9: bundle, entry and statement come together or not at all, and the failure has a code."""
    (tmp_path / "care.yaml").touch()
    (tmp_path / "data.csv").touch()
    options, exit_code, code = FAILS[fault]
    before = listed(tmp_path)
    run = settle_care(tmp_path, *(each.format(folder=tmp_path) for each in options))
    assert (run.code, run.out, code in run.err) == (exit_code, "", True)
    assert listed(tmp_path) == before


def test_a_key_with_nothing_after_it_comes_from_no_other_file(tmp_path: Path) -> None:
    """It says nothing, and the contract is kept as it was written."""
    contract = f"diary_number:\n{CONTRACT}"
    assert settle_care(tmp_path, "--bundle", tmp_path / "kept", contract=contract).code == 0
    assert (tmp_path / "kept" / "contract" / "care.yaml").read_text("utf-8") == contract
    assert verify(tmp_path / "kept").problems == []


def test_a_wide_file_is_kept_with_its_mapping(tmp_path: Path) -> None:
    """The columns it is read by are evidence too, wherever the mapping was found."""
    columns = "period: year\nvalues: {cost: Cost, plan: Plan, balance: Balance, visits: Visits}\n"
    (tmp_path / "mapping.yaml").write_text(columns, "utf-8")
    wide = "year;Cost;Plan;Balance;Visits\n2020;1000;60 %;0,5;45\n"
    alone = CONTRACT.replace("per: party, ", "").replace("to: each", "to: all")
    mapped = ("--columns", tmp_path / "mapping.yaml", "--bundle", tmp_path / "kept")
    run = settle_care(tmp_path, *mapped, data=wide, contract=alone)
    assert (run.code, run.err) == (0, "")
    assert (tmp_path / "kept" / "data" / "data.columns.yaml").read_text("utf-8") == columns
    assert verify(tmp_path / "kept").problems == []


def test_published_figures_are_kept_where_the_contract_finds_them(tmp_path: Path) -> None:
    """A file that an amount takes its values from is evidence like the contract, and flips of it are caught."""
    series = "{unit: EUR, series: {file: statistics/pool.csv, kind: table}}"
    contract = CONTRACT.replace("{unit: EUR, values: {2020: 400 000}}", series)
    (tmp_path / "statistics").mkdir()
    (tmp_path / "statistics" / "pool.csv").write_text("period,value\n2020,400000\n2021,400000\n", "utf-8")
    run = settle_care(tmp_path, "--bundle", tmp_path / "kept", contract=contract)
    assert (run.code, run.err) == (0, "")
    assert verify(tmp_path / "kept").problems == []
    files = {name: (tmp_path / "kept" / name).read_bytes() for name in files_in(tmp_path / "kept")}
    other = changed(files, "contract/statistics/pool.csv", "400000", "400001")
    (found,) = faults_alone(other)
    assert (found.code, str(found.place)) == ("AO801", "contract/statistics/pool.csv:1:1")
    assert "AO805" in codes(verify(written(forged(other), tmp_path / "forged")).problems)


def test_of_a_database_only_the_measured_values_are_kept(tmp_path: Path) -> None:
    """A bundle can be verified where the database is not; what was asked of it is settled, and kept as it was read."""
    header, *rows = (line.split(",") for line in DATA.splitlines())
    with closing(sqlite3.connect(tmp_path / "measured.db")) as database, database:
        database.execute(f"CREATE TABLE measured ({', '.join(f'{name} TEXT' for name in header)})")
        database.executemany("INSERT INTO measured VALUES (?, ?, ?, ?)", rows)
    (tmp_path / "care.yaml").write_text(CONTRACT, "utf-8")
    query = "database: sqlite\nfile: measured.db\nselect: SELECT party, period, indicator, value FROM measured\n"
    (tmp_path / "measured.sql.yaml").write_text(query, "utf-8")
    data = tmp_path / "measured.sql.yaml"
    run = alliance("settle", tmp_path / "care.yaml", data, "--period", "2020", "--bundle", tmp_path / "kept")
    assert (run.code, run.err) == (0, "")
    (tmp_path / "measured.db").unlink()
    assert listed(tmp_path / "kept" / "data") == ["measured.csv", "query", "query/measured.sql.yaml", "salt"]
    assert verify(tmp_path / "kept").problems == []


def files_in(folder: Path) -> list[str]:
    """The files of a bundle in a folder."""
    return [name for name in listed(folder) if (folder / name).is_file()]


def test_of_records_only_the_measured_values_are_kept(tmp_path: Path) -> None:
    """A bundle of a folder of records holds no record: no person's id is in any of its files."""
    records = tmp_path / "records"
    shutil.copytree(ROOT / "examples" / "tesoma" / "records", records)
    contract = load_contract(ROOT / "contracts" / "tesoma.yaml")
    header, *rows = (ROOT / "examples" / "tesoma" / "measured.csv").read_text("utf-8").splitlines()
    at = header.split(",").index("indicator")
    given = set(contract.facts) - {"own_cost", "city_cost"}  # which the records give
    facts = [row for row in rows if row.split(",")[at] in given]
    person = re.compile(r"\bP\d{7}\b")
    assert all(person.search((records / f"{name}.csv").read_text("utf-8")) for name in ("client_answers", "diagnoses"))
    (records / "facts.csv").write_text("\n".join([header, *facts]) + "\n", "utf-8")
    kept = tmp_path / "kept"
    run = alliance("settle", ROOT / "contracts" / "tesoma.yaml", records, "--period", "2023", "--bundle", kept)
    assert (run.code, run.err) == (0, "")
    assert verify(kept).problems == []
    whole = "\n".join((kept / name).read_text("utf-8") for name in listed(kept) if (kept / name).is_file())
    assert "chronic_care_plan" in whole
    assert not person.search(whole)


def test_only_those_asked_for_are_settled_again(tmp_path: Path) -> None:
    """A settlement of one payee of several is verified as that."""
    rows = DATA.splitlines()[1:]
    both = "payee,party,period,indicator,value\n" + "".join(f"{who},{row}\n" for who in ("a", "b") for row in rows)
    run = settle_care(tmp_path, "--payee", "b", "--bundle", tmp_path / "kept", data=both)
    assert (run.code, run.err) == (0, "")
    assert verify(tmp_path / "kept").problems == []
    record = json.loads((tmp_path / "kept" / "settlement.json").read_bytes())
    assert [each["payee"] for each in record["payees"]] == ["b"]
    assert by_itself(tmp_path / "kept").returncode == 0


def test_the_page_names_every_file_of_a_bundle() -> None:
    """The table of docs/evidence.md has each file, or its folder."""
    page = (ROOT / "docs" / "evidence.md").read_text("utf-8")
    for name in {*bundle("tesoma"), "chain.json", "statements/x"}:
        assert f"| `{name}` |" in page or f"| `{name.partition('/')[0]}/` |" in page
