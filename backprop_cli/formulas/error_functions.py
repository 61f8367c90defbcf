"""Errors: a row each, with its formula and its slope, stated as textbooks write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from backprop_cli.formulas.activations import HALF
from backprop_cli.formulas.expr import Expr, absolute, ln, root, sign, when_positive
from backprop_cli.formulas.parameter import Parameter


class ErrorFunction(NamedTuple):
    """What one output adds to the error, E_o, and its slope ∂E_o/∂out.

    Both take the target, the output and the number of outputs, and after these the error's own
    parameters. `probabilities`: outputs must stay inside (0, 1), and targets in [0, 1].
    """

    value: Callable[..., Expr]
    slope: Callable[..., Expr]
    source: str
    probabilities: bool = False
    parameters: Mapping[str, Parameter] = MappingProxyType({})


_REACH = {"delta": Parameter(Decimal(1), "up to this difference, huber is a square", above=0)}


ERRORS = {
    "half-squared": ErrorFunction(
        value=lambda t, out, n: HALF * (t - out) ** 2,
        slope=lambda t, out, n: -(t - out),
        source="Rumelhart, Hinton & Williams (1986), eq. 3",
    ),
    "squared": ErrorFunction(
        value=lambda t, out, n: (t - out) ** 2,
        slope=lambda t, out, n: -(2 * (t - out)),
        source="Legendre (1805)",
    ),
    "mean-squared": ErrorFunction(
        value=lambda t, out, n: (t - out) ** 2 / n,
        slope=lambda t, out, n: -(2 * (t - out) / n),
        source="Gauss (1809)",
    ),
    "huber": ErrorFunction(
        value=lambda t, out, n, delta: when_positive(
            absolute(t - out) - delta,
            delta * (absolute(t - out) - HALF * delta),
            HALF * (t - out) ** 2,
        ),
        slope=lambda t, out, n, delta: when_positive(
            absolute(t - out) - delta, -(delta * sign(t - out)), -(t - out)
        ),
        parameters=_REACH,
        source="Huber (1964), eq. 2.9",
    ),
    "pseudo-huber": ErrorFunction(
        value=lambda t, out, n, delta: delta**2 * (root(1 + ((t - out) / delta) ** 2) - 1),
        slope=lambda t, out, n, delta: -((t - out) / root(1 + ((t - out) / delta) ** 2)),
        parameters=_REACH,
        source="Hartley & Zisserman (2003), appendix 6.8",
    ),
    "cross-entropy": ErrorFunction(
        value=lambda t, out, n: -(t * ln(out)),
        slope=lambda t, out, n: -(t / out),
        probabilities=True,
        source="Bishop (2006), eq. 4.108",
    ),
    "binary-cross-entropy": ErrorFunction(
        value=lambda t, out, n: -(t * ln(out) + (1 - t) * ln(1 - out)),
        slope=lambda t, out, n: -(t / out - (1 - t) / (1 - out)),
        probabilities=True,
        source="Bishop (2006), eq. 4.90",
    ),
}


class Shortcut(NamedTuple):
    """∂E/∂net of an output where error and activation fit together and the chain rule cancels.

    `delta(t, out)` is also what stays right where the factors of the chain underflow.
    """

    delta: Callable[[Expr, Expr], Expr]
    source: str
    targets_sum_to_one: bool = False


SHORTCUTS = {
    ("cross-entropy", "softmax"): Shortcut(
        delta=lambda t, out: out - t,
        targets_sum_to_one=True,
        source="Bridle (1990); Bendersky (2016)",
    ),
    ("binary-cross-entropy", "logistic"): Shortcut(
        delta=lambda t, out: out - t,
        source="Bishop (2006), eq. 4.91",
    ),
    ("cross-entropy", "logistic"): Shortcut(
        delta=lambda t, out: -(t * (1 - out)),
        source="the chain rule, with out·(1 − out)/out cancelled",
    ),
}
