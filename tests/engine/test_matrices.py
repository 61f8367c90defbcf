"""The matrix form: every law, worked with NumPy, gives the entries that the scalar steps have."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import configs, to_toml

from backprop_cli import load
from backprop_cli.arrays.working.algebra import ListAlgebra
from backprop_cli.arrays.working.numpy_algebra import NumpyAlgebra
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.engine import arithmetic_of, lines
from backprop_cli.engine.matrix_view import MatrixLine, matrix_lines
from backprop_cli.formulas import exact_arithmetic

ALGEBRAS = [ListAlgebra(), NumpyAlgebra()]


class Known:
    """The operands of a line as matrices of an algebra; numbers stay numbers."""

    def __init__(self, line, algebra):
        self.line, self.algebra = line, algebra

    def __getitem__(self, key):
        value = self.line.scope[key]
        return self.algebra.matrix(value, len(value[0])) if isinstance(value, tuple) else value


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


@pytest.mark.thorough
@pytest.mark.parametrize("samples", ["columns", "rows"])
@pytest.mark.parametrize("name", example_names())
def test_every_law_gives_its_entries_on_the_examples(name, samples):
    network = load(name, [f"notation.samples={samples!r}"])
    if network.round_each is None:
        check(network, (1, 2) if len(network.samples) < 10 else (1,))


@pytest.mark.thorough
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(configs(), st.sampled_from(["columns", "rows"]))
def test_every_law_gives_its_entries_on_random_networks(config, samples):
    config["notation"] = {**config.get("notation", {}), "samples": samples}
    check(network_of(parse_document(to_toml(config), "random.toml")))


@pytest.mark.parametrize("samples", ["columns", "rows"])
def test_fractions_stay_exact(samples):
    network = load("relu", [f"notation.samples={samples!r}"])
    found = matrix_lines(network, lines(network, (1,), exact_arithmetic()))
    m = {line.step.key: np.array(line.value, dtype=object) for line in found}
    scope = next(iter(matrix_lines(network, lines(network, (1,), exact_arithmetic())))).scope
    x, w1, w2 = (np.array(scope[key], dtype=object) for key in ("X", "W1", "W2"))
    if samples == "rows":
        assert np.array_equal(m["z_1"], x @ w1)
        assert np.array_equal(m["delta_1"], m["delta_2"] @ w2.T * m["dout_dz_1"])
        assert np.array_equal(m["dL_dW1"], x.T @ m["delta_1"])
    else:
        assert np.array_equal(m["z_1"], w1 @ x)
        assert np.array_equal(m["delta_1"], w2.T @ m["delta_2"] * m["dout_dz_1"])
        assert np.array_equal(m["dL_dW1"], m["delta_1"] @ x.T)
    assert np.array_equal(m["W1_new"], w1 - Fraction(1, 10) * m["dL_dW1"])
    assert isinstance(m["dL_dW1"][0, 0], Fraction)


def test_rows_are_the_columns_turned_around_and_the_jacobian_is_not():
    by = {}
    for samples in ("columns", "rows"):
        network = load("softmax", [f"notation.samples={samples!r}"])
        found = matrix_lines(network, lines(network))
        by[samples] = {line.step.key: np.array(line.value) for line in found}
    for key, value in by["columns"].items():
        turned = value if key == "J_2" else value.T
        assert np.array_equal(by["rows"][key], turned), key
    assert by["rows"]["net_1"].shape == (1, 3)


def test_a_mini_batch_that_is_left_over_is_smaller():
    network = load("xor", ["learning='mini-batch'", "batch_size=3"])
    found = [line for line in matrix_lines(network, lines(network)) if line.step.key == "net_1"]
    assert [(line.address.batch, len(line.value[0])) for line in found] == [(1, 3), (2, 1)]
    assert [line.step.formula.args[0].args[1].name.symbol for line in found] == ["X", "x"]


def test_values_are_those_of_the_steps():
    network = load("batch")
    passed = list(lines(network))
    steps = {(line.address.sample, line.step.key): line.value for line in passed}
    found = {line.step.key: line.value for line in matrix_lines(network, passed)}
    assert found["net_1"] == tuple(
        tuple(steps[sample, key] for sample in (1, 2)) for key in ("net_h1", "net_h2")
    )
    assert found["dL_dW1"][1][0] == steps[0, "dL_dw3"]
    assert found["L_total"] == ((steps[1, "L_total"], steps[2, "L_total"]),)
    keys = [line.step.key for line in matrix_lines(network, passed)]
    assert keys[-4:] == ["L_epoch", "L_mean", "L_epoch_new", "L_mean_new"]


def test_rounded_as_on_paper_the_entries_are_the_rounded_ones():
    network = load("mazur", ["round_each=3"])
    found = {line.step.key: line.value for line in matrix_lines(network, lines(network, (1,),
             arithmetic_of(network)))}  # fmt: skip
    assert [float(row[0]) for row in found["out_1"]] == [0.593, 0.597]


def test_a_batch_of_one_sample_has_its_jacobian():
    settings = ["inputs=[[1, 0.5], [0.2, 0.3]]", "targets=[[0, 1, 0], [1, 0, 0]]",
                "learning='mini-batch'", "batch_size=1"]  # fmt: skip
    found = check(load("softmax", settings))
    jacobians = [line.value for line in found if line.step.key == "J_2"]
    assert len(jacobians) == 2
    assert jacobians[0] != jacobians[1]
