"""How Sphinx builds the site from the pages of this folder: ``make docs``. Nothing is fetched, while it is built or read.

The pages are plain Markdown that a code host shows as well. What the site needs beyond that is made here: the tables of
contents from the lists of links in index.md, and formulas as MathML, which browsers show by themselves.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from pygments.lexers.shell import BashSessionLexer
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = html_title = "alliance_outcomes"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 6

html_theme = "furo"
html_static_path = ["site"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

# Long lists: the column beside the page names what can be looked up, not each part of it.
SHALLOW = {"rules": 3, "reference/keys": 3, "reference/cli": 2}
LISTED = re.compile(r"^- .*?\]\(([\w/-]+)\.md\)", re.MULTILINE)


def contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """Adds the tables of contents to index.md: one for each heading, of the pages that its list links to."""
    if page != "index":
        return
    for section in source[0].split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        if pages := LISTED.findall(text):
            source[0] += "\n".join(["\n```{toctree}", ":hidden:", f":caption: {heading}", "", *pages, "```\n"])


def beyond(app: Sphinx, page: str, source: list[str]) -> None:
    """Makes links to pages that lie beside this folder, such as the changelog, lead to the files as they are."""
    here = Path(app.srcdir, page).parent

    def led(match: re.Match[str]) -> str:
        inside = (here / match[1]).resolve().is_relative_to(app.srcdir)
        return match[0] if inside else f"](path:{match[1]})"

    source[0] = re.sub(r"\]\((\.\.[\w./-]+\.md)(#[\w-]+)?\)", led, source[0])


def shorten(app: Sphinx, _env: BuildEnvironment) -> None:
    """Keeps the headings of long lists out of the column beside the page."""
    for page, depth in SHALLOW.items():
        app.env.metadata[page]["tocdepth"] = depth


def inline(writer: Any, node: nodes.math) -> None:
    """A formula in a line, as MathML."""
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def displayed(writer: Any, node: nodes.math_block) -> None:
    """A formula by itself, as MathML; a wide one scrolls."""
    writer.body.append(f'<div class="formula" tabindex="0">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def reachable(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """What the theme leaves out for keyboards and screen readers: what scrolls takes the focus, a heading has its level."""
    for part, old, new in (
        ("body", "<pre>", '<pre tabindex="0">'),
        ("body", '<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
        ("furo_navigation_tree", 'role="heading"', 'role="heading" aria-level="2"'),
    ):
        context[part] = (context.get(part) or "").replace(old, new)


def setup(app: Sphinx) -> dict[str, Any]:
    """What is added to Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
    for plain in ("csv", "text"):
        app.add_lexer(plain, TextLexer)
    app.add_lexer("session", BashSessionLexer)
    app.connect("source-read", contents)
    app.connect("source-read", beyond)
    app.connect("env-updated", shorten)
    app.connect("html-page-context", reachable, priority=900)  # after the theme's own
    return {"parallel_read_safe": True}


html_math_renderer = "mathml"
