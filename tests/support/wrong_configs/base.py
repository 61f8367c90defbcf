"""A config that is right, and what makes it wrong."""

ETA = "eta     = 0.5"
INPUTS = "inputs  = [0.05, 0.10]"
TARGETS = "targets = [0.01, 0.99]"
LAYERS = "[[layers]]"
ACTIVATION = 'activation = "logistic"'
WEIGHTS = "weights = [[0.15, 0.20], [0.25, 0.30]]"
BIAS = "bias = 0.35"

HEAD = f"{ETA}\n{INPUTS}\n{TARGETS}\n"
BASE = f"""\
{HEAD}
[[layers]]
{ACTIVATION}
{WEIGHTS}
{BIAS}

[[layers]]
activation = "logistic"
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60
"""


def changed(old: str, new: str) -> str:
    """The config that is right, but for its first `old`."""
    assert old in BASE
    return BASE.replace(old, new, 1)


def without(line: str) -> str:
    """The config that is right, but for a line."""
    return changed(f"{line}\n", "")
