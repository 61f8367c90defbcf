"""Slips of the backward pass."""

from __future__ import annotations

from collections.abc import Iterator

from pupils.lines import ACTIVATIONS, SLOPES, Line, Values
from pupils.slips import TAUGHT, Changed, reading, slip


@slip("updated-weights", "via")
def _(line: Line, v: Values) -> Iterator[float]:
    a, net = line.a, line.a.net
    if net.optimizer == "sgd" and not net.reduces:
        moved = v[a.w] - v["eta"] * a.sign * v[a.delta] * v[a.x]
        yield a.sign * v[a.delta] * moved


@slip("missing-slope-output", "delta")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.last and line.a.activation != "linear":
        yield line.a.sign * v[line.a.e]


@slip("missing-slope-hidden", "delta")
def _(line: Line, v: Values) -> Iterator[float]:
    if not line.a.last and line.a.activation != "linear":
        yield line.a.sign * v[line.a.e]


@slip("extra-slope", "delta")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.short:
        yield line.work(v) * v[line.a.out] * (1 - v[line.a.out])


@slip("slope-of-net", "slope")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.activation in ("logistic", "tanh", "bipolar-sigmoid"):
        yield SLOPES[a.activation](v[a.own], v[a.own])


@slip("slope-of-output", "slope")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.activation in ("logistic", "tanh", "bipolar-sigmoid"):
        yield SLOPES[a.activation](v[a.out], ACTIVATIONS[a.activation](v[a.out]))


@slip("logistic-slope", "slope")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation != "logistic":
        yield v[line.a.out] * (1 - v[line.a.out])


@slip("wrong-slope", "slope")
def _(line: Line, v: Values) -> Iterator[float]:
    for name in ("tanh", "bipolar-sigmoid", "linear"):
        if name != line.a.activation:
            yield SLOPES[name](v[line.a.own], v[line.a.out])


@slip("activation-for-slope", "slope")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation != "linear":
        yield v[line.a.out]


@slip("slope-not-squared", "slope")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.activation in ("tanh", "bipolar-sigmoid"):
        yield (1 - v[a.out]) * (1.0 if a.activation == "tanh" else 0.5)


@slip("softmax-diagonal", "jacobian delta")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if line.kind == "jacobian" and a.out != a.other:
        yield 0.0
    if line.kind == "delta" and a.activation == "softmax":
        yield a.sign * v[a.e] * v[a.s]


@slip("delta-sign", "delta dE_dout")
def _(line: Line, v: Values) -> Iterator[float]:
    yield -line.work(v)


@slip("divided", "delta")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation not in ("softmax", "linear"):
        yield line.a.sign * v[line.a.e] / v[line.a.s]


@slip("single-path", "hidden")
def _(line: Line, v: Values) -> Iterator[float]:
    for part in line.a.parts if len(line.a.parts) > 1 else ():
        yield v[part]


@slip("missing-weight-in-delta", "via")
def _(line: Line, v: Values) -> Iterator[float]:
    yield line.a.sign * v[line.a.delta]


@slip("error-term-for-delta", "via")
def _(line: Line, v: Values) -> Iterator[float]:
    yield v[line.a.term] * v[line.a.w]


@slip("wrong-weight", "via new")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    for other in a.flat if line.kind == "via" else a.others:
        if other != a.w:
            yield from reading(line, v, **{a.w: v[other]})


@slip("wrong-input", "gradient")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    for other in (*a.nets, *(x for x in a.xs if x != a.x), a.out):
        yield from reading(line, v, **{a.x: v[other]})


@slip("missing-input", "gradient")
def _(line: Line, v: Values) -> Iterator[float]:
    yield line.a.sign * v[line.a.delta]


@slip("wrong-delta", "gradient")
def _(line: Line, v: Values) -> Iterator[float]:
    for other in line.a.deltas:
        if other != line.a.delta:
            yield line.a.sign * v[other] * v[line.a.x]


@slip("shared-bias-one-unit", "bias_gradient")
def _(line: Line, v: Values) -> Iterator[float]:
    for part in line.a.parts if len(line.a.parts) > 1 else ():
        yield line.a.turn * v[part]


@slip("eta-in-gradient", "gradient bias_gradient")
def _(line: Line, v: Values) -> Iterator[float]:
    yield v["eta"] * line.work(v)


@slip("batch-sum-for-mean", "reduced")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.mean:
        yield sum(v[part] for part in line.a.parts)


@slip("batch-mean-for-sum", "reduced")
def _(line: Line, v: Values) -> Iterator[float]:
    if not line.a.net.mean:
        yield line.work(v) / len(line.a.parts)


@slip("single-sample", "reduced")
def _(line: Line, v: Values) -> Iterator[float]:
    for part in line.a.parts:
        yield v[part]
        if line.a.net.mean:
            yield v[part] / len(line.a.parts)


# What teachers know besides.


@slip("one-minus-out", "slope", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation == "logistic":
        yield 1 - v[line.a.out]


@slip("slope-plus", "slope", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.activation == "logistic":
        yield v[a.out] * (1 + v[a.out])
    if a.activation in ("tanh", "bipolar-sigmoid"):
        yield (1 + v[a.out] ** 2) * (1.0 if a.activation == "tanh" else 0.5)


@slip("target-in-slope", "slope", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.t and a.activation in ("logistic", "tanh", "bipolar-sigmoid"):
        yield SLOPES[a.activation](v[a.own], v[a.t])


@slip("slope-of-another", "delta", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    for other in a.slopes if not a.short and a.activation != "linear" else ():
        if other != a.s:
            yield a.sign * v[a.e] * v[other]


@slip("error-for-error-term", "dE_dout delta", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if line.kind == "dE_dout":
        yield v[a.error]
    elif a.last and not a.short:
        yield a.sign * v[a.error] * v[a.s]


@slip("weight-for-input", "gradient", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    yield line.a.sign * v[line.a.delta] * v[line.a.w]


@slip("paths-averaged", "hidden", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if len(line.a.parts) > 1:
        yield line.work(v) / len(line.a.parts)


@slip("mean-twice", "reduced new velocity mean square", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if not (a.net.reduces and a.net.mean):
        return
    if line.kind == "reduced":
        yield line.work(v) / len(a.parts)
    elif a.g in line.reads:
        yield line.work(Changed(v, {a.g: v[a.g] / a.size}))
