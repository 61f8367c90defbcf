"""One pass forward and back: what a config says, by automatic differentiation and by hand."""

import autograd.numpy as np
from autograd import elementwise_grad, grad, jacobian

from oracle.functions import (
    ACTIVATIONS,
    ALPHA,
    ERROR_SLOPES,
    ERRORS,
    FUSED,
    FUSED_SLOPES,
    SLOPES,
)

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
