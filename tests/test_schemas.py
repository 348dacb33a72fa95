"""Every JSON output has a committed schema that it keeps to, and the contract's schema is the one the models give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.running import alliance
from tests.tree import ROOT

SCHEMAS = ROOT / "docs" / "schemas"
TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")


def schema(name: str) -> Any:
    """A committed schema."""
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))


def holds(name: str, data: object) -> None:
    """Check ``data`` against a committed schema, which must itself be one."""
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.Draft202012Validator(schema(name)).validate(data)


def test_the_contract_schema_is_current() -> None:
    """The committed schema is what ``alliance schema`` writes."""
    assert json.loads(alliance("schema").out) == schema("contract")


def test_every_key_of_a_contract_is_described() -> None:
    """What an editor shows over a key: each has a description, in every part."""
    whole = schema("contract")
    parts = {"contract": whole, **whole["$defs"]}
    keys = {f"{name}.{key}": says for name, part in parts.items() for key, says in part.get("properties", {}).items()}
    assert len(keys) > 200
    assert not [key for key, says in keys.items() if not says.get("description", "").strip()]


def test_the_schema_of_amendments_is_current_and_describes_every_key() -> None:
    """The committed schema is what ``alliance schema --amendment`` writes; it takes a file that says only what changes."""
    whole = schema("amendment")
    assert json.loads(alliance("schema", "--amendment").out) == whole
    assert all(says.get("description", "").strip() for says in whole["properties"].values())
    head = {
        "amends": "tesoma.yaml",
        "effect": "2023-01-01",
        "decision": {"day": "2022-12-01", "by": "board", "what": "More"},
    }
    parts = {
        "settlement": [{"limit": {"most": "4 %"}}],
        "result_areas": {"adults": {"indicators": {"oral": {"weight": "6 %"}}}},
    }
    holds("amendment", {**head, **parts, "parties": {"tampere": {"to": "2022-12-31"}}})
    for wrong in (
        {"wieghts": "none"},
        {"settlement": [{"limit": {"mots": "4 %"}}]},
        {"parties": {"tampere": {"too": "x"}}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            holds("amendment", {**head, **wrong})
    with pytest.raises(jsonschema.ValidationError):
        holds("amendment", parts)


@pytest.mark.untraced
@pytest.mark.parametrize("file", sorted((ROOT / "contracts").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_contract_schema_takes_every_contract(file: Path) -> None:
    """What the reader accepts, an editor that knows the schema does not mark as wrong."""
    holds("contract", yaml.load(file.read_text("utf-8"), yaml.BaseLoader))


def test_the_contract_schema_refuses_an_unknown_key() -> None:
    """An editor marks a key that the reader would refuse."""
    contract = yaml.load(TESOMA[0].read_text("utf-8"), yaml.BaseLoader)
    with pytest.raises(jsonschema.ValidationError):
        holds("contract", {**contract, "wieghts": "none"})


@pytest.mark.parametrize("period", ["2019", "2020", "2021", "2022", "2023"])
def test_a_settlement_keeps_to_its_schema(period: str) -> None:
    """Every example year, as ``settle -f json`` writes it; its lines and parties sum to its total."""
    data = json.loads(alliance("settle", *TESOMA, "--period", period, "-f", "json").out)
    holds("settlement", data)
    for payee in data["payees"]:
        cents = [round(float(line["amount"]) * 100) for line in payee["lines"]]
        assert sum(cents) == round(float(payee["total"]) * 100)
        assert sum(round(float(amount) * 100) for amount in payee["parties"].values()) == sum(cents)


def test_scores_keep_to_their_schema() -> None:
    """All periods of the example, as ``score -f json`` writes them."""
    holds("scores", json.loads(alliance("score", *TESOMA, "-f", "json").out))


def test_problems_keep_to_their_schema(tmp_path: Path) -> None:
    """The problems of a faulty contract, as ``lint -f json`` writes them."""
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text("contract: faulty\nwieghts: none\n", "utf-8")
    data = json.loads(alliance("lint", faulty, "-f", "json").out)
    holds("problems", data)
    assert {each["code"] for each in data["problems"]} >= {"AO101", "AO102"}
