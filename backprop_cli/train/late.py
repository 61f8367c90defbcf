"""The state that a late epoch begins with, which nobody wants to reach step by step."""

from __future__ import annotations

from backprop_cli import engine
from backprop_cli.engine import Network, State, initial_state
from backprop_cli.errors import CheckFailed
from backprop_cli.formulas import FLOAT, Arithmetic


def state_before(
    network: Network,
    epoch: int,
    arithmetic: Arithmetic = FLOAT,
    since: tuple[int, State] | None = None,
) -> State:
    """What `engine.state_before` gives, to the last bit; in floats by the fastest engine for it.

    Raises `CheckFailed` if a value on the way cannot be computed.
    """
    first, state = since or (1, initial_state(network))
    if epoch <= first or arithmetic is not FLOAT:
        return engine.state_before(network, epoch, arithmetic, since)
    from backprop_cli.train import engines  # most traces begin with epoch 1

    count = epoch - first
    name = engines.fastest(network, count, engines.EQUAL)
    trainer = engines.engine_for(name, network, False, count)
    try:
        point, _ = trainer.run(trainer.start(state), first, count, watch=False)
    except engines.REFUSALS as error:
        what = f"a number on the way to epoch {epoch:,} cannot be computed: {error}"
        raise CheckFailed(what, "backprop train says where it diverges") from None
    return trainer.state(point)
