"""Operators on whole matrices: what a layer's formula is made of when it is written as a whole.

A matrix formula is an `Expr` like any other, of references to matrices. A column stands for a
sample. `MATRIX_RULES` says how the operators are written; `entrywise` turns the formula of one
unit, such as ``out * (1 - out)``, into that of a layer: out ⊙ (1 − out).
"""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.formulas.expr import (
    ATOM,
    LOOSE,
    POWER,
    PRODUCT,
    SUM,
    Expr,
    NameLike,
    Op,
    Partial,
    Ref,
    Rule,
    called,
)

MATRIX_RULES = {
    #                  text        LaTeX             Python   JavaScript LLVM binds   inside
    "@": Rule("·", r" \, ", " @ ", "", "", PRODUCT, (POWER,),
         mathml="<mo>·</mo>"),
    "T": Rule("{}ᵀ", r"{}^{{\top}}", "{}.T", "", "", POWER, (ATOM,),
         mathml="<msup><mrow>{}</mrow><mo>⊤</mo></msup>"),
    "⊙": Rule(" ⊙ ", r" \odot ", " * ", "", "", PRODUCT, (PRODUCT,),
         mathml="<mo>⊙</mo>"),
    "⊘": Rule("{} ⊘ {}", r"{} \oslash {}", "{} / {}", "", "", PRODUCT, (PRODUCT, POWER),
         mathml="{}<mo>⊘</mo>{}"),
    "over_units": Rule("1ᵀ·{}", r"\mathbf{{1}}^{{\top}} {}", "{}.sum(axis=0, keepdims=True)",
                       "", "", PRODUCT, (POWER,),
         mathml="<msup><mn>1</mn><mo>⊤</mo></msup><mo>·</mo>{}"),
    "over_samples": Rule("{}·1", r"{} \, \mathbf{{1}}", "{}.sum(axis=1, keepdims=True)", "", "",
                         PRODUCT, (POWER,),
         mathml="{}<mo>·</mo><mn>1</mn>"),
    "softmax_columns": Rule("softmax({})", r"\operatorname{{softmax}}\left({}\right)",
                            "softmax({})", "", "", ATOM, (LOOSE,),
         mathml=called("softmax")),
    "jacobian": Rule("diag({0}) − {0}·({0})ᵀ",
                     r"\operatorname{{diag}}\left({0}\right) - {0} \left({0}\right)^{{\top}}",
                     "jacobian({0})", "", "", SUM, (POWER,),
         mathml=(called("diag", "{0}") +
                "<mo>−</mo>{0}<mo>·</mo><msup><mrow><mo>(</mo>{0}<mo>)</mo></mrow><mo>⊤</mo></msup>")),
    "through_jacobian": Rule("J({0})ᵀ·{1}", r"J({0})^{{\top}} {1}", "through_jacobian({}, {})",
                             "", "", PRODUCT, (LOOSE, POWER),
         mathml=("<msup><mrow>" +
                called("J", "{0}") +
                "</mrow><mo>⊤</mo></msup><mo>·</mo>{1}")),
    # The same where a row stands for a sample.
    "softmax_rows": Rule("softmax({})", r"\operatorname{{softmax}}\left({}\right)",
                         "softmax_rows({})", "", "", ATOM, (LOOSE,),
         mathml=called("softmax")),
    "jacobian_of_row": Rule(
        "diag({0}) − ({0})ᵀ·{0}",
        r"\operatorname{{diag}}\left({0}\right) - \left({0}\right)^{{\top}} {0}",
        "jacobian_of_row({0})", "", "", SUM, (POWER,),
         mathml=(called("diag", "{0}") +
                "<mo>−</mo><msup><mrow><mo>(</mo>{0}<mo>)</mo></mrow><mo>⊤</mo></msup><mo>·</mo>{0}")),
    "through_jacobian_of_rows": Rule("{1}·J({0})", r"{1} \, J({0})",
                                     "through_jacobian_of_rows({}, {})", "", "",
                                     PRODUCT, (LOOSE, POWER),
         mathml=("{1}<mo>·</mo>" +
                called("J", "{0}"))),
}  # fmt: skip
"""How they are written. `arrays.working.algebra` says what they are on numbers."""


class Entrywise(Partial):
    """A function of every entry of a matrix: written `function`(`argument`), known as `of`."""

    __slots__ = ("argument", "function")

    def __init__(self, function: str, argument: Ref, of: Expr) -> None:
        super().__init__(_Applied(function, argument.name), of)
        self.function, self.argument = function, argument


class _Applied:
    """The name of a function's value: f(net)."""

    def __init__(self, function: str, argument: NameLike) -> None:
        self.key = f"{function}({argument.key})"
        self.symbol = f"{function}({argument.symbol})"
        self.latex = rf"\operatorname{{{function}}}\left({argument.latex}\right)"


def matmul(first: Expr, second: Expr) -> Expr:
    """The product of two matrices."""
    return Op("@", (first, second))


def transposed(matrix: Expr) -> Expr:
    """Rows as columns."""
    return Op("T", (matrix,))


def hadamard(*matrices: Expr) -> Expr:
    """The product entry by entry."""
    return Op("⊙", matrices)


def over_units(matrix: Expr) -> Expr:
    """The sum of each column: over the units of a layer, one number for each sample."""
    return Op("over_units", (matrix,))


def over_samples(matrix: Expr) -> Expr:
    """The sum of each row: over the samples, one number for each unit."""
    return Op("over_samples", (matrix,))


def is_matrix(expr: Expr, scalar: Callable[[Ref], bool]) -> bool:
    """Whether a formula gives a matrix; `scalar` says which names are single numbers."""
    if isinstance(expr, Ref):
        return not scalar(expr)
    if isinstance(expr, Partial):
        return is_matrix(expr.of, scalar)
    return isinstance(expr, Op) and any(is_matrix(arg, scalar) for arg in expr.args)


def entrywise(expr: Expr, scalar: Callable[[Ref], bool]) -> Expr:
    """The formula of one unit as one of whole matrices, with ⊙ and ⊘ where two of these meet."""
    if not isinstance(expr, Op):
        return expr
    args = tuple(entrywise(arg, scalar) for arg in expr.args)
    whole = [is_matrix(arg, scalar) for arg in args]
    if expr.op == "square" and whole[0]:
        return hadamard(args[0], args[0])
    if expr.op == "/" and whole[1]:
        return Op("⊘", args)
    if expr.op == "*" and sum(whole) > 1:
        matrices = hadamard(*(arg for arg, is_whole in zip(args, whole, strict=True) if is_whole))
        numbers = [arg for arg, is_whole in zip(args, whole, strict=True) if not is_whole]
        return Op("*", (*numbers, matrices)) if numbers else matrices
    return Op(expr.op, args)
