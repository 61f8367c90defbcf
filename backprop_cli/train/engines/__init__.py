"""Trainers: each goes through the same epochs to the same numbers, to the last bit or nearly.

`engine` says what a trainer can do, and has the one that goes step by step, which the others must
equal. `program` numbers the values of one update, `plan` finds variables for them, and `emit`
writes the code; the array trainer has whole layers in place of steps, because BLAS is made for
them, and `tests/train` holds it equal. `choice` picks one.
"""

from backprop_cli.train.engines.choice import ENGINES, engine_for
from backprop_cli.train.engines.emitted import Emitted
from backprop_cli.train.engines.engine import REFUSALS, Engine, Look, presented

__all__ = ["ENGINES", "REFUSALS", "Emitted", "Engine", "Look", "engine_for", "presented"]
