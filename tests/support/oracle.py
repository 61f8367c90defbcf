"""What a config means, worked out a second time, by automatic differentiation.

Nothing here is shared with the program: a config is the plain dict that TOML gives (numeric
weights only), derivatives come from `autograd`, and formulas are written for accuracy instead of
in the textbook's form. Where the two agree, both are right or both are wrong in the same way.

Parameters are a dict of arrays: ``W1`` (a row per receiving unit), ``b1`` (one number where the
layer shares its bias, one per unit otherwise), ``W2`` and so on. Layer 1 is the first with weights.

``update = "sequential"`` is no gradient of anything, so it is worked by hand, from the top down;
test_oracle.py holds the hand-written pass and `autograd` equal wherever both apply.
"""

import itertools
import math

import autograd.numpy as np
from autograd import elementwise_grad, grad, jacobian
from autograd.extend import defvjp, primitive

TINY = 2.2250738585072014e-308  # stands for 0 in a logarithm or a denominator

# -- activations and errors ------------------------------------------------------------------------


@primitive
def normal_cdf(x):
    """Φ(x), accurate in the lower tail too."""
    return np.vectorize(lambda value: math.erfc(-value / math.sqrt(2)) / 2, otypes=[float])(x)


defvjp(normal_cdf, lambda _, x: lambda g: g * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))


def magnitude(x):
    """|x|, whose derivative at 0 is 1 (and not 0): the two halves of a formula must join there."""
    return np.where(x >= 0, x, -x)


def logistic(x):
    """1 / (1 + e^-x); e^-|x| cannot overflow."""
    small = np.exp(-magnitude(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)


def tanh(x):
    """(1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x."""
    twice = -2 * magnitude(x)
    return np.where(x >= 0, 1.0, -1.0) * -np.expm1(twice) / (1 + np.exp(twice))


def softplus(x):
    """ln(1 + e^x)."""
    return np.where(x >= 0, x, 0.0) + np.log1p(np.exp(-magnitude(x)))


def softmax(x):
    """e^x_i / Σ e^x_j."""
    shifted = np.exp(x - np.max(x))
    return shifted / np.sum(shifted)


ACTIVATIONS = {
    "logistic": lambda x, _: logistic(x),
    "sigmoid": lambda x, _: logistic(x),
    "tanh": lambda x, _: tanh(x),
    "relu": lambda x, _: np.where(x > 0, x, 0.0),
    "leaky-relu": lambda x, alpha: np.where(x > 0, x, alpha * x),
    "elu": lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(np.where(x > 0, 0.0, x))),
    "softplus": lambda x, _: softplus(x),
    "silu": lambda x, _: x * logistic(x),
    "gelu": lambda x, _: x * normal_cdf(x),
    "linear": lambda x, _: 1.0 * x,
    "bipolar-sigmoid": lambda x, _: tanh(x / 2),
    "mish": lambda x, _: x * tanh(softplus(x)),
    "softmax": lambda x, _: softmax(x),
}
ALPHA = {"leaky-relu": 0.01, "elu": 1.0}


def log(x):
    """ln x, with the smallest normal number in place of 0."""
    return np.log(np.where(x <= 0, x + TINY, x))


def huber(out, target, delta=1.0):
    """The square of what is clipped to ±δ, and straight on from there."""
    size = magnitude(out - target)
    near = np.where(size > delta, delta, size)
    return near * (size - near / 2)


ERRORS = {  # one part per output; the error of a sample is their sum
    "half-squared": lambda out, target: (target - out) ** 2 / 2,
    "squared": lambda out, target: (target - out) ** 2,
    "mean-squared": lambda out, target: (target - out) ** 2 / len(out),
    "huber": huber,
    "pseudo-huber": lambda out, target, delta=1.0: (
        delta * (np.sqrt(delta**2 + (out - target) ** 2) - delta)
    ),
    "cross-entropy": lambda out, target: -target * log(out),
    "binary-cross-entropy": lambda out, target: -(target * log(out) + (1 - target) * log(1 - out)),
}
FUSED = {  # the same errors from the net inputs, without the detour over a saturated output
    ("cross-entropy", "softmax"): lambda net, target: (
        -np.sum(target * (net - np.max(net) - np.log(np.sum(np.exp(net - np.max(net))))))
    ),
    ("cross-entropy", "logistic"): lambda net, target: np.sum(target * softplus(-net)),
    ("binary-cross-entropy", "logistic"): lambda net, target: np.sum(
        target * softplus(-net) + (1 - target) * softplus(net)
    ),
}

