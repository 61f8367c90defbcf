"""Headings: what a stage is called, and where in a training something stands."""

from __future__ import annotations

from backprop_cli.engine import Address, Layer, Network

STAGE_TITLES = {
    "forward": "Forward pass",
    "error": "Error",
    "backward": "Backward pass",
    "update": "Update",
    "check": "Forward pass with the new weights",
    "epoch": "Whole epoch",
}


def layer_title(layer: Layer, network: Network) -> str:
    """The layer in words: output layer, hidden layer, hidden layer 2."""
    if layer.number == len(network.layers):
        return "output layer"
    return "hidden layer" + (f" {layer.number}" if len(network.layers) > 2 else "")


def whereabouts(network: Network, at: Address, several_epochs: bool) -> list[str]:
    """Epoch, batch and sample of an address, as far as there are several."""
    return [
        *([f"epoch {at.epoch}"] if several_epochs else []),
        *([f"batch {at.batch}"] if at.batch else []),
        *([f"sample {at.sample}"] if at.sample and len(network.samples) > 1 else []),
    ]
