"""How a program counts its layers: from 1 as here, from 0, or with the inputs as layer 1.

Nobody says so; the numbers that are there do. In a network of two layers W0 and W1 are counted from
0, and z2 and z3 as in courses where the inputs are layer 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from backprop_cli.arrays.naming.words import Match, Meaning, exists


class Family(NamedTuple):
    """Names that are counted alike: those of parameters or of units, one kind in one spelling."""

    of_parameters: bool
    kind: str
    base: int
    in_list: bool


def shifts(matches: Mapping[str, Match], listed: Iterable[str], last: int) -> dict[str, int]:
    """What is to be added to the number in each name; `listed` are entries of lists.

    A count other than the usual one is taken where it makes layers of all names, and the usual one
    does not.
    """
    listed = frozenset(listed)
    families: dict[Family, set[int]] = {}
    family_of: dict[str, Family] = {}
    for name, match in matches.items():
        if match.number is None or not match.parts or not match.parts[0].where.startswith("l"):
            continue
        kind, layer = match.parts[0].kind, match.layers[0] + match.parts[0].offset
        base = match.layers[0] - match.number
        family = Family(kind[-1] in "Wb", kind, base, name in listed)
        family_of[name] = family
        families.setdefault(family, set()).add(layer)
    moved: dict[Family, int] = {}
    for of_parameters in (True, False):
        group = {f: found for f, found in families.items() if f.of_parameters == of_parameters}
        moved |= _moved(group, last)
    return {name: moved.get(family, 0) for name, family in family_of.items()}


def _moved(group: Mapping[Family, set[int]], last: int) -> dict[Family, int]:
    """The families that are counted otherwise, and by how much."""
    wrong = {f: found for f, found in group.items() if not _fits(f, found, 0, last)}
    if not wrong:
        return {f: 1 for f, found in group.items() if _lacks_inputs(f, found, last)}
    for some in (group, wrong) if len(wrong) < len(group) else (group,):
        for shift in (1, -1):
            whole = all(_fits(f, found, shift, last) for f, found in some.items())
            if whole and (shift > 0 or all(_complete(wrong[f], last) for f in wrong)):
                return dict.fromkeys(some, shift)
    return {}


def _fits(family: Family, layers: set[int], shift: int, last: int) -> bool:
    """Whether there are all these layers. Inputs are outputs of layer 0, and have error terms."""
    lowest = 0 if family.kind in ("out", "dE_dout") else 1
    return all(
        exists(Meaning(family.kind, layer + shift), last) or layer + shift == lowest
        for layer in layers
    )


def _complete(layers: set[int], last: int) -> bool:
    """Whether no layer is missing where the inputs are counted as the first."""
    return layers >= set(range(2, last + 2))


def _lacks_inputs(family: Family, layers: set[int], last: int) -> bool:
    """Whether this is a list of the outputs of all layers, without the inputs at its beginning."""
    listed = family.in_list and family.kind == "out" and family.base == 0
    return listed and layers == set(range(last))
