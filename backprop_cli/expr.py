"""Formulas: numbers, names, and operators on them.

A formula is written once, with Python's own operators (``out * (1 - out)``), and read in several
ways: computed, printed as text, typeset as LaTeX, emitted as Python. Everything that can be said
of an operator stands in one row of `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

__all__ = [
    "ATOM",
    "PRODUCT",
    "RULES",
    "Expr",
    "Known",
    "NameLike",
    "Num",
    "Op",
    "Operations",
    "Partial",
    "Ref",
    "as_expr",
    "exp",
    "expand",
    "latex",
    "ln",
    "lowered",
    "maximum",
    "normal_cdf",
    "normal_density",
    "references",
    "render",
    "root",
    "softmax",
    "softplus",
    "tanh",
    "total",
    "when_positive",
]  # fmt: skip

Known = Mapping[str, Any]
Operations = Mapping[str, Callable[..., Any]]
Leaf = Callable[[Any], tuple[str, int]]

# How tightly a piece of a formula binds: a looser one stands in parentheses inside a tighter one.
LOOSE, SUM, MINUS, PRODUCT, POWER, ATOM = range(6)


class NameLike(Protocol):
    """What a formula asks of a name: the key it is known by, and how it is written."""

    @property
    def key(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def latex(self) -> str: ...


class Expr:
    """A formula. Python's operators on formulas and numbers make formulas."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Expr:
        return total((self, as_expr(other)))

    def __radd__(self, other: Operand) -> Expr:
        return total((as_expr(other), self))

    def __sub__(self, other: Operand) -> Expr:
        return total((self, -as_expr(other)))

    def __rsub__(self, other: Operand) -> Expr:
        return total((as_expr(other), -self))

    def __mul__(self, other: Operand) -> Expr:
        factors = self.args if isinstance(self, Op) and self.op == "*" else (self,)
        return Op("*", (*factors, as_expr(other)))

    def __rmul__(self, other: Operand) -> Expr:
        return Op("*", (as_expr(other), self))

    def __truediv__(self, other: Operand) -> Expr:
        return Op("/", (self, as_expr(other)))

    def __rtruediv__(self, other: Operand) -> Expr:
        return Op("/", (as_expr(other), self))

    def __neg__(self) -> Expr:
        return Op("neg", (self,))

    def __pow__(self, exponent: Operand) -> Expr:
        if exponent == 2:
            return Op("square", (self,))
        return Op("^", (self, as_expr(exponent)))

    def evaluate(self, known: Known, operations: Operations) -> Any:
        """Value of the formula, with the names in `known` and the arithmetic of `operations`."""
        raise TypeError(f"not a formula: {self!r}")


Operand = Expr | int | str


@dataclass(frozen=True, slots=True)
class Num(Expr):
    """A constant, exactly as written: an int, a Decimal or a Fraction."""

    value: Any

    def evaluate(self, known: Known, operations: Operations) -> Any:
        return operations["number"](self.value)


@dataclass(frozen=True, slots=True)
class Ref(Expr):
    """A named quantity."""

    name: NameLike

    def evaluate(self, known: Known, operations: Operations) -> Any:
        return known[self.name.key]


@dataclass(frozen=True, slots=True)
class Partial(Expr):
    """A factor of the chain rule, written as a derivative (`name`) but known as `of`."""

    name: NameLike
    of: Expr

    def evaluate(self, known: Known, operations: Operations) -> Any:
        return self.of.evaluate(known, operations)


@dataclass(frozen=True, slots=True)
class Op(Expr):
    """An operator of `RULES` on any number of formulas. Sums and products are n-ary, not nested."""

    op: str
    args: tuple[Expr, ...]

    def evaluate(self, known: Known, operations: Operations) -> Any:
        compute = operations.get(self.op)
        if compute is None:
            return lowered(self).evaluate(known, operations)
        return compute(*[arg.evaluate(known, operations) for arg in self.args])


def as_expr(value: Operand) -> Expr:
    """`value` as a formula; a string is a fraction such as ``"1/2"``."""
    if isinstance(value, Expr):
        return value
    return Num(Fraction(value) if isinstance(value, str) else value)


