"""Training: from the steps of one update to many epochs of them, fast."""

from __future__ import annotations

from backprop_cli.errors import CheckFailed
from backprop_cli.network import Network
from backprop_cli.run import State, initial_state

__all__ = ["advance"]


def advance(network: Network, epochs: int) -> State:
    """Parameters and optimizer state after so many epochs, in floats, to the last bit.

    NumPy is not needed. Raises `CheckFailed` if a value on the way cannot be computed.
    """
    from backprop_cli.train.emitted import REFUSALS, Emitted

    engine = Emitted(network)
    try:
        point, _ = engine.run(engine.start(initial_state(network)), 1, epochs, watch=False)
    except REFUSALS as error:
        what = f"a number on the way to epoch {epochs + 1:,} cannot be computed: {error}"
        raise CheckFailed(what, "backprop train says where it diverges") from None
    return engine.state(point)
