"""Is an answer right, right for the student's own numbers, wrong, or blank, and what does it earn?

Begin with `verdict`. `points` has the credits, `conventions` the other rules by which everything
may be right. May import `sheet` and `reading`, beside what its wing may.
"""

from backprop_cli.marking.verdicts.conventions import (
    Agreement,
    Convention,
    Ids,
    agreement,
)
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
    "Agreement",
    "Convention",
    "Grading",
    "Ids",
    "Marking",
    "Precision",
    "Verdict",
    "agreement",
    "grading_of",
    "hair",
    "mark",
    "with_weights",
]
