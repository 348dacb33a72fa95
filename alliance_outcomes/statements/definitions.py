"""Definitions of indicators as text: a line for each, or one in full."""

from __future__ import annotations

from collections.abc import Mapping

from ..contract.definitions import Definition, title_in
from .legible import legible_lines

TEXTS = {
    "unit": {"en": "unit", "fi": "yksikkö", "sv": "enhet"},
    "population": {"en": "population", "fi": "joukko", "sv": "grupp"},
    "source_system": {"en": "source", "fi": "lähde", "sv": "källa"},
    "owner": {"en": "owner", "fi": "vastuutaho", "sv": "ansvarig"},
    "schedule": {"en": "measured", "fi": "mitataan", "sv": "mäts"},
    "reference": {"en": "reference", "fi": "viite", "sv": "referens"},
    "measure": {"en": "from records", "fi": "tietueista", "sv": "ur uppgifter"},
    "assumed": {"en": "assumed", "fi": "oletettu", "sv": "antaget"},
    "decided": {"en": "decided", "fi": "päätetty", "sv": "avgjort"},
    "none": {"en": "no", "fi": "ei", "sv": "nej"},
}


def write_definitions(known: Mapping[str, Definition], language: str = "en") -> str:
    """A line for each definition: its id, how records measure it, and its title."""
    width = max((len(name) for name in known), default=0)
    kinds = {name: each.measure.kind if each.measure else "-" for name, each in known.items()}
    wide = max((len(kind) for kind in kinds.values()), default=0)
    return "".join(
        f"{name:<{width}}  {kinds[name]:<{wide}}  {title_in(each.title, language)}\n" for name, each in known.items()
    )


def write_definition(name: str, definition: Definition, language: str = "en") -> str:
    """One definition in full, with what is decided about it."""
    lines = [name, f"  {title_in(definition.title, language)}"]
    facts = {
        "unit": definition.unit,
        "population": title_in(definition.population, language),
        "source_system": title_in(definition.source_system, language),
        "owner": definition.owner,
        "schedule": definition.schedule,
        "reference": definition.reference,
        "assumed": definition.assumed,
    }
    lines += [f"  {TEXTS[key][language]}: {text}" for key, text in facts.items() if text]
    measure = definition.measure
    lines.append(
        f"  {TEXTS['measure'][language]}: {f'{measure.kind}, {measure.table}' if measure else TEXTS['none'][language]}"
    )
    for text in measure.decided if measure else ():
        lines.append(f"  {TEXTS['decided'][language]}: {title_in(text, language)}")
    return legible_lines("\n".join(lines)) + "\n"
