"""backprop init"""

from __future__ import annotations

import os
import re
from itertools import pairwise

import click

from backprop_cli.cli.output import Output
from backprop_cli.config import MAX_PARAMETERS, companions, example_names, example_path, read_text
from backprop_cli.config.templates import random_config, starter_config
from backprop_cli.errors import FileError, Place, UsageError, did_you_mean, visible
from backprop_cli.formulas import ACTIVATIONS, ALIASES


@click.command("init")
@click.argument("file", default="network.toml", metavar="[FILE]")
@click.option("--example", metavar="NAME", help="Copy a bundled example.")
@click.option("--layers", metavar="2-3-1", help="Units of each layer, for random weights.")
@click.option(
    "--activation",
    type=click.Choice([*ACTIVATIONS, *ALIASES]),
    help="Activation of the layers; logistic unless said.",
)
@click.option("--seed", type=int, metavar="N", help="Seed of the random weights; 0 unless said.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def command(
    file: str,
    example: str | None,
    layers: str | None,
    activation: str | None,
    seed: int | None,
    force: bool,
) -> None:
    """Write a commented config to FILE (network.toml unless said; - for standard output).

    \b
    backprop init my-net.toml
    backprop init my-net.toml --example softmax
    backprop init my-net.toml --layers 2-3-1 --activation tanh --seed 7
    """
    if example is not None and layers is not None:
        raise UsageError("--example and --layers exclude each other")
    if layers is None and (activation is not None or seed is not None):
        raise UsageError("--activation and --seed go with --layers", "--layers 2-3-1")
    texts = {file: starter_config()}
    if layers is not None:
        chosen = ALIASES.get(activation or "logistic", activation or "logistic")
        texts = {file: random_config(_shape(layers), chosen, seed or 0)}
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
