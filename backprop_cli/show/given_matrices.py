"""What is given, in matrices: weights and biases of each layer, inputs and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backprop_cli.engine import (
    Matrices,
    MatrixLine,
    Network,
    Quantities,
    entries_at,
    matrix_named,
)
from backprop_cli.formulas import Ref
from backprop_cli.show.grids import Written


def layout_of_samples(network: Network) -> Iterator[str]:
    """What stands for a sample in a matrix, where that is not plain."""
    if network.notation.sample_rows:
        yield "A row stands for a sample, and a row of weights for the unit that they come from."
    elif network.reduces:
        yield "A column stands for a sample."


def parameter_matrices(network: Network, values: Mapping[str, Any], written: Written) -> str:
    """Weights and biases by layers: "W⁽¹⁾ = [0.15 0.2; 0.25 0.3], b⁽¹⁾ = 0.35, …"."""
    matrices = Matrices(network)
    refs = (
        matrices.parameter(part, layer)
        for layer in network.layers
        for part in ("W", "b")
        if part == "W" or layer.biases
    )
    return ", ".join(_equation(matrices, ref, (0,), {0: values}, written) for ref in refs)


def sample_matrices(network: Network, numbers: Sequence[int], written: Written) -> str:
    """Inputs and targets of samples of one update: "X = [0 0 1 1; 0 1 0 1]; T = [0 1 1 0]"."""
    matrices, q = Matrices(network, len(numbers)), Quantities(network)
    values = {
        number: {name.key: value for name, value in q.sample(network.samples[number - 1])}
        for number in numbers
    }
    refs = matrices.input(), matrices.target()
    return "; ".join(_equation(matrices, ref, numbers, values, written) for ref in refs)


def samples_text(network: Network, line: MatrixLine, written: Written) -> str:
    """The samples of a line's update: "Samples 1 to 4: X = …; T = …"."""
    at = line.address
    batch = network.batches()[max(at.batch, 1) - 1]
    numbers = batch if network.reduces else (at.sample,)
    return heading_of_samples(network, numbers, written)


def heading_of_samples(network: Network, numbers: Sequence[int], written: Written) -> str:
    """Which samples these are, and what is given of them."""
    given = sample_matrices(network, numbers, written)
    if len(network.samples) == 1:
        return f"Given {given}"
    if len(numbers) == 1:
        return f"Sample {numbers[0]}: {given}"
    between = "and" if len(numbers) == 2 else "to"
    return f"Samples {numbers[0]} {between} {numbers[-1]}: {given}"


def _equation(
    matrices: Matrices,
    ref: Ref,
    samples: Sequence[int],
    values: Mapping[int, Mapping[str, Any]],
    written: Written,
) -> str:
    places = entries_at(matrices, matrix_named(ref), samples)
    rows = tuple(tuple(values[number][key] for number, key in row) for row in places)
    return f"{ref.name.symbol} = {written.value(rows).in_line}"
