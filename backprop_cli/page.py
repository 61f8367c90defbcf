"""What a writer gets: the lines to show, and how numbers are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from backprop_cli.arithmetic import Arithmetic
from backprop_cli.network import Network
from backprop_cli.numbers import Format
from backprop_cli.rows import Row, Section, rows_of, sections
from backprop_cli.run import Line, lines
from backprop_cli.selection import Selection
from backprop_cli.tracing import Summary, Trace, qualified, state_before

__all__ = ["Page", "page_of", "page_of_trace"]


class Page(NamedTuple):
    """Lines on their way to paper. `summary` is complete when all `lines` have been taken.

    `start` has the parameters as the first epoch finds them. `several_epochs`: keys say which
    epoch they belong to.
    """

    network: Network
    lines: Iterable[Line]
    summary: Summary
    start: Mapping[str, Any]
    arithmetic: Arithmetic
    form: Format
    several_epochs: bool = False
    selection: Selection | None = None

    def selected(self, selection: Selection) -> Page:
        """The page with only the lines that `selection` shows."""
        return self._replace(lines=selection(self.lines), selection=selection)

    def rows(self, whole: bool = False) -> Iterator[Row]:
        """The lines as text; long sums are written out if `whole`, or everything is shown."""
        everything = self.selection is not None and self.selection.everything
        return rows_of(self.lines, self.form, self.arithmetic, whole or everything)

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
    state = state_before(network, epochs[0], arithmetic)
    passing = summary.watching(lines(network, epochs, arithmetic, state))
    several = not alone and (len(epochs) > 1 or epochs[0] > 1)
    return Page(
        network, passing, summary, dict(state.values), arithmetic, form or Format(), several
    )


def page_of_trace(trace: Trace) -> Page:
    """A trace that has been made, shown as the command would show it."""
    shown = [line for line in trace.lines if line.step.shown]
    several = len({line.address.epoch for line in trace.lines}) > 1
    start = trace.lines[0].scope
    return Page(trace.network, shown, trace.summary, start, trace.arithmetic, Format(), several)
