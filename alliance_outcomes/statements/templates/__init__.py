"""The templates of pages and papers: every text is escaped, a name that is not there is an error, a page allows its own style only."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..legible import legible_data

FOLDER = Path(__file__).parent
# What is markup already, made by charts.py, which escapes its texts.
_MARKUP = ("score_chart", "money_chart", "picture")


def rendered(name: str, values: Mapping[str, Any], style: str = "") -> bytes:
    """The page of template ``name`` in the style of all pages, to which ``style`` is added; the same bytes for the same values.

    Every text among the values is shown as legible.py says.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sheet = (FOLDER / "page.css").read_text(encoding="utf-8") + style
    marked = {key: Markup(value) for key, value in values.items() if key in _MARKUP and isinstance(value, str)}
    page = environment.get_template(f"{name}.html").render(
        {
            **legible_data(values),
            **marked,
            "style": Markup(sheet),
            "style_hash": b64encode(sha256(sheet.encode()).digest()).decode(),
        }
    )
    return (page + "\n").encode("utf-8")
