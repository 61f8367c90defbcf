"""Number types: what a formula is computed with.

An `Arithmetic` gives each operator of `expr.RULES` its meaning on one kind of number: floats,
exact fractions, decimals of any precision, or decimals rounded at every step as on paper.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import reduce
from typing import Any

from backprop_cli.errors import InexactError, OutOfRange

Exact = int | Decimal | Fraction
"""A number as written in a config."""

MOST_BITS = 10_000
"""Of the numerator or denominator of a fraction: some 3,000 digits, which nobody reads."""

TINY = 2.0**-1022
"""Smallest normal float. It stands in for a 0 that underflow left in a logarithm or a divisor."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operations` by the names of `expr.RULES`, and ``number``, which converts an `Exact`.

    `settle(value, kind)` is applied to the value of each step of the pass; by default it is kept.
    """

    name: str
    operations: Mapping[str, Callable[..., Any]]
    settle: Callable[[Any, str], Any] | None = None


def _added(*terms: Any) -> Any:
    return reduce(operator.add, terms)


def _multiplied(*factors: Any) -> Any:
    return reduce(operator.mul, factors)


def _divided(dividend: Any, divisor: Any) -> Any:
    return dividend / (divisor if divisor != 0 else type(divisor)(TINY))


def _if_positive(test: Any, then: Any, otherwise: Any) -> Any:
    return then if test > 0 else otherwise


def _sign(x: Any) -> Any:
    return type(x)((x > 0) - (x < 0))


_PYTHON: dict[str, Callable[..., Any]] = {
    "+": _added,
    "*": _multiplied,
    "/": _divided,
    "neg": operator.neg,
    "square": lambda x: x * x,
    "^": operator.pow,
    "max": max,
    "abs": abs,
    "sign": _sign,
    "if": _if_positive,
}


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def normal_cdf(x: float) -> float:
    """Φ(x), without loss of digits for negative x."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def normal_density(x: float) -> float:
    """φ(x) = e^(−x²/2) / √(2π)."""
    return _exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


FLOAT = Arithmetic(
    "float",
    _PYTHON
    | {
        "number": float,
        "exp": _exp,
        "ln": lambda x: math.log(x if x != 0 else TINY),
        "log1p": math.log1p,
        "sqrt": math.sqrt,
        "tanh": math.tanh,
        "Phi": normal_cdf,
        "phi": normal_density,
    },
)


TRANSCENDENTAL = frozenset(("exp", "ln", "log1p", "tanh", "Phi", "phi", "softplus", "softmax"))
"""Operators whose values are not fractions, even where those of their operands are."""


def exact_arithmetic() -> Arithmetic:
    """Fractions, without any rounding.

    Its operations raise `InexactError` where a result is not a fraction: any exponential,
    logarithm or hyperbolic tangent, and the root of a number that is not a square.
    """

    def refused(function: str) -> Callable[..., Any]:
        def operation(*_: Any) -> Any:
            raise InexactError(function)

        return operation

    def square_root(x: Fraction) -> Fraction:
        over, under = math.isqrt(abs(x.numerator)), math.isqrt(x.denominator)
        if over * over != x.numerator or under * under != x.denominator:
            raise InexactError("√")
        return Fraction(over, under)

    def written(value: Fraction, kind: str) -> Fraction:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
            what = "exact values have more than 3,000 digits from here on"
            raise OutOfRange(what, "take fewer epochs, or so many digits: --precision 50")
        return value

    return Arithmetic(
        "exact",
        _PYTHON
        | {"number": Fraction, "sqrt": square_root}
        | {op: refused(op) for op in TRANSCENDENTAL},
        written,
    )


