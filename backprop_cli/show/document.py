"""What a command has to say, as a sequence of blocks, of which every text format is a view.

`trace`, `explain`, `verify` and `worksheet` make a document once; `formats` has a file for each way
of writing one, and `tables` lays it out for a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from backprop_cli.engine import Network
from backprop_cli.formulas import FLOAT, Arithmetic, Expr, NameLike
from backprop_cli.show.explanation import Node
from backprop_cli.show.grids import Written
from backprop_cli.show.rows import Section
from backprop_cli.show.symbols import in_symbols


class Heading(NamedTuple):
    """A heading: of `level` 1 the title of the whole, which is as somebody wrote it."""

    text: str
    level: int = 2


class Paragraph(NamedTuple):
    """A text of one paragraph.

    `role` is "given" of a list of what is given (a = 1, b = 2), "sample" of such a list that the
    sections below are about, "source" of whose the title is, "result" of what came of it all,
    "aside" of what is said of the output itself; or nothing.
    """

    text: str
    role: str = ""


class Points(NamedTuple):
    """Texts that belong together, under a `head` where there is one."""

    texts: tuple[str, ...]
    head: str = ""


class Equations(NamedTuple):
    """Steps with the laws behind them: symbol = formula = numbers = value."""

    section: Section
    written: Written
    arithmetic: Arithmetic = FLOAT


class Tree(NamedTuple):
    """Where a quantity comes from: its parts after it, a level deeper each."""

    nodes: Iterable[Node]
    written: Written


class Symbol(NamedTuple):
    """The name of a quantity, as a cell of a table; `qualifier` is what stands before it."""

    name: NameLike
    qualifier: str = ""

    def __str__(self) -> str:
        return self.qualifier + self.name.symbol


class Records(NamedTuple):
    """A small table of any kind; with `right`, the columns after the first hold numbers.

    A column called `verdict` holds words of which some are better than others.
    """

    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]
    right: bool = False


class Verbatim(NamedTuple):
    """Lines in which everything stands where it does."""

    lines: tuple[str, ...]


class Figure(NamedTuple):
    """A drawing: `lines` draws it in lines of text that fit a width, and `source` writes it in a
    language for drawings ("mermaid", "tikz", "svg"), from which another program draws it."""

    lines: Callable[[int], Iterable[str]]
    source: Callable[[str], str]


class Blank(NamedTuple):
    """A line of a worksheet: a number or a matrix, of which `rows` is what stands there.

    An empty text is what is to be filled in. `formula` and what it reads (`known`) are told in a
    key alone.
    """

    name: NameLike
    rows: tuple[tuple[str, ...], ...]
    is_matrix: bool
    formula: Expr | None = None
    known: Mapping[str, Any] = MappingProxyType({})

    @property
    def cell(self) -> str:
        """What stands there, in a line: of a matrix [0.1 0.2; 0.3 0.4], or [_ _; _ _]."""
        if not self.is_matrix:
            return self.rows[0][0]
        return f"[{'; '.join(' '.join(entry or '_' for entry in row) for row in self.rows)}]"

    def worked(self, written: Written) -> str:
        """The formula in symbols and in numbers; nothing where it is not told."""
        if self.formula is None:
            return ""
        numbers = written.numbers(self.formula, self.known).in_line
        return f"{in_symbols(self.formula)} = {numbers}"


class Blanks(NamedTuple):
    """Lines of a worksheet; `written` is how the numbers in formulas are."""

    lines: tuple[Blank, ...]
    written: Written


Block = Heading | Paragraph | Points | Equations | Tree | Records | Verbatim | Figure | Blanks


class Document(NamedTuple):
    """Blocks, which are taken once; the `network` that they are about, where there is one."""

    blocks: Iterable[Block]
    network: Network | None = None


class Paper(NamedTuple):
    """A size of paper: the options of geometry for it, and the text's width in em and rows."""

    geometry: str
    width: float
    rows: int


PAPERS = {
    "a4": Paper("a4paper, margin=25mm", 45.5, 40),
    "letter": Paper("letterpaper, margin=25mm", 47.0, 38),
    "slides": Paper("papersize={160mm,90mm}, margin=8mm, includehead=false", 40.9, 14),
}


class Style(NamedTuple):
    """What a user may choose of a text format, as far as it has it.

    `math`: formulas as mathematics; `comma`: decimal commas; `standalone`: a whole document, on
    `paper`, in place of a part of one.
    """

    math: bool = False
    comma: bool = False
    standalone: bool = False
    paper: str = "a4"


USUAL = Style()
"""Of nothing that was chosen."""
