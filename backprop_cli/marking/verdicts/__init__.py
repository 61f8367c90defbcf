"""Is an answer right, right for the student's own numbers, wrong, or blank, and what does it earn?

Begin with `verdict`. `points` has the credits, `conventions` the other rules by which everything
may be right. May import `sheet` and `reading`, beside what its wing may.
"""

from backprop_cli.marking.verdicts.conventions import Convention, convention_of
from backprop_cli.marking.verdicts.points import Grading, grading_of, with_weights
from backprop_cli.marking.verdicts.verdict import (
    BLANK,
    CORRECT,
    FOLLOWS,
    WRONG,
    Marking,
    Precision,
    Verdict,
    hair,
    mark,
)

__all__ = [
    "BLANK",
    "CORRECT",
    "FOLLOWS",
    "WRONG",
    "Convention",
    "Grading",
    "Marking",
    "Precision",
    "Verdict",
    "convention_of",
    "grading_of",
    "hair",
    "mark",
    "with_weights",
]
