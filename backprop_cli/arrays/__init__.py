"""Arrays of somebody's own program: their numbers read, and bound to the quantities of a network.

`values` turns what other libraries keep into plain numbers, without importing any of them;
`building` makes a network of them, and `orientation` tells which way they lie. Begin with `values`.
May import the wings from `errors` to `marking`; nothing below imports it.
"""

from backprop_cli.arrays.building import network
from backprop_cli.arrays.capture import Captured, capture
from backprop_cli.arrays.values import Array, array_of, is_array

__all__ = ["Array", "Captured", "array_of", "capture", "is_array", "network"]
