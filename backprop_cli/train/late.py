"""The state that a late epoch begins with, which nobody wants to reach step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backprop_cli import engine
from backprop_cli.engine import Network, State, initial_state
from backprop_cli.errors import CheckFailed
from backprop_cli.formulas import FLOAT, Arithmetic

if TYPE_CHECKING:
    from backprop_cli.train.engines import Engine

_kept: tuple[Network, dict[str, Engine]] | None = None
"""The last network, and its trainers: a sheet asks for the states before many of its epochs."""


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
    trainer = _trainer(engines.fastest(network, count, engines.EQUAL), network, count)
    try:
        point, _ = trainer.run(trainer.start(state), first, count, watch=False)
    except engines.REFUSALS as error:
        what = f"a number on the way to epoch {epoch:,} cannot be computed: {error}"
        raise CheckFailed(what, "backprop train says where it diverges") from None
    return trainer.state(point)


def _trainer(name: str, network: Network, epochs: int) -> Engine:
    global _kept
    from backprop_cli.train import engines

    if _kept is None or _kept[0] is not network:
        _kept = network, {}
    trainers = _kept[1]
    if name not in trainers:
        trainers[name] = engines.engine_for(name, network, False, epochs)
    return trainers[name]
