"""A student's answers, each with its place on the sheet, and what is no answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from backprop_cli.config import STDIN, Remark, read_text
from backprop_cli.engine import Address
from backprop_cli.errors import ConfigError, Place, Problem
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.reading.machine import as_machine, is_long
from backprop_cli.marking.reading.matrices import of_entries
from backprop_cli.marking.reading.numbers import HAIR, HALF_UNIT, NotANumber, Number, number_of
from backprop_cli.marking.reading.rows import Item
from backprop_cli.marking.sheet import MOST_EPOCHS, MOST_LATE

ENOUGH = 20
"""Problems beyond this many are counted, not told."""
MOST_ANSWERS = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What was given for the quantity at `address`; None where it was left blank.

    `fault` says why it is taken for blank though something stands there.
    """

    address: Address
    number: Number | None
    place: Place
    fault: str = ""


class Fault(NamedTuple):
    """Something handed in that is no answer: its key as written, and what is wrong with it.

    `address` is that of the quantity it is meant for, as far as a guess can tell.
    """

    key: str
    problem: Problem
    address: Address | None


class Handed(NamedTuple):
    """What was handed in: the answers, and what is at fault. An answer at fault is blank."""

    answers: list[Answer]
    faults: list[Fault]


def read_items(source: str, remark: Remark, *, stdin: BinaryIO | None = None) -> list[Item]:
    """What stands in a file of answers, or on standard input for "-", item by item.

    Raises `FileError` or `ConfigError` for what cannot be read at all.
    """
    name = STDIN if source == "-" else source
    return items_of(read_text(source, stdin=stdin, remark=remark), name, remark)


def read_answers(
    source: str, keys: Keys, remark: Remark, *, stdin: BinaryIO | None = None
) -> Handed:
    """What was handed in, located on the sheet. Raises what `read_items` and `located` raise."""
    return located(read_items(source, remark, stdin=stdin), keys)


def faultless(handed: Handed) -> list[Answer]:
    """The answers, if nothing is at fault. Raises `ConfigError` with everything that is."""
    if handed.faults:
        raise ConfigError(_bounded([fault.problem for fault in handed.faults]))
    return handed.answers


def _bounded(problems: list[Problem]) -> Iterator[Problem]:
    """The first problems, what helps said once, and how many more there are."""
    told: set[str] = set()
    for problem in problems[:ENOUGH]:
        hint = None if problem.hint is None or problem.hint in told else problem.hint
        told.add(problem.hint or "")
        yield problem._replace(hint=hint)
    if len(problems) > ENOUGH:
        where = problems[0].place
        file = None if where is None else Place(where.file)
        yield Problem(f"and {len(problems) - ENOUGH} more like these", file)


def located(items: Iterable[Item], keys: Keys, is_machine: bool | None = None) -> Handed:
    """Each item as an answer to a quantity of the sheet, or as a fault.

    A given of the network (an input, an old weight) may be repeated if it agrees. Whether a
    program wrote the numbers, they show themselves, unless `is_machine` says it. Raises
    `ConfigError` for more than can be marked.
    """
    every = list(_not_too_many(of_entries(items, keys)))
    found: dict[Address, Answer] = {}
    faults: list[Fault] = []
    late: set[int] = set()
    for item, number in zip(every, _numbers(every, is_machine), strict=True):
        try:
            if item.problem is None and _is_given(item, number, keys):
                continue
            address = keys.address(item.key, item.said)
        except UnknownKey as unknown:
            faults.append(_unplaced(item, unknown, keys, guess=len(faults) < ENOUGH))
            continue
        _note_late(address.epoch, late, item.place)
        answer, problem = _answered(item, number, address, found.get(address))
        if problem is not None:
            faults.append(Fault(item.key, problem, address))
        found[address] = answer
    return Handed(list(found.values()), faults)


def _not_too_many(items: Iterable[Item]) -> Iterator[Item]:
    for count, item in enumerate(items):
        if count == MOST_ANSWERS:
            what = f"these are more than {MOST_ANSWERS:,} answers"
            raise ConfigError(Problem(what, item.place, "hand them in in parts"))
        yield item


def _note_late(epoch: int, late: set[int], place: Place) -> None:
    if epoch > MOST_EPOCHS:
        late.add(epoch)
    if len(late) > MOST_LATE:
        what = f"these are answers to more than {MOST_LATE} epochs after epoch {MOST_EPOCHS}"
        raise ConfigError(Problem(what, place, "hand them in in parts"))


Given = Number | NotANumber | None
"""A number, why it is none, or nothing."""


def _numbers(items: list[Item], is_machine: bool | None) -> list[Given]:
    """What is given in each item; with its type where a program wrote the numbers.

    In a form that programs write, one number of more digits than people write shows it. In a table
    or a sheet it does not: what is copied there from a screen stands beside what was rounded.
    """
    given = [_number(item) for item in items]
    numbers = [None if isinstance(found, NotANumber) else found for found in given]
    if is_machine is None:
        pairs = zip(items, numbers, strict=True)
        bare = (n for item, n in pairs if item.raw and not isinstance(item.value, str))
        is_machine = (
            True if any(number is not None and is_long(number) for number in bare) else None
        )
    typed = as_machine(numbers, is_machine)
    return [
        was if isinstance(was, NotANumber) else now for was, now in zip(given, typed, strict=True)
    ]


def _number(item: Item) -> Given:
    try:
        return number_of(item.value)
    except NotANumber as wrong:
        return wrong


def _is_given(item: Item, number: Given, keys: Keys) -> bool:
    """Whether the item repeats a given. Raises `UnknownKey` if it does not agree with it."""
    given = keys.given(item.key, item.said)
    if given is None:
        return False
    truth = keys.sheet.truths[given.slot]
    if isinstance(number, NotANumber):
        raise UnknownKey(number.what, number.hint)
    if number is None:
        return True
    relative = HAIR if number.type is None else number.type.tolerance
    if abs(number.value - truth) <= HALF_UNIT * number.unit + relative * abs(truth):
        return True
    raise UnknownKey(
        f"{given.name} is given in the network as {truth:.15g}, not {number.written}",
        meant=lambda: given.updated,
        otherwise="a given is not asked for",
    )


def _unplaced(item: Item, unknown: UnknownKey, keys: Keys, *, guess: bool) -> Fault:
    """The fault of an item with an unknown key; what is meant is guessed if that is wanted."""
    address = None
    with suppress(UnknownKey):
        if guess and unknown.meant is not None:
            address = keys.address(unknown.meant, item.said)
    hint = unknown.hint if guess else None
    return Fault(item.key, item.problem or Problem(unknown.what, item.place, hint), address)


def _answered(
    item: Item, given: Given, address: Address, before: Answer | None
) -> tuple[Answer, Problem | None]:
    """The answer in an item, and why it counts as blank, if it does: `before` was there already."""
    number: Number | None = None
    problem = item.problem
    if before is not None:
        line = before.place.line
        first = f" (first in line {line})" if line is not None else ""
        what = f"{address.key} is answered twice{first}"
        problem = Problem(what, item.place, "keep one of the two")
    elif isinstance(given, NotANumber):
        problem = problem or Problem(given.what, item.place, given.hint)
    elif problem is None:
        number = given
    place = item.place if before is None else before.place
    return Answer(address, number, place, problem.what if problem else ""), problem
