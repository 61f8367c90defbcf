"""The matrix form: every law, worked with NumPy, gives the entries that the scalar steps have."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, to_toml

from backprop_cli import load
from backprop_cli.arrays.algebra import ListAlgebra
from backprop_cli.arrays.numpy_algebra import NumpyAlgebra
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.engine import lines
from backprop_cli.engine.matrix_view import MatrixLine, matrix_lines

ALGEBRAS = [ListAlgebra(), NumpyAlgebra()]


class Known:
    """The operands of a line as matrices of an algebra; numbers stay numbers."""

    def __init__(self, line, algebra):
        self.line, self.algebra = line, algebra

    def __getitem__(self, key):
        value = self.line.scope[key]
        return self.algebra.matrix(value) if isinstance(value, tuple) else value


def worked(line, formula, algebra):
    value = formula.evaluate(Known(line, algebra), algebra.operations)
    shape = len(line.value), len(line.value[0])
    return np.array(algebra.rows(algebra.full(value, shape)))


def check(network, epochs=(1,)):
    found = list(matrix_lines(network, lines(network, epochs)))
    for line in found:
        if isinstance(line, MatrixLine):
            for formula in filter(None, (line.step.formula, line.step.chain)):
                for algebra in ALGEBRAS:
                    value, entries = worked(line, formula, algebra), np.array(line.value)
                    scale = np.abs(entries).max()
                    assert np.allclose(value, entries, rtol=1e-12, atol=1e-12 * (1 + scale)), (
                        line.step.key
                    )
    return found


@pytest.mark.parametrize("samples", ["columns", "rows"])
@pytest.mark.parametrize("name", example_names())
def test_every_law_gives_its_entries_on_the_examples(name, samples):
    network = load(name, [f"notation.samples={samples!r}"])
    if network.round_each is None:
        check(network, (1, 2) if len(network.samples) < 10 else (1,))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(configs(), st.sampled_from(["columns", "rows"]))
def test_every_law_gives_its_entries_on_random_networks(config, samples):
    config["notation"] = {**config.get("notation", {}), "samples": samples}
    check(network_of(parse_document(to_toml(config), "random.toml")))
