"""What a mistake is: a wrong formula in place of a step's, and the words of a teacher."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from backprop_cli.engine import (
    Bias,
    Layer,
    Network,
    Parameter,
    Quantities,
    Step,
    Unit,
    Weight,
    named,
)
from backprop_cli.formulas import Expr, Num, Op, Ref, references, total, with_references

Edit = Callable[["Book", Step], Iterable[Expr]]
"""The formulas that a mistake puts in the place of a step's; none where it does not apply."""

Whole = Callable[[Network], Network | None]
"""The network whose rule is what the mistake makes of it; None where it does not apply."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake. `done` says what was done, `why` why that is wrong.

    A `rare` one is thought of when no other fits. Where a number fits several mistakes, one that
    `yields_to` another that fits is not named.
    """

    id: str
    done: str
    why: str
    edit: Edit
    source: str = ""
    whole: Whole | None = None
    rare: bool = False
    yields_to: tuple[str, ...] = ()


MOST_OTHERS = 12
"""In a layer of more units it would be chance, not insight, to find the one mistaken for it."""

CATALOGUE: dict[str, Mistake] = {}
"""Every mistake that is a wrong formula, by its id."""


def mistake(
    id: str,  # noqa: A002 - what it is called in every report
    source: str = "",
    whole: Whole | None = None,
    rare: bool = False,
    yields_to: tuple[str, ...] = (),
) -> Callable[[Edit], Edit]:
    """Enter a function of `Edit` in the catalogue.

    The first paragraph of its docstring says what was done, the second why it is wrong. In braces
    stands the right formula as most books have it; a report has that of the line in its place.
    """

    def enter(edit: Edit) -> Edit:
        done, _, why = inspect.cleandoc(edit.__doc__ or "").partition("\n\n")
        CATALOGUE[id] = Mistake(
            id, " ".join(done.split()), " ".join(why.split()), edit, source, whole, rare, yields_to
        )
        return edit

    return enter


class Book:
    """A network as mistakes see it: what a step is about, and references to all quantities."""

    def __init__(self, network: Network) -> None:
        self.network, self.q = network, Quantities(network)
        self._edits: dict[int, tuple[Step, dict[str, tuple[Expr, ...]]]] = {}

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        units = [*self.network.inputs]
        for layer in self.network.layers:
            units += layer.units
        return {unit.name: unit for unit in units}

    @cached_property
    def _parameters(self) -> Mapping[str, Parameter]:
        return {parameter.name: parameter for parameter in self.network.parameters()}

    def edits(self, step: Step) -> Mapping[str, tuple[Expr, ...]]:
        """The wrong formulas of every mistake that applies to a step, by the mistake's id."""
        if id(step) not in self._edits:
            found = {
                key: tuple(map(simplified, row.edit(self, step))) for key, row in CATALOGUE.items()
            }
            applying = {key: formulas for key, formulas in found.items() if formulas}
            self._edits[id(step)] = step, applying
        return self._edits[id(step)][1]

    def unit(self, step: Step, part: str = "u") -> Unit:
        """The unit that a step is about."""
        return self._units[step.name.parts[part]]

    def parameter(self, step: Step) -> Parameter:
        """The parameter that a step is about."""
        return self._parameters[step.name.parts["p"]]

    def weight(self, step: Step) -> Weight | None:
        """The weight that a step is about; None if that is a bias."""
        parameter = self.parameter(step)
        return parameter if isinstance(parameter, Weight) else None

    def layer(self, step: Step) -> Layer:
        """The layer of a step."""
        return self.network.layers[step.layer - 1]

    def edge(self, below: Unit, above: Unit) -> Weight:
        """The weight between two units."""
        return self.network.layers[above.layer - 1].weights[above.number - 1][below.number - 1]

    def bias(self, step: Step) -> Bias | None:
        """The bias that enters the unit of a step."""
        return self.layer(step).bias_of(self.unit(step))

    def is_output(self, step: Step) -> bool:
        """Whether a step belongs to the last layer."""
        return step.layer == len(self.network.layers)


def references_to(expr: Expr, ref: Ref) -> bool:
    """Whether a formula reads the quantity `ref`."""
    return any(found.name.key == ref.name.key for found in references(expr))


def substituted(expr: Expr, changes: Mapping[str, Expr]) -> Expr:
    """`expr` with the quantities of these keys replaced."""
    return with_references(expr, lambda ref: changes.get(ref.name.key, ref))


def rewritten(expr: Expr, op: str, change: Callable[[Op], Expr]) -> Expr:
    """`expr` with every operation `op` replaced by what `change` makes of it."""
    if not isinstance(expr, Op):
        return expr
    inner = Op(expr.op, tuple(rewritten(arg, op, change) for arg in expr.args))
    return change(inner) if expr.op == op else inner


NOTHING, ONE = Num(0), Num(1)


def simplified(expr: Expr) -> Expr:
    """`expr` as a person writes it: without + 0, without factors 1, and 0 for 0·x."""
    if not isinstance(expr, Op):
        return expr
    args = tuple(map(simplified, expr.args))
    match expr.op:
        case "neg" if args[0] == NOTHING:
            return NOTHING
        case "+":
            return total([arg for arg in args if arg != NOTHING] or [NOTHING])
        case "*" if NOTHING in args:
            return NOTHING
        case "*":
            return _product([arg for arg in args if arg not in (ONE, -ONE)], args.count(-ONE))
    return Op(expr.op, args)


def _product(factors: Sequence[Expr], signs: int) -> Expr:
    """The product of factors, and of so many times -1."""
    found = factors[0] if len(factors) == 1 else Op("*", tuple(factors)) if factors else ONE
    return -found if signs % 2 else found


def terms_of(formula: Expr) -> tuple[Expr, ...]:
    """The terms of a sum; of anything else, itself."""
    return formula.args if isinstance(formula, Op) and formula.op == "+" else (formula,)


def opposite(expr: Expr) -> Expr:
    """`expr` with the other sign."""
    return expr.args[0] if isinstance(expr, Op) and expr.op == "neg" else -expr


def key_of(ref: Ref) -> str:
    """The key of a quantity."""
    return named(ref).key


def others(units: Iterable[Unit], unit: Unit) -> Iterator[Unit]:
    """The other units."""
    return (other for other in units if other is not unit and other != unit)
