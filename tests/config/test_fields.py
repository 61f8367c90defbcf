"""The bounds and the defaults of every key, each stated here once more."""

from __future__ import annotations

from typing import Any

import pytest

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.config.fields import (
    INIT_METHODS,
    OTHER_WORDS,
    ROUNDED,
    SPELLINGS,
    TABLES,
    with_defaults,
)
from backprop_cli.engine.notation import ROLES, Letters
from backprop_cli.formulas import ERRORS, OPTIMIZERS

# At least, more than, less than.
BOUNDS = {
    ("", "eta"): (None, 0, None),
    ("layers", "bias"): (None, None, None),
    ("layers", "alpha"): (0, None, None),
    ("init", "low"): (None, None, None),
    ("init", "high"): (None, None, None),
    ("init", "mean"): (None, None, None),
    ("init", "std"): (None, 0, None),
    ("error", "delta"): (None, 0, None),
    ("optimizer", "beta"): (0, None, 1),
    ("optimizer", "dampening"): (0, None, 1),
    ("optimizer", "rho"): (0, None, 1),
    ("optimizer", "beta1"): (0, None, 1),
    ("optimizer", "beta2"): (0, None, 1),
    ("optimizer", "epsilon"): (0, None, None),
    ("optimizer", "weight_decay"): (0, None, None),
    ("grading", "follow_through"): (0, None, None),
    ("grading", "too_few_digits"): (0, None, None),
    ("grading", "rtol"): (0, None, None),
    ("grading", "atol"): (0, None, None),
    ("variants", "least_delta"): (0, None, None),
    ("variants", "greatest_net"): (None, 0, None),
}

DEFAULTS = {
    "": {
        "error": "half-squared", "standardize": False, "train_biases": True,
        "update": "simultaneous", "learning": "online", "reduction": "mean", "seed": 0,
        "optimizer": "sgd",
    },
    "layers": {},
    "init": {"method": "uniform", "low": "-0.5", "high": "0.5", "mean": "0", "std": "1"},
    "error": {"name": "half-squared"},
    "optimizer": {"name": "sgd"},
    "notation": {
        "inputs": "i{i}", "outputs": "o{i}", "weights": "w{n}", "net": "net", "out": "out",
        "error": "E", "delta": "delta", "target": "t", "eta": "eta", "samples": "columns",
    },
    "convention": {"bias": "added", "delta": "gradient", "cost": "sum", "weight_rows": "to"},
    "grading": {"follow_through": "1", "too_few_digits": "1", "repeated": "each", "min_digits": 3},
    "variants": {"decimals": 2, "least_delta": "0.001", "greatest_net": "4"},
}  # fmt: skip

PARAMETERS = {
    ("huber", "delta"): "1", ("pseudo-huber", "delta"): "1",
    ("momentum", "beta"): "0.9", ("nesterov", "beta"): "0.9", ("adagrad", "epsilon"): "1E-8",
    ("pytorch-momentum", "beta"): "0.9",
    ("rmsprop", "rho"): "0.9", ("rmsprop", "epsilon"): "1E-8",
    ("adam", "beta1"): "0.9", ("adam", "beta2"): "0.999", ("adam", "epsilon"): "1E-8",
    ("adamw", "beta1"): "0.9", ("adamw", "beta2"): "0.999", ("adamw", "epsilon"): "1E-8",
    ("adamw", "weight_decay"): "0.01",
    ("lion", "beta1"): "0.9", ("lion", "beta2"): "0.99", ("lion", "weight_decay"): "0",
}  # fmt: skip


def test_the_bounds_of_every_number() -> None:
    found = {
        (name, key): (field.least, field.above, field.below)
        for name, fields in TABLES.items()
        for key, field in fields.items()
        if field.kind == "number"
    }
    assert found == BOUNDS


@pytest.mark.parametrize("rows", [ERRORS, OPTIMIZERS], ids=["errors", "optimizers"])
def test_a_parameter_has_the_same_bounds_wherever_it_stands(rows: dict[str, Any]) -> None:
    """The config has one field for it."""
    bounds: dict[str, Any] = {}
    for name, row in rows.items():
        forms = [row, *getattr(row, "forms", {}).values()]
        for key, p in (pair for form in forms for pair in form.parameters.items()):
            known = bounds.setdefault(key, (p.least, p.above, p.below))
            assert (p.least, p.above, p.below) == known, f"{key} of {name}: give it another name"


def test_the_defaults_of_every_table() -> None:
    found = {
        name: {key: field.default for key, field in fields.items() if field.default is not None}
        for name, fields in TABLES.items()
    }
    assert found == DEFAULTS


def test_the_letters_of_the_notation_are_those_of_the_engine() -> None:
    said = with_defaults("notation", {})
    assert Letters(**{key: said[key] for key in Letters.__annotations__}) == Letters()


def test_the_defaults_of_the_parameters_of_errors_and_optimizers() -> None:
    found = {
        (name, key): str(parameter.default)
        for name, row in {**ERRORS, **OPTIMIZERS}.items()
        for key, parameter in row.parameters.items()
    }
    assert found == PARAMETERS


def test_what_must_be_there() -> None:
    found = {name: [key for key in keys if keys[key].required] for name, keys in TABLES.items()}
    required = {"": ["eta", "inputs", "targets", "layers"], "layers": ["activation"]}
    assert found == {name: required.get(name, []) for name in TABLES}


def test_other_words_mean_keys_that_there_are() -> None:
    keys = {key for fields in TABLES.values() for key in fields}
    assert set(OTHER_WORDS.values()) <= keys
    assert not set(OTHER_WORDS) & set(TABLES[""])
    for table, spellings in SPELLINGS.items():
        assert set(spellings.values()) <= set(TABLES[table])
        assert not set(spellings) & set(TABLES[table])
    known = {key for keys in INIT_METHODS.values() for key in keys}
    assert known == set(TABLES["init"]) - {"method"}


def test_what_no_table_says_is_what_a_network_has() -> None:
    text = "eta = 1\ninputs = [1]\ntargets = [1]\n[[layers]]\nactivation = 'linear'\nunits = 1\n"
    network = network_of(parse_document(text, "folder/a.b.toml"))
    assert (network.title, network.source, network.error_name) == ("a.b", "", "half-squared")
    assert (network.optimizer.name, network.update) == ("sgd", "simultaneous")
    assert network.batch_size is None
    assert (network.reduction, network.train_biases, network.seed) == ("mean", True, 0)
    assert (network.thresholds, network.descent, network.round_each) == (False, False, None)
    assert (network.validation, network.labels) == ((), ())


@pytest.mark.parametrize("key", ROUNDED)
def test_what_may_be_rounded_by_itself_is_a_kind_of_step(key: str) -> None:
    text = f"round_each = {{ {key} = 3 }}\neta = 1\ninputs = [1]\ntargets = [1]\n"
    network = network_of(
        parse_document(f"{text}[[layers]]\nactivation = 'linear'\nunits = 1\n", "a.toml")
    )
    assert network.round_each == dict.fromkeys(ROUNDED[key], 3)
    assert set(ROUNDED[key]) <= {*ROLES, "default"}
