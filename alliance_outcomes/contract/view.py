"""A contract as HTML for notebooks: parties, periods, areas with their indicators and weights, clauses. All texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from html import escape
from typing import TYPE_CHECKING

from .located import Text, child

if TYPE_CHECKING:
    from .model import Contract


def as_html(contract: Contract) -> str:
    """Headings and tables of what was agreed; titles in English where they have that, ids where they have none."""
    periods = contract.periods
    facts = [contract.contract, contract.kind, contract.status, contract.currency or "", contract.diary_number or ""]
    parts = [
        f"<h3>{escape(_title(contract.title, contract.contract))}</h3>",
        f"<p>{escape(', '.join(filter(None, facts)))}</p>",
        f"<p>{escape(f'{periods.length}, {periods.first} – {periods.last}')}</p>",
        html_table(
            ("party", "role", "business id"),
            [(_title(who.title, id_), who.role, who.business_id or "") for id_, who in contract.parties.items()],
        ),
        html_table(
            ("area", "indicator", "weight", "rule"),
            [
                (
                    _title(area.title, area_id),
                    _title(each.title, id_),
                    _written(contract, "result_areas", area_id, "indicators", id_, "weight"),
                    each.score.kind if each.score else "",
                )
                for area_id, area in contract.result_areas.items()
                for id_, each in area.indicators.items()
            ],
        ),
        html_table(
            ("clause", "kind", "agreed at"),
            [
                (_title(each.title, id_), each.kind, str(contract.place("settlement", id_, key=True) or ""))
                for id_, each in contract.settlement.items()
            ],
        ),
    ]
    return unset("".join(parts))


def unset(shown: str) -> str:
    """HTML of which a notebook sets nothing as mathematics: a dollar sign in a name or amount is one."""
    return f'<div class="tex2jax_ignore mathjax_ignore">{shown}</div>'


def html_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of texts, escaped; nothing where there is no row."""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>" if body else ""


def _title(titles: Mapping[str, str] | None, otherwise: str) -> str:
    return (titles or {}).get("en") or next(iter((titles or {}).values()), otherwise)


def _written(contract: Contract, *path: str) -> str:
    """What the file says there, as it is written; empty where it says nothing."""
    start: object = contract.document.root
    found = reduce(child, path, start)
    return found if isinstance(found, Text) else ""
