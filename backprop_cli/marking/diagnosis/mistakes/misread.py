"""Givens misread: what a person may take for a number that the config gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from backprop_cli.engine import named
from backprop_cli.formulas import Ref
from backprop_cli.marking.diagnosis.mistakes.catalogue import MOST_OTHERS, Book
from backprop_cli.marking.diagnosis.mistakes.slips import transpositions
from backprop_cli.marking.reading import number_of

DATA = ("input", "target")
GIVEN = (*DATA, "parameter", "eta")


def is_given(ref: Ref) -> bool:
    """Whether a quantity may be given. A parameter is so until its first update."""
    return named(ref).kind in GIVEN


def is_data(ref: Ref) -> bool:
    """Whether a quantity is an input or a target."""
    return named(ref).kind in DATA


def slip_of(ref: Ref) -> str:
    """The id of the slip by which a given is misread."""
    return "eta-misread" if named(ref).kind == "eta" else "given-misread"


def looking_alike(ref: Ref, value: float) -> Iterator[float]:
    """Numbers that look like the given one on paper: its minus or its point lost, two digits
    exchanged. Of a learning rate also the half and the double."""
    written = Decimal(repr(value))
    number = number_of(written)
    assert number is not None
    if named(ref).kind == "eta":
        yield from (value / 2, 2 * value)
    if value < 0:
        yield -value
    for power in (1, -1, number.places):
        yield float(written.scaleb(power))
    yield from transpositions(value, number)


def beside(book: Book, ref: Ref) -> list[Ref]:
    """The givens that one may be mistaken for: those of its sample, those of its layer.

    None where there are so many that it would be chance to find the one.
    """
    network, kind = book.network, named(ref).kind
    found: list[Ref] = []
    if kind in DATA:
        found = [*map(book.q.out, network.inputs), *map(book.q.target, network.outputs)]
    elif kind == "parameter":
        found = list(map(book.q.parameter, network.parameters()))
        if len(found) > MOST_OTHERS + 1:
            layers = (list(map(book.q.parameter, each.parameters())) for each in network.layers)
            found = next(layer for layer in layers if ref in layer)
    return [other for other in found if other != ref] if len(found) <= MOST_OTHERS + 1 else []


def other_samples(book: Book, sample: int) -> Mapping[int, Mapping[str, float]]:
    """Inputs and targets of each other sample by key; none where there are too many."""
    count = len(book.network.samples)
    numbers = range(1, count + 1) if count <= MOST_OTHERS + 1 else ()
    return {
        number: {
            name.key: float(value)
            for name, value in book.q.sample(book.network.samples[number - 1])
        }
        for number in numbers
        if number != sample
    }
