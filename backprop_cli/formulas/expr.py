"""Formulas: numbers, names, and operators on them.

A formula is written once, with Python's own operators (``out * (1 - out)``), and read in several
ways: computed, printed as text, typeset as LaTeX, emitted as Python or LLVM IR. Everything that can
be said of an operator stands in one row of `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

Known = Mapping[str, Any]
Operations = Mapping[str, Callable[..., Any]]
Leaf = Callable[[Any], tuple[str, int]]

# How tightly a piece of a formula binds: a looser one stands in parentheses inside a tighter one.
# A derivative such as ∂E/∂w stands between a power and an atom: (∂E/∂w)², but ∂E/∂out·∂out/∂net.
LOOSE, SUM, MINUS, PRODUCT, POWER, DERIVATIVE, ATOM = range(7)


class NameLike(Protocol):
    """What a formula asks of a name: the key it is known by, and how it is written."""

    @property
    def key(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def latex(self) -> str: ...


class Label(NamedTuple):
    """A name that is only written, or known by itself in some code: w_ij of a general law."""

    key: str

    @property
    def symbol(self) -> str:
        return self.key

    @property
    def latex(self) -> str:
        return self.key


class Expr:
    """A formula, never changed once made. Operators on formulas and numbers make formulas.

    Two are equal if they are written alike. (Plain classes: there may be a million of them.)
    """

    __slots__ = ()

    def _parts(self) -> tuple[Any, ...]:
        slots: tuple[str, ...] = self.__slots__
        return tuple(getattr(self, part) for part in slots)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._parts()))})"

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


class Num(Expr):
    """A constant, exactly as written: an int, a Decimal or a Fraction."""

    __slots__ = __match_args__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def evaluate(self, known: Known, operations: Operations) -> Any:
        return operations["number"](self.value)


class Ref(Expr):
    """A named quantity."""

    __slots__ = __match_args__ = ("name",)

    def __init__(self, name: NameLike) -> None:
        self.name = name

    def evaluate(self, known: Known, operations: Operations) -> Any:
        return known[self.name.key]


class Partial(Expr):
    """A factor of the chain rule, written as a derivative (`name`) but known as `of`."""

    __slots__ = __match_args__ = ("name", "of")

    def __init__(self, name: NameLike, of: Expr) -> None:
        self.name, self.of = name, of

    def evaluate(self, known: Known, operations: Operations) -> Any:
        return self.of.evaluate(known, operations)


class Op(Expr):
    """An operator of `RULES` on any number of formulas. Sums and products are n-ary, not nested."""

    __slots__ = __match_args__ = ("op", "args")

    def __init__(self, op: str, args: tuple[Expr, ...]) -> None:
        self.op, self.args = op, args

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


def absolute(x: Expr) -> Expr:
    """|x|."""
    return Op("abs", (x,))


def sign(x: Expr) -> Expr:
    """1, 0 or −1."""
    return Op("sign", (x,))


def maximum(*xs: Operand) -> Expr:
    """The largest of `xs`; of a single one, itself."""
    return as_expr(xs[0]) if len(xs) == 1 else Op("max", tuple(map(as_expr, xs)))


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


class Rule(NamedTuple):
    """How an operator is written and, where it stands for a longer formula, what it means.

    `text`, `latex`, `mathml`, `python` and `javascript` are templates: one with ``{}`` is filled
    with the operands in order, any other is put between them. `inside` is how tightly an operand
    must bind to need no parentheses (one number for all, or one for each); `lower` gives the
    formula it stands for. `llvm` is the instruction or the @function that computes it, of two
    operands from left to right where there may be more.
    """

    text: str
    latex: str
    python: str
    javascript: str
    llvm: str
    binds: int
    inside: tuple[int, ...]
    lower: Callable[..., Expr] | None = None
    mathml: str = ""


OPENED, CLOSED = ('<mo stretchy="false">' + sign + "</mo>" for sign in "()")
"""Parentheses in MathML. Where they may stretch, browsers leave a gap inside them."""


def called(name: str, inside: str = "{}") -> str:
    """A function in MathML, with its argument in parentheses."""
    return f"<mi>{name}</mi><mrow>{OPENED}{inside}{CLOSED}</mrow>"


def _stable_softplus(x: Expr) -> Expr:
    return maximum(0, x) + Op("log1p", (exp(-maximum(x, -x)),))


def _shifted_softmax(x: Expr, *layer: Expr) -> Expr:
    largest = maximum(*layer)
    return exp(x - largest) / total(exp(y - largest) for y in layer)


RULES = {
    #         text     LaTeX    Python   JavaScript  LLVM    binds    inside
    "+": Rule(" + ", " + ", " + ", " + ", "fadd", SUM, (SUM, PRODUCT)),
    "*": Rule("·", r" \cdot ", " * ", " * ", "fmul", PRODUCT, (POWER,),
         mathml="<mo>·</mo>"),
    "/": Rule("{}/{}", r"\frac{{{}}}{{{}}}", "{} / {}", "divided({}, {})", "@divide",
              PRODUCT, (PRODUCT, POWER),
         mathml="<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>"),
    "neg": Rule("−{}", "-{}", "-{}", "-{}", "fneg", MINUS, (PRODUCT,),
         mathml='<mo form="prefix">−</mo>{}'),
    "square": Rule("{}²", "{}^{{2}}", "({0} * {0})", "square({})", "@square", POWER, (ATOM,),
         mathml="<msup><mrow>{}</mrow><mn>2</mn></msup>"),
    "^": Rule("{}^{}", "{}^{{{}}}", "{} ** {}", "power({}, {})", "@pow", POWER, (ATOM,),
         mathml="<msup><mrow>{}</mrow><mrow>{}</mrow></msup>"),
    "exp": Rule("e^{}", "e^{{{}}}", "exp({})", "exp({})", "@exp", POWER, (ATOM,),
         mathml="<msup><mi>e</mi><mrow>{}</mrow></msup>"),
    "ln": Rule("ln({})", r"\ln\left({}\right)", "ln({})", "ln({})", "@ln", ATOM, (LOOSE,),
         mathml=called("ln")),
    "log1p": Rule("ln(1 + {})", r"\ln\left(1 + {}\right)", "log1p({})", "log1p({})", "@log1p",
                  ATOM, (SUM,),
         mathml=called("ln", "<mn>1</mn><mo>+</mo>{}")),
    "sqrt": Rule("√{}", r"\sqrt{{{}}}", "sqrt({})", "sqrt({})", "@llvm.sqrt.f64",
                 POWER, (ATOM,),
         mathml="<msqrt>{}</msqrt>"),
    "tanh": Rule("tanh({})", r"\tanh\left({}\right)", "tanh({})", "tanh({})", "@tanh",
                 ATOM, (LOOSE,),
         mathml=called("tanh")),
    "abs": Rule("|{}|", r"\left|{}\right|", "abs({})", "abs({})", "@llvm.fabs.f64",
                ATOM, (LOOSE,),
         mathml="<mrow><mo>|</mo>{}<mo>|</mo></mrow>"),
    "sign": Rule("sgn({})", r"\operatorname{{sgn}}\left({}\right)", "sign({})", "sign({})",
                 "@sign", ATOM, (LOOSE,),
         mathml=called("sgn")),
    "max": Rule("max({})", r"\max\left({}\right)", "max({})", "largest({})", "@larger",
                ATOM, (LOOSE,),
         mathml=called("max")),
    "Phi": Rule("Φ({})", r"\Phi\left({}\right)", "Phi({})", "Phi({})", "@Phi", ATOM, (LOOSE,),
         mathml=called("Φ")),
    "phi": Rule("φ({})", r"\varphi\left({}\right)", "phi({})", "phi({})", "@phi",
                ATOM, (LOOSE,),
         mathml=called("φ")),
    "if": Rule("({1} if {0} else {2})",
               r"\begin{{cases}}{1} & \text{{if }} {0}\\{2} & \text{{otherwise}}\end{{cases}}",
               "({1} if {0} > 0.0 else {2})", "({0} > 0 ? {1} : {2})", "@chosen", ATOM, (SUM,),
         mathml=("<mrow><mo>{{</mo><mtable>" +
                "<mtr><mtd>{1}</mtd><mtd><mtext>if </mtext>{0}</mtd></mtr>" +
                "<mtr><mtd>{2}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable></mrow>")),
    "softplus": Rule("ln(1 + e^{})", r"\ln\left(1 + e^{{{}}}\right)", "", "", "", ATOM, (ATOM,),
                     _stable_softplus,
         mathml=called("ln", "<mn>1</mn><mo>+</mo><msup><mi>e</mi><mrow>{}</mrow></msup>")),
    "softmax": Rule("e^{0}/({rest})", r"\frac{{e^{{{0}}}}}{{{rest}}}", "", "", "", PRODUCT,
                    (ATOM,), _shifted_softmax,
         mathml="<mfrac><msup><mi>e</mi><mrow>{0}</mrow></msup><mrow>{rest}</mrow></mfrac>"),
}  # fmt: skip


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


def with_references(expr: Expr, change: Callable[[Ref], Expr]) -> Expr:
    """`expr` with every name replaced by what `change` makes of it."""
    if isinstance(expr, Ref):
        return change(expr)
    if isinstance(expr, Partial):
        return with_references(expr.of, change)
    if isinstance(expr, Op):
        return Op(expr.op, tuple(with_references(arg, change) for arg in expr.args))
    return expr


def operators(expr: Expr) -> Iterator[str]:
    """The operators of a formula."""
    if isinstance(expr, Op):
        yield expr.op
        for arg in expr.args:
            yield from operators(arg)
