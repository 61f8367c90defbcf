"""The counts of all cases as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pupils.hand import HAND, NOISE
from pupils.judging import Case
from pupils.slips import KNOWN, TAUGHT
from pupils.student import CUTTING, FAULTLESS, SHEETS

SLIPPING = (KNOWN, TAUGHT, HAND)
WRONG = (*SLIPPING, NOISE)


class Measure(NamedTuple):
    """What is counted, of what, and among which students; by `rounding` whether they go on with
    the rounded numbers."""

    title: str
    count: str
    of: str
    groups: tuple[str, ...]
    rounding: bool | None = None

    def among(self, cases: Iterable[Case]) -> Iterator[Case]:
        """The cases of these students."""
        for case in cases:
            if case.group in self.groups and self.rounding in (None, case.rounding):
                yield case


MEASURES = tuple(Measure(*row) for row in (
    *(
        (f"true name {grade}: {group}", f"true {grade}", "named", (group,))
        for group in SLIPPING
        for grade in ("certain", "certain or likely")
    ),
    ("certain names that are false", "false certain", "names certain", SLIPPING),
    ("likely names that are false", "false likely", "names likely", SLIPPING),
    ("noise named certain", "noise certain", "sheets", (NOISE,)),
    ("noise named likely", "noise likely", "sheets", (NOISE,)),
    ("first wrong line is one", "first wrong is one", "first wrong", WRONG),
    ("mistake called correct", "mistake called correct", "showing", WRONG),
    ("follow-through wrongly granted", "wrongly granted", "sheets", WRONG),
    ("follow-through refused, all digits carried", "refused", "sheets", WRONG, False),
    ("follow-through refused, rounded carried", "refused", "sheets", WRONG, True),
    ("sound line called wrong, all digits carried", "sound called wrong", "sheets", WRONG, False),
    ("sound line called wrong, rounded carried", "sound called wrong", "sheets", WRONG, True),
    ("sound line called wrong, faultless", "sound called wrong", "sheets", (FAULTLESS,)),
    ("sound line called wrong, digits cut off", "sound called wrong", "sheets", (CUTTING,)),
))  # fmt: skip


def share(cases: Iterable[Case], count: str, of: str) -> tuple[int, int]:
    """How many there are of `count`, and of what they are a part; a sheet counts once."""
    per_sheet = of in ("sheets", "showing", "named", "first wrong")
    part = whole = 0
    for case in cases:
        part += min(1, case.counts[count]) if per_sheet else case.counts[count]
        whole += min(1, case.counts[of]) if per_sheet else case.counts[of]
    return part, whole


def _cell(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % of {whole}" if whole else "–"


def _columns(cases: Sequence[Case]) -> list[tuple[str, Callable[[Case], bool]]]:
    digits = sorted({case.digits for case in cases})
    return [
        (f"{sheet}, {number}", lambda case, s=sheet, n=number: (case.sheet, case.digits) == (s, n))
        for sheet in SHEETS
        for number in digits
    ]


def table(cases: Sequence[Case]) -> str:
    """A row for each measure, a column for each kind of sheet and number of digits."""
    columns = _columns(cases)
    lines = ["| | " + " | ".join(name for name, _ in columns) + " |"]
    lines.append("| :-- |" + " --: |" * len(columns))
    for measure in MEASURES:
        cells = [
            _cell(*share(filter(fits, measure.among(cases)), measure.count, measure.of))
            for _, fits in columns
        ]
        if any(cell != "–" for cell in cells):
            lines.append(f"| {measure.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def kinds_table(cases: Sequence[Case]) -> str:
    """A row for each kind of slip: how often its true name was told, of all sheets."""
    lines = ["| slip | sheets where it shows | certain | certain or likely |"]
    lines.append("| :-- | --: | --: | --: |")
    names = sorted({c.truth.split()[0] for c in cases if c.group in SLIPPING})
    for name in names:
        own = [case for case in cases if case.truth.split()[0] == name]
        counts = sum((case.counts for case in own), Counter[str]())
        certain, either = counts["true certain"], counts["true certain or likely"]
        lines.append(f"| `{name}` | {counts['named']} | {certain} | {either} |")
    return "\n".join(lines) + "\n"


def as_data(cases: Sequence[Case]) -> dict[str, Any]:
    """The same as numbers: measure, column, how many of how many."""
    return {
        measure.title: {
            name: share(filter(fits, measure.among(cases)), measure.count, measure.of)
            for name, fits in _columns(cases)
        }
        for measure in MEASURES
    }
