"""Arrays of somebody's own program: read, bound to the quantities of a network, and checked.

`naming` says what the names of arrays may mean, `choosing` which way they stand, `judging` whether
they are right and `finding` which mistake makes a wrong one: one of `mistakes`, or, by `lifting`,
one of the catalogue's. `making` makes a network of arrays, and `capturing` one of a model of
PyTorch. Begin with `checking`, which puts these together. May import the wings from `errors` to
`marking`; nothing below imports it.
"""

from backprop_cli.arrays.capturing import Captured, capture
from backprop_cli.arrays.checking import Checked, checked
from backprop_cli.arrays.files import form_of, read_arrays
from backprop_cli.arrays.making import network
from backprop_cli.arrays.report import COLUMNS, Report
from backprop_cli.arrays.working.values import Array, array_of, is_array
from backprop_cli.arrays.written import sheet_of

__all__ = [
    "COLUMNS",
    "Array",
    "Captured",
    "Checked",
    "Report",
    "array_of",
    "capture",
    "checked",
    "form_of",
    "is_array",
    "network",
    "read_arrays",
    "sheet_of",
]
