"""A student's numbers as they were typed, each with its place on the sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, BinaryIO

from backprop_cli.config import STDIN, exact_number, read_text
from backprop_cli.engine import Address
from backprop_cli.errors import ConfigError, Place, Problem, shortened
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.reading.rows import Item
from backprop_cli.marking.sheet import MOST_EPOCHS, MOST_LATE

LARGEST_POWER = 308
LONGEST = 400
"""Characters that a number may have, and places after the point."""
ENOUGH = 20
"""Problems beyond this many are counted, not told."""
MOST_ANSWERS = 100_000

HALF_UNIT = 0.51
"""An answer may be off by this part of a unit of its last place: a tie is rounded either way."""

HAIR = 1e-12
"""Relative: what the order of float operations may change."""

_MINUS = str.maketrans("−–—‒", "----")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)?)")
_POWER = re.compile(r"(?<=[0-9.])\s*[x×*·]\s*10\s*\^?\s*\{?\(?\s*([+-]?[0-9]+)\s*\)?\}?$")


class NotANumber(Exception):  # noqa: N818 - told to the user as a problem of the answers
    """A text cannot be understood as a number: why not, and a hint."""

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was typed.

    `unit` is that of the last place written (0.001 for 0.750), 0 for a fraction, which is exact;
    `digits` counts the significant ones (None for a fraction), `places` those after the point.
    """

    value: float
    unit: float
    digits: int | None
    places: int
    written: str

    @property
    def half(self) -> float:
        """Half a unit of the last place."""
        return self.unit / 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What was given for the quantity at `address`; None where it was left blank."""

    address: Address
    number: Number | None
    place: Place


def read_answers(source: str, keys: Keys, *, stdin: BinaryIO | None = None) -> list[Answer]:
    """The answers in a file, or on standard input for "-".

    Raises `FileError` for what cannot be read, `ConfigError` with everything that is wrong.
    """
    name = STDIN if source == "-" else source
    return located(items_of(read_text(source, stdin=stdin), name), keys)


def located(items: Iterable[Item], keys: Keys) -> list[Answer]:
    """Each item as an answer to a quantity of the sheet. Raises `ConfigError`.

    A given of the network (an input, an old weight) may be repeated if it agrees.
    """
    found: dict[Address, Answer] = {}
    problems: list[Problem] = []
    late: set[int] = set()
    for item in _not_too_many(items):
        try:
            number = number_of(item.value)
            if _is_given(item, number, keys):
                continue
            address = keys.address(item.key, item.said)
        except (UnknownKey, NotANumber) as wrong:
            hint = wrong.hint if len(problems) < ENOUGH else None
            problems.append(Problem(wrong.what, item.place, hint))
            continue
        if address.epoch > MOST_EPOCHS:
            late.add(address.epoch)
            if len(late) > MOST_LATE:
                what = (
                    f"these are answers to more than {MOST_LATE} epochs after epoch {MOST_EPOCHS}"
                )
                raise ConfigError(Problem(what, item.place, "hand them in in parts"))
        if address in found:
            line = found[address].place.line
            first = f" (first in line {line})" if line is not None else ""
            what = f"{address.key} is answered twice{first}"
            problems.append(Problem(what, item.place, "keep one of the two"))
        found.setdefault(address, Answer(address, number, item.place))
    if problems:
        more = len(problems) - ENOUGH
        where = problems[0].place
        file = None if where is None else Place(where.file)
        rest = [Problem(f"and {more} more like these", file)] if more > 0 else []
        raise ConfigError([*problems[:ENOUGH], *rest])
    return list(found.values())


def _not_too_many(items: Iterable[Item]) -> Iterator[Item]:
    for count, item in enumerate(items):
        if count == MOST_ANSWERS:
            what = f"these are more than {MOST_ANSWERS:,} answers"
            raise ConfigError(Problem(what, item.place, "hand them in in parts"))
        yield item


def _is_given(item: Item, number: Number | None, keys: Keys) -> bool:
    """Whether the item repeats a given. Raises `NotANumber` if it contradicts it."""
    if item.said.get("epoch", 1) != 1 or "batch" in item.said:
        return False
    sample = f"sample{item.said['sample']}." if "sample" in item.said else ""
    slot = keys.sheet.given_slots.get(sample + item.key)
    if slot is None:
        return False
    truth = keys.sheet.truths[slot]
    if number is None:
        return True
    if abs(number.value - truth) > HALF_UNIT * number.unit + HAIR * abs(truth):
        what = f"{item.key} is given in the network as {truth:.15g}, not {number.written}"
        raise NotANumber(what, "a given is not asked for")
    return True


def number_of(value: Any) -> Number | None:
    """The number in a value of TOML, JSON or CSV; None for an empty text. Raises `NotANumber`."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise NotANumber(f"expected a number, got {str(value).lower()}")
    if isinstance(value, int):
        value = str(value) if abs(value) < 10**LONGEST else "9" * (LONGEST + 1)
    if isinstance(value, Decimal):
        return _checked(value, str(value))
    if isinstance(value, str):
        return _number_in(value)
    kind = f"a {type(value).__name__}"
    if isinstance(value, Mapping | list):
        kind = "a table" if isinstance(value, Mapping) else "a list"
    raise NotANumber(f"expected a number, got {kind}")


def _number_in(written: str) -> Number | None:
    if len(written) > LONGEST:
        raise NotANumber(f"a number of {len(written)} characters is too long")
    text = unicodedata.normalize("NFKC", written).translate(_MINUS).strip().lstrip("=≈~ ")
    if not text:
        return None
    text = _POWER.sub(r"e\1", text)
    over, slash, under = text.partition("/")
    if slash:
        return _fraction(over.strip(), under.strip(), written)
    return _checked(_decimal(text, written), written.strip())


def _decimal(text: str, written: str) -> Decimal:
    if (comma := _COMMA.fullmatch(text)) is not None:
        text = f"{comma[1]}.{comma[2]}"
    if _DECIMAL.fullmatch(text) is None:
        said = f"the text '{shortened(written.strip(), 40)}'"
        if text.lstrip("+-").lower() in ("nan", "inf", "infinity"):
            raise NotANumber(f"{written.strip()} is not a number to compare with")
        raise NotANumber(f"expected a number, got {said}", "such as 0.75, 1.2e-3 or 3/8")
    return exact_number(text)


def _checked(number: Decimal, written: str) -> Number:
    if not number.is_finite():
        raise NotANumber(f"{shortened(written, 40)} is not a number to compare with")
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    value = float(number)
    fits = isfinite(value) and bool(value) == bool(number)
    if not fits or not -LONGEST <= exponent <= LARGEST_POWER:
        hint = f"numbers go from 5e-324 up to 1.7e{LARGEST_POWER}"
        raise NotANumber(f"{shortened(written, 40)} is out of range", hint)
    digits = len(number.as_tuple().digits) if number else 0
    return Number(value, 10.0**exponent, digits, max(0, -exponent), written)


def _fraction(over: str, under: str, written: str) -> Number:
    dividend, divisor = _decimal(over, written), _decimal(under, written)
    for part in (dividend, divisor):
        _checked(part, written)
    if divisor == 0:
        raise NotANumber(f"{shortened(written, 40)} divides by zero")
    try:
        value = float(Fraction(dividend) / Fraction(divisor))
    except OverflowError:
        raise NotANumber(f"{shortened(written, 40)} is out of range") from None
    return Number(value, 0.0, None, 0, written.strip())
