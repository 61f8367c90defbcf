"""What an emitted function computes, where, and in which variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from backprop_cli.train.engines.program import FIXED, SAMPLE, Place, Program, fixed_values, place_of

LONGEST = 60
"""Terms of one expression. A longer one is cut: compilers go down one level with each term."""

DEEPEST = 40
"""Operations written inside each other. A compiler takes some hundred brackets."""

# Operations whose text has an operand twice.
_REPEATING = ("square", "max")


class Plan:
    """Which values of a program a function computes, where, and in which variables.

    `statements` are the values that get a statement of their own, in order; `variable` their
    names. What is used once is written where it is used. `sums` are as in the program; `moves`
    the new and old values of the state that do not share a variable.
    """

    def __init__(
        self, program: Program, kind: str, one_sample: bool, careful: bool, grouped: bool
    ) -> None:
        self.program, self.kind, self.careful = program, kind, careful
        self.one_sample, self.grouped = one_sample, grouped
        self.nodes, self.places = program.values.nodes, list(program.places)
        if one_sample or kind == "look":
            self._move_leaves(program.sample if one_sample else [])
        looking = kind == "look"
        wanted = program.outputs if looking else [new for _, _, new in program.state]
        self.wanted = [*wanted, *([] if kind == "quiet" else [program.error])]
        self.needed = self._needed()
        self.sums = {s: one for s, one in program.sums.items() if s in self.needed and not looking}
        self.named = self._named()
        self.variable = {number: f"v{number}" for number in self.needed}
        self.statements = self._statements()
        self.moves = [] if looking else self._moves()

    def _move_leaves(self, fixed: Sequence[int]) -> None:
        """Places where the sample is fixed, or, for a look, where the state is."""
        places = self.places
        old = [old for _, old, _ in self.program.state] if self.kind == "look" else []
        for number in (*fixed, *old):
            places[number] = FIXED
        for number, node in enumerate(self.nodes):
            if node.args and places[number] <= SAMPLE:
                places[number] = place_of(places[arg] for arg in node.args)

    def _needed(self) -> set[int]:
        """Values that lead to the wanted ones, through the sums over a batch too."""
        marked, waiting = set[int](), list(self.wanted)
        while waiting:
            number = waiting.pop()
            if number not in marked:
                marked.add(number)
                waiting += self.operands(number)
                waiting += [self.program.sums[number]] if number in self.program.sums else ()
        return marked

    def _named(self) -> set[int]:
        """Values that get a variable: used twice, in another place, or wanted at the end."""
        uses = Counter[int](self.sums.values())
        named = set(self.wanted)
        for number in self.needed:
            node = self.nodes[number]
            if not node.args or len(node.args) > LONGEST:
                named.add(number)
            for arg in self.operands(number):
                uses[arg] += 2 if node.op in _REPEATING else 1
                if self.places[arg] != self.places[number]:
                    named.add(arg)
        named |= {number for number, count in uses.items() if count > 1}
        return named | self._too_deep(named)

    def _too_deep(self, named: set[int]) -> set[int]:
        """Values that get a variable only so that no expression is nested too deeply."""
        depth: dict[int, int] = {}
        for number in sorted(self.needed):
            inner = max((depth[arg] for arg in self.operands(number)), default=0)
            depth[number] = 0 if number in named or inner == DEEPEST else inner + 1
        return {number for number, nested in depth.items() if nested == 0}

    def _statements(self) -> list[int]:
        """The values that get a statement of their own, in the order in which they are computed."""
        operations = [number for number in self.named if self.nodes[number].args]
        return sorted(operations, key=lambda number: (self.places[number], number))

    def _moves(self) -> list[tuple[int, int]]:
        """New and old values of the state that cannot share a variable.

        They can if the old value is not looked at after the statement that makes the new one.
        """
        position = {number: index for index, number in enumerate(self.statements)}
        last: dict[int, int] = {}
        for index, number in enumerate(self.statements):
            for leaf in self._read(number):
                last[leaf] = index
        for one in self.sums.values():
            for leaf in self._read(one):
                last[leaf] = max(last.get(leaf, 0), self._after(self.places[one]))
        moves, taken = [], set[int]()
        for _, old, new in self.program.state:
            if new in position and new not in taken and last.get(old, -1) <= position[new]:
                self.variable[new] = f"v{old}"
            else:
                moves.append((new, old))
            taken.add(new)
            self.variable[old] = f"v{old}"
        return moves

    def _after(self, place: Place) -> int:
        """Position after the last statement of a place."""
        return sum(self.places[number] <= place for number in self.statements)

    def _read(self, number: int) -> Iterable[int]:
        """The named values that the statement of `number` looks at."""
        for arg in self.operands(number):
            if arg in self.named:
                yield arg
            else:
                yield from self._read(arg)

    def given(self) -> list[int]:
        """The state before an update, and the count of updates."""
        return [*(old for _, old, _ in self.program.state), self.program.count]

    def fixed(self) -> list[int]:
        """What never changes, in the order in which it is handed over."""
        leaves = fixed_values(self.program)
        return leaves + self.program.sample if self.one_sample else leaves

    def rounds(self) -> range:
        """The rounds that have a loop over the samples of a batch."""
        last = max((place for n in self.needed if (place := self.places[n]).inside), default=SAMPLE)
        return range(SAMPLE.round, last.round + 1)

    def kept(self, round_: int) -> list[int]:
        """Values of each sample that a loop of a later round looks at."""
        place, found = Place(round_, True), set[int]()
        for number in (*self.statements, *self.sums.values()):
            if self.places[number] > place and self.places[number].inside:
                found |= {other for other in self._read(number) if self.places[other] == place}
        return sorted(found - set(self.program.sample))

    def operands(self, number: int) -> Iterable[int]:
        """The values that an operation is written with: x + (−y) is x − y, to the last bit."""
        node = self.nodes[number]
        for position, arg in enumerate(node.args):
            inner = self.nodes[arg]
            yield inner.args[0] if node.op == "+" and position > 0 and inner.op == "neg" else arg
