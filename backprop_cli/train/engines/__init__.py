"""Trainers: each goes through the same epochs to the same numbers, to the last bit or nearly.

Begin with `engine`, which says what a trainer can do, and has the one that goes step by step, which
the others must equal. `program` numbers the values of one update, and `plan` finds variables for
them; from the plan `emit` writes Python and `machine` writes LLVM IR, which give the same bits. The
array trainer has whole layers in place of steps, because BLAS is made for them, and `tests/train`
holds it equal. `choice` picks one. May import `engine`, `formulas` and `errors`.
"""

from backprop_cli.train.engines.choice import ALIASES, ENGINES, EQUAL, engine_for, fastest
from backprop_cli.train.engines.engine import REFUSALS, Engine, Look, presented
from backprop_cli.train.engines.values import Leaf, Operation, Values

__all__ = [
    "ALIASES",
    "ENGINES",
    "EQUAL",
    "REFUSALS",
    "Engine",
    "Leaf",
    "Look",
    "Operation",
    "Values",
    "engine_for",
    "fastest",
    "presented",
]
