"""How the value of an operator changes with each of its operands: a formula for each.

For the computation graph, where every operation hands its gradient on to what it was made of. The
slopes of activations and errors are stated in their own tables and do not come from here.
"""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.formulas.expr import (
    Expr,
    Num,
    Op,
    exp,
    ln,
    normal_density,
    sign,
    when_positive,
)

Partials = Callable[..., tuple[Expr, ...]]


def _product(out: Expr, *factors: Expr) -> tuple[Expr, ...]:
    """Of each factor the product of the others."""
    others = [factors[:at] + factors[at + 1 :] for at in range(len(factors))]
    return tuple(rest[0] if len(rest) == 1 else Op("*", rest) for rest in others)


def _largest(out: Expr, *xs: Expr) -> tuple[Expr, ...]:
    """1 for the largest, for the first of equal ones."""
    one, zero = Num(1), Num(0)
    taken: Expr = one
    parts = []
    for x in xs:
        mine = when_positive(out - x, zero, taken)
        parts.append(mine)
        taken = taken - mine
    return tuple(parts)


def _softmax(out: Expr, x: Expr, *layer: Expr) -> tuple[Expr, ...]:
    """out to the power above the line; −out·softmax(y) to each one below."""
    return out, *(-(out * Op("softmax", (y, *layer))) for y in layer)


PARTIALS: dict[str, Partials] = {
    "+": lambda out, *terms: (Num(1),) * len(terms),
    "*": _product,
    "/": lambda out, a, b: (1 / b, -(out / b)),
    "neg": lambda out, x: (Num(-1),),
    "square": lambda out, x: (2 * x,),
    "^": lambda out, x, n: (n * Op("^", (x, n - 1)), out * ln(x)),
    "exp": lambda out, x: (out,),
    "ln": lambda out, x: (1 / x,),
    "log1p": lambda out, x: (1 / (1 + x),),
    "sqrt": lambda out, x: (1 / (2 * out),),
    "tanh": lambda out, x: (1 - out**2,),
    "abs": lambda out, x: (sign(x),),
    "sign": lambda out, x: (Num(0),),
    "max": _largest,
    "Phi": lambda out, x: (normal_density(x),),
    "phi": lambda out, x: (-(x * out),),
    "if": lambda out, test, a, b: (
        Num(0), when_positive(test, 1, 0), when_positive(test, 0, 1),
    ),
    "softplus": lambda out, x: (1 / (1 + exp(-x)),),
    "softmax": _softmax,
}  # fmt: skip
"""Operator of `RULES`, and from its value and its operands one formula for each operand."""
