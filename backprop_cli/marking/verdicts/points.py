"""Points: what each quantity is worth, and what part of it an answer earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from backprop_cli.config import INVALID, Checker, Document, with_defaults
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.marking.reading import Keys, UnknownKey
from backprop_cli.marking.sheet import Entry
from backprop_cli.marking.verdicts.tolerance import DEFAULTS, Precision
from backprop_cli.marking.verdicts.verdict import CORRECT, FOLLOWS, Verdict


@dataclass(frozen=True, slots=True)
class Grading:
    """Points by quantity or kind of quantity (1 where nothing is said), and part credits.

    `once`: a mistake that is made in several lines of a kind costs only the first of them.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    follow_through: float = float(DEFAULTS["follow_through"])
    too_few_digits: float = float(DEFAULTS["too_few_digits"])
    precision: Precision = field(default_factory=Precision)
    once: bool = bool(DEFAULTS["repeated"] == "once")

    def worth(self, entry: Entry) -> float:
        """What a right answer earns."""
        for name in (entry.key, entry.step.key, entry.step.kind):
            if name in self.points:
                return self.points[name]
        return 1.0

    def credit(self, verdict: Verdict, repeats: bool = False) -> float:
        """What an answer earns. One that repeats a mistake counts as following from it."""
        if verdict.status not in (CORRECT, FOLLOWS) and not repeats:
            return 0.0
        part = 1.0 if verdict.status == CORRECT else self.follow_through
        if verdict.few_digits:
            part = min(part, self.too_few_digits)
        return part * self.worth(verdict.entry)


def grading_of(document: Document, keys: Keys) -> Grading:
    """What [grading] of a config says. Raises `ConfigError` with all that is wrong."""
    checker = Checker(document)
    table = checker.table("grading", document.data.get("grading", {}), ("grading",))
    points = table.get("points", {})
    names = dict.fromkeys([*keys.written, *_kinds(keys)])
    for name in points if points is not INVALID else ():
        if name not in names and _meant(name, keys) is None:
            hint = partial(did_you_mean, name, names)
            checker.problem(("grading", "points", name), "there is no such quantity", hint)
    checker.finish()
    table = with_defaults("grading", table)
    rtol, atol = (None if key not in table else float(table[key]) for key in ("rtol", "atol"))
    return Grading(
        {_known(name, keys) or name: float(value) for name, value in points.items()},
        float(table["follow_through"]),
        float(table["too_few_digits"]),
        Precision(table["min_digits"], rtol, atol),
        table["repeated"] == "once",
    )


def with_weights(grading: Grading, weights: Sequence[str], keys: Keys) -> Grading:
    """The grading with points from the command line, such as ``w5_new=2`` or ``new=3``."""
    points = dict(grading.points)
    for said in weights:
        for part in said.split(","):
            name, _, number = part.partition("=")
            known = _known(name.strip(), keys)
            if known is None:
                what = f"--weights {part.strip()}: there is no such quantity"
                raise UsageError(what, did_you_mean(name, [*keys.written, *_kinds(keys)]))
            try:
                points[known] = float(number)
            except ValueError:
                points[known] = float("nan")
            if not 0 <= points[known] < float("inf"):
                what = f"--weights {part.strip()}: points are a number such as 2"
                raise UsageError(what, "write it as --weights new=2")
    return replace(grading, points=points)


def _kinds(keys: Keys) -> list[str]:
    return list(dict.fromkeys(entry.step.kind for entry in keys.sheet.entries))


def _known(name: str, keys: Keys) -> str | None:
    """The key or kind of quantity that a name means; None if there is none."""
    if name in _kinds(keys) or name in {entry.key for entry in keys.sheet.entries}:
        return name
    return _meant(name, keys)


def _meant(name: str, keys: Keys) -> str | None:
    """The key that is written as `name`, in one of the ways that keys are written."""
    try:
        return keys.address(name, {}).key
    except UnknownKey:
        return None
