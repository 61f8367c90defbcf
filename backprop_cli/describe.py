"""A network in words: what stands above a worked example."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.network import Network
from backprop_cli.notation import Name
from backprop_cli.numbers import Format
from backprop_cli.quantities import Quantities

__all__ = ["conventions", "given_parameters", "given_sample", "headline"]

MOST_PARAMETERS = 60


def headline(network: Network) -> str:
    """Shape, activations, error and how it learns: "2-2-2, logistic, …"."""
    activations = list(dict.fromkeys(layer.activation_name for layer in network.layers))
    if len(activations) > 1:
        activations = [layer.activation_name for layer in network.layers]
    eta = network.notation.symbols["eta"]
    parts = [
        "-".join(map(str, network.shape)),
        " then ".join(activations),
        f"{network.error_name} error",
        f"{eta} = {Format()(network.eta)}",
        *_learning(network),
    ]
    return ", ".join(parts)


def _learning(network: Network) -> Iterator[str]:
    if network.optimizer.name != "sgd":
        values = network.optimizer.parameters.items()
        quantities = Quantities(network)
        yield (
            network.optimizer.name
            + " with "
            + " and ".join(
                f"{quantities.constant(name).name.symbol} = {Format()(value)}"
                for name, value in values
            )
        )
    if len(network.samples) > 1:
        if network.batch_size is None:
            yield "updated after every sample"
        elif network.batch_size >= len(network.samples):
            yield f"one update from the {network.reduction} over all samples"
        else:
            yield f"updated from the {network.reduction} over {network.batch_size} samples"


def conventions(network: Network) -> Iterator[str]:
    """What this network does otherwise than most."""
    if network.update == "sequential":
        yield (
            "Sequential update: hidden error terms see the weights above them already updated. "
            "That is not the gradient."
        )
    if not network.train_biases and any(layer.biases for layer in network.layers):
        yield "Biases are not trained."
    if network.thresholds:
        yield "Biases are thresholds: they are subtracted."
    if network.descent:
        symbols = network.notation.symbols
        delta, error, net = symbols["delta"], symbols["error"], symbols["net"]
        yield f"{delta} is −∂{error}/∂{net}, the direction of descent."
    if network.round_each is not None:
        yield "Quantities are rounded as they are computed, as on paper."


def given_parameters(network: Network, form: Format) -> str:
    """The initial weights and biases: "w1 = 0.15, w2 = 0.2, …"; of large networks, their number."""
    parameters = list(network.parameters())
    if len(parameters) > MOST_PARAMETERS:
        return f"{len(parameters)} weights and biases"
    name = Quantities(network).parameter
    return ", ".join(f"{name(p).name.symbol} = {form(p.value)}" for p in parameters)


def given_sample(network: Network, number: int, form: Format) -> str:
    """Inputs and targets of the sample with this number (from 1)."""
    pairs: list[tuple[Name, object]] = list(Quantities(network).sample(network.samples[number - 1]))
    count = len(network.inputs)

    def listed(part: list[tuple[Name, object]]) -> str:
        if len(part) > MOST_PARAMETERS:
            return f"{len(part)} numbers"
        return ", ".join(f"{name.symbol} = {form(value)}" for name, value in part)

    return f"inputs {listed(pairs[:count])}; targets {listed(pairs[count:])}"
