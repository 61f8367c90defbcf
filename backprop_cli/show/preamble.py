"""A network in words: what stands above a worked example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backprop_cli.engine import Layer, MatrixLine, Name, Network, Quantities, symbol_of
from backprop_cli.formulas import Exact
from backprop_cli.show.given_matrices import (
    layout_of_samples,
    parameter_matrices,
    samples_text,
)
from backprop_cli.show.numbers import Format
from backprop_cli.show.page import Page
from backprop_cli.show.rows import Row, Section, sections

MOST_PARAMETERS = 60
"""More than these are counted, not listed."""


def opening(page: Page) -> Iterator[str]:
    """What stands above a worked example, a line each; the title first."""
    network = page.network
    yield network.title
    if network.source:
        yield network.source
    yield headline(network)
    yield from conventions(network)
    if page.matrices:
        yield from layout_of_samples(network)
        yield f"At the start {parameter_matrices(network, page.start, page.written)}"
        return
    if len(network.samples) == 1:
        given = given_sample(network, 1, page.form)
        yield given[:1].upper() + given[1:]
    yield f"At the start {given_parameters(network, page.start, page.form)}"


def headed_sections(page: Page, rows: Iterable[Row] | None = None) -> Iterator[tuple[str, Section]]:
    """The sections, each with what stands above it: of a sample's first, the sample.

    `rows` are those of the page, unless they are written in another way.
    """
    above = ""
    found = page.rows() if rows is None else rows
    for part in sections(found, page.network, page.several_epochs):
        heading = _sample_heading(page, part)
        yield ("" if heading == above else heading), part
        above = heading


def _sample_heading(page: Page, part: Section) -> str:
    """The sample in words, where there are several, or nothing.

    Where one alone is shown, and those before it have moved the weights, the weights are listed.
    """
    network, line = page.network, part.rows[0].line
    number = line.address.sample
    if isinstance(line, MatrixLine):
        heading = samples_text(network, line, page.written)
        chosen = page.selection is not None and page.selection.sample is not None
        if chosen and number > 1:
            heading += f"; here {parameter_matrices(network, line.scope, page.written)}"
        return heading
    if not number or len(network.samples) == 1:
        return ""
    heading = f"Sample {number}: {given_sample(network, number, page.form)}"
    chosen = page.selection is not None and page.selection.sample is not None
    if chosen and number > 1 and not network.reduces:
        heading += f"; here {given_parameters(network, line.scope, page.form)}"
    return heading


def closing(page: Page) -> str | None:
    """What came of it, if all of it was shown; for when the lines have been taken."""
    before, after = page.summary.cost_before, page.summary.cost_after
    if before is None or after is None or (page.selection and not page.selection.whole):
        return None
    error = page.network.notation.symbols["error"]
    single = len(page.network.samples) == 1
    symbol = f"{error}_total" if single else page.summary.cost_of_all().name.symbol
    return f"{symbol} was {page.form(before)} and is now {page.form(after)}."


def headline(network: Network) -> str:
    """Shape, activations, error and how it learns: "2-2-2, logistic, …"."""
    activations = [_activation(layer) for layer in network.layers]
    if len(set(activations)) == 1:
        activations = activations[:1]
    eta = network.notation.symbols["eta"]
    error = {symbol_of(name): value for name, value in network.error_parameters.items()}
    parts = [
        "-".join(map(str, network.shape)),
        " then ".join(activations),
        f"{network.error_name} error{_with(error)}",
        f"{eta} = {Format()(network.eta)}",
        *_learning(network),
    ]
    return ", ".join(parts)


def _activation(layer: Layer) -> str:
    """An activation, with its parameter where it has one."""
    return layer.activation_name + _with({"α": layer.alpha} if layer.alpha is not None else {})


def _with(parameters: Mapping[str, Exact]) -> str:
    """Parameters by their symbols: " with ρ = 0.9 and ε = 1e-8"; nothing where there are none."""
    listed = [f"{symbol} = {Format()(value)}" for symbol, value in parameters.items()]
    return f" with {' and '.join(listed)}" if listed else ""


def _learning(network: Network) -> Iterator[str]:
    if network.optimizer.name != "sgd":
        values, q = network.optimizer.parameters.items(), Quantities(network)
        symbols = {q.constant(name).name.symbol: value for name, value in values}
        yield network.optimizer.name + _with(symbols)
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
    if network.mean_cost and len(network.samples) > 1:
        error = network.notation.symbols["error"]
        yield f"The cost is {error}_mean, the mean over the samples."
    if network.round_each is not None:
        yield "Quantities are rounded as they are computed, as on paper."


def given_parameters(network: Network, values: Mapping[str, Any], form: Format) -> str:
    """Weights and biases: "w1 = 0.15, w2 = 0.2, …"; of large networks, their number."""
    names = [Quantities(network).parameter(p).name for p in network.parameters()]
    if len(names) > MOST_PARAMETERS:
        return f"{len(names)} weights and biases"
    return ", ".join(f"{name.symbol} = {form(values[name.key])}" for name in names)


def given_sample(network: Network, number: int, form: Format) -> str:
    """Inputs and targets of the sample with this number (from 1)."""
    pairs: list[tuple[Name, object]] = list(Quantities(network).sample(network.samples[number - 1]))
    count = len(network.inputs)

    def listed(part: list[tuple[Name, object]]) -> str:
        if len(part) > MOST_PARAMETERS:
            return f"{len(part)} numbers"
        return ", ".join(f"{name.symbol} = {form(value)}" for name, value in part)

    return f"inputs {listed(pairs[:count])}; targets {listed(pairs[count:])}"
