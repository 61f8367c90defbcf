"""Which way round arrays stand: by their shapes, then by the numbers, or by asking."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.arrays.judging import Item, Judge, Tolerance
from backprop_cli.arrays.naming.conventions import Convention
from backprop_cli.arrays.readings import Reading, labels_standing, standing
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import shape_text
from backprop_cli.engine import PER_SAMPLE
from backprop_cli.errors import UsageError

FORWARD = ("input", "target", "W", "b", "net", "out")
"""What settles the way round: parameters and the forward pass."""


def fitting(program: Program, items: Sequence[Item], reading: Reading) -> int:
    """How many arrays have a shape that one of their meanings allows in this reading."""

    def fits(item: Item, key: str) -> bool:
        name, shape, algebra = program.names[key], program.shape(key), program.algebra
        if name.kind == "target" and labels_standing(item.array, shape, algebra) is not None:
            return True
        return standing(item.array, shape, reading.flipped(name), algebra) is not None

    return sum(any(fits(item, key) for key in item.keys) for item in items)


def oriented(
    program: Program,
    items: Sequence[Item],
    convention: Convention | None,
    layout: str | None,
    weights: str | None,
) -> list[Reading]:
    """Which ways round the arrays may stand, the likeliest first.

    By `layout` and `weights` where they are given, by the shapes, by the numbers of what the shapes
    leave open; then as the arrays stood that the network was made of, or as the convention has it,
    and after that the other way too. Raises `UsageError` where all of these leave it open.
    """
    laid = program.network.laid
    rows = _ways(
        program, items, "rows", layout and layout == "rows",
        _said("rows", laid, convention.layout if convention else ""),
    )  # fmt: skip
    by_sender = _ways(
        program, items, "by_sender", weights and weights == "from",
        _said("from", laid, convention.weights if convention else ""),
    )  # fmt: skip
    return [Reading(row, sender) for row in rows for sender in by_sender]


def _said(turned: str, laid: Sequence[str], of_convention: str) -> bool | None:
    """Whether arrays are turned by what the network was made of, or by the convention, if said."""
    choices = {"rows": ("rows", "columns"), "from": ("from", "to")}[turned]
    found = next((word for word in (*laid, of_convention) if word in choices), None)
    return None if found is None else found == turned


def _ways(
    program: Program,
    items: Sequence[Item],
    attribute: str,
    asked: bool | str | None,
    said: bool | None,
) -> list[bool]:
    """Whether arrays are turned in one respect; both ways where it is only `said`, not seen."""
    mine = [item for item in items if _turns(program, item, attribute)]
    if isinstance(asked, bool):
        _check_asked(program, mine, attribute, asked)
        return [asked]
    flags = [said, not said] if said is not None else [False, True]
    options = [_turned(attribute, flag) for flag in flags]
    forward = [item for item in mine if program.names[item.keys[0]].kind in FORWARD]
    for group in (forward, mine):
        counts = [fitting(program, group, option) for option in options]
        if counts[0] != counts[1]:
            return [flags[counts.index(max(counts))]]
    open_, distances = _apart(program, mine, options)
    if open_ is None:
        return flags[:1]
    if distances[0] != distances[1]:
        return [flags[distances.index(min(distances))]]
    if said is None:
        raise UsageError(*_question(open_, attribute))
    return flags


def _check_asked(program: Program, items: Sequence[Item], attribute: str, asked: bool) -> None:
    """Raise `UsageError` if hardly an array stands as it is said, and more the other way round."""
    counts = [fitting(program, items, _turned(attribute, flag)) for flag in (asked, not asked)]
    if 2 * counts[0] < counts[1]:
        wrong = next(
            item for item in items if not fitting(program, [item], _turned(attribute, asked))
        )
        argument, values = (
            ("layout", ("columns", "rows")) if attribute == "rows" else ("weights", ("to", "from"))
        )
        what = f"{wrong.name} {shape_text(wrong.array.shape)} does not stand as {argument}="
        raise UsageError(
            f'{what}"{values[asked]}" says', f'leave {argument} out, or "{values[not asked]}"'
        )


def _turned(attribute: str, flag: bool) -> Reading:
    return Reading(rows=flag) if attribute == "rows" else Reading(by_sender=flag)


def _turns(program: Program, item: Item, attribute: str) -> bool:
    """Whether a reading of this attribute turns an array round."""
    names = [program.names[key] for key in item.keys]
    if attribute == "rows":
        return any(name.kind in PER_SAMPLE for name in names)
    return any(name.part == "W" for name in names)


def _apart(
    program: Program, items: Sequence[Item], options: Sequence[Reading]
) -> tuple[Item | None, list[float]]:
    """An array that the shapes leave open, if there is one, and how far the numbers of parameters
    and of the forward pass are from ours by each option.
    """
    judge = Judge(program, items, Tolerance(0))
    distances = [0.0, 0.0]
    open_: Item | None = None
    for item in items:
        key = item.keys[0]
        shape, name = program.shape(key), program.names[key]
        both = [standing(item.array, shape, o.flipped(name), program.algebra) for o in options]
        if both[0] is None or both[1] is None:
            continue
        algebra = program.algebra
        if algebra.differs(both[0], both[1], 0, 0) == 0:
            continue
        open_ = open_ or item
        if name.kind in FORWARD:
            for at, value in enumerate(both):
                apart = algebra.operations["+"](value, algebra.operations["neg"](judge.truth[key]))
                distances[at] += algebra.size(apart) / (1 + algebra.size(judge.truth[key]))
    return open_, distances


def _question(item: Item, attribute: str) -> tuple[str, str]:
    """What is asked where nothing says which way round arrays stand."""
    shape = shape_text(item.array.shape)
    if attribute == "rows":
        what = f"{item.name} {shape} may have a row for each sample or a column: nothing says which"
        return what, 'layout="rows" or layout="columns" settles it; or give the inputs X too'
    what = f"{item.name} {shape} may have a row for each receiving or each sending unit"
    return what, 'weights="to" or weights="from" settles it; or give the weights W1, W2, … too'
