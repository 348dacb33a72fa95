"""What people see of evidence: a verdict and a register, for a terminal and as JSON, in fi, sv and en."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from textwrap import wrap
from typing import Any

from ..problems import Problem
from .chain import Entry
from .verifying import Verdict

WIDTH = 80
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ok": "ok", "fault": "fault", "none": "-", "unchecked": "Not checked, since the contract and the data could not be read.", "verified": "Verified.", "not_verified": "Not verified.",
        "manifest": "The manifest has the hash that was expected.",
        "manifest_uncompared": "The manifest can be read. No hash was given to compare it with (--expect).",
        "files": "Every file has its hash.",
        "program": "verify.py is the program that this version writes.",
        "program_other": "verify.py was written by another version; its hash is right.",
        "contract": "The contract, compiled again, is the calculation.",
        "inputs": "The data, read again, gives the inputs.",
        "amounts": "Every amount, computed again, is the one settled.",
        "chain": "The settlement follows the ones before it.",
        "chain_none": "The settlement stands in no register.",
        "register": "Register", "unbroken": "The chain is unbroken.", "broken": "The chain is broken.",
        "settled": "settled", "supersedes": "supersedes", "evidence": "Evidence",
    },
    "fi": {
        "ok": "ok", "fault": "vika", "none": "-", "unchecked": "Ei tarkistettu, koska sopimusta ja tietoja ei voitu lukea.", "verified": "Todennettu.", "not_verified": "Ei todennettu.",
        "manifest": "Luettelon tiiviste on se, jota odotettiin.",
        "manifest_uncompared": "Luettelo on luettavissa. Tiivistettä ei annettu verrattavaksi (--expect).",
        "files": "Jokaisella tiedostolla on tiivisteensä.",
        "program": "verify.py on se ohjelma, jonka tämä versio kirjoittaa.",
        "program_other": "verify.py on toisen version kirjoittama; sen tiiviste täsmää.",
        "contract": "Uudelleen käännetty sopimus on laskelma.",
        "inputs": "Uudelleen luetut tiedot antavat lähtöarvot.",
        "amounts": "Jokainen uudelleen laskettu määrä on tilitetty määrä.",
        "chain": "Tilitys seuraa sitä edeltäviä.",
        "chain_none": "Tilitys ei ole missään rekisterissä.",
        "register": "Rekisteri", "unbroken": "Ketju on ehjä.", "broken": "Ketju on poikki.",
        "settled": "tilitys", "supersedes": "korvaa", "evidence": "Todiste",
    },
    "sv": {
        "ok": "ok", "fault": "fel", "none": "-", "unchecked": "Inte kontrollerat, eftersom avtalet och uppgifterna inte gick att läsa.", "verified": "Verifierad.", "not_verified": "Inte verifierad.",
        "manifest": "Förteckningen har det kontrollvärde som väntades.",
        "manifest_uncompared": "Förteckningen går att läsa. Inget kontrollvärde gavs att jämföra med (--expect).",
        "files": "Varje fil har sitt kontrollvärde.",
        "program": "verify.py är det program som denna version skriver.",
        "program_other": "verify.py skrevs av en annan version; dess kontrollvärde stämmer.",
        "contract": "Avtalet, kompilerat på nytt, är beräkningen.",
        "inputs": "Uppgifterna, lästa på nytt, ger utgångsvärdena.",
        "amounts": "Varje belopp, beräknat på nytt, är det avräknade.",
        "chain": "Avräkningen följer dem som står före den.",
        "chain_none": "Avräkningen står inte i något register.",
        "register": "Register", "unbroken": "Kedjan är obruten.", "broken": "Kedjan är bruten.",
        "settled": "avräkning", "supersedes": "ersätter", "evidence": "Bevis",
    },
}  # fmt: skip


def with_evidence(statement: str, stated: str, language: str) -> str:
    """A statement of text with the hash of its manifest under it, if it has one."""
    return f"{statement}\n{WORDS[language]['evidence']}: {stated}\n" if stated else statement


def write_verdict(verdict: Verdict, expected: bool, language: str = "en") -> str:
    """A verdict as text: each check, the manifest's hash, and whether the bundle is verified.

    ``expected`` says whether a hash was given to compare with.
    """
    return "\n".join(_verdict(verdict, expected, language)) + "\n"


def _verdict(verdict: Verdict, expected: bool, language: str) -> Iterator[str]:
    words, manifest = WORDS[language], verdict.manifest
    for check in verdict.checks:
        name = check.name
        if name == "manifest" and not expected:
            name = "manifest_uncompared"
        elif name == "program" and manifest and manifest.package != version("alliance-outcomes"):
            name = "program_other"
        elif name == "chain" and manifest and manifest.number is None:
            name = "chain_none"
        elif not check.done:
            name = "unchecked"
        mark = words["fault" if check.found else "ok" if check.done else "none"]
        sentences = [f"{each.code} {each.sentence}" for each in check.found] or [words[name]]
        for sentence in sentences:
            yield from wrap(sentence, WIDTH, initial_indent=f"{mark:6}", subsequent_indent=" " * 6)
    yield ""
    if verdict.hash:
        yield f"{words['evidence']}: {verdict.hash}"
    yield words["not_verified" if verdict.problems else "verified"]


def verdict_as_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data: ``{"format": 1, "verified", "manifest", "contract", "period", ..., "checks": [...]}``."""
    manifest = verdict.manifest
    return {
        "format": 1,
        "verified": not verdict.problems,
        "manifest": verdict.hash or None,
        "contract": manifest.contract_id if manifest else None,
        "period": manifest.period if manifest else None,
        "as_of": manifest.as_of if manifest else None,
        "number": manifest.number if manifest else None,
        "checks": [
            {
                "name": check.name,
                "ok": not check.found if check.done else None,
                "problems": problems_as_data(check.found),
            }
            for check in verdict.checks
        ],
    }


def problems_as_data(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as plain data, each with its code, place, sentence and what to do."""
    return [
        {
            "code": each.code,
            "file": each.place.file if each.place else None,
            "line": each.place.line if each.place else None,
            "sentence": each.sentence,
            "instead": each.instead,
        }
        for each in problems
    ]


def write_history(entries: Sequence[Entry], problems: Sequence[Problem], language: str = "en") -> str:
    """A register as text, an entry on two lines: what was settled and its total, then its bundle and its hash."""
    words = WORDS[language]
    lines: list[str] = []
    for each in entries:
        what = f"{each.number:>6}  {each.contract} {each.period}"
        why = [f"{words['supersedes']} {each.supersedes}"] if each.supersedes is not None else []
        why += [each.reason] if each.reason else []
        lines.append(f"{', '.join([what, *why])[:52]:52} {each.as_of or '':10} {f'{each.total} {each.currency}':>16}")
        lines.append(f"{'':8}{each.manifest}")
    lines += ["", words["broken" if problems else "unbroken"]]
    return "\n".join(lines) + "\n"


def history_as_data(entries: Sequence[Entry], problems: Sequence[Problem]) -> dict[str, Any]:
    """A register as plain data: ``{"format": 1, "unbroken", "entries": [...], "problems": [...]}``."""
    names = ("number", "contract", "period", "as_of", "total", "currency", "manifest", "bundle", "supersedes", "reason")
    return {
        "format": 1,
        "unbroken": not problems,
        "entries": [{name: getattr(each, name) for name in names} | {"hash": each.hash} for each in entries],
        "problems": problems_as_data(problems),
    }
