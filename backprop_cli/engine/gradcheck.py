"""Every gradient against a central difference of the error.

The differences are taken in decimals of 50 digits with a step of 1e-15, so that what is compared
is the gradient alone, not the rounding of the difference. Where an error is far greater than the
gradient, or a parameter than the step, there are as many digits more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from backprop_cli.engine.network import Network, Parameter
from backprop_cli.engine.quantities import Quantities
from backprop_cli.engine.running import Line, givens, lines, run
from backprop_cli.engine.steps import errors, forward
from backprop_cli.formulas import Arithmetic, decimal_arithmetic

DIGITS = 50
STEP = Decimal("1e-15")
SPREAD = 20
"""Powers of ten by which 50 digits may be outgrown, with some 15 still left for the difference."""


class Checked(NamedTuple):
    """A gradient by backpropagation, the same by a central difference, and how far they differ.

    `relative` is |a − b| / max(|a|, |b|), and 0 where both are 0.
    """

    line: Line
    gradient: float
    difference: float
    relative: float


def checked_gradients(
    network: Network, wanted: Callable[[str], bool] = lambda key: True
) -> Iterator[Checked]:
    """Each gradient of the first epoch whose key is `wanted`, at the weights it was taken at."""
    check = _Check(network)
    for line in lines(network):
        parameter = check.parameters.get(line.step.key)
        if parameter is not None and wanted(line.step.key):
            yield check.checked(line, parameter)


class _Check:
    """Evaluates the error of some samples at any parameters, in decimals."""

    def __init__(self, network: Network) -> None:
        q = Quantities(network)
        self._network = network
        self._steps = (*forward(q), *errors(q))
        self._total = q.total_error().name.key
        inputs = (Decimal(float(x)) for sample in network.samples for x in sample.inputs)
        self._largest_input = max(0, *(x.adjusted() for x in inputs))
        self._keys = {p.name for p in network.parameters()}
        trained = filter(network.is_trained, network.parameters())
        self.parameters: dict[str, Parameter] = {q.gradient(p).name.key: p for p in trained}

    def checked(self, line: Line, parameter: Parameter) -> Checked:
        at = {key: Decimal(line.scope[key]) for key in self._keys}
        numbers: tuple[int, ...] = (line.address.sample,)
        if not line.address.sample:
            numbers = self._network.batches()[max(line.address.batch, 1) - 1]
        here, gradient = at[parameter.name], Decimal(line.value)

        def error(step: Decimal, digits: int) -> Decimal:
            arithmetic = decimal_arithmetic(digits)
            # Not Decimal's own plus, which would round to its 28 digits.
            there = arithmetic.operations["+"](here, step)
            return self._error(at | {parameter.name: there}, numbers, arithmetic)

        digits, above = DIGITS, error(STEP, DIGITS)
        spread = above.adjusted() - gradient.adjusted() if gradient else 0
        # A step beside a large term that another one cancels has to be seen as well.
        wide = max(spread, max(x.adjusted() for x in at.values()) + self._largest_input)
        if wide > SPREAD:
            digits += wide
            above = error(STEP, digits)
        below = error(-STEP, digits)
        difference = (above - below) / (2 * STEP)
        if not line.address.sample and self._network.reduction == "mean":
            difference /= len(numbers)
        size = max(abs(gradient), abs(difference))
        relative = abs(gradient - difference) / size if size else Decimal(0)
        return Checked(line, line.value, float(difference), float(relative))

    def _error(
        self, parameters: dict[str, Any], numbers: tuple[int, ...], arithmetic: Arithmetic
    ) -> Decimal:
        """Sum of the errors of the samples with these numbers."""
        result = Decimal(0)
        for number in numbers:
            known = parameters | givens(self._network, number, arithmetic)
            for _ in run(self._steps, known, arithmetic):
                pass
            result = arithmetic.operations["+"](result, known[self._total])
        return result
