"""The students of a class, for whom something is made."""

from __future__ import annotations

from backprop_cli.config import CsvTable, Remark, read_text, separator_line
from backprop_cli.errors import FileError, Place
from backprop_cli.marking.reading.files import said_separator
from backprop_cli.marking.reading.students import identity
from backprop_cli.marking.reading.submissions import file_names


def roster(path: str, chosen: str | None, remark: Remark) -> list[str]:
    """The students of a CSV with a row for each, by the `chosen` column or id, e-mail or name.

    A table without such a heading has them in its first column, from the first row on. Raises
    `FileError` for two who could not be told apart, or would have the same file.
    """
    text = read_text(path, remark=remark)
    if (separator := separator_line(text)) is not None:
        remark(said_separator(path, separator))
    table = CsvTable(text, path)
    who = identity(table.header, chosen, table.place)
    rows = [row.cells for row in table.rows(longer=True, fewest=0)]
    if who.places:
        names = [who.of(cells) for cells in rows]
    else:
        names = [cells[0] for cells in (table.header, *rows)]
    found: dict[str, str] = {}
    for name in filter(None, names):
        file = file_names("")(name).casefold()
        if file in found:
            what = f"{found[file]} and {name} would be the same file"
            if found[file] == name:
                what = f"{name} stands twice"
            hint = "add a column with an id that is each student's own"
            raise FileError(f"{what} in the roster", Place(path), hint)
        found[file] = name
    if not found:
        raise FileError("there are no students here", Place(path))
    return list(found.values())