# -- reading a config ------------------------------------------------------------------------------


def depth(config):
    """How many layers have weights."""
    return len(config["layers"])


def samples(config):
    """(inputs, targets) of every sample, as arrays."""
    inputs, targets = config["inputs"], config["targets"]
    if not isinstance(inputs[0], list):
        inputs, targets = [inputs], [targets]
    pairs = zip(inputs, targets, strict=True)
    return [(np.array(x, dtype=float), np.array(t, dtype=float)) for x, t in pairs]


def parameters(config):
    """The initial weights and biases."""
    params = {}
    for number, layer in enumerate(config["layers"], 1):
        weights = np.array(layer["weights"], dtype=float)
        by_sender = config.get("convention", {}).get("weight_rows") == "from"
        params[f"W{number}"] = weights.T if by_sender else weights
        if "bias" in layer or "biases" in layer:
            params[f"b{number}"] = np.array(layer.get("bias", layer.get("biases")), dtype=float)
    return params


def trained(config, params):
    """Names of the parameters that learning changes."""
    biases = config.get("train_biases", True)
    return [name for name in params if biases or name.startswith("W")]


def batches(config):
    """The samples of each update of an epoch, counted from 1, in order."""
    count = len(samples(config))
    default = "mini-batch" if "batch_size" in config else "online"
    learning = config.get("learning", default)
    size = {"online": 1, "batch": count}.get(learning) or config.get("batch_size", 32)
    numbers = range(1, count + 1)
    return [list(numbers[start : start + size]) for start in range(0, count, size)]


def choice(chosen):
    """(name, parameters) of what is named alone or in a table."""
    if isinstance(chosen, str):
        return chosen, {}
    return chosen["name"], {k: float(v) for k, v in chosen.items() if k != "name"}


def optimizer(config):
    """(name, parameters) of the optimizer."""
    return choice(config.get("optimizer", "sgd"))


def error_name(config):
    """The error without its parameters."""
    return choice(config["error"])[0]


# -- one pass --------------------------------------------------------------------------------------


def net_input(config, params, layer, incoming):
    """Net inputs of a layer; a threshold is subtracted."""
    net = np.dot(params[f"W{layer}"], incoming)
    if f"b{layer}" not in params:
        return net
    return net + bias_sign(config) * params[f"b{layer}"]


def bias_sign(config):
    """How a net input changes with its bias: -1 for a threshold."""
    return -1 if config.get("convention", {}).get("bias") == "subtracted" else 1


def activate(config, layer, net):
    """Outputs of a layer."""
    spec = config["layers"][layer - 1]
    name = spec["activation"]
    return ACTIVATIONS[name](net, spec.get("alpha", ALPHA.get(name)))


def forward(config, params, x):
    """(net inputs, outputs) of every layer."""
    passes, out = [], np.array(x, dtype=float)
    for layer in range(1, depth(config) + 1):
        net = net_input(config, params, layer, out)
        out = activate(config, layer, net)
        passes.append((net, out))
    return passes


def error_parts(config, out, target):
    """What each output contributes to the error."""
    name, settings = choice(config["error"])
    return ERRORS[name](out, target, **settings)


def error_after(config, params, layer, out, target):
    """The error of a sample as a function of the outputs of a layer (0: the inputs)."""
    if layer == depth(config):
        return np.sum(error_parts(config, out, target))
    net = net_input(config, params, layer + 1, out)
    return error_from(config, params, layer + 1, net, target)


def error_from(config, params, layer, net, target):
    """The error of a sample as a function of the net inputs of a layer."""
    activation = config["layers"][layer - 1]["activation"].replace("sigmoid", "logistic")
    fused = FUSED.get((error_name(config), activation))
    if layer == depth(config) and fused is not None:
        return fused(net, target)
    return error_after(config, params, layer, activate(config, layer, net), target)


def error(config, params, x, t):
    """The error of a sample."""
    return error_after(config, params, 0, np.array(x, dtype=float), np.array(t, dtype=float))


def gradient(config, params, x, t):
    """∂E/∂ every parameter, by automatic differentiation of the whole error."""
    return grad(lambda p: error(config, p, x, t))(params)


