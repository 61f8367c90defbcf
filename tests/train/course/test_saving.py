"""A config with trained numbers: what is replaced, what is added, and what stays."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from backprop_cli.config import Document, network_of, parse_document, with_settings
from backprop_cli.errors import UsageError
from backprop_cli.train.course.saving import trained_text

HERE = Path("folder")


def document(text: str, *settings: str, name: str = "folder/net.toml") -> Document:
    return with_settings(parse_document(text, name), settings)


def saved(text: str, *settings: str, name: str = "folder/net.toml", folder: Path = HERE) -> str:
    """The text with the numbers 1.5, 2.5, … in the order of the parameters."""
    read = document(text, *settings, name=name)
    net = network_of(read)
    numbers = itertools.count(1.5)
    parameters = {parameter.name: next(numbers) for parameter in net.parameters()}
    return trained_text(read, net, parameters, folder)


HEAD = "eta = 0.5 # rate\ninputs = [1, 2]\ntargets = [[1]]\n"
LAYER = '[[layers]] # first\nactivation = "tanh"\n'


def changed(before: str, after: str, *settings: str, head: str = HEAD) -> None:
    assert saved(head + before, *settings) == head + after


def test_each_number_is_replaced_in_its_place() -> None:
    changed(
        LAYER + "weights = [[ 0.1,\n  0.2 ]] # two\nbias = 0 # one\n",
        LAYER + "weights = [[ 1.5,\n  2.5 ]] # two\nbias = 3.5 # one\n",
    )


def test_own_biases_are_replaced_one_by_one() -> None:
    output = '[[layers]]\nactivation = "tanh"\nweights = [[0, 0]]\n'
    changed(
        LAYER + "weights = [[1, 2], [3, 4]]\nbiases = [ 5, 6] # b\n" + output,
        LAYER
        + "weights = [[1.5, 2.5], [3.5, 4.5]]\nbiases = [ 5.5, 6.5] # b\n"
        + output.replace("[[0, 0]]", "[[7.5, 8.5]]"),
    )


def test_weights_by_sender_stay_so() -> None:
    head = '[convention]\nweight_rows = "from"\n'
    assert saved(HEAD + LAYER + "weights = [[1], [2]]\n" + head) == (
        HEAD + LAYER + "weights = [[1.5], [2.5]]\n" + head
    )
    drawn = saved(HEAD + LAYER + "units = 1\n" + head)
    assert "weights = [[1.5],\n           [2.5]]\n" in drawn


def test_drawn_weights_become_numbers_and_how_they_were_drawn_a_comment() -> None:
    changed(
        LAYER
        + '  units = 2\n  init = { method = "xavier" }\n'
        + LAYER
        + 'units=1\n"bias" = 0\n[layers.init]\nmethod = "normal"\nstd = 2\n',
        LAYER + "  weights = [[1.5, 2.5],\n             [3.5, 4.5]]\n"
        '#   init = { method = "xavier" }\n'
        + LAYER
        + 'weights = [[5.5, 6.5]]\n"bias" = 7.5\n# [layers.init]\n# method = "normal"\n'
        "# std = 2\n",
    )


def test_a_setting_takes_the_place_of_what_stands() -> None:
    text = LAYER + "weights = [[0, 0]]\n"
    assert saved(HEAD + text, "eta=0.25") == (
        HEAD.replace("0.5", "0.25") + LAYER + "weights = [[1.5, 2.5]]\n"
    )


def test_a_new_setting_stands_below_the_head_of_its_table() -> None:
    changed(
        LAYER + "weights = [[0, 0]]\n[optimizer] # o\nname = 'momentum'",
        LAYER + "weights = [[1.5, 2.5]]\n[optimizer] # o\nbeta = 0.5\nname = 'momentum'",
        "optimizer.beta=0.5",
    )
    changed(
        LAYER + "weights = [[0, 0]]",
        '[[layers]] # first\nalpha = 0.5\nactivation = "elu"\nweights = [[1.5, 2.5]]',
        "layers.0.alpha=0.5",
        'layers.0.activation="elu"',
    )


def test_a_new_setting_without_a_table_stands_before_all_tables() -> None:
    changed(
        LAYER + "weights = [[0, 0]]\n",
        'title = "A \\"ü\\""\n\ntrain_biases = false\n\noptimizer.name = "adam"\n\n'
        + LAYER
        + "weights = [[1.5, 2.5]]\n",
        'title="A \\"ü\\""',
        "train_biases=false",
        "optimizer.name=adam",
    )


def test_a_table_whose_head_ends_the_text_gets_a_new_line() -> None:
    changed(
        LAYER + "weights = [[0, 0]]\n[convention]",
        LAYER + 'weights = [[1.5, 2.5]]\n[convention]\nbias = "subtracted"\n',
        "convention.bias=subtracted",
    )


def test_tables_and_lists_are_written_inline() -> None:
    text = saved(
        HEAD + LAYER + "weights = [[0, 0]]\n",
        'error={name = "huber", delta = 2}',
        "inputs=[3, 4.5]",
    )
    assert 'error = { name = "huber", delta = 2 }\n' in text
    assert "inputs = [3, 4.5]\n" in text


def test_weights_that_are_set_are_trained_too() -> None:
    """The list is replaced as a whole where another number of rows was set."""
    output = '[[layers]]\nactivation = "tanh"\nweights = [[9, 9]]\n'
    text = saved(
        HEAD + LAYER + "weights = [[0, 0]]\n" + output, "layers.0.weights=[[1, 2], [3, 4]]"
    )
    assert LAYER + "weights = [[1.5, 2.5],\n           [3.5, 4.5]]\n" in text
    assert "weights = [[5.5, 6.5]]\n" in text
    both = LAYER + "weights = [[0, 0]]\nbiases = [1]\n"
    same = saved(HEAD + both, "layers.0.biases=[2]", "layers.0.weights=[[3, 4]]")
    assert same == HEAD + both.replace("[[0, 0]]", "[[1.5, 2.5]]").replace("[1]", "[3.5]")
    text = saved(
        HEAD + both + output, "layers.0.weights=[[1, 2], [3, 4]]", "layers.0.biases=[1, 2]"
    )
    assert "biases = [5.5, 6.5]\n" in text


def test_decimals_of_a_rounded_training_are_kept() -> None:
    read = document(HEAD + "round_each = 2\n" + LAYER + "weights = [[0, 0]]\n")
    text = trained_text(read, network_of(read), {"w1": Decimal("0.10"), "w2": Decimal(2)}, HERE)
    assert text.endswith("weights = [[0.10, 2]]\n")


DATA = 'data = "d.csv" # data\neta = 1\ninputs = ["x"]\ntargets = ["y"]\n'


def test_data_is_found_from_the_new_place(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x,y\n1,0\n2,1\n")
    (tmp_path / "there").mkdir()
    text, name = DATA + LAYER + "weights = [[0]]\n", str(tmp_path / "net.toml")
    moved = saved(text, name=name, folder=tmp_path / "there")
    assert moved.splitlines()[0] == 'data = "../d.csv" # data'
    assert saved(text, name=name, folder=tmp_path).splitlines()[0] == 'data = "d.csv" # data'
    absolute = text.replace("d.csv", str(tmp_path / "d.csv"))
    there = saved(absolute, name=name, folder=tmp_path / "there")
    assert there.splitlines()[0] == absolute.splitlines()[0]
    both = text.replace("eta", 'validation = "d.csv"\neta')
    assert 'validation = "../d.csv"\n' in saved(both, name=name, folder=tmp_path / "there")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            HEAD.replace("\n", "\n", 1) + 'layers = [{ activation = "tanh", units = 1 }]\n',
            "units does not stand on a line of its own",
        ),
        (HEAD + 'layers = [{ units = 1, activation = "tanh" }]\n', "units does not stand"),
    ],
)
def test_what_cannot_be_saved_says_why(text: str, why: str) -> None:
    with pytest.raises(UsageError, match="cannot be saved in the form of this config") as told:
        saved(text)
    assert why in str(told.value)
    assert "one key to a line" in str(told.value)


def test_a_setting_of_an_inline_layer_is_refused() -> None:
    text = HEAD + 'layers = [{ activation = "elu", weights = [[0, 0]] }]\n'
    assert "[[1.5, 2.5]]" in saved(text)
    with pytest.raises(UsageError, match="a layer that the text does not have"):
        saved(text, "layers.0.alpha=0.5")


def test_numbers_that_have_no_place_in_the_text_are_refused() -> None:
    text = HEAD + LAYER + "weights = [[0, 0]]\n"
    with pytest.raises(UsageError, match="its numbers stand where they cannot be replaced"):
        saved(text, "layers.0.bias=0.5")
