"""Slips of the forward pass and of the error."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pupils.lines import ACTIVATIONS, Line, Values, error, error_slope
from pupils.slips import TAUGHT, Changed, reading, slip


def _net(v: Values, ws: list[str], xs: list[str]) -> float:
    return sum(v[w] * v[x] for w, x in zip(ws, xs, strict=True))


@slip("missing-bias", "net")
def _(line: Line, v: Values) -> Iterator[float]:
    yield _net(v, line.a.ws, line.a.xs)


@slip("bias-subtracted", "net")
def _(line: Line, v: Values) -> Iterator[float]:
    yield _net(v, line.a.ws, line.a.xs) - line.a.sign * v[line.a.b]


@slip("transposed-weights", "net via")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if line.kind == "via":
        i, j = a.at
        yield a.sign * v[a.delta] * v[a.flat[i * a.height + j]]
        return
    ws = [a.flat[i * a.height + a.unit] for i in range(len(a.ws))]
    yield _net(v, ws, a.xs) + a.sign * v[a.b]


@slip("missing-activation", "out")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation != "linear":
        yield v[line.a.own]


@slip("wrong-activation", "out")
def _(line: Line, v: Values) -> Iterator[float]:
    for name in ("logistic", "tanh", "relu"):
        if name != line.a.activation:
            yield ACTIVATIONS[name](v[line.a.own])


@slip("bipolar-not-shifted", "out")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation == "bipolar-sigmoid":
        yield 2 / (1 + math.exp(-v[line.a.own]))


@slip("softmax-not-normalised", "out")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation == "softmax":
        yield math.exp(v[line.a.own])


def _another_error(line: Line, v: Values, name: str) -> float:
    rule = error if line.kind == "E" else error_slope
    return rule(name, v[line.a.t], v[line.a.out], line.a.n)


@slip("missing-half", "E dE_dout")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.error == "half-squared":
        yield _another_error(line, v, "squared")


@slip("extra-half", "E dE_dout")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.error in ("squared", "mean-squared"):
        yield line.work(v) / 2


@slip("missing-mean", "E dE_dout")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.error == "mean-squared" and line.a.n > 1:
        yield _another_error(line, v, "squared")


def _factor(line: Line) -> float | None:
    factors = {"half-squared": 0.5, "squared": 1.0, "mean-squared": 1 / line.a.n}
    return factors.get(line.a.net.error)


@slip("error-not-squared", "E")
def _(line: Line, v: Values) -> Iterator[float]:
    if (factor := _factor(line)) is not None:
        yield factor * abs(v[line.a.t] - v[line.a.out])


@slip("error-signed", "E")
def _(line: Line, v: Values) -> Iterator[float]:
    if _factor(line) is not None:
        yield v[line.a.t] - v[line.a.out]
        yield v[line.a.out] - v[line.a.t]


@slip("log-base-10", "E")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.error in ("cross-entropy", "binary-cross-entropy"):
        yield line.work(v) / math.log(10)


@slip("missing-complement", "E")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.error == "binary-cross-entropy":
        yield -v[line.a.t] * math.log(v[line.a.out]) + 0.0


@slip("averaged-error", "E_total")
def _(line: Line, v: Values) -> Iterator[float]:
    if len(line.a.parts) > 1:
        yield line.work(v) / len(line.a.parts)


@slip("old-weights", "net")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.suffix == "_new" and len(a.old_keys) == len(a.ws):
        yield _net(v, a.old_keys, a.xs) + a.sign * v[a.old_b_key]
        yield _net(v, a.old_keys, a.xs) + a.sign * v[a.b]
        if a.layer > 1:
            yield _net(v, a.ws, a.old_xs) + a.sign * v[a.b]


@slip("bias-not-updated", "net new")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if not a.net.train_biases:
        return
    if line.kind == "new" and a.bias:
        yield v[a.w]
    if line.kind == "net" and a.suffix == "_new":
        yield _net(v, a.ws, a.xs) + a.sign * v[a.old_b_key]


@slip("bias-updated", "net")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if not a.net.train_biases and a.suffix == "_new" and not a.net.reduces:
        moved = v[a.b] - v["eta"] * sum(v[delta] for delta in a.deltas)
        yield _net(v, a.ws, a.xs) + a.sign * moved


# What teachers know besides.


@slip("term-sign", "net hidden", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.kind == "hidden":
        parts = line.a.parts
        for part in parts if len(parts) > 1 else ():
            yield line.work(v) - 2 * v[part]
        return
    for w, x in zip(line.a.ws, line.a.xs, strict=True):
        yield line.work(v) - 2 * v[w] * v[x]


@slip("term-forgotten", "net", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    for w, x in zip(line.a.ws, line.a.xs, strict=True):
        yield line.work(v) - v[w] * v[x]


@slip("wrong-weight-in-net", "net", TAUGHT, also=("given-misread",))
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    for n, (w, x) in enumerate(zip(a.ws, a.xs, strict=True)):
        for row in range(a.height):
            other = a.flat[row * len(a.ws) + n]
            if row != a.unit:
                yield line.work(v) + (v[other] - v[w]) * v[x]


@slip("inputs-exchanged", "net", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    xs = line.a.xs
    for n in range(len(xs) - 1):
        yield from reading(line, v, **{xs[n]: v[xs[n + 1]], xs[n + 1]: v[xs[n]]})


@slip("exp-sign", "out", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation in ("logistic", "bipolar-sigmoid"):
        yield line.work(Changed(v, {line.a.own: -v[line.a.own]}))


@slip("ten-for-e", "out", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.activation in ("logistic", "bipolar-sigmoid"):
        yield line.work(Changed(v, {line.a.own: math.log(10) * v[line.a.own]}))


@slip("net-for-out-above", "net", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.nets:
        yield _net(v, line.a.ws, line.a.nets) + line.a.sign * v[line.a.b]
        for x, net in zip(line.a.xs, line.a.nets, strict=True):
            yield from reading(line, v, **{x: v[net]})


@slip("another-sample", "net gradient", TAUGHT, also=("given-misread",))
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if line.kind == "gradient":
        for other in a.other_xs:
            yield from reading(line, v, **{a.x: v[other]})
        return
    for others in a.other_xs:
        yield _net(v, a.ws, others) + a.sign * v[a.b]
        for x, other in zip(a.xs, others, strict=True):
            yield from reading(line, v, **{x: v[other]})
