"""Checking somebody's arrays: bound, read, judged, and the mistakes behind the wrong ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from backprop_cli.arrays.choosing import (
    all_right,
    fitting,
    groups,
    is_shown,
    oriented,
    readings,
)
from backprop_cli.arrays.finding import Finder, Finding
from backprop_cli.arrays.judging import (
    CORRECT,
    TOLERANCES,
    WRONG,
    Item,
    Judge,
    Judged,
    Tolerance,
)
from backprop_cli.arrays.naming.names import Named, named
from backprop_cli.arrays.naming.words import Meaning
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import Algebra, Matrix, algebra_for
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import FLOATS, shape_text
from backprop_cli.engine import MatrixName, Network
from backprop_cli.errors import UsageError

NOT_THERE = "this network has no such quantity"
MOST_ALONE = 50
"""Samples that are tried one by one where the arrays hold one alone."""


@dataclass(frozen=True)
class Checked:
    """What came of a check: every bound array judged, in the textbook's order, and how it was read.

    `findings` has the mistake behind a wrong array by the array's name. `network` is that whose
    reduction was taken as right.
    """

    network: Network
    program: Program
    named: Named
    reading: Reading
    samples: tuple[int, ...]
    judged: tuple[Judged, ...]
    findings: Mapping[str, Finding]
    left_out: Mapping[str, str]
    tolerance: Tolerance


def checked(
    network: Network,
    things: Mapping[str, object],
    names: str | Mapping[str, str] = "auto",
    rtol: float | None = None,
    atol: float | None = None,
    layout: str | None = None,
    weights: str | None = None,
) -> Checked:
    """Hold the arrays among `things` against the network.

    Raises `UsageError` where none is recognised, where what is asked for is not there, and where
    nothing says which way round the arrays stand.
    """
    _check_choice("layout", layout, ("rows", "columns"))
    _check_choice("weights", weights, ("to", "from"))
    found = named(things, network, names)
    algebra = algebra_for(array.numbers for array in found.arrays.values())
    samples, program, items = _held(network, found, algebra)
    if not items:
        raise UsageError("none of the arrays is a quantity of this network", _nothing(found))
    bound = {item.name for item in items}
    left_out = dict(found.left_out)
    left_out |= {name: NOT_THERE for name in found.arrays if name not in bound}
    tolerance = _tolerance(items, rtol, atol)
    base = oriented(program, items, found.convention, layout, weights)
    strays = dict(_strays(program, items, base))
    left_out |= strays
    items = [item for item in items if item.name not in strays]
    chosen, reading, judge, judged = _best(network, program, samples, items, base, found, tolerance)
    final, findings = Finder(judge, reading, judged).all()
    return Checked(
        chosen, judge.program, found, reading, samples, tuple(final), findings, left_out, tolerance
    )


def _check_choice(argument: str, value: str | None, choices: Sequence[str]) -> None:
    if value is not None and value not in choices:
        known = " or ".join(f'"{choice}"' for choice in choices)
        raise UsageError(f"{argument} is {known}, not {value!r}")


def _nothing(found: Named) -> str:
    if found.left_out:
        name, reason = next(iter(found.left_out.items()))
        return f'{name}: {reason}; names={{{name!r}: "net_1"}} says what it is'
    return 'give arrays by name, for example {"Z1": Z1, "A1": A1, "dW1": dW1}, or locals()'


TURNED = [Reading(rows, by_sender) for rows in (False, True) for by_sender in (False, True)]
"""Every way round that arrays may stand."""


def _held(
    network: Network, found: Named, algebra: Algebra
) -> tuple[tuple[int, ...], Program, list[Item]]:
    """The samples that the arrays hold: those whose number fits most of the shapes.

    Of samples that are tried one by one, that whose numbers are most often right.
    """
    several, *others = groups(network)
    tried = [_group(network, found, algebra, several)]
    known = tried[0][1].parameters
    tried += [_group(network, found, algebra, group, known) for group in others]
    counts = [max(fitting(program, items, way) for way in TURNED) for _, program, items in tried]
    best = tried[counts.index(max(counts))]
    if len(best[0]) > 1 or len(network.samples) == 1:
        return best

    def right(pair: tuple[tuple[int, ...], Program, list[Item]]) -> int:
        judge = Judge(pair[1], pair[2], Tolerance(1e-6))
        return max(sum(one.status == CORRECT for one in judge.judged(way)) for way in TURNED)

    every = ((number,) for number in range(1, min(len(network.samples), MOST_ALONE) + 1))
    return max((_group(network, found, algebra, group, known) for group in every), key=right)


def _group(
    network: Network,
    found: Named,
    algebra: Algebra,
    group: tuple[int, ...],
    parameters: Mapping[str, Matrix] | None = None,
) -> tuple[tuple[int, ...], Program, list[Item]]:
    program = Program(network, group, algebra, parameters)
    return group, program, _items(program, found)


def _items(program: Program, found: Named) -> list[Item]:
    keys = {_meaning(name): key for key, name in program.names.items()}
    items = []
    for name, array in found.arrays.items():
        meant = [keys.get(_bare(meaning)) for meaning in found.meanings.get(name, ())]
        known = tuple(dict.fromkeys(key for key in meant if key is not None))
        if known:
            items.append(Item(name, array, known))
    return [item._replace(keys=_free(item, items, program)) for item in items]


def _free(item: Item, items: Sequence[Item], program: Program) -> tuple[str, ...]:
    """The meanings of an array without those of another kind that have an array of their own."""
    kind = program.names[item.keys[0]].kind
    taken = {other.keys[0] for other in items if other.name != item.name}
    return tuple(key for key in item.keys if program.names[key].kind == kind or key not in taken)


def _strays(program: Program, items: Sequence[Item], base: Reading) -> Iterator[tuple[str, str]]:
    """Arrays that only happen to have a name of ours, and why they are left out.

    Their shape is not that of what they may mean, and another array has it; or they are another
    version of the inputs, targets or errors.
    """

    def fits(item: Item) -> bool:
        return fitting(program, [item], base) == 1

    taken = {key for item in items if fits(item) for key in item.keys}
    for item in items:
        kinds = {program.names[key].kind for key in item.keys}
        if not fits(item) and (taken & {*item.keys} or kinds <= {"input", "target"}):
            shape = shape_text(item.array.shape)
            yield item.name, f"its shape {shape} is not that of {item.keys[0]}"


def _meaning(name: MatrixName) -> Meaning:
    """The meaning that a matrix of ours has among the words for names."""
    if name.kind in ("gradient", "change"):
        return Meaning(f"{'dE_d' if name.kind == 'gradient' else 'change_'}{name.part}", name.layer)
    if name.kind == "state_new":
        return Meaning(f"{name.letter}_{name.part}", name.layer, "_new")
    return _bare(Meaning(name.kind, name.layer, name.suffix))


def _bare(meaning: Meaning) -> Meaning:
    """Without the layer where there is but one."""
    alone = meaning.kind in ("input", "target", "E", "err", "E_total", "E_epoch", "E_mean")
    return meaning._replace(layer=0) if alone else meaning


def _tolerance(items: Sequence[Item], rtol: float | None, atol: float | None) -> Tolerance:
    """That of the coarsest type among the arrays, unless it is given."""
    types = {item.array.type for item in items}
    coarsest = max((kind for kind in types if kind in FLOATS), key=FLOATS.index, default="float64")
    return Tolerance(TOLERANCES[coarsest] if rtol is None else rtol, atol)


Best = tuple[Network, Reading, Judge, list[Judged]]


def _best(
    network: Network,
    program: Program,
    samples: tuple[int, ...],
    items: Sequence[Item],
    base: Reading,
    found: Named,
    tolerance: Tolerance,
) -> Best:
    """The reading that makes everything right; else the allowed one that makes the most right."""
    several = len(samples) > 1
    allowed, others = readings(base, network, found.convention, several)
    judges: dict[str, Judge] = {}

    def by(reading: Reading, reduction: str) -> Best:
        if reduction not in judges:
            changed = replace(network, reduction=reduction)
            own = Program(changed, samples, program.algebra, program.parameters)
            judges[reduction] = Judge(own, items, tolerance)
        judge = judges[reduction]
        return replace(network, reduction=reduction), reading, judge, judge.judged(reading)

    tried = []
    for reading, reduction in allowed:
        best = by(reading, reduction)
        if all_right(best[3]):
            return best
        tried.append(best)
    for reading, reduction in others:
        best = by(reading, reduction)
        if all_right(best[3]) and is_shown(best[3], reading):
            return best
        if reading.mean_at in ("gradient", "delta") and reading.descent == allowed[0][0].descent:
            tried.append(best)
    return max(tried, key=lambda best: _sound(best[3]))


def _sound(judged: Sequence[Judged]) -> tuple[int, int, int]:
    """How many arrays are right before the first wrong one, how many are not wrong, and right."""
    wrong = [one.status == WRONG for one in judged]
    first = wrong.index(True) if True in wrong else len(wrong)
    return first, wrong.count(False), sum(one.status == CORRECT for one in judged)
