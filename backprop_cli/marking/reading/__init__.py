"""From what a student handed in to answers: files, rows and cells, in whatever form they come.

Begin with `answers`, which puts the parts together: `files` and `rows` find the items, `keys` what
quantity is meant. `submissions` is the class. May import `sheet`, beside what its wing may.
"""

from backprop_cli.marking.reading.answers import (
    Answer,
    Fault,
    Handed,
    faultless,
    located,
    read_answers,
)
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.reading.numbers import HAIR, HALF_UNIT, Number
from backprop_cli.marking.reading.submissions import (
    STUDENT_COLUMNS,
    Submission,
    defused,
    file_names,
    submissions_of,
)

__all__ = [
    "HAIR",
    "HALF_UNIT",
    "STUDENT_COLUMNS",
    "Answer",
    "Fault",
    "Handed",
    "Keys",
    "Number",
    "Submission",
    "UnknownKey",
    "defused",
    "faultless",
    "file_names",
    "located",
    "read_answers",
    "submissions_of",
]
