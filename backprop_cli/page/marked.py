"""A student's sheet, marked, as a page: what is said of each answer beside its line.

What is said comes as neutral data (`show.Remarks`), by the keys that lines have on the page. Where
the right numbers may not be told, no value of a line is written, in whatever form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from backprop_cli.draw import BLANK, diagram, svg
from backprop_cli.engine import Address, Line
from backprop_cli.formulas import Expr
from backprop_cli.page.frame import Document, framed
from backprop_cli.page.markup import MathMarkup
from backprop_cli.page.parts import Known, parts_of
from backprop_cli.page.sources import Sources
from backprop_cli.show import Page, Remark, Remarks, opening, whereabouts

SCHEMA = "backprop/marked/1"
STYLES = ("page.css", "marked.css")
SCRIPTS = ("marked.js",)
MARKS = {"correct": "✓", "follow-through": "→", "wrong": "✗", "blank": "○", "": ""}
"""The sign of each verdict, which stands before its word."""
MOST_DRAWN = 8
"""So many passes are drawn; of more, those with the first wrong line and the first answers."""


def write_marked(page: Page, remarks: Remarks, everything: bool = False) -> Iterator[str]:
    """The sheet as one HTML file; with `everything`, each line is opened, not the wrong ones alone.

    `page` has the lines of the epochs that answers are given to.
    """
    lines = [line for line in page.lines if isinstance(line, Line)]
    sources = Sources(page.network, lines, page.several_epochs)
    reads = {line.address: sources.of(line) for line in lines}
    title, *preface = _opening(page, remarks)
    kind = MathMarkup if remarks.numbers else _NamesAlone
    known = Known(sources.keys, reads)
    parts = parts_of(page._replace(lines=lines), known, kind(page.form, page.arithmetic))
    first = remarks.first_wrong
    yield from framed(
        Document("marked.html", STYLES, SCRIPTS, {"schema": SCHEMA, "first": first}),
        title=f"{title}: marked",
        preface=preface,
        remarks=remarks,
        symbols={sources.keys[line.address]: line.step.name.symbol for line in lines},
        parts=parts,
        drawings=list(_drawings(page, lines, sources.keys, remarks)),
        marks=MARKS,
        everything=everything,
    )


class _NamesAlone(MathMarkup):
    """Formulas in names; what they come to is not told."""

    def numbers(self, expr: Expr, known: Mapping[str, Any], sources: Mapping[str, str]) -> Markup:
        """Nothing."""
        return Markup("")

    def value(self, key: str, value: Any) -> Markup:
        """Nothing."""
        return Markup("")


def _opening(page: Page, remarks: Remarks) -> list[str]:
    """What stands above; what the weights are in a later epoch is a right number too."""
    lines = list(opening(page))
    return lines if remarks.numbers or not _moved(page, page.start) else lines[:-1]


def _moved(page: Page, known: Mapping[str, Any]) -> bool:
    """Whether parameters are not those of the config."""
    parameters = page.network.parameters()
    return any(float(known[one.name]) != float(one.value) for one in parameters)


def _drawings(
    page: Page, lines: Sequence[Line], keys: Mapping[Address, str], remarks: Remarks
) -> Iterator[tuple[str, str, Markup]]:
    """The network of each pass that has answers, with these: place, key of a line, drawing."""
    network, untitled = page.network, replace(page.network, title="")
    for number, ((_, sample), own) in enumerate(_passes(lines, keys, remarks).items()):
        scope = own[0].scope
        start = {parameter.name: scope[parameter.name] for parameter in network.parameters()}
        if not remarks.numbers and _moved(page, start):
            continue  # its weights are right numbers
        values = {line.step.key: _given(remarks.of[keys[line.address]]) for line in own}
        place = ", ".join(whereabouts(network, own[0].address, "forward", page.several_epochs))
        updated = any(line.step.kind == "new" for line in own)
        for show in ("backward", "update") if updated else ("backward",):
            drawing = diagram(untitled, values, start, show, sample=sample or 1, room=BLANK)
            said = "the update" if show == "update" else "the pass"
            title = f"{network.title}: {', '.join(filter(None, [said, place]))}"
            drawing = drawing._replace(scene=drawing.scene._replace(title=title))
            prefix = f"bp-{number}-{show}-"
            yield said, place, Markup(svg(drawing, prefix, ground=False, theme="light"))


def _passes(
    lines: Sequence[Line], keys: Mapping[Address, str], remarks: Remarks
) -> dict[tuple[int, int], list[Line]]:
    """The answered lines of each epoch and sample, those with the first wrong line first."""
    found: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        if (remark := remarks.of.get(keys[line.address])) is not None and remark.given:
            found.setdefault((line.address.epoch, line.address.sample), []).append(line)
    wrong = [
        place
        for place, own in found.items()
        if any(keys[line.address] == remarks.first_wrong for line in own)
    ]
    order = dict.fromkeys([*wrong, *found])
    drawn = [place for place in order if place[1] or len(order) == 1][:MOST_DRAWN]
    return {place: found[place] for place in drawn}


def _given(remark: Remark) -> str:
    """A number as it was given, with the sign of its verdict."""
    return f"{remark.given} {MARKS[remark.status]}".strip()
