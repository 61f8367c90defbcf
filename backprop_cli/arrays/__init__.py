"""Arrays of somebody's own program: their numbers read, and bound to the quantities of a network.

`values` turns what other libraries keep into plain numbers, without importing any of them. Begin
with `values`. May import the wings from `errors` to `marking`; nothing below it imports it.
"""

from backprop_cli.arrays.values import Array, array_of, is_array

__all__ = ["Array", "array_of", "is_array"]
