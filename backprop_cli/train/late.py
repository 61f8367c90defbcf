"""The state that a late epoch begins with, which nobody wants to reach step by step."""

from __future__ import annotations

from backprop_cli import engine
from backprop_cli.engine import Network, State, initial_state
from backprop_cli.errors import CheckFailed
from backprop_cli.formulas import FLOAT, Arithmetic


def state_before(network: Network, epoch: int, arithmetic: Arithmetic = FLOAT) -> State:
    """Parameters and optimizer state as the epoch with this number finds them.

    In floats they are trained, by the fastest engine that gives the same bits; in other arithmetic
    worked step by step. Raises `CheckFailed` if a value on the way cannot be computed.
    """
    if epoch <= 1 or arithmetic is not FLOAT:
        return engine.state_before(network, epoch, arithmetic)
    from backprop_cli.train import engines  # most traces begin with epoch 1

    name = engines.fastest(network, epoch - 1, engines.EQUAL)
    trainer = engines.engine_for(name, network, False, epoch - 1)
    try:
        point, _ = trainer.run(trainer.start(initial_state(network)), 1, epoch - 1, watch=False)
    except engines.REFUSALS as error:
        what = f"a number on the way to epoch {epoch:,} cannot be computed: {error}"
        raise CheckFailed(what, "backprop train says where it diverges") from None
    return trainer.state(point)
