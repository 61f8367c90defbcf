"""Arrays of somebody's own program: read, bound to the quantities of a network, and checked.

`values` turns what other libraries keep into plain numbers, without importing any of them;
`building` makes a network of them; `names` says what their names may mean, `choosing` which way
they stand, `judging` whether they are right and `finding` which mistake makes a wrong one. Begin
with `checking`, which puts these together. May import the wings from `errors` to `marking`;
nothing below imports it.
"""

from backprop_cli.arrays.building import network
from backprop_cli.arrays.capture import Captured, capture
from backprop_cli.arrays.checking import Checked, checked
from backprop_cli.arrays.files import form_of, read_arrays
from backprop_cli.arrays.report import COLUMNS, Report
from backprop_cli.arrays.values import Array, array_of, is_array
from backprop_cli.arrays.written import sheet_of

__all__ = [
    "COLUMNS",
    "Array",
    "Captured",
    "Checked",
    "Report",
    "algebra",
    "array_of",
    "capture",
    "checked",
    "form_of",
    "is_array",
    "network",
    "numpy_algebra",
    "read_arrays",
    "sheet_of",
]
