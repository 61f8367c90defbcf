"""From what a student handed in to answers: files, rows and cells, in whatever form they come.

Begin with `answers`, which puts the parts together: `files` and `rows` find the items, `keys` what
quantity is meant, `numbers` what was typed. `submissions` is the class, and `students` who is in
it. May import `sheet`, beside what its wing may.
"""

from backprop_cli.marking.reading.answers import (
    Answer,
    Fault,
    Handed,
    faultless,
    located,
    read_answers,
    read_items,
)
from backprop_cli.marking.reading.class_table import points
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.reading.machine import is_long, type_of
from backprop_cli.marking.reading.matrices import is_matrix_key
from backprop_cli.marking.reading.numbers import (
    HAIR,
    HALF_UNIT,
    FloatType,
    NotANumber,
    Number,
    number_of,
)
from backprop_cli.marking.reading.roster import roster
from backprop_cli.marking.reading.rows import Item
from backprop_cli.marking.reading.submissions import (
    Class,
    Submission,
    defused,
    file_names,
    submissions_of,
    that_count,
)

__all__ = [
    "HAIR",
    "HALF_UNIT",
    "Answer",
    "Class",
    "Fault",
    "FloatType",
    "Handed",
    "Item",
    "Keys",
    "NotANumber",
    "Number",
    "Submission",
    "UnknownKey",
    "defused",
    "faultless",
    "file_names",
    "is_long",
    "is_matrix_key",
    "items_of",
    "located",
    "number_of",
    "points",
    "read_answers",
    "read_items",
    "roster",
    "submissions_of",
    "that_count",
    "type_of",
]
