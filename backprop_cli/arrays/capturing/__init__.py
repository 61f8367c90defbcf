"""Models of PyTorch, run once: their network, and the arrays that PyTorch computed.

Begin with `capture`. May import `making` and `working`, beside what its wing may.
"""

from backprop_cli.arrays.capturing.capture import Captured, capture

__all__ = ["Captured", "capture"]
