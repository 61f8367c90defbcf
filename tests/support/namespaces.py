"""Namespaces of programs that nobody has run: names with arrays of fitting shapes, and meanings."""

import numpy as np

from backprop_cli.api import load
from backprop_cli.arrays.naming.names import named

SAMPLES = 3


def network(layers=2, samples=SAMPLES, **settings):
    """A network of two units in each layer, and some samples that make one update."""
    rows = [[0.1, 0.2]] * samples
    one = 'activation = "logistic"\nweights = [[0.1, 0.2], [0.3, 0.4]]\nbiases = [0.1, 0.2]'
    made = [f"inputs={rows}", f"targets={rows}", "train_biases=true", 'learning="batch"']
    made += [f"{key}={value}" for key, value in settings.items()]
    tables = ", ".join(["{" + one.replace("\n", ", ") + "}"] * layers)
    return load("mazur", [*made, f"layers=[{tables}]"])


def array(rows=2, columns=SAMPLES):
    """An array that is no other, with an entry for each unit and sample."""
    return np.ones((rows, columns))


def things(names):
    """An array for each of these names; of those that are called like an error, a single number."""
    errors = ("cost", "loss", "loss_", "J", "C", "E", "L", "l", "data_loss")
    return {name: np.float64(0.3) if name in errors else array() for name in names.split()}


def written(meanings):
    """Meanings as the tables of the tests have them: `net@1 out@1_new`."""
    return " ".join(f"{kind}@{layer}{suffix}" for kind, layer, suffix in meanings)


def read(found, net=None, names="auto"):
    """The id of the convention, and what each name may mean."""
    result = named(found, net or network(), names)
    assert list(result.arrays) == list(result.meanings)
    said = {name: written(means) for name, means in result.meanings.items()}
    return result.convention and result.convention.id, said


def left_out(found, net=None, names="auto"):
    return named(found, net or network(), names).left_out
