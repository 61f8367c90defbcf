"""Which lines of a trace are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from backprop_cli.engine import (
    Address,
    MatrixStep,
    Network,
    Step,
    batch_phases,
    epoch_phases,
    listed_steps,
)
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.show.rows import AnyLine

_QUALIFIERS = (
    r"(?:epoch(?P<epoch>\d+)\.)?(?:batch(?P<batch>\d+)\.)?(?:sample(?P<sample>\d+)\.)?(?P<glob>.*)"
)


class _Pattern(NamedTuple):
    """Keys or symbols like `glob`; of one epoch, batch or sample where that is said.

    `unshown`: of steps too that are not printed by themselves.
    """

    glob: str
    epoch: int | None
    batch: int | None
    sample: int | None
    unshown: bool = False

    def matches(self, step: Step | MatrixStep) -> bool:
        if not (step.shown or self.unshown):
            return False
        return fnmatchcase(step.key, self.glob) or fnmatchcase(step.name.symbol, self.glob)

    def covers(self, at: Address) -> bool:
        pairs = ((self.epoch, at.epoch), (self.batch, at.batch), (self.sample, at.sample))
        return all(asked in (None, number) for asked, number in pairs)


class Selection:
    """Lines of some `stages`, of keys that match a pattern of `only`, of one `sample`.

    A pattern may be qualified, as in ``epoch3.sample2.net_*``. `everything` shows the steps too
    that are known but not printed by themselves; so does a pattern that matches no others. With
    `matrices` the lines are those of whole layers. Raises `UsageError` for a sample that there is
    not, or that a matrix has among others, or a pattern that matches no quantity.
    """

    def __init__(
        self,
        network: Network,
        stages: Sequence[str] = (),
        only: Sequence[str] = (),
        sample: int | None = None,
        everything: bool = False,
        matrices: bool = False,
    ) -> None:
        if sample is not None and sample > len(network.samples):
            count = len(network.samples)
            raise UsageError(f"there is no sample {sample}: the config has {count}")
        if sample is not None and matrices and network.reduces:
            what = "a matrix has the samples of an update side by side, and none alone"
            raise UsageError(what, "--form steps shows one sample")
        self.stages, self.sample, self.everything = stages, sample, everything
        steps = _steps_of(network, matrices) if only else []
        self.patterns = [_pattern(text, steps, everything, network, matrices) for text in only]

    @property
    def whole(self) -> bool:
        """Whether nothing is left out but what is never printed by itself."""
        return not self.stages and not self.patterns and self.sample is None

    def __call__(self, lines: Iterable[AnyLine]) -> Iterator[AnyLine]:
        """The lines that are shown. Raises `UsageError` if in the end there were none."""
        none = True
        for line in lines:
            if self._shows(line):
                none = False
                yield line
        if none:
            raise UsageError("these choices leave nothing to show")

    def _shows(self, line: AnyLine) -> bool:
        step = line.step
        if self.stages and step.stage not in self.stages:
            return False
        if self.sample is not None and line.address.sample != self.sample:
            return False
        if not self.patterns:
            return step.shown or self.everything
        return any(p.matches(step) and p.covers(line.address) for p in self.patterns)


def _steps_of(network: Network, matrices: bool) -> list[Step | MatrixStep]:
    """Every step that an epoch has."""
    batch, closing = network.batches()[0], epoch_phases(network)
    ends = [step for phase in closing for step in phase.steps]
    if matrices:
        samples = len(batch) if network.reduces else 1
        ends = [step for step in ends if step.kind in ("E_epoch", "E_mean")]
        return [*listed_steps(network, samples).steps, *ends]
    return [*(step for phase in batch_phases(network, batch) for step in phase.steps), *ends]


def _pattern(
    text: str,
    steps: Sequence[Step | MatrixStep],
    everything: bool,
    network: Network,
    matrices: bool,
) -> _Pattern:
    """A pattern as it was written; it must match something."""
    found = re.fullmatch(_QUALIFIERS, text)
    assert found is not None  # every part may be missing
    epoch, batch, sample = (
        int(found[part]) if found[part] else None for part in ("epoch", "batch", "sample")
    )
    pattern = _Pattern(found["glob"], epoch, batch, sample, everything)
    for candidate in (pattern, pattern._replace(unshown=True)):
        if any(candidate.matches(step) for step in steps):
            return candidate
    keys = dict.fromkeys(step.key for step in steps)
    some = "net_1, delta_2, W1_new" if matrices else "net_h1, delta_o1, w1_new"
    hint = did_you_mean(pattern.glob, keys) or f"keys look like {some}"
    if f"{pattern.glob}_new" in keys:
        hint = f"{pattern.glob} is given; what becomes of it is {pattern.glob}_new"
    hint = of_other_form(pattern.glob, network, matrices) or hint
    raise UsageError(f"no quantity is called {text}", hint)


def of_other_form(key: str, network: Network, matrices: bool) -> str | None:
    """What to say of a key that only the other form has: that of matrices, or that of units."""
    if any(step.key == key for step in _steps_of(network, not matrices)):
        return f"--form {'steps' if matrices else 'matrix'} has {key}"
    return None
