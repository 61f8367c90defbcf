"""Running steps: the value of every step, in order, sample by sample, update by update."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from backprop_cli.engine.network import Network
from backprop_cli.engine.quantities import Quantities
from backprop_cli.engine.steps import Phase, Step, batch_phases, epoch_phases
from backprop_cli.errors import InexactError
from backprop_cli.formulas import FLOAT, TRANSCENDENTAL, Arithmetic, on_paper, operators

NOTHING: Mapping[Any, Any] = {}


class Scope(dict[str, Any]):
    """Values by key. What a sample does not know itself, its batch knows.

    A batch knows the values of its `samples`, whose scopes it has by their number, under qualified
    keys: ``sample2.dE_dw5``.
    """

    __slots__ = ("_qualified", "batch", "samples")

    def __init__(self, values: Mapping[str, Any] = NOTHING, batch: Scope | None = None) -> None:
        super().__init__(values)
        self.batch = batch
        self.samples: dict[int, Scope] = {}
        self._qualified: dict[str, Scope] = {}

    def add(self, number: int, sample: Scope) -> None:
        """Take in the sample with this number (from 1)."""
        self.samples[number] = sample
        self._qualified[f"sample{number}"] = sample

    def __missing__(self, key: str) -> Any:
        sample, dot, rest = key.partition(".")
        if dot and sample in self._qualified:
            return self._qualified[sample][rest]
        if self.batch is None:
            raise KeyError(key)
        return self.batch[key]


class Address(NamedTuple):
    """Where in a training a quantity stands, counted from 1; 0 where it belongs to none."""

    epoch: int
    batch: int
    sample: int
    key: str


class Line(NamedTuple):
    """A step and its value. `scope` has the values of its operands."""

    step: Step
    address: Address
    value: Any
    scope: Scope

    def __repr__(self) -> str:
        at = self.address
        return f"<Line {self.step.key} = {self.value} of epoch {at.epoch}, sample {at.sample}>"


@dataclass
class State:
    """What one update hands to the next: parameters and optimizer state by key, and the count."""

    values: dict[str, Any]
    updates: int = 0


def run(
    steps: Iterable[Step],
    known: dict[str, Any],
    arithmetic: Arithmetic = FLOAT,
    override: Callable[[str, Any], Any] | None = None,
) -> Iterator[tuple[Step, Any]]:
    """Each step with its value, in order. `known` has the givens, and is added to.

    What `override(key, value)` returns feeds the steps that follow in place of the value.
    """
    operations, settle = arithmetic.operations, arithmetic.settle
    for step in steps:
        value = step.formula.evaluate(known, operations)
        if settle is not None:
            value = settle(value, step.kind)
        known[step.key] = value if override is None else override(step.key, value)
        yield step, value


def givens(network: Network, number: int, arithmetic: Arithmetic = FLOAT) -> dict[str, Any]:
    """Inputs and targets of the sample with this number (from 1), by key."""
    sample, convert = network.samples[number - 1], arithmetic.operations["number"]
    return {name.key: convert(value) for name, value in Quantities(network).sample(sample)}


def initial_state(network: Network, arithmetic: Arithmetic = FLOAT) -> State:
    """Parameters as written in the config, and the optimizer's state before the first update."""
    convert = arithmetic.operations["number"]
    return State({name.key: convert(value) for name, value in Quantities(network).initial()})


def lines(
    network: Network,
    epochs: Iterable[int] = (1,),
    arithmetic: Arithmetic = FLOAT,
    state: State | None = None,
    overrides: Mapping[Address, Any] = NOTHING,
) -> Iterator[Line]:
    """Every line of the epochs with these numbers, which follow on `state`; `state` moves along.

    An override feeds what follows in place of the computed value, which the line still shows.
    """
    state = initial_state(network, arithmetic) if state is None else state
    batches = network.batches()
    different = set(batches) if network.reduces else {batches[0]}
    programs = {numbers: batch_phases(network, numbers) for numbers in different}
    closing = epoch_phases(network)
    runner = _Runner(network, arithmetic, overrides)
    for epoch in epochs:
        seen: dict[int, Scope] = {}
        for position, numbers in enumerate(batches, start=1):
            batch = position if network.reduces and len(batches) > 1 else 0
            scope = runner.opened(state, numbers)
            yield from runner.phases(
                programs[numbers if network.reduces else batches[0]], scope, epoch, batch
            )
            runner.carry(scope, state)
            seen |= scope.samples
        yield from runner.phases(closing, runner.reopened(state, seen), epoch, 0)


