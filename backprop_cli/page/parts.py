"""The steps as templates see them: sections under their headings, and each step's two sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from backprop_cli.engine import Address, Line
from backprop_cli.formulas import references
from backprop_cli.page.markup import Writer
from backprop_cli.page.sources import Sources
from backprop_cli.show import Page, Row, abbreviated, headed_sections, laws_of

_INDEX = re.compile(r"(\w|Σ)_([A-Za-z0-9]+)")

Reads = Mapping[Address, Mapping[str, str]]
"""The page's key of each operand of each line, by the operand's own key."""


class ShownStep(NamedTuple):
    """A step: `id` is its key on the page, `reads` those of what its formula is made of.

    `sides` are what the symbol equals in turn: the chain rule and the formula, in names and in
    numbers; `value` comes last. `plain` and `text` are symbol and value as text, `number` is the
    value to the last bit.
    """

    id: str
    reads: str
    number: str
    law: str
    symbol: Markup
    sides: Sequence[Markup]
    value: Markup
    plain: str
    text: str


class Part(NamedTuple):
    """Steps under one heading; `above` is what stands over it, of a sample's first the sample."""

    above: str
    title: str
    stage: str
    epoch: int
    batch: int
    sample: int
    laws: Sequence[Markup]
    steps: Sequence[ShownStep]


def parts_of(page: Page, sources: Sources, reads: Reads, markup: Writer) -> Iterator[Part]:
    """The sections of a page whose lines are those of units."""
    law_of = laws_of(page.network)
    for above, section in headed_sections(page):
        at, stage = section.rows[0].line.address, section.rows[0].line.step.stage
        steps = [_step(row, law_of(row.line.step), sources, reads, markup) for row in section.rows]
        yield Part(
            above,
            section.title,
            stage,
            at.epoch,
            at.batch,
            at.sample,
            tuple(map(law_in_html, section.laws)),
            steps,
        )


def _step(row: Row, law: str, sources: Sources, reads: Reads, markup: Writer) -> ShownStep:
    line = row.line
    assert isinstance(line, Line)
    key, known = sources.keys[line.address], reads[line.address]
    sides: list[Markup] = []
    for expr in filter(None, (line.step.chain, line.step.formula)):
        short = abbreviated(expr)
        written = markup.formula(short, known), markup.numbers(short, line.scope, known)
        sides += [side for side in written if side not in sides]
    value = markup.value(key, line.value)
    if sides[-1].striptags() == value.striptags() or row.value.startswith(f"{row.numbers} "):
        del sides[-1]  # of a fraction that its decimal is written behind, or of a sum of one
    operands = (ref.name.key for ref in references(line.step.formula))
    return ShownStep(
        key,
        " ".join(dict.fromkeys(map(known.__getitem__, operands))),
        repr(float(line.value)),
        law,
        markup.symbol(line.step.name),
        sides,
        value,
        row.symbol,
        row.value,
    )


def law_in_html(law: str) -> Markup:
    """A law with its indices below the line: net_j."""
    return Markup(_INDEX.sub(r"\1<sub>\2</sub>", str(escape(law))))
