"""Which trainer is taken, and what is said where one cannot be."""

from __future__ import annotations

import pytest

from backprop_cli.api import load
from backprop_cli.config import network_of, parse_document
from backprop_cli.engine import arithmetic_of, initial_state
from backprop_cli.errors import UsageError
from backprop_cli.train.engines import ENGINES, choice
from backprop_cli.train.engines.choice import COSTS, engine_for, expected_seconds, features

SHAPE = """
eta = 0.1
inputs = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 1, 1], [2, 2, 2]]
targets = [[0], [1], [0], [1], [0]]
batch_size = 2
optimizer = "{optimizer}"
[[layers]]
activation = "tanh"
units = 4
[[layers]]
activation = "logistic"
units = 1
"""


@pytest.mark.parametrize(("optimizer", "lines"), [("sgd", 1), ("momentum", 2), ("adam", 5)])
def test_features_count_what_takes_time(optimizer: str, lines: int) -> None:
    """16 weights below 4 and 1 units, 5 samples in 3 batches, 10 epochs."""
    net = network_of(parse_document(SHAPE.format(optimizer=optimizer), "shape.toml"))
    assert features(net, 10) == (
        *(1, 3 * 4 + 4 * 1),
        *(50, 50 * 16, 50 * (4 + 1)),
        *(30, 30 * (2 + lines / 2), 30 * 16 * lines),
    )
    seconds = expected_seconds("array", net, 10)
    assert seconds == sum(c * f for c, f in zip(COSTS["array"], features(net, 10), strict=True))


def test_online_learning_makes_an_update_of_every_sample() -> None:
    text = SHAPE.replace("batch_size = 2", "").format(optimizer="sgd")
    net = network_of(parse_document(text, "shape.toml"))
    assert features(net, 10)[2:6] == (50, 800, 250, 50)


def test_the_fastest_engine_is_chosen() -> None:
    iris, mazur, batch = load("iris"), load("mazur"), load("iris", ["learning=batch"])
    assert expected_seconds("emitted", iris, 1) < expected_seconds("array", iris, 1)
    assert engine_for("auto", batch, False, 10_000).name == "array"
    assert engine_for("auto", mazur, False, 10_000).name == "emitted"
    ratios = [
        expected_seconds("compiled", mazur, n) / expected_seconds("emitted", mazur, n)
        for n in (10_000, 10_000_000)
    ]
    assert ratios[0] > 1 > ratios[1]


def test_an_engine_has_its_name_and_the_choices() -> None:
    rounded, net = load("xor", ["round_each=4"]), load("xor")
    assert engine_for("auto", rounded, False, 1).name == "steps"
    for name in ENGINES[1:]:
        with pytest.raises(UsageError, match=f"the {name} engine computes with floats"):
            engine_for(name, rounded, False, 1)
        assert engine_for(name, net, False, 1).name == name
    for name in ("emitted", "array"):
        engines = [engine_for(name, net, shuffle, 1) for shuffle in (False, True)]
        errors = [engine.run(engine.start(initial_state(net)), 2, 1)[1] for engine in engines]
        assert errors[0] != errors[1]


def test_rounded_training_is_rounded() -> None:
    net = load("mazur", ["round_each=3"])
    engine = engine_for("auto", net, False, 1)
    point, _ = engine.run(engine.start(initial_state(net, arithmetic_of(net))), 1, 1)
    assert str(engine.state(point).values["w5"]) == "0.359"


@pytest.mark.parametrize(
    ("missing", "taken"),
    [
        ((), "array"),
        (("numpy",), "compiled"),
        (("llvmlite",), "array"),
        (("numpy", "llvmlite"), "emitted"),
    ],
)
def test_what_is_not_installed_is_not_chosen(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], taken: str
) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None if name in missing else object())
    batch = load("iris", ["learning=batch"])
    assert engine_for("auto", batch, False, 10_000).name == taken
    assert engine_for("emitted", batch, False, 1).name == "emitted"


def test_what_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    for engine, package, extra in (
        ("array", "numpy", "fast"),
        ("compiled", "llvmlite", "fast"),
        ("jit", "llvmlite", "fast"),
    ):
        with pytest.raises(UsageError, match=f"engine needs {package}") as told:
            engine_for(engine, load("mazur"), False, 1)
        assert f"pip install 'backprop-cli[{extra}]'" in str(told.value)
