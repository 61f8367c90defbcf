"""Which mistakes may be behind an array, and in which order they are thought of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from backprop_cli.arrays.lifting import Lifting
from backprop_cli.arrays.mistakes import ARRAY_MISTAKES, ArrayMistake, Site
from backprop_cli.arrays.readings import Reading
from backprop_cli.arrays.working.program import Program
from backprop_cli.engine import MatrixStep, is_number
from backprop_cli.formulas import ACTIVATIONS, Expr, Num, entrywise, references
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE, Mistake

Row = ArrayMistake | Mistake
Edits = dict[str, Expr]
"""Wrong formulas by the keys of the steps that they stand in the place of."""

RANKS = 4
"""Mistakes of arrays, of formulas, and those of each that are rarer."""


class Hypotheses:
    """The wrong formulas that the steps of a program may have had, in one reading."""

    def __init__(self, program: Program, reading: Reading) -> None:
        self._program, self._reading = program, reading
        self._edits: dict[str, list[list[tuple[Row, Expr]]]] = {}

    @cached_property
    def _lifting(self) -> Lifting:
        return Lifting(self._program)

    def behind(self, key: str, known: Mapping[str, object]) -> Iterator[tuple[Row, str, Edits]]:
        """Mistakes that may make a matrix, between it and what is `known`, the likelier ones first.

        Each with the key of the step where it is made, and the edits.
        """
        for base, steps in self._ways(key, known):
            for row, at, edits in self._ranked(steps):
                yield row, at, {**base, **edits}

    def _ways(
        self, key: str, known: Mapping[str, object]
    ) -> Iterator[tuple[Edits, list[MatrixStep]]]:
        """The steps that lead to a matrix, and the formulas put in place of theirs: none, or the
        chain rule where a delta has a short form.
        """
        steps = list(self._program.ancestors(key, known))
        yield {}, steps
        for step in steps:
            if step.law == "delta" and step.chain is not None and step.kind == "delta":
                parts = [self._program.steps.get(ref.name.key) for ref in references(step.chain)]
                yield (
                    {step.key: step.chain},
                    [part for part in parts if part is not None and part.key not in known],
                )

    def _ranked(self, steps: Sequence[MatrixStep]) -> Iterator[tuple[Row, str, Edits]]:
        """Mistakes with the key of their step and the edits they make, the likelier ones first.

        Each in one step, and then in every step of a kind on the way.
        """
        edits = {step.key: self._edits_of(step) for step in steps}
        for rank in range(RANKS):
            for key, found in edits.items():
                for row, formula in found[rank]:
                    yield row, key, {key: formula}
            for group in _alike(steps):
                yield from _throughout([edits[key][rank] for key in group], group)

    def _edits_of(self, step: MatrixStep) -> list[list[tuple[Row, Expr]]]:
        """The wrong formulas of a step with their mistakes, by rank: those of arrays first."""
        found = self._edits.get(step.key)
        if found is None:
            site = Site(self._program, step, self._reading.mean_at)
            found = self._edits[step.key] = [[] for _ in range(RANKS)]
            for row in ARRAY_MISTAKES:
                found[2 if row.late else 0] += [(row, formula) for formula in row.edit(site)]
            for name, formula in self._lifting.wrong(step):
                lifted = CATALOGUE[name]
                found[3 if lifted.rare else 1].append((lifted, formula))
        return found

    def slopes_with(self, edits: Mapping[str, Expr]) -> Edits:
        """The slope that goes with another activation: who has taken that may take this too."""
        found: Edits = {}
        for key, formula in edits.items():
            name = self._program.names[key]
            if name.kind == "out" and not name.suffix:
                layer = self._program.network.layers[name.layer - 1]
                net, out = self._program.q.net(layer), self._program.q.out(layer)
                for row in ACTIVATIONS.values():
                    alpha = () if row.alpha is None else (Num(row.alpha),)
                    if row.slope and entrywise(row.value(net, *alpha), is_number) == formula:
                        slope = entrywise(row.slope(net, out, *alpha), is_number)
                        found[self._program.q.slope(layer).name.key] = slope
        return found


def _alike(steps: Sequence[MatrixStep]) -> list[list[str]]:
    """The keys of steps of one kind, where there are several."""
    kinds: dict[str, list[str]] = {}
    for step in steps:
        kinds.setdefault(step.law, []).append(step.key)
    return [keys for keys in kinds.values() if len(keys) > 1]


def _throughout(
    found: Sequence[Sequence[tuple[Row, Expr]]], keys: Sequence[str]
) -> Iterator[tuple[Row, str, Edits]]:
    """The mistakes that can be made in several of these steps, made in all where they can be."""
    by_row = {key: _grouped(edits) for key, edits in zip(keys, found, strict=True)}
    for name in dict.fromkeys(name for rows in by_row.values() for name in rows):
        places = {key: rows[name] for key, rows in by_row.items() if name in rows}
        (at, (row, _)), *others = places.items()
        if others:
            for together in zip(*(formulas for _, formulas in places.values()), strict=False):
                yield row, at, dict(zip(places, together, strict=True))


def _grouped(edits: Sequence[tuple[Row, Expr]]) -> dict[str, tuple[Row, list[Expr]]]:
    found: dict[str, tuple[Row, list[Expr]]] = {}
    for row, formula in edits:
        found.setdefault(row.id, (row, []))[1].append(formula)
    return found
