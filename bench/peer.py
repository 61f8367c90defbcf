"""One peer at one work: `python peer.py numpy|torch|jax|sklearn|c WORK EPOCHS`, for `peers.py`.

The samples are read from the config in the working directory by this program's own parts, before
the clock starts; the last line printed has the seconds of the training alone, and those of the
compilation before it where there is one. `python peer.py backprop WORK EPOCHS` has only these.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

work, epochs = sys.argv[2], int(sys.argv[3])
ETA = {"tutorial": 0.5, "xor": 0.5, "iris": 0.05, "digits": 0.1}[work.split("-")[0]]
SIZES = {"tutorial": (2, 2, 2), "xor": (2, 3, 1), "iris": (4, 8, 3), "digits": (64, 32, 10)}[
    work.split("-")[0]
]


def samples() -> tuple[list[list[float]], list[list[float]]]:
    """Inputs, standardized where the config says so, and targets."""
    config = tomllib.loads(Path(f"{work}.toml").read_text())
    if "data" not in config:
        inputs, targets = config["inputs"], config["targets"]
        return (inputs, targets) if isinstance(inputs[0], list) else ([inputs], [targets])
    with Path(config["data"]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [[float(row[name]) for row in rows] for name in config["inputs"]]
    means = [math.fsum(column) / len(column) for column in columns]
    scales = [
        math.sqrt(math.fsum((x - m) ** 2 for x in column) / len(column)) or 1.0
        for column, m in zip(columns, means, strict=True)
    ]
    inputs = [
        [
            (float(row[name]) - m) / s
            for name, m, s in zip(config["inputs"], means, scales, strict=True)
        ]
        for row in rows
    ]
    label = config["targets"][0]
    labels = sorted({row[label] for row in rows})
    return inputs, [[float(row[label] == one) for one in labels] for row in rows]


def batch_size(count: int) -> int:
    return 32 if work == "digits" else count if work.endswith("batch") else 1


def initial() -> list[tuple[list[list[float]], list[float]]]:
    """Weights (a row for each receiving unit) and biases of every layer."""
    if work == "tutorial":
        return [
            ([[0.15, 0.2], [0.25, 0.3]], [0.35, 0.35]),
            ([[0.4, 0.45], [0.5, 0.55]], [0.6, 0.6]),
        ]
    import random

    draw, made = random.Random(1), []
    for below, above in pairwise(SIZES):
        bound = math.sqrt(6 / (below + above))
        made.append(
            (
                [[draw.uniform(-bound, bound) for _ in range(below)] for _ in range(above)],
                [0.0] * above,
            )
        )
    return made


def report(seconds: float, outputs: Any, compiling: float | None = None) -> None:
    told = {"outputs": [float(x) for x in outputs], "seconds": seconds, "compiling": compiling}
    print(json.dumps(told))


def with_numpy() -> None:
    import numpy as np

    x, t = map(np.array, samples())
    (w1, b1), (w2, b2) = [(np.array(w), np.array(b)) for w, b in initial()]
    size, kind = batch_size(len(x)), work.split("-")[0]

    def forward(x: Any) -> tuple[Any, Any]:
        z = x @ w1.T + b1
        if kind == "iris":
            h = np.tanh(z)
        elif kind == "digits":
            h = np.maximum(z, 0)
        else:
            h = 1 / (1 + np.exp(-z))
        z = h @ w2.T + b2
        if kind in ("iris", "digits"):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return h, e / e.sum(axis=1, keepdims=True)
        return h, 1 / (1 + np.exp(-z))

    began = time.perf_counter()
    for _ in range(epochs):
        for at in range(0, len(x), size):
            xs, ts = x[at : at + size], t[at : at + size]
            h, out = forward(xs)
            d2 = out - ts
            if kind in ("tutorial", "xor"):
                d2 *= out * (1 - out)
            if len(xs) > 1:
                d2 /= len(xs)
            d1 = d2 @ w2
            d1 *= 1 - h * h if kind == "iris" else h > 0 if kind == "digits" else h * (1 - h)
            w2 -= ETA * (d2.T @ h)
            w1 -= ETA * (d1.T @ xs)
            if kind != "tutorial":
                b2 -= ETA * d2.sum(axis=0)
                b1 -= ETA * d1.sum(axis=0)
    report(time.perf_counter() - began, forward(x)[1][0])


def with_torch() -> None:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    x, t = (torch.tensor(part, dtype=torch.float64) for part in samples())
    kind, size = work.split("-")[0], batch_size(len(x))
    hidden = {"iris": torch.nn.Tanh, "digits": torch.nn.ReLU}.get(kind, torch.nn.Sigmoid)()
    model = torch.nn.Sequential(torch.nn.Linear(*SIZES[:2]), hidden, torch.nn.Linear(*SIZES[1:]))
    with torch.no_grad():
        for linear, (w, b) in zip((model[0], model[2]), initial(), strict=True):
            linear.weight.copy_(torch.tensor(w))
            linear.bias.copy_(torch.tensor(b))
            linear.bias.requires_grad_(kind != "tutorial")
    step = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=ETA)

    def loss(xs: Any, ts: Any) -> Any:
        if kind in ("iris", "digits"):
            return torch.nn.functional.cross_entropy(model(xs), ts)
        return 0.5 * ((ts - torch.sigmoid(model(xs))) ** 2).sum() / len(xs)

    began = time.perf_counter()
    for _ in range(epochs):
        for at in range(0, len(x), size):
            step.zero_grad()
            loss(x[at : at + size], t[at : at + size]).backward()
            step.step()
    seconds = time.perf_counter() - began
    out = model(x[:1])
    out = torch.softmax(out, 1) if kind in ("iris", "digits") else torch.sigmoid(out)
    report(seconds, out[0].tolist())


def with_jax() -> None:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, t = map(jnp.array, samples())
    kind, size = work.split("-")[0], batch_size(len(x))
    params = [(jnp.array(w), jnp.array(b)) for w, b in initial()]

    def net(params: Any, xs: Any) -> Any:
        (w1, b1), (w2, b2) = params
        act = {"iris": jnp.tanh, "digits": jax.nn.relu}.get(kind, jax.nn.sigmoid)
        return act(xs @ w1.T + b1) @ w2.T + b2

    def loss(params: Any, xs: Any, ts: Any) -> Any:
        z = net(params, xs)
        if kind in ("iris", "digits"):
            return -(ts * jax.nn.log_softmax(z)).sum() / len(xs)
        return 0.5 * ((ts - jax.nn.sigmoid(z)) ** 2).sum() / len(xs)

    def update(params: Any, xs: Any, ts: Any) -> Any:
        grads = jax.grad(loss)(params, xs, ts)
        if kind == "tutorial":
            return [(w - ETA * g, b) for (w, b), (g, _) in zip(params, grads, strict=True)]
        return jax.tree.map(lambda p, g: p - ETA * g, params, grads)

    whole = len(x) // size * size
    batched = (x[:whole].reshape(-1, size, x.shape[1]), t[:whole].reshape(-1, size, t.shape[1]))

    @jax.jit
    def train(params: Any) -> Any:
        def epoch(_: Any, params: Any) -> Any:
            params, _ = jax.lax.scan(lambda p, b: (update(p, *b), None), params, batched)
            return update(params, x[whole:], t[whole:]) if whole < len(x) else params

        return jax.lax.fori_loop(0, epochs, epoch, params)

    began = time.perf_counter()
    compiled = train.lower(params).compile()
    compiling = time.perf_counter() - began
    began = time.perf_counter()
    params = jax.block_until_ready(compiled(params))
    seconds = time.perf_counter() - began
    z = net(params, x[:1])
    out = jax.nn.softmax(z) if kind in ("iris", "digits") else jax.nn.sigmoid(z)
    report(seconds, out[0], compiling)


def with_backprop() -> None:
    """What the engine that `auto` takes does before its first epoch, import of its library too."""
    from backprop_cli import load
    from backprop_cli.train.engines import engine_for

    network = load(f"{work}.toml")
    began = time.perf_counter()
    engine_for("auto", network, False, epochs).prepare(True)
    report(0.0, [], time.perf_counter() - began)


def with_c() -> None:
    """The loop in C, compiled before the clock starts; for one hidden layer and online learning."""
    import subprocess
    import tempfile

    (x, t), layers, tutorial = samples(), initial(), work == "tutorial"
    numbers: list[float] = [epochs, ETA, 0 if tutorial else 1]
    for weights, biases in layers:
        numbers += [number for row in weights for number in row] + biases
    numbers += [len(x)] + [n for xs, ts in zip(x, t, strict=True) for n in (*xs, *ts)]
    flags = [f"-D{name}={size}" for name, size in zip(("IN", "HIDDEN", "OUT"), SIZES, strict=True)]
    flags += ["-DSOFTMAX"] if "iris" in work else []
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/peer"
        source = str(Path(__file__).with_name("tutorial.c" if tutorial else "peer.c"))
        command = ["cc", "-O2", "-ffp-contract=off", *flags, source, "-o", program, "-lm"]
        subprocess.run(command, check=True)
        given = " ".join(map(repr, numbers))
        subprocess.run([program, str(epochs)], input=given, check=True, text=True)


def with_sklearn() -> None:
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    x, t = samples()
    labels = [row.index(1) for row in t]
    model = MLPClassifier(
        (SIZES[1],),
        activation="tanh" if "iris" in work else "relu",
        solver="sgd",
        alpha=0.0,
        batch_size=batch_size(len(x)),
        learning_rate_init=ETA,
        momentum=0.0,
        shuffle=False,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        random_state=1,
    )
    began = time.perf_counter()
    model.fit(x, labels)
    report(time.perf_counter() - began, model.predict_proba(x[:1])[0])


PEERS = {
    "numpy": with_numpy, "torch": with_torch, "jax": with_jax, "sklearn": with_sklearn, "c": with_c,
    "backprop": with_backprop,
}  # fmt: skip
PEERS[sys.argv[1]]()
