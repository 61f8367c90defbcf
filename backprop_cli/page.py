"""What a writer gets: the lines to show, and how numbers are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backprop_cli.arithmetic import Arithmetic
from backprop_cli.network import Network
from backprop_cli.numbers import Format
from backprop_cli.rows import Row, Section, rows_of, sections
from backprop_cli.run import Line, lines
from backprop_cli.selection import Selection
from backprop_cli.trace import Summary, Trace, qualified, state_before

__all__ = ["Page", "page_of", "page_of_trace"]


class Page(NamedTuple):
    """Lines on their way to paper. `summary` is complete when all `lines` have been taken.

    `whole`: long sums are written out. `several_epochs`: keys say which epoch they belong to.
    """

    network: Network
    lines: Iterable[Line]
    summary: Summary
    arithmetic: Arithmetic
    form: Format
    several_epochs: bool = False
    whole: bool = False

    def selected(self, selection: Selection) -> Page:
        """The page with only the lines that `selection` shows."""
        return self._replace(lines=selection(self.lines), whole=selection.everything)

    def rows(self, whole: bool = False) -> Iterator[Row]:
        """The lines as text."""
        return rows_of(self.lines, self.form, self.arithmetic, whole or self.whole)

    def sections(self) -> Iterator[Section]:
        """The lines as text, under the headings of a textbook."""
        return sections(self.rows(), self.network, self.several_epochs)

    def qualified(self, line: Line) -> str:
        """The key of a line, with epoch and sample where there are several."""
        return qualified(line, self.network, self.several_epochs)


def page_of(
    network: Network, epochs: range, arithmetic: Arithmetic, form: Format | None = None,
    alone: bool = False,
) -> Page:  # fmt: skip
    """The epochs with these numbers, worked out as the lines are taken.

    `alone`: keys need not say the epoch, even where it is not the first.
    """
    summary = Summary(network)

    def worked_out() -> Iterator[Line]:
        state = state_before(network, epochs[0], arithmetic)
        yield from summary.watching(lines(network, epochs, arithmetic, state))

    several = not alone and (len(epochs) > 1 or epochs[0] > 1)
    return Page(network, worked_out(), summary, arithmetic, form or Format(), several)


def page_of_trace(trace: Trace) -> Page:
    """A trace that has been made, shown as the command would show it."""
    shown = [line for line in trace.lines if line.step.shown]
    several = len({line.address.epoch for line in trace.lines}) > 1
    return Page(trace.network, shown, trace.summary, trace.arithmetic, Format(), several)
