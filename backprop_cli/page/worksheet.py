"""A worksheet as a page to fill in: what is typed stays in the browser, and is written to a file.

Nothing of the solution is here to be found: a `Handout` that is blank has no value in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from backprop_cli.draw import diagram, svg
from backprop_cli.page.frame import Document, framed
from backprop_cli.page.mathml import name_in_mathml
from backprop_cli.show import Format, Handout, Question

SCHEMA = "backprop/worksheet/1"
STYLES = ("page.css", "worksheet.css")
SCRIPTS = ("answers.js", "worksheet-drawing.js", "worksheet.js")

ROOM = 9
"""Characters of a blank in the drawing."""


def write_worksheet(handout: Handout, student: str = "") -> Iterator[str]:
    """A worksheet, or the key to it, as one HTML file; `student` is whose it is, if that is known.

    A key has no fields and no scripts: it is there to be read and printed.
    """
    is_key = not handout.answers
    data = {} if is_key else _data(handout, student)
    yield from framed(
        Document("worksheet.html", STYLES, () if is_key else SCRIPTS, data),
        title=handout.title,
        preface=(),
        handout=handout,
        student=student,
        is_key=is_key,
        name=_name,
        drawings=[] if is_key else list(_drawings(handout)),
        fields=sum(len(row) for part in handout.parts for q in part.questions for row in q.rows),
    )


def _drawings(handout: Handout) -> Iterator[tuple[str, Markup]]:
    """The network with blanks for what is asked of its first pass, and of its update.

    Nothing where layers would have to be folded.
    """
    network = handout.network
    blanks = (b for part in handout.parts for q in part.questions for row in q.rows for b in row)
    values = {blank.quantity: "_" * ROOM for blank in blanks}
    of = ", sample 1" if len(network.samples) > 1 else ""
    for title, show in ((f"Pass{of}", "backward"), (f"Update{of}", "update")):
        untitled = replace(network, title="")
        drawing = diagram(untitled, values, None, show, form=Format(9))
        if drawing.left_out:
            return
        named = drawing._replace(scene=drawing.scene._replace(title=title))
        yield title, Markup(svg(named, f"bp-{show}-", ground=False, theme="light"))


def _name(question: Question) -> Markup:
    """The name of a quantity, as browsers draw it."""
    return Markup(f"<math>{name_in_mathml(question.name.latex)}</math>")


def _data(handout: Handout, student: str) -> Mapping[str, Any]:
    """What scripts get: the file of answers around what is typed, and what tells sheets apart."""
    told = "\0".join((*handout.answers, student))
    return {
        "schema": SCHEMA,
        "digest": hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16],
        "student": student,
        "answers": handout.answers,
    }
