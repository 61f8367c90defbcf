"""Networks made from arrays, which may lie in one way or another.

Begin with `building`, which has `network`; `orientation` tells which way arrays lie. May import
`working`, beside what its wing may.
"""

from backprop_cli.arrays.making.building import network
from backprop_cli.arrays.making.guessing import turned

__all__ = ["building", "network", "turned"]
