"""Slips of the update, slips that misread what is given, and those of the hand."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from pupils.lines import Line, Values
from pupils.slips import TAUGHT, Changed, reading, slip

UPDATES = "new velocity mean square corrected change"


@slip("added-gradient", UPDATES)
def _(line: Line, v: Values) -> Iterator[float]:
    yield from reading(line, v, eta=-v["eta"])


@slip("missing-eta", UPDATES)
def _(line: Line, v: Values) -> Iterator[float]:
    yield from reading(line, v, eta=1.0)


@slip("eta-twice", UPDATES)
def _(line: Line, v: Values) -> Iterator[float]:
    yield from reading(line, v, eta=v["eta"] ** 2)


@slip("missing-old-weight", "new")
def _(line: Line, v: Values) -> Iterator[float]:
    yield line.work(v) - v[line.a.w]


@slip("momentum-dropped", "velocity")
def _(line: Line, v: Values) -> Iterator[float]:
    yield -v["eta"] * v[line.a.g]


@slip("momentum-sign", "velocity change")
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.method not in ("momentum", "nesterov"):
        return
    if line.kind == "velocity":
        yield -v["beta"] * v[a.old] - v["eta"] * v[a.g]
    elif a.method == "nesterov":
        yield -v["beta"] * v[a.velocity] - v["eta"] * v[a.g]
    else:
        yield -v[a.velocity]


@slip("adam-no-bias-correction", "corrected")
def _(line: Line, v: Values) -> Iterator[float]:
    yield v[line.a.plain]


@slip("adam-epsilon-inside", "change")
def _(line: Line, v: Values) -> Iterator[float]:
    if hasattr(line.a, "root"):
        yield _step(line, v, lambda square: sqrt(square + v["epsilon"]))


def _step(line: Line, v: Values, divisor: object) -> float:
    a = line.a
    assert callable(divisor)
    if a.method == "rmsprop":
        return -v["eta"] * v[a.g] / divisor(v[a.v])
    decay = v["weight_decay"] * v[a.w] if a.decayed else 0.0
    return -v["eta"] * (v[a.mhat] / divisor(v[a.vhat]) + decay)


@slip("missing-root", "change")
def _(line: Line, v: Values) -> Iterator[float]:
    if hasattr(line.a, "root"):
        yield _step(line, v, lambda square: square + v["epsilon"])


@slip("decay-swapped", "mean square")
def _(line: Line, v: Values) -> Iterator[float]:
    yield from reading(line, v, **{line.a.beta: 1 - v[line.a.beta]})


@slip("weight-decay-dropped", "change")
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.net.optimizer == "adamw":
        yield from reading(line, v, weight_decay=0.0)


# What teachers know besides.


@slip("eta-misread", UPDATES, TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    for factor in (0.5, 2.0, 10.0, 0.1):
        yield from reading(line, v, eta=factor * v["eta"])


@slip("gradient-of-another", UPDATES, TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    for other in line.a.grads:
        yield from reading(line, v, **{line.a.g: v[other]})


@slip("delta-for-gradient", UPDATES, TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.delta and not line.a.bias:
        sign = -1.0 if line.a.net.descent else 1.0
        yield from reading(line, v, **{line.a.g: sign * v[line.a.delta]})


@slip("betas-exchanged", "mean square corrected", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.method in ("adam", "adamw"):
        yield from reading(line, v, beta1=v["beta2"], beta2=v["beta1"])


@slip("nesterov-for-momentum", "change", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.method == "momentum":
        yield v["beta"] * v[a.velocity] - v["eta"] * v[a.g]


@slip("momentum-for-nesterov", "change", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    if line.a.method == "nesterov":
        yield v[line.a.velocity]


@slip("l2-in-gradient", "mean square", TAUGHT)
def _(line: Line, v: Values) -> Iterator[float]:
    a = line.a
    if a.method == "adamw":
        pulled = v[a.g] + v["weight_decay"] * v[a.w]
        yield line.work(Changed(v, {a.g: pulled}))