def slopes(config, layer, net):
    """∂out/∂net: a vector, or for softmax the Jacobian (row: output, column: net input)."""
    if config["layers"][layer - 1]["activation"] == "softmax":
        return jacobian(lambda n: activate(config, layer, n))(net)
    return elementwise_grad(lambda n: activate(config, layer, n))(net)


# -- one pass back, by hand ------------------------------------------------------------------------


SLOPES = {  # ∂out/∂net from the net input; 1 - f(x) is written f(-x), which loses no digits
    "logistic": lambda x, _: logistic(x) * logistic(-x),
    "sigmoid": lambda x, _: logistic(x) * logistic(-x),
    "tanh": lambda x, _: 4 * logistic(2 * x) * logistic(-2 * x),
    "relu": lambda x, _: np.where(x > 0, 1.0, 0.0),
    "leaky-relu": lambda x, alpha: np.where(x > 0, 1.0, alpha),
    "elu": lambda x, alpha: np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0))),
    "softplus": lambda x, _: logistic(x),
    "silu": lambda x, _: logistic(x) * (1 + x * logistic(-x)),
    "gelu": lambda x, _: normal_cdf(x) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
    "linear": lambda x, _: np.ones_like(x),
    "bipolar-sigmoid": lambda x, _: 2 * logistic(x) * logistic(-x),
    "mish": lambda x, _: (
        tanh(softplus(x))
        + 4 * x * logistic(x) * logistic(2 * softplus(x)) * logistic(-2 * softplus(x))
    ),
    "softmax": lambda x, _: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)),
}
ERROR_SLOPES = {  # ∂E/∂out
    "half-squared": lambda out, target: out - target,
    "squared": lambda out, target: 2 * (out - target),
    "mean-squared": lambda out, target: 2 * (out - target) / len(out),
    "huber": lambda out, target, delta=1.0: np.clip(out - target, -delta, delta),
    "pseudo-huber": lambda out, target, delta=1.0: (
        delta * (out - target) / np.sqrt(delta**2 + (out - target) ** 2)
    ),
    "cross-entropy": lambda out, target: -target / np.maximum(out, TINY),
    "binary-cross-entropy": lambda out, target: (
        (1 - target) / np.maximum(1 - out, TINY) - target / np.maximum(out, TINY)
    ),
}
FUSED_SLOPES = {  # ∂E/∂net at the output
    ("cross-entropy", "softmax"): lambda net, t: softmax(net) * np.sum(t) - t,
    ("cross-entropy", "logistic"): lambda net, t: -t * logistic(-net),
    ("binary-cross-entropy", "logistic"): lambda net, t: logistic(net) - t,
}


def back_through(config, layer, net, d_out, target):
    """∂E/∂net of a layer from its ∂E/∂out."""
    spec = config["layers"][layer - 1]
    name = spec["activation"]
    fused = FUSED_SLOPES.get((error_name(config), name.replace("sigmoid", "logistic")))
    if layer == depth(config) and fused is not None:
        return fused(net, target)
    slope = SLOPES[name](net, spec.get("alpha", ALPHA.get(name)))
    return np.dot(slope.T, d_out) if slope.ndim == 2 else slope * d_out


def terms_by_hand(config, params, upper, x, t):
    """{layer: (∂E/∂out, ∂E/∂net)}, where going back a layer uses the weights `upper`."""
    passes = forward(config, params, x)
    error, settings = choice(config["error"])
    d_out = ERROR_SLOPES[error](passes[-1][1], t, **settings)
    terms = {}
    for layer in range(depth(config), 0, -1):
        terms[layer] = (d_out, back_through(config, layer, passes[layer - 1][0], d_out, t))
        d_out = np.dot(upper[f"W{layer}"].T, terms[layer][1])
    return terms


def gradient_by_hand(config, params, upper, x, t):
    """As `gradient`, where going back a layer uses the weights `upper`; `params` gives the same."""
    terms = terms_by_hand(config, params, upper, x, t)
    outputs = [x, *(out for _, out in forward(config, params, x))]
    result = {}
    for layer, (_, d_net) in terms.items():
        result[f"W{layer}"] = np.outer(d_net, outputs[layer - 1])
        if f"b{layer}" in params:
            d_bias = bias_sign(config) * d_net
            result[f"b{layer}"] = d_bias if params[f"b{layer}"].ndim else np.sum(d_bias)
    return result


