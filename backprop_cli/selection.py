"""Which lines of a trace are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.network import Network
from backprop_cli.run import Line
from backprop_cli.steps import batch_phases, epoch_phases

__all__ = ["Selection"]


class Selection:
    """Lines of some `stages`, of keys that match a pattern of `only`, of one `sample`.

    `everything` shows the steps too that are known but not printed by themselves. Raises
    `UsageError` for a sample that there is not, or a pattern that matches no quantity.
    """

    def __init__(
        self, network: Network, stages: Sequence[str] = (), only: Sequence[str] = (),
        sample: int | None = None, everything: bool = False,
    ) -> None:  # fmt: skip
        if sample is not None and sample > len(network.samples):
            count = len(network.samples)
            raise UsageError(f"there is no sample {sample}: the config has {count}")
        self.stages, self.only, self.sample, self.everything = stages, only, sample, everything
        self._unshown: set[str] = set()
        if only:
            self._check_patterns(network)

    def _check_patterns(self, network: Network) -> None:
        """A pattern must match something; only one that matches no shown step matches others."""
        phases = (*batch_phases(network, network.batches()[0]), *epoch_phases(network))
        shown = {step.key: step.shown for phase in phases for step in phase.steps}
        for pattern in self.only:
            found = [key for key in shown if fnmatchcase(key, pattern)]
            if not found:
                hint = did_you_mean(pattern, shown) or "keys look like net_h1, delta_o1, w1_new"
                raise UsageError(f"no quantity is called {pattern}", hint)
            if not any(shown[key] for key in found):
                self._unshown.add(pattern)

    def __call__(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines that are shown."""
        return (line for line in lines if self._shows(line))

    def _shows(self, line: Line) -> bool:
        step = line.step
        if self.stages and step.stage not in self.stages:
            return False
        if self.sample is not None and line.address.sample != self.sample:
            return False
        if not self.only:
            return step.shown or self.everything
        return any(
            fnmatchcase(step.key, pattern)
            for pattern in self.only
            if step.shown or self.everything or pattern in self._unshown
        )
