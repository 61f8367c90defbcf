"""What a check found, in words, as a table, as data, and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from html import escape
from math import inf
from typing import Any, NamedTuple

from backprop_cli.arrays.checking import Checked
from backprop_cli.arrays.facts import Finding
from backprop_cli.arrays.judging import CORRECT, FOLLOWS, WRONG
from backprop_cli.arrays.messages import Message, formulas, listed, message
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.engine import PER_SAMPLE, Network
from backprop_cli.show.document import Block, Document, Paragraph, Points, Records, Verbatim
from backprop_cli.show.folding import HANG, folded
from backprop_cli.show.formats import write
from backprop_cli.show.formats.records import records_text

COLUMNS = ("array", "quantity", "shape", "verdict", "remark")
WIDTH = 88
"""Columns of the report as text, which is written where no width is known."""


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
            shown = None if as_in or finding is None else finding
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
        """Where to look first, and how many arrays there are of each status."""
        count = len(self.lines)
        if self.ok:
            return "The array is correct." if count == 1 else f"All {count} arrays are correct."
        first = next((line for line in self.lines if line.status == WRONG), None)
        look = f"Look at {first.name} first: {_remark(first).rstrip('.')}. " if first else ""
        parts = [f"{self.count(CORRECT)} correct"]
        if follows := self.count(FOLLOWS):
            parts.append(f"{follows} following from a wrong one")
        parts.append(f"{self.count(WRONG)} wrong")
        return f"{look}{count} array{'s' if count > 1 else ''}: {', '.join(parts)}."

    def messages(self) -> Iterator[Message]:
        """What is said of each wrong array; of a mistake, once."""
        together = {line.name: [line.name] for line in self.lines if line.status == WRONG}
        for line in self.lines:
            if line.as_in is not None:
                together[line.as_in].append(line.name)
                del together[line.name]
        judged = {one.item.name: one for one in self._checked.judged}
        for line in self.lines:
            if line.name in together:
                first = "First wrong: " if line.name == self.first_wrong else "Wrong: "
                head = f"{first}{listed(together[line.name])} ({line.symbol})"
                yield message(self._checked, head, judged[line.name])

    def read_as(self) -> Iterator[str]:
        """How the arrays were read, as far as they show it: whose names, which way round, signs."""
        checked = self._checked
        reading, convention = checked.reading, checked.named.convention
        names = [checked.program.names[one.key] for one in checked.judged]
        samples = len(checked.samples)
        if convention is not None:
            yield f"names of {convention.title}"
        if samples > 1 and any(name.kind in PER_SAMPLE for name in names):
            yield f"a {'row' if reading.rows else 'column'} for each of {samples} samples"
        elif samples < len(checked.network.samples):
            yield f"sample {checked.samples[0]} alone"
        if any(name.part == "W" for name in names):
            way = "sending" if reading.by_sender else "receiving"
            yield f"a row of weights for each {way} unit"
        if checked.turned:
            yield f"{checked.turned} of the network the other way round than network() guessed"
        yield from self._signs({name.kind for name in names})
        relative, absolute = checked.tolerance
        if absolute is None:
            yield f"compared to {relative:g} of the largest term"
        else:
            yield f"compared to {absolute:g} and {relative:g} of each entry"

    def _signs(self, kinds: set[str]) -> Iterator[str]:
        """What the reading says of deltas and gradients, where there are any."""
        reading = self._checked.reading
        if not kinds & {"dE_dout", "delta", "gradient"}:
            return
        if reading.descent:
            yield "deltas of descent, −∂E/∂net" + (", and gradients too" if reading.rising else "")
        if len(self._checked.samples) > 1 and (reading.mean_at == "delta" or "gradient" in kinds):
            yield {
                "gradient": "gradients are means over the samples",
                "delta": "deltas and gradients have the 1/m of the mean",
                "update": "gradients are sums over the samples, and the update divides",
                "never": "gradients are sums over the samples",
            }[reading.mean_at]

    def notes(self) -> Iterator[str]:
        """How the arrays were read, which were left out, and what to think of if none is right."""
        if len(self.lines) > 1 and not self.count(CORRECT):
            yield (
                "Not one is correct: is this the network of the program, with the weights and "
                "samples that it begins with?"
            )
        yield "Read as: " + "; ".join(self.read_as()) + "."
        if self.left_out:
            listed = "; ".join(f"{name} ({reason})" for name, reason in self.left_out.items())
            yield f"Left out: {listed}."

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
            "arrays": [self._as_data(line) for line in self.lines],
        }

    def _as_data(self, line: ReportLine) -> dict[str, Any]:
        found, said = line.finding, None
        if found is not None:
            effect, right = formulas(self._checked, found)
            said = {
                "mistake": found.mistake,
                "done": found.done,
                "why": found.why,
                "at": found.at,
                "in_effect": effect,
                "right": right,
            }
        return {
            "array": line.name,
            "quantity": line.key,
            "symbol": line.symbol,
            "shape": list(line.shape),
            "verdict": line.status,
            "finding": said,
            "as_in": line.as_in,
        }

    def __str__(self) -> str:
        return self.as_text(WIDTH)

    def as_text(self, width: int, table: bool = True) -> str:
        """The report, folded to a width: what to do, what is wrong, every array, the notes."""
        parts = [folded(self.summary(), width)]
        for one in self.messages():
            said, numbers = one.in_width(width - HANG)
            lines = [line for text in said for line in folded(f"  {text}", width, 0)]
            parts.append([*folded(one.head, width), *lines, *(f"  {line}" for line in numbers)])
        if table:
            parts.append(records_text("plain", COLUMNS, self.records()).splitlines())
        parts.append([line for note in self.notes() for line in folded(note, width)])
        return "\n".join("\n".join([*part, ""]) for part in parts).removesuffix("\n")

    def as_markdown(self) -> str:
        """The report for a page: numbers stand in blocks of code."""
        return "".join(write("markdown", Document(self.blocks(), self.network)))

    @property
    def network(self) -> Network:
        """The network that the arrays were held against."""
        return self._checked.network

    def blocks(self) -> Iterator[Block]:
        """The report for a page, as blocks of a document."""
        yield Paragraph(self.summary())
        yield Records(COLUMNS, self.records())
        for one in self.messages():
            said, numbers = one.in_width(inf)
            yield Points(tuple(said), one.head)
            if numbers:
                yield Verbatim(tuple(numbers))
        yield from map(Paragraph, self.notes())

    def __repr__(self) -> str:
        return f"<Report: {self.summary()}>"

    def _repr_html_(self) -> str:
        left = ' style="text-align: left"'  # a notebook sets cells of a table to the right
        cells = ["".join(f"<th{left}>{name}</th>" for name in COLUMNS)]
        cells += [
            "".join(f"<td{left}>{escape(cell)}</td>" for cell in row) for row in self.records()
        ]
        rows = "".join(f"<tr>{row}</tr>" for row in cells)
        parts = [f"<p>{escape(self.summary())}</p>"]
        for one in self.messages():
            said, numbers = one.in_width(inf)
            text = "<br>".join([f"<b>{escape(one.head)}</b>", *map(escape, said)])
            parts.append(f"<p>{text}</p>")
            if numbers:
                parts.append(f"<pre>{escape(chr(10).join(numbers))}</pre>")
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes())
        return f"{''.join(parts)}<table>{rows}</table>{notes}"


def _remark(line: ReportLine) -> str:
    if line.as_in is not None:
        return f"as in {line.as_in}"
    if line.finding is not None:
        return line.finding.mistake or line.finding.done
    return "no known mistake makes it" if line.status == WRONG else ""
