"""The counts of all cases as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pupils.hand import HAND, NOISE
from pupils.judging import Case
from pupils.slips import KNOWN, TAUGHT
from pupils.student import CUTTING, FAULTLESS, SHEETS

SLIPPING = (KNOWN, TAUGHT, HAND)

# What is counted, of what, and among which students.
MEASURES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    *(
        (f"true name {grade}: {group}", f"true {grade}", "named", (group,))
        for group in SLIPPING
        for grade in ("certain", "certain or likely")
    ),
    ("certain names that are false", "false certain", "names certain", SLIPPING),
    ("likely names that are false", "false likely", "names likely", SLIPPING),
    ("noise named certain", "noise certain", "sheets", (NOISE,)),
    ("noise named likely", "noise likely", "sheets", (NOISE,)),
    ("first wrong line is one", "first wrong is one", "first wrong", (*SLIPPING, NOISE)),
    ("mistake called correct", "mistake called correct", "showing", (*SLIPPING, NOISE)),
    ("sheets with follow-through wrongly granted", "wrongly granted", "sheets",
     (*SLIPPING, NOISE)),
    ("sheets with follow-through refused", "refused", "sheets", (*SLIPPING, NOISE)),
    ("sheets with a sound line called wrong", "sound called wrong", "sheets",
     (*SLIPPING, NOISE)),
    ("the same, faultless, rounding on the way", "sound called wrong", "sheets", (FAULTLESS,)),
    ("the same, cutting off digits", "sound called wrong", "sheets", (CUTTING,)),
)  # fmt: skip


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
    for title, count, of, groups in MEASURES:
        cells = [
            _cell(*share((c for c in cases if c.group in groups and fits(c)), count, of))
            for _, fits in columns
        ]
        if any(cell != "–" for cell in cells):
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
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
        title: {
            name: share((c for c in cases if c.group in groups and fits(c)), count, of)
            for name, fits in _columns(cases)
        }
        for title, count, of, groups in MEASURES
    }
