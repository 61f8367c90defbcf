"""A parameter of an activation, an error or an optimizer: what a config may set it to."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Parameter(NamedTuple):
    """Its value unless the config says another, a line about it, and its bounds.

    It is at least `least`, or more than `above`, and less than `below`.
    """

    default: Decimal
    about: str
    least: float | None = None
    above: float | None = None
    below: float | None = None
