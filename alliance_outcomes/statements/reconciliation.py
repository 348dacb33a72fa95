"""A reconciliation for the terminal, as JSON and as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..contract.model import Contract
from ..formula.text import show_number
from ..numbers import to_text
from ..reconcile import Compared, Reconciliation, by_payee
from .csv import table_as_csv
from .json import FORMAT, number, place_text
from .legible import legible_lines
from .text import WIDTH, named

VERDICTS = ("exact", "within", "missed")
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Reconciliation", "payees": "payees", "exact": "exact", "within": "within", "missed": "missed",
        "explained": "within: inputs that round to the measured ones give it", "largest": "Largest miss",
        "ours": "settled", "published": "published", "more": "more missed", "all": "all columns", "nothing": "none",
    },
    "fi": {
        "title": "Täsmäytys", "payees": "saajia", "exact": "täsmää", "within": "rajoissa", "missed": "ei täsmää",
        "explained": "rajoissa: mitatuiksi pyöristyvät luvut antavat saman", "largest": "Suurin ero",
        "ours": "laskettu", "published": "julkaistu", "more": "muuta eroa", "all": "kaikki sarakkeet", "nothing": "ei ole",
    },
    "sv": {
        "title": "Avstämning", "payees": "mottagare", "exact": "stämmer", "within": "inom", "missed": "avviker",
        "explained": "inom: tal som avrundas till de uppmätta ger samma", "largest": "Största avvikelsen",
        "ours": "beräknat", "published": "publicerat", "more": "till avviker", "all": "alla kolumner", "nothing": "saknas",
    },
}  # fmt: skip
MOST_SHOWN = 20


def reconciliation_as_data(contract: Contract, period: str, found: Sequence[Reconciliation]) -> dict[str, Any]:
    """``{"format": 1, "contract", "period", "payees", "exact", "within", "missed", "largest_miss", "misses", "published"}``.

    The counts are of payees, each in the worst class of its columns; ``published`` has those of each column.
    """
    counts = Counter(by_payee(found).values())
    misses = sorted((miss for each in found for miss in each.misses), key=lambda miss: -abs(miss.difference))
    return {
        "format": FORMAT,
        "contract": contract.contract,
        "period": period,
        "payees": sum(counts.values()),
        **{verdict: counts[verdict] for verdict in VERDICTS},
        "largest_miss": _miss(misses[0]) if misses else None,
        "misses": [_miss(miss) for miss in misses],
        "published": [
            {
                "name": each.name,
                "column": each.column,
                "payees": len(each.compared),
                **{verdict: each.count(verdict) for verdict in VERDICTS},
            }
            for each in found
        ],
    }


def _miss(miss: Compared) -> dict[str, Any]:
    return {
        "payee": miss.payee or None,
        "name": miss.name,
        "settled": number(miss.ours),
        "published": number(miss.published),
        "difference": number(miss.difference),
        "place": place_text(miss.place),
    }


def write_reconciliation_csv(found: Iterable[Reconciliation]) -> str:
    """One row a comparison."""
    rows = [
        [
            *(each.payee, each.name, one.column, to_text(each.ours) if each.ours is not None else ""),
            *(to_text(each.published), to_text(each.difference), each.verdict, place_text(each.place) or ""),
        ]
        for one in found
        for each in one.compared
    ]
    header = ("payee", "name", "column", "settled", "published", "difference", "verdict", "place")
    return table_as_csv(header, rows, numbers=("settled", "published", "difference"))


def write_reconciliation(contract: Contract, period: str, found: Sequence[Reconciliation], language: str = "en") -> str:
    """The counts of each column, and the misses, the largest first."""
    words = WORDS[language]
    out = [f"{words['title']} {period}: {named(contract.title, language, contract.contract)}", "=" * WIDTH]
    heads = (words["payees"], *(words[verdict] for verdict in VERDICTS))
    out.append(f"{'':32}" + "".join(f"{head:>12}" for head in heads))
    for each in found:
        counts = (len(each.compared), *(each.count(verdict) for verdict in VERDICTS))
        out.append(f"{each.name[:31]:32}" + "".join(f"{count:>12}" for count in counts))
    if len(found) > 1:
        verdicts = Counter(by_payee(found).values())
        counts = (verdicts.total(), *(verdicts[verdict] for verdict in VERDICTS))
        out.append(f"{words['all']:32}" + "".join(f"{count:>12}" for count in counts))
    if any(each.count("within") for each in found):
        out.append(words["explained"])
    misses = sorted((miss for each in found for miss in each.misses), key=lambda miss: -abs(miss.difference))
    if misses:
        out += ["", f"{words['largest']}:", *(_line(miss, language) for miss in misses[:MOST_SHOWN])]
    if len(misses) > MOST_SHOWN:
        out.append(f"... +{len(misses) - MOST_SHOWN} {words['more']}")
    return legible_lines("\n".join(out)) + "\n"


def _line(miss: Compared, language: str) -> str:
    words = WORDS[language]
    ours = show_number(miss.ours, language) if miss.ours is not None else words["nothing"]
    published, apart = show_number(miss.published, language), show_number(miss.difference, language)
    whose = f"{miss.payee} {miss.name}".strip()
    where = f" ({place_text(miss.place)})" if miss.place else ""
    return f"  {whose}: {words['ours']} {ours}, {words['published']} {published}, {apart}{where}"
