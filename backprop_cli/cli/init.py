"""backprop init"""

from __future__ import annotations

import os
import re
from itertools import pairwise

import click

from backprop_cli.cli.options import OneOf, complete_example
from backprop_cli.cli.output import Output
from backprop_cli.config import MAX_PARAMETERS, companions, example_names, example_path, read_text
from backprop_cli.config.templates import random_config, starter_config
from backprop_cli.errors import FileError, Place, UsageError, did_you_mean, visible
from backprop_cli.formulas import ACTIVATIONS, ALIASES

MOST_SAMPLES = 1000


def _activations(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> list[str] | None:
    """Names with commas between them, each under its own name, not an alias."""
    if value is None:
        return None
    one = OneOf([*ACTIVATIONS, *ALIASES])
    found = [one.convert(name.strip(), parameter, context) for name in value.split(",")]
    return [ALIASES.get(name, name) for name in found]


def _complete_activation(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    before, comma, begun = incomplete.rpartition(",")
    names = (name for name in (*ACTIVATIONS, *ALIASES) if name.startswith(begun))
    return [f"{before}{comma}{name}" for name in names]


@click.command("init")
@click.argument("file", default="network.toml", metavar="[FILE]")
@click.option(
    "--example",
    metavar="NAME",
    shell_complete=complete_example,
    help="Copy a bundled example.",
)
@click.option("--layers", metavar="2-3-1", help="Units of each layer, for random weights.")
@click.option(
    "--activation",
    metavar="NAME[,NAME…]",
    callback=_activations,
    shell_complete=_complete_activation,
    help="Activation of the layers, or one for each after the inputs; logistic unless said. "
    f"Names: {', '.join(ACTIVATIONS)}.",
)
@click.option(
    "--samples",
    type=click.IntRange(1, MOST_SAMPLES),
    metavar="N",
    help="So many samples; 1 unless said.",
)
@click.option("--seed", type=int, metavar="N", help="Seed of the random weights; 0 unless said.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def command(
    file: str,
    example: str | None,
    layers: str | None,
    activation: list[str] | None,
    samples: int | None,
    seed: int | None,
    force: bool,
) -> None:
    """Write a commented config to FILE (network.toml unless said; - for standard output).

    \b
    backprop init my-net.toml
    backprop init my-net.toml --example softmax
    backprop init my-net.toml --layers 2-3-1 --activation tanh --seed 7
    backprop init my-net.toml --layers 3-2-1 --activation tanh,logistic --samples 2
    """
    if example is not None and layers is not None:
        raise UsageError("--example and --layers exclude each other")
    if layers is None and (activation, samples, seed) != (None, None, None):
        raise UsageError("--activation, --samples and --seed go with --layers", "--layers 2-3-1")
    texts = {file: starter_config()}
    if layers is not None:
        shape = _shape(layers)
        chosen = _for_layers(activation or ["logistic"], shape)
        texts = {file: random_config(shape, chosen, seed or 0, samples or 1)}
    elif example is not None:
        texts = _example_texts(example, file)
    for path in texts:
        _check_free(path, force)
    for path, text in texts.items():
        Output(path=path).write([text])
        if path != "-":
            click.echo(f"wrote {visible(path)}", err=True)


def _check_free(path: str, force: bool) -> None:
    """Raise `FileError` if something is there that may not be overwritten."""
    if path == "":
        raise UsageError("the name of the file is empty", "- is standard output")
    if path == "-":
        return
    if os.path.isdir(path):
        raise FileError("this is a directory, not a file", Place(path))
    if os.path.lexists(path) and not force:
        raise FileError("the file is there already", Place(path), "--force overwrites it")


def _shape(layers: str) -> list[int]:
    if not re.fullmatch(r"[0-9]{1,7}([-,x][0-9]{1,7})+", layers):
        raise UsageError(f"{layers!r} is no shape", "2-3-1 is 2 inputs, 3 hidden units, 1 output")
    shape = [int(size) for size in re.split("[-,x]", layers)]
    if 0 in shape:
        raise UsageError(f"{layers}: a layer has at least one unit")
    if sum(a * b for a, b in pairwise(shape)) > MAX_PARAMETERS:
        raise UsageError(f"{layers}: a network has at most {MAX_PARAMETERS:,} weights")
    return shape


def _for_layers(activations: list[str], shape: list[int]) -> list[str]:
    """The activation of all layers, or those of each. Raises `UsageError` if they do not fit."""
    count = len(shape) - 1
    if len(activations) not in (1, count):
        layers = f"{count} layers after the inputs" if count > 1 else "one layer after the inputs"
        raise UsageError(f"{len(activations)} activations, but {layers}")
    if "softmax" in activations[:-1]:
        raise UsageError("softmax is for the output layer alone")
    if activations[-1] == "softmax" and shape[-1] == 1:
        what = "softmax of one output is always 1, whatever the weights: nothing is learned"
        click.echo(f"warning: {what}; two classes take two outputs, or logistic", err=True)
    return activations


def _example_texts(example: str, file: str) -> dict[str, str]:
    """The example's config, and the data file that it names, beside it."""
    path = example_path(example)
    if path is None:
        hint = did_you_mean(example, example_names()) or "backprop examples lists them"
        raise UsageError(f"there is no example {example!r}", hint)
    texts = {file: read_text(path)}
    for data in companions(path):
        if file != "-":
            beside = os.path.join(os.path.dirname(file), os.path.basename(data))
            if os.path.normcase(os.path.realpath(beside)) == os.path.normcase(
                os.path.realpath(file)
            ):
                what = "the data of the example come beside the config, under this name"
                raise FileError(what, Place(file), f"call the config {example}.toml")
            texts[beside] = read_text(data)
    return texts
