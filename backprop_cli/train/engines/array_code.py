"""Formulas on whole arrays, as lines of NumPy that fill buffers made beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from backprop_cli.formulas import FLOAT, RULES, TINY, Expr, Num, Op, Partial, Ref, lowered

Shape = tuple[int, ...]
SCALAR: Shape = ()

_UFUNCS: dict[str, str] = {
    "exp": "exp", "ln": "log", "log1p": "log1p", "sqrt": "sqrt", "tanh": "tanh",
    "neg": "negative", "/": "divide", "^": "power", "+": "add", "*": "multiply", "max": "maximum",
    "sign": "sign",
}  # fmt: skip


class Operand(NamedTuple):
    """A variable of the code; one that is `spare` is not looked at again, and may be overwritten.

    A scalar with a `value` is known already.
    """

    name: str
    shape: Shape
    spare: bool = False
    value: float | None = None


def _each(function: Callable[[float], float]) -> Callable[..., None]:
    elementwise = np.frompyfunc(function, 1, 1)

    def filled(x: Any, out: Any) -> None:
        out[...] = elementwise(x)

    return filled


def _nonzero(x: Any, out: Any) -> Any:
    """x with the smallest normal float in place of 0."""
    np.copyto(out, x)
    out[out == 0] = TINY
    return out


class ArrayCode:
    """Lines of Python under way, with the objects that they name.

    With `careful`, a logarithm of 0 and a division by 0 are computed as `arithmetic.FLOAT` does;
    without, they are what NumPy makes of them.
    """

    def __init__(self, careful: bool) -> None:
        self.lines: list[str] = []
        self.objects: dict[str, Any] = {name: getattr(np, name) for name in _UFUNCS.values()}
        self.objects |= {
            "subtract": np.subtract, "greater": np.greater, "copyto": np.copyto, "dot": np.dot,
            "largest": np.maximum.reduce, "total": np.add.reduce, "nonzero": _nonzero,
            "Phi": _each(FLOAT.operations["Phi"]), "phi": _each(FLOAT.operations["phi"]),
        }  # fmt: skip
        self._careful = careful

    def object(self, thing: Any) -> str:
        """A name for an object that exists already."""
        name = f"a{len(self.objects)}"
        self.objects[name] = thing
        return name

    def buffer(self, shape: Shape) -> Operand:
        """A new array to be filled, to be overwritten as soon as it has been looked at."""
        return Operand(self.object(np.empty(shape)), shape, spare=True)

    def number(self, value: float) -> Operand:
        return Operand(self.object(np.array(value)), SCALAR, value=value)

    def line(self, text: str) -> None:
        self.lines.append(text)

    def function(self, head: str, tail: str) -> Callable[..., Any]:
        """The function that the lines are the body of."""
        body = [f"    {line}" for line in (*self.lines, tail)]
        namespace = dict(self.objects)
        exec(compile("\n".join([head, *body]), "<array>", "exec"), namespace)
        made: Callable[..., Any] = namespace[head.split("(")[0].removeprefix("def ")]
        return made

    def compute(
        self, formula: Expr, known: Mapping[str, Operand], into: Operand | None = None
    ) -> Operand:
        """The value of a formula, elementwise, in the buffer `into` or in one of its own."""
        if isinstance(formula, Partial):
            return self.compute(formula.of, known, into)
        if isinstance(formula, Num):
            return self._kept(self.number(float(formula.value)), into)
        if isinstance(formula, Ref):
            return self._kept(known[formula.name.key], into)
        assert isinstance(formula, Op)
        if formula.op == "softplus":
            return self.compute(lowered(formula), known, into)
        if formula.op == "softmax":
            return self._softmax(self.compute(formula.args[0], known), into)
        formula = _turned(formula)
        terms, signs = _signed(formula)
        operands = [self.compute(term, known) for term in terms]
        if all(operand.shape == SCALAR for operand in operands):
            return self._kept(self._scalar(formula.op, operands, signs), into)
        if formula.op == "*":
            operands = [one for one in operands if one.value != 1]
        if len(operands) == 1 and formula.op == "*":
            return self._kept(operands[0], into)
        if formula.op in ("+", "*", "max"):
            return self._folded(formula.op, operands, signs, into)
        return self._applied(formula.op, operands, into)

    def _kept(self, operand: Operand, into: Operand | None) -> Operand:
        if into is None:
            return operand
        self.line(f"copyto({into.name}, {operand.name})")
        return into

    def _scalar(self, op: str, operands: Sequence[Operand], signs: Sequence[int]) -> Operand:
        """An operation on single numbers: at once where they are known, else in plain Python."""
        values = [operand.value for operand in operands]
        if None not in values:
            signed = [s * v for s, v in zip(signs, values, strict=True) if v is not None]
            return self.number(float(FLOAT.operations[op](*signed)))
        names = [("-" if sign < 0 else "") + operand.name
                 for sign, operand in zip(signs, operands, strict=True)]  # fmt: skip
        template, name = RULES[op].python, self.object(None)
        text = template.format(*names) if "{" in template else template.join(names)
        self.line(f"{name} = float({text})")
        return Operand(name, SCALAR)

    def _folded(
        self, op: str, operands: Sequence[Operand], signs: Sequence[int], into: Operand | None
    ) -> Operand:
        """Sums, products and maxima, from left to right."""
        result, *others = operands
        if signs[0] < 0:
            result = self._filled("negative", [result], into if not others else None)
        for position, (operand, sign) in enumerate(zip(others, signs[1:], strict=True)):
            last = position == len(others) - 1
            ufunc = _UFUNCS[op] if sign > 0 else "subtract"
            result = self._filled(ufunc, [result, operand], into if last else None)
        return result

    def _applied(self, op: str, operands: list[Operand], into: Operand | None) -> Operand:
        if op == "square":
            return self._filled("multiply", [operands[0], operands[0]], into)
        if op == "if":
            test, then, otherwise = operands
            return self._chosen(test, then, otherwise, into)
        if self._careful and op in ("/", "ln") and operands[-1].shape != SCALAR:
            spare = self.buffer(operands[-1].shape)
            self.line(f"nonzero({operands[-1].name}, {spare.name})")
            operands[-1] = spare
        return self._filled(_UFUNCS.get(op, op), operands, into)

    def _chosen(
        self, test: Operand, then: Operand, otherwise: Operand, into: Operand | None
    ) -> Operand:
        """`then` where `test` is greater than 0. A truth value as a float is 1 or 0."""
        zero = self.number(0.0).name
        if (then.value, otherwise.value) == (1.0, 0.0):
            return self._filled("greater", [test, self.number(0.0)], into)
        mask = self.object(np.empty(test.shape, dtype=bool))
        result = into or self.buffer(test.shape)
        self.line(f"greater({test.name}, {zero}, {mask})")
        self.line(f"copyto({result.name}, {otherwise.name})")
        self.line(f"copyto({result.name}, {then.name}, where={mask})")
        return result

    def _filled(self, ufunc: str, operands: Sequence[Operand], into: Operand | None) -> Operand:
        """A ufunc's values in a buffer: `into`, one that is spare, or a new one."""
        shape = np.broadcast_shapes(*(operand.shape for operand in operands))
        spare = [operand for operand in operands if operand.spare and operand.shape == shape]
        result = into or (spare[0] if spare else self.buffer(shape))
        names = ", ".join(operand.name for operand in operands)
        self.line(f"{ufunc}({names}, out={result.name})")
        return result

    def _softmax(self, nets: Operand, into: Operand | None) -> Operand:
        """e^x over its sum along each row, shifted by the row's largest."""
        row = self.buffer((*nets.shape[:-1], 1)).name
        result = into or self.buffer(nets.shape)
        self.line(f"largest({nets.name}, -1, None, {row}, True)")
        self.line(f"subtract({nets.name}, {row}, {result.name})")
        self.line(f"exp({result.name}, {result.name})")
        self.line(f"total({result.name}, -1, None, {row}, True)")
        self.line(f"divide({result.name}, {row}, {result.name})")
        return result


def _turned(formula: Op) -> Op:
    """−(x + (−y)) as y − x, which is the same to the last bit."""
    inner = formula.args[0]
    if formula.op == "neg" and isinstance(inner, Op) and inner.op == "+" and len(inner.args) == 2:
        first, second = inner.args
        if isinstance(second, Op) and second.op == "neg":
            return Op("+", (second.args[0], Op("neg", (first,))))
    return formula


def _signed(formula: Op) -> tuple[list[Expr], list[int]]:
    """The operands, and in a sum their signs: x + (−y) is x − y, to the last bit."""
    terms, signs = [], []
    for arg in formula.args:
        negative = formula.op == "+" and isinstance(arg, Op) and arg.op == "neg"
        terms.append(arg.args[0] if isinstance(arg, Op) and negative else arg)
        signs.append(-1 if negative else 1)
    return terms, signs
