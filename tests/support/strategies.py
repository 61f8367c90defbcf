"""Random configs: every activation, error, optimizer and way of learning, with short decimals.

`configs()` draws a valid config as the plain dict that TOML gives; `to_toml` writes it down.
What is drawn can be compared to nine digits: no net input lies at a kink of its activation, none
saturates it, and no gradient is so small that an adaptive optimizer would divide rounding by
rounding.
"""

import json

import numpy as np
import oracle
from hypothesis import assume
from hypothesis import strategies as st

ACTIVATIONS = tuple(oracle.ACTIVATIONS)
ERRORS = tuple(oracle.ERRORS)
OPTIMIZERS = tuple(oracle.OPTIMIZERS)
LEARNING = ("online", "batch", "mini-batch")
UPDATES = ("simultaneous", "sequential")
BIASES = ("shared", "own", "none")

SQUARES = ("half-squared", "squared", "mean-squared", "huber", "pseudo-huber")
PROBABILITIES = {
    "cross-entropy": ("softmax", "logistic", "sigmoid"),
    "binary-cross-entropy": ("logistic", "sigmoid"),
}
KINKED = ("relu", "leaky-relu", "elu")
SATURATION = {"tanh": 6.0}  # the largest |net|; 12 for the others
ADAPTIVE = ("adagrad", "rmsprop", "adam", "adamw")


def decimals(low, high, places=2):
    """Floats with so few decimals."""
    scale = 10**places
    return st.integers(round(low * scale), round(high * scale)).map(lambda n: n / scale)


def rows(draw, count, length, numbers):
    """A list of lists of numbers."""
    row = st.lists(numbers, min_size=length, max_size=length)
    return draw(st.lists(row, min_size=count, max_size=count))


@st.composite
def distributions(draw, size):
    """Tenths that add up to 1; often all in one place."""
    if draw(st.booleans()):
        chosen = draw(st.integers(0, size - 1))
        return [int(i == chosen) for i in range(size)]
    cuts = sorted(draw(st.lists(st.integers(0, 10), min_size=size - 1, max_size=size - 1)))
    return [(high - low) / 10 for low, high in zip([0, *cuts], [*cuts, 10], strict=True)]


def targets(error, size):
    """Targets that make sense with an error."""
    if error == "cross-entropy" and size > 1:
        return distributions(size)
    low = -1 if error in SQUARES else 0
    return st.lists(decimals(low, 1), min_size=size, max_size=size)


@st.composite
def optimizer_choices(draw, names=OPTIMIZERS):
    """None (left out), a name, or a table with some of the parameters."""
    name = draw(st.sampled_from(names))
    if name == "sgd" and draw(st.booleans()):
        return None
    settings = {
        "momentum": {"beta": (0.5, 0.9, 0.95)},
        "pytorch-momentum": {"beta": (0.5, 0.9, 0.95), "dampening": (0, 0.1, 0.5)},
        "nesterov": {"beta": (0.5, 0.9, 0.95)},
        "adagrad": {"epsilon": (1e-8, 1e-6)},
        "rmsprop": {"rho": (0.5, 0.9, 0.99), "epsilon": (1e-8, 1e-6), "beta": (0, 0.5, 0.9)},
        "lion": {"beta1": (0.5, 0.9), "beta2": (0.9, 0.99), "weight_decay": (0, 0.1)},
        "adam": {"beta1": (0.5, 0.9), "beta2": (0.9, 0.999), "epsilon": (1e-8, 1e-6)},
    }
    settings["adamw"] = {**settings["adam"], "weight_decay": (0.01, 0.1)}
    chosen = {
        key: draw(st.sampled_from(values))
        for key, values in settings.get(name, {}).items()
        if draw(st.booleans())
    }
    return {"name": name, **chosen} if chosen or draw(st.booleans()) else name


@st.composite
def layers(draw, fan_in, units, activation, biases, by_sender):
    """One layer; `by_sender` writes a row of weights per unit of the layer below."""
    layer = {"activation": activation}
    if activation in oracle.ALPHA and draw(st.booleans()):
        layer["alpha"] = draw(st.sampled_from((0.01, 0.1, 0.5)))
    shape = (fan_in, units) if by_sender else (units, fan_in)
    layer["weights"] = rows(draw, *shape, decimals(-2, 2))
    kind = draw(st.sampled_from(biases))
    if kind == "shared":
        layer["bias"] = draw(decimals(-2, 2))
    elif kind == "own":
        layer["biases"] = rows(draw, 1, units, decimals(-2, 2))[0]
    return layer


@st.composite
def convention_tables(draw, allowed):
    """A table that turns some of the conventions around."""
    other = {"bias": "subtracted", "delta": "descent", "weight_rows": "from"}
    return {key: other[key] for key in other if key in allowed and draw(st.booleans())}


def outputs(activations, error):
    """The activations that go with an error at the output."""
    return [name for name in activations if name in PROBABILITIES.get(error, ACTIVATIONS)]


