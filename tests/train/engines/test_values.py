"""Formulas cut into numbered values."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from backprop_cli.formulas import Expr, Label, Num, Op, Partial, Ref, lowered
from backprop_cli.formulas.expr import exp, softmax, softplus
from backprop_cli.train.engines.values import Leaf, Operation, Values

X, Y = Ref(Label("x")), Ref(Label("y"))


@dataclass
class Cut:
    """Values of x (number 0), y (number 1) and a formula of them."""

    formula: Expr

    def __post_init__(self) -> None:
        self.values = Values()
        names = {key: self.values.number(Leaf(key)) for key in ("x", "y")}
        self.number = self.values.of(self.formula, names)

    @property
    def nodes(self) -> list[object]:
        return list(self.values.nodes[2:])


def test_terms_keep_their_order() -> None:
    cut = Cut(Y + X * Num(2) + X)
    assert cut.nodes == [Leaf(2.0), Operation("*", (0, 2)), Operation("+", (1, 3, 0))]
    assert cut.number == 4


def test_what_is_written_twice_is_one_value() -> None:
    cut = Cut(exp(X) * exp(X))
    assert cut.nodes == [Operation("exp", (0,)), Operation("*", (2, 2))]
    assert Cut(X).number == 0


def test_a_factor_of_the_chain_rule_is_what_it_stands_for() -> None:
    cut = Cut(Partial(Label("dy/dx"), exp(Y)))
    assert cut.nodes == [Operation("exp", (1,))]


def test_operators_that_stand_for_a_formula_are_taken_apart() -> None:
    """e^(x − m) / (e^(x − m) + e^(y − m)), with the larger m as value 2."""
    assert Cut(softmax(X, X, Y)).nodes == [
        Operation("max", (0, 1)),
        Operation("neg", (2,)),
        Operation("+", (0, 3)),
        Operation("exp", (4,)),
        Operation("+", (1, 3)),
        Operation("exp", (6,)),
        Operation("+", (5, 7)),
        Operation("/", (5, 8)),
    ]
    assert Cut(softplus(X)).nodes == Cut(lowered(Op("softplus", (X,)))).nodes


def test_a_leaf_has_no_operands() -> None:
    assert (Leaf("x").op, Leaf("x").args) == ("", ())


def test_what_is_no_formula_is_refused() -> None:
    with pytest.raises(TypeError, match="not a formula"):
        Values().of(Expr(), {})
