"""The site of the documentation: python -m sphinx -W --keep-going -n -b html docs site

The pages are plain Markdown, to be read on GitHub as well as here. What only a site can have is
made while it is built: the tree of pages from the links of the index, links to files that are not
in this folder, and the page that the program itself makes, embedded.
"""

import re
import subprocess
import sys
from pathlib import Path

from pygments.lexer import RegexLexer
from pygments.lexers.special import TextLexer
from pygments.token import Generic
from sphinx.application import Sphinx

import backprop_cli

project = "backprop"
author = "The backprop authors"
copyright = "The backprop authors"  # noqa: A001 - the name that Sphinx knows
version = release = backprop_cli.__version__

extensions = ["myst_parser"]
myst_heading_anchors = 4
nitpicky = True

REPOSITORY = "https://github.com/backprop-cli/backprop"
html_theme = "furo"
html_title = f"backprop {version}"
html_theme_options = {
    "source_repository": f"{REPOSITORY}/",
    "source_branch": "main",
    "source_directory": "docs/",
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = "static/favicon.svg"
html_copy_source = False
html_show_sphinx = False

HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
LISTED = re.compile(r"^- \[[^]]*\]\(([\w-]+)\.md\)", re.MULTILINE)
LIVE = re.compile(r"<!-- live: ([\w .-]+) -->\n(.*?)<!-- end -->", re.DOTALL)
"""A picture of a page, which a site shows as it is: the arguments of `backprop trace`."""


class Console(RegexLexer):
    """Commands after `$`, and what they print, whatever signs are in it."""

    tokens = {  # noqa: RUF012 - as the class above has it
        "root": [
            (r"^\$ ", Generic.Prompt, "command"),
            (r".*\n", Generic.Output),
        ],
        "command": [(r".*\n", Generic.Strong, "#pop")],
    }


def trees(index: str) -> str:
    """A tree of pages for each heading of the index that has a list of them below it."""
    found = []
    parts = HEADING.split(index)[1:]
    for heading, below in zip(parts[::2], parts[1::2], strict=True):
        if pages := LISTED.findall(below):
            lines = [f":caption: {heading}", ":hidden:", "", *pages]
            found.append("\n".join(["```{toctree}", *lines, "```", ""]))
    return "\n".join(found)


def frame(match: re.Match[str]) -> str:
    """A page made by the program, in place of its picture."""
    name = match[1].split()[0]
    return (
        f'<iframe class="live" src="_static/{name}.html" title="backprop trace {match[1]}" '
        f'loading="lazy"></iframe>\n\n'
        f'<p><a href="_static/{name}.html">The page by itself</a></p>\n'
    )


def as_site(app: Sphinx, page: str, source: list[str]) -> None:
    """What a page is on the site."""
    text = source[0]
    if page == app.config.root_doc:
        text += "\n" + trees(text)
    text = re.sub(r"\]\(\.\./([\w./#-]+)\)", rf"]({REPOSITORY}/blob/main/\1)", text)
    source[0] = LIVE.sub(frame, text)


def make_pages(app: Sphinx, error: Exception | None) -> None:
    """The program's own pages, which are shown in frames."""
    if error is not None or app.builder.format != "html":
        return
    for path in Path(app.srcdir).glob("*.md"):
        for arguments, _ in LIVE.findall(path.read_text(encoding="utf-8")):
            name = arguments.split()[0]
            written = Path(app.outdir) / "_static" / f"{name}.html"
            call = [sys.executable, "-m", "backprop_cli", "trace", *arguments.split()]
            subprocess.run([*call, "--format", "html", "-o", str(written)], check=True)


def setup(app: Sphinx) -> None:
    app.add_lexer("console", Console)
    app.add_lexer("csv", TextLexer)
    app.connect("source-read", as_site)
    app.connect("build-finished", make_pages)
