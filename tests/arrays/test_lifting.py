"""A wrong formula of a layer is, entry by entry, the wrong formula of the catalogue for each unit.

The witness are the steps of single units: what the catalogue makes of each of them, worked with the
values of its own sample.
"""

import json
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import configs, to_toml

from backprop_cli import load
from backprop_cli.arrays.lifting import Lifting
from backprop_cli.arrays.working.algebra import ListAlgebra
from backprop_cli.arrays.working.program import BROKEN, Pass, Program
from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import PER_SAMPLE, arithmetic_of, lines
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE, Book

pytestmark = pytest.mark.thorough


def by_single_units(network):
    """By id and by the key of a quantity of one unit: what each of the wrong formulas gives, a
    number for each sample."""
    book, operations = Book(network), arithmetic_of(network).operations
    found = defaultdict(lambda: defaultdict(list))
    for line in tuple(lines(network, (1,))):  # all of them: a wrong formula may look ahead
        for name, formulas in book.edits(line.step).items():
            values = [formula.evaluate(line.scope, operations) for formula in formulas]
            found[name][line.step.key].append(values)
    return found


def entries_of(program, step, sample):
    """The keys of the single quantities in a matrix, with the place of each in its rows."""
    for row, refs in enumerate(program.q.entries(step.name)):
        for column, ref in enumerate(refs):
            yield ref.name.key, row, sample if step.name.kind in PER_SAMPLE else column


def lifted_and_single(network):
    """Each lifted formula's id and step, its entries, and all that the catalogue has for each."""
    samples = tuple(range(1, len(network.samples) + 1))
    program = Program(network, samples, ListAlgebra())
    truth = Pass(program)
    single = by_single_units(program.network)
    lifting = Lifting(program)
    for step in program.steps.values():
        if step.kind == "gradient" and len(samples) > 1:
            continue  # the sum over a batch is no matter of one unit
        for name, formula in lifting.wrong(step):
            try:
                value = formula.evaluate(truth, program.algebra.operations)
            except BROKEN:
                continue
            full = program.algebra.full(value, program.shape(step.key))
            if not np.allclose(full, truth[step.key], rtol=1e-12, atol=0):  # else it says nothing
                yield name, step, program, full, single[name]


def options_of(single, key, sample):
    """What the catalogue makes of a quantity: each of its formulas; of a hidden error term, whose
    formulas are those of its paths, their sum."""
    paths = [key] if key in single else [path for path in single if path.startswith(f"{key}_via_")]
    return [
        sum(together) for together in zip(*(single[path][sample] for path in paths), strict=False)
    ]


def check(network):
    told = set()
    for name, step, program, full, single in lifted_and_single(network):
        matrix = np.array(full)
        for sample in range(program.q.samples if step.name.kind in PER_SAMPLE else 1):
            entries = list(entries_of(program, step, sample))
            options = [options_of(single, key, sample) for key, _, _ in entries]
            fitting = [
                at for at in range(min(map(len, options)))
                if all(
                    math.isclose(found[at], matrix[row, column], rel_tol=1e-9, abs_tol=1e-12)
                    for found, (_, row, column) in zip(options, entries, strict=True)
                )
            ]  # fmt: skip
            assert fitting, (name, step.key, sample)
        told.add(name)
    return told


def of(name, **options):
    return load(name, [f"{key}={json.dumps(value)}" for key, value in options.items()])


NETWORKS = {
    "mazur": of("mazur", train_biases=True),
    "tanh": of("tanh"), "softmax": of("softmax"), "deep": of("deep"),
    "squared": of("tanh", error="squared"), "relu": of("relu"),
    "binary": of("mazur", error="binary-cross-entropy"),
    "momentum": of("mazur", optimizer="momentum"), "adam": of("mazur", optimizer="adam"),
}  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_lifted_formula_is_that_of_each_unit(network):
    assert len(check(network)) > 12


LIFTED = {
    "missing-bias", "bias-subtracted", "missing-activation", "net-for-out-above", "exp-sign",
    "missing-half", "error-not-squared", "error-signed", "one-minus-out", "slope-plus",
    "target-in-slope", "slope-of-net", "slope-of-output", "missing-slope-output",
    "missing-slope-hidden", "updated-weights", "missing-weight-in-delta", "delta-sign",
    "error-for-error-term", "wrong-activation", "missing-input", "added-gradient", "missing-eta",
    "missing-old-weight", "eta-twice",
}  # fmt: skip


def test_what_a_program_does_with_layers_is_lifted():
    everything = set().union(*map(check, NETWORKS.values()))
    assert LIFTED - everything == set()
    assert everything <= CATALOGUE.keys()


def test_what_speaks_of_one_entry_is_not_lifted():
    everything = set().union(*map(check, NETWORKS.values()))
    assert not everything & {"inputs-exchanged", "slope-of-another", "wrong-weight-in-net"}


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(configs(max_samples=2, max_layers=3, max_inputs=3, max_units=3))
def test_over_random_networks(config):
    network = network_of(parse_document(to_toml(config), "random.toml"))
    if network.round_each is None:
        check(network)
