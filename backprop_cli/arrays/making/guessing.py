"""What the shapes of arrays left open when a network was made of them, taken the other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from backprop_cli.engine import Network, Sample


def turned(network: Network) -> Iterator[tuple[Network, str]]:
    """The network with what was guessed the other way round, its weights, its samples, or both;
    and what was turned, in words.
    """
    for count in range(1, len(network.guessed) + 1):
        for parts in combinations(network.guessed, count):
            other = network
            for part in parts:
                other = _weights_turned(other) if part == "weights" else _samples_turned(other)
            yield replace(other, guessed=()), " and ".join(parts)


def _weights_turned(network: Network) -> Network:
    layers = [
        layer._replace(
            weights=tuple(
                tuple(
                    weight._replace(value=layer.weights[column][row].value)
                    for column, weight in enumerate(weights)
                )
                for row, weights in enumerate(layer.weights)
            )
        )
        for layer in network.layers
    ]
    return replace(network, layers=tuple(layers))


def _samples_turned(network: Network) -> Network:
    inputs = list(zip(*(sample.inputs for sample in network.samples), strict=True))
    targets = [sample.targets for sample in network.samples]
    if len(targets) == len(targets[0]) > 1:
        targets = list(zip(*targets, strict=True))
    pairs = zip(inputs, targets, strict=True)
    return replace(network, samples=tuple(Sample(*pair) for pair in pairs))
