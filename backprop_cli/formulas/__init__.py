"""Formulas as data, the functions of the field, and the numbers they are worked with.

`expr` says what a formula is, and in one table what each operator means; `activations`,
`error_functions` and `optimizers` have a row for each function; `arithmetic` works formulas on
floats, fractions and decimals. Begin with `activations`. May import `errors` alone.
"""

from backprop_cli.formulas.activations import ACTIVATIONS, ALIASES, HALF, Activation
from backprop_cli.formulas.arithmetic import (
    FLOAT,
    TINY,
    TRANSCENDENTAL,
    Arithmetic,
    Exact,
    decimal_arithmetic,
    exact_arithmetic,
    on_paper,
)
from backprop_cli.formulas.error_functions import ERRORS, SHORTCUTS, ErrorFunction, Shortcut
from backprop_cli.formulas.expr import (
    ATOM,
    DERIVATIVE,
    MINUS,
    POWER,
    PRODUCT,
    RULES,
    Expr,
    Label,
    Leaf,
    Num,
    Op,
    Operations,
    Partial,
    Ref,
    as_expr,
    exp,
    lowered,
    operators,
    references,
    root,
    total,
    with_references,
)
from backprop_cli.formulas.optimizers import OPTIMIZERS, Optimizer
from backprop_cli.formulas.parameter import Parameter
from backprop_cli.formulas.writing import render

__all__ = [
    "ACTIVATIONS",
    "ALIASES",
    "ATOM",
    "DERIVATIVE",
    "ERRORS",
    "FLOAT",
    "HALF",
    "MINUS",
    "OPTIMIZERS",
    "POWER",
    "PRODUCT",
    "RULES",
    "SHORTCUTS",
    "TINY",
    "TRANSCENDENTAL",
    "Activation",
    "Arithmetic",
    "ErrorFunction",
    "Exact",
    "Expr",
    "Label",
    "Leaf",
    "Num",
    "Op",
    "Operations",
    "Optimizer",
    "Parameter",
    "Partial",
    "Ref",
    "Shortcut",
    "as_expr",
    "decimal_arithmetic",
    "exact_arithmetic",
    "exp",
    "lowered",
    "on_paper",
    "operators",
    "references",
    "render",
    "root",
    "total",
    "with_references",
]
