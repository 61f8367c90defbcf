"""The JSON Schema takes every config that the program takes, and refuses what is misspelt."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
import strategies
import wrong_configs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_cli.config.examples import example_names, example_path
from backprop_cli.config.fields import INIT_METHODS, SPELLINGS, TABLES
from backprop_cli.config.schema import json_schema
from backprop_cli.config.templates import random_config, starter_config

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def valid(config) -> bool:
    return VALIDATOR.is_valid(json.loads(json.dumps(config)))


def parsed(text: str):
    return tomllib.loads(text)


def table_schema(name: str):
    """The schema of a table of `fields.TABLES`."""
    top = SCHEMA["properties"]
    return {
        "": SCHEMA,
        "layers": top["layers"]["items"],
        "init": top["layers"]["items"]["properties"]["init"],
        "error": top["error"]["anyOf"][1],
        "optimizer": top["optimizer"]["anyOf"][1],
    }.get(name) or top[name]


def changed(**changes):
    """The base config, with some of its keys changed; None takes one away."""
    config = parsed(wrong_configs.BASE) | changes
    return {key: value for key, value in config.items() if value is not None}


def with_layer(**changes):
    """The base config, with the first layer changed."""
    config = parsed(wrong_configs.BASE)
    layer = config["layers"][0] | changes
    config["layers"][0] = {key: value for key, value in layer.items() if value is not None}
    return config


# --- what it is -------------------------------------------------------------------------------


def test_it_is_a_schema_of_the_latest_draft() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_command_prints_it(backprop, tmp_path) -> None:
    result = backprop("schema")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == SCHEMA
    file = tmp_path / "backprop.schema.json"
    assert backprop("schema", "-o", str(file)).out == ""
    assert file.read_text("utf-8") == result.out


@pytest.mark.parametrize("name", TABLES)
def test_every_key_is_described_and_no_other_is_allowed(name: str) -> None:
    schema = table_schema(name)
    expected = {*TABLES[name], *SPELLINGS.get(name, {})} | ({"$schema"} if name == "" else set())
    assert set(schema["properties"]) == expected
    assert schema["additionalProperties"] is False
    for key, field in TABLES[name].items():
        found = schema["properties"][key]
        assert found["description"] == field.about
        assert (key in schema.get("required", ())) == field.required
        assert found.get("enum", []) == list(field.choices)
        if field.kind == "number":
            bounds = {
                "minimum": field.least,
                "exclusiveMinimum": field.above,
                "exclusiveMaximum": field.below,
            }
            number = found["anyOf"][0]
            assert {key: number.get(key) for key in bounds} == bounds


def test_a_default_is_valid() -> None:
    for name, fields in TABLES.items():
        for key, field in fields.items():
            if field.default is not None:
                schema = table_schema(name)["properties"][key]
                jsonschema.validate(schema["default"], schema)


# --- what is right ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", example_names())
def test_the_bundled_examples_are_valid(name: str) -> None:
    assert valid(parsed(Path(example_path(name)).read_text("utf-8")))


def test_what_init_writes_is_valid() -> None:
    assert valid(parsed(starter_config()))
    assert valid(parsed(random_config([2, 3, 2], ["softmax"], 1)))


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(config=strategies.configs())
def test_random_configs_are_valid(config) -> None:
    assert valid(parsed(strategies.to_toml(config)))


@pytest.mark.parametrize(
    "config",
    [
        changed(eta="1/3"),
        changed(eta=1),
        changed(inputs=[[1, 2], [3, 4]], targets=[[1, 0], ["1/2", 0.5]]),
        changed(inputs=["a", "b"], targets=["c"], data="d.csv", validation=0.2, standardize=True),
        changed(validation="e.csv"),
        changed(validation={"inputs": [[1, 2]], "targets": [[0]]}, classes=["a", "b"]),
        changed(validation={"inputs": [1, 2], "targets": ["1/2"]}, classes=[]),
        changed(optimizer="adam"),
        changed(optimizer={"method": "momentum", "mu": 0.5}),
        changed(error="huber"),
        changed(error={"name": "huber", "delta": "1/2"}),
        changed(round_each=3),
        changed(round_each={"net": 3, "default": 5}),
        changed(notation={"units": [["1", 2], [3, 4], ["o", "p"]], "net": "z", "weights": "w{n}"}),
        changed(notation={"units": "{n}", "biases": [["b"], ["c"]]}),
        changed(convention={"bias": "subtracted", "delta": "descent", "weight_rows": "from"}),
        changed(grading={"points": {"w5_new": 2, "new": 0.5}, "follow_through": 0.5}),
        changed(variants={"weights": [0.1, 0.9], "decimals": 1}),
        with_layer(weights=None, units=2),
        with_layer(weights=None, units=2, init={"low": -1, "high": 1}),
        with_layer(weights=None, units=2, init={"method": "normal", "std": 0.1}),
        with_layer(weights=None, units=2, init={"method": "he"}),
        with_layer(activation="leaky-relu", alpha=0.2),
        with_layer(bias=None, biases=[1, 2]),
        with_layer(bias=None),
        changed(**{"$schema": "backprop.schema.json"}),
    ],
)
def test_what_a_config_may_say_is_valid(config) -> None:
    VALIDATOR.validate(config)


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "config",
    [
        changed(etta=1),
        changed(eta=None),
        changed(layers=None),
        changed(layers=[]),
        changed(layers={}),
        changed(inputs=[]),
        changed(inputs=[[]]),
        changed(inputs=3),
        changed(inputs=[1, [2]]),
        changed(inputs=["a", [1]]),
        changed(eta=0),
        changed(eta=-1),
        changed(eta="half"),
        changed(eta="1."),
        changed(eta="1/2/3"),
        changed(eta=True),
        changed(title=3),
        changed(train_biases="yes"),
        changed(seed=1.5),
        changed(batch_size=0),
        changed(validation=1),
        changed(validation=0),
        changed(validation={"inputs": [1]}),
        changed(validation={"inputs": [1], "targets": [1], "x": 1}),
        changed(validation={"inputs": [], "targets": [1]}),
        changed(classes="a"),
        changed(classes=["a", "a"]),
        changed(classes=[""]),
        changed(classes=[1]),
        changed(error="nix"),
        changed(update="both"),
        changed(round_each=-1),
        changed(round_each=31),
        changed(round_each={"nix": 3}),
        changed(optimizer="adma"),
        changed(optimizer={"name": "momentum", "beta": 1}),
        changed(optimizer={"name": "momentum", "beta": -0.1}),
        changed(optimizer={"learning": 1}),
        changed(error={"name": "hubr"}),
        changed(error={"name": "huber", "delta": 0}),
        changed(error={"name": "huber", "beta": 1}),
        changed(notation={"net": "n_t"}),
        changed(notation={"net": "1"}),
        changed(notation={"units": 3}),
        changed(notation={"units": ["a", True]}),
        changed(convention={"bias": "minus"}),
        changed(convention="from"),
        changed(grading={"points": {"w5_new": -1}}),
        changed(variants={"greatest_net": 0}),
        with_layer(weights=None),
        with_layer(activation=None),
        with_layer(activation="logsitic"),
        with_layer(foo=1),
        with_layer(weights=[]),
        with_layer(weights=[[]]),
        with_layer(weights=[1, 2]),
        with_layer(weights=[["x"]]),
        with_layer(units=2),
        with_layer(init={}),
        with_layer(bias=1, biases=[1, 2]),
        with_layer(alpha=-1),
        with_layer(weights=None, units=0),
        with_layer(weights=None, units=2, init="he"),
        with_layer(weights=None, units=2, init={"method": "nix"}),
        with_layer(weights=None, units=2, init={"mean": 0}),
        with_layer(weights=None, units=2, init={"method": "he", "low": 0}),
        with_layer(weights=None, units=2, init={"method": "normal", "std": 0}),
    ],
)
def test_what_no_config_may_say_is_invalid(config) -> None:
    assert not VALIDATOR.is_valid(config)


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(config=strategies.configs(), data=st.data())
def test_an_accident_in_any_table_is_found(config, data) -> None:
    broken = copy.deepcopy(config)
    tables = [broken, *broken["layers"], *(v for v in broken.values() if isinstance(v, dict))]
    table = data.draw(st.sampled_from(tables))
    key = data.draw(st.sampled_from(sorted(table)))
    value = table.pop(key)
    table[key + "x"] = value
    assert not valid(broken)
    del table[key + "x"]
    table[key] = {"of": "another kind"}
    assert not valid(broken)
    table[key] = value
    assert valid(broken)


@pytest.mark.parametrize("method", INIT_METHODS)
def test_a_way_of_drawing_takes_its_own_keys_alone(method: str) -> None:
    keys = {key for keys in INIT_METHODS.values() for key in keys}
    assert keys == set(TABLES["init"]) - {"method"}
    for key in keys:
        init = {"method": method, key: 0.5}
        assert valid(with_layer(weights=None, units=2, init=init)) == (key in INIT_METHODS[method])


def test_what_the_schema_refuses_the_program_refuses_too(backprop, tmp_path, monkeypatch) -> None:
    """Every wrong config that is TOML and of the right shape in itself is found by both."""
    monkeypatch.chdir(tmp_path)
    for case in (*wrong_configs.TYPES, *wrong_configs.CHOICES):
        try:
            config = parsed(case[0])
            seen = json.loads(json.dumps(config))
        except (tomllib.TOMLDecodeError, TypeError, ValueError):
            continue
        if VALIDATOR.is_valid(seen):
            continue
        Path("net.toml").write_text(case[0], "utf-8")
        assert backprop("trace", "net.toml").code == 2