def total(terms: Iterable[Expr]) -> Expr:
    """The sum of `terms`, as one flat sum; of a single term, the term."""
    flat: list[Expr] = []
    for term in terms:
        flat.extend(term.args if isinstance(term, Op) and term.op == "+" else (term,))
    return flat[0] if len(flat) == 1 else Op("+", tuple(flat))


def exp(x: Expr) -> Expr:
    """e to the power x."""
    return Op("exp", (x,))


def ln(x: Expr) -> Expr:
    """Natural logarithm; of 0, the logarithm of the smallest normal float."""
    return Op("ln", (x,))


def root(x: Expr) -> Expr:
    """Square root."""
    return Op("sqrt", (x,))


def tanh(x: Expr) -> Expr:
    """Hyperbolic tangent."""
    return Op("tanh", (x,))


def maximum(*xs: Operand) -> Expr:
    """The largest of `xs`."""
    return Op("max", tuple(map(as_expr, xs)))


def when_positive(test: Expr, then: Operand, otherwise: Operand) -> Expr:
    """`then` where `test` is greater than 0, else `otherwise`."""
    return Op("if", (test, as_expr(then), as_expr(otherwise)))


def softplus(x: Expr) -> Expr:
    """ln(1 + e^x), which does not overflow."""
    return Op("softplus", (x,))


def softmax(x: Expr, *layer: Expr) -> Expr:
    """e^x over the sum of e^y for the y of `layer`, which does not overflow."""
    return Op("softmax", (x, *layer))


def normal_cdf(x: Expr) -> Expr:
    """Φ(x), the cumulative distribution function of the standard normal distribution."""
    return Op("Phi", (x,))


def normal_density(x: Expr) -> Expr:
    """φ(x), the density of the standard normal distribution."""
    return Op("phi", (x,))


@dataclass(frozen=True, slots=True)
class Rule:
    """How an operator is written and, where it stands for a longer formula, what it means.

    `text`, `latex` and `python` are templates: one with ``{}`` is filled with the operands in
    order, any other is put between them. `inside` is how tightly an operand must bind to need no
    parentheses (one number for all, or one for each); `lower` gives the formula it stands for.
    """

    text: str
    latex: str
    python: str
    binds: int
    inside: tuple[int, ...]
    lower: Callable[..., Expr] | None = None


def _stable_softplus(x: Expr) -> Expr:
    return maximum(0, x) + Op("log1p", (exp(-maximum(x, -x)),))


def _shifted_softmax(x: Expr, *layer: Expr) -> Expr:
    largest = maximum(*layer)
    return exp(x - largest) / total(exp(y - largest) for y in layer)


RULES = {
    #            text            LaTeX                  Python                  binds    inside
    "+": Rule(" + ", " + ", " + ", SUM, (SUM, PRODUCT)),
    "*": Rule("·", r" \cdot ", " * ", PRODUCT, (PRODUCT, POWER)),
    "/": Rule("{}/{}", r"\frac{{{}}}{{{}}}", "{} / {}", PRODUCT, (PRODUCT, POWER)),
    "neg": Rule("−{}", "-{}", "-{}", MINUS, (PRODUCT,)),
    "square": Rule("{}²", "{}^{{2}}", "({0} * {0})", POWER, (ATOM,)),
    "^": Rule("{}^{}", "{}^{{{}}}", "{} ** {}", POWER, (ATOM,)),
    "exp": Rule("e^{}", "e^{{{}}}", "exp({})", POWER, (ATOM,)),
    "ln": Rule("ln({})", r"\ln\left({}\right)", "ln({})", ATOM, (LOOSE,)),
    "log1p": Rule("ln(1 + {})", r"\ln\left(1 + {}\right)", "log1p({})", ATOM, (SUM,)),
    "sqrt": Rule("√{}", r"\sqrt{{{}}}", "sqrt({})", POWER, (ATOM,)),
    "tanh": Rule("tanh({})", r"\tanh\left({}\right)", "tanh({})", ATOM, (LOOSE,)),
    "max": Rule("max({})", r"\max\left({}\right)", "max({})", ATOM, (LOOSE,)),
    "Phi": Rule("Φ({})", r"\Phi\left({}\right)", "Phi({})", ATOM, (LOOSE,)),
    "phi": Rule("φ({})", r"\varphi\left({}\right)", "phi({})", ATOM, (LOOSE,)),
    "if": Rule("({1} if {0} > 0 else {2})",
               r"\begin{{cases}}{1} & \text{{if }} {0} > 0\\{2} & \text{{otherwise}}\end{{cases}}",
               "({1} if {0} > 0 else {2})", ATOM, (SUM,)),
    "softplus": Rule("ln(1 + e^{})", r"\ln\left(1 + e^{{{}}}\right)", "", ATOM, (ATOM,),
                     _stable_softplus),
    "softmax": Rule("e^{0}/({rest})", r"\frac{{e^{{{0}}}}}{{{rest}}}", "", PRODUCT, (ATOM,),
                    _shifted_softmax),
}  # fmt: skip

