"""The catalogue of known mistakes, in the textbook's order: each one row, one wrong formula."""

from importlib import import_module

from backprop_cli.marking.mistakes.catalogue import CATALOGUE, Book, Mistake

__all__ = ["CATALOGUE", "Book", "Mistake"]

for part in ("forward", "backward", "gradients", "update"):  # the order of the catalogue
    import_module(f"{__name__}.{part}")