@st.composite
def configs(
    draw,
    *,
    activations=ACTIVATIONS,
    errors=ERRORS,
    optimizers=OPTIMIZERS,
    learning=LEARNING,
    update=UPDATES,
    biases=BIASES,
    train_biases=(True, False),
    conventions=("bias", "delta", "weight_rows"),
    min_samples=1,
    max_samples=3,
    min_layers=1,
    max_layers=3,
    max_inputs=4,
    max_units=4,
    epochs=1,
):
    """A valid config; each keyword restricts what is drawn.

    The promise about kinks, saturation and small gradients holds for the first `epochs` epochs.
    """
    table = draw(convention_tables(conventions))
    error = draw(st.sampled_from([name for name in errors if outputs(activations, name)]))
    written = error
    if "huber" in error and draw(st.booleans()):
        written = {"name": error, "delta": draw(st.sampled_from((0.1, 0.5, 2)))}
    output = draw(st.sampled_from(outputs(activations, error)))
    config = {"eta": draw(st.sampled_from((0.01, 0.05, 0.1, 0.3, 0.5, 1))), "error": written}
    sizes, names = shape(draw, activations, output, (min_layers, max_layers), max_units)
    sizes.insert(0, draw(st.integers(1, max_inputs)))
    config |= data(draw, error, sizes, draw(st.integers(min_samples, max_samples)))
    config |= ways_of_learning(draw, learning, update, train_biases, len(config["inputs"]))
    config["layers"] = [
        draw(layers(fan_in, units, name, biases, table.get("weight_rows") == "from"))
        for fan_in, units, name in zip(sizes, sizes[1:], names, strict=False)
    ]
    chosen = draw(optimizer_choices(optimizers))
    config |= {} if chosen is None else {"optimizer": chosen}
    config |= {"convention": table} if table else {}
    assume(comparable(config, epochs))
    return config


def shape(draw, activations, output, depths, max_units):
    """(units, activation) of every layer."""
    hidden = draw(st.integers(*depths)) - 1
    inner = st.lists(st.sampled_from(activations), min_size=hidden, max_size=hidden)
    names = [*draw(inner), output]
    return [draw(st.integers(1, max_units)) for _ in names], names


def data(draw, error, sizes, count):
    """Inputs and targets: flat for a single sample, now and then."""
    inputs = rows(draw, count, sizes[0], decimals(-2, 2))
    wanted = [draw(targets(error, sizes[-1])) for _ in range(count)]
    if count == 1 and draw(st.booleans()):
        return {"inputs": inputs[0], "targets": wanted[0]}
    return {"inputs": inputs, "targets": wanted}


def ways_of_learning(draw, learning, update, train_biases, count):
    """learning, batch_size, reduction, update, train_biases; defaults are often left out."""
    chosen = {"learning": draw(st.sampled_from(learning))}
    if chosen["learning"] == "mini-batch":
        chosen["batch_size"] = draw(st.integers(1, count))
        if draw(st.booleans()):
            del chosen["learning"]
    if draw(st.booleans()):
        chosen["reduction"] = draw(st.sampled_from(("mean", "sum")))
    chosen["update"] = draw(st.sampled_from(update))
    chosen["train_biases"] = draw(st.sampled_from(train_biases))
    for key, default in (("learning", "online"), ("update", "simultaneous")):
        if chosen.get(key) == default and draw(st.booleans()):
            del chosen[key]
    return chosen


def comparable(config, epochs):
    """Whether two correct programs must agree to nine digits on this config."""
    name, _ = oracle.optimizer(config)
    for record in oracle.updates(config, epochs, by_hand=True):
        if not (smooth(config, record["before"]) and smooth(config, record["after"])):
            return False
        for gradient in record["gradient"].values():
            small = (gradient != 0) & (np.abs(gradient) < 1e-6)
            if name in ADAPTIVE and np.any(small):
                return False
        for moments in record["moment"].values():
            if name == "lion" and np.any(np.abs(moments["c"]) < 1e-6):
                return False  # its sign would be that of the rounding
    return True


def smooth(config, params):
    """Whether no net input lies at a kink or saturates its activation."""
    for x, _ in oracle.samples(config):
        passes = oracle.forward(config, params, x)
        for (net, _), layer in zip(passes, config["layers"], strict=True):
            name = layer["activation"]
            if not np.all(np.abs(net) <= SATURATION.get(name, 12.0)):
                return False
            if name in KINKED and np.any(np.abs(net) <= 1e-3):
                return False
    return True


def to_toml(config):
    """A config as a TOML document."""
    tables = ("layers", "error", "convention", "optimizer", "notation", "round_each")
    lines = [
        f"{key} = {value_in_toml(value)}" for key, value in config.items() if key not in tables
    ]
    for layer in config["layers"]:
        lines += ["", "[[layers]]", *(f"{key} = {value_in_toml(v)}" for key, v in layer.items())]
    for key in tables[1:]:
        if isinstance(config.get(key), dict):
            pairs = config[key].items()
            lines += ["", f"[{key}]", *(f"{name} = {value_in_toml(v)}" for name, v in pairs)]
        elif key in config:
            lines.insert(0, f"{key} = {value_in_toml(config[key])}")
    return "\n".join(lines) + "\n"


def value_in_toml(value):
    """A number, a truth value, a string or a list of them."""
    if isinstance(value, list):
        return f"[{', '.join(map(value_in_toml, value))}]"
    if isinstance(value, bool | str):
        return json.dumps(value)
    return repr(value)
