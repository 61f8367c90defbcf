"""A page of a template: styles and scripts written into it, and no others allowed.

Everything that a template is given is escaped, unless it says of itself that it is markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jinja2 import Environment

HOME = Path(__file__).parent


class Document(NamedTuple):
    """What a page is made of: a template, the files of `static/` in order, what scripts get.

    `program` is JavaScript that was written for this page alone; it comes before the scripts.
    """

    template: str
    styles: Sequence[str]
    scripts: Sequence[str]
    data: Mapping[str, Any]
    program: str = ""


def framed(document: Document, **context: Any) -> Iterator[str]:
    """The page, piece by piece. `context` is what the template asks for besides."""
    from markupsafe import Markup

    styles = "".join(map(static, document.styles))
    scripts = {name: static(name) for name in document.scripts}
    if document.program:
        scripts = {"program": document.program} | scripts
    yield from (
        _environment()
        .get_template(document.template)
        .generate(
            policy=policy(list(scripts.values()), [styles]),
            style=Markup(styles),
            scripts={name: Markup(text) for name, text in scripts.items()},
            data=Markup(as_json(document.data)),
            **context,
        )
    )


@cache
def static(name: str) -> str:
    """A file of `static/`, as it is written into pages."""
    text = (HOME / "static" / name).read_text(encoding="utf-8")
    assert "</script" not in text, name
    assert "</style" not in text, name
    return text


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """The Content-Security-Policy that allows these scripts and styles alone, and no request.

    Pictures may be part of the page, and a worker may be made of its own scripts.
    """
    allowed = {
        "default-src": ["'none'"],
        "script-src": list(map(digest, scripts)) or ["'none'"],
        "style-src": list(map(digest, styles)),
        "img-src": ["data:"],
        "worker-src": ["blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in allowed.items())


def digest(text: str) -> str:
    """The source of a policy that allows `text` as it stands."""
    found = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(found).decode('ascii')}'"


def as_json(data: Any) -> str:
    """JSON that can stand inside a script element: no mark of it is one of HTML."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