def terms(config, params, x, t):
    """{layer: (∂E/∂out, ∂E/∂net)} by automatic differentiation of what follows each layer."""
    result = {}
    for layer, (net, out) in enumerate(forward(config, params, x), 1):
        d_out = grad(error_after, 3)(config, params, layer, out, t)
        result[layer] = (d_out, grad(error_from, 3)(config, params, layer, net, t))
    return result


# -- optimizers: (change, new state, quantities of this step alone) --------------------------------


def sgd(g, w, state, eta, count):
    return -eta * g, {}, {}


def momentum(g, w, state, eta, count, beta=0.9):
    v = beta * state.get("v", 0) - eta * g
    return v, {"v": v}, {}


def pytorch_momentum(g, w, state, eta, count, beta=0.9, dampening=0.0):
    """As torch.optim.SGD: the buffer begins as the first gradient, whole."""
    buffer = g if count == 1 else beta * state["v"] + (1 - dampening) * g
    return -eta * buffer, {"v": buffer}, {}


def nesterov(g, w, state, eta, count, beta=0.9):
    v = beta * state.get("v", 0) - eta * g
    return beta * v - eta * g, {"v": v}, {}


def adagrad(g, w, state, eta, count, epsilon=1e-8):
    total = state.get("G", 0) + g**2
    return -eta * g / (np.sqrt(total) + epsilon), {"G": total}, {}


def rmsprop(g, w, state, eta, count, rho=0.9, epsilon=1e-8, beta=0.0):
    v = rho * state.get("v", 0) + (1 - rho) * g**2
    if beta == 0:
        return -eta * g / (np.sqrt(v) + epsilon), {"v": v}, {}
    u = beta * state.get("u", 0) + eta * g / (np.sqrt(v) + epsilon)
    return -u, {"v": v, "u": u}, {}


def lion(g, w, state, eta, count, beta1=0.9, beta2=0.99, weight_decay=0.0):
    m = state.get("m", 0)
    c = beta1 * m + (1 - beta1) * g
    renewed = beta2 * m + (1 - beta2) * g
    return -eta * (np.sign(c) + weight_decay * w), {"m": renewed}, {"c": c}


def adamw(
    g, w, state, eta, count, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.01
):  # the order of Loshchilov & Hutter (2019), algorithm 2, with η for the schedule
    m = beta1 * state.get("m", 0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0) + (1 - beta2) * g**2
    mhat, vhat = m / (1 - beta1**count), v / (1 - beta2**count)
    change = -eta * (mhat / (np.sqrt(vhat) + epsilon) + weight_decay * w)
    return change, {"m": m, "v": v}, {"mhat": mhat, "vhat": vhat}


def adam(g, w, state, eta, count, **settings):
    return adamw(g, w, state, eta, count, **settings, weight_decay=0.0)


RULES = (sgd, momentum, pytorch_momentum, nesterov, adagrad, rmsprop, adam, adamw, lion)
OPTIMIZERS = {rule.__name__.replace("_", "-"): rule for rule in RULES}

# -- learning --------------------------------------------------------------------------------------


def reduced(config, gradients):
    """One gradient from those of a batch: their mean, or their sum."""
    if config.get("reduction", "mean") == "sum":
        return {name: sum(g[name] for g in gradients) for name in gradients[0]}
    return {name: sum(g[name] for g in gradients) / len(gradients) for name in gradients[0]}


def change(config, names, record):
    """Put the change of these parameters into a record of an update."""
    rule, settings = optimizer(config)
    for name in names:
        step, state, moment = OPTIMIZERS[rule](
            record["gradient"][name],
            record["before"][name],
            record["state"].get(name, {}),
            float(config["eta"]),
            record["update"],
            **settings,
        )
        record["change"][name] = step
        record["after"][name] = record["before"][name] + step
        record["state"][name] = state
        record["moment"][name] = moment


