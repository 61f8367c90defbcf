"""The steps as templates see them: sections under their headings, and each step's two sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from backprop_cli.engine import Address, Line
from backprop_cli.formulas import Op, references
from backprop_cli.page.folding import Place, place_of
from backprop_cli.page.markup import Writer
from backprop_cli.show import Page, Row, abbreviated, headed_sections, laws_of

NOTHING: Mapping[Place, int] = {}


class Known(NamedTuple):
    """The page's key of each line, and those of its operands, by the operands' own."""

    keys: Mapping[Address, str]
    reads: Mapping[Address, Mapping[str, str]]


class ShownStep(NamedTuple):
    """A step: `id` is its key on the page, `reads` those of what its formula is made of.

    `sides` are what the symbol equals in turn: the chain rule and the formula, in names and in
    numbers; `value` comes last. `plain` is the symbol as text, `number` the value to the last bit.
    """

    id: str
    reads: str
    number: str
    law: str
    symbol: Markup
    sides: Sequence[Markup]
    value: Markup
    plain: str


class Part(NamedTuple):
    """Steps under one heading; `above` is what stands over it, of a sample's first the sample."""

    above: str
    title: str
    stage: str
    epoch: int
    batch: int
    sample: int
    laws: Sequence[Markup]
    steps: Iterable[ShownStep]
    left_out: int


def parts_of(
    page: Page,
    known: Known,
    markup: Writer,
    left_out: Mapping[Place, int] = NOTHING,
    brief: bool = False,
) -> Iterator[Part]:
    """The sections of a page whose lines are those of units.

    Of `brief` steps there is no more than a formula, its numbers and its value.
    """
    law_of = laws_of(page.network)
    for above, section in headed_sections(page, _rows(page)):
        first = section.rows[0].line
        assert isinstance(first, Line)
        at = first.address
        steps = (
            _step(row, "" if brief else law_of(row.line.step).text, known, markup, brief)
            for row in section.rows
        )
        yield Part(
            above,
            section.title,
            first.step.stage,
            at.epoch,
            at.batch,
            at.sample,
            tuple(map(markup.law, section.laws)),
            steps,
            left_out.get(place_of(first), 0),
        )


def _rows(page: Page) -> Iterator[Row]:
    """The lines as rows that have no formula yet."""
    for line in page.lines:
        yield Row(line, line.step.name.symbol, "", "", "", "", "")


def _step(row: Row, law: str, known: Known, markup: Writer, brief: bool) -> ShownStep:
    line = row.line
    assert isinstance(line, Line)
    key, sources = known.keys[line.address], known.reads[line.address]
    sides: list[Markup] = []
    for expr in filter(None, (None if brief else line.step.chain, line.step.formula)):
        short = abbreviated(expr)
        written = markup.formula(short, sources), markup.numbers(short, line.scope, sources)
        sides += [side for side in written if side not in sides]
    if not isinstance(line.step.formula, Op):
        del sides[-1]  # what is one number is the value
    operands = (ref.name.key for ref in references(line.step.formula))
    return ShownStep(
        key,
        " ".join(dict.fromkeys(map(sources.__getitem__, operands))),
        repr(float(line.value)),
        law,
        markup.symbol(line.step.name),
        sides,
        markup.value(key, line.value),
        "" if brief else row.symbol,
    )
