"""Small tables in LaTeX, without a package for them: in columns, or a row as lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from backprop_cli.show.formats.latex_lines import width_of
from backprop_cli.show.formats.latex_text import escaped

GAP = 1.3
"""Em between two columns, and around the table."""
LEAST = 9.0
"""Em that a column of sentences has at least."""

_MATH = re.compile(r"\$(.*?)\$")
_COMMAND = re.compile(r"\\ensuremath\{.*?\}|\\[A-Za-z]+\{\}|\\.(?:\{\w\})?|[{}]")


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], width: float, most: int
) -> Iterator[str]:
    """A table; the last column is folded where it is too wide, and beyond that each row is."""
    heads = [escaped(name.replace("_", " ")) for name in columns]
    cells = [tuple(row) for row in rows]
    widths = [
        max((_width(cell) for cell in column), default=0.0)
        for column in zip(heads, *cells, strict=True)
    ]
    room = width - GAP * len(columns) - 1.0
    rest = room - sum(widths[:-1])
    if sum(widths) <= room:
        layout = "l" * len(columns)
    elif rest >= max(LEAST, *(_longest(cell) for cell in (heads[-1], *(c[-1] for c in cells)))):
        layout = "l" * (len(columns) - 1) + f"p{{{rest:.1f}em}}"
    else:
        yield from _in_lines(heads, cells)
        return
    rule = "\\hline\n"
    for start in range(0, len(cells), most):
        yield "\\par\\medskip\n{\\renewcommand{\\arraystretch}{1.2}"
        yield f"\\begin{{tabular}}{{{layout}}}\n"
        yield " & ".join(rf"{{\bfseries {head}}}" for head in heads) + f" \\\\\n{rule}"
        for row in cells[start : start + most]:
            yield f"{' & '.join(row)} \\\\\n"
        yield "\\end{tabular}\\par}\\medskip\n"


def _in_lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        yield f"\\par\\smallskip\\textbf{{{row[0]}}}\\par\n"
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell:
                yield f"{{\\leftskip=1em {head}: {cell}\\par}}\n"


def _width(cell: str) -> float:
    """The width of a cell of text and mathematics in em."""
    mathematics = sum(map(width_of, _MATH.findall(cell)))
    text = _COMMAND.sub("x", _MATH.sub("", cell))
    return mathematics + 0.56 * len(text)


def _longest(cell: str) -> float:
    return max(map(_width, re.split(r"\s+(?![^$]*\$(?:[^$]*\$[^$]*\$)*[^$]*$)", cell)), default=0.0)
