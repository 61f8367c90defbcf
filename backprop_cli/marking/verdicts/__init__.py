"""Is an answer right, right for the student's own numbers, wrong, or blank, and what does it earn?

Begin with `verdict`; `tolerance` says how near is near enough, `habits` how a student rounds.
`points` has the credits, `conventions` the other rules by which everything
may be right. May import `sheet` and `reading`, beside what its wing may.
"""

from backprop_cli.marking.verdicts.conventions import (
    Agreement,
    Convention,
    Ids,
    agreement,
)
from backprop_cli.marking.verdicts.points import Grading, grading_of, with_weights
from backprop_cli.marking.verdicts.tolerance import Paper, Precision, hair
from backprop_cli.marking.verdicts.verdict import (
    BLANK,
    CORRECT,
    FOLLOWS,
    WRONG,
    Marking,
    Verdict,
    is_bare,
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
    "Paper",
    "Precision",
    "Verdict",
    "agreement",
    "grading_of",
    "hair",
    "is_bare",
    "mark",
    "with_weights",
]
