"""The lines that answers are marked against, each of which can be worked with other numbers.

Begin with `sheet`; `making` works the epochs that are on it. `paper` is rounding as a person does
it, for floats; `scaled` writes lines as multiples of what they are. May import `engine` and
`formulas`.
"""

from backprop_cli.marking.sheet.making import MOST_EPOCHS, MOST_LATE, sheet_of
from backprop_cli.marking.sheet.scaled import Scale, scaled
from backprop_cli.marking.sheet.sheet import Before, Entry, Reading, Sheet, Way, partials

__all__ = [
    "MOST_EPOCHS",
    "MOST_LATE",
    "Before",
    "Entry",
    "Reading",
    "Scale",
    "Sheet",
    "Way",
    "partials",
    "scaled",
    "sheet_of",
]
