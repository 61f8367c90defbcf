"""What a writer gets: the lines to show, and how numbers are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from backprop_cli.engine import Line, Network, State, lines, matrix_lines, qualified
from backprop_cli.formulas import Arithmetic
from backprop_cli.show.grids import Written
from backprop_cli.show.numbers import Format
from backprop_cli.show.rows import AnyLine, Row, Section, rows_of, sections
from backprop_cli.show.selection import Selection
from backprop_cli.show.summary import Summary


class Page(NamedTuple):
    """Lines on their way to paper. `summary` is complete when all `lines` have been taken.

    `start` has the parameters as the first epoch finds them. `several_epochs`: keys say which
    epoch they belong to. `matrices`: the lines are those of whole layers.
    """

    network: Network
    lines: Iterable[AnyLine]
    summary: Summary
    start: Mapping[str, Any]
    arithmetic: Arithmetic
    form: Format
    several_epochs: bool = False
    selection: Selection | None = None
    matrices: bool = False

    def in_matrices(self) -> Page:
        """The page with the lines of whole layers, whose entries are the values of these."""
        units = (line for line in self.lines if isinstance(line, Line))
        return self._replace(lines=matrix_lines(self.network, units), matrices=True)

    def selected(self, selection: Selection) -> Page:
        """The page with only the lines that `selection` shows."""
        return self._replace(lines=selection(self.lines), selection=selection)

    def rows(self, whole: bool = False) -> Iterator[Row]:
        """The lines as text; long sums are written out if `whole`, or everything is shown."""
        return rows_of(self.lines, self.form, self.arithmetic, whole or self.written.whole)

    @property
    def written(self) -> Written:
        """How matrices are written: in full if everything is shown."""
        everything = self.selection is not None and self.selection.everything
        return Written(self.form, self.form.operand, everything)

    def sections(self) -> Iterator[Section]:
        """The lines as text, under the headings of a textbook."""
        return sections(self.rows(), self.network, self.several_epochs)

    def qualified(self, line: AnyLine) -> str:
        """The key of a line, with epoch and sample where there are several."""
        return qualified(line, self.network, self.several_epochs)


def page_of(
    network: Network,
    epochs: range,
    arithmetic: Arithmetic,
    form: Format,
    state: State,
    several_epochs: bool,
) -> Page:
    """The epochs with these numbers, worked out from `state` as the lines are taken."""
    start = dict(state.values)
    summary = Summary(network)
    passing = summary.watching(lines(network, epochs, arithmetic, state), start)
    return Page(network, passing, summary, start, arithmetic, form, several_epochs)
