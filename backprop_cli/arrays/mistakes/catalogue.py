"""What a mistake with whole arrays is: a wrong formula in place of a matrix step's, and words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from backprop_cli.arrays.working.program import Program
from backprop_cli.engine import Layer, MatrixStep
from backprop_cli.formulas import Expr, Op, Partial, Ref, with_references


class Site(NamedTuple):
    """A matrix step of a program, where a mistake may be made.

    `mean_at` is where the program takes the mean over its samples (`readings.Reading`).
    """

    program: Program
    step: MatrixStep
    mean_at: str

    @property
    def samples(self) -> int:
        return self.program.q.samples

    @property
    def layer(self) -> Layer:
        return self.program.network.layers[self.step.layer - 1]

    @property
    def is_last(self) -> bool:
        return self.step.layer == len(self.program.network.layers)

    @property
    def takes_mean(self) -> bool:
        network = self.program.network
        return network.reduces and network.reduction == "mean" and self.samples > 1

    @property
    def makes_delta(self) -> bool:
        """Whether the error first becomes a derivative here: where a program may divide by m."""
        return self.is_last and self.step.kind in ("dE_dout", "delta")

    def gradient_of(self, part: str) -> bool:
        """Whether this is the gradient of the weights W or of the biases b."""
        return self.step.kind == "gradient" and self.step.name.part == part

    def substituted(self, changes: Mapping[str, Expr]) -> Expr:
        """The formula of the step with other formulas in place of the matrices of these keys."""
        return with_references(self.step.formula, lambda ref: changes.get(ref.name.key, ref))

    def with_other(self, old: Ref, new: Expr) -> Expr:
        """The formula of the step with another formula in place of one matrix."""
        return self.substituted({old.name.key: new})


Edit = Callable[[Site], Iterable[Expr]]


class ArrayMistake(NamedTuple):
    """A known mistake of programs. `done` says what was done, `why` why that is wrong.

    A `late` one is thought of when none of those that are more often made fits.
    """

    id: str
    done: str
    why: str
    edit: Edit
    late: bool


ARRAY_MISTAKES: list[ArrayMistake] = []
"""Every mistake that is made with whole arrays, the likelier ones first."""


def array_mistake(name: str, late: bool = False) -> Callable[[Edit], Edit]:
    """Enter a function in `ARRAY_MISTAKES`.

    The first paragraph of its docstring says what was done, the second why it is wrong.
    """

    def enter(edit: Edit) -> Edit:
        done, _, why = inspect.cleandoc(edit.__doc__ or "").partition("\n\n")
        said = " ".join(done.split()), " ".join(why.split())
        ARRAY_MISTAKES.append(ArrayMistake(name, *said, edit, late))
        return edit

    return enter


def rewritten(expr: Expr, change: Callable[[Op], Iterator[Expr]]) -> Iterator[Expr]:
    """The formulas in which one operation is changed."""
    if not isinstance(expr, Op) or isinstance(expr, Partial):
        return
    yield from change(expr)
    for at, arg in enumerate(expr.args):
        for other in rewritten(arg, change):
            yield Op(expr.op, (*expr.args[:at], other, *expr.args[at + 1 :]))
