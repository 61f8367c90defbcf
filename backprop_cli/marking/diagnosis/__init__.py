"""Which known mistake makes this wrong number?

Begin with `diagnose`. `case` is a wrong answer, `candidates` says in which order mistakes are
thought of, `workings` what each makes of the sheet, `evidence` what a fit is worth, and `mistakes`
is the catalogue; `rules` has what is no mistake but the convention of another book. May import
`sheet`, `reading` and `verdicts`, beside what its wing may.
"""

from backprop_cli.marking.diagnosis.diagnose import TOO_MANY, Diagnosis, all_ids, words
from backprop_cli.marking.diagnosis.evidence import Explanation
from backprop_cli.marking.diagnosis.workings import Finding

__all__ = [
    "TOO_MANY",
    "Diagnosis",
    "Explanation",
    "Finding",
    "all_ids",
    "mistakes",
    "words",
]