def decimal_arithmetic(digits: int) -> Arithmetic:
    """Decimals of `digits` significant digits; functions are right to the last or nearly."""
    context = Context(prec=digits, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])

    def number(value: Exact) -> Decimal:
        if isinstance(value, Fraction):
            return context.divide(Decimal(value.numerator), Decimal(value.denominator))
        return context.plus(Decimal(value))

    tiny = Decimal(TINY)
    return Arithmetic(
        f"decimal, {digits} digits",
        {
            "number": number,
            "+": lambda *terms: reduce(context.add, terms),
            "*": lambda *factors: reduce(context.multiply, factors),
            "/": lambda a, b: context.divide(a, b if b != 0 else tiny),
            "neg": context.minus,
            "square": lambda x: context.multiply(x, x),
            "^": context.power,
            "max": max,
            "abs": context.abs,
            "sign": _sign,
            "if": _if_positive,
            "exp": context.exp,
            "ln": lambda x: context.ln(x if x != 0 else tiny),
            "log1p": lambda x: context.plus(_decimal_log1p(x, _wider(context, x))),
            "sqrt": context.sqrt,
            "tanh": lambda x: context.plus(_decimal_tanh(x, _wider(context, x))),
            "Phi": lambda x: context.plus(_decimal_cdf(x, _wider(context, x))),
            "phi": lambda x: context.plus(_decimal_density(x, _wider(context, x))),
        },
    )


def on_paper(places: Mapping[str, int]) -> Arithmetic:
    """Arithmetic of a person who rounds each quantity as it is computed, halves away from zero.

    `places` gives the decimal places of some kinds of quantity. ``"default"`` is for the others:
    so many decimals, but of a number below 0.1 as many significant digits, as people do who write
    0.474 and then 0.00654, not 0.007. Without it they are not rounded. Between roundings nothing
    is lost: 50 digits are kept.
    """
    wide = decimal_arithmetic(50)
    roomy = Context(prec=400, rounding=ROUND_HALF_UP)
    default = places.get("default")

    def settle(value: Decimal, kind: str) -> Decimal:
        decimals = places.get(kind)
        if decimals is None:
            if default is None:
                return value
            decimals = max(default, default - 1 - value.adjusted()) if value else default
        try:
            return value.quantize(Decimal(1).scaleb(-decimals), context=roomy)
        except InvalidOperation:
            raise OutOfRange(
                f"a number has grown beyond what can be rounded to {decimals} places",
                "a smaller learning rate may help",
            ) from None

    return replace(wide, name="on paper", settle=settle)


def _wider(context: Context, x: Decimal) -> Context:
    """`context` with digits to spare for what cancels in a function of x."""
    wider = context.copy()
    spare = 15 + abs(x.adjusted()) if x else 15
    wider.prec += min(spare, 10_000)
    return wider


def _decimal_log1p(x: Decimal, context: Context) -> Decimal:
    return context.ln(context.add(1, x))


def _decimal_tanh(x: Decimal, context: Context) -> Decimal:
    decay = context.exp(context.multiply(-2, x.copy_abs()))
    size = context.divide(context.subtract(1, decay), context.add(1, decay))
    return size.copy_sign(x)


def _decimal_density(x: Decimal, context: Context) -> Decimal:
    power = context.exp(context.divide(context.multiply(x, x), -2))
    return context.divide(power, context.sqrt(context.multiply(2, _pi(context))))


def _decimal_cdf(x: Decimal, context: Context) -> Decimal:
    """½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Abramowitz & Stegun, 1964, 26.2.11)."""
    digits_lost = int(context.multiply(x, x) / 4) + 10
    if digits_lost > 10 * context.prec + 1_000:
        return Decimal(0 if x < 0 else 1)
    context = context.copy()
    context.prec += digits_lost
    term = series = x.copy_abs()
    odd = 1
    while term > context.power(10, -context.prec):
        odd += 2
        term = context.divide(context.multiply(term, context.multiply(x, x)), odd)
        series = context.add(series, term)
    half = context.multiply(_decimal_density(x, context), series)
    return context.add(Decimal("0.5"), half.copy_sign(x))


def _pi(context: Context) -> Decimal:
    """π by Machin's formula (1706): 16·arctan(1/5) − 4·arctan(1/239)."""
    one: int = 10 ** (context.prec + 10)

    def arctan_of_inverse(n: int) -> int:
        power = result = one // n
        odd, sign = 1, 1
        while power:
            power //= n * n
            odd, sign = odd + 2, -sign
            result += sign * (power // odd)
        return result

    pi = 16 * arctan_of_inverse(5) - 4 * arctan_of_inverse(239)
    return context.divide(Decimal(pi), Decimal(one))
