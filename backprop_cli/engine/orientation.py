"""How matrices are laid out: a column for each sample, or a row for each, as some books have it.

What `matrices` says is in columns. With ``samples = "rows"`` every matrix is transposed, and every
formula with it: (W·x)ᵀ = xᵀ·Wᵀ. So net = X·W + b, δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾·(W⁽ˡ⁺¹⁾)ᵀ ⊙ f′(net⁽ˡ⁾),
∂E/∂W⁽ˡ⁾ = (out⁽ˡ⁻¹⁾)ᵀ·δ⁽ˡ⁾. The Jacobian alone stays as it is: ∂out_i/∂net_j in row i, column j.

Source of the rows: Bishop (2006), section 3.1, for the data; Géron (2019), chapter 10, for layers.
"""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.engine.layers import PER_SAMPLE, Matrices, MatrixName
from backprop_cli.engine.matrices import MatrixStep
from backprop_cli.engine.network import Network
from backprop_cli.formulas import Expr, Op, Ref, transposed

OF_ROWS = {
    "over_units": "over_samples",
    "over_samples": "over_units",
    "softmax_columns": "softmax_rows",
    "jacobian": "jacobian_of_row",
    "through_jacobian": "through_jacobian_of_rows",
}
"""What an operator on columns is where samples are rows; all others are the same, or swap sides."""


def oriented(network: Network, step: MatrixStep) -> MatrixStep:
    """A step as the notation of `network` has it."""
    if not network.notation.sample_rows:
        return step
    chain = None if step.chain is None else as_rows(step.chain)
    return step._replace(formula=as_rows(step.formula), chain=chain)


def as_rows(expr: Expr) -> Expr:
    """The formula of the transpose, of matrices that are transposed too."""
    if isinstance(expr, Ref):
        return transposed(expr) if _is_jacobian(expr) else expr
    if not isinstance(expr, Op):
        return expr
    args = tuple(map(as_rows, expr.args))
    if expr.op == "@":
        return Op("@", args[::-1])
    if expr.op == "T" and isinstance(args[0], Op) and args[0].op == "T":
        return args[0].args[0]
    return Op(OF_ROWS.get(expr.op, expr.op), args)


def _is_jacobian(ref: Ref) -> bool:
    return isinstance(ref.name, MatrixName) and ref.name.kind == "jacobian"


Origin = tuple[int, str]
"""The number of a sample, or 0 for what all of an update have in common, and a scalar key."""


def entries_at(
    matrices: Matrices, name: MatrixName, samples: Sequence[int]
) -> tuple[tuple[Origin, ...], ...]:
    """Which quantity of which sample each entry of a matrix is, as the notation lays it out.

    `samples` are those of the update, by number.
    """
    network, rows = matrices.network, matrices.entries(name)
    if name.kind in PER_SAMPLE:
        places = [[(number, row[0].name.key) for number in samples] for row in rows]
    else:
        own = samples[0] if name.kind == "jacobian" or not network.reduces else 0
        places = [[(own, ref.name.key) for ref in row] for row in rows]
    if network.notation.sample_rows and name.kind != "jacobian":
        places = [list(column) for column in zip(*places, strict=True)]
    return tuple(map(tuple, places))
