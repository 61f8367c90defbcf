"""CSV with a header row: one reader for data, answers, class tables and rosters."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.config.document import MAX_BYTES
from backprop_cli.errors import ConfigError, Place, Problem

SEPARATORS = ",;\t"
_NO_MORE = re.compile(rf"[{SEPARATORS}\s]+")
"""What a row consists of that is blank."""


_SAYS_SEPARATOR = re.compile(r'\s*"?sep=([^\w\s"]|\t)"?[,;\t]*[ \t]*(?:\r\n?|\n|$)', re.IGNORECASE)


def separator_line(text: str) -> str | None:
    """The separator that a first line such as `sep=;` says, as spreadsheets write it; or None."""
    found = _SAYS_SEPARATOR.match(text)
    return found[1] if found else None


class Row(NamedTuple):
    """The cells of a row, without the blanks around them, and where the row ends.

    `problem`: it has more cells than the header.
    """

    cells: list[str]
    place: Place
    problem: Problem | None = None


class CsvTable:
    """The header of a CSV text, where it stands, and the rows below it.

    The separator is that of `separators` which the header has most of, unless a line above says
    it (`separator_line`). With `strict`, quotes in
    the wrong place are refused. The header is the first row that is not blank; raises
    `ConfigError` if there is none.
    """

    def __init__(
        self, text: str, file: str, *, separators: str = SEPARATORS, strict: bool = False
    ) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))  # a long cell is no bad file
        self._file, self._lines = file, io.StringIO(text, newline="").readlines()
        said = separator_line(text)
        if said is not None:
            at = next(at for at, line in enumerate(self._lines) if line.strip())
            self._lines[at] = "\n"
        first = next((line for line in self._lines if _NO_MORE.sub("", line)), "")
        self.separator = said or max(separators, key=first.count)
        self._reader = csv.reader(
            self._lines, delimiter=self.separator, skipinitialspace=True, strict=strict
        )
        header = next(self._filled(), None)
        if header is None:
            raise ConfigError(Problem("the file is empty", Place(file, 1)))
        self.header, self.place, _ = header

    def rows(self, *, shorter: bool = True, longer: bool = False, fewest: int = 1) -> Iterator[Row]:
        """The rows that are not blank, once, each with as many cells as the header.

        Where a row may be `shorter`, empty cells are added; where it may be `longer`, empty cells
        beyond the header are left out, and others too, which is the row's `problem`. Raises
        `ConfigError` for a row that may not, for fewer than the `fewest`, and for what is no CSV.
        """
        count, left = len(self.header), fewest
        for cells, place, _ in self._filled():
            left -= 1
            beyond, short = cells[count:], count - len(cells)
            if (beyond and not longer) or (short > 0 and not shorter):
                raise ConfigError(self._misfit(len(cells), place))
            problem = self._misfit(len(cells), place) if any(beyond) else None
            yield Row(cells[:count] + [""] * short, place, problem)
        if left > 0:
            raise ConfigError(Problem("there are no rows below the header", self.place))

    def _misfit(self, cells: int, place: Place) -> Problem:
        """What is said of a row with so many cells."""
        what = f"the row has {cells} cells, but the header {len(self.header)}"
        commas = cells > len(self.header) and self.separator == ","
        return Problem(
            what, place, "a number with a decimal comma takes quotes" if commas else None
        )

    def _filled(self) -> Iterator[Row]:
        """What is left of the rows that have something in them."""
        try:
            for cells in self._reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    line = self._reader.line_num
                    source = self._lines[line - 1].rstrip("\r\n")
                    yield Row(stripped, Place(self._file, line, "", source))
        except csv.Error as error:
            place = Place(self._file, self._reader.line_num)
            raise ConfigError(Problem(f"not CSV: {error}", place)) from None
