"""What an option may say: finite numbers, integers that can be written, texts that stay texts."""

from __future__ import annotations

import json

import pytest

HUGE = "0x" + "f" * 4000


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
@pytest.mark.parametrize(
    "call",
    [
        "gradcheck mazur --tolerance",
        "verify mazur mazur.answers.toml --rtol",
        "verify mazur mazur.answers.toml --atol",
        "grade mazur class.csv --rtol",
        "train mazur --epochs 1 --until",
    ],
)
def test_a_bound_that_is_no_finite_number_is_refused(backprop, call, number) -> None:
    result = backprop(*call.split(), number)
    assert (result.code, result.out) == (2, "")
    assert f"Invalid value for '{call.split()[-1]}'" in result.err


@pytest.mark.parametrize("key", ['"$schema"', "eta", "title", "seed"])
@pytest.mark.parametrize("command", [["trace"], ["train", "--epochs", "1", "--save", "saved.toml"]])
def test_an_integer_too_long_to_be_written_is_refused(
    backprop, tmp_path, monkeypatch, key, command
) -> None:
    monkeypatch.chdir(tmp_path)
    result = backprop(*command, "--set", f"{key}={HUGE}")
    assert (result.code, result.out) == (2, "")
    assert "is not a TOML value" in result.err
    assert not (tmp_path / "saved.toml").exists()


def test_an_integer_in_hex_that_can_be_written_is_saved(backprop, tmp_path) -> None:
    saved = tmp_path / "saved.toml"
    longest = "0x" + "f" * 3498
    call = ("train", "--epochs", "1", "-q", "--save", str(saved))
    assert backprop(*call, "--set", f'"$schema"={longest}').code == 0
    assert backprop("trace", str(saved)).code == 0


@pytest.mark.parametrize("title", [r"$\frac$", "$x", "a_b^c $y$ 5 $"])
def test_a_title_is_drawn_as_it_is(backprop, tmp_path, title) -> None:
    pytest.importorskip("matplotlib")
    config, plot = tmp_path / "c.toml", tmp_path / "p.svg"
    assert backprop("init", str(config)).code == 0
    text = config.read_text().replace('"My network"', f"'{title}'")
    config.write_text(text)
    result = backprop("train", str(config), "--epochs", "2", "-q", "--plot", str(plot))
    assert (result.code, result.err) == (0, "")
    assert plot.stat().st_size > 1000


LINEAR = ["--set", "layers.0.activation=linear", "--set", "layers.1.activation=linear"]
LARGE = 2**200  # which a float is, too


@pytest.mark.parametrize(
    "settings",
    [
        ["--set", "targets=[1e200,1]"],
        ["--set", "inputs=[1e150,1]", *LINEAR],
        ["--set", "layers.1.weights=[[1e100,1],[1,1]]"],
        ["--set", "layers.0.weights=[[1e25,1],[1,1]]", "--set", "inputs=[1e-25,1]"],
        [*LINEAR, "--set", f"layers.0.weights=[[{LARGE},0],[{LARGE},0]]", "--set", "inputs=[1,1]",
         "--set", f"layers.0.bias=-{LARGE}"],
        [*LINEAR, "--set", "layers.0.weights=[[1,0,1],[1,0,1]]",
         "--set", f"inputs=[{LARGE},1,-{LARGE}]"],
    ],
)  # fmt: skip
def test_gradients_of_huge_numbers_are_right(backprop, settings) -> None:
    result = backprop("gradcheck", "mazur", *settings, "--format", "json")
    document = json.loads(result.out)
    assert (result.code, document["wrong"]) == (0, 0)
    assert document["worst"] < 1e-12
