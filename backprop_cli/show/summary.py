"""What came of some epochs: the error before and after, outputs, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_cli.engine import Line, Network, Quantities
from backprop_cli.formulas import Ref
from backprop_cli.show.numbers import Format

ENDS = ("_new", "_end")


@dataclass(repr=False)
class Summary:
    """What came of it: the error before and after, outputs, parameters. Filled as lines pass.

    `error_before` is the error of all samples as the first epoch saw them, `error_after` with the
    parameters at the end; `cost_before` and `cost_after` are the same, or the mean where the config
    has that for its cost; `outputs` and `outputs_after` are a list for each sample.
    """

    network: Network
    error_before: Any = None
    error_after: Any = None
    cost_before: Any = None
    cost_after: Any = None
    outputs: dict[int, list[Any]] = field(default_factory=dict)
    outputs_after: dict[int, list[Any]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        before, after = (
            error if error is None else Format()(error)
            for error in (self.error_before, self.error_after)
        )
        return f"<Summary: E was {before} and is now {after}, {len(self.parameters)} parameters>"

    def watching(self, passing: Iterable[Line], start: Mapping[str, Any]) -> Iterator[Line]:
        """The same lines, noted on their way; `start` has the parameters before them."""
        q = Quantities(self.network)
        before, after = q.epoch_error().name.key, q.epoch_error("_new").name.key
        cost, cost_new = (self.cost_of_all(suffix).name.key for suffix in ("", "_new"))
        outs = {q.out(unit).name.key for unit in self.network.outputs}
        ends = {q.out(unit, end).name.key for unit in self.network.outputs for end in ENDS}
        renewed = {new.key: old.key for new, old in q.renewals()}
        wanted = {p.name for p in self.network.parameters()}
        self.parameters = {key: value for key, value in start.items() if key in wanted}
        first = None
        for line in passing:
            key, sample = line.step.key, line.address.sample
            first = line.address.epoch if first is None else first
            if key == cost and self.cost_before is None:
                self.cost_before = line.value
            elif key == cost_new:
                self.cost_after = line.value
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

    def cost_of_all(self, suffix: str = "") -> Ref:
        """The error of all samples: their sum or their mean, as the config says."""
        q = Quantities(self.network)
        mean = self.network.mean_cost and len(self.network.samples) > 1
        return q.mean_error(suffix) if mean else q.epoch_error(suffix)

    def _note_end(self, sample: int, value: Any) -> None:
        """The latest outputs of a sample; a full list is begun anew."""
        known = self.outputs_after.setdefault(sample, [])
        if len(known) == len(self.network.outputs):
            known.clear()
        known.append(value)
