"""Formulas on whole arrays, as lines of NumPy that fill buffers made beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from backprop_cli.formulas import FLOAT, RULES, TINY, Expr, Num, Op, Partial, Ref, lowered

Shape = tuple[int, ...]
SCALAR: Shape = ()

# Operators that NumPy has another name for.
_UFUNCS = {
    "ln": "log",
    "neg": "negative",
    "/": "divide",
    "^": "power",
    "+": "add",
    "*": "multiply",
    "max": "maximum",
}


class Operand(NamedTuple):
    """A variable of the code; one that is `spare` is not looked at again, and may be overwritten.

    A scalar with a `value` is known already.
    """

    name: str
    shape: Shape
    spare: bool = False
    value: float | None = None


Signed = tuple[Operand, int]
"""An operand, and 1, or −1 where it is subtracted."""


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
    """Lines of Python under way, with the objects that they name beside those of NumPy.

    With `careful`, a logarithm of 0 and a division by 0 are computed as `arithmetic.FLOAT` does;
    without, they are what NumPy makes of them.
    """

    def __init__(self, careful: bool) -> None:
        self.lines: list[str] = []
        self.objects: dict[str, Any] = {
            "largest": np.maximum.reduce,
            "total": np.add.reduce,
            "nonzero": _nonzero,
            "Phi": _each(FLOAT.operations["Phi"]),
            "phi": _each(FLOAT.operations["phi"]),
        }
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
        namespace = vars(np) | self.objects
        exec(compile("\n".join([head, *body]), "<array>", "exec"), namespace)
        made: Callable[..., Any] = namespace[head.split("(")[0].removeprefix("def ")]
        return made

    def compute(
        self, formula: Expr, known: Mapping[str, Operand], into: Operand | None = None
    ) -> Operand:
        """The value of a formula, elementwise, in the buffer `into` or in one of its own."""
        match formula:
            case Partial(_, inner):
                return self.compute(inner, known, into)
            case Num(value):
                return self._kept(self.number(float(value)), into)
            case Ref(name):
                return self._kept(known[name.key], into)
            case Op("softmax", (net, *_)):
                return self._softmax(self.compute(net, known), into)
            case Op(op) if RULES[op].lower is not None:
                return self.compute(lowered(formula), known, into)
            case Op("neg", (Op("+", (first, Op("neg", (second,)))),)):  # the same to the last bit
                return self.compute(second - first, known, into)
            case Op(op, args):
                return self._operation(op, args, known, into)
        raise TypeError(f"not a formula: {formula!r}")

    def _operation(
        self, op: str, args: Sequence[Expr], known: Mapping[str, Operand], into: Operand | None
    ) -> Operand:
        operands = [(self.compute(term, known), sign) for term, sign in _signed(op, args)]
        if all(one.shape == SCALAR for one, _ in operands):
            return self._kept(self._scalar(op, operands), into)
        if op == "*":
            operands = [(one, sign) for one, sign in operands if one.value != 1]
        if op in ("+", "*", "max"):
            return self._folded(op, operands, into)
        return self._applied(op, [one for one, _ in operands], into)

    def _kept(self, operand: Operand, into: Operand | None) -> Operand:
        if into is None:
            return operand
        self.line(f"copyto({into.name}, {operand.name})")
        return into

    def _scalar(self, op: str, operands: Sequence[Signed]) -> Operand:
        """An operation on single numbers: at once where they are known, else in plain Python."""
        values = [sign * one.value for one, sign in operands if one.value is not None]
        if len(values) == len(operands):
            return self.number(float(FLOAT.operations[op](*values)))
        names = [f"-{one.name}" if sign < 0 else one.name for one, sign in operands]
        template, name = RULES[op].python, self.object(None)
        if op == "max":
            names = [", ".join(names)]
        text = template.format(*names) if "{" in template else template.join(names)
        self.line(f"{name} = float({text})")
        return Operand(name, SCALAR)

    def _folded(self, op: str, operands: Sequence[Signed], into: Operand | None) -> Operand:
        """Sums, products and maxima, from left to right."""
        (result, first), *others = operands
        if first < 0:
            result = self._filled("negative", [result], None)
        for position, (operand, sign) in enumerate(others, start=1):
            ufunc = _UFUNCS[op] if sign > 0 else "subtract"
            last = position == len(others)
            result = self._filled(ufunc, [result, operand], into if last else None)
        return result if others else self._kept(result, into)

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
        zero = self.number(0.0)
        if (then.value, otherwise.value) == (1.0, 0.0):
            return self._filled("greater", [test, zero], into)
        mask = self.object(np.empty(test.shape, dtype=bool))
        result = into or self.buffer(test.shape)
        self.line(f"greater({test.name}, {zero.name}, {mask})")
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


def _signed(op: str, args: Sequence[Expr]) -> Iterator[tuple[Expr, int]]:
    """The operands with their signs: in a sum x + (−y) is x − y, to the last bit."""
    for arg in args:
        match arg:
            case Op("neg", (inner,)) if op == "+":
                yield inner, -1
            case _:
                yield arg, 1