def learn(config, record, batch, by_hand):
    """One update: gradients, and then the parameters."""
    before, after = record["before"], record["after"]
    names = trained(config, before)
    if config.get("update", "simultaneous") == "simultaneous":
        if by_hand:
            record["gradients"] = [gradient_by_hand(config, before, before, *s) for s in batch]
        else:
            record["gradients"] = [gradient(config, before, *s) for s in batch]
        record["gradient"] = reduced(config, record["gradients"])
        change(config, names, record)
        return
    record["gradients"] = [{} for _ in batch]
    for layer in range(depth(config), 0, -1):  # each layer is updated before the one below looks
        mine = [name for name in (f"W{layer}", f"b{layer}") if name in before]
        for found, sample in zip(record["gradients"], batch, strict=True):
            fresh = gradient_by_hand(config, before, after, *sample)
            found.update({name: fresh[name] for name in mine})
        parts = [{name: found[name] for name in mine} for found in record["gradients"]]
        record["gradient"].update(reduced(config, parts))
        change(config, [name for name in mine if name in names], record)


def updates(config, epochs, by_hand=False):
    """One record per update, as it is made.

    Keys: update, epoch, batch (counted from 1), samples (numbers from 1), before, gradients (one
    dict per sample), gradient (reduced), change, after, state (after), moment (what is no state:
    m̂ and v̂ of Adam, c of Lion).
    `by_hand` takes the same gradients from the hand-written pass: quicker for long runs.
    """
    data, params, state = samples(config), parameters(config), {}
    order = itertools.product(range(1, epochs + 1), enumerate(batches(config), 1))
    for update, (epoch, (number, chosen)) in enumerate(order, 1):
        record = {"update": update, "epoch": epoch, "batch": number, "samples": chosen}
        record |= {"before": params, "after": dict(params), "state": dict(state)}
        record |= {"gradient": {}, "change": {}, "moment": {}}
        learn(config, record, [data[i - 1] for i in chosen], by_hand)
        params, state = record["after"], record["state"]
        yield record


def train(config, epochs, by_hand=False):
    """Every update of so many epochs, see `updates`."""
    return list(updates(config, epochs, by_hand))


# -- the program's names ---------------------------------------------------------------------------


def unit_names(config):
    """Default names of the units, inputs first: i1 …, h1 … (or h1_1 …), o1 …"""
    sizes = [len(samples(config)[0][0])]
    sizes += [len(w) for name, w in parameters(config).items() if name.startswith("W")]
    names = [[f"h{layer}_{i}" for i in range(1, n + 1)] for layer, n in enumerate(sizes)]
    if len(sizes) == 3:
        names[1] = [f"h{i}" for i in range(1, sizes[1] + 1)]
    names[0] = [f"i{i}" for i in range(1, sizes[0] + 1)]
    names[-1] = [f"o{i}" for i in range(1, sizes[-1] + 1)]
    return names


def parameter_names(config):
    """{"W1": keys in the order of the raveled array, …, "b1": …}."""
    names, count = {}, 0
    units = unit_names(config)
    for key, array in parameters(config).items():
        layer = int(key[1:])
        if key.startswith("W"):
            names[key] = [f"w{count + i}" for i in range(1, array.size + 1)]
            count += array.size
        elif array.ndim:
            names[key] = [f"b_{unit}" for unit in units[layer]]
        else:
            names[key] = [f"b{layer}"]
    return names


def named(names, pattern, arrays):
    """{pattern filled in with a parameter's key: its number}."""
    return {
        pattern.format(key): float(value)
        for array, values in arrays.items()
        for key, value in zip(names[array], np.ravel(values), strict=True)
    }


def forward_quantities(config, params, x, t, suffix=""):
    """net, out and E of a sample."""
    found = {}
    passes = forward(config, params, x)
    units = unit_names(config)
    for (net, out), layer in zip(passes, units[1:], strict=True):
        found |= {f"net_{unit}{suffix}": float(n) for unit, n in zip(layer, net, strict=True)}
        found |= {f"out_{unit}{suffix}": float(o) for unit, o in zip(layer, out, strict=True)}
    parts = error_parts(config, passes[-1][1], t)
    found |= {f"E_{unit}{suffix}": float(e) for unit, e in zip(units[-1], parts, strict=True)}
    found[f"E_total{suffix}"] = float(np.sum(parts))
    return found


