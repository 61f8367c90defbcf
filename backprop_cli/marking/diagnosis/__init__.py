"""Which known mistake makes this wrong number?

Begin with `diagnose`; `candidates` says in which order mistakes are thought of, `workings` what
each makes of the sheet, and `mistakes` is the catalogue; `rules` has what is no mistake but the
convention of another book. May import `sheet`, `reading` and
`verdicts`, beside what its wing may.
"""

from backprop_cli.marking.diagnosis.diagnose import Diagnosis, all_ids, words
from backprop_cli.marking.diagnosis.workings import Finding

__all__ = [
    "Diagnosis",
    "Finding",
    "all_ids",
    "mistakes",
    "words",
]
