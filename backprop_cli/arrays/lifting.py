"""The catalogue of wrong formulas, lifted from one unit to its whole layer.

A mistake of the catalogue edits the formula of a single unit or weight. Somebody who programs with
arrays makes it in every entry at once: each name of the edited formula becomes the matrix that it
is an entry of. What speaks of one entry among others cannot be lifted, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from backprop_cli.arrays.working.program import Program
from backprop_cli.engine import (
    Layer,
    MatrixStep,
    Quantities,
    Step,
    bias_gradient,
    deltas,
    errors,
    forward,
    gradients,
    hidden_error_terms,
    is_number,
    matrix_named,
    output_error_terms,
    slopes,
    updates,
)
from backprop_cli.formulas import (
    Expr,
    Op,
    Partial,
    Ref,
    entrywise,
    hadamard,
    matmul,
    over_samples,
    over_units,
    references,
    total,
    transposed,
    with_references,
)
from backprop_cli.marking.diagnosis.mistakes import Book


class NotLiftedError(Exception):
    """A formula speaks of single entries, not of all alike."""


Lifted = tuple[str, Expr]
"""The id of a mistake, and the wrong formula of a whole layer."""


class Lifting:
    """Lifts the wrong formulas of the steps of a program."""

    def __init__(self, program: Program) -> None:
        # One sample by itself: what a batch does with several is no matter of one unit.
        network = replace(program.network, samples=program.network.samples[:1], batch_size=None)
        self._program, self._q = program, Quantities(network)
        self._book = Book(network)

    def wrong(self, step: MatrixStep) -> Iterator[Lifted]:
        """The mistakes that may be made in a matrix step, and what they make of its formula."""
        layer = self._q.network.layers[step.layer - 1] if step.layer else None
        found = self._first(step, layer) if layer is not None else None
        if found is None or layer is None:
            return
        lift = self._lifter(step, layer)
        for name, formulas in self._book.edits(found).items():
            for formula in formulas:
                with suppress(NotLiftedError):
                    yield name, lift(formula)

    def _first(self, step: MatrixStep, layer: Layer) -> Step | None:
        """The step of the first unit or parameter in a matrix."""
        q, kind, last = self._q, step.kind, layer.number == len(self._q.network.layers)
        if step.law == "bias_gradient":
            return bias_gradient(q, layer, layer.biases[0])
        sources: dict[str, Callable[[], Iterator[Step]]] = {
            "net": lambda: forward(q, step.name.suffix),
            "out": lambda: forward(q, step.name.suffix),
            "E": lambda: errors(q, step.name.suffix),
            "dE_dout": lambda: (
                output_error_terms(q, layer) if last else hidden_error_terms(q, layer)
            ),
            "slope": lambda: slopes(q, layer),
            "delta": lambda: deltas(q, layer),
            "gradient": lambda: gradients(q, layer),
        }
        wanted = self._program.q.first_row(step.name)[0].name.key
        if kind == "dE_dout" and not last:  # a hidden error term is lifted from its paths
            return next(hidden_error_terms(q, layer))
        steps = sources.get(kind, lambda: updates(q, (layer,)))()
        return next((found for found in steps if found.key == wanted), None)

    def _lifter(self, step: MatrixStep, layer: Layer) -> Callable[[Expr], Expr]:
        """How the formula of one entry becomes that of the matrix."""
        if step.kind == "net":
            return lambda formula: self._net(formula, layer, step.name.suffix)
        if step.law == "hidden_error_term":
            return lambda formula: _summed(formula, self._along_paths(layer), _over_paths)
        if step.law == "weight_gradient":
            return lambda formula: self._reduced(
                _summed(formula, self._around(layer), _over_all_samples)
            )
        if step.law == "bias_gradient":
            return lambda formula: self._reduced(over_samples(self._entrywise(formula, layer)))
        return lambda formula: self._entrywise(formula, layer, step.name.part)

    def _reduced(self, summed: Expr) -> Expr:
        network, samples = self._program.network, self._program.q.samples
        mean = network.reduces and network.reduction == "mean" and samples > 1
        return summed / samples if mean else summed

    def _entrywise(self, formula: Expr, layer: Layer, part: str = "") -> Expr:
        """A formula of the quantities of one unit, or of one parameter."""
        known = self._of_unit(layer) if not part else self._of_parameter(layer, part)
        return entrywise(with_references(formula, _looked_up(known)), is_number)

    # Matrices by the keys of their first entries.

    def _keyed(self, refs: list[Ref]) -> dict[str, Ref]:
        first = self._program.q.first_row
        return {first(matrix_named(ref))[0].name.key: ref for ref in refs}

    def _of_unit(self, layer: Layer) -> dict[str, Ref]:
        q, last = self._program.q, layer.number == len(self._q.network.layers)
        found = [q.net(layer), q.out(layer), q.net(layer, "_new"), q.out(layer, "_new")]
        found += [q.error_term(layer), q.delta(layer)]
        if layer.activation.jacobian is None:
            found.append(q.slope(layer))
        if last:
            found += [q.target(), q.error(), q.error("_new"), q.difference()]
        if layer.biases:
            found.append(q.parameter("b", layer))
        return self._keyed(found)

    def _of_parameter(self, layer: Layer, part: str) -> dict[str, Ref]:
        q, rule = self._program.q, self._program.network.optimizer.rule
        found = [q.parameter(part, layer), q.gradient(part, layer), q.change(part, layer)]
        found += [q.state(letter, part, layer) for letter in rule.state]
        found += [q.optimizer_line(line.letter, part, layer) for line in rule.rules]
        return self._keyed(found)

    def _along_paths(self, layer: Layer) -> dict[str, tuple[Ref, str]]:
        """What the path from the first unit above has: of the unit above, of this one, of both."""
        q, above = self._program.q, self._q.network.layers[layer.number]
        found = {key: (ref, "sum") for key, ref in self._of_unit(above).items()}
        found |= {key: (ref, "stay") for key, ref in self._of_unit(layer).items()}
        weights = [q.parameter("W", above), q.new("W", above)]
        return found | {key: (ref, "both") for key, ref in self._keyed(weights).items()}

    def _around(self, layer: Layer) -> dict[str, tuple[Ref, str]]:
        """What the first weight has: of the unit it leads to, of the one it comes from, of both."""
        q = self._program.q
        found = {key: (ref, "receiver") for key, ref in self._of_unit(layer).items()}
        if layer.number > 1:
            below = self._q.network.layers[layer.number - 2]
            found |= {key: (ref, "sender") for key, ref in self._of_unit(below).items()}
        found |= {key: (ref, "sender") for key, ref in self._keyed([q.out_below(layer)]).items()}
        weight = self._keyed([q.parameter("W", layer)])
        return found | {key: (ref, "both") for key, ref in weight.items()}

    def _net(self, formula: Expr, layer: Layer, suffix: str) -> Expr:
        """A net input: all its products, with the row of one matrix and the column of another."""
        q = self._program.q
        terms = list(formula.args) if isinstance(formula, Op) and formula.op == "+" else [formula]
        biases = self._keyed([q.parameter("b", layer), q.new("b", layer)]) if layer.biases else {}
        products = [term for term in terms if isinstance(term, Op) and term.op == "*"]
        rest = [term for term in terms if term not in products]
        columns = [q.out_below(layer, suffix), q.out_below(layer)]
        if layer.number > 1:
            below = self._q.network.layers[layer.number - 2]
            columns += [q.net(below, suffix), q.net(below)]
        for row in (q.now("W", layer, suffix), q.parameter("W", layer)):
            weights = [ref.name.key for ref in q.first_row(matrix_named(row))]
            for column in columns:
                outs = [entry[0].name.key for entry in q.entries(matrix_named(column))]
                keys = [[ref.name.key for ref in references(term)] for term in products]
                if keys == [list(pair) for pair in zip(weights, outs, strict=True)]:
                    others = [with_references(term, _looked_up(biases)) for term in rest]
                    return total([matmul(row, column), *others])
        raise NotLiftedError


def _looked_up(known: Mapping[str, Ref]) -> Callable[[Ref], Expr]:
    def found(ref: Ref) -> Expr:
        if ref.name.key in known:
            return known[ref.name.key]
        if ref.name.kind in ("eta", "constant"):  # type: ignore[attr-defined]
            return ref
        raise NotLiftedError

    return found


def _summed(
    formula: Expr,
    known: Mapping[str, tuple[Ref, str]],
    gathered: Callable[[dict[str, list[Expr]]], Expr],
) -> Expr:
    """A product of what differs in several ways, or a sum of such products, made of matrices."""
    if isinstance(formula, Partial):
        return _summed(formula.of, known, gathered)
    if isinstance(formula, Op) and formula.op in ("+", "neg"):
        return Op(formula.op, tuple(_summed(arg, known, gathered) for arg in formula.args))
    factors = _factors(formula)
    groups: dict[str, list[Expr]] = {}
    for factor in factors:
        keys = {ref.name.key for ref in references(factor)}
        kinds = {known[key][1] for key in keys if key in known} or {"number"}
        if len(kinds) != 1:
            raise NotLiftedError
        matrices = {key: ref for key, (ref, _) in known.items()}
        lifted = entrywise(with_references(factor, _looked_up(matrices)), is_number)
        groups.setdefault(kinds.pop(), []).append(lifted)
    numbers = groups.pop("number", [])
    return Op("*", (*numbers, gathered(groups))) if numbers else gathered(groups)


def _factors(formula: Expr) -> tuple[Expr, ...]:
    """The factors of a product, also of those inside it; of anything else, itself."""
    if isinstance(formula, Op) and formula.op == "*":
        return tuple(factor for arg in formula.args for factor in _factors(arg))
    return (formula,)


def _over_paths(groups: dict[str, list[Expr]]) -> Expr:
    """The sum over the units above: Wᵀ·above, or of the one without the other."""
    above, both = groups.get("sum", []), groups.get("both", [])
    if above and both:
        product = matmul(transposed(_together(both)), _together(above))
    elif above:
        product = over_units(_together(above))
    elif both:
        product = over_samples(transposed(_together(both)))
    else:
        raise NotLiftedError
    return _together([product, *groups.get("stay", [])])


def _over_all_samples(groups: dict[str, list[Expr]]) -> Expr:
    """The sum over the samples: receiver·senderᵀ, or of the one without the other."""
    receiver, sender = groups.get("receiver", []), groups.get("sender", [])
    if receiver and sender:
        product = matmul(_together(receiver), transposed(_together(sender)))
    elif receiver:
        product = over_samples(_together(receiver))
    elif sender:
        product = transposed(over_samples(_together(sender)))
    else:
        raise NotLiftedError
    return _together([product, *groups.get("both", [])])


def _together(factors: list[Expr]) -> Expr:
    return factors[0] if len(factors) == 1 else hadamard(*factors)
