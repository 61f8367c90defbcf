"""Optimizers: a row each, what they remember, and how they change a parameter."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from backprop_cli.formulas.expr import Expr, root, sign, when_positive
from backprop_cli.formulas.parameter import Parameter


class Rule(NamedTuple):
    """One line of an optimizer: the quantity `letter`, and its formula from what is known so far.

    `q` has the gradient `g`, the parameter `w`, `eta`, the count of updates `t`, the optimizer's
    own parameters by name, the old state by its letter (`q.v`), and the lines before (`q.v_new`,
    `q.mhat`). A letter that is a state is renewed; one that ends in "hat" is printed with a hat;
    any other is an intermediate value.
    """

    letter: str
    formula: Callable[[Any], Expr]


class Optimizer(NamedTuple):
    """How a gradient changes a parameter: `rules` in order, then w_new = w + `change`.

    `forms` are the rows that take the place of this one where a config gives a parameter, by that
    parameter, which a form has and this row has not.
    """

    change: Callable[[Any], Expr]
    source: str
    parameters: Mapping[str, Parameter] = MappingProxyType({})
    rules: tuple[Rule, ...] = ()
    state: tuple[str, ...] = ()
    forms: Mapping[str, Optimizer] = MappingProxyType({})

    def form(self, given: Container[str]) -> Optimizer:
        """The row for a config that gives these parameters."""
        return next((form for key, form in self.forms.items() if key in given), self)

    @property
    def all_parameters(self) -> Mapping[str, Parameter]:
        """The parameters that a config may give, those of the other forms among them."""
        found = dict(self.parameters)
        for form in self.forms.values():
            found |= form.parameters
        return found


_BETA = Parameter(Decimal("0.9"), "momentum", least=0, below=1)
_DAMPENING = Parameter(
    Decimal(0), "part of each gradient but the first that is left out", least=0, below=1
)
_EPSILON = Parameter(Decimal("1e-8"), "keeps the divisor from 0", least=0)
_RHO = Parameter(Decimal("0.9"), "decay of rmsprop's mean square", least=0, below=1)
_BETA1 = Parameter(Decimal("0.9"), "decay of Adam's mean", least=0, below=1)
_BETA2 = Parameter(Decimal("0.999"), "decay of Adam's mean square", least=0, below=1)
_DECAY = Parameter(Decimal("0.01"), "λ, the pull of weights to 0, of adamw and lion", least=0)

_ADAM_PARAMETERS = {"beta1": _BETA1, "beta2": _BETA2, "epsilon": _EPSILON}
_ADAM_RULES = (
    Rule("m", lambda q: q.beta1 * q.m + (1 - q.beta1) * q.g),
    Rule("v", lambda q: q.beta2 * q.v + (1 - q.beta2) * q.g**2),
    Rule("mhat", lambda q: q.m_new / (1 - q.beta1**q.t)),
    Rule("vhat", lambda q: q.v_new / (1 - q.beta2**q.t)),
)

_MEAN_SQUARE = Rule("v", lambda q: q.rho * q.v + (1 - q.rho) * q.g**2)


def _dampened(q: Any) -> Expr:
    """β·v + (1 − dampening)·g, but g itself at the first update."""
    return when_positive(q.t - 1, q.beta * q.v + (1 - q.dampening) * q.g, q.g)


OPTIMIZERS = {
    "sgd": Optimizer(
        change=lambda q: -(q.eta * q.g),
        source="Rumelhart, Hinton & Williams (1986), eq. 8",
    ),
    "momentum": Optimizer(
        parameters={"beta": _BETA},
        state=("v",),
        rules=(Rule("v", lambda q: q.beta * q.v - q.eta * q.g),),
        change=lambda q: q.v_new,
        source="Rumelhart, Hinton & Williams (1986), eq. 9; Polyak (1964)",
    ),
    "pytorch-momentum": Optimizer(
        parameters={"beta": _BETA},
        state=("v",),
        rules=(Rule("v", lambda q: q.beta * q.v + q.g),),
        change=lambda q: -(q.eta * q.v_new),
        source="PyTorch, torch.optim.SGD; otherwise than Sutskever et al. (2013), eq. 1",
        forms={
            "dampening": Optimizer(
                parameters={"beta": _BETA, "dampening": _DAMPENING},
                state=("v",),
                rules=(Rule("v", _dampened),),
                change=lambda q: -(q.eta * q.v_new),
                source="PyTorch, torch.optim.SGD; the first gradient is not dampened",
            )
        },
    ),
    "nesterov": Optimizer(
        parameters={"beta": _BETA},
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
        parameters={"rho": _RHO, "epsilon": _EPSILON},
        state=("v",),
        rules=(_MEAN_SQUARE,),
        change=lambda q: -(q.eta * q.g / (root(q.v_new) + q.epsilon)),
        source="Hinton (2012), lecture 6e",
        forms={
            "beta": Optimizer(
                parameters={"rho": _RHO, "epsilon": _EPSILON, "beta": _BETA},
                state=("v", "u"),
                rules=(
                    _MEAN_SQUARE,
                    Rule("u", lambda q: q.beta * q.u + q.eta * q.g / (root(q.v_new) + q.epsilon)),
                ),
                change=lambda q: -q.u_new,
                source="Hinton (2012), lecture 6e; Graves (2013), eq. 41",
            )
        },
    ),
    "adam": Optimizer(
        parameters=_ADAM_PARAMETERS,
        state=("m", "v"),
        rules=_ADAM_RULES,
        change=lambda q: -(q.eta * q.mhat / (root(q.vhat) + q.epsilon)),
        source="Kingma & Ba (2015), algorithm 1",
    ),
    "adamw": Optimizer(
        parameters=_ADAM_PARAMETERS | {"weight_decay": _DECAY},
        state=("m", "v"),
        rules=_ADAM_RULES,
        change=lambda q: -(q.eta * (q.mhat / (root(q.vhat) + q.epsilon) + q.weight_decay * q.w)),
        source="Loshchilov & Hutter (2019), algorithm 2",
    ),
    "lion": Optimizer(
        parameters={
            "beta1": _BETA1,
            "beta2": _BETA2._replace(default=Decimal("0.99")),
            "weight_decay": _DECAY._replace(default=Decimal(0)),
        },
        state=("m",),
        rules=(
            Rule("c", lambda q: q.beta1 * q.m + (1 - q.beta1) * q.g),
            Rule("m", lambda q: q.beta2 * q.m + (1 - q.beta2) * q.g),
        ),
        change=lambda q: -(q.eta * (sign(q.c) + q.weight_decay * q.w)),
        source="Chen et al. (2023), algorithm 2",
    ),
}
