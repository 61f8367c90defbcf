"""Slips: numbers that come from no formula, but from the hand that writes or copies them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from backprop_cli.marking.reading import Number


@dataclass(frozen=True, slots=True)
class Slip:
    """A known slip. `done` says what was done, `why` what to do."""

    id: str
    done: str
    why: str


SLIPS = {
    slip.id: slip
    for slip in (
        Slip("sign-slip", "The number is right, but its sign is wrong.",
             "Watch each minus from line to line."),
        Slip("decimal-slip", "The digits are right, but the decimal point is in another place.",
             "Count the zeros, or the power of ten, once more."),
        Slip("eta-misread", "Another learning rate was used than the one given.",
             "Compare it with the config before the first update."),
        Slip("given-misread", "A number that is given was misread or miscopied.",
             "Compare each number with the config, digit by digit, its sign and its point too."),
        Slip("another-sample", "An input or a target of another sample was used.",
             "Each sample has inputs and targets of its own: read along its row."),
        Slip("swapped-quantity", "This is the value of another quantity.",
             "Look at which line the number was copied from."),
        Slip("digit-transposition", "Two neighbouring digits have changed places.",
             "Compare the number with the calculator's, digit by digit."),
        Slip("rounded-early", "Right but for rounding: numbers were rounded too early.",
             "Keep more digits until the end, and round only what is written down."),
    )
}  # fmt: skip

MOST_POWERS = 6
_CONTEXT = Context(prec=40)


def sign_slips(right: float) -> Iterator[float]:
    """The number with the other sign; a 0 has none."""
    if right:
        yield -right


def decimal_slips(right: float) -> Iterator[tuple[float, int]]:
    """The number with its point moved, and the power of ten; a 0 stays what it is."""
    if not right:
        return
    for power in range(1, MOST_POWERS + 1):
        for signed in (power, -power):
            yield right * 10.0**signed, signed


def transpositions(right: float, number: Number) -> Iterator[float]:
    """The number, rounded to the places given, with two neighbouring digits exchanged."""
    if not number.unit or not math.isfinite(right):
        return
    places = round(-math.log10(number.unit))
    if right and Decimal(right).adjusted() + places >= 30:
        return
    digits = list(str(abs(_placed(right, places))))
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            changed = [*digits[:at], digits[at + 1], digits[at], *digits[at + 2 :]]
            yield math.copysign(float(Decimal("".join(changed)).scaleb(-places)), right)


def _placed(value: float, places: int) -> int:
    """The number in units of its last place."""
    scaled = Decimal(value).scaleb(places, _CONTEXT)
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_CONTEXT))


def rounded(value: float, digits: int, decimals: bool, cut: bool) -> float:
    """`value` with so many significant digits (or decimals), rounded or cut off."""
    if not value or not math.isfinite(value):
        return value
    number = Decimal(repr(value))
    exponent = -digits if decimals else number.adjusted() + 1 - digits
    if number.adjusted() - exponent > 30:
        return value
    mode = ROUND_DOWN if cut else ROUND_HALF_UP
    return float(number.quantize(Decimal(1).scaleb(exponent), rounding=mode, context=_CONTEXT))
