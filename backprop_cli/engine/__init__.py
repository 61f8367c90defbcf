"""The textbook, and working it: a network, the names of its quantities, the steps, their values.

Begin with `steps`, which reads like the chapter of a book; `signs` has what books differ in,
`running` gives each step its value, and `gradcheck` holds the gradients against differences.
`matrices` has the same pass for whole layers, and `matrix_view` their values. May import
`formulas` and `errors`.
"""

from backprop_cli.engine.layers import PER_SAMPLE, Matrices, MatrixName, matrix_named
from backprop_cli.engine.matrices import MatrixStep, matrix_steps
from backprop_cli.engine.matrix_view import (
    Listed,
    MatrixLine,
    MatrixScope,
    Rows,
    listed_steps,
    matrix_lines,
)
from backprop_cli.engine.network import (
    Bias,
    Layer,
    Network,
    OptimizerChoice,
    Parameter,
    Sample,
    Unit,
    Weight,
)
from backprop_cli.engine.notation import GREEK, ROLES, Letters, Name, Notation, symbol_of
from backprop_cli.engine.order import shuffled
from backprop_cli.engine.orientation import Origin, entries_at
from backprop_cli.engine.quantities import Quantities, named
from backprop_cli.engine.running import (
    Address,
    Line,
    Scope,
    State,
    arithmetic_of,
    check_exact,
    givens,
    initial_state,
    lines,
    qualified,
    run,
    state_before,
)
from backprop_cli.engine.signs import as_delta, by_bias, by_delta, entering
from backprop_cli.engine.steps import (
    STAGES,
    Step,
    batch_phases,
    bias_gradient,
    epoch_phases,
    errors,
    forward,
    shortcut_of,
)

__all__ = [
    "GREEK",
    "PER_SAMPLE",
    "ROLES",
    "STAGES",
    "Address",
    "Bias",
    "Layer",
    "Letters",
    "Line",
    "Listed",
    "Matrices",
    "MatrixLine",
    "MatrixName",
    "MatrixScope",
    "MatrixStep",
    "Name",
    "Network",
    "Notation",
    "OptimizerChoice",
    "Origin",
    "Parameter",
    "Quantities",
    "Rows",
    "Sample",
    "Scope",
    "State",
    "Step",
    "Unit",
    "Weight",
    "arithmetic_of",
    "as_delta",
    "batch_phases",
    "bias_gradient",
    "by_bias",
    "by_delta",
    "check_exact",
    "entering",
    "entries_at",
    "epoch_phases",
    "errors",
    "forward",
    "givens",
    "gradcheck",
    "initial_state",
    "lines",
    "listed_steps",
    "matrix_lines",
    "matrix_named",
    "matrix_steps",
    "named",
    "qualified",
    "run",
    "shortcut_of",
    "shuffled",
    "state_before",
    "symbol_of",
]
