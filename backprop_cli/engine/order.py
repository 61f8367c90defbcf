"""The order in which an epoch presents the samples."""

from __future__ import annotations


def shuffled(count: int, seed: int, epoch: int) -> list[int]:
    """The numbers 0 to count − 1 in an order that seed and epoch alone determine.

    So that a run can be taken up at any epoch. Only `random.Random.random` is used, whose sequence
    Python keeps for a seed (Fisher & Yates, 1938; Durstenfeld, 1964).
    """
    import random  # here, because most runs mix nothing

    uniform = random.Random(f"backprop {seed} {epoch}").random
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        chosen = int(uniform() * (last + 1))
        order[last], order[chosen] = order[chosen], order[last]
    return order
