"""Activations: a row each, with its formula and its slope.

A slope is *stated*, the way textbooks write it, never derived: differentiating the logistic
mechanically gives e^(−x)/(1 + e^(−x))², a person writes out·(1 − out). A test holds every stated
slope against finite differences.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from backprop_cli.formulas.expr import (
    Expr,
    Num,
    as_expr,
    exp,
    maximum,
    normal_cdf,
    normal_density,
    softmax,
    softplus,
    tanh,
    when_positive,
)


class Activation(NamedTuple):
    """From the net input of a unit to its output.

    `value(net)` and `slope(net, out)` = ∂out/∂net. An activation with a parameter takes it as a
    further argument `alpha`. One that looks at its whole layer has a `jacobian` in place of the
    slope: `value(net, *nets)`, and `jacobian(same, out_i, out_j)` = ∂out_i/∂net_j, where `same`
    says whether i is j. `low` and `high` bound its outputs; neither bound is ever reached.
    """

    value: Callable[..., Expr]
    source: str
    slope: Callable[..., Expr] | None = None
    jacobian: Callable[[bool, Expr, Expr], Expr] | None = None
    alpha: Decimal | None = None
    low: float = float("-inf")
    high: float = float("inf")
    kink: bool = False


HALF = as_expr("1/2")


def _logistic(net: Expr) -> Expr:
    return 1 / (1 + exp(-net))


ACTIVATIONS = {
    "logistic": Activation(
        value=_logistic,
        slope=lambda net, out: out * (1 - out),
        low=0, high=1,
        source="Rumelhart, Hinton & Williams (1986), eq. 2",
    ),
    "tanh": Activation(
        value=tanh,
        slope=lambda net, out: 1 - out**2,
        low=-1, high=1,
        source="LeCun, Bottou, Orr & Müller (1998), section 4.4",
    ),
    "relu": Activation(
        value=lambda net: maximum(0, net),
        slope=lambda net, out: when_positive(net, 1, 0),
        kink=True,
        source="Nair & Hinton (2010); the slope at 0 is taken as 0",
    ),
    "leaky-relu": Activation(
        value=lambda net, alpha: when_positive(net, net, alpha * net),
        slope=lambda net, out, alpha: when_positive(net, 1, alpha),
        alpha=Decimal("0.01"),
        kink=True,
        source="Maas, Hannun & Ng (2013)",
    ),
    "elu": Activation(
        value=lambda net, alpha: when_positive(net, net, alpha * (exp(net) - 1)),
        slope=lambda net, out, alpha: when_positive(net, 1, out + alpha),
        alpha=Decimal(1),
        kink=True,
        source="Clevert, Unterthiner & Hochreiter (2016)",
    ),
    "softplus": Activation(
        value=softplus,
        slope=lambda net, out: _logistic(net),
        low=0,
        source="Dugas, Bengio, Bélisle, Nadeau & Garcia (2001)",
    ),
    "silu": Activation(
        value=lambda net: net * _logistic(net),
        slope=lambda net, out: out + _logistic(net) * (1 - out),
        source="Elfwing, Uchibe & Doya (2018)",
    ),
    "gelu": Activation(
        value=lambda net: net * normal_cdf(net),
        slope=lambda net, out: normal_cdf(net) + net * normal_density(net),
        source="Hendrycks & Gimpel (2016), section 2",
    ),
    "linear": Activation(
        value=lambda net: net,
        slope=lambda net, out: Num(1),
        source="Widrow & Hoff (1960)",
    ),
    "bipolar-sigmoid": Activation(
        value=lambda net: 2 / (1 + exp(-net)) - 1,
        slope=lambda net, out: HALF * (1 - out**2),
        low=-1, high=1,
        source="Zurada (1992), eq. 2.3a",
    ),
    "mish": Activation(
        value=lambda net: net * tanh(softplus(net)),
        slope=lambda net, out: (
            tanh(softplus(net)) + net * (1 - tanh(softplus(net)) ** 2) * _logistic(net)
        ),
        source="Misra (2020), eq. 1",
    ),
    "softmax": Activation(
        value=softmax,
        jacobian=lambda same, out_i, out_j: out_i * (1 - out_i) if same else -(out_i * out_j),
        low=0, high=1,
        source="Bendersky (2016), The Softmax function and its derivative; Bridle (1990)",
    ),
}  # fmt: skip

ALIASES = {"sigmoid": "logistic", "identity": "linear", "swish": "silu"}
"""Other names of activations."""
