"""What an emitted function computes, where, and in which variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backprop_cli.train.engines.program import FIXED, Program
from backprop_cli.train.engines.values import Leaf, Operation

LONGEST = 60
"""Terms of one expression. A longer one is cut: compilers go down one level with each term."""

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
        self.nodes, self.levels = program.values.nodes, list(program.levels)
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
        """Levels where the sample is fixed, or, for a look, where the state is."""
        program, levels = self.program, self.levels
        for number in fixed:
            levels[number] = FIXED
        if self.kind == "look":
            for _, old, _ in program.state:
                levels[old] = FIXED
        for number, node in enumerate(self.nodes):
            if isinstance(node, Operation) and number not in program.sums and levels[number] <= 2:
                levels[number] = max(levels[arg] for arg in node.args)

    def _needed(self) -> set[int]:
        """Values that lead to the wanted ones, through the sums over a batch too."""
        marked, waiting = set[int](), list(self.wanted)
        while waiting:
            number = waiting.pop()
            if number not in marked:
                marked.add(number)
                node = self.nodes[number]
                waiting += self.operands(node) if isinstance(node, Operation) else ()
                waiting += [self.program.sums[number]] if number in self.program.sums else ()
        return marked

    def _named(self) -> set[int]:
        """Values that get a variable: used twice, on another level, or wanted at the end."""
        uses: dict[int, int] = {}
        named = set(self.wanted)
        for number in self.needed:
            node = self.nodes[number]
            if isinstance(node, Leaf):
                named.add(number)
                continue
            if len(node.args) > LONGEST:
                named.add(number)
            for arg in self.operands(node):
                uses[arg] = uses.get(arg, 0) + (2 if node.op in _REPEATING else 1)
                if self.levels[arg] != self.levels[number]:
                    named.add(arg)
        for one in self.sums.values():
            uses[one] = uses.get(one, 0) + 1
        return named | {number for number, count in uses.items() if count > 1}

    def _statements(self) -> list[int]:
        """The values that get a statement of their own, in the order in which they are computed."""
        operations = [n for n in self.named if isinstance(self.nodes[n], Operation)]
        return sorted(operations, key=lambda number: (self.levels[number], number))

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
                last[leaf] = max(last.get(leaf, 0), self._after(self.levels[one]))
        moves, taken = [], set[int]()
        for _, old, new in self.program.state:
            if new in position and new not in taken and last.get(old, -1) <= position[new]:
                self.variable[new] = f"v{old}"
            else:
                moves.append((new, old))
            taken.add(new)
            self.variable[old] = f"v{old}"
        return moves

    def _after(self, level: int) -> int:
        """Position after the last statement of a level."""
        return sum(self.levels[number] <= level for number in self.statements)

    def _read(self, number: int) -> Iterable[int]:
        """The named values that the statement of `number` looks at."""
        node = self.nodes[number]
        assert isinstance(node, Operation)
        for arg in self.operands(node):
            if arg in self.named:
                yield arg
            else:
                yield from self._read(arg)

    def operands(self, node: Operation) -> Iterable[int]:
        """The values that an operation is written with: x + (−y) is x − y, to the last bit."""
        for position, arg in enumerate(node.args):
            inner = self.nodes[arg]
            summand = node.op == "+" and position > 0
            if summand and isinstance(inner, Operation) and inner.op == "neg":
                yield inner.args[0]
            else:
                yield arg
