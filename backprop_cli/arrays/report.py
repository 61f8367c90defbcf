"""What a check found, in words, as a table, as data, and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

from backprop_cli.arrays.checking import Checked
from backprop_cli.arrays.facts import Finding
from backprop_cli.arrays.judging import CORRECT, FOLLOWS, WRONG, Judged
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.show import Format
from backprop_cli.show.formats.records import records_text

COLUMNS = ("array", "quantity", "shape", "verdict", "remark")
MOST_NUMBERS = 12
"""Entries of a matrix that is shown in a message whole."""


class ReportLine(NamedTuple):
    """One array: its name in the program, the key and the symbol of what it is, its shape there.

    `finding` is what is known of a wrong one; of an array with the same mistake as one before,
    that is told there, under the name `as_in`.
    """

    name: str
    key: str
    symbol: str
    shape: tuple[int, ...]
    status: str
    finding: Finding | None
    as_in: str | None


class Report:
    """The verdicts on the arrays of a program. `str()` is the report as text."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self.left_out = dict(checked.left_out)

    @cached_property
    def lines(self) -> tuple[ReportLine, ...]:
        """A line for each array, in the order of the textbook."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[ReportLine]:
        told: dict[str, str] = {}
        for one in self._checked.judged:
            finding = self._checked.findings.get(one.item.name)
            as_in = told.get(finding.mistake) if finding and finding.mistake else None
            if finding is not None:
                told.setdefault(finding.mistake, one.item.name)
            symbol = self._checked.program.names[one.key].symbol
            shown = None if as_in else finding
            yield ReportLine(
                one.item.name, one.key, symbol, one.item.array.shape, one.status, shown, as_in
            )

    @property
    def ok(self) -> bool:
        """Whether every array is right."""
        return all(line.status == CORRECT for line in self.lines)

    @property
    def first_wrong(self) -> str | None:
        """The name of the first array that is wrong, and does not only follow from another."""
        return next((line.name for line in self.lines if line.status == WRONG), None)

    @property
    def score(self) -> float:
        """The share of arrays that are right or follow from those before, from 0 to 1."""
        return sum(line.status != WRONG for line in self.lines) / len(self.lines)

    def count(self, status: str) -> int:
        """How many arrays there are of a status."""
        return sum(line.status == status for line in self.lines)

    # In words.

    def summary(self) -> str:
        """One sentence on all."""
        count = len(self.lines)
        if self.ok:
            return "The array is correct." if count == 1 else f"All {count} arrays are correct."
        parts = [f"{self.count(CORRECT)} correct"]
        if follows := self.count(FOLLOWS):
            parts.append(f"{follows} following from a wrong one")
        parts.append(f"{self.count(WRONG)} wrong")
        return f"{count} array{'s' if count > 1 else ''}: {', '.join(parts)}."

    def messages(self) -> Iterator[tuple[str, ...]]:
        """Of each wrong array a head and what is known of it; of a mistake, once."""
        together = {line.name: [line.name] for line in self.lines if line.status == WRONG}
        for line in self.lines:
            if line.as_in is not None:
                together[line.as_in].append(line.name)
                del together[line.name]
        judged = {one.item.name: one for one in self._checked.judged}
        for line in self.lines:
            if line.name in together:
                first = "First wrong: " if line.name == self.first_wrong else "Wrong: "
                head = f"{first}{_listed(together[line.name])} ({line.symbol})"
                yield (head, *self._about(line, judged[line.name]))

    def _about(self, line: ReportLine, one: Judged) -> Iterator[str]:
        finding = line.finding
        if finding is None:
            yield "No known mistake makes it."
        else:
            id_ = f"{finding.mistake}: " if finding.mistake else ""
            yield " ".join(filter(None, [f"{id_}{finding.done}", finding.why]))
            if finding.at != one.key:
                symbol = self._checked.program.names[finding.at].symbol
                yield f"It was made in {symbol}, which is not among the arrays."
        yield from self._numbers(line, one)

    def _numbers(self, line: ReportLine, one: Judged) -> Iterator[str]:
        """Shapes where these differ; else the numbers, of a large array the worst one."""
        program = self._checked.program
        if not one.fits:
            reading, name = self._checked.reading, program.names[one.key]
            rows, columns = program.shape(one.key)
            wanted = (columns, rows) if reading.flipped(name) else (rows, columns)
            yield f"Its shape is {shape_text(line.shape)}, and it should be {shape_text(wanted)}."
            return
        if one.expected is None or program.algebra.shape(one.expected) != program.shape(one.key):
            return
        mine, right = program.algebra.rows(one.value), program.algebra.rows(one.expected)
        form = Format(6)
        if sum(map(len, mine)) <= MOST_NUMBERS:
            yield f"Yours:  {_matrix(mine, form)}"
            yield f"Right:  {_matrix(right, form)}"
            return
        apart, row, column = max(
            (abs(a - b) if a == a else float("inf"), i, j)
            for i, (one_row, other) in enumerate(zip(mine, right, strict=True))
            for j, (a, b) in enumerate(zip(one_row, other, strict=True))
        )
        del apart
        at = (
            (column, row)
            if self._checked.reading.flipped(program.names[one.key])
            else (row, column)
        )
        numbers = f"{form(mine[row][column])} in place of {form(right[row][column])}"
        yield f"Farthest off is the entry [{at[0]}, {at[1]}]: {numbers}."

    def read_as(self) -> Iterator[str]:
        """How the arrays were read: whose names, which way round, what else the reading says."""
        checked = self._checked
        reading, convention = checked.reading, checked.named.convention
        if convention is not None:
            yield f"names as of {convention.title}"
        samples = len(checked.samples)
        if samples > 1:
            yield f"a {'row' if reading.rows else 'column'} for each of {samples} samples"
        elif len(checked.network.samples) > 1:
            yield f"sample {checked.samples[0]} alone"
        yield f"a row of weights for each {'sending' if reading.by_sender else 'receiving'} unit"
        if checked.turned:
            yield f"{checked.turned} of the network the other way round than network() guessed"
        if reading.descent:
            yield "deltas of descent, −∂E/∂net" + (", and gradients too" if reading.rising else "")
        if samples > 1:
            yield {
                "gradient": "gradients are means over the samples",
                "delta": "deltas and gradients have the 1/m of the mean",
                "update": "gradients are sums over the samples, and the update divides",
                "never": "gradients are sums over the samples",
            }[reading.mean_at]
        relative = checked.tolerance.relative
        yield f"compared to {relative:g} of the largest term"

    def paragraphs(self) -> Iterator[tuple[str, ...]]:
        """The report, a head and its lines at a time."""
        yield (self.summary(),)
        yield from self.messages()
        yield ("Read as: " + "; ".join(self.read_as()) + ".",)
        if self.left_out:
            listed = "; ".join(f"{name} ({reason})" for name, reason in self.left_out.items())
            yield (f"Left out: {listed}.",)

    def records(self) -> list[tuple[str, ...]]:
        """A row for each array, under `COLUMNS`."""
        return [
            (line.name, line.symbol, shape_text(line.shape), line.status, _remark(line))
            for line in self.lines
        ]

    def document(self) -> dict[str, Any]:
        """The report as data for JSON."""
        return {
            "schema": "backprop/check/1",
            "ok": self.ok,
            "score": self.score,
            "first_wrong": self.first_wrong,
            "read_as": list(self.read_as()),
            "left_out": self.left_out,
            "arrays": [_as_data(line) for line in self.lines],
        }

    def __str__(self) -> str:
        table = records_text("plain", COLUMNS, self.records())
        parts = ["\n  ".join(paragraph) for paragraph in self.paragraphs()]
        return "\n".join([parts[0], "", table, *parts[1:]])

    def __repr__(self) -> str:
        return f"<Report: {self.summary()}>"

    def _repr_html_(self) -> str:
        cells = ["".join(f"<th>{name}</th>" for name in COLUMNS)]
        cells += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self.records()]
        rows = "".join(f"<tr>{row}</tr>" for row in cells)
        said = [f"<p>{'<br>'.join(map(escape, part))}</p>" for part in self.paragraphs()]
        return f"{said[0]}<table>{rows}</table>{''.join(said[1:])}"


def _remark(line: ReportLine) -> str:
    if line.as_in is not None:
        return f"as in {line.as_in}"
    if line.finding is not None:
        return line.finding.mistake or line.finding.done
    return "no known mistake makes it" if line.status == WRONG else ""


def _as_data(line: ReportLine) -> dict[str, Any]:
    found = line.finding
    said = {"mistake": found.mistake, "done": found.done, "why": found.why} if found else None
    return {
        "array": line.name,
        "quantity": line.key,
        "symbol": line.symbol,
        "shape": list(line.shape),
        "verdict": line.status,
        "finding": said,
        "as_in": line.as_in,
    }


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _matrix(rows: Sequence[Sequence[float]], form: Format) -> str:
    return f"[{', '.join('[' + ', '.join(form(x) for x in row) + ']' for row in rows)}]"
