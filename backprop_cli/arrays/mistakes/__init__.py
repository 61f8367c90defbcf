"""Mistakes that are made with whole arrays, each one function that edits the formula of a layer.

`sums` has those of axes, sums and means, `shapes` those of which way round a matrix stands, and
`places` what was taken from another place than it should be. Begin with `catalogue`, which says
what such a mistake is. May import what `arrays` may.
"""

from importlib import import_module

from backprop_cli.arrays.mistakes.catalogue import ARRAY_MISTAKES, ArrayMistake, Site

__all__ = ["ARRAY_MISTAKES", "ArrayMistake", "Site"]

for part in ("sums", "shapes", "places"):  # the likelier ones first
    import_module(f"{__name__}.{part}")
