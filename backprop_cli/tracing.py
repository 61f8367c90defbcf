"""A worked example: the lines of some epochs, with their summary. What a notebook uses."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backprop_cli.arithmetic import FLOAT, TRANSCENDENTAL, Arithmetic, on_paper
from backprop_cli.config import network_of
from backprop_cli.errors import InexactError, UsageError, did_you_mean
from backprop_cli.examples import DEFAULT, open_config
from backprop_cli.expr import operators
from backprop_cli.network import Network
from backprop_cli.quantities import Quantities
from backprop_cli.run import Line, State, initial_state, lines
from backprop_cli.settings import with_settings
from backprop_cli.steps import batch_phases

__all__ = ["Summary", "Trace", "arithmetic_of", "check_exact", "load", "qualified", "trace"]


def load(source: str | os.PathLike[str] = DEFAULT, settings: Sequence[str] = ()) -> Network:
    """The network of a config: a path, or the name of a bundled example.

    `settings` are overrides such as ``"eta=0.1"``. Raises `BackpropError` with all that is wrong.
    """
    return network_of(with_settings(open_config(str(source)), settings))


def trace(
    network: Network | str | os.PathLike[str] = DEFAULT, epochs: int = 1, first: int = 1
) -> Trace:
    """Forward and backward pass of `epochs` epochs from number `first` on, every number named.

    >>> trace("mazur")["E_total"]
    0.2983711087600027
    """
    if not isinstance(network, Network):
        network = load(network)
    if epochs < 1 or first < 1:
        raise UsageError("epochs are counted from 1")
    arithmetic = arithmetic_of(network)
    state = state_before(network, first, arithmetic)
    summary = Summary(network)
    found = summary.watching(lines(network, range(first, first + epochs), arithmetic, state))
    return Trace(network, tuple(found), summary, arithmetic)


def arithmetic_of(network: Network) -> Arithmetic:
    """Floats, unless the config rounds as on paper."""
    return FLOAT if network.round_each is None else on_paper(network.round_each)


def state_before(network: Network, epoch: int, arithmetic: Arithmetic = FLOAT) -> State:
    """Parameters and optimizer state as the epoch with this number finds them."""
    if epoch > 1 and arithmetic is FLOAT:
        from backprop_cli.train import advance

        return advance(network, epoch - 1)
    state = initial_state(network, arithmetic)
    if epoch > 1:
        for _ in lines(network, range(1, epoch), arithmetic, state):
            pass
    return state


def qualified(line: Line, network: Network, several_epochs: bool) -> str:
    """The key of a line, with its epoch, batch and sample where there are several."""
    at = line.address
    return "".join((
        f"epoch{at.epoch}." if several_epochs else "",
        f"batch{at.batch}." if at.batch and not at.sample else "",
        f"sample{at.sample}." if at.sample and len(network.samples) > 1 else "",
        at.key,
    ))  # fmt: skip


@dataclass
class Summary:
    """What came of it: the error before and after, outputs, parameters. Filled as lines pass.

    `error_before` is the error of all samples as the first epoch saw them, `error_after` with the
    parameters at the end; `outputs` and `outputs_after` are a list for each sample.
    """

    network: Network
    error_before: Any = None
    error_after: Any = None
    outputs: dict[int, list[Any]] = field(default_factory=dict)
    outputs_after: dict[int, list[Any]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)

    def watching(self, passing: Iterable[Line]) -> Iterator[Line]:
        """The same lines, noted on their way."""
        q = Quantities(self.network)
        before, after = q.epoch_error().name.key, q.epoch_error("_new").name.key
        outs = {q.out(unit).name.key for unit in self.network.outputs}
        ends = {q.out(unit, end).name.key for unit in self.network.outputs for end in ENDS}
        renewed = {new.key: old.key for new, old in q.renewals()}
        wanted = {p.name for p in self.network.parameters()}
        self.parameters = {
            key: value for key, value in initial_state(self.network).values.items() if key in wanted
        }
        first = None
        for line in passing:
            key, sample = line.step.key, line.address.sample
            first = line.address.epoch if first is None else first
            if key in outs and line.address.epoch == first:
                self.outputs.setdefault(sample, []).append(line.value)
            elif key in ends:
                self._note_end(sample, line.value)
            elif key == before and self.error_before is None:
                self.error_before = line.value
            elif key == after:
                self.error_after = line.value
            elif renewed.get(key) in wanted:
                self.parameters[renewed[key]] = line.value
            yield line

    def _note_end(self, sample: int, value: Any) -> None:
        """The latest outputs of a sample; a full list is begun anew."""
        known = self.outputs_after.setdefault(sample, [])
        if len(known) == len(self.network.outputs):
            known.clear()
        known.append(value)


ENDS = ("_new", "_end")


@dataclass(frozen=True)
class Trace:
    """The lines of a worked example. In a notebook it shows as tables.

    ``trace["w5_new"]`` is the value of a quantity; where there are several samples or epochs its
    key is qualified, ``trace["epoch3.sample2.net_h1"]``.
    """

    network: Network
    lines: tuple[Line, ...]
    summary: Summary
    arithmetic: Arithmetic = FLOAT

    @property
    def values(self) -> Mapping[str, Any]:
        """Value of every quantity by its qualified key, in the order of the textbook."""
        several = len({line.address.epoch for line in self.lines}) > 1
        return {qualified(line, self.network, several): line.value for line in self.lines}

    def __getitem__(self, key: str) -> Any:
        values = self.values
        if key not in values:
            hint = did_you_mean(key, values)
            raise KeyError(f"{key}: no such quantity" + (f"; {hint}" if hint else ""))
        return values[key]

    def _repr_html_(self) -> str:
        from backprop_cli.export.html import tables_html

        return tables_html(self)


def check_exact(network: Network) -> None:
    """Raise `InexactError` if a function of `network` has values that are no fractions."""
    for phase in batch_phases(network, network.batches()[0]):
        for step in phase.steps:
            if TRANSCENDENTAL & set(operators(step.formula)):
                of_error = step.kind == "E" or step.kind == "dE_dout"
                layer = network.layers[step.layer - 1]
                raise InexactError(
                    network.error_name if of_error else layer.activation_name,
                    "relu, leaky-relu, linear and the squared errors are exact",
                )
