"""Checking somebody's arrays: bound, read, judged, and the mistakes behind the wrong ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from backprop_cli.arrays.binding import NOT_THERE, bound, lent, strays
from backprop_cli.arrays.choosing import Best, best_of
from backprop_cli.arrays.facts import Finding
from backprop_cli.arrays.finding import Finder
from backprop_cli.arrays.judging import TOLERANCES, Item, Judge, Judged, Tolerance
from backprop_cli.arrays.making import turned
from backprop_cli.arrays.naming.names import Named, named
from backprop_cli.arrays.orienting import oriented
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.algebra import algebra_for
from backprop_cli.arrays.working.program import Program
from backprop_cli.arrays.working.values import FLOATS, rounded_to
from backprop_cli.engine import Network
from backprop_cli.errors import UsageError


@dataclass(frozen=True)
class Checked:
    """What came of a check: every bound array judged, in the textbook's order, and how it was read.

    `findings` has the mistake behind a wrong array by the array's name. `network` is that whose
    reduction was taken as right. `turned` is what of it stands the other way round than `network()`
    had guessed.
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
    turned: str = ""


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
    _check_number("rtol", rtol)
    _check_number("atol", atol)
    _check_choice("layout", layout, ("rows", "columns"))
    _check_choice("weights", weights, ("to", "from"))
    found = named(things, network, names)
    best: _Tried | None = None
    for one, taken, said in _alternatives(network, found, things):
        tried = _tried(one, taken, said, rtol, atol, layout, weights)
        if best is None or tried.best.all_right or tried.best.speaks_against(best.best):
            best = tried
        if best.best.all_right:
            break
    assert best is not None
    (chosen, reading, judge, judged), tolerance = best.best, best.tolerance
    final, findings = Finder(judge, reading, judged).all()
    return Checked(
        chosen, judge.program, best.named, reading, best.samples, tuple(final), findings,
        best.left_out, tolerance, best.turned,
    )  # fmt: skip


class _Tried(NamedTuple):
    """One way of taking network and names, and the best reading in it."""

    best: Best
    named: Named
    samples: tuple[int, ...]
    left_out: Mapping[str, str]
    tolerance: Tolerance
    turned: str


def _alternatives(
    network: Network, found: Named, things: Mapping[str, object]
) -> Iterator[tuple[Network, Named, str]]:
    """The network with the names as they are found; then as other conventions mean these names, and
    with weights or samples the other way round, where `network()` had to guess.
    """
    yield network, found, ""
    yield from ((network, named(things, network, rival.id), "") for rival in found.rivals)
    yield from ((other, found, said) for other, said in turned(network))


def _tried(
    network: Network,
    found: Named,
    said: str,
    rtol: float | None,
    atol: float | None,
    layout: str | None,
    weights: str | None,
) -> _Tried:
    algebra = algebra_for(array.numbers for array in found.arrays.values())
    samples, program, items = bound(network, found, algebra)
    if not items:
        raise UsageError("none of the arrays is a quantity of this network", _nothing(found))
    known = {item.name for item in items}
    left_out = {name: why for name, why in found.left_out.items() if name not in known}
    left_out |= {name: NOT_THERE for name in found.arrays if name not in known}
    bases = oriented(program, items, found.convention, layout, weights)
    left_out |= strays(program, items, bases[0], found)
    if known <= left_out.keys():
        raise UsageError("none of the arrays is a quantity of this network", _nothing(found))

    def read() -> Best:
        mine = [item for item in items if item.name not in left_out]
        tolerance = _tolerance(mine, rtol, atol)
        judge = Judge(program, mine, tolerance)
        best = best_of(bases, network, judge, samples, found.convention)
        if not best.all_right and rtol is None and atol is None:
            places = rounded_to(item.array for item in mine)
            if places is not None:
                judge = Judge(program, mine, tolerance._replace(absolute=0.5001 * 10.0**-places))
                best = best_of(bases, network, judge, samples, found.convention)
        return best

    best = read()
    if others := dict(lent(program, best.judged, found)):
        left_out |= others
        best = read()
    return _Tried(best, found, samples, left_out, best.judge.tolerance, said)


def _check_number(argument: str, value: object) -> None:
    right = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < inf
    if value is not None and not right:
        raise UsageError(f"{argument} is a number that is not negative, not {value!r}")


def _check_choice(argument: str, value: str | None, choices: Sequence[str]) -> None:
    if value is not None and value not in choices:
        known = " or ".join(f'"{choice}"' for choice in choices)
        raise UsageError(f"{argument} is {known}, not {value!r}")


def _nothing(found: Named) -> str:
    if found.left_out:
        name, reason = next(iter(found.left_out.items()))
        return f'{name}: {reason}; names={{{name!r}: "net_1"}} says what it is'
    return 'give arrays by name, for example {"Z1": Z1, "A1": A1, "dW1": dW1}, or locals()'


def _tolerance(items: Sequence[Item], rtol: float | None, atol: float | None) -> Tolerance:
    """That of the coarsest type among the arrays, unless it is given."""
    types = {item.array.type for item in items}
    coarsest = max((kind for kind in types if kind in FLOATS), key=FLOATS.index, default="float64")
    return Tolerance(TOLERANCES[coarsest] if rtol is None else rtol, atol)
