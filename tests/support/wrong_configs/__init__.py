"""Configs that are wrong, each in its own way, and how each of them is refused.

A case is the text of the config, and then, for every problem that is told, its line (- where it
stands on none) and its words, and the hint that follows. What ends in … goes on.
"""

from wrong_configs.base import BASE, ETA, HEAD, WEIGHTS, changed, without
from wrong_configs.meaning import MEANING, NOTATION
from wrong_configs.shapes import SHAPES
from wrong_configs.syntax import KEYS, SYNTAX
from wrong_configs.values import CHOICES, TYPES

__all__ = [
    "BASE",
    "CHOICES",
    "ETA",
    "HEAD",
    "KEYS",
    "MEANING",
    "NOTATION",
    "SHAPES",
    "SYNTAX",
    "TYPES",
    "WEIGHTS",
    "changed",
    "without",
]
