"""From what a student handed in to answers: files, rows and cells, in whatever form they come.

Begin with `answers`, which puts the parts together: `files` and `rows` find the items, `keys` what
quantity is meant. `submissions` is the class. May import `sheet`, beside what its wing may.
"""

from backprop_cli.marking.reading.answers import (
    HAIR,
    HALF_UNIT,
    Answer,
    Number,
    located,
    number_of,
    read_answers,
)
from backprop_cli.marking.reading.keys import Keys, UnknownKey
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
    "Keys",
    "Number",
    "Submission",
    "UnknownKey",
    "defused",
    "file_names",
    "located",
    "number_of",
    "read_answers",
    "submissions_of",
]
