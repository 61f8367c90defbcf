"""Arrays of somebody's own program: their numbers read, and bound to the quantities of a network.

`values` turns what other libraries keep into plain numbers, without importing any of them. `found`
goes through a namespace, `names` says what each name in it may mean: by the table `conventions`, in
the language of `words`, and by `spellings`. Begin with `names`, or with `conventions`, where a new
author goes. May import the wings from `errors` to `marking`; nothing below it imports it.
"""

from backprop_cli.arrays.values import Array, array_of, is_array

__all__ = ["Array", "array_of", "is_array"]
