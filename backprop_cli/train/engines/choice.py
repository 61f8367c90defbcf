"""Which trainer: the one that is expected to be done first.

The model is rough: what a step costs is proportional to its weights and units, and to the calls
that NumPy needs for it. `bench/engines.py` measures the constants.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from itertools import pairwise

from backprop_cli.engine import Network
from backprop_cli.errors import UsageError
from backprop_cli.formulas import on_paper
from backprop_cli.train.engines.engine import Engine, StepByStep

ENGINES = ("auto", "emitted", "array", "compiled")

ALIASES = {"jit": "compiled"}
"""Other names of trainers."""

EQUAL = ("emitted", "compiled")
"""Those that equal the steps to the last bit."""

# The package that a trainer needs; the extra `fast` installs them.
_NEEDS = {"array": "numpy", "compiled": "llvmlite"}

# Seconds for each of the `features`, in their order.
COSTS: dict[str, tuple[float, ...]] = {
    #            start  weights  epochs: samples  weights  units    updates  layers   parameters
    "emitted":  (0.003, 7.9e-4,          3.3e-7,  8.0e-8,  2.4e-8,  0.0,     7.4e-8,  3.4e-8),
    "array":    (0.092, 0.0,             3.6e-8,  1.1e-10, 1.0e-8,  4.3e-6,  5.6e-6,  1.3e-9),
    "compiled": (0.063, 6.2e-3,          4.2e-8,  1.5e-9,  0.0,     0.0,     6.1e-10, 1.2e-9),
}  # fmt: skip


def features(network: Network, epochs: int) -> tuple[float, ...]:
    """How much there is of each thing that takes time: once, and in all epochs.

    Once: the start, and weights to write code for. In all epochs: samples; weights and units they
    pass; updates, layers they pass, and parameters they change, an optimizer's lines included.
    """
    shape, samples = network.shape, len(network.samples)
    weights = sum(below * above for below, above in pairwise(shape))
    lines = 1 + len(network.optimizer.rule.rules)
    updates, passed = len(network.batches()) * epochs, samples * epochs
    passing = (passed, passed * weights, passed * sum(shape[1:]))
    updating = (updates, updates * (len(shape) - 1 + lines / 2), updates * weights * lines)
    return (1, weights, *passing, *updating)


def expected_seconds(name: str, network: Network, epochs: int) -> float:
    """How long a trainer would take."""
    return sum(
        cost * count for cost, count in zip(COSTS[name], features(network, epochs), strict=True)
    )


def engine_for(name: str, network: Network, shuffle: bool, epochs: int) -> Engine:
    """The trainer of that name; the fastest for so many epochs if it is ``auto``.

    A config that rounds every quantity is always trained step by step. Raises `UsageError` if
    what a trainer needs is not installed.
    """
    if network.round_each is not None:
        if name != "auto":
            raise UsageError(
                f"the {name} engine computes with floats, and this config rounds every quantity",
                "leave --engine out, or round_each",
            )
        return StepByStep(network, shuffle, on_paper(network.round_each))
    name = ALIASES.get(name, name)
    if name == "auto":
        name = fastest(network, epochs)
    if not _is_there(name):
        raise UsageError(
            f"the {name} engine needs {_NEEDS[name]}, which is not installed",
            "pip install 'backprop-cli[fast]'",
        )
    if name == "array":
        from backprop_cli.train.engines.array import Array

        return Array(network, shuffle)
    if name == "compiled":
        from backprop_cli.train.engines.compiled import Compiled

        return Compiled(network, shuffle)
    from backprop_cli.train.engines.emitted import Emitted

    return Emitted(network, shuffle)


def fastest(network: Network, epochs: int, among: Iterable[str] = tuple(COSTS)) -> str:
    """Name of the trainer that is done first, among those that are installed."""
    there = filter(_is_there, among)
    return min(there, key=lambda name: expected_seconds(name, network, epochs))


def _is_there(name: str) -> bool:
    return name not in _NEEDS or find_spec(_NEEDS[name]) is not None
