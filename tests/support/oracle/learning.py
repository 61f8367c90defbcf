"""Updates of the parameters, one after the other."""

import itertools

import autograd.numpy as np

from oracle.passes import (
    batches,
    depth,
    gradient,
    gradient_by_hand,
    optimizer,
    parameters,
    samples,
    trained,
)

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