def slope_quantities(config, params, x):
    """The slopes of all activations; the whole Jacobian for softmax."""
    found = {}
    units = unit_names(config)
    for layer, (net, _) in enumerate(forward(config, params, x), 1):
        slope, names = slopes(config, layer, net), units[layer]
        if slope.ndim == 1:
            found |= {f"dout_dnet_{u}": float(s) for u, s in zip(names, slope, strict=True)}
            continue
        for (i, upper), (j, lower) in itertools.product(enumerate(names), repeat=2):
            found[f"dout_{upper}_dnet_{lower}"] = float(slope[i, j])
    return found


def backward_quantities(config, record, x, t):
    """Error terms of a sample, by path too."""
    before, after = record["before"], record["after"]
    sequential = config.get("update") == "sequential"
    upper = after if sequential else before
    how = terms_by_hand(config, before, after, x, t) if sequential else terms(config, before, x, t)
    sign = -1 if config.get("convention", {}).get("delta") == "descent" else 1
    units = unit_names(config)
    found = {}
    for layer, (d_out, d_net) in how.items():
        for i, unit in enumerate(units[layer]):
            found[f"dE_dout_{unit}"] = float(d_out[i])
            found[f"delta_{unit}"] = sign * float(d_net[i])
            if layer > 1:
                parts = d_net[i] * upper[f"W{layer}"][i]
                for below, part in zip(units[layer - 1], parts, strict=True):
                    found[f"dE_dout_{below}_via_{unit}"] = float(part)
    return found


def sample_quantities(config, record, index, x, t):
    """Everything about one sample of an update."""
    before = record["before"]
    names = parameter_names(config)
    own = {key: record["gradients"][index][key] for key in trained(config, before)}
    found = forward_quantities(config, before, x, t)
    out = forward(config, before, x)[-1][1]
    found |= {f"err_{u}": float(e) for u, e in zip(unit_names(config)[-1], t - out, strict=True)}
    found |= slope_quantities(config, before, x)
    found |= backward_quantities(config, record, x, t)
    found |= named(names, "dE_d{}", own)
    return found | forward_quantities(config, record["after"], x, t, "_new")


def update_quantities(config, record):
    """Everything about one update: reduced gradient, change, state, new parameters."""
    names = parameter_names(config)
    keys = trained(config, record["before"])
    found = named(names, "dE_d{}", {key: record["gradient"][key] for key in keys})
    found |= named(names, "change_{}", record["change"])
    found |= named(names, "{}_new", {key: record["after"][key] for key in keys})
    for key in keys:
        for letter, array in record["state"][key].items():
            found |= named(names, f"{letter}_{{}}_new", {key: array})
        for letter, array in record["moment"][key].items():
            found |= named(names, f"{letter}_{{}}", {key: array})
    return found


def expected_quantities(config, epochs=1, only=None, by_hand=False):
    """{key as the program names it: value} of a training run, or of the epochs in `only`.

    Several samples put ``sample2.`` before what belongs to a sample, several epochs ``epoch3.``
    before everything, several updates per epoch of mini-batches ``batch2.`` before what belongs
    to an update. ``E_epoch`` and ``E_epoch_new`` are sums over the samples, as each was presented
    and under the weights at the end of the epoch; ``E_mean`` is the mean, where there are several.
    """
    data = samples(config)
    online = all(len(batch) == 1 for batch in batches(config)) and "batch_size" not in config
    found = {}
    for record in updates(config, epochs, by_hand):
        if only is not None and record["epoch"] not in only:
            continue
        epoch = f"epoch{record['epoch']}." if epochs > 1 else ""
        for index, number in enumerate(record["samples"]):
            prefix = epoch + (f"sample{number}." if len(data) > 1 else "")
            quantities = sample_quantities(config, record, index, *data[number - 1])
            found |= {prefix + key: value for key, value in quantities.items()}
            total = found.get(f"{epoch}E_epoch", 0.0)
            found[f"{epoch}E_epoch"] = total + quantities["E_total"]
        if not online:
            prefix = epoch + (f"batch{record['batch']}." if len(batches(config)) > 1 else "")
        found |= {prefix + key: value for key, value in update_quantities(config, record).items()}
        errors = (error(config, record["after"], *sample) for sample in data)
        found[f"{epoch}E_epoch_new"] = float(sum(errors))
        if len(data) > 1:
            for key in ("E_epoch", "E_epoch_new"):
                mean = found[epoch + key] / len(data)
                found[epoch + key.replace("epoch", "mean")] = mean
    return found
