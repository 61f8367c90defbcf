"""The catalogue of known mistakes, in the textbook's order: each one row, one wrong formula.

A mistake is a function that edits the formula of a step: `forward`, `backward`, `gradients` and
`update` have them by stage, `sums`, `functions` and `optimizers` those of one kind of formula, and
`slips` what comes from the hand and not from a formula; `misread` says which numbers may be taken
for a given one. Begin with `catalogue`, which says what a mistake is. May import `engine`,
`formulas` and `reading`.
"""

from importlib import import_module

from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    CATALOGUE,
    Book,
    Mistake,
    Whole,
    substituted,
)

__all__ = ["CATALOGUE", "Book", "Mistake", "Whole", "misread", "slips", "substituted"]

PARTS = ("forward", "sums", "functions", "backward", "gradients", "update", "optimizers")
for part in PARTS:  # the order of the catalogue
    import_module(f"{__name__}.{part}")
