"""Arrays of somebody's own program: read, bound to the quantities of a network, and checked.

`values` turns what other libraries keep into plain numbers, without importing any of them;
`algebra` says what the operators of matrix formulas are on numbers. Begin with `values`. May
import the wings from `errors` to `marking`; nothing below it imports it.
"""

from backprop_cli.arrays.values import Array, array_of, is_array

__all__ = ["Array", "algebra", "array_of", "is_array"]
