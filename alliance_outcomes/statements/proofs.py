"""Proofs as a table for the terminal and as JSON: the verdicts, what refutes them, and the settings that show it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ..checks.proofs.claims import Claim, Proof, Witness
from ..formula.exact import Value
from ..formula.text import show_number
from .json import FORMAT, number
from .legible import legible_lines
from .proof_words import OUTCOMES, SENTENCES, VERDICT_NAMES, WORDS
from .text import WIDTH


def proofs_as_data(proofs: Iterable[tuple[str, Proof]]) -> dict[str, Any]:
    """``{"format": 1, "proofs": [...]}``, a proof for each file and calculation; exact numbers are texts."""
    return {"format": FORMAT, "proofs": [_proof(file, proof) for file, proof in proofs]}


def _proof(file: str, proof: Proof) -> dict[str, Any]:
    return {
        "file": file,
        "contract": proof.contract,
        "period": proof.period,
        "same": list(proof.same),
        "currency": proof.currency,
        "slack": number(proof.slack),
        "verdicts": [
            {"verdict": each.name, "outcome": each.outcome, "claims": [_claim(claim) for claim in each.claims]}
            for each in proof.verdicts
        ],
        "solver": {"queries": proof.queries, "slowest_seconds": round(proof.slowest, 3)},
    }


def _claim(claim: Claim) -> dict[str, Any]:
    place = claim.place
    return {
        "claim": claim.kind,
        "outcome": claim.outcome,
        "intended": claim.intended or None,
        "reason": claim.reason or None,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "values": {key: number(value) if isinstance(value, Fraction) else value for key, value in claim.values.items()},
        "moved": claim.moved or None,
        "settings": [_setting(witness) for witness in claim.witnesses],
    }


def _setting(witness: Witness) -> dict[str, Any]:
    inputs = {
        name: number(Fraction(value)) if value is not None and not isinstance(value, str) else value
        for name, value in witness.inputs.items()
    }
    parties = {party: number(amount) for party, amount in witness.settled.parties.items()}
    return {"inputs": inputs, "total": number(witness.total), "parties": parties}


def write_proofs_json(proofs: Iterable[tuple[str, Proof]]) -> str:
    """The proofs as the text of a JSON file."""
    return json.dumps(proofs_as_data(proofs), ensure_ascii=False, indent=2) + "\n"


def write_proofs(proofs: Iterable[Proof], language: str = "en") -> str:
    """The proofs as people read them."""
    return legible_lines("\n".join(line for proof in proofs for line in _told(proof, language))) + "\n"


def _told(proof: Proof, language: str) -> Iterator[str]:
    words = WORDS[language]
    also = f" ({words['same']} {', '.join(proof.same)})" if proof.same else ""
    yield f"{proof.contract} {proof.period}{also}"
    for verdict in proof.verdicts:
        yield f"  {VERDICT_NAMES[language][verdict.name]:24} {OUTCOMES[language][verdict.outcome]}"
        for claim in verdict.claims:
            yield from _sentences(proof, claim, language)
    if proof.slack:
        yield from _wrapped(words["slack"].format(slack=_money(proof.slack, proof, language)), "  ")
    yield ""


def _sentences(proof: Proof, claim: Claim, language: str) -> Iterator[str]:
    words = WORDS[language]
    mark = words["intended_mark"] if claim.outcome == "refuted" and claim.intended else ""
    where = f"{claim.place}: " if claim.place and claim.outcome != "proved" else ""
    yield from _wrapped(f"{where}{mark}{sentence_of(claim, proof, language)}", "    ")
    if claim.intended:
        yield from _wrapped(f"{words['intended']} {claim.intended}", "      ")
    if claim.outcome == "undecided":
        yield from _wrapped(f"{words['undecided']} {claim.reason}.", "      ")
    if claim.outcome == "refuted" and claim.witnesses:
        yield from _wrapped(f"{words['with']} {_inputs(claim, language)}", "      ")


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)


def sentence_of(claim: Claim, proof: Proof, language: str) -> str:
    """What a claim says, in one sentence."""
    shown: dict[str, str] = {}
    for key, value in claim.values.items():
        shown[key] = value if isinstance(value, str) else _amount(key, value, proof, language)
    words = WORDS[language]
    shown["to_party"] = words["to_party"].format(party=shown["party"]) if shown.get("party") else ""
    kind = claim.kind
    if kind.startswith("bounds.") and claim.outcome == "undecided":
        kind = f"{kind}_open"
        shown["least"] = shown.get("least") or words["no_least"]
        shown["most"] = shown.get("most") or words["no_most"]
    found = SENTENCES[language][kind].format_map(shown)
    if "reached_least" in shown or "reached_most" in shown:
        reached = " / ".join(shown[key] for key in ("reached_least", "reached_most") if key in shown)
        found += " " + words["nearest"].format(reached=reached)
    return found


_MONEY = {
    "least",
    "most",
    "reached_least",
    "reached_most",
    "total",
    "budget",
    "left",
    "before",
    "after",
    "lost",
    "leap",
    "sum",
}


def _amount(key: str, value: Fraction, proof: Proof, language: str) -> str:
    if key in _MONEY:
        return _money(value, proof, language)
    return _short(value, language)


def _money(value: Fraction, proof: Proof, language: str) -> str:
    return f"{show_number(value, language, 2)} {proof.currency}".strip()


def _short(value: Fraction, language: str) -> str:
    """A number with as many decimals as people read; a hair beside a level shows that it is beside it."""
    for places in range(13):
        if round(value, places) == value:
            return show_number(value, language)
    near = round(value, 9)
    return show_number(near, language, next(places for places in range(10) if round(near, places) == near))


def _inputs(claim: Claim, language: str) -> str:
    """The inputs of a setting; of two settings, what differs is shown before and after."""
    first, last = claim.witnesses[0].inputs, claim.witnesses[-1].inputs
    parts = []
    for name, value in first.items():
        after = last[name]
        told = _value(value, language)
        if value != after:
            told = f"{told} → {_value(after, language)}"
        parts.append((value == after, f"{name} {told}"))
    return ", ".join(text for _, text in sorted(parts, key=lambda each: each[0])) + "."


def _value(value: Value, language: str) -> str:
    if value is None:
        return WORDS[language]["missing"]
    return value if isinstance(value, str) else _short(Fraction(value), language)
