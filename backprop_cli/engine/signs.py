"""The signs that books differ in: each is said here, and nowhere else."""

from __future__ import annotations

from backprop_cli.engine.network import Network
from backprop_cli.formulas import Expr, Op


def entering(network: Network, bias: Expr) -> Expr:
    """A bias as it enters a net input: added, or as a threshold subtracted."""
    return -bias if network.thresholds else bias


def as_delta(network: Network, derivative: Expr) -> Expr:
    """δ from ∂E/∂net: itself, or −∂E/∂net, where that is plain to read: −(out − t) is t − out."""
    if not network.descent:
        return derivative
    if isinstance(derivative, Op) and derivative.op == "neg":
        return derivative.args[0]
    if isinstance(derivative, Op) and derivative.op == "+" and len(derivative.args) == 2:
        first, second = derivative.args
        if isinstance(second, Op) and second.op == "neg":
            return second.args[0] - first
    return -derivative


def by_delta(network: Network, product: Expr) -> Expr:
    """A derivative of E from a product with δ, whose sign is turned where δ is −∂E/∂net."""
    return -product if network.descent else product


def by_bias(network: Network, deltas: Expr) -> Expr:
    """∂E/∂b from the δ it enters: ∂net/∂b is 1, or −1 of a threshold, and δ has its own sign."""
    return -deltas if network.thresholds != network.descent else deltas