class _Runner:
    """Runs phases over scopes. Keeps what does not change from batch to batch."""

    def __init__(
        self, network: Network, arithmetic: Arithmetic, overrides: Mapping[Address, Any]
    ) -> None:
        convert = arithmetic.operations["number"]
        quantities = Quantities(network)
        self._network, self._arithmetic, self._overrides = network, arithmetic, overrides
        self._constants = {name.key: convert(value) for name, value in quantities.constants()}
        self._renewals = [(new.key, old.key) for new, old in quantities.renewals()]
        self._errors = [quantities.total_error(suffix).name.key for suffix in ("", "_new")]
        self._convert, self._count = convert, quantities.constant("t").name.key

    def opened(self, state: State, numbers: Sequence[int]) -> Scope:
        """The scope of a batch, with one for each of its samples inside.

        A sample that is a batch by itself knows everything: there will be many look-ups.
        """
        scope = Scope(state.values | self._constants)
        scope[self._count] = self._convert(state.updates + 1)
        for number in numbers:
            own = givens(self._network, number, self._arithmetic)
            scope.add(
                number, Scope(own, scope) if self._network.reduces else Scope({**scope, **own})
            )
        return scope

    def reopened(self, state: State, samples: dict[int, Scope]) -> Scope:
        """The scope of an epoch's end: the samples as they were seen, with the last parameters."""
        scope = Scope(state.values)
        scope.update((new, state.values[old]) for new, old in self._renewals)
        for number, sample in samples.items():
            inner = Scope(givens(self._network, number, self._arithmetic), scope)
            inner.update((error, sample[error]) for error in self._errors)
            scope.add(number, inner)
        return scope

    def carry(self, scope: Scope, state: State) -> None:
        """Make the new parameters the old ones of the next update."""
        found = scope if self._network.reduces else next(iter(scope.samples.values()))
        for new, old in self._renewals:
            state.values[old] = found[new]
        state.updates += 1

    def phases(
        self, phases: Sequence[Phase], scope: Scope, epoch: int, batch: int
    ) -> Iterator[Line]:
        """The lines of `phases`. Where nothing is shared, a batch is its only sample."""
        alone = len(scope.samples) == 1 and not self._network.reduces
        for phase in phases:
            if phase.per_sample or alone:
                for number, inner in scope.samples.items():
                    yield from self._steps(phase, inner, Address(epoch, batch, number, ""))
            else:
                yield from self._steps(phase, scope, Address(epoch, batch, 0, ""))

    def _steps(self, phase: Phase, scope: Scope, at: Address) -> Iterator[Line]:
        def override(key: str, value: Any) -> Any:
            return self._overrides.get(at._replace(key=key), value)

        results = run(phase.steps, scope, self._arithmetic, override if self._overrides else None)
        for step, value in results:
            yield Line(step, at._replace(key=step.key), value, scope)


def arithmetic_of(network: Network) -> Arithmetic:
    """Floats, unless the config rounds as on paper."""
    return FLOAT if network.round_each is None else on_paper(network.round_each)


def state_before(
    network: Network,
    epoch: int,
    arithmetic: Arithmetic = FLOAT,
    since: tuple[int, State] | None = None,
) -> State:
    """Parameters and optimizer state as the epoch with this number finds them, step by step.

    `since` is an epoch before, and the state it begins with, from which to go on.
    """
    first, begun = since or (1, initial_state(network, arithmetic))
    state = State(dict(begun.values), begun.updates)
    if epoch > first:  # there are steps to make first, which no epoch would need
        for _ in lines(network, range(first, epoch), arithmetic, state):
            pass
    return state


class Addressed(Protocol):
    """Anything that stands somewhere in a training: a line of a unit, or of a whole layer."""

    @property
    def address(self) -> Address: ...


def qualified(line: Addressed, network: Network, several_epochs: bool) -> str:
    """The key of a line, with its epoch, batch and sample where there are several."""
    at = line.address
    return "".join(
        (
            f"epoch{at.epoch}." if several_epochs else "",
            f"batch{at.batch}." if at.batch and not at.sample else "",
            f"sample{at.sample}." if at.sample and len(network.samples) > 1 else "",
            at.key,
        )
    )


def check_exact(network: Network) -> None:
    """Raise `InexactError` if a function of `network` has values that are no fractions."""
    for phase in batch_phases(network, network.batches()[0]):
        for step in phase.steps:
            if TRANSCENDENTAL & set(operators(step.formula)):
                of_error = step.kind == "E" or step.kind == "dE_dout"
                layer = network.layers[step.layer - 1]
                raise InexactError(
                    network.error_name if of_error else layer.activation_name,
                    "relu, leaky-relu, linear, the squared errors and huber are exact",
                )
