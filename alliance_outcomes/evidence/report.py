"""What people see of evidence: a verdict and a register, for a terminal and as JSON, in fi, sv and en."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from textwrap import wrap
from typing import Any

from ..formula.text import show_number
from ..numbers import parse_number
from ..problems import Problem
from ..statements.legible import legible
from .chain import Closing, Entry, Link
from .course import Status, statuses
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
        "supersedes": "supersedes", "closes": "closes", "evidence": "Evidence",
        "superseded": "superseded by {}", "closed": "closed by {}", "over": "closed, since it was open until {}", "provisional": "provisional",
        "disputed": "disputed", "final": "final", "held": "{} held", "until": "open until {}", "is_closed": "Settlement {} is closed by number {}.",
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
        "supersedes": "korvaa", "closes": "sulkee", "evidence": "Todiste",
        "superseded": "korvattu: {}", "closed": "suljettu: {}", "over": "suljettu, koska se oli avoinna {} asti", "provisional": "ennakkotieto",
        "disputed": "riitautettu", "final": "lopullinen", "held": "{} pidätetty", "until": "avoinna {} asti", "is_closed": "Tilityksen {} sulkee numero {}.",
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
        "supersedes": "ersätter", "closes": "avslutar", "evidence": "Bevis",
        "superseded": "ersatt av {}", "closed": "avslutad av {}", "over": "avslutad, eftersom den var öppen till {}", "provisional": "preliminär",
        "disputed": "bestridd", "final": "slutlig", "held": "{} innehålls", "until": "öppen till {}", "is_closed": "Avräkning {} avslutas av nummer {}.",
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


def write_history(links: Sequence[Link], problems: Sequence[Problem], language: str = "en") -> str:
    """A register as text: each settlement with its total, the hash of its manifest and how it stands; each closing."""
    words = WORDS[language]
    lines = [line for link in _history(links, words, language) for line in link]
    return "\n".join([*lines, "", words["broken" if problems else "unbroken"]]) + "\n"


def _history(links: Sequence[Link], words: Mapping[str, str], language: str) -> Iterator[Iterator[str]]:
    standing = {each.entry.number: each for each in statuses(links)}
    for link in links:
        if isinstance(link, Closing):
            of = standing[link.closes].entry if link.closes in standing else None
            what = f"{of.contract} {of.period}, " if of else ""
            yield _told(link, f"{what}{words['closes']} {link.closes}", "", link.decision)
        else:
            yield _settled(standing[link.number], words, language)


def _settled(status: Status, words: Mapping[str, str], language: str) -> Iterator[str]:
    entry = status.entry
    what = [f"{entry.contract} {entry.period}"]
    what += [f"{words['supersedes']} {entry.supersedes}"] if entry.supersedes is not None else []
    what += [entry.reason] if entry.reason else []
    yield from _told(
        entry, ", ".join(what), _money(entry.total, entry, language), entry.manifest, _stands(status, words, language)
    )


def _money(amount: str, entry: Entry, language: str) -> str:
    """An amount as the language writes it; what is no number stands as it is."""
    try:
        shown = show_number(parse_number(amount), language, len(amount.partition(".")[2]))
    except ValueError:
        shown = amount
    return f"{shown} {entry.currency}"


def _told(link: Link, what: str, amount: str, *more: str) -> Iterator[str]:
    """An entry: its number, what it is, its day and amount on a line, and more below."""
    yield legible(f"{f'{link.number:>6}  {what}'[:52]:52} {link.as_of or '':10} {amount:>16}").rstrip()
    for each in more:
        yield from wrap(legible(each), WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)


def _stands(status: Status, words: Mapping[str, str], language: str) -> str:
    """How a settlement stands, in words."""
    entry = status.entry
    if status.superseded_by is not None:
        return words["superseded"].format(status.superseded_by)
    if status.state == "closed":
        return (
            words["over"].format(entry.reopen_until)
            if status.closed_by is None
            else words["closed"].format(status.closed_by)
        )
    told = [words[name] for name in ("provisional", "disputed") if getattr(entry, name)] or [words["final"]]
    told += [words["held"].format(_money(entry.held, entry, language))] if entry.holds else []
    told += [words["until"].format(entry.reopen_until)] if entry.reopen_until else []
    return ", ".join(told)


def write_closing(closing: Closing, language: str = "en") -> str:
    """That a settlement is closed, in a line."""
    return WORDS[language]["is_closed"].format(closing.closes, closing.number) + "\n"


def history_as_data(links: Sequence[Link], problems: Sequence[Problem]) -> dict[str, Any]:
    """A register as plain data: ``{"format": 1, "unbroken", "entries": [...], "closings": [...], "problems": [...]}``."""
    closings = [each for each in links if isinstance(each, Closing)]
    return {
        "format": 1,
        "unbroken": not problems,
        "entries": [
            {
                **_as_data(each.entry),
                "state": each.state,
                "superseded_by": each.superseded_by,
                "closed_by": each.closed_by,
            }
            for each in statuses(links)
        ],
        "closings": [_as_data(each) for each in closings],
        "problems": problems_as_data(problems),
    }


def _as_data(link: Link) -> dict[str, Any]:
    return {key: value for key, value in asdict(link).items() if key != "previous"} | {"hash": link.hash}