# LaTeX braces do what parentheses do in text.
_LATEX_BRACED = {"/", "exp", "sqrt", "softplus", "softmax"}


def lowered(op: Op) -> Expr:
    """The longer formula that a short operator stands for."""
    lower = RULES[op.op].lower
    if lower is None:
        raise KeyError(op.op)
    return lower(*op.args)


def expand(expr: Expr) -> Expr:
    """`expr` in primitive operators only, without the labels of the chain rule."""
    if isinstance(expr, Partial):
        return expand(expr.of)
    if not isinstance(expr, Op):
        return expr
    if RULES[expr.op].lower is not None:
        return expand(lowered(expr))
    return Op(expr.op, tuple(map(expand, expr.args)))


def references(expr: Expr) -> Iterator[Ref]:
    """The names in a formula, from left to right, repetitions included."""
    if isinstance(expr, Ref):
        yield expr
    elif isinstance(expr, Partial):
        yield from references(expr.of)
    elif isinstance(expr, Op):
        for arg in expr.args:
            yield from references(arg)


def operators(expr: Expr) -> Iterator[str]:
    """The operators of a formula."""
    if isinstance(expr, Op):
        yield expr.op
        for arg in expr.args:
            yield from operators(arg)


def render(expr: Expr, leaf: Leaf, style: str = "text") -> str:
    """`expr` written out. `leaf` gives the text of a number or name, and how tightly it binds."""
    return _written(expr, leaf, style)[0]


def latex(expr: Expr, leaf: Leaf) -> str:
    """`expr` as LaTeX mathematics, without delimiters."""
    return _written(expr, leaf, "latex")[0]


def _written(expr: Expr, leaf: Leaf, style: str) -> tuple[str, int]:
    if not isinstance(expr, Op):
        return leaf(expr)
    if expr.op == "+":
        return _written_sum(expr.args, leaf, style), SUM
    rule = RULES[expr.op]
    template: str = getattr(rule, style)
    pieces = []
    for position, arg in enumerate(expr.args):
        text, binds = _written(arg, leaf, style)
        needed = rule.inside[min(position, len(rule.inside) - 1)]
        braced = style == "latex" and expr.op in _LATEX_BRACED
        pieces.append(text if binds >= needed or braced else _parenthesised(text, style))
    if "{" not in template:
        return template.join(pieces), rule.binds
    if expr.op == "softmax":
        power = "e^{{{}}}" if style == "latex" else "e^{}"
        rest = " + ".join(power.format(piece) for piece in pieces[1:])
        return template.format(pieces[0], rest=rest), rule.binds
    if expr.op == "max":
        pieces = [", ".join(pieces)]
    return template.format(*pieces), rule.binds


def _written_sum(terms: tuple[Expr, ...], leaf: Leaf, style: str) -> str:
    """A sum, with the minus of a negated term in place of the plus before it."""
    minus = " − " if style == "text" else " - "
    written = ""
    for term in terms:
        sign = " + " if written else ""
        if written and isinstance(term, Op) and term.op == "neg":
            sign, term = minus, term.args[0]
        text, binds = _written(term, leaf, style)
        if binds < (PRODUCT if written else SUM):
            text = _parenthesised(text, style)
        written += sign + text
    return written


def _parenthesised(text: str, style: str) -> str:
    return rf"\left({text}\right)" if style == "latex" else f"({text})"
