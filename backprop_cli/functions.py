"""Activations, errors and optimizers: one row each, its formula and its slope.

A slope is *stated*, the way textbooks write it, never derived: differentiating the logistic
mechanically gives e^(−x)/(1 + e^(−x))², a person writes out·(1 − out). A test holds every stated
slope against finite differences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from backprop_cli.expr import (
    Expr,
    Num,
    as_expr,
    exp,
    ln,
    maximum,
    normal_cdf,
    normal_density,
    root,
    softmax,
    softplus,
    tanh,
    when_positive,
)

__all__ = ["ACTIVATIONS", "ALIASES", "ERRORS", "OPTIMIZERS", "SHORTCUTS",
           "Activation", "ErrorFunction", "Optimizer", "Rule", "Shortcut"]  # fmt: skip


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
    "softmax": Activation(
        value=softmax,
        jacobian=lambda same, out_i, out_j: out_i * (1 - out_i) if same else -(out_i * out_j),
        low=0, high=1,
        source="Bendersky (2016), The Softmax function and its derivative; Bridle (1990)",
    ),
}  # fmt: skip


class ErrorFunction(NamedTuple):
    """What one output adds to the error, E_o, and its slope ∂E_o/∂out.

    Both take the target, the output and the number of outputs. `probabilities`: outputs must stay
    inside (0, 1), and targets in [0, 1].
    """

    value: Callable[[Expr, Expr, int], Expr]
    slope: Callable[[Expr, Expr, int], Expr]
    source: str
    probabilities: bool = False


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


class Rule(NamedTuple):
    """One line of an optimizer: the quantity `letter`, and its formula from what is known so far.

    `q` has the gradient `g`, the parameter `w`, `eta`, the count of updates `t`, the optimizer's
    own parameters by name, the old state by its letter (`q.v`), and the lines before (`q.v_new`,
    `q.mhat`). A letter that is a state is renewed; any other is an intermediate value.
    """

    letter: str
    formula: Callable[[Any], Expr]


class Optimizer(NamedTuple):
    """How a gradient changes a parameter: `rules` in order, then w_new = w + `change`."""

    change: Callable[[Any], Expr]
    source: str
    parameters: Mapping[str, Decimal] = MappingProxyType({})
    rules: tuple[Rule, ...] = ()
    state: tuple[str, ...] = ()


_EPSILON = Decimal("1e-8")
_ADAM_PARAMETERS = {"beta1": Decimal("0.9"), "beta2": Decimal("0.999"), "epsilon": _EPSILON}
_ADAM_RULES = (
    Rule("m", lambda q: q.beta1 * q.m + (1 - q.beta1) * q.g),
    Rule("v", lambda q: q.beta2 * q.v + (1 - q.beta2) * q.g**2),
    Rule("mhat", lambda q: q.m_new / (1 - q.beta1**q.t)),
    Rule("vhat", lambda q: q.v_new / (1 - q.beta2**q.t)),
)

OPTIMIZERS = {
    "sgd": Optimizer(
        change=lambda q: -(q.eta * q.g),
        source="Rumelhart, Hinton & Williams (1986), eq. 8",
    ),
    "momentum": Optimizer(
        parameters={"beta": Decimal("0.9")},
        state=("v",),
        rules=(Rule("v", lambda q: q.beta * q.v - q.eta * q.g),),
        change=lambda q: q.v_new,
        source="Rumelhart, Hinton & Williams (1986), eq. 9; Polyak (1964)",
    ),
    "nesterov": Optimizer(
        parameters={"beta": Decimal("0.9")},
        state=("v",),
        rules=(Rule("v", lambda q: q.beta * q.v - q.eta * q.g),),
        change=lambda q: q.beta * q.v_new - q.eta * q.g,
        source="Bengio, Boulanger-Lewandowski & Pascanu (2013); Nesterov (1983)",
    ),
    "adagrad": Optimizer(
        parameters={"epsilon": _EPSILON},
        state=("G",),
        rules=(Rule("G", lambda q: q.G + q.g**2),),
        change=lambda q: -(q.eta * q.g / (root(q.G_new) + q.epsilon)),
        source="Duchi, Hazan & Singer (2011)",
    ),
    "rmsprop": Optimizer(
        parameters={"rho": Decimal("0.9"), "epsilon": _EPSILON},
        state=("v",),
        rules=(Rule("v", lambda q: q.rho * q.v + (1 - q.rho) * q.g**2),),
        change=lambda q: -(q.eta * q.g / (root(q.v_new) + q.epsilon)),
        source="Hinton (2012), lecture 6e",
    ),
    "adam": Optimizer(
        parameters=_ADAM_PARAMETERS,
        state=("m", "v"),
        rules=_ADAM_RULES,
        change=lambda q: -(q.eta * q.mhat / (root(q.vhat) + q.epsilon)),
        source="Kingma & Ba (2015), algorithm 1",
    ),
    "adamw": Optimizer(
        parameters=_ADAM_PARAMETERS | {"weight_decay": Decimal("0.01")},
        state=("m", "v"),
        rules=_ADAM_RULES,
        change=lambda q: -(q.eta * (q.mhat / (root(q.vhat) + q.epsilon) + q.weight_decay * q.w)),
        source="Loshchilov & Hutter (2019), algorithm 2",
    ),
}

ALIASES = {"sigmoid": "logistic", "identity": "linear", "swish": "silu"}
"""Other names of activations."""
