"""Conventions: another rule, as in another book, by which all answers are right.

A book may have δ of the other sign, thresholds, an error without the half. Whoever works by such
a rule makes no mistake; a line of the config can say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backprop_cli.engine import Network
from backprop_cli.marking.reading import HALF_UNIT, Answer
from backprop_cli.marking.sheet import Sheet
from backprop_cli.marking.verdicts.verdict import (
    BLANK,
    CORRECT,
    WRONG,
    Marking,
    Verdict,
    mark,
)

MISTAKES_ONLY = ("updated-weights",)
"""Ids of rules that a config can ask for, but that are no convention of a book."""

NEAR = 0.01
"""Relative: a rule that is farther than this from the first wrong answer is not tried."""


@dataclass(frozen=True, slots=True)
class Convention:
    """The id of the catalogue, the line of a config that says so, and the marking by that rule."""

    id: str
    config: str
    marking: Marking


def config_line(old: Network, new: Network) -> str:
    """The line of a config that makes the second network of the first."""
    if new.descent != old.descent:
        return f'convention.delta = "{"descent" if new.descent else "gradient"}"'
    if new.thresholds != old.thresholds:
        return f'convention.bias = "{"subtracted" if new.thresholds else "added"}"'
    if new.error_name != old.error_name:
        return f'error = "{new.error_name}"'
    if new.reduction != old.reduction:
        return f'reduction = "{new.reduction}"'
    return f"train_biases = {str(new.train_biases).lower()}"


def convention_of(
    marking: Marking, answers: Sequence[Answer], rules: Mapping[str, Sheet]
) -> Convention | None:
    """The convention by which all answers are right, if there is one.

    Two answers at least must differ from the truth, or one that later lines do not follow: a lone
    number may as well be a mistake. `rules` are the sheets of the networks with another rule, by
    the ids of the catalogue.
    """
    differing = [v for v in marking.verdicts if v.status not in (CORRECT, BLANK)]
    wrong = marking.with_status(WRONG)
    if not wrong or (len(differing) < 2 and not _is_taken_back(wrong[0], marking)):
        return None
    for id_, sheet in rules.items():
        if id_ in MISTAKES_ONLY or any(answer.address not in sheet.at for answer in answers):
            continue
        first = wrong[0]
        other = sheet.truths[sheet.at[first.answer.address].slot]
        reach = HALF_UNIT * first.number.unit + 2 * first.tolerance + NEAR * abs(other)
        if abs(first.number.value - other) > reach:
            continue
        anew = mark(sheet, answers, marking.paper.precision)
        if all(verdict.status in (CORRECT, BLANK) for verdict in anew.verdicts):
            return Convention(id_, config_line(marking.sheet.network, sheet.network), anew)
    return None


def _is_taken_back(wrong: Verdict, marking: Marking) -> bool:
    """Whether an answer that is worked from a wrong one is right all the same."""
    return any(wrong.entry.slot in v.entry.operands for v in marking.with_status(CORRECT))
