"""Which activation, and which error, has made these numbers: recognised by their values.

What a program calls its functions says little, what they compute says all: every activation and
every error of `formulas` is worked on the numbers that went in, and held against those that came
out. So a function that somebody has written anew is known, and a wrong name is not believed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from backprop_cli.formulas import ACTIVATIONS, ERRORS, FLOAT, Expr, Label, Num, Ref

Rows = Sequence[Sequence[float]]
"""A row for each sample, a number for each unit."""

MOST_NUMBERS = 20_000
"""So many numbers tell a function from any other."""

SMALL = 1e-3
"""A loss below this is told from another by what it is off, not by its ratio."""

CLOSE = {"float64": 1e-9, "float32": 1e-5, "float16": 1e-2, "bfloat16": 5e-2}
"""How far numbers of a type may be off, relative to the largest beside them."""


class Function(NamedTuple):
    """An activation of `ACTIVATIONS`, and its parameter if it has one."""

    name: str
    alpha: float | None = None


class Loss(NamedTuple):
    """An error of `ERRORS` with its parameters, and what it is taken of.

    `of` is "" where it is taken of the outputs as they are, or the activation that the loss
    applies to them itself. `reduction`: the mean or the sum of the samples. `divisor`: the outputs
    by whose number the loss is divided besides, else 1.
    """

    error: str
    parameters: Mapping[str, float]
    of: str
    reduction: str
    divisor: int


def activation_of(
    nets: Rows, outs: Rows, close: float, among: Iterable[Function] = (), hint: str = ""
) -> Function | None:
    """The activation that makes these outputs of these net inputs; None if there is none.

    `among` are those that may be; without them all are tried, their parameters found by the
    numbers; of two that do as well on these numbers it is that whose name is in the `hint`.
    """
    if list(map(len, nets)) != list(map(len, outs)):
        return None
    rows = max(1, MOST_NUMBERS // max(1, len(nets[0])))
    nets, outs = nets[:rows], outs[:rows]
    every = tuple(among) or sorted(_all_functions(nets, outs), key=lambda f: _rank(f, hint))
    for function in every:
        if are_close(applied(function, nets), outs, close):
            return function
    return None


def _rank(function: Function, hint: str) -> tuple[int, bool]:
    """What is named comes first, by the longest name, then what changes nothing."""
    bare = function.name.replace("-", "")
    named = len(bare) if bare in hint.lower().replace("_", "") else 0
    return -named, function.name != "linear"


def applied(function: Function, nets: Rows) -> list[list[float]]:
    """The outputs of an activation."""
    row = ACTIVATIONS[function.name]
    alpha = () if function.alpha is None else (Num(function.alpha),)
    if row.jacobian is not None:
        names = [Ref(Label(f"net_{at}")) for at in range(len(nets[0]))]
        formulas = [row.value(name, *names) for name in names]
    else:
        formulas = [row.value(Ref(Label("net")), *alpha)]
    found = []
    for sample in nets:
        if row.jacobian is not None:
            known = {f"net_{at}": net for at, net in enumerate(sample)}
            found.append([_value(formula, known) for formula in formulas])
        else:
            found.append([_value(formulas[0], {"net": net}) for net in sample])
    return found


def _value(formula: Expr, known: Mapping[str, float]) -> float:
    try:
        return float(formula.evaluate(known, FLOAT.operations))
    except (ArithmeticError, ValueError):
        return math.nan


def are_close(these: Rows, those: Rows, close: float) -> bool:
    """Whether all numbers agree, to a part of the largest."""
    flat = list(_paired(these, those))
    largest = max((abs(b) for _, b in flat), default=0.0)
    return all(a == b or abs(a - b) <= close * largest for a, b in flat)


def _paired(these: Rows, those: Rows) -> Iterator[tuple[float, float]]:
    for row, other in zip(these, those, strict=True):
        yield from zip(row, other, strict=True)


def _all_functions(nets: Rows, outs: Rows) -> Iterable[Function]:
    """Every activation; its parameter as the most negative net input has it."""
    lowest, out = min(_paired(nets, outs), default=(0.0, 0.0))
    for name, row in ACTIVATIONS.items():
        if row.alpha is None:
            yield Function(name)
            continue
        yield Function(name, float(row.alpha))
        if lowest < 0:
            unit = _value(row.value(Ref(Label("net")), Num(1.0)), {"net": lowest})
            alpha = out / unit
            if 0 < alpha < math.inf:
                yield Function(name, float(f"{alpha:.5g}"))
                yield Function(name, alpha)


def loss_of(
    value: float, targets: Rows, outs: Rows, close: float, among: Iterable[Loss]
) -> Loss | None:
    """The first of these losses that has this value; None if none has it."""
    for loss in among:
        if _has_value(loss, value, targets, outs, close):
            return loss
    return None


def _has_value(loss: Loss, value: float, targets: Rows, outs: Rows, close: float) -> bool:
    if loss.of:
        outs = applied(Function(loss.of), outs)
    row, count = ERRORS[loss.error], len(outs[0])
    parameters: list[Any] = [Num(parameter) for parameter in loss.parameters.values()]
    formula = row.value(Ref(Label("t")), Ref(Label("out")), count, *parameters)
    terms = [_value(formula, {"t": t, "out": out}) for t, out in _paired(targets, outs)]
    total = math.fsum(terms) / loss.divisor / (len(outs) if loss.reduction == "mean" else 1)
    return abs(total - value) <= 3 * close * max(abs(value), SMALL)


def losses(outputs: int, names: Iterable[str] = ()) -> list[Loss]:
    """What a loss may be, of all errors or those of these names, the plainest first."""
    found = []
    for divisor in dict.fromkeys((1, outputs)):
        for name in names or ERRORS:
            row = ERRORS[name]
            parameters = {key: float(it.default) for key, it in row.parameters.items()}
            inside = {"cross-entropy": "softmax", "binary-cross-entropy": "logistic"}.get(name)
            for of in ("",) if inside is None else ("", inside):
                for reduction in ("mean", "sum"):
                    found.append(Loss(name, parameters, of, reduction, divisor))
    return found
