"""The numbers of a training run under the names that the program gives them."""

import itertools

import autograd.numpy as np

from oracle.learning import updates
from oracle.passes import (
    batches,
    error,
    error_parts,
    forward,
    parameters,
    samples,
    slopes,
    terms,
    terms_by_hand,
    trained,
)


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
