"""Headings: what a stage is called, and where in a training something stands."""

from __future__ import annotations

from backprop_cli.engine import Address, Layer, MatrixStep, Network, Step

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


def stage_of(step: Step | MatrixStep) -> str:
    """The stage whose heading a step stands under: the error of an epoch has its own."""
    return "epoch" if step.kind in ("E_epoch", "E_mean") else step.stage


def whereabouts(network: Network, at: Address, stage: str, several_epochs: bool) -> list[str]:
    """Epoch, batch and sample of an address, as far as there are several."""
    several = len(network.samples) > 1 and stage != "epoch"
    return [
        *([f"epoch {at.epoch}"] if several_epochs else []),
        *([f"batch {at.batch}"] if at.batch else []),
        *([f"sample {at.sample}"] if several and at.sample else []),
        *(["all samples"] if several and not (at.batch or at.sample) else []),
    ]
